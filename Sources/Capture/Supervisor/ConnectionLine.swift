// One supervised connection: runs its connector again and again as the policy says.

import Logging
public import Plant
import Synchronization

/// A connection to run: what the configuration says, and where the link's state is stored.
public struct ConnectionPlan: Hashable, Sendable {
    /// The connection.
    public let connection: Connection
    /// Its signals; retired ones are left out by the caller.
    public let signals: [Signal]
    /// The flag signal for the state of the link, nil when none is stored.
    public let link: SignalID?

    /// A plan.
    public init(connection: Connection, signals: [Signal], link: SignalID? = nil) {
        self.connection = connection
        self.signals = signals
        self.link = link
    }
}

/// Runs one connection; created when supervision of it begins.
final class ConnectionLine: Sendable {
    let plan: ConnectionPlan
    private let connector: any Connector
    private let io: ConnectorIO
    private let downstream: any SampleSink
    private let queue = IntakeQueue()
    private let policy: Mutex<SupervisorPolicy>
    private let pipeline: Mutex<SamplePipeline>
    private let said = Mutex<Set<String>>([])
    private let observe: @Sendable (SupervisorNotice) -> Void

    init(
        plan: ConnectionPlan, io: ConnectorIO, sink: any SampleSink,
        observe: @escaping @Sendable (SupervisorNotice) -> Void
    ) throws(ConfigurationError) {
        self.plan = plan
        self.io = io
        self.observe = observe
        downstream = sink
        connector = try ConnectorCatalog.connector(for: plan.connection, signals: plan.signals)
        pipeline = Mutex(
            try SamplePipeline(signals: plan.signals, schema: type(of: connector).schema))
        let status = ConnectionStatus(
            id: plan.connection.id, kind: plan.connection.kind, at: io.clock.wall())
        policy = Mutex(SupervisorPolicy(groups: connector.groups, status: status))
    }

    /// What must not be connected to twice.
    var controller: String? { connector.controller }
    /// How the connection does.
    var status: ConnectionStatus { policy.withLock { $0.status } }

    /// Runs until `stop` ends or the task is cancelled; what arrived is handed on before it
    /// returns.
    func run(after delay: Elapsed, until stop: AsyncStream<Void>) async {
        await withTaskGroup { group in
            group.addTask { await self.queue.drain(into: self.downstream) }
            group.addTask {
                guard await self.io.slept(delay) else { return }
                await self.cycle()
            }
            group.addTask { for await _ in stop {} }
            await group.next()
            group.cancelAll()
        }
        _ = step(.stopped)
        await queue.flush(into: downstream)
    }

    /// Connects, runs, waits, and again.
    private func cycle() async {
        var wait = step(.begin)
        while let pause = wait, await waited(pause) {
            _ = step(.attempt)
            wait = await session()
        }
        while await waited(.seconds(60)) {}  // Held: only a change of configuration helps.
    }

    /// Runs one session; returns the wait before the next, nil when there is to be none.
    private func session() async -> Elapsed? {
        let id = plan.connection.id
        defer { io.watch(id, false) }
        let session = io.watching(id) { report in self.hear(report) }
        do {
            try await connector.run(session, into: PipelineSink(line: self))
            guard !Task.isCancelled else { return nil }
            return step(.ended(.closed(doing: "reading"), jitter: io.jitter()))
        } catch {
            guard !Task.isCancelled else { return nil }
            return step(.ended(error, jitter: io.jitter()))
        }
    }

    /// Waits in steps of at most a second, so that markers of gaps come in time.
    private func waited(_ pause: Elapsed) async -> Bool {
        var rest = pause
        while rest > .zero {
            let part = min(rest, .seconds(1))
            guard await io.slept(part) else { return false }
            _ = step(.tick)
            rest = rest - part
        }
        return !Task.isCancelled
    }

    private func hear(_ report: ConnectorReport) {
        _ = step(.report(report))
        switch report {
        case .counter(let mark): observe(.counter(connection: plan.connection.id, mark))
        case .dropped(let stage, let reason, let count):
            observe(
                .dropped(
                    connection: plan.connection.id, stage: stage, reason: reason, count: count))
        case .problem(let sentence):
            let isNew = said.withLock {
                $0.count < CaptureLimits.rememberedProblems && $0.insert(sentence).inserted
            }
            if isNew { io.logger.warning("\(plan.connection.id): \(sentence)") }
        case .established, .polled, .requestFailed, .pollsLost, .received: break
        }
    }

    /// Takes an event and does what follows from it; returns the wait before the next attempt.
    private func step(_ event: SupervisorEvent) -> Elapsed? {
        let before = status.phase
        let effects = policy.withLock {
            $0.step(event, now: io.clock.monotonic(), wall: io.clock.wall())
        }
        var wait: Elapsed?
        for effect in effects {
            switch effect {
            case .connect(let after): wait = after
            case .hold: wait = nil
            case .sayLost(let error):
                io.logger.warning("\(plan.connection.id): \(error.what). \(error.remedy)")
                observe(.lost(connection: plan.connection.id, error))
            case .sayRecovered(let after):
                io.logger.notice("\(plan.connection.id): connected again after \(after.words)")
                observe(.recovered(connection: plan.connection.id, after: after))
            case .link(let isUp, let time): storeLink(isUp, time)
            case .mark(let group, let time): storeMarker(group, time)
            }
        }
        let after = status
        if after.phase != before { observe(.changed(after)) }
        return wait
    }

    private func storeLink(_ isUp: Bool, _ time: Timestamp) {
        guard let link = plan.link else { return }
        push(
            SampleBatch(
                times: [time.nanoseconds],
                columns: [SignalColumn(signal: link, values: .flags([isUp]))]))
    }

    private func storeMarker(_ group: Int, _ time: Timestamp) {
        push(
            SampleBatch(
                times: [time.nanoseconds],
                columns: connector.groups[group].signals.map {
                    .missing($0.id, kind: $0.kind, quality: .badComm)
                }))
    }

    private func push(_ batch: SampleBatch) {
        let dropped = queue.push(batch)
        if dropped > 0 { hear(.dropped(stage: "intake", reason: "full", count: dropped)) }
    }

    /// Transforms batches as the signals' options say.
    fileprivate func transformed(_ batches: [SampleBatch]) -> [SampleBatch] {
        var ready = batches
        let marks = pipeline.withLock { pipeline in
            var marks: [CounterMark] = []
            for index in ready.indices { marks += pipeline.apply(to: &ready[index]) }
            return marks
        }
        for mark in marks { hear(.counter(mark)) }
        return ready.filter { $0.sampleCount > 0 }
    }

    fileprivate func accept(_ batches: [SampleBatch]) {
        for batch in transformed(batches) { push(batch) }
    }

    fileprivate func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        let ready = transformed(batches)
        if !ready.isEmpty || cursor != nil { try await downstream.store(ready, cursor: cursor) }
    }
}

/// What a connector sees of its line: the pipeline, then the queue or the store.
private struct PipelineSink: SampleSink {
    let line: ConnectionLine

    func accept(_ batches: [SampleBatch]) async { line.accept(batches) }

    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        try await line.store(batches, cursor: cursor)
    }
}
