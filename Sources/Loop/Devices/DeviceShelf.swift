// All profiles that the program carries, and the words for factory.toml that one of them gives.

public import Plant

/// The device profiles of the program.
public struct DeviceShelf: Sendable {
    /// Profiles by maker and model.
    public let profiles: [DeviceProfile]

    /// A shelf with these.
    public init(profiles: [DeviceProfile]) { self.profiles = profiles }

    /// Reads all files.
    ///
    /// Throws the first flaw of one of them.
    public init(files: [(name: String, text: String)]) throws(FileFlaw) {
        var profiles: [DeviceProfile] = []
        for file in files {
            profiles.append(try DeviceProfile(file: file.name + ".toml", text: file.text))
        }
        self.profiles = profiles.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// The profile of an id.
    public func profile(_ id: String) -> DeviceProfile? { profiles.first { $0.id == id } }
}

/// What a person says to bring a device in.
public struct DeviceChoice: Sendable, Hashable {
    /// The connection that is made.
    public var connection: Slug
    /// Where the device answers: host or host:port, or a port of the box that begins with `/`.
    public var address: String
    /// Another unit number than the one as delivered.
    public var unit: Int?
    /// The machine that it belongs to.
    public var machine: Slug
    /// The machine's name.
    public var machineName: String
    /// Ids of the values to be read; nil for those that are suggested.
    public var values: [String]?
    /// What stands for the placeholders, by name.
    public var placeholders: [String: String]

    /// A choice.
    public init(
        connection: Slug, address: String, unit: Int?, machine: Slug, machineName: String,
        values: [String]?, placeholders: [String: String]
    ) {
        self.connection = connection
        self.address = address
        self.unit = unit
        self.machine = machine
        self.machineName = machineName
        self.values = values
        self.placeholders = placeholders
    }
}

extension DeviceProfile {
    /// The connector that reads it at an address.
    ///
    /// A device on a line is reached by a port of the box, such as `/dev/ttyUSB0`, or through a
    /// gateway that speaks Modbus TCP.
    public func connector(at address: String) -> String {
        switch language {
        case .modbusRTU: address.hasPrefix("/") ? "modbus-rtu" : "modbus-tcp"
        case .modbusTCP: "modbus-tcp"
        case .serial: "serial-text"
        case .mqtt, .http, .mtconnect, .opcUA, .s7: language.rawValue
        }
    }

    /// The blocks for `factory.toml`.
    ///
    /// Throws what keeps them from being written: a value that it has not or that cannot be read,
    /// or a placeholder that nobody filled.
    public func factoryText(_ choice: DeviceChoice) throws(RefusedEvent) -> String {
        let chosen = try chosenValues(choice.values)
        let quoted = FactoryFile.quoted
        let connector = connector(at: choice.address)
        if connector == "serial-text", chosen.contains(where: { $0.options["type"] == "text" }) {
            throw RefusedEvent(
                field: "signals", says: "Texts of lines, such as codes, cannot be read yet.",
                remedy: "On the tablet a scanner works as a keyboard: set it to that.")
        }
        var lines = [
            "# \(name), profile \(id), \(isVerified ? "verified" : "not verified").",
            "[[connection]]", "id = \(quoted(choice.connection.text))",
            "kind = \(quoted(connector))",
        ]
        lines += settings(of: connector, choice)
        lines += [
            "", "[[machine]]", "id = \(quoted(choice.machine.text))",
            "name = \(quoted(choice.machineName))",
        ]
        for value in chosen {
            lines += [
                "", "  [[machine.signal]]", "  id = \(quoted(value.id))",
                "  name = \(quoted(value.name))",
                "  connection = \(quoted(choice.connection.text))",
                "  read = \(quoted(try filled(value.read, choice)))",
            ]
            // Whole numbers are kept as they are; a value in another unit is no whole number.
            if value.options["read_unit"] != nil { lines.append("  kind = \"number\"") }
            lines += value.options.sorted { $0.key < $1.key }
                .map { "  \($0.key) = \(quoted($0.value))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Lines of the connection as its connector takes them.
    private func settings(of connector: String, _ choice: DeviceChoice) -> [String] {
        var found = settings
        found["unit"] = choice.unit.map(String.init) ?? settings["unit"]
        let isPort = choice.address.hasPrefix("/")
        if !choice.address.isEmpty { found[isPort ? "port" : "address"] = choice.address }
        let names: [String] =
            switch connector {
            case "modbus-tcp": ["address", "unit", "order", "max_registers"]
            case "modbus-rtu":
                ["port", "baud", "parity", "stop_bits", "unit", "order", "max_registers"]
            case "serial-text": ["port", "address", "baud", "parity", "data_bits", "stop_bits"]
            case "http": ["address", "path"]
            default: ["address"]
            }
        let whole: Set = ["unit", "max_registers", "baud", "stop_bits", "data_bits"]
        var lines = names.compactMap { name in
            found[name].map {
                "\(name) = " + (whole.contains(name) ? $0 : FactoryFile.quoted($0))
            }
        }
        if connector == "serial-text", let ask = settings["ask"] {
            // The end of the text is a setting of its own.
            let text = ask.prefix { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
            let end =
                ask.hasSuffix("\r\n")
                ? "crlf"
                : ask.hasSuffix("\r")
                    ? "cr"
                    : ask.hasSuffix("\n")
                        ? "lf" : "none"
            lines += ["ask = \(FactoryFile.quoted(String(text)))", "ask_end = \"\(end)\""]
        }
        return lines
    }

    private func chosenValues(_ ids: [String]?) throws(RefusedEvent) -> [Value] {
        guard let ids else {
            let suggested = values.filter(\.isSuggested)
            return suggested.isEmpty ? values : suggested
        }
        var chosen: [Value] = []
        for id in ids {
            guard let value = values.first(where: { $0.id == id }) else {
                throw RefusedEvent(
                    field: "signals", says: "\(name) has no value “\(id)”.",
                    remedy: "It has: " + values.map(\.id).joined(separator: ", ") + ".")
            }
            chosen.append(value)
        }
        return chosen
    }

    private func filled(
        _ read: String, _ choice: DeviceChoice
    ) throws(RefusedEvent) -> String {
        var read = read
        for placeholder in placeholders where read.contains("{\(placeholder.name)}") {
            guard let text = choice.placeholders[placeholder.name], !text.isEmpty else {
                throw RefusedEvent(
                    field: placeholder.name, says: "\(placeholder.name): \(placeholder.says)",
                    remedy: "For example \(placeholder.name)=\(placeholder.example).")
            }
            read = read.replacing("{\(placeholder.name)}", with: text)
        }
        return read
    }
}
