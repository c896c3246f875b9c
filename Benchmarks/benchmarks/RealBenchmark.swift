// Recorded data of real machines: comes back bit for bit, bytes a sample beside zstd -19.

import ArgumentParser
import CZstd
import Foundation
import Historian
import Plant

/// Recordings of real machines through the store.
struct Real: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Recordings into chunks and back: bytes a sample, beside zstd -19.",
        discussion: """
            A CSV table is one group: its first column is the time, every other column a signal. \
            Any other file is read as lines of time|key|value (SHDR): each key is a signal of \
            its own. Every value is read back and compared by its bits.
            """)

    @Argument(help: "Files.")
    var files: [String]

    func run() async throws {
        for file in files { try await measure(file) }
    }

    private func measure(_ file: String) async throws {
        let batches = try Recording.batches(file)
        guard !batches.isEmpty else { throw ValidationError("\(file) holds nothing to store.") }
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        for batch in batches { _ = try await store.append([batch]) }
        let sealed = try await store.seal(upTo: .distantFuture)
        let all = TimeRange(start: .distantPast, end: .distantFuture)
        for batch in batches {
            for column in batch.columns {
                let back = try store.series(of: column.signal, in: all)
                guard back.times == batch.times, Recording.isSame(back.values, column.values),
                    back.times.indices.allSatisfy({
                        back.quality(at: $0) == column.quality(at: $0)
                    })
                else {
                    print("\(file): signal \(column.signal.number) came back different")
                    throw ExitCode(1)
                }
            }
        }
        await store.close()
        let samples = Double(batches.reduce(0) { $0 + $1.sampleCount })
        let packed = batches.reduce(0) { sum, batch in
            batch.columns.reduce(sum + Real.packed(Recording.bytes(batch.times))) {
                $0 + Real.packed(Recording.bytes($1.values))
            }
        }
        report(
            (file as NSString).lastPathComponent,
            [
                ("signals", Double(batches.reduce(0) { $0 + $1.columns.count })),
                ("samples", samples), ("bytes_per_sample", Double(sealed.bytes) / samples),
                ("zstd_19_bytes_per_sample", Double(packed) / samples),
            ])
    }

    /// Bytes of a column by zstd at level 19.
    private static func packed(_ bytes: [UInt8]) -> Int {
        let room = ZSTD_compressBound(bytes.count)
        var output = [UInt8](repeating: 0, count: room)
        return unsafe bytes.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                unsafe ZSTD_compress(
                    target.baseAddress, room, source.baseAddress, source.count, 19)
            }
        }
    }
}

/// A recorded file as batches of samples.
private enum Recording {
    static func batches(_ file: String) throws -> [SampleBatch] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline)
        return file.hasSuffix(".csv") ? table(lines) : observations(lines)
    }

    /// One group of a table, numbers where every field of a column is one.
    private static func table(_ lines: [Substring]) -> [SampleBatch] {
        let rows = lines.dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let width = rows.map(\.count).min() ?? 0
        guard width > 1 else { return [] }
        let columns = (1..<width).map { index -> SignalColumn in
            let fields = rows.map { String($0[index]) }
            let numbers = fields.compactMap { Double($0) }
            return SignalColumn(
                signal: SignalID(UInt32(index)),
                values: numbers.count == fields.count ? .numbers(numbers) : .texts(fields))
        }
        return [SampleBatch(times: times(rows.map { String($0[0]) }), columns: columns)]
    }

    /// Times as written; where they are no times or step back, the usual step from the first on.
    private static func times(_ fields: [String]) -> [Int64] {
        let read = fields.compactMap(time)
        let steps = zip(read, read.dropFirst()).map { $1 - $0 }
        if read.count == fields.count, steps.allSatisfy({ $0 > 0 }) { return read }
        let counts = Dictionary(grouping: steps) { $0 }.mapValues(\.count)
        let usual = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 60_000_000_000
        return fields.indices.map { (read.first ?? Workload.start) + Int64($0) * usual }
    }

    /// `2014-04-01 00:05:00` or `31/03/2018 0:15`.
    private static func time(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 2 else { return nil }
        let clock = parts[1].split(separator: ":").compactMap { Int64($0) }
        var date = CivilDate(String(parts[0]))
        let days = parts[0].split(separator: "/").compactMap { Int($0) }
        if days.count == 3 { date = CivilDate(year: days[2], month: days[1], day: days[0]) }
        guard let date, clock.count >= 2 else { return nil }
        let seconds = clock[0] * 3_600 + clock[1] * 60 + (clock.count > 2 ? clock[2] : 0)
        return (Int64(date.dayNumber) * 86_400 + seconds) * 1_000_000_000
    }

    /// A batch for each key, the last value of an instant, UNAVAILABLE as a missing one.
    private static func observations(_ lines: [Substring]) -> [SampleBatch] {
        var series: [String: [Int64: String]] = [:]
        for line in lines {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
            guard parts.count >= 3, let time = Timestamp(rfc3339: String(parts[0])) else {
                continue
            }
            series[String(parts[1]), default: [:]][time.nanoseconds] =
                parts[2...].joined(separator: "|")
        }
        return series.sorted { $0.key < $1.key }.enumerated().map { index, entry in
            let rows = entry.value.sorted { $0.key < $1.key }
            let isKnown = rows.map { !$0.value.uppercased().hasPrefix("UNAVAILABLE") }
            let numbers = rows.map { Double($0.value) }
            let isNumber = zip(numbers, isKnown).allSatisfy { $0 != nil || !$1 }
            return SampleBatch(
                times: rows.map(\.key),
                columns: [
                    SignalColumn(
                        signal: SignalID(UInt32(index + 1)),
                        values: isNumber && isKnown.contains(true)
                            ? .numbers(numbers.map { $0 ?? .nan }) : .texts(rows.map(\.value)),
                        quality: isKnown.map { $0 ? .good : .badComm })
                ])
        }
    }

    static func isSame(_ left: ColumnValues, _ right: ColumnValues) -> Bool {
        switch (left, right) {
        case (.numbers(let left), .numbers(let right)):
            left.map(\.bitPattern) == right.map(\.bitPattern)
        default: left == right
        }
    }

    /// Values as another program would store them: 8 bytes each, texts with a line end.
    static func bytes(_ values: ColumnValues) -> [UInt8] {
        switch values {
        case .numbers(let values): bytes(values.map { Int64(bitPattern: $0.bitPattern) })
        case .integers(let values): bytes(values)
        case .flags(let values): values.map { $0 ? 1 : 0 }
        case .texts(let values): values.flatMap { Array($0.utf8) + [0x0A] }
        }
    }

    static func bytes(_ values: [Int64]) -> [UInt8] {
        values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    }
}
