// A signal of words: what it says now and its last changes as a small table.

import Loop
import Plant
import Understand

/// What the template of a text signal shows.
struct TextModel: Sendable {
    /// Rows of the table.
    private static let rows = 8
    /// How far back changes are looked for, in hours: shortly first, because that is fast.
    private static let hours: [Int64] = [1, 8]

    /// A change.
    struct Change: Sendable {
        let from: String
        let words: String
        let length: String
    }

    let id: String
    let name: String
    let value: String
    let age: String?
    let changes: [Change]
    let hasChanges: Bool

    init(_ signal: Signal, last: LastValue?, ask: Ask) async throws {
        let now = ask.world.time
        id = "signal-\(signal.id.number)"
        name = signal.name
        value = last.map { SignalText.value($0, unit: signal.unit) } ?? "no value yet"
        age = last.map { SignalText.age(now - $0.time) }
        var found: [(time: Timestamp, words: String)] = []
        for hours in TextModel.hours {
            let range = TimeRange(start: now - .hours(hours), end: now + .seconds(1))
            found = TextModel.changes(try await ask.world.series(signal.id, range: range))
            if found.count > TextModel.rows { break }
        }
        let kept = found.suffix(TextModel.rows)
        let ends = kept.dropFirst().map(\.time) + [now]
        changes = zip(kept, ends).reversed().map { change, end in
            Change(
                from: ask.clock.moment(change.time, today: now, seconds: true),
                words: change.words, length: TextModel.length(end - change.time))
        }
        hasChanges = !changes.isEmpty
    }

    /// A length with its seconds while it is short.
    private static func length(_ length: Elapsed) -> String {
        length < .minutes(1)
            ? Plain.seconds(.seconds(Int64(length.seconds))) : Plain.duration(length)
    }

    /// Instants at which the text became another, oldest first; the first sample is the first.
    static func changes(_ series: SampleSeries) -> [(time: Timestamp, words: String)] {
        guard case .texts(let texts) = series.values else { return [] }
        var result: [(time: Timestamp, words: String)] = []
        for (index, text) in texts.enumerated() {
            let words = series.quality(at: index).isBad ? "not seen" : text
            if result.last?.words == words { continue }
            result.append((Timestamp(nanoseconds: series.times[index]), words))
        }
        return result
    }
}
