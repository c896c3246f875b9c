// Keeps all connections of the box running: start, retry, one stop switch, status.

import Logging
public import Plant
import Synchronization

/// What the supervisor tells the rest of the box.
public enum SupervisorNotice: Hashable, Sendable {
    /// A connection was lost; said once until it is back.
    case lost(connection: Slug, ConnectorError)
    /// A connection is back.
    case recovered(connection: Slug, after: Elapsed)
    /// A connection stands elsewhere now.
    case changed(ConnectionStatus)
    /// A counter went back.
    case counter(connection: Slug, CounterMark)
    /// Samples were dropped (R-41).
    case dropped(connection: Slug, stage: String, reason: String, count: Int)
}

/// Runs all connections and is the only place that retries, logs and switches off.
///
/// Call ``run()`` once, in a task that lives as long as the box; change connections with
/// ``apply(_:)`` at any time.
public final class ConnectorSupervisor: Sendable {
    private struct Running {
        let line: ConnectionLine
        let stop: AsyncStream<Void>.Continuation
        var isStopping = false
    }

    private struct State {
        var wanted: [Slug: ConnectionPlan] = [:]
        var running: [Slug: Running] = [:]
        /// How connections stood when they were switched off.
        var last: [Slug: ConnectionStatus] = [:]
        var refused: [Slug: (plan: ConnectionPlan, status: ConnectionStatus)] = [:]
        var isSilenced = false
        /// Devices that somebody is trying now.
        var tried: Set<String> = []
        /// Signals that a connection reads along while somebody tries them.
        var guests: [Slug: TrialGuests] = [:]

        /// A plan that is wanted, with the signals that somebody tries over it.
        func plan(_ id: Slug) -> ConnectionPlan? {
            guard let plan = wanted[id], let guests = guests[id] else { return wanted[id] }
            return ConnectionPlan(
                connection: plan.connection, signals: plan.signals + guests.signals,
                link: plan.link)
        }
    }

    private struct Start {
        let id: Slug
        let line: ConnectionLine
        let stop: AsyncStream<Void>
        let delay: Elapsed
    }

