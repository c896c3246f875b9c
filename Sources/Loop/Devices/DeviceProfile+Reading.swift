// A device profile from its file; every flaw names its place.

extension DeviceProfile {
    /// The format this program knows.
    static let format = "device-profile/1"
    /// Options that a value may carry beside its own fields; each connector checks its own.
    static let optionNames = [
        "type", "order", "scale", "offset", "unit", "read_unit", "counter", "min", "max", "every",
        "length", "path", "pattern",
    ]
    private static let meanings: Set<String> = [
        "power", "energy", "current", "voltage", "frequency", "parts", "running", "fault", "speed",
        "temperature", "humidity", "vibration", "pressure", "flow", "weight", "level",
    ]

    /// Reads a file.
    ///
    /// Throws the first thing that is wrong with it, with its line.
    public init(file: String, text: String) throws(FileFlaw) {
        let document = try TOMLDocument(file: file, text: text)
        var root = TOMLTableReader(document, path: "", members: document.root)
        let format = try root.required("format", example: DeviceProfile.format)
        guard format == DeviceProfile.format else {
            throw root.flaw(
                "format", "“\(format)” is no format that this program knows.",
                remedy: "Write \(DeviceProfile.format).")
        }
        id = try root.required("id", example: "eastron-sdm120")
        maker = try root.required("maker", example: "Eastron")
        model = try root.required("model", example: "SDM120-Modbus")
        kind = try DeviceProfile.word(&root, "kind")
        about = try root.required("about", example: "Single-phase meter.")
        isVerified = try root.flag("verified") ?? false
        sources = try DeviceProfile.sources(&root)
        guard var connection = try root.table("connection") else {
            throw root.flaw(
                "connection", "How it is connected is missing.",
                remedy: "Write [connection] and protocol.")
        }
        language = try DeviceProfile.word(&connection, "protocol")
        settings = try DeviceProfile.settings(&connection)
        sign = try DeviceProfile.sign(&root)
        values = try DeviceProfile.values(&root)
        placeholders = try DeviceProfile.placeholders(&root)
        var notes: [String] = []
        for var note in try root.tables("note") {
            notes.append(try note.required("says", example: "What bites people with it."))
            try note.refuseRest()
        }
        self.notes = notes
        try root.refuseRest()
        try checkPlaceholders(document)
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ table: inout TOMLTableReader, _ key: String
    ) throws(FileFlaw) -> Word {
        let known = Word.allCases.map(\.rawValue)
        let text = try table.required(key, example: known.first ?? "")
        guard let word = Word(rawValue: text) else {
            throw table.flaw(
                key, "“\(text)” is none of the words for it.",
                remedy: "Write one of: " + known.joined(separator: ", ") + ".")
        }
        return word
    }

    private static func sources(_ root: inout TOMLTableReader) throws(FileFlaw) -> [Source] {
        var sources: [Source] = []
        for var source in try root.tables("source") {
            sources.append(
                Source(
                    title: try source.required("title", example: "The maker's manual"),
                    url: try source.required("url", example: "https://example.com/manual.pdf"),
                    says: try source.required("says", example: "power at 0x000C")))
            try source.refuseRest()
        }
        guard !sources.isEmpty else {
            throw root.flaw(
                "source", "Where its numbers come from is missing.",
                remedy: "Write [[source]] with title, url and says.")
        }
        return sources
    }

    private static func settings(
        _ table: inout TOMLTableReader
    ) throws(FileFlaw) -> [String: String] {
        var settings: [String: String] = [:]
        for name in ["unit", "max_registers", "port", "baud", "stop_bits", "data_bits"] {
            settings[name] = try table.integer(name).map { String($0) }
        }
        for name in ["order", "parity", "ask", "path"] { settings[name] = try table.text(name) }
        try table.refuseRest()
        return settings
    }

    private static func options(
        _ table: inout TOMLTableReader
    ) throws(FileFlaw) -> [String: String] {
        var options: [String: String] = [:]
        for name in optionNames { options[name] = try table.text(name) }
        return options
    }

    private static func sign(_ root: inout TOMLTableReader) throws(FileFlaw) -> Sign? {
        guard var table = try root.table("recognise") else { return nil }
        let sign = Sign(
            read: try table.text("read"), options: try options(&table),
            identification: try table.text("device_identification"))
        try table.refuseRest()
        return sign
    }

    private static func values(_ root: inout TOMLTableReader) throws(FileFlaw) -> [Value] {
        var values: [Value] = []
        for var table in try root.tables("signal") {
            let id = try table.required("id", example: "power")
            guard !values.contains(where: { $0.id == id }) else {
                throw table.flaw("id", "“\(id)” is there twice.", remedy: "Give another id.")
            }
            let means = try table.text("means")
            if let means, !meanings.contains(means) {
                throw table.flaw(
                    "means", "“\(means)” is no meaning.",
                    remedy: "Write one of: " + meanings.sorted().joined(separator: ", ") + ".")
            }
            values.append(
                Value(
                    id: id, name: try table.required("name", example: "Power"),
                    read: try table.required("read", example: "input:0x000C"),
                    isSuggested: try table.flag("suggest") ?? false, means: means,
                    options: try options(&table)))
            try table.refuseRest()
        }
        guard !values.isEmpty else {
            throw root.flaw(
                "signal", "It has no value.", remedy: "Write [[signal]] with id, name and read.")
        }
        return values
    }

    private static func placeholders(
        _ root: inout TOMLTableReader
    ) throws(FileFlaw) -> [Placeholder] {
        var placeholders: [Placeholder] = []
        for var table in try root.tables("placeholder") {
            placeholders.append(
                Placeholder(
                    name: try table.required("name", example: "device"),
                    says: try table.required("says", example: "The name in its topics."),
                    example: try table.required("example", example: "shellyem-B2C3D4")))
            try table.refuseRest()
        }
        return placeholders
    }

    /// Every placeholder that is used is explained, and none that is not.
    private func checkPlaceholders(_ document: TOMLDocument) throws(FileFlaw) {
        var used: Set<String> = []
        for value in values {
            var rest = value.read[...]
            while let start = rest.firstIndex(of: "{"), let end = rest[start...].firstIndex(of: "}")
            {
                used.insert(String(rest[rest.index(after: start)..<end]))
                rest = rest[rest.index(after: end)...]
            }
        }
        let known = Set(placeholders.map(\.name))
        guard used == known else {
            let names = used.symmetricDifference(known).sorted().joined(separator: ", ")
            throw document.flaw(
                "placeholder", "Used and explained placeholders differ: \(names).",
                remedy: "Explain each {name} once, and none that is not used.")
        }
    }
}
