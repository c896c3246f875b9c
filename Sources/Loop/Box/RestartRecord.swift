// Starts that did not end as they should: five in ten minutes mean safe mode.

import Plant

/// The starts since the last orderly end, in a small file of the data folder.
enum RestartRecord {
    /// Bad ends within ``reach`` after which the box only shows, takes what is sent, backs up and
    /// restores.
    static let limit = 5
    /// How far back bad ends count.
    static let reach = Elapsed.minutes(10)

    private static func path(_ folder: String) -> String { folder + "/restarts" }

    /// Notes a start; returns how many starts before it ended badly within the reach.
    static func begin(_ folder: String, now: Timestamp) throws(DataFolderRefused) -> Int {
        let before = (PrivateFile.read(path(folder)) ?? "").split(separator: "\n")
            .compactMap { Timestamp(rfc3339: String($0)) }
            // A clock that was set back makes no start of the future count.
            .filter { $0 <= now && now - $0 <= reach }
        let lines = (before + [now]).map(\.rfc3339).joined(separator: "\n")
        try PrivateFile.write(lines, to: path(folder))
        return before.count
    }

    /// Notes an orderly end.
    static func end(_ folder: String) { PrivateFile.remove(path(folder)) }
}
