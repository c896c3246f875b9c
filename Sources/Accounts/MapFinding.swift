// What a dry run finds: per row what would be refused, left out or cut, and why.
public import Plant

/// How much a finding matters.
public enum FindingWeight: String, Hashable, Sendable {
    /// No file is written while it stands.
    case refused
    /// The row, or a part of it, does not enter; all others do.
    case leftOut
    /// A text or an amount is shortened.
    case cut
    /// Nothing changes; a person should know.
    case note
}

/// One thing that would not arrive as it is.
public struct MapFinding: Hashable, Sendable {
    /// The row, counted from 1 in the order given; nil for all of the file.
    public let row: Int?
    /// The column, by its heading; empty for the whole row.
    public let column: String
    /// How much it matters.
    public let weight: FindingWeight
    /// Why, in plain words.
    public let says: String

    /// A finding.
    public init(row: Int?, column: String = "", weight: FindingWeight, says: String) {
        self.row = row
        self.column = column
        self.weight = weight
        self.says = says
    }
}

/// Why a file is not written or not read.
public enum AccountsError: Error, Hashable, Sendable {
    /// The dry run refuses something; all of its findings, at least one of them `refused`.
    case refused([MapFinding])
    /// The file that is read has no head.
    case noHead
    /// The head lacks columns that are needed, by their headings.
    case missingColumns([String])
    /// More rows than are read at once.
    case tooManyRows(Int)
    /// More columns than are read.
    case tooManyColumns(Int)

    /// What is wrong and what to do, in plain words.
    public var words: String {
        switch self {
        case .refused(let findings):
            findings.first { $0.weight == .refused }.map(\.says) ?? "The file is refused."
        case .noHead: "The file is empty. Its first row must hold the headings."
        case .missingColumns(let names):
            "The file has no column \(names.joined(separator: ", ")). Export it with this column."
        case .tooManyRows(let count):
            "The file has \(count) rows, at most \(AccountsLimits.rows) are read. Split it."
        case .tooManyColumns(let count):
            "The file has \(count) columns, at most \(AccountsLimits.columns) are read."
        }
    }
}

/// A file as it is handed over.
public struct AccountsFile: Hashable, Sendable {
    /// A name for it such as `xero-journal-1.csv`.
    public let name: String
    /// The head and the lines: comma, CRLF, quoted by RFC 4180.
    public let text: String
    /// Lines without the head.
    public let lines: Int
    /// Whether UTF-8 begins with a byte-order mark.
    public let hasByteOrderMark: Bool
    /// What is debited, or all costs of a file that is no journal; nil without amounts.
    public let total: Money?
    /// Debits less credits of a journal: always nothing; nil for a file that is no journal.
    public let balance: Money?

    /// The bytes to write, in UTF-8.
    public var bytes: [UInt8] { (hasByteOrderMark ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8) }
}

/// Gathers findings up to their limit.
struct FindingList {
    private(set) var findings: [MapFinding] = []
    private(set) var hasRefusal = false

    mutating func add(_ weight: FindingWeight, _ row: Int?, _ column: String, _ says: String) {
        if weight == .refused { hasRefusal = true }
        guard findings.count < AccountsLimits.findings else { return }
        guard findings.count < AccountsLimits.findings - 1 else {
            findings.append(
                MapFinding(
                    row: nil, weight: hasRefusal ? .refused : .note,
                    says: "There are more findings than are listed here."))
            return
        }
        findings.append(MapFinding(row: row, column: column, weight: weight, says: says))
    }

    mutating func refuse(_ row: Int?, _ column: String, _ says: String) {
        add(.refused, row, column, says)
    }
}
