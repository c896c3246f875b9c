// What a map is, for the page that offers it: columns in order, owners, limits, source.

/// Which way a map goes.
public enum MapDirection: String, Hashable, Sendable {
    /// From Millwright to the books or the ERP system.
    case outward
    /// From the ERP system to Millwright.
    case inward
}

/// Which side says what a field holds; the other side only carries it.
public enum FieldOwner: String, Hashable, Sendable {
    /// Millwright measures or works it out.
    case millwright
    /// The books or the ERP system keep it; Millwright writes what was set.
    case other

    /// The owner in words.
    public var words: String {
        switch self {
        case .millwright: "Millwright owns it."
        case .other: "The other side owns it."
        }
    }
}

/// One column of a map.
public struct MapColumn: Hashable, Sendable {
    /// The heading, exactly as the import expects it.
    public let heading: String
    /// What it holds, in words.
    public let meaning: String
    /// Whether the import refuses a row without it.
    public let isRequired: Bool
    /// Characters at most; nil where no limit is known or it holds a number or a date.
    public let longest: Int?
    /// Who owns it.
    public let owner: FieldOwner

    /// A column.
    public init(
        _ heading: String, _ meaning: String, isRequired: Bool = false, longest: Int? = nil,
        owner: FieldOwner
    ) {
        self.heading = heading
        self.meaning = meaning
        self.isRequired = isRequired
        self.longest = longest
        self.owner = owner
    }
}

/// What a map is.
public struct MapDescription: Hashable, Sendable {
    /// Its name as people say it.
    public let name: String
    /// Which way it goes.
    public let direction: MapDirection
    /// Columns in the order of the file.
    public let columns: [MapColumn]
    /// How dates are written.
    public let dateForm: String
    /// Which characters texts may hold, in words.
    public let characters: String
    /// Whether the file begins with a byte-order mark.
    public let hasByteOrderMark: Bool
    /// Lines of one file at most without the head; nil where no limit is known.
    public let linesPerFile: Int?
    /// Where the columns and limits stand.
    public let source: String
    /// What else a person should know, as sentences.
    public let notes: [String]

    /// The headings in the order of the file.
    public var head: [String] { columns.map(\.heading) }
}
