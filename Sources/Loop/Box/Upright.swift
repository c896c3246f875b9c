// What can be put right in a data folder without a person: rights, left-over files, the record of
// bad ends. Nothing that was stored is touched.

#if canImport(Glibc)
    import Glibc
#endif

/// Looks at a data folder, and puts right what is wrong where it was asked to.
public enum Upright {
    /// One check.
    public struct Finding: Sendable, Hashable {
        /// What was looked at.
        public let name: String
        /// Whether it is as it should be, perhaps by now.
        public let isWell: Bool
        /// What is so.
        public let says: String
        /// What to do.
        public let remedy: String
    }

    /// All checks; with `fix` what can be put right is.
    public static func look(_ settings: Settings, fix: Bool) -> [Finding] {
        [
            rights(settings, fix: fix), leftOver(settings, fix: fix),
            badEnds(settings, fix: fix), certificate(settings),
        ]
    }

    private static func mode(_ path: String) -> mode_t? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        return facts.st_mode & 0o777
    }

    private static func restrict(_ path: String, to mode: mode_t) -> Bool {
        unsafe chmod(path, mode) == 0
    }

    /// Secrets are for the box alone.
    private static func rights(_ settings: Settings, fix: Bool) -> Finding {
        let folder = settings.data + "/secrets"
        var wrong: [String] = []
        if let mode = mode(folder), mode & 0o077 != 0 {
            if !fix || !restrict(folder, to: 0o700) { wrong.append(folder) }
        }
        for name in FolderNames.all(in: folder) {
            let path = folder + "/" + name
            guard let mode = mode(path), mode & 0o077 != 0 else { continue }
            if !fix || !restrict(path, to: 0o600) { wrong.append(path) }
        }
        return Finding(
            name: "secrets", isWell: wrong.isEmpty,
            says: wrong.isEmpty
                ? "readable by the box alone"
                : wrong.joined(separator: ", ") + " can be read by others",
            remedy: "millwright doctor --fix takes the rights away.")
    }

    /// What an unfinished backup or proof left behind.
    private static func leftOver(_ settings: Settings, fix: Bool) -> Finding {
        let places = ["backups/.copy.db", "backups/.proof", "flush-probe"].map {
            settings.data + "/" + $0
        }
        var left = places.filter { mode($0) != nil }
        if fix {
            for path in left where unsafe unlink(path) != 0 { FolderRemoval.removeWhole(path) }
            left = places.filter { mode($0) != nil }
        }
        return Finding(
            name: "left over", isWell: left.isEmpty,
            says: left.isEmpty ? "nothing" : left.joined(separator: ", "),
            remedy: "While no backup is being made: millwright doctor --fix")
    }

    /// Bad ends of the last minutes.
    private static func badEnds(_ settings: Settings, fix: Bool) -> Finding {
        let lines = (PrivateFile.read(settings.data + "/restarts") ?? "").split(separator: "\n")
        // One line is the start of a box that runs.
        let count = max(0, lines.count - 1)
        if fix, count >= RestartRecord.limit { RestartRecord.end(settings.data) }
        return Finding(
            name: "restarts", isWell: fix || count < RestartRecord.limit,
            says: count == 0 ? "none that ended badly" : "\(count) ended badly in ten minutes",
            remedy: "Find the reason in the log, then: millwright doctor --fix, and start the box.")
    }

    /// The certificate that other devices see.
    private static func certificate(_ settings: Settings) -> Finding {
        let isOpen = !settings.listen.isLoopback
        let isOwn = settings.https == .own
        let isThere =
            isOwn
            ? mode(settings.data + "/secrets/server.pem") != nil
            : mode(settings.certificateFile) != nil && mode(settings.keyFile) != nil
        let isWell = !isOpen || settings.https == .off || isThere || isOwn
        return Finding(
            name: "certificate", isWell: isWell,
            says: !isOpen
                ? "not needed: only this computer reaches the pages"
                : settings.https == .off
                    ? "none: pages cross the network unencrypted"
                    : isOwn ? "the box's own, renewed by itself" : "the site's",
            remedy: "Give https.certificate and https.key the paths of the site's files.")
    }
}
