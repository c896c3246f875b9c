// Settings of serial text: the line, the pattern of its values, and the text that asks for them.

import Plant
import Wire

/// The declared settings of serial text.
enum SerialTextFields {
    /// Printable characters that may be sent to ask for a line.
    static let askBytes = 32

    /// Part of a pattern that takes the first number of a line.
    static let anyNumber = "(?<sign>[-+]?) *(?<value>[0-9]+(?:[.,][0-9]+)*) *(?<unit>[A-Za-z%]*)"

    static let schema = ConfigurationSchema(
        settings: SerialPlace.fields(baud: 9_600, parity: .none, choosesDataBits: true) + [
            ConfigurationField(
                "pattern", .text(maxBytes: SerialLimits.patternBytes),
                "How a line looks: a regular expression whose part `(?<value>…)` is the number. "
                    + "Without it the first number of each line is taken."),
            ConfigurationField(
                "decimal", .choice(["either", "point", "comma"]), default: "either",
                "What stands before the decimals of a number."),
            ConfigurationField(
                "unstable", .text(maxBytes: 200), default: "D SD US ?",
                "Words of the device for a value that is not at rest, with spaces between."),
            ConfigurationField(
                "invalid", .text(maxBytes: 200), default: "+ - I OL UL",
                "Words of the device for no value, such as overload, with spaces between."),
            ConfigurationField(
                "ask", .text(maxBytes: askBytes),
                "Text that makes the device print, such as `SI` or `P`: the only thing that is "
                    + "ever sent. Without it the box only listens."),
            ConfigurationField(
                "ask_end", .choice(["crlf", "cr", "lf", "none"]), default: "crlf",
                "What ends the text that asks."),
            ConfigurationField(
                "every", .duration(.milliseconds(200)...(.hours(24))), default: "1s",
                "Time between two texts that ask."),
        ],
        signalOptions: [
            ConfigurationField(
                "pattern", .text(maxBytes: SerialLimits.patternBytes),
                "How a line with this value looks, when it differs from the connection's pattern.")
        ])

    /// How lines are read by a pattern.
    static func text(
        _ pattern: SerialPattern, _ connection: ConfigurationReader
    ) -> SerialTextSettings {
        let decimal: SerialTextSettings.Decimal =
            switch connection.text("decimal") {
            case "point": .point
            case "comma": .comma
            default: .either
            }
        return SerialTextSettings(
            pattern: pattern, decimal: decimal, doubtfulMarkers: words("unstable", connection),
            badMarkers: words("invalid", connection),
            sevenBits: connection.text("data_bits") == "7")
    }

    private static func words(_ name: String, _ reader: ConfigurationReader) -> [String] {
        (reader.text(name) ?? "").split(separator: " ").map(String.init)
    }

    /// The bytes that ask for a line; nil when the box only listens.
    static func question(_ reader: ConfigurationReader) throws(ConfigurationError) -> [UInt8]? {
        guard let text = reader.text("ask"), !text.isEmpty else {
            if reader.isGiven("every") {
                throw reader.error(
                    "every", "nothing is asked", "Add the text that asks, or leave every out.")
            }
            return nil
        }
        guard text.utf8.count <= askBytes, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else {
            throw reader.error(
                "ask", "only up to \(askBytes) printable characters of ASCII are ever sent",
                "Write the printing command of the device's manual, such as ask = \"SI\".")
        }
        let end: [UInt8] =
            switch reader.text("ask_end") {
            case "cr": [0x0D]
            case "lf": [0x0A]
            case "none": []
            default: [0x0D, 0x0A]
            }
        return Array(text.utf8) + end
    }
}

/// One value to take from lines.
struct SerialTextPoint: Hashable, Sendable {
    /// What of a line is kept.
    enum Part: String, Hashable, CaseIterable, Sendable {
        /// The number.
        case value
        /// The unit as the device writes it.
        case unit
    }

    let signal: RegisteredSignal
    let part: Part
    /// How lines are read for it.
    let settings: SerialTextSettings
    /// The address as configured, for people.
    let text: String

    /// The point of a signal, checked.
    init(_ signal: Signal, connection: ConfigurationReader) throws(ConfigurationError) {
        let reader = try SerialTextFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        part = try Self.part(signal.source.address, reader)
        let isOwn = reader.isGiven("pattern")
        let pattern = try Self.pattern(isOwn ? reader : connection)
        settings = SerialTextFields.text(pattern, connection)
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
        guard part != .unit || pattern.groups.contains(.unit) else {
            throw reader.error(
                "read", "the pattern names no unit", "Add the part (?<unit>[A-Za-z%]+) to it.")
        }
        guard (part == .unit) == (signal.kind == .text), signal.kind != .flag else {
            throw reader.error(
                "read", "a \(signal.kind.word) cannot hold the \(part.rawValue) of a line",
                "Read value into a number and unit into a text.")
        }
    }

    /// The part that an address names.
    static func part(
        _ address: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> Part {
        guard let part = Part(rawValue: address) else {
            throw reader.error(
                "read", "\"\(address.prefix(80))\" is no part of a line",
                "Write read = \"value\" for the number or read = \"unit\" for its unit.")
        }
        return part
    }

    private static func pattern(
        _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> SerialPattern {
        do {
            return try SerialPattern(reader.text("pattern") ?? SerialTextFields.anyNumber)
        } catch {
            throw reader.error(
                "pattern", error.description,
                "Write for example pattern = '(?<status>S [SD]) +(?<value>[-0-9.]+)'.")
        }
    }
}
