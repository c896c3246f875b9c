// A folder of its own for each test, a clock that tests turn, repeatable randomness, a zone.

import Foundation
import Plant
import Synchronization

@testable import Loop

/// A temporary folder that goes with the test.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        // Memory where there is any; flushing itself is tested by the rooms that flush.
        let memory = "/dev/shm"
        let isUsable = FileManager.default.isWritableFile(atPath: memory)
        let place =
            isUsable ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        let url = place.appendingPathComponent("loop-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // The system clears its temporary folder itself.
        }
    }

    /// The permission bits of a file or folder below this one.
    func permissions(_ name: String) throws -> Int {
        let facts = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return (facts[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    /// The text of a file below this one, nil when there is none.
    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: path + "/" + name)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A clock that only moves when a test turns it.
final class TurnedClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp {
        get { time.withLock { $0 } }
        set { time.withLock { $0 = newValue } }
    }
}

/// A repeatable source of numbers (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Random bits for several threads, the same in each run.
final class SharedNumbers: Sendable {
    private let numbers: Mutex<SeededNumbers>

    init(seed: UInt64) { numbers = Mutex(SeededNumbers(seed: seed)) }

    func next() -> UInt64 { numbers.withLock { $0.next() } }
}

/// The zone of the made-up sites, with the clock changes of the years used in tests.
let london = ZoneRules(
    name: "Europe/London", firstOffsetSeconds: 0,
    changes: [
        ("2026-03-29T01:00:00Z", 3600), ("2026-10-25T01:00:00Z", 0),
        ("2027-03-28T01:00:00Z", 3600), ("2027-10-31T01:00:00Z", 0),
    ].map { ZoneRules.Change(at: instant($0.0), offsetSeconds: $0.1) })

/// Zones that the tests know.
func zoneNamed(_ name: String) -> ZoneRules? { name == "Europe/London" ? london : nil }

/// An instant known to be well formed.
func instant(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? .distantPast }

/// A time of Friday 13 November 2026, when the made-up workshop works.
func friday(_ hour: Int64, _ minute: Int64 = 0, _ second: Int64 = 0) -> Timestamp {
    instant("2026-11-13T00:00:00Z") + .seconds(hour * 3600 + minute * 60 + second)
}

/// A range of that day.
func range(_ from: Timestamp, _ to: Timestamp) -> TimeRange { TimeRange(start: from, end: to) }