    private let state = Mutex(State())
    private let io: ConnectorIO
    private let sink: any SampleSink
    private let gate = AttemptGate()
    private let observe: @Sendable (SupervisorNotice) -> Void
    private let wake: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// A supervisor without connections; `observe` must return quickly.
    public init(
        io: ConnectorIO, sink: any SampleSink,
        observe: @escaping @Sendable (SupervisorNotice) -> Void = { _ in }
    ) {
        self.io = io
        self.sink = sink
        self.observe = observe
        (wake, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Says which connections are wanted; others stop, changed ones start again.
    ///
    /// A plan that differs in anything starts its connection again, so signals that a connection
    /// discovers by itself are added to its plan only when a person configures them.
    public func apply(_ plans: [ConnectionPlan]) {
        state.withLock { state in
            state.wanted = Dictionary(
                plans.map { ($0.connection.id, $0) }, uniquingKeysWith: { _, last in last })
            state.refused = state.refused.filter { state.wanted[$0.key] == $0.value.plan }
            state.last = state.last.filter { state.wanted[$0.key] != nil }
        }
        wakeUp.yield()
    }

    /// Switches all traffic to machines off: every connection closes at once, none is opened.
    public func silence() { setSilenced(true) }

    /// Switches traffic to machines on again.
    public func resume() { setSilenced(false) }

    /// Whether the stop switch is on.
    public var isSilenced: Bool { state.withLock { $0.isSilenced } }

    private func setSilenced(_ isSilenced: Bool) {
        state.withLock { state in
            state.isSilenced = isSilenced
            guard isSilenced else { return }
            // At once, not at the next turn of the loop: this is the stop switch.
            for (id, running) in state.running {
                running.stop.finish()
                state.running[id]?.isStopping = true
            }
        }
        wakeUp.yield()
    }

    /// How all wanted connections do, by id.
    public func statuses() -> [ConnectionStatus] {
        state.withLock { state in
            state.wanted.values.map { plan in
                state.running[plan.connection.id]?.line.status
                    ?? state.refused[plan.connection.id]?.status
                    ?? state.last[plan.connection.id]
                    ?? waiting(plan, isSilenced: state.isSilenced)
            }
        }.sorted { $0.id < $1.id }
    }

    private func waiting(_ plan: ConnectionPlan, isSilenced: Bool) -> ConnectionStatus {
        var status = ConnectionStatus(
            id: plan.connection.id, kind: plan.connection.kind, at: io.clock.wall())
        if isSilenced {
            status.move(
                to: .stopped, words: "Not connected: switched off", at: io.clock.wall())
        }
        return status
    }

    /// Runs until cancelled; closes every connection and hands on what arrived before it returns.
    public func run() async {
        await withDiscardingTaskGroup { group in
            var turns = wake.makeAsyncIterator()
            while !Task.isCancelled {
                for start in reconcile() {
                    group.addTask {
                        await start.line.run(after: start.delay, until: start.stop)
                        self.ended(start.id)
                    }
                }
                guard await turns.next() != nil else { break }
            }
            group.cancelAll()
        }
    }

    /// Connects once with a configuration that need not be applied, reads each signal once.
    public func probe(
        _ connection: Connection, signals: [Signal]
    ) async throws -> ProbeReport {
        let connector = try ConnectorCatalog.connector(for: connection, signals: signals)
        if let user = user(of: connector.controller) {
            throw ConnectorError.refused(
                by: "the box", detail: "the connection \(user) already talks to this device")
        }
        return try await connector.probe(guarded(io))
    }

    /// The connection that talks to a device now, nil where none does.
    func user(of controller: String?) -> Slug? {
        guard let controller else { return nil }
        return state.withLock { state in
            state.running.values.first { $0.line.controller == controller }?.line.plan.connection.id
        }
    }

    /// Takes a device for a trial; false where another has it.
    func reserve(_ controller: String) -> Bool {
        state.withLock { $0.tried.insert(controller).inserted }
    }

    /// Gives a device back after a trial.
    func release(_ controller: String) { _ = state.withLock { $0.tried.remove(controller) } }

    /// Lets a connection read signals along; it begins anew with them.
    func admit(_ guests: TrialGuests, to connection: Slug) {
        state.withLock { $0.guests[connection] = guests }
        wakeUp.yield()
    }

    /// Ends that; the connection begins anew without them.
    func dismiss(from connection: Slug) {
        state.withLock { state in
            state.guests[connection] = nil
            state.refused[connection] = nil
        }
        wakeUp.yield()
    }

    /// Waits, and says whether to go on.
    func wait(_ elapsed: Elapsed) async -> Bool { await io.slept(elapsed) }

    /// The same world for a trial: its own registry and reports, the one gate and stop switch.
    func guarded(
        registry: any SignalRegistry, report: @escaping @Sendable (ConnectorReport) -> Void
    ) -> ConnectorIO {
        guarded(io.with(registry: registry, report: report))
    }

    /// Stops what is not wanted, and returns what is to start, 50 ms apart (R-48).
    private func reconcile() -> [Start] {
        state.withLock { state in
            for (id, running) in state.running where !running.isStopping {
                guard !state.isSilenced, state.plan(id) == running.line.plan else {
                    running.stop.finish()
                    state.running[id]?.isStopping = true
                    continue
                }
            }
            guard !state.isSilenced else { return [] }
            var starts: [Start] = []
            for id in state.wanted.keys.sorted()
            where state.running[id] == nil && state.refused[id] == nil {
                guard let plan = state.plan(id) else { continue }
                guard let line = line(for: plan, &state) else { continue }
                let (stop, continuation) = AsyncStream.makeStream(
                    of: Void.self, bufferingPolicy: .bufferingNewest(1))
                state.running[id] = Running(line: line, stop: continuation)
                let delay = CaptureLimits.startSpacing.times(Int64(starts.count))
                starts.append(Start(id: id, line: line, stop: stop, delay: delay))
            }
            return starts
        }
    }

    /// A line for a plan, or nil after noting why there can be none.
    private func line(for plan: ConnectionPlan, _ state: inout State) -> ConnectionLine? {
        do throws(ConfigurationError) {
            let guests = state.guests[plan.connection.id]
            let line = try ConnectionLine(
                plan: plan, io: guarded(io),
                sink: guests.map { PartingSink(own: sink, guests: $0.sink) } ?? sink,
                observe: observe)
            let other = state.running.values.first {
                line.controller != nil && $0.line.controller == line.controller
            }
            guard let other else { return line }
            if other.isStopping { return nil }  // Its end wakes the loop again.
            throw ConfigurationError(
                path: "connection.\(plan.connection.id.text).address",
                reason: "the connection \(other.line.plan.connection.id) already talks to "
                    + "\(line.controller ?? "this device")",
                remedy: "Read all signals of one device over one connection.")
        } catch {
            var status = ConnectionStatus(
                id: plan.connection.id, kind: plan.connection.kind, at: io.clock.wall())
            status.move(
                to: .misconfigured, words: "Cannot work: \(error.path): \(error.reason)",
                at: io.clock.wall())
            status.problem = error.description
            status.remedy = error.remedy
            state.refused[plan.connection.id] = (plan, status)
            io.logger.warning("\(plan.connection.id): \(error)")
            observe(.changed(status))
            return nil
        }
    }

    private func ended(_ id: Slug) {
        state.withLock { state in
            state.last[id] = state.wanted[id] == nil ? nil : state.running[id]?.line.status
            state.running[id] = nil
        }
        wakeUp.yield()
    }

    /// The same world behind the stop switch and the limit of one attempt a second.
    private func guarded(_ io: ConnectorIO) -> ConnectorIO {
        let dialer = Dialer { (endpoint, limit) async throws(ConnectorError) in
            try await self.pass(endpoint.description, io)
            return try await io.dialer.connect(endpoint, limit)
        }
        let serial = SerialOpener { (settings) async throws(ConnectorError) in
            try await self.pass(settings.path, io)
            return try await io.serial.open(settings)
        }
        return io.with(dialer: dialer, serial: serial, report: io.report)
    }

    private func pass(_ place: String, _ io: ConnectorIO) async throws(ConnectorError) {
        guard !isSilenced else { throw .silenced }
        let wait = gate.reserve(place, now: io.clock.monotonic())
        guard await io.slept(wait) else { throw .cancelled }
        guard !isSilenced else { throw .silenced }
    }
}
