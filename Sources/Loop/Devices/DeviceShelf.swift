// All profiles that the program carries, and the words for factory.toml that one of them gives.

public import Plant

/// The device profiles of the program.
public struct DeviceShelf: Sendable {
    /// Profiles by maker and model.
    public let profiles: [DeviceProfile]

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
    /// Where the device answers; empty for a connection without an address.
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
    /// The connector that reads it when it answers at an address of the network.
    ///
    /// A device on a line is reached through a gateway; nil where this program cannot read it yet.
    public var connector: String? {
        switch language {
        case .modbusRTU, .modbusTCP: "modbus-tcp"
        case .mqtt, .http, .mtconnect, .opcUA, .s7: language.rawValue
        case .serial: nil
        }
    }

    /// The blocks for `factory.toml`.
    ///
    /// Throws what keeps them from being written: a value that it has not, a placeholder that
    /// nobody filled, a language that this program cannot read.
    public func factoryText(_ choice: DeviceChoice) throws(RefusedEvent) -> String {
        guard let connector else {
            throw RefusedEvent(
                field: "protocol", says: "This program cannot read \(language.rawValue) yet.",
                remedy: "Choose a profile of another protocol.")
        }
        let chosen = try chosenValues(choice.values)
        let quoted = FactoryFile.quoted
        var lines = [
            "# \(name), profile \(id), \(isVerified ? "verified" : "not verified").",
            "[[connection]]", "id = \(quoted(choice.connection.text))",
            "kind = \(quoted(connector))",
        ]
        if !choice.address.isEmpty { lines.append("address = \(quoted(choice.address))") }
        if connector == "modbus-tcp" {
            if let unit = choice.unit.map(String.init) ?? settings["unit"] {
                lines.append("unit = \(unit)")
            }
            if let order = settings["order"] { lines.append("order = \(quoted(order))") }
            if let most = settings["max_registers"] { lines.append("max_registers = \(most)") }
        }
        if connector == "http", let path = settings["path"] {
            lines.append("path = \(quoted(path))")
        }
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
