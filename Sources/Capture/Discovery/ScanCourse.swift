// The course of a scan: turns for connections, counts, and one visit at a time to an address.

import Logging
import Plant
import Synchronization
import Wire

/// What all visits of a scan share: the pace, the counts and the listener.
final class ScanCourse: Sendable {
    private struct State {
        var next = Elapsed.zero
        var progress: ScanProgress
    }

    let world: ScanWorld
    private let state: Mutex<State>
    private let report: @Sendable (ScanEvent) -> Void

    init(world: ScanWorld, total: Int, report: @escaping @Sendable (ScanEvent) -> Void) {
        self.world = world
        self.report = report
        state = Mutex(State(progress: ScanProgress(total: total)))
    }

    /// Waits for the turn of a new connection.
    func turn() async throws(ConnectorError) {
        let now = world.clock.monotonic()
        let step = Elapsed(nanoseconds: 1_000_000_000 / ScanLimits.connectionsPerSecond)
        let due = state.withLock { state in
            let due = max(now, state.next)
            state.next = due + step
            state.progress.connections += 1
            return due
        }
        guard due > now else { return }
        do { try await world.clock.sleep(due - now) } catch { throw .cancelled }
    }

    func asked(_ target: ScanTarget, _ what: String) {
        state.withLock { $0.progress.requests += 1 }
        let request = ScanRequest(
            time: world.clock.wall(), place: target.endpoint.description,
            language: target.language.name, what: what)
        world.logger.debug("scan asks", metadata: ["of": "\(request)"])
        report(.asked(request))
    }

    func found(_ finding: ScanFinding) {
        state.withLock { $0.progress.found += 1 }
        report(.found(finding))
        advance()
    }

    func refused(_ target: ScanTarget, _ why: String) {
        report(.refused(target, why))
        advance()
    }

    func nothing(_ target: ScanTarget, _ why: String) {
        report(.nothing(target, why))
        advance()
    }

    /// A target that need not be asked any more.
    func passed(_ target: ScanTarget) { advance() }

    func finish(isCancelled: Bool) -> ScanProgress {
        let end = state.withLock { state in
            state.progress.isCancelled = isCancelled
            return state.progress
        }
        report(.finished(end))
        return end
    }

    private func advance() {
        let progress = state.withLock { state in
            state.progress.done += 1
            return state.progress
        }
        report(.progress(progress))
    }
}

/// One language at one port of one address: its connections, its requests, its time.
final class ScanVisit: Sendable {
    private struct State {
        var isConnected = false
        var requests = 0
        var connections = 0
        var bytes = 0
    }

    let target: ScanTarget
    let course: ScanCourse
    let plan: ScanPlan
    private let state = Mutex(State())
    private let end: Elapsed

    init(target: ScanTarget, course: ScanCourse, plan: ScanPlan) {
        self.target = target
        self.course = course
        self.plan = plan
        let listening = target.language == .mqtt ? plan.listening : .zero
        let units = target.language == .modbus ? Int64(max(1, plan.units.count)) : 1
        let closer = plan.looksCloser ? Int64(2) : 1
        end =
            course.world.clock.monotonic() + ScanLimits.visit.times(units * closer) + listening
    }

    var clock: CaptureClock { course.world.clock }
    var isConnected: Bool { state.withLock { $0.isConnected } }

    /// Opens a connection in its turn; throws after ``ScanLimits/connections`` for each unit.
    func connect() async throws(ConnectorError) -> any ByteChannel {
        let units = target.language == .modbus ? max(1, plan.units.count) : 1
        let limit = ScanLimits.connections * units
        let isAllowed = state.withLock { state in
            state.connections += 1
            return state.connections <= limit
        }
        guard isAllowed else { throw .closed(doing: "talking to \(target.endpoint)") }
        try await course.turn()
        if Task.isCancelled { throw .cancelled }
        let channel = try await course.world.dialer.connect(
            target.endpoint, ScanLimits.connectTimeout)
        state.withLock { $0.isConnected = true }
        return ScanChannel(inner: channel, visit: self)
    }

    /// Notes a request; throws when it would be one too many.
    func ask(_ what: String) throws(ConnectorError) {
        let limit = requestLimit
        let isAllowed = state.withLock { state in
            state.requests += 1
            return state.requests <= limit
        }
        guard isAllowed else {
            throw .refused(by: "the scan", detail: "\(limit) requests were sent already")
        }
        course.asked(target, what)
    }

    private var requestLimit: Int {
        switch target.language {
        case .modbus:
            (plan.looksCloser ? ScanLimits.closerRequests : ScanLimits.requests)
                * max(1, plan.units.count)
        case .http: ScanLimits.webRequests
        default: ScanLimits.requests
        }
    }

    /// The wait for bytes, held by the time of the visit.
    func rest(of limit: Elapsed) throws(ConnectorError) -> Elapsed {
        let left = end - clock.monotonic()
        guard left > .zero else {
            throw .timedOut(doing: "talking to \(target.endpoint)", after: ScanLimits.visit)
        }
        return min(limit, left)
    }

    /// Counts bytes that came; throws when there are too many.
    func took(_ count: Int) throws(ConnectorError) {
        let all = state.withLock { state in
            state.bytes += count
            return state.bytes
        }
        let limit = ScanLimits.receivedBytes * (target.language == .mqtt ? 64 : 1)
        guard all <= limit else {
            throw .malformed(
                FrameError(
                    doing: "scanning \(target.endpoint)",
                    problem: .tooLong(found: all, limit: limit)))
        }
    }

    /// Pauses between two questions.
    func pause() async throws(ConnectorError) {
        do { try await clock.sleep(ScanLimits.pause) } catch { throw .cancelled }
    }

    /// The world as connectors know it, whose connections are those of this visit.
    var io: ConnectorIO {
        ConnectorIO(
            clock: clock,
            dialer: Dialer { (_, _) async throws(ConnectorError) in try await self.connect() },
            logger: course.world.logger, jitter: course.world.jitter,
            secret: { (_) async throws(ConnectorError) in
                throw .misconfigured(field: "secret", reason: "a scan knows no secrets")
            }, registry: NoRegistry())
    }
}

/// A scan stores nothing, so nothing gets a number.
private struct NoRegistry: SignalRegistry {
    func signals(for keys: [SeriesKey]) async throws -> [RegisteredSignal] { [] }
}

/// A connection of a visit: held to its time and its bytes.
private struct ScanChannel: ByteChannel {
    let inner: any ByteChannel
    let visit: ScanVisit

    func send(_ bytes: [UInt8]) async throws(ConnectorError) { try await inner.send(bytes) }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        let bytes = try await inner.receive(within: try visit.rest(of: limit))
        try visit.took(bytes.count)
        return bytes
    }

    func close() async { await inner.close() }
}
