// Bad ends are counted, and what can be put right without a person is.

import Foundation
import Plant
import Testing

@testable import Loop

struct UprightTests {
    let folder: TestFolder
    let settings: Settings

    init() throws {
        folder = try TestFolder()
        var settings = Settings()
        settings.data = folder.path
        self.settings = settings
    }

    @Test func `R-48: five bad ends within ten minutes count, older ones and orderly ones do not`()
        throws
    {
        let now = friday(11)
        for number in 0..<5 {
            #expect(
                try RestartRecord.begin(folder.path, now: now + .minutes(Int64(number))) == number)
        }
        #expect(try RestartRecord.begin(folder.path, now: now + .minutes(5)) == 5)
        #expect(try RestartRecord.begin(folder.path, now: now + .minutes(13)) == 3)
        // A clock that was set back makes no start of the future count.
        #expect(try RestartRecord.begin(folder.path, now: now - .hours(1)) == 0)
        RestartRecord.end(folder.path)
        #expect(try RestartRecord.begin(folder.path, now: now) == 0)
    }

    @Test func `in safe mode a box opens, says so, and plays no made-up factory`() async throws {
        let clock = TurnedClock(friday(11))
        let settings = MadeUp.settings(folder, .on)
        _ = DataLock.makeFolder(settings.data)
        for _ in 0..<5 { _ = try RestartRecord.begin(settings.data, now: clock.now) }
        let lines = Heard()
        let box = try await Box.open(
            settings, environment: MadeUp.environment(clock)
        ) { lines.add($0) }
        #expect(box.isSafeMode)
        #expect(box.world(.demonstrator) == nil)
        #expect(lines.all.contains { $0.hasPrefix("Safe mode") })
        #expect(try box.facts().warnings.contains { $0.hasPrefix("Safe mode") })
        try await box.close()
        // An orderly end: the next start counts no bad one.
        #expect(try RestartRecord.begin(settings.data, now: clock.now) == 0)
    }

    private func finding(_ name: String, fix: Bool) throws -> Upright.Finding {
        try #require(Upright.look(settings, fix: fix).first { $0.name == name })
    }

    @Test func `rights of secrets, left-over files and bad ends are found and put right`() throws {
        _ = DataLock.makeFolder(folder.path + "/secrets")
        _ = DataLock.makeFolder(folder.path + "/backups/.proof/history")
        let secret = folder.path + "/secrets/data-key"
        try Data("x".utf8).write(to: URL(filePath: secret))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
        for _ in 0..<6 { _ = try RestartRecord.begin(folder.path, now: friday(11)) }
        for name in ["secrets", "left over", "restarts"] {
            #expect(try !finding(name, fix: false).isWell, "\(name)")
        }
        #expect(Upright.look(settings, fix: true).allSatisfy { $0.isWell })
        for name in ["secrets", "left over", "restarts"] {
            #expect(try finding(name, fix: false).isWell, "\(name)")
        }
        let rights = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions]
        #expect(rights as? Int == 0o600)
    }

    private func open(_ clock: TurnedClock) async throws -> Box {
        try await Box.open(
            MadeUp.settings(folder, .off), environment: MadeUp.environment(clock))
    }

    private func words(_ box: Box) throws -> String? {
        try box.facts().warnings.first { $0.hasPrefix("The clock of this computer") }
    }

    @Test func `R-34: a clock that stands before what is stored is said and not believed`()
        async throws
    {
        let clock = TurnedClock(friday(11))
        try await { [self] in
            let box = try await open(clock)
            #expect(try words(box) == nil)
            try await box.close()
        }()
        // As a board without a battery starts.
        clock.now = friday(11) - .hours(24 * 400)
        let late = try await open(clock)
        #expect(try words(late) != nil)
        #expect(late.real.time >= friday(11))
        #expect(late.figures().contains { $0.name == "clock_trusted" && $0.value == 0 })
        clock.now = friday(13)
        #expect(try await late.believeClock(actor: "Sam"))
        #expect(late.real.time == friday(13))
        #expect(try words(late) == nil)
        try await late.close()
    }
}
