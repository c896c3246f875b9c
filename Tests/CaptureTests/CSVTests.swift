// Imports: times in every form, refused rows, guesses, and two whole tables.

import Foundation
import Plant
import Testing
import Wire

@testable import Capture

/// London in 2026 and 2018: both clock changes of each year.
let london = ZoneRules(
    name: "Europe/London", firstOffsetSeconds: 0,
    changes: [
        .init(at: Timestamp(seconds: 1_521_939_600), offsetSeconds: 3600),
        .init(at: Timestamp(seconds: 1_540_688_400), offsetSeconds: 0),
        .init(at: Timestamp(seconds: 1_774_746_000), offsetSeconds: 3600),
        .init(at: Timestamp(seconds: 1_792_890_000), offsetSeconds: 0),
    ])

func source(_ bytes: [UInt8], pieces: Int = 1_000) -> ByteSource {
    let queue = PieceQueue(bytes, pieces)
    return ByteSource { await queue.next() }
}

/// Gives bytes in pieces.
actor PieceQueue {
    private var rest: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], _ size: Int) {
        rest = bytes[...]
        self.size = size
    }

    func next() -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        let piece = Array(rest.prefix(size))
        rest = rest.dropFirst(size)
        return piece
    }
}

@Suite("A CSV import")
struct CSVTests {
    @Test(
        "reads times",
        arguments: [
            ("d/M/yyyy H:mm", "1/1/2018 0:15", "2018-01-01T00:15:00Z"),
            ("d/M/yyyy H:mm", "31/03/2018 00:00", "2018-03-30T23:00:00Z"),
            ("dd/MM/yyyy HH:mm", "3/4/2026 9:05", "2026-04-03T08:05:00Z"),
            ("M/d/yy h:mm a", "4/3/26 12:05 PM", "2026-04-03T11:05:00Z"),
            ("yyyy-MM-dd HH:mm:ss.SSS", "2026-01-02 03:04:05.25", "2026-01-02T03:04:05.250Z"),
            ("d.M.yyyy", "24.12.2026", "2026-12-24T00:00:00Z"),
            ("d/M/yyyy H:mm", "1/1/2026 24:00", "2026-01-02T00:00:00Z"),
            ("iso", "2026-07-01T12:00:00+02:00", "2026-07-01T10:00:00Z"),
            ("iso", "2026-07-01 12:00", "2026-07-01T11:00:00Z"),
            ("iso", "2026-07-01T12:00:00.5", "2026-07-01T11:00:00.500Z"),
            ("iso", "2026-07-01", "2026-06-30T23:00:00Z"),
            ("epoch-s", "1767225600.25", "2026-01-01T00:00:00.250Z"),
            ("epoch-ms", "1767225600250", "2026-01-01T00:00:00.250Z"),
            ("epoch-ns", "1767225600250000000", "2026-01-01T00:00:00.250Z"),
        ])
    func times(_ format: String, _ cell: String, _ expected: String) async throws {
        let run = try await dry(
            "\(cell);1\n", CSVTime.column(0, try #require(CSVTimeFormat(format))))
        #expect(run.firstRows.map { $0.time.rfc3339 } == [expected])
        #expect(CSVTimeFormat(format)?.description == format)
    }

    @Test(
        "refuses what is no time of the form",
        arguments: [
            ("d/M/yyyy H:mm", "31/02/2018 0:00"), ("d/M/yyyy H:mm", "1/13/2018 0:00"),
            ("d/M/yyyy H:mm", "1/1/2018"), ("d/M/yyyy H:mm", "1/1/2018 24:01"),
            ("d/M/yyyy H:mm", "1/1/2018 0:15 x"), ("d/M/yyyy", "1/1/18"), ("iso", "2026-13-01"),
            ("iso", "2026-01-01T25:00"), ("epoch-s", "soon"), ("epoch-ms", "99999999999999999"),
        ])
    func noTimes(_ format: String, _ cell: String) async throws {
        let run = try await dry(
            "\(cell);1\n", CSVTime.column(0, try #require(CSVTimeFormat(format))))
        #expect(run.taken == 0)
        #expect(run.refusedRows.first?.reason.contains("is no time of the form") == true)
    }

    private func dry(_ text: String, _ time: CSVTime, header: Int = 0) async throws -> CSVDryRun {
        let mapping = CSVMapping(
            dialect: CSVDialect(separator: 0x3B), headerRows: header, time: time, zone: london,
            values: [CSVValueColumn(index: 1, name: "v")])
        return try await CSVImport(mapping: mapping, arrival: Timestamp(seconds: 1_800_000_000))
            .dryRun(source(Array(text.utf8)))
    }

    @Test(
        "reads numbers as spreadsheets write them",
        arguments: [
            ("1,234.5", false, 1234.5), ("1.234,5", true, 1234.5), ("-0.5", false, -0.5),
            ("1'234", false, 1234), ("1e3", false, 1000), ("12,5", true, 12.5),
            ("1 000 000", false, 1_000_000),
        ] as [(String, Bool, Double)])
    func numbers(_ cell: String, _ comma: Bool, _ expected: Double) {
        #expect(CSVNumber.read(Array(cell.utf8), hasDecimalComma: comma) == expected)
    }

    @Test(
        "refuses other numbers", arguments: ["1,5", "12,34.5", "x", "1.2.3", "nan", "inf", "--1"])
    func noNumbers(_ cell: String) {
        #expect(CSVNumber.read(Array(cell.utf8), hasDecimalComma: false) == nil)
    }

    @Test("stores good rows under the import's number and gives the others back with reasons")
    func stores() async throws {
        let text =
            "when,kWh,state\n2026-01-01 10:00,1.5,on\n2026-01-01 10:15,,off\n"
            + "2026-01-01 10:30,x,on\n2026-01-01 10:45,2\n\"2099-01-01 00:00\",3,\"a,\"\"b\"\"\"\n"
        let mapping = CSVMapping(
            time: .column(0, .iso),
            values: [
                CSVValueColumn(index: 1, name: "energy", unit: "kWh"),
                CSVValueColumn(index: 2, name: "state", kind: .text),
            ])
        let sink = MemorySink()
        let signals = try await sink.signals(for: mapping.seriesKeys(source: "e.csv"))
        let outcome = try await CSVImport(mapping: mapping, arrival: testStart + .hours(24)).run(
            source(Array(text.utf8), pieces: 7), name: "e.csv", number: 9, signals: signals,
            into: sink)
        #expect(outcome.taken == 2)
        #expect(outcome.refused == 3)
        #expect(
            outcome.refusedCSV
                == "2026-01-01 10:30,x,on,\"row 4: energy: \"\"x\"\" is no number\"\r\n"
                + "2026-01-01 10:45,2,\"row 5: the row has 2 cells, at least 3 are needed\"\r\n"
                + "2099-01-01 00:00,3,\"a,\"\"b\"\"\",row 6: the time 2099-01-01T00:00:00Z is more "
                + "than 5 minutes in the future\r\n")
        let content = sink.snapshot
        let batch = try #require(content.stored.first)
        #expect(batch.origin == .importBatch(9))
        #expect(batch.columns[0].values == .numbers([1.5, 0]))
        #expect(batch.columns[0].quality == [.good, .badValue])
        #expect(batch.columns[1].values == .texts(["on", "off"]))
        #expect(content.cursors.last == SourceCursor(source: "csv/e.csv", position: "end"))
        #expect(
            content.series.map(\.address) == ["e.csv energy", "e.csv state"])
    }

    @Test("stops at a row that cannot be read and says where")
    func stops() async throws {
        let run = try await dry("2026-01-01;1\n2026-01-02;\"2\n", .column(0, .iso))
        #expect(run.taken == 1)
        #expect(run.stopped?.hasPrefix("row 2") == true)
    }

    @Test("counts rows where there is no time column")
    func rowTimes() async throws {
        let run = try await dry(
            "h;h\nx;1\nx;2\n", .rows(start: testStart, every: .minutes(1)), header: 1)
        #expect(run.firstRows.map(\.time) == [testStart, testStart + .minutes(1)])
    }

    @Test("joins a date and a time column")
    func twoColumns() async throws {
        let mapping = CSVMapping(
            headerRows: 0,
            time: .columns(date: 0, time: 1, .pattern("d/M/yyyy H:mm")),
            values: [CSVValueColumn(index: 2, name: "v")])
        let run = try await CSVImport(mapping: mapping, arrival: testStart + .hours(48)).dryRun(
            source(Array("1/1/2026, 9:30,5\n".utf8)))
        #expect(run.firstRows.map { $0.time.rfc3339 } == ["2026-01-01T09:30:00Z"])
    }

    @Test("tells the two passes of the hour that occurs twice apart (R-36)")
    func clockChange() async throws {
        let rows = ["0:30", "1:00", "1:30", "1:00", "1:30", "2:00"]
        let text = rows.map { "25/10/2026 \($0);1\n" }.joined()
        let run = try await dry(text, .column(0, .pattern("d/M/yyyy H:mm")))
        let times = run.firstRows.map(\.time)
        let steps = zip(times, times.dropFirst()).map { ($1 - $0).minutes }
        #expect(steps == [30, 30, 30, 30, 30])
    }

    @Test("refuses a mapping that cannot work")
    func flaws() {
        func flaw(_ mapping: CSVMapping) -> String? { mapping.flaw?.field }
        let value = CSVValueColumn(index: 1, name: "v")
        #expect(flaw(CSVMapping(time: .column(0, .iso), values: [])) == "values")
        #expect(flaw(CSVMapping(time: .column(0, .iso), values: [value, value])) == "values")
        #expect(
            flaw(CSVMapping(time: .rows(start: testStart, every: .zero), values: [value]))
                == "time")
        #expect(
            flaw(CSVMapping(time: .column(0, .iso), stamp: .end(.zero), values: [value]))
                == "stamp")
        let odd = CSVValueColumn(index: 1, name: "v", unit: "furlong")
        #expect(flaw(CSVMapping(time: .column(0, .iso), values: [odd])) == "values")
        #expect(flaw(CSVMapping(time: .column(0, .iso), values: [value])) == nil)
    }

