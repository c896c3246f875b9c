// Under which names entries are made: people's own, and those of the box and its programs.

/// Names under which entries of the journal are made.
public enum ActorName {
    /// Names under which the box and its own programs write.
    private static let own: Set<String> = [
        "box", "console", "import", "loopback", "visitor", "demonstrator",
    ]
    /// What stands before the name of a device or of a program's token.
    private static let prefixes = ["device ", "token "]

    /// Whether a name is one of the box's own, which nobody may take.
    public static func isOwn(_ name: String) -> Bool {
        let word = name.lowercased()
        return own.contains(word) || prefixes.contains { word.hasPrefix($0) }
    }
}
