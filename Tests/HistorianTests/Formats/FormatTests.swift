// Stored folders of every released format give the same answers to this program, bit for bit.

import Foundation
import Plant
import Testing

@testable import Historian

@Suite struct FormatTests {
    /// Every format that was ever released.
    static let versions = [1, 2]

    @Test(arguments: versions)
    func `R-56: a store of a released format gives the same answers, bit for bit`(
        _ version: Int
    ) async throws {
        let scratch = try Scratch()
        try FormatFixture.copy(version, to: scratch.path)
        let expected = try FormatFixture.answers(version)
        #expect(expected.series.map(\.signal) == FormatFixture.signals)
        let store = try SampleStore.open(folder: scratch.path)
        try compare(store, expected)
        #expect(try store.verify().isClean)
        await store.close()
    }

    @Test(arguments: versions)
    func `R-55: a store of a released format takes new samples, seals, verifies and reopens`(
        _ version: Int
    ) async throws {
        let scratch = try Scratch()
        try FormatFixture.copy(version, to: scratch.path)
        let expected = try FormatFixture.answers(version)
        let store = try SampleStore.open(folder: scratch.path)
        let repeated = try await store.append([batch(6, [morning], .texts(["Teil 0 – fertig"]))])
        #expect(repeated == AppendReceipt(duplicates: 1))
        let ahead = morning + 90 * 86_400 * second
        for number in FormatFixture.signals where number != 9 {
            let kind = try store.series(of: SignalID(number), in: always).values.kind
            var values = ColumnValues.empty(kind)
            _ = values.append(ColumnValues.placeholder(kind))
            #expect(try await store.append([batch(number, [ahead], values)]).stored == 1)
        }
        #expect(try await store.seal(upTo: .distantFuture).headRows > 0)
        let report = try store.verify()
        #expect(report.isClean && report.headRows == 0, "\(report.faults)")
        await store.close()
        let again = try SampleStore.open(folder: scratch.path)
        try compare(again, expected, before: ahead)
        #expect(again.lastValues()[SignalID(1)]?.time == Timestamp(nanoseconds: ahead))
        try await again.unmask(import: 4)
        #expect(try again.series(of: SignalID(9), in: always).count == 60)
        await again.close()
    }

    @Test func `the stored folder of format 1 has head rows and every encoding of that format`()
        async throws
    {
        let scratch = try Scratch()
        try FormatFixture.copy(1, to: scratch.path)
        let store = try SampleStore.open(folder: scratch.path)
        let headRows = try store.core.head.read { database in
            try database.first("SELECT count(*) FROM head") { $0.integer(0) }
        }
        #expect(headRows ?? 0 > 0)
        var codes: Set<UInt8> = []
        #expect(store.core.shelf.months.count == 2)
        for month in store.core.shelf.months {
            let file = try #require(try store.core.shelf.file(month))
            let headers = try file.read { database in
                var headers: [[UInt8]] = []
                try database.each("SELECT header FROM chunk") { headers.append($0.blob(0)) }
                return headers
            }
            for header in headers { codes.formUnion(encodings(header)) }
        }
        #expect(Set(codes.map { $0 & 0x7F }) == Set(1...8))
        #expect(codes.contains { $0 & 0x80 != 0 })
        await store.close()
    }

    @Test func `R-55: month files and heads of a newer program are refused with what to do`()
        async throws
    {
        let scratch = try Scratch()
        try FormatFixture.copy(1, to: scratch.path)
        let store = try SampleStore.open(folder: scratch.path)
        let november = MonthKey(morning)
        let file = try #require(try store.core.shelf.file(november))
        try file.write { try $0.change("PRAGMA user_version = 77") }
        await store.close()
        do {
            let again = try SampleStore.open(folder: scratch.path)
            _ = try again.series(of: SignalID(1), in: always)
            Issue.record("a month file of format 77 was read")
        } catch {
            guard case .newerFormat(let name, 77, let supported) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(name == "history/2026-11.db" && supported < 77)
            #expect(error.what == "\(name) has format 77, this program knows up to \(supported)")
            #expect(error.remedy == "Use the newer version of this program.")
        }
    }

    /// Makes the folder of the newest format anew: `UPDATE_STORES=1 swift test --filter FormatTests`.
    ///
    /// Only before a format is released; afterwards a new format gets a new folder and number.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["UPDATE_STORES"] == "1",
            "makes the stored folder anew only when told to"))
    func `the stored folder of the newest format is made`() async throws {
        let target = FormatFixture.folder(try #require(FormatTests.versions.last))
        let files = FileManager.default
        try files.createDirectory(atPath: target, withIntermediateDirectories: true)
        for name in ["head.db", "history"] where files.fileExists(atPath: target + "/" + name) {
            try files.removeItem(atPath: target + "/" + name)
        }
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        try await FormatFixture.fill(store)
        let answers = try FormatAnswers(store, sources: FormatFixture.sources)
        await store.close()
        for name in ["head.db", "history"] {
            try files.copyItem(atPath: scratch.path + "/" + name, toPath: target + "/" + name)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var bytes = try encoder.encode(answers)
        bytes.append(0x0A)
        try bytes.write(to: URL(filePath: target + "/expected.json"))
    }

    private func compare(
        _ store: SampleStore, _ expected: FormatAnswers, before end: Int64 = .max
    ) throws {
        let earlier = range(Timestamp.distantPast.nanoseconds, end)
        for series in expected.series {
            let found = try store.series(of: SignalID(series.signal), in: earlier)
            #expect(try FormatAnswers.Series(series.signal, found) == series)
        }
        for source in FormatFixture.sources {
            #expect(try store.cursor(of: source) == expected.cursors[source])
        }
    }

    /// The encoding bytes in a chunk's directory, read by the words of `docs/formats/chunk.md`.
    private func encodings(_ header: [UInt8]) -> Set<UInt8> {
        var codes: Set<UInt8> = []
        var offset = 56
        while offset + 20 <= header.count {
            codes.insert(header[offset + 5])
            offset += header[offset + 6] & 1 == 1 ? 72 : 20
        }
        return codes
    }
}
