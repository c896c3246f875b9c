// Makes, proves and lists backups: one file each, sealed and signed, made while the box runs.

import Backup
import Historian
import Journal
public import Plant
import Synchronization

/// A backup as lists show it.
public struct BackupFacts: Sendable, Hashable {
    /// Where it lies.
    public let path: String
    /// When it was made.
    public let made: Timestamp
    /// Name of the site at that time.
    public let site: String
    /// Version of the program that made it.
    public let program: String
    /// Its bytes.
    public let bytes: Int
    /// Bytes of what is in it.
    public let content: Int
    /// Files in it.
    public let files: Int
    /// Facts as they are.
    public init(
        path: String, made: Timestamp, site: String, program: String, bytes: Int, content: Int,
        files: Int
    ) {
        self.path = path
        self.made = made
        self.site = site
        self.program = program
        self.bytes = bytes
        self.content = content
        self.files = files
    }
}

/// How it stands with backups.
public struct BackupStanding: Sendable, Hashable {
    /// The newest, nil when there is none.
    public let newest: BackupFacts?
    /// When one was last proved by restoring it; nil when never.
    public let proved: Timestamp?
    /// Where else they are copied, in words; nil where nowhere.
    public let second: String?
    /// Whether the second place is not there now.
    public let isSecondAway: Bool
    /// Sentences a person should act on.
    public let warnings: [String]
    /// Facts as they are.
    public init(
        newest: BackupFacts?, proved: Timestamp?, second: String?, isSecondAway: Bool,
        warnings: [String]
    ) {
        self.newest = newest
        self.proved = proved
        self.second = second
        self.isSecondAway = isSecondAway
        self.warnings = warnings
    }
}

/// What a proof found: a backup restored into a scratch place and compared.
public struct BackupProofFacts: Sendable, Hashable {
    /// Which file.
    public let path: String
    /// Files restored.
    public let files: Int
    /// Journal entries walked in the restored copy.
    public let entries: Int64
    /// Chunks walked in it.
    public let chunks: Int
    /// The shift of which figures were worked out again and are the same; nil where none is closed.
    public let comparedDay: String?
    /// Facts as they are.
    public init(path: String, files: Int, entries: Int64, chunks: Int, comparedDay: String?) {
        self.path = path
        self.files = files
        self.entries = entries
        self.chunks = chunks
        self.comparedDay = comparedDay
    }
}

/// Why a backup could not be made, proved or restored.
public struct BackupRefused: Error, Sendable, Hashable {
    /// What is so.
    public let says: String
    /// Why.
    public let why: String
    /// What to do.
    public let remedy: String

    init(_ says: String, why: String = "", remedy: String) {
        self.says = says
        self.why = why
        self.remedy = remedy
    }

    init(_ trouble: BackupTrouble) {
        let words = trouble.words
        self.init(words.says, why: words.why, remedy: words.remedy)
    }
}

/// Keeps backups of the firm's own world.
public final class BackupKeeper: Sendable {
    let settings: Settings
    let world: World
    let environment: BoxEnvironment
    private let isBusy = Mutex(false)
    private let isStopping = Mutex(false)

    /// Gives up what is under way: the box stops.
    func stop() { isStopping.withLock { $0 = true } }

    private var pace: BackupPace { isStopping.withLock { $0 } ? .cancel : .proceed }
    private let acts: @Sendable (String, String, String, String) async throws -> Void

    /// `acts` writes down an act, its object, its outcome and who did it.
    init(
        settings: Settings, world: World, environment: BoxEnvironment,
        acts: @escaping @Sendable (String, String, String, String) async throws -> Void
    ) {
        self.settings = settings
        self.world = world
        self.environment = environment
        self.acts = acts
    }

    /// The folder of backups on this box.
    var folder: String { settings.data + "/backups" }

    /// The key that opens backups on any box, as it is printed; made when first asked for.
    public func keyText() throws -> String { try key().text }

