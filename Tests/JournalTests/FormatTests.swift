// Stored journals of every released form give the same entries to this program, byte for byte.

import Foundation
import Plant
import Testing

@testable import Journal

/// The answers of a stored journal, written when it was made.
private struct JournalAnswers: Codable, Equatable {
    /// Entries in the chain.
    let entries: Int64
    /// The chain's name.
    let incarnation: String
    /// Hash of the last entry, which follows from every byte of every entry.
    let head: String
    /// Kinds in order.
    let kinds: [String]
    /// Machines of the configuration.
    let machines: [String]
    /// Jobs of the machine `lathe-1` as words.
    let jobs: [String]

    init(_ journal: JournalStore) throws {
        let report = try journal.verify()
        entries = report.entries
        incarnation = report.incarnation ?? ""
        head = report.head
        kinds = try journal.events(limit: 1_000).map(\.event.kind)
        machines = journal.factory.machines.values.map(\.name).sorted()
        let wide = TimeRange(start: .distantPast, end: .distantFuture)
        jobs = try journal.annotations(of: "lathe-1", in: wide).jobs.map {
            "\($0.job) \($0.range.start.rfc3339) \($0.range.end.rfc3339)"
        }
    }
}

@Suite struct FormatTests {
    /// Every form that was ever released.
    static let versions = [1]

    @Test(
        "R-56: a journal of a released form gives the same answers and goes on", arguments: versions
    )
    func stored(_ version: Int) async throws {
        let folder = try TestFolder()
        try FileManager.default.copyItem(
            atPath: FormatTests.folder(version) + "/core.db", toPath: folder.database)
        let expected = try FormatTests.answers(version)
        let journal = try openJournal(folder)
        #expect(try JournalAnswers(journal) == expected)
        #expect(try journal.verify().isSound)
        #expect(try journal.rebuildProjections().isIdentical)

        let known = try await journal.append(FormatTests.drafts)
        #expect(known.map(\.sequence) == Array(2...expected.entries))
        let added = try await journal.append([machineDraft(900)])
        #expect(added.map(\.sequence) == [expected.entries + 1])
        try journal.close()
        let again = try openJournal(folder)
        #expect(try again.verify().isSound)
        #expect(again.lastSequence == expected.entries + 1)
        #expect(
            again.factory.machines.values.map(\.name).sorted()
                == (expected.machines + ["Machine 900"]).sorted())
    }

    /// Makes the journal of the newest form anew: `UPDATE_STORES=1 swift test --filter FormatTests`.
    ///
    /// Only before a form is released; afterwards a new form gets a new folder and number.
    @Test(
        "the stored journal of the newest form is made",
        .enabled(
            if: ProcessInfo.processInfo.environment["UPDATE_STORES"] == "1",
            "makes the stored journal anew only when told to"))
    func make() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        for draft in FormatTests.drafts { _ = try await journal.append([draft]) }
        let answers = try JournalAnswers(journal)
        try journal.close()
        let target = FormatTests.folder(try #require(FormatTests.versions.last))
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        if files.fileExists(atPath: target + "/core.db") {
            try files.removeItem(atPath: target + "/core.db")
        }
        try files.copyItem(atPath: folder.database, toPath: target + "/core.db")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var bytes = try encoder.encode(answers)
        bytes.append(0x0A)
        try bytes.write(to: URL(filePath: target + "/expected-journal.json"))
    }

    private static func answers(_ version: Int) throws -> JournalAnswers {
        let url = URL(filePath: folder(version) + "/expected-journal.json")
        return try JSONDecoder().decode(JournalAnswers.self, from: Data(contentsOf: url))
    }

    private static func folder(_ version: Int) -> String {
        var url = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path + "/Fixtures/stores/format-\(version)"
    }

    /// What the stored journals say, after their first entry.
    private static var drafts: [EventDraft] {
        let lathe: Slug = "lathe-1"
        let shift = TimeRange(start: minute(0), end: minute(480))
        let events: [FactoryEvent] = [
            .areaSet(id: "hall", name: "Halle Süd"),
            .machineAdded(id: lathe, name: "Lathe 1", area: "hall"),
            .machineAdded(id: "press-1", name: "Press 1", area: nil),
            .machineChanged(id: "press-1", name: "Press one", area: "hall"),
            .signalRetired(id: SignalID(4), isRetired: true),
            .jobStarted(
                machine: lathe, at: minute(0), job: "A-17", product: "Flange",
                idealPerPart: .seconds(40), isEstimate: false, plannedParts: 500),
            .jobStarted(
                machine: lathe, at: minute(200), job: "A-18", product: "Shaft",
                idealPerPart: nil, isEstimate: true, plannedParts: nil),
            .jobEnded(machine: lathe, at: minute(400)),
            .stopReason(machine: lathe, at: minute(30), reason: "setup", detail: "new \"jaws\""),
            .periodMarked(machine: lathe, range: shift, kind: .planned, reason: nil),
            .countBooked(
                machine: lathe, range: shift, good: 480, scrap: 3, rework: 1, cause: "chips"),
            .problemSeen(machine: lathe, at: minute(31)),
            .shiftClosed(
                machine: lathe, shift: "2026-11-13/early", revision: 0,
                facts: .object(["good": .whole(480)])),
            .importStarted(
                number: 4, file: "energy.csv", sha256: String(repeating: "ab", count: 32)),
            .importDone(number: 4, taken: 60, refused: 2), .importUndone(number: 4),
            .clockStep(at: minute(5), by: .seconds(-3)),
            .samplesDropped(stage: "intake", reason: "late", count: 12),
            .other(kind: "weather.noted", facts: .object(["sky": .text("grey")])),
        ]
        return events.enumerated().map { draft(UInt64($0.offset + 1), $0.element) }
    }
}
