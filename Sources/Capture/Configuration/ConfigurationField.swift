// One setting, declared once: validation, forms and the reference page come from it.

public import Plant

/// What a setting may hold.
public enum FieldType: Hashable, Sendable {
    /// Any text of at most so many bytes.
    case text(maxBytes: Int)
    /// A host and port.
    case address(defaultPort: Int)
    /// A whole number in a range.
    case whole(ClosedRange<Int64>)
    /// A decimal number.
    case decimal
    /// A length of time such as `500ms`, `1s`, `5min`, `1h`, in a range.
    case duration(ClosedRange<Elapsed>)
    /// One of some words.
    case choice([String])
    /// `true` or `false`.
    case flag
    /// The name of a secret, never the secret itself.
    case secret
    /// A UCUM code.
    case unit
}

/// One setting: name, type, default, limits, unit and one sentence.
public struct ConfigurationField: Hashable, Sendable {
    /// The name in files.
    public let name: String
    /// What it may hold.
    public let type: FieldType
    /// What holds when it is not given; nil when it must be given or has no default.
    public let defaultText: String?
    /// Whether it must be given.
    public let isRequired: Bool
    /// What it does, in one sentence.
    public let sentence: String

    /// A setting that may be left out.
    public init(_ name: String, _ type: FieldType, default text: String? = nil, _ sentence: String)
    {
        self.name = name
        self.type = type
        defaultText = text
        isRequired = false
        self.sentence = sentence
    }

    /// A setting that must be given.
    public init(required name: String, _ type: FieldType, _ sentence: String) {
        self.name = name
        self.type = type
        defaultText = nil
        isRequired = true
        self.sentence = sentence
    }

    /// The limits in words, for pages and messages.
    public var limits: String {
        switch type {
        case .text(let bytes): "up to \(bytes) bytes"
        case .address(let port): "host or host:port, port \(port) by default"
        case .whole(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .decimal: "a number"
        case .duration(let range): "\(range.lowerBound.words) to \(range.upperBound.words)"
        case .choice(let words): words.joined(separator: ", ")
        case .flag: "true or false"
        case .secret: "name of a secret"
        case .unit: "a unit code such as A, kW, Cel"
        }
    }

    /// A right example, for messages.
    var example: String {
        if let defaultText, !defaultText.isEmpty { return defaultText }
        return switch type {
        case .text: "text"
        case .address(let port): "192.168.1.47:\(port)"
        case .whole(let range): String(range.lowerBound)
        case .decimal: "0.1"
        case .duration(let range): range.lowerBound.words.replacing(" ", with: "")
        case .choice(let words): words.first ?? ""
        case .flag: "true"
        case .secret: "broker-password"
        case .unit: "kW"
        }
    }
}

/// Reads lengths of time as people write them.
public enum DurationText {
    /// A length from `500ms`, `1s`, `5min`, `1h`, `1 day`, with or without a space; nil otherwise.
    public static func parse(_ text: String) -> Elapsed? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        let scale: Double
        switch unit {
        case "ms": scale = 1e6
        case "s": scale = 1e9
        case "min", "m": scale = 60e9
        case "h": scale = 3600e9
        case "d", "day", "days": scale = 86400e9
        default: return nil
        }
        guard let number = Double(digits), number * scale < 9e18 else { return nil }
        return Elapsed(nanoseconds: Int64((number * scale).rounded()))
    }
}
