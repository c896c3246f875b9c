// What is wrong in a message file, said so that a translator can mend it.

/// One thing wrong in a message file.
public struct MessageFlaw: Hashable, Sendable, CustomStringConvertible {
    /// The file's name.
    public let file: String
    /// The line, from 1; nil when the flaw is of the whole file.
    public let line: Int?
    /// The key of the message; nil when the line has none.
    public let key: String?
    /// What is wrong, without a full stop.
    public let says: String
    /// What to do about it, a sentence.
    public let remedy: String

    /// File, line, key, what is wrong, what to do: one line.
    public var description: String {
        var place = file
        if let line { place += ", line \(line)" }
        if let key { place += ", \(key)" }
        return "\(place): \(says). \(remedy)"
    }
}

/// Everything that was found wrong in one loading.
public struct MessageFlaws: Error, Hashable, Sendable, CustomStringConvertible {
    /// The flaws in the order of files and lines, at most ``MessageLimits/reportedFlaws``.
    public let flaws: [MessageFlaw]
    /// How many more there were.
    public let others: Int

    /// The flaws, one on a line.
    public var description: String {
        var lines = flaws.map(\.description)
        if others > 0 { lines.append("There are \(others) more of them.") }
        return lines.joined(separator: "\n")
    }
}
