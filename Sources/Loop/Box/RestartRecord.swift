// Starts that did not end as they should: five in ten minutes mean safe mode.

import Plant

/// The starts since the last orderly end, in a small file of the data folder.
enum RestartRecord {
    /// Bad ends within ``reach`` after which the box only shows, takes what is sent, backs up and
    /// restores.
    static let limit = 5
    /// How far back bad ends count.
    static let reach = Elapsed.minutes(10)

    /// Bad ends within ``reach`` after which what was being read in the last one is left out.
    static let suspicion = 3

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

    /// Connections that are left out until the next orderly end: those that were being read when
    /// the program ended badly for the third time in a row.
    static func suspects(_ folder: String, badEnds: Int) throws(DataFolderRefused) -> Set<Slug> {
        let file = folder + "/suspects"
        var names = Set(
            (PrivateFile.read(file) ?? "").split(separator: "\n").compactMap { Slug(String($0)) })
        if badEnds >= suspicion { names.formUnion(ActivityMarks.left(in: folder)) }
        guard badEnds > 0 else {
            PrivateFile.remove(file)
            return []
        }
        if !names.isEmpty {
            try PrivateFile.write(
                names.map(\.text).sorted().joined(separator: "\n"), to: file)
        }
        return names
    }

    /// Notes an orderly end.
    static func end(_ folder: String) {
        for name in ["/restarts", "/suspects", "/active"] { PrivateFile.remove(folder + name) }
    }
}