    private func key() throws -> BackupKey {
        let path = settings.data + "/secrets/backup-key"
        if let text = PrivateFile.read(path) { return try BackupKey(text: text.trimmed) }
        let key = BackupKey.make(random: SecretText.random)
        try PrivateFile.write(key.text, to: path)
        return key
    }

    private func signer() throws -> BackupSigner {
        let path = settings.data + "/secrets/backup-signer"
        if let text = PrivateFile.read(path), let bytes = Base64Text.decode(text.trimmed) {
            return try BackupSigner(privateKey: bytes)
        }
        let bytes = SecretText.random(32)
        try PrivateFile.write(Base64Text.encode(bytes), to: path)
        return try BackupSigner(privateKey: bytes)
    }

    /// Makes a backup now, copies it to the second place, forgets the oldest beyond the number kept.
    ///
    /// Recording goes on. A backup that fails leaves those before as they are.
    public func make(
        actor: String, to folder: String? = nil,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> BackupFacts {
        do {
            let made = try await alone {
                try await self.environment.blocking {
                    try self.write(into: folder ?? self.folder, progress: progress)
                }
            }
            if folder == nil {
                BackupFolder.prune(self.folder, keep: settings.keptBackups)
                try copyToSecondPlace(made.path)
            }
            try await acts("backup-made", name(made.path), "done", actor)
            return made
        } catch let refused as BackupRefused {
            try await acts("backup-failed", refused.says, "failed", actor)
            throw refused
        }
    }

    /// Runs one thing at a time on threads that may block.
    private func alone<Result: Sendable>(
        _ body: () async throws -> Result
    ) async throws -> Result {
        let mayRun = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard mayRun else {
            throw BackupRefused(
                "A backup is being made or proved already.", remedy: "Wait until it is done.")
        }
        defer { isBusy.withLock { $0 = false } }
        do {
            return try await body()
        } catch let trouble as BackupTrouble {
            throw BackupRefused(trouble)
        } catch let error where error is StoreError || error is JournalError {
            throw BackupRefused(
                "The stores could not be copied.",
                why: StoreTrouble.words(error)?.why ?? "\(error)",
                remedy: "See whether the place has room for the largest file of the store; else run"
                    + " millwright verify.")
        } catch let refused as DataFolderRefused {
            throw BackupRefused(
                refused.words.says, why: refused.words.why, remedy: refused.words.remedy)
        }
    }

    /// Head, months, journal, each copied whole and then sealed; one copy lies on the disk at a time.
    private func write(
        into folder: String, progress: @escaping @Sendable (Int) -> Void
    ) throws -> BackupFacts {
        let isOwn = folder == self.folder
        guard isOwn ? DataLock.makeFolder(folder) : BackupPlace.folder(folder).path != nil else {
            throw BackupRefused(
                isOwn
                    ? "The folder \(folder) cannot be made." : "The folder \(folder) is not there.",
                remedy: isOwn
                    ? "Free some space." : "Plug the disk in, or make the folder first.")
        }
        let now = environment.wall()
        let path = BackupKeeper.freePath(folder + "/millwright-" + BackupKeeper.stamp(now))
        let label = BackupLabel(
            site: world.factory.name, box: try world.journal.incarnation,
            createdNanoseconds: now.nanoseconds, program: environment.version,
            schemas: ["journal": Int(JournalStore.schemaVersion)])
        let writer = try BackupWriter(
            path, label: label, key: try key(), signer: try signer(), random: SecretText.random
        ) { step in
            progress(step.bytes)
            return self.pace
        }
        let scratch = folder + "/.copy.db"
        defer { PrivateFile.remove(scratch) }
        for name in try SampleStore.snapshotNames(folder: world.folder) {
            PrivateFile.remove(scratch)
            guard self.pace == .proceed else { throw BackupTrouble.cancelled(file: path) }
            try SampleStore.snapshot(folder: world.folder, name: name, to: scratch)
            try writer.add(path: name, from: scratch)
        }
        PrivateFile.remove(scratch)
        // What an entry names is there already: a document is stored before it is said.
        for name in DocumentShelf(world.folder).names {
            guard self.pace == .proceed else { throw BackupTrouble.cancelled(file: path) }
            try writer.add(
                path: DocumentShelf.folder + "/" + name,
                from: DocumentShelf(world.folder).path(name))
        }
        try world.journal.snapshot(to: scratch)
        try writer.add(path: "core.db", from: scratch)
        try writer.add(path: "factory.toml", bytes: Array(world.factoryText().utf8))
        _ = try writer.finish()
        return try BackupKeeper.facts(path)
    }

    /// `2026-11-13-0300` in UTC.
    private static func stamp(_ time: Timestamp) -> String {
        let text = time.rfc3339
        let digits = text.prefix(16).filter { $0 != ":" }
        return String(digits.map { $0 == "T" ? "-" : $0 })
    }

    /// A path that no backup has yet: a second one of the same minute gets a number.
    private static func freePath(_ start: String) -> String {
        var path = start + BackupFolder.suffix
        var number = 2
        while BackupFolder.isTaken(path) {
            path = start + "-\(number)" + BackupFolder.suffix
            number += 1
        }
        return path
    }

    private func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private func copyToSecondPlace(_ path: String) throws {
        guard let place = BackupPlace(settings.backupPlace) else { return }
        guard let target = place.path else {
            throw BackupRefused(
                "The backup was made here, but not copied: \(place.words) is not there.",
                remedy: "Plug it in, or make the folder; the next backup is copied again.")
        }
        guard FileCopy.copy(path, to: target + "/" + name(path))
        else {
            throw BackupRefused(
                "The backup could not be copied to \(place.words).",
                remedy:
                    "See whether it is full or write-protected. The backup on this box is whole.")
        }
        BackupFolder.prune(target, keep: settings.keptBackups)
    }

    /// What a file says of itself, without the key.
    static func facts(_ path: String) throws -> BackupFacts {
        let contents: BackupContents
        do {
            contents = try BackupReader.manifest(of: path, isSignatureChecked: false)
        } catch {
            throw BackupRefused(error)
        }
        return BackupFacts(
            path: path, made: Timestamp(nanoseconds: contents.label.createdNanoseconds),
            site: contents.label.site, program: contents.label.program,
            bytes: contents.fileBytes, content: contents.manifest.totalBytes,
            files: contents.manifest.entries.count)
    }

    /// All backups on this box and in the second place, the newest first; unreadable ones left out.
    public func list() -> [BackupFacts] {
        let second = BackupPlace(settings.backupPlace)?.path
        let paths =
            BackupFolder.files(in: folder) + (second.map { BackupFolder.files(in: $0) } ?? [])
        return paths.compactMap { path in
            // What cannot be read is no backup to offer; verify names the place.
            do { return try BackupKeeper.facts(path) } catch { return nil }
        }.sorted { $0.made > $1.made }
    }

    /// How it stands.
    public func standing() throws -> BackupStanding {
        let newest = list().first
        let now = environment.wall()
        let place = BackupPlace(settings.backupPlace)
        let isAway = place != nil && place?.path == nil
        var warnings: [String] = []
        if world.hasMachine {
            if let newest {
                let days = Int((now - newest.made).hours / 24)
                if days >= 3 { warnings.append("No backup for \(days) days.") }
            } else if now - environment.started > .hours(48) {
                warnings.append("There is no backup yet.")
            }
        }
        if isAway, let place {
            warnings.append("\(place.words) for backups is not there; plug it in, or make it.")
        }
        if let place, place.isBeside(settings.data) {
            warnings.append(
                "\(place.words) lies on the disk of the data itself: one fault takes both.")
        }
        return BackupStanding(
            newest: newest, proved: try lastProved(), second: place?.words, isSecondAway: isAway,
            warnings: warnings)
    }

    /// When a backup was last proved, by the journal.
    func lastProved() throws -> Timestamp? {
        try world.journal.events(
            limit: LoopLimits.actsLookedThrough, kinds: ["access.noted"], newestFirst: true
        ).first { stored in
            guard case .accessNoted(let note) = stored.event else { return false }
            return note.act == "backup-proved" && note.outcome == "done"
        }?.recorded
    }

    /// Proves a backup: restores it into a scratch place, walks it, works out a closed shift again.
    public func prove(
        _ path: String?, keyText: String? = nil, actor: String
    ) async throws -> BackupProofFacts {
        guard let path = path ?? list().first?.path else {
            throw BackupRefused(
                "There is no backup to prove.", remedy: "Make one: millwright backup create")
        }
        do {
            let proof = try await alone { try await self.proof(of: path, keyText: keyText) }
            try await acts("backup-proved", name(path), "done", actor)
            return proof
        } catch let refused as BackupRefused {
            try await acts("backup-proof-failed", name(path), refused.says, actor)
            throw refused
        }
    }

    private func proof(of path: String, keyText: String?) async throws -> BackupProofFacts {
        let scratch = folder + "/.proof"
        FolderRemoval.removeWhole(scratch)
        defer { FolderRemoval.removeWhole(scratch) }
        let (files, copy) = try await environment.blocking {
            guard DataLock.makeFolder(self.folder) else {
                throw BackupRefused(
                    "The folder \(self.folder) cannot be made.", remedy: "Free some space.")
            }
            let key = try keyText.map { try BackupKey(text: $0) } ?? self.key()
            let found = try BackupReader.extract(
                path, key: key, into: scratch, expecting: try self.signer().publicKey,
                progress: { _ in self.pace })
            let copy = try World.open(
                .real, folder: scratch, surroundings: self.world.surroundings, feed: LiveFeed())
            return (found.contents.manifest.entries.count, copy)
        }
        do {
            let walked = try await environment.blocking { () throws -> BackupProofFacts in
                try self.compare(copy, path: path, files: files)
            }
            try await copy.close()
            return walked
        } catch {
            try await copy.close()
            throw error
        }
    }

    private func compare(_ copy: World, path: String, files: Int) throws -> BackupProofFacts {
        let walked = try copy.verification(rebuild: true) { _, _ in }
        guard walked.isSound else {
            throw BackupRefused(
                "The restored copy is not sound.", why: walked.findings.joined(separator: "\n"),
                remedy: "Make a new backup. Keep this one until the new one is proved.")
        }
        let day = try compareNewestClosedDay(copy)
        return BackupProofFacts(
            path: path, files: files, entries: walked.entries, chunks: walked.chunks,
            comparedDay: day)
    }

    /// Works out the newest day all of whose shifts were closed before the backup, in both places.
    private func compareNewestClosedDay(_ copy: World) throws -> String? {
        let dates = try copy.journal.events(
            limit: LoopLimits.closingsLookedThrough, kinds: ["shift.closed"], newestFirst: true
        ).compactMap { stored -> CivilDate? in
            guard case .shiftClosed(_, let shift, _, _) = stored.event else { return nil }
            return CivilDate(String(shift.prefix(10)))
        }
        guard let date = dates.first?.adding(days: -1), dates.contains(date) else { return nil }
        let zone = copy.zone
        let range = TimeRange(start: zone.midnight(date), end: zone.midnight(date.adding(days: 1)))
        let here = try world.figureTable(range: range, by: [.shift, .machine], machine: nil)
        let there = try copy.figureTable(range: range, by: [.shift, .machine], machine: nil)
        guard here == there else {
            throw BackupRefused(
                "Figures of \(date.text) come out differently in the restored copy.",
                why: "They are made from the same samples and entries, so one of them is damaged.",
                remedy: "Run millwright verify, then make a new backup.")
        }
        return date.text
    }
}
