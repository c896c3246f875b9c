// A stored data folder of each format that was ever released, and the answers it must give.

import Foundation
import Plant

@testable import Historian

/// The answers of a stored folder, written when it was made; every value is there by its bits.
struct FormatAnswers: Codable, Equatable {
    /// One signal, one word for each sample, the words with a space between.
    struct Series: Codable, Equatable {
        /// The signal's number.
        let signal: UInt32
        /// Kind by its code.
        let kind: UInt8
        /// Nanoseconds since 1970.
        let times: String
        /// Bits of a number in hexadecimal, an integer in decimal, 0 or 1, UTF-8 in hexadecimal.
        let values: String
        /// Quality codes, empty when all are good.
        let quality: String
    }

    /// All signals by number.
    var series: [Series]
    /// Positions of sources.
    var cursors: [String: String]

    /// What a store answers now.
    init(_ store: SampleStore, sources: [String]) throws {
        series = try FormatFixture.signals.map { number in
            try Series(number, try store.series(of: SignalID(number), in: always))
        }
        cursors = [:]
        for source in sources { cursors[source] = try store.cursor(of: source) }
    }
}

extension FormatAnswers.Series {
    /// A series in words.
    init(_ signal: UInt32, _ series: SampleSeries) throws {
        self.signal = signal
        kind = series.values.kind.rawValue
        times = series.times.map(String.init).joined(separator: " ")
        values = (0..<series.count).map { FormatFixture.word(series.values[$0]) }
            .joined(separator: " ")
        quality = series.quality.map { String($0.code) }.joined(separator: " ")
    }
}

/// The folder of stored formats, and how the one of today is made.
enum FormatFixture {
    /// Signals of the folder; 9 belongs to a masked import only, 10 to an import that counts.
    static let signals: [UInt32] = Array(1...12)
    /// Sources with a cursor.
    static let sources = ["csv/energy.csv", "mqtt/plant"]

    /// The folder of a format.
    static func folder(_ version: Int) -> String {
        var url = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url.path + "/Fixtures/stores/format-\(version)"
    }

    /// The answers that a format's folder must give.
    static func answers(_ version: Int) throws -> FormatAnswers {
        let url = URL(filePath: folder(version) + "/expected.json")
        return try JSONDecoder().decode(FormatAnswers.self, from: Data(contentsOf: url))
    }

    /// Copies the historian's files of a format, so that opening them changes nothing here.
    static func copy(_ version: Int, to path: String) throws {
        let files = FileManager.default
        for name in ["head.db", "history"] {
            try files.copyItem(atPath: folder(version) + "/" + name, toPath: path + "/" + name)
        }
    }

    /// A value as a word without spaces.
    static func word(_ value: Scalar) -> String {
        switch value {
        case .number(let number): String(number.bitPattern, radix: 16)
        case .integer(let number): String(number)
        case .flag(let flag): flag ? "1" : "0"
        case .text(let text):
            "x"
                + text.utf8.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }
                .joined()
        }
    }

    /// Fills an empty folder: every kind, every encoding, late data, imports, one of them masked.
    static func fill(_ store: SampleStore) async throws {
        var dice = Seeded(20_261_126)
        let times = (0..<240).map { morning + Int64($0) * 10 * second }
        _ = try await store.append(
            [measured(times, &dice)],
            cursors: [SourceCursor(source: sources[0], position: "240")])
        _ = try await store.append([
            batch(6, times, .texts(times.indices.map { "Teil \($0 % 7) \u{2013} fertig" })),
            batch(7, times, .texts(times.map { "bar code \($0 / second)" })),
        ])
        _ = try await store.seal(upTo: .distantFuture)
        try await late(store, times)
        try await imports(store, &dice)
        _ = try await store.seal(upTo: .distantFuture)
        let afterwards = (0..<20).map { morning + Int64(5_000 + $0 * 7) * second }
        _ = try await store.append(
            [
                measured(afterwards, &dice),
                batch(12, afterwards, .flags(afterwards.map { $0 % 3 == 0 }), origin: .hand),
            ], cursors: [SourceCursor(source: sources[1], position: "a/b@17")])
    }

    /// Five signals of one group: decimals, singles, any doubles with odd ones, counts, a state.
    private static func measured(_ times: [Int64], _ dice: inout Seeded) -> SampleBatch {
        let odd: [Double] = [.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude, 1e300]
        let rows = times.indices
        let decimals = rows.map { Double(Int($0 % 97) * 5 - 120) / 10 }
        let singles = rows.map { _ in Double(Float.random(in: -9...9, using: &dice)) }
        var doubles = rows.map { _ in Double.random(in: -1...1, using: &dice) }
        for (row, value) in odd.enumerated() { doubles[row + 3] = value }
        let counts = rows.map { Int64($0) * 3 + Int64.random(in: 0...2, using: &dice) }
        var quality = [Quality](repeating: .good, count: times.count)
        quality[2] = .badComm
        for row in 3..<9 { quality[row] = .badValue }
        quality[11] = .uncertainStale
        quality[12] = .uncertainClock
        func column(_ number: UInt32, _ values: ColumnValues, _ quality: [Quality] = [])
            -> SignalColumn
        {
            SignalColumn(signal: SignalID(number), values: values, quality: quality)
        }
        return SampleBatch(
            times: times,
            columns: [
                column(1, .numbers(decimals)), column(2, .numbers(singles)),
                column(3, .numbers(doubles), quality), column(4, .integers(counts)),
                column(5, .flags(rows.map { $0 / 40 % 2 == 0 })),
                column(8, .integers(rows.map { Int64($0 / 60) })),
                column(11, .numbers([Double](repeating: 6.25, count: times.count))),
            ], lateness: rows.map { Int64($0 % 5) * 1_000_000 })
    }

    /// Late rows between and after the sealed ones, and other values for stored times.
    private static func late(_ store: SampleStore, _ times: [Int64]) async throws {
        let between = times.prefix(30).map { $0 + 5 * second }
        _ = try await store.append([
            batch(4, between, .integers(between.map { -($0 / second) })),
            batch(1, Array(times[50..<60]), .numbers((0..<10).map { Double($0) + 0.125 })),
            batch(6, [times[3]], .texts(["anders"])),
        ])
        _ = try await store.seal(upTo: .distantFuture)
        _ = try await store.append([batch(4, [times[7]], .integers([.min]))])
    }

    /// Import 3 counts and reaches into the next month, import 4 is masked.
    private static func imports(_ store: SampleStore, _ dice: inout Seeded) async throws {
        let days = (0..<60).map { morning + Int64($0) * 12 * 3_600 * second }
        try await store.store(history: [
            batch(
                10, days, .integers(days.map { _ in Int64(bitPattern: dice.next()) }),
                origin: .importBatch(3)),
            batch(9, days, .flags(days.map { $0 % 5 < 2 }), origin: .importBatch(4)),
            batch(
                4, Array(days.prefix(9)), .integers(days.prefix(9).map { $0 / second }),
                origin: .importBatch(4)),
        ])
        try await store.mask(import: 4)
    }
}
