// Line protocol from bytes to stored batches, and its refused lines.

import Foundation
import Plant
import Testing
import Wire

@testable import Capture

@Suite("Line protocol intake")
struct LineProtocolIntakeTests {
    private let sink = MemorySink()

    private func ingest(
        _ text: String, precision: LinePrecision = .nanoseconds, into other: MemorySink? = nil
    ) async throws -> IngestOutcome {
        let sink = other ?? self.sink
        return try await LineProtocolIntake(registry: sink, sink: sink)
            .ingest(Array(text.utf8), precision: precision, arrival: testStart)
    }

    @Test("groups lines by tag set, with one flush")
    func groups() async throws {
        let outcome = try await ingest(
            """
            energy,meter=m1 kwh=1.5,parts=3i 1000
            energy,meter=m2 kwh=2.5,parts=4i 1000
            energy,meter=m1 kwh=1.6,parts=5i 2000
            state,machine=lathe run=t,program="O1 \\"x\\"" 2000
            energy,meter=m1 kwh=1.7 3000
            """)
        #expect(outcome.lines == 5)
        #expect(outcome.samples == 9)
        #expect(outcome.newSeries == 6)
        #expect(outcome.refused.isEmpty)
        let content = sink.snapshot
        #expect(content.flushes == 1)
        #expect(content.stored.map(\.times) == [[1000, 2000], [1000], [2000], [3000]])
        #expect(
            content.stored[0].columns.map(\.values) == [.numbers([1.5, 1.6]), .integers([3, 5])])
        #expect(content.stored[2].columns.map(\.values) == [.flags([true]), .texts(["O1 \"x\""])])
        #expect(content.stored.allSatisfy { $0.flaw == nil })
        #expect(
            content.series.map(\.address) == [
                "energy,meter=m1 kwh", "energy,meter=m1 parts", "energy,meter=m2 kwh",
                "energy,meter=m2 parts", "state,machine=lathe program", "state,machine=lathe run",
            ])
        #expect(content.series.last?.tags == ["machine": "lathe"])
    }

    @Test("takes tags in any order as the same series (decisions 5)")
    func tagOrder() async throws {
        let outcome = try await ingest("m,b=2,a=1 v=1 1\nm,a=1,b=2 v=2 2\n")
        #expect(outcome.newSeries == 1)
        let signals = Set(sink.snapshot.stored.flatMap { $0.columns.map(\.signal) })
        #expect(signals.count == 1)
    }

    @Test("gives lines without a time the time of arrival, in the precision asked for")
    func times() async throws {
        _ = try await ingest("m v=1\nm v=2 1767225500\n", precision: .seconds)
        #expect(
            sink.snapshot.stored[0].times
                == [testStart.nanoseconds, 1_767_225_500 * 1_000_000_000])
    }

    @Test("refuses bad lines by number and stores the good ones (R-51)")
    func refusals() async throws {
        let outcome = try await ingest(
            "m v=1 1\nm v= 2\n# comment\nm v=NaN 3\nm v=2 4\nm v=3 \(testStart.nanoseconds * 2)\n")
        #expect(outcome.lines == 2)
        #expect(outcome.refusedCount == 3)
        #expect(outcome.refused.map(\.line) == [2, 4, 6])
        #expect(outcome.refused[0].column == 5)
        #expect(outcome.refused[2].reason.hasPrefix("the time is more than 5 minutes"))
        #expect(sink.snapshot.stored[0].times == [1, 4])
    }

    @Test("lists at most 100 refused lines but counts all")
    func manyRefusals() async throws {
        let outcome = try await ingest(String(repeating: "m v=\n", count: 250))
        #expect(outcome.refusedCount == 250)
        #expect(outcome.refused.count == 100)
        #expect(sink.snapshot.flushes == 0)
    }

    @Test("refuses a line whose value changes its kind, and keeps the others")
    func kinds() async throws {
        let intake = LineProtocolIntake(registry: sink, sink: sink)
        func send(_ text: String) async throws -> IngestOutcome {
            try await intake.ingest(Array(text.utf8), arrival: testStart)
        }
        _ = try await send("m v=1.5 1\nm n=1i 1\n")
        // Whole numbers fit a series of numbers; a text does not.
        let outcome = try await send("m v=2i 2\nm v=\"x\" 3\nm v=3 4\nm n=2.0 2\nm n=2.5 3\n")
        #expect(outcome.lines == 3)
        #expect(outcome.refused.map(\.line) == [2, 5])
        #expect(outcome.refusedCount == 2)
        #expect(
            outcome.refused.first?.reason
                == "the field v holds number values since its first one; this is a text")
        let last = sink.snapshot.stored.suffix(2)
        #expect(last.map(\.times) == [[2, 4], [2]])
        #expect(outcome.newSeries == 0)
    }

    @Test("refuses lines of new series behind the limit, stores known ones (R-52)")
    func seriesLimit() async throws {
        let small = MemorySink(seriesLimit: 1)
        let intake = LineProtocolIntake(registry: small, sink: small)
        _ = try await intake.ingest(Array("m v=1 1\n".utf8), arrival: testStart)
        let outcome = try await intake.ingest(
            Array("m v=2 2\nother v=1 2\n".utf8), arrival: testStart)
        #expect(outcome.lines == 1)
        #expect(
            outcome.refused == [
                RefusedLine(
                    line: 2, column: 1, reason: "no room for a new series: the box keeps 50000")
            ])
    }

    @Test("acknowledges nothing when the store fails (R-01)")
    func storeFails() async throws {
        struct Full: Error {}
        let failing = MemorySink(failure: { Full() })
        await #expect(throws: Full.self) { try await ingest("m v=1 1\n", into: failing) }
    }

    @Test("keeps the last of a field that a line gives twice")
    func twice() async throws {
        _ = try await ingest("m v=1,v=2 1\n")
        #expect(sink.snapshot.stored.map { $0.columns.map(\.values) } == [[.numbers([2])]])
    }

    @Test("keeps every column as long as its times, whatever the order of fields")
    func shapes() async throws {
        var generator = SeededGenerator(seed: 11)
        var text = ""
        for time in 0..<2_000 {
            var fields = ["a", "b", "c", "d"].shuffled(using: &generator)
            fields.removeLast(Int.random(in: 0...3, using: &generator))
            let tag = Int.random(in: 0...20, using: &generator)
            text += "m,t=\(tag) " + fields.map { "\($0)=\(time)" }.joined(separator: ",")
            text += " \(time)\n"
        }
        let outcome = try await ingest(text)
        let batches = sink.snapshot.stored
        #expect(batches.allSatisfy { $0.flaw == nil })
        #expect(outcome.lines == 2_000)
        for batch in batches {
            for column in batch.columns {
                #expect(column.values == .numbers(batch.times.map { Double($0) }))
            }
        }
    }

    @Test("takes what the corpus takes and refuses what it refuses", .enabled(if: Reference.exists))
    func corpus() async throws {
        struct Corpus: Decodable { let decode: [String: Case] }
        struct Case: Decodable {
            struct Input: Decodable {
                let text: Text
                let precision: String
            }
            struct Output: Decodable { let error: String? }
            let input: Input
            let output: Output
        }
        enum Text: Decodable {
            case bytes([UInt8])
            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .bytes(Array(text.utf8))
                } else {
                    let binary = try container.decode([String: String].self)
                    self = .bytes(Array(Data(base64Encoded: binary["binary"] ?? "") ?? Data()))
                }
            }
        }
        let data = try Data(contentsOf: Reference.file("line-protocol-corpus/corpus-dev.json"))
        let cases = try JSONDecoder().decode(Corpus.self, from: data).decode
        var refused = 0
        for (name, example) in cases.sorted(by: { $0.key < $1.key }) {
            guard case .bytes(let bytes) = example.input.text else { continue }
            let precision = LinePrecision(name: String(example.input.precision.dropFirst()))
            let sink = MemorySink()
            let outcome = try await LineProtocolIntake(registry: sink, sink: sink).ingest(
                bytes, precision: precision ?? .nanoseconds,
                arrival: .distantFuture)
            let isRefused = outcome.refusedCount > 0
            #expect(isRefused == (example.output.error != nil), "\(name): \(outcome.refused)")
            #expect(sink.snapshot.stored.allSatisfy { $0.flaw == nil })
            refused += isRefused ? 1 : 0
        }
        #expect(refused > 3_000)
    }
}

/// Reference data beside the project; tests that need it are skipped without it.
enum Reference {
    static let root: URL? = {
        if let path = ProcessInfo.processInfo.environment["MILLWRIGHT_REFERENCE_DATA"] {
            return URL(fileURLWithPath: path)
        }
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let data = folder.appending(path: "shared/data")
            if FileManager.default.fileExists(atPath: data.path) { return data }
        }
        return nil
    }()

    static var exists: Bool { root != nil }

    static func file(_ path: String) throws -> URL { try #require(root).appending(path: path) }
}
