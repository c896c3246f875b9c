// The sample store: everything that machines measured, never changed after storing.

public import Plant
import Synchronization

/// Samples of all signals of one world, in `head.db` and one file for each month.
///
/// Writing is asynchronous and returns after the flush; reading is synchronous, uses
/// connections of its own and may be called from any thread.
public final class SampleStore: Sendable {
    /// What readers and the writer share.
    let core: StoreCore
    private let writer: WriterThread

    /// Opens the store in a world's data folder, making its files where there are none.
    ///
    /// - Throws: `StoreError.damaged` for a head that cannot be read, `.newerFormat` for files of
    ///   a newer program, `.unavailable` for a folder that cannot be used.
    public static func open(
        folder: String, options: HistorianOptions = HistorianOptions()
    ) throws(StoreError) -> SampleStore {
        try SampleStore(folder: folder, options: options)
    }

    private init(folder: String, options: HistorianOptions) throws(StoreError) {
        core = try StoreCore(folder: folder, options: options)
        let memory = try core.load()
        let writer = try WriterThread(core: core, memory: memory)
        self.writer = writer
        core.onDamage.withLock { $0 = { [weak writer] in writer?.nudge() } }
    }

    /// Appends batches with the cursors that cover them, in one transaction.
    ///
    /// Returns after the flush; concurrent callers share it. On any error nothing of this call is
    /// stored, except that a failed flush leaves it unknown: sending again is always safe.
    public func append(
        _ batches: [SampleBatch], cursors: [SourceCursor] = []
    ) async throws(StoreError) -> AppendReceipt {
        try Intake.check(batches)
        var samples = 0
        var bytes = 0
        for batch in batches {
            samples += batch.sampleCount
            bytes += Intake.bytes(batch)
        }
        return try await writer.append(batches, cursors: cursors, samples: samples, bytes: bytes)
    }

    /// Stores long columns in order of time straight into sealed chunks; flushed on return.
    ///
    /// What is stored already is ignored and counted as by `append`. An interrupted call may have
    /// stored a part; storing the same again completes it.
    @discardableResult
    public func store(history batches: [SampleBatch]) async throws(StoreError) -> AppendReceipt {
        try Intake.check(batches)
        let prepared = await Intake.prepare(batches)
        return try await writer.run { writer throws(StoreError) in
            try writer.store(history: prepared)
        }
    }

    /// How far a source was read in the last committed append, nil for an unknown one.
    public func cursor(of source: String) throws(StoreError) -> String? {
        try core.head.read { database in
            try database.first(
                "SELECT position FROM cursor WHERE source = ?", [.text(source)]
            ) { $0.text(0) }
        }
    }

    /// Samples of a signal in a range, oldest first, one for each instant: the newest revision.
    ///
    /// Masked imports are left out. Damaged bytes show as one sample of quality `badDamaged`
    /// where they begin. An unknown signal gives an empty series of numbers.
    public func series(of signal: SignalID, in range: TimeRange) throws(StoreError) -> SampleSeries
    {
        guard !range.isEmpty else {
            return .empty(core.registry.withLock { $0.kind(signal.number) } ?? .number)
        }
        return try core.series(
            of: signal.number, from: range.start.nanoseconds,
            through: range.end.nanoseconds - 1)
    }

    /// The newest sample of a signal at or before a time, nil when there is none.
    public func last(of signal: SignalID, before time: Timestamp) throws(StoreError) -> LastValue? {
        try core.newest(of: signal.number, through: time.nanoseconds)?.lastValue
    }

    /// The newest sample of every signal, from memory.
    public func lastValues() -> [SignalID: LastValue] {
        core.live.withLock { $0 }.lastValues
    }

    /// `count` buckets of equal length with count, extremes, mean and ends of the usable samples.
    ///
    /// A bucket with count 0 is a gap. NaN and infinities never enter a figure.
    public func buckets(
        of signal: SignalID, in range: TimeRange, count: Int
    ) throws(StoreError) -> [Bucket] {
        try core.buckets(of: signal.number, in: range, count: count)
    }

    /// From the first to the last stored sample of a signal; the last lies inside the range.
    public func extent(of signal: SignalID) throws(StoreError) -> TimeRange? {
        try core.extent(of: signal.number)
    }

    /// Leaves all samples of an import out of every answer from now on (decisions 33).
    public func mask(import number: UInt32) async throws(StoreError) {
        try await writer.run { writer throws(StoreError) in
            try writer.setMask(number, isMasked: true)
        }
    }

