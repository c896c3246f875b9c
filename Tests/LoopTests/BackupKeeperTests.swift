// Backups: made from a running world, proved by restoring, damaged ones found out, swapped in whole.

import Foundation
import Journal
import NIOPosix
import Plant
import Testing

@testable import Loop

struct BackupKeeperTests {
    let test: TestWorld
    let keeper: BackupKeeper
    private let acts = Heard()

    init() async throws {
        test = try await TestWorld.morning()
        var settings = Settings()
        settings.data = test.folder.path
        settings.keptBackups = 2
        let acts = acts
        let world = test.world
        guard DataLock.makeFolder(settings.data + "/secrets") else { throw CancellationError() }
        keeper = BackupKeeper(
            settings: settings, world: world, environment: MadeUp.environment(test.clock),
            acts: { act, object, outcome, actor in
                acts.add("\(act) \(outcome)")
                try await world.say(
                    .accessNoted(AccessNote(act: act, object: object, outcome: outcome)),
                    actor: actor)
            })
    }

    @Test func `a backup holds both stores, is proved, and says so in the journal`() async throws {
        #expect(try keeper.standing().newest == nil)
        let made = try await keeper.make(actor: "Sam")
        #expect(made.files == 3)
        #expect(made.made == test.clock.now)
        let proof = try await keeper.prove(nil, actor: "Sam")
        #expect(proof.entries == test.world.journal.lastSequence - 2)
        #expect(proof.path == made.path)
        #expect(try keeper.standing().proved != nil)
        #expect(acts.all == ["backup-made done", "backup-proved done"])
        #expect(FolderNames.all(in: keeper.folder).allSatisfy { $0.hasSuffix(".mwbackup") })
    }

    @Test func `the oldest beyond the number kept go, the newest never`() async throws {
        for _ in 0..<4 {
            test.clock.now = test.clock.now + .hours(24)
            _ = try await keeper.make(actor: "box")
        }
        let made = keeper.list().map(\.made)
        #expect(made == [test.clock.now, test.clock.now - .hours(24)])
    }

    @Test func `three days without a backup are said, and a disk that is away`() async throws {
        _ = try await keeper.make(actor: "box")
        #expect(try keeper.standing().warnings.isEmpty)
        test.clock.now = test.clock.now + .hours(24 * 3)
        #expect(try keeper.standing().warnings == ["No backup for 3 days."])
    }

    @Test func `T14: a damaged backup is not proved, and the act says why`() async throws {
        let made = try await keeper.make(actor: "box")
        var bytes = try Data(contentsOf: URL(filePath: made.path))
        bytes[bytes.count / 2] ^= 0x10
        try bytes.write(to: URL(filePath: made.path))
        let refused = await #expect(throws: BackupRefused.self) {
            try await keeper.prove(nil, actor: "box")
        }
        #expect(refused?.remedy.isEmpty == false)
        #expect(try keeper.standing().proved == nil)
        #expect(acts.all.last?.hasPrefix("backup-proof-failed ") == true)
        #expect(acts.all.last != "backup-proved done")
    }

    @Test(arguments: 0..<4)
    func `a restore that is cut off between its moves is taken up again`(
        _ moves: Int
    ) async throws {
        let made = try await keeper.make(actor: "box")
        let figure = try test.figure(.timeLost)
        let key = try keeper.keyText()
        let other = try TestFolder()
        let data = other.path + "/data"
        _ = DataLock.makeFolder(data + "/history")
        try Data("old".utf8).write(to: URL(filePath: data + "/core.db"))
        let ready = try Restoring.prepare(
            made.path, keyText: key.lowercased(), data: data, now: test.clock.now)
        // The first moves were made before the power went.
        let names = [("core.db", true), ("core.db", false), ("head.db", false)]
        _ = DataLock.makeFolder(ready.keptAside)
        for (name, isOld) in names.prefix(moves) {
            let from = isOld ? data : data + "/restore.scratch"
            let to = isOld ? ready.keptAside : data
            try FileManager.default.moveItem(
                atPath: from + "/" + name, toPath: to + "/" + name)
        }
        let done = try #require(try Restoring.complete(data: data))
        #expect(done.aside == ready.keptAside)
        #expect(try Restoring.complete(data: data) == nil)
        // The key of the printed sheet is the key of this box from now on.
        let kept = try String(contentsOfFile: data + "/secrets/backup-key", encoding: .utf8)
        #expect(kept.lowercased().hasPrefix(key.lowercased()))
        #expect(
            try String(contentsOfFile: ready.keptAside + "/core.db", encoding: .utf8) == "old")
        let world = try World.open(
            .real, folder: data, surroundings: test.world.surroundings, feed: LiveFeed())
        try world.refreshStates()
        let again = try world.figure(
            FigureKey(figure: .timeLost, machine: Workshop.lathe, range: test.soFar))
        #expect(again.indicator.value == figure.value)
        try await world.close()
    }
}
