// What a scan tells while it runs: asked, found, refused, nothing there, how far it is.

public import Plant

/// One thing that was asked of somebody, for the journal.
public struct ScanRequest: Hashable, Sendable, CustomStringConvertible {
    /// When it was sent, UTC.
    public let time: Timestamp
    /// Of whom: `192.168.1.47:502`, or the port of a line.
    public let place: String
    /// In which language: `Modbus`.
    public let language: String
    /// What, in words: "reading the device identification, unit 1".
    public let what: String

    /// The line for the journal.
    public var description: String { "\(place), \(language): \(what)" }
}

/// One fact of a finding.
public struct ScanFact: Hashable, Sendable {
    /// What it is: "Order number".
    public let name: String
    /// What it says.
    public let value: String

    /// A fact; control characters of the value are left out, a long one is cut.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = ScanText.shown(value, most: ScanLimits.factCharacters)
    }
}

/// Something that answered.
public struct ScanFinding: Hashable, Sendable {
    /// Where: `192.168.1.47:502`, or the port of a line.
    public var place: String
    /// The kind of connector that reads it, as in `factory.toml`; nil where none can yet.
    public var connector: String?
    /// What it is, in plain words: "Energy meter, probably Eastron SDM630".
    public var says: String
    /// Ids of the device profiles that fit, the best first.
    public var profiles: [String]
    /// The Modbus unit that answered.
    public var unit: UInt8?
    /// Speed and form of a serial line that answered.
    public var line: SerialSettings?
    /// What it told of itself.
    public var facts: [ScanFact]
    /// What a broker carries.
    public var topics: TopicTree?

    /// A finding.
    public init(
        place: String, connector: String?, says: String, profiles: [String] = [],
        unit: UInt8? = nil, line: SerialSettings? = nil, facts: [ScanFact] = [],
        topics: TopicTree? = nil
    ) {
        self.place = place
        self.connector = connector
        self.says = says
        self.profiles = profiles
        self.unit = unit
        self.line = line
        self.facts = facts
        self.topics = topics
    }
}

/// How far a scan is.
public struct ScanProgress: Hashable, Sendable {
    /// Things asked to their end.
    public var done: Int
    /// Things to be asked.
    public var total: Int
    /// Connections that were opened or tried.
    public var connections: Int
    /// Requests that were sent.
    public var requests: Int
    /// Things that were found.
    public var found: Int
    /// Whether the scan was called off.
    public var isCancelled: Bool

    /// A scan before its beginning.
    public init(total: Int) {
        done = 0
        self.total = total
        connections = 0
        requests = 0
        found = 0
        isCancelled = false
    }
}

/// What a scan tells while it runs.
public enum ScanEvent: Hashable, Sendable {
    /// A request was sent.
    case asked(ScanRequest)
    /// Somebody answered.
    case found(ScanFinding)
    /// Somebody is there, but refuses or speaks something else; why, in words.
    case refused(ScanTarget, String)
    /// Nobody answers there; why, in words.
    case nothing(ScanTarget, String)
    /// How far the scan is.
    case progress(ScanProgress)
    /// The scan has ended; nothing follows.
    case finished(ScanProgress)
}

/// Texts of devices as they may be shown.
enum ScanText {
    /// One line without control characters, cut behind so many characters.
    static func shown(_ text: String, most: Int = ScanLimits.shownCharacters) -> String {
        let clean = text.unicodeScalars.prefix(4 * most).map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : Character(scalar)
        }
        let words = String(clean).split(separator: " ").joined(separator: " ")
        return words.count > most ? String(words.prefix(most)) + "…" : words
    }

    /// "a, b and c".
    static func list(_ words: [String], last: String = "and") -> String {
        guard words.count > 1, let end = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + end
    }
}
