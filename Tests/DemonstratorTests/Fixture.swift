// Scripts, zones and sums that the demonstrator's tests share.

import Demonstrator
import Plant

/// The zone of the made-up site, with the clock changes of the years used in tests.
let london = ZoneRules(
    name: "Europe/London", firstOffsetSeconds: 0,
    changes: [
        ("2025-03-30T01:00:00Z", 3600), ("2025-10-26T01:00:00Z", 0),
        ("2026-03-29T01:00:00Z", 3600), ("2026-10-25T01:00:00Z", 0),
        ("2027-03-28T01:00:00Z", 3600), ("2027-10-31T01:00:00Z", 0),
    ].map { ZoneRules.Change(at: instant($0.0), offsetSeconds: $0.1) })

/// An instant known to be well formed.
func instant(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? .distantPast }

/// A Friday morning.
let friday = FactoryScript(seed: 7, now: instant("2026-11-13T11:25:08Z"), zone: london)

/// A sum over bytes, texts and numbers that any change of a bit changes.
///
/// Of long columns it takes every 29th row, which keeps unoptimised tests fast.
struct Checksum: Equatable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bits: UInt64) {
        value = (value ^ bits) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    mutating func add(_ batch: SampleBatch) {
        let rows = Array(stride(from: 0, to: batch.times.count, by: 29))
        add(UInt64(batch.times.count))
        for row in rows { add(UInt64(bitPattern: batch.times[row])) }
        for column in batch.columns {
            add(UInt64(column.signal.number))
            switch column.values {
            case .numbers(let values): for row in rows { add(values[row].bitPattern) }
            case .integers(let values): for row in rows { add(UInt64(bitPattern: values[row])) }
            case .flags(let values): for row in rows { add(values[row] ? 1 : 0) }
            case .texts(let values): for row in rows { add(Array(values[row].utf8)) }
            }
        }
    }

    mutating func add(_ bytes: [UInt8]) { for byte in bytes { add(UInt64(byte)) } }
}

/// The site as its configuration makes it.
func factory(_ script: FactoryScript) -> Factory {
    var factory = Factory()
    for event in script.configuration() { factory.apply(event, recorded: script.historyStart) }
    return factory
}

extension ColumnValues {
    /// Whole numbers, empty for other kinds.
    var integers: [Int64] { if case .integers(let values) = self { values } else { [] } }
    /// Numbers, empty for other kinds.
    var numbers: [Double] { if case .numbers(let values) = self { values } else { [] } }
}
