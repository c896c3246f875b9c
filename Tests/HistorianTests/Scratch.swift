// What the tests share: a folder that goes away, a seeded generator, short ways to make batches.

import Foundation
import Plant

@testable import Historian

/// A folder for one test, removed at its end.
final class Scratch: Sendable {
    let path: String

    /// A folder on the disk, or in memory where there is any.
    init(inMemory: Bool = false) throws {
        let isInMemory = inMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
        path =
            (isInMemory ? "/dev/shm/" : NSTemporaryDirectory()) + "historian-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // A folder that cannot be removed is left to the system's own cleaning.
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

let second: Int64 = 1_000_000_000
/// 2026-11-13T06:00:00Z.
let morning: Int64 = 1_794_549_600 * second

func batch(
    _ signal: UInt32, _ times: [Int64], _ values: ColumnValues, quality: [Quality] = [],
    origin: SampleOrigin = .device
) -> SampleBatch {
    SampleBatch(
        times: times,
        columns: [SignalColumn(signal: SignalID(signal), values: values, quality: quality)],
        origin: origin)
}

func range(_ start: Int64, _ end: Int64) -> TimeRange {
    TimeRange(start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: end))
}

let always = TimeRange(start: .distantPast, end: .distantFuture)

/// Values by their bits, so that NaN equals itself and -0.0 is not 0.0.
func bits(_ values: ColumnValues) -> [[UInt8]] {
    (0..<values.count).map { HeadFile.bytes(values[$0]) }
}

extension SampleStore {
    /// Times and values of a signal as text, for short expectations.
    func listing(_ signal: UInt32) throws -> [String] {
        let series = try series(of: SignalID(signal), in: always)
        return series.times.indices.map { row in
            let quality = series.quality(at: row)
            return "\((series.times[row] - morning) / second)=\(series.values[row].asText)"
                + (quality == .good ? "" : " \(quality.word)")
        }
    }
}