    /// Brings the samples of a masked import back.
    public func unmask(import number: UInt32) async throws(StoreError) {
        try await writer.run { writer throws(StoreError) in
            try writer.setMask(number, isMasked: false)
        }
    }

    /// Makes chunks of head rows that end before a time, of groups with at least `rows` rows.
    ///
    /// A crash at any point leaves every sample in the head or in a chunk or in both, and the
    /// next call finishes the work.
    public func seal(
        upTo time: Timestamp, atLeast rows: Int = 1
    ) async throws(StoreError) -> SealReport {
        try await writer.run { writer throws(StoreError) in
            try writer.seal(upTo: time.nanoseconds, atLeast: rows)
        }
    }

    /// Merges small and overlapping chunks and gives free space back; answers stay as they were.
    ///
    /// Seals nothing. A crash at any point leaves every month as before or as after.
    public func compact() async throws(StoreError) -> CompactReport {
        var report = CompactReport()
        report.bytesBefore = try usage().bytes
        // Month by month, so that appends come in between.
        for month in core.shelf.months {
            let part = try await writer.run { writer throws(StoreError) in
                try writer.compact(month)
            }
            report.chunksBefore += part.chunksBefore
            report.chunksAfter += part.chunksAfter
        }
        try await reclaim()
        report.bytesAfter = try usage().bytes
        return report
    }

    /// Lets old samples of measurements give way to figures of minutes and hours (decision 16).
    ///
    /// A signal stays whole in a month where its figures would take more than half the room, and
    /// where it has imported, hand-written or damaged samples. The work is done signal by signal,
    /// with appends in between; a crash at any point changes no answer. The oldest month comes
    /// first; `isNeeded` is asked before each.
    public func thin(
        _ policy: RetentionPolicy, while isNeeded: @Sendable () -> Bool = { true }
    ) async throws(StoreError) -> ThinReport {
        var report = ThinReport()
        _ = try await seal(upTo: policy.before, atLeast: 1)
        try await reclaim()
        report.bytesBefore = try usage().bytes
        let end = policy.before.nanoseconds
        for month in core.shelf.months where month.end <= end && month.end < .max {
            guard isNeeded() else { break }
            for signal in policy.measurements.sorted() {
                let outcome = try await writer.run { writer throws(StoreError) in
                    try writer.thin(signal.number, in: month)
                }
                switch outcome {
                case .nothing: break
                case .kept: report.kept += 1
                case .thinned(let samples, let minutes):
                    report.items.append(
                        .init(
                            signal: signal, month: Timestamp(nanoseconds: month.start),
                            samples: samples, minutes: minutes))
                }
            }
            try await writer.run { writer throws(StoreError) in
                try writer.removeThinned(in: month)
            }
        }
        report.bytesAfter = try usage().bytes
        return report
    }

    /// The stretch of a range in which only figures of a signal are kept, nil for none.
    ///
    /// It covers whole months of UTC, cut to the range.
    public func thinned(
        _ signal: SignalID, in range: TimeRange
    ) throws(StoreError) -> TimeRange? {
        guard !range.isEmpty else { return nil }
        let months = try core.thinnedMonths(
            of: signal.number, from: range.start.nanoseconds, through: range.end.nanoseconds - 1)
        guard let first = months.first, let last = months.last else { return nil }
        return TimeRange(
            start: max(range.start, Timestamp(nanoseconds: first.start)),
            end: min(range.end, Timestamp(nanoseconds: last.end)))
    }

    /// Runs something on the writer's thread, alone.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (Writer) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await writer.run(body)
    }

    /// Gives the free space of the head back where it is a good part of the file.
    public func reclaim() async throws(StoreError) {
        try await writer.run { writer throws(StoreError) in try writer.core.head.reclaim(.growing) }
    }

    /// Checks every file, every CRC and every value; `progress` is called after each page.
    public func verify(
        progress: (VerifyProgress) -> Void = { _ in }
    ) throws(StoreError) -> VerifyReport {
        try core.verify(progress)
    }

    /// Bytes, samples and chunks of each file.
    public func usage() throws(StoreError) -> StoreUsage {
        try core.usage()
    }

    /// The last failure of work that nobody waits for: sealing by itself, setting damage aside.
    public var lastFault: StoreError? { core.lastFault.withLock { $0 } }

    /// Finishes what is queued, closes all files and ends the writer's thread.
    public func close() async {
        await writer.stop()
    }
}
