// A folder of its own for each test, a clock that tests turn, and drafts.

import Foundation
import Journal
import Plant
import Synchronization
import Testing

/// A temporary folder that goes with the test.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        // Memory where there is any: these tests open many journals, and flushes to a busy disk
        // would only add waiting. Flushing itself is tested by settings that read back.
        let memory = "/dev/shm"
        let isUsable = FileManager.default.isWritableFile(atPath: memory)
        let place =
            isUsable ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
        let url = place.appendingPathComponent("journal-\(UUID().uuidString)", isDirectory: true)
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

    var database: String { path + "/core.db" }
}

/// A clock that moves on by one second each time it is read.
final class SteppingClock: Sendable {
    private let seconds: Mutex<Int64>

    init(seconds: Int64 = 1_763_035_200) { self.seconds = Mutex(seconds) }

    func now() -> Timestamp {
        seconds.withLock { seconds in
            seconds += 1
            return Timestamp(seconds: seconds)
        }
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

/// What was heard of new entries.
final class Heard: Sendable {
    private let events = Mutex<[StoredEvent]>([])

    var all: [StoredEvent] { events.withLock { $0 } }

    func take(_ new: [StoredEvent]) { events.withLock { $0 += new } }
}

/// Opens a journal with a clock of its own and repeatable randomness.
func openJournal(
    _ folder: TestFolder, clock: SteppingClock = SteppingClock(), heard: Heard = Heard()
) throws -> JournalStore {
    try JournalStore.open(
        folder: folder.path, clock: { clock.now() }, random: { 0x1122_3344_5566_7788 },
        onAppend: { new in
            // The folder lives as long as the journal in it.
            withExtendedLifetime(folder) { heard.take(new) }
        })
}

/// A draft whose id is a number.
func draft(_ number: UInt64, _ event: FactoryEvent, actor: String = "Sam") -> EventDraft {
    EventDraft(id: EventID(high: 0x7000, low: number), actor: actor, event: event)
}

/// A machine added under a number.
func machineDraft(_ number: UInt64) -> EventDraft {
    draft(
        number,
        .machineAdded(
            id: Slug(name: "machine \(number)", fallback: "m"), name: "Machine \(number)",
            area: nil))
}

/// A time some minutes after a fixed noon.
func minute(_ count: Int64) -> Timestamp { Timestamp(seconds: 1_763_035_200) + .minutes(count) }

/// A range of minutes.
func minutes(_ from: Int64, _ to: Int64) -> TimeRange {
    TimeRange(start: minute(from), end: minute(to))
}
