// A setting that cannot work: where it stands, why, and what to write instead.

/// Why a configuration was refused; names the field.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field, such as `connection.gw.address` or `signal.lathe-3/motor-current.type`.
    public let path: String
    /// What is wrong.
    public let reason: String
    /// The nearest valid name, nil when nothing is near.
    public let suggestion: String?
    /// What to write instead, as one sentence.
    public let remedy: String

    /// A refused field.
    public init(path: String, reason: String, suggestion: String? = nil, remedy: String) {
        self.path = path
        self.reason = reason
        self.suggestion = suggestion
        self.remedy = remedy
    }

    /// The last part of the path: the name of the field.
    public var field: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// The whole error as one line.
    public var description: String {
        let hint = suggestion.map { " Did you mean \"\($0)\"?" } ?? ""
        return "\(path): \(reason).\(hint) \(remedy)"
    }
}

/// Finds the name that a person probably meant.
public enum Nearest {
    /// The nearest candidate within a third of the length in edits, nil when none is near.
    public static func name(to text: String, among candidates: [String]) -> String? {
        let limit = max(1, text.count / 3)
        let ranked = candidates.sorted()
            .map { (distance: distance(Array(text.utf8.prefix(64)), Array($0.utf8)), name: $0) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit
        else { return nil }
        return best.name
    }

    /// Insertions, deletions and replacements that turn one text into the other (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
