// Reading what is not configured yet, behind the same gate and stop switch as all others.

public import Plant
import Synchronization

/// Signals that are looked at over a connection of others; nothing of them is stored.
struct TrialGuests: Sendable {
    /// Signals whose numbers are ``ConnectorSupervisor/firstGuest`` and up.
    let signals: [Signal]
    /// Where their values go.
    let sink: any SampleSink
}

extension ConnectorSupervisor {
    /// Numbers of signals that are only tried begin here: real ones are far below.
    public static let firstGuest: UInt32 = 0x8000_0000

    /// Reads with a configuration that need not be applied, until cancelled or the session breaks.
    ///
    /// Nothing that is read goes to the stores. A connection that runs already takes the signals
    /// along: it begins anew with them, so a controller never hears two of us. Numbers of the
    /// signals are ``firstGuest`` and up. Throws where another trial has the device.
    public func trial(
        _ connection: Connection, signals: [Signal], sink: some SampleSink,
        registry: any SignalRegistry,
        report: @escaping @Sendable (ConnectorReport) -> Void
    ) async throws {
        let connector = try ConnectorCatalog.connector(for: connection, signals: signals)
        let place = connector.controller ?? connection.settings["address"] ?? ""
        // A trial that was changed ends while the next begins: that one waits for it.
        var turns = CaptureLimits.trialTurns
        while !reserve(place) {
            guard turns > 0 else {
                throw ConnectorError.refused(
                    by: "the box", detail: "somebody is trying this device already")
            }
            turns -= 1
            guard await wait(CaptureLimits.trialTurn) else { throw ConnectorError.cancelled }
        }
        defer { release(place) }
        guard user(of: connector.controller) != connection.id else {
            return await visit(connection, signals, sink, report)
        }
        if let user = user(of: connector.controller) {
            throw ConnectorError.refused(
                by: "the box", detail: "the connection \(user) already talks to this device")
        }
        let schema = type(of: connector).schema
        let scaled = ScalingSink(
            sink: sink, pipeline: try SamplePipeline(signals: signals, schema: schema))
        try await connector.run(guarded(registry: registry, report: report), into: scaled)
    }

    /// Sends signals along with a connection that runs, until cancelled.
    private func visit(
        _ connection: Connection, _ signals: [Signal], _ sink: some SampleSink,
        _ report: @escaping @Sendable (ConnectorReport) -> Void
    ) async {
        admit(TrialGuests(signals: signals, sink: sink), to: connection.id)
        defer { dismiss(from: connection.id) }
        while !Task.isCancelled {
            if let status = statuses().first(where: { $0.id == connection.id }),
                status.phase == .connected
            {
                report(.established)
            }
            guard await wait(.seconds(1)) else { return }
        }
    }
}

/// Values as the options of their signals say: scaled, limited, converted.
private final class ScalingSink: SampleSink {
    private let sink: any SampleSink
    private let pipeline: Mutex<SamplePipeline>

    init(sink: any SampleSink, pipeline: SamplePipeline) {
        self.sink = sink
        self.pipeline = Mutex(pipeline)
    }

    func accept(_ batches: [SampleBatch]) async { await sink.accept(scaled(batches)) }

    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        try await sink.store(scaled(batches), cursor: cursor)
    }

    private func scaled(_ batches: [SampleBatch]) -> [SampleBatch] {
        var ready = batches
        pipeline.withLock { pipeline in
            for index in ready.indices { _ = pipeline.apply(to: &ready[index]) }
        }
        return ready
    }
}

/// Parts what a connection reads for itself from what it reads for guests.
struct PartingSink: SampleSink {
    let own: any SampleSink
    let guests: any SampleSink

    func accept(_ batches: [SampleBatch]) async {
        let (mine, theirs) = part(batches)
        await own.accept(mine)
        await guests.accept(theirs)
    }

    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        let (mine, theirs) = part(batches)
        try await own.store(mine, cursor: cursor)
        await guests.accept(theirs)
    }

    private func part(_ batches: [SampleBatch]) -> ([SampleBatch], [SampleBatch]) {
        func only(_ keep: (SignalColumn) -> Bool) -> [SampleBatch] {
            batches.compactMap { batch in
                var part = batch
                part.columns = batch.columns.filter(keep)
                return part.columns.isEmpty ? nil : part
            }
        }
        let first = ConnectorSupervisor.firstGuest
        return (only { $0.signal.number < first }, only { $0.signal.number >= first })
    }
}