    @Test("guesses separator, headings, kinds and decimal comma")
    func guesses() throws {
        let text =
            "Datum;Leistung;Zahl;An;Text\n13.02.2026 10:00;1,5;3;yes;a\n"
            + "14.02.2026 10:15;1.234,5;4;no;b c\n"
        let guess = CSVGuess(beginning: Array(text.utf8))
        #expect(guess.dialect.separator == 0x3B)
        #expect(guess.hasHeader)
        #expect(guess.hasDecimalComma)
        #expect(guess.columns.map(\.name) == ["Datum", "Leistung", "Zahl", "An", "Text"])
        #expect(
            guess.columns.map(\.kind) == [
                .time(.pattern("d.M.yyyy H:mm")), .number, .integer, .flag, .text,
            ])
        #expect(guess.dateQuestion == nil)
        let mapping = try #require(guess.mapping(zone: london))
        #expect(mapping.flaw == nil)
        #expect(mapping.values.count == 4)
    }

    @Test("asks when day and month cannot be told apart")
    func asks() {
        let guess = CSVGuess(beginning: Array("date,v\n03/04/2026,1\n05/06/2026,2\n".utf8))
        #expect(guess.dateQuestion == "03/04/2026: 3 April or 4 March?")
        let clear = CSVGuess(beginning: Array("date,v\n03/04/2026,1\n13/06/2026,2\n".utf8))
        #expect(clear.dateQuestion == nil)
        #expect(CSVGuess(beginning: []).columns.isEmpty)
    }

    @Test("takes the steel table to the digit", .enabled(if: Reference.exists))
    func steel() async throws {
        let folder = try Reference.file("steel-energy")
        let name = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder.path)
                .first { $0.hasSuffix(".csv") })
        let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
        let guess = CSVGuess(beginning: bytes)
        #expect(guess.timeColumn?.kind == .time(.pattern("d/M/yyyy H:mm")))
        #expect(guess.columns.map(\.name).prefix(2) == ["date", "Usage_kWh"])
        let mapping = CSVMapping(
            time: .column(0, .pattern("d/M/yyyy H:mm")), stamp: .end(.minutes(15)),
            midnightEndsDay: true,
            values: [
                CSVValueColumn(index: 1, name: "Usage", unit: "kWh"),
                CSVValueColumn(index: 2, name: "Lagging", unit: "kvarh"),
                CSVValueColumn(index: 10, name: "Load", kind: .text),
            ])
        let sink = MemorySink()
        let signals = try await sink.signals(for: mapping.seriesKeys(source: name))
        let outcome = try await CSVImport(mapping: mapping, arrival: testStart).run(
            source(bytes, pieces: 65_536), name: name, number: 1, signals: signals, into: sink)
        #expect(outcome.taken == 8_640)
        #expect(outcome.refused == 0)
        let stored = sink.snapshot.stored
        let times = stored.flatMap(\.times)
        let first = Timestamp(seconds: 1_514_764_800)
        #expect(times == (0..<8_640).map { (first + .minutes(Int64($0) * 15)).nanoseconds })
        #expect(abs(sum(stored, 0) - 297_966.04) < 0.005)
        #expect(abs(sum(stored, 1) - 122_372.97) < 0.005)
        let january = sum(
            stored.map { batch in
                var part = batch
                part.keepRows(
                    batch.times.indices.filter { batch.times[$0] < 1_517_443_200_000_000_000 })
                return part
            }, 0)
        #expect(abs(january - 126_238.29) < 0.005)
    }

    @Test("takes the milling table by row times", .enabled(if: Reference.exists))
    func milling() async throws {
        let bytes = Array(try Data(contentsOf: Reference.file("ai4i2020/ai4i2020.csv")))
        let guess = CSVGuess(beginning: bytes)
        #expect(guess.dialect.separator == 0x3B)
        #expect(guess.columns[5].name == "Rotational speed")
        let mapping = CSVMapping(
            dialect: guess.dialect, time: .rows(start: testStart, every: .minutes(1)),
            values: [
                CSVValueColumn(index: 2, name: "Type", kind: .text),
                CSVValueColumn(index: 8, name: "Failure", kind: .integer),
            ])
        let sink = MemorySink()
        let signals = try await sink.signals(for: mapping.seriesKeys(source: "ai4i"))
        let outcome = try await CSVImport(
            mapping: mapping, arrival: testStart + .hours(24 * 30)
        ).run(source(bytes), name: "ai4i", number: 2, signals: signals, into: sink)
        #expect(outcome.taken == 10_000)
        #expect(outcome.samples == 20_000)
        var types: [String: Int] = [:]
        var failures: Int64 = 0
        for batch in sink.snapshot.stored {
            if case .texts(let texts) = batch.columns[0].values {
                for text in texts { types[text, default: 0] += 1 }
            }
            if case .integers(let values) = batch.columns[1].values {
                failures += values.reduce(0, +)
            }
        }
        #expect(types == ["L": 6_000, "M": 2_997, "H": 1_003])
        #expect(failures == 339)
    }

    private func sum(_ batches: [SampleBatch], _ column: Int) -> Double {
        batches.reduce(0) { total, batch in
            guard case .numbers(let values) = batch.columns[column].values else { return total }
            return values.reduce(total, +)
        }
    }
}
