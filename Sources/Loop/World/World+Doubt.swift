// While the clock is not believed, samples are kept apart; once it is, they move by what it was off.

import Historian
import Journal
import Plant

extension World {
    /// Where a move that is under way is noted, so that a stop in its middle is taken up again.
    private static let moveMark = "clock/move"
    /// How much is read of one signal at once.
    private static let moveStretch = Elapsed.hours(1)

    /// From now on samples of devices are doubtful and form a batch of their own.
    func doubtClock() async throws {
        let number = try await turns.take { [self] in
            let number = (try journal.imports().map(\.number).max() ?? 0) + 1
            _ = try await sayInTurn(
                [.importStarted(number: number, file: "while the clock was not set", sha256: "")],
                actor: "box")
            return number
        }
        intake.keepApart(number)
    }

    /// The clock is right again: what was kept apart moves by what it was off.
    func believeClock(_ correction: BoxClock.Correction) async throws {
        guard let number = intake.keepApart(nil) else { return }
        try await intake.commit()
        let move = ClockMove(
            number: number, offset: correction.offset, since: correction.since,
            until: correction.until)
        _ = try await samples.append(
            [], cursors: [SourceCursor(source: World.moveMark, position: move.text)])
        try await finish(move)
    }

    /// Takes up a move that a stop cut off.
    func finishClockMove() async throws {
        guard let text = try samples.cursor(of: World.moveMark), let move = ClockMove(text: text)
        else { return }
        try await finish(move)
    }

    /// Copies the batch to its true times, then takes the batch itself out of all figures.
    ///
    /// Samples that were copied before a stop are stored again without effect.
    private func finish(_ move: ClockMove) async throws {
        for signal in factory.signals.keys.sorted() {
            var start = move.since
            while start < move.until {
                let end = min(start + World.moveStretch, move.until)
                let series = try samples.series(
                    of: signal, in: TimeRange(start: start, end: end))
                start = end
                guard series.count > 0 else { continue }
                let batch = SampleBatch(
                    times: series.times.map { $0 &+ move.offset.nanoseconds },
                    columns: [
                        SignalColumn(
                            signal: signal, values: series.values,
                            quality: series.quality.map { $0 == .uncertainClock ? .good : $0 })
                    ])
                _ = try await samples.append([batch])
            }
        }
        try await say(.importUndone(number: move.number), actor: "box")
        try await samples.mask(import: move.number)
        try await say(
            .accessNoted(
                AccessNote(
                    act: "clock-set", object: "\(move.offset.seconds) s",
                    outcome: "samples since \(move.since.rfc3339) were moved")),
            actor: "box")
        _ = try await samples.append(
            [], cursors: [SourceCursor(source: World.moveMark, position: "")])
        ledger.markStale(Set(factory.signals.keys))
        try refreshStates()
    }

    /// The newest time that either store knows; nil while both are empty.
    func newestStored() throws -> Timestamp? {
        let entry = try journal.events(limit: 1, newestFirst: true).first?.recorded
        let sample = samples.lastValues().values.map(\.time).max()
        return [entry, sample].compactMap(\.self).max()
    }
}

/// A batch of samples and by how much it moves.
struct ClockMove: Sendable, Hashable {
    let number: UInt32
    let offset: Elapsed
    let since: Timestamp
    let until: Timestamp

    init(number: UInt32, offset: Elapsed, since: Timestamp, until: Timestamp) {
        self.number = number
        self.offset = offset
        self.since = since
        self.until = until
    }

    /// Four whole numbers: batch, offset, first and last time in nanoseconds.
    init?(text: String) {
        let parts = text.split(separator: " ").compactMap { Int64($0) }
        guard parts.count == 4, let number = UInt32(exactly: parts[0]) else { return nil }
        self.init(
            number: number, offset: Elapsed(nanoseconds: parts[1]),
            since: Timestamp(nanoseconds: parts[2]), until: Timestamp(nanoseconds: parts[3]))
    }

    var text: String {
        "\(number) \(offset.nanoseconds) \(since.nanoseconds) \(until.nanoseconds)"
    }
}
