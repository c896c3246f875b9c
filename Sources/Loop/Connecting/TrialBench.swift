// Reads a device while somebody looks at it, and stores nothing: the live values of the wizard.

import Capture
public import Plant
import Synchronization

/// How a trial goes.
public struct TrialStanding: Sendable, Hashable {
    /// Whether the device answers.
    public var isUp = false
    /// What is wrong in one sentence, nil when nothing is.
    public var problem: String?
    /// What a person can do about it.
    public var remedy = ""
    /// What was seen, by signal.
    public var traces: [Slug: TrialTrace] = [:]
    /// Signals that cannot be read as they are written, with the reason and the remedy.
    public var refused: [Slug: String] = [:]
    /// Requests that the device refused, the newest reason.
    public var complaint: String?
    /// Groups of values that arrived.
    public var polls = 0

    /// Nothing heard yet.
    public init() {}
}

/// Runs trials, a few at a time, each for as long as somebody looks.
public final class TrialBench: Sendable {
    private struct Trial {
        let draft: ConnectDraft
        let sink: TrialSink
        let numbers: [SignalID: Slug]
        let stop: AsyncStream<Void>.Continuation
        var standing: TrialStanding
        var looked: Elapsed
        /// How often it was begun anew: what an ended one still reports is not heard.
        let turn: Int
    }

    private struct Start: Sendable {
        let id: String
        let turn: Int
        let connection: Connection
        let signals: [Signal]
        let sink: TrialSink
        let stop: AsyncStream<Void>
    }

    private struct State {
        var trials: [String: Trial] = [:]
        var turns = 0
    }

    private let state = Mutex(State())
    private let supervisor: ConnectorSupervisor
    /// The firm's own connections.
    private let connections: @Sendable () -> [Connection]
    private let monotonic: @Sendable () -> Elapsed
    private let sleep: @Sendable (Elapsed) async throws -> Void
    private let starts: AsyncStream<Start>
    private let begin: AsyncStream<Start>.Continuation

    init(
        supervisor: ConnectorSupervisor, connections: @escaping @Sendable () -> [Connection],
        monotonic: @escaping @Sendable () -> Elapsed,
        sleep: @escaping @Sendable (Elapsed) async throws -> Void
    ) {
        self.supervisor = supervisor
        self.connections = connections
        self.monotonic = monotonic
        self.sleep = sleep
        (starts, begin) = AsyncStream.makeStream(
            of: Start.self, bufferingPolicy: .bufferingNewest(LoopLimits.trials * 4))
    }

    /// How the trial of a draft goes; begins it where it does not run, anew where it was changed.
    ///
    /// Throws ``RefusedEvent`` where too many run.
    public func look(_ draft: ConnectDraft) throws(RefusedEvent) -> TrialStanding {
        let now = monotonic()
        let known = state.withLock { state -> TrialStanding? in
            guard let trial = state.trials[draft.id], trial.draft.reads(as: draft) else {
                return nil
            }
            state.trials[draft.id]?.looked = now
            var standing = trial.standing
            for (number, trace) in trial.sink.traces {
                if let slug = trial.numbers[number] { standing.traces[slug] = trace }
            }
            return standing
        }
        if let known { return known }
        end(draft.id)
        let plan = draft.trialPlan(among: connections())
        let (stop, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let sink = TrialSink()
        var standing = TrialStanding()
        standing.refused = plan.refused
        let start = try state.withLock { (state) throws(RefusedEvent) -> Start in
            guard state.trials.count < LoopLimits.trials else {
                throw RefusedEvent(
                    field: "address",
                    says: "\(LoopLimits.trials) machines are being tried already.",
                    remedy: "Finish or leave one; one that nobody looks at ends after a minute.")
            }
            state.turns += 1
            state.trials[draft.id] = Trial(
                draft: draft, sink: sink, numbers: plan.numbers, stop: continuation,
                standing: standing, looked: now, turn: state.turns)
            return Start(
                id: draft.id, turn: state.turns, connection: plan.connection,
                signals: plan.signals, sink: sink, stop: stop)
        }
        begin.yield(start)
        return standing
    }

    /// Ends the trial of a draft at once, if it runs.
    public func end(_ id: String) {
        state.withLock { $0.trials.removeValue(forKey: id) }?.stop.finish()
    }

    /// Runs trials until cancelled, and ends those that nobody looks at.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.endLeft() }
            for await start in starts {
                group.addTask { await self.run(start) }
            }
            group.cancelAll()
        }
    }

    private func endLeft() async {
        while true {
            do {
                try await sleep(.seconds(5))
            } catch {
                return  // Cancelled: the box stops.
            }
            let now = monotonic()
            let left = state.withLock { state in
                state.trials.filter { now - $0.value.looked > LoopLimits.trialUnseen }.keys
            }
            for id in left { end(id) }
        }
    }

    /// One trial, with pauses between its attempts, until it is ended.
    private func run(_ start: Start) async {
        await withDiscardingTaskGroup { group in
            let attempts = group.addTaskUnlessCancelled { await self.attempt(start) }
            guard attempts else { return }
            for await _ in start.stop {}
            group.cancelAll()
        }
    }

    private func attempt(_ start: Start) async {
        while !Task.isCancelled {
            var pause = Elapsed.seconds(2)
            do {
                try await supervisor.trial(
                    start.connection, signals: start.signals, sink: start.sink,
                    registry: start.sink
                ) { [weak self] report in self?.hear(report, of: start) }
            } catch let error as ConnectorError {
                if case .cancelled = error { return }
                note(error.what, error.remedy, of: start)
                if error.retryAdvice != .backOff { pause = .seconds(10) }
            } catch let error as ConfigurationError {
                note("\(error.field): \(error.reason).", error.remedy, of: start)
                pause = .seconds(60)
            } catch {
                return  // Cancelled.
            }
            do {
                try await sleep(pause)
            } catch {
                return  // Cancelled.
            }
        }
    }

    private func hear(_ report: ConnectorReport, of start: Start) {
        change(start) { standing in
            switch report {
            case .established, .polled:
                standing.isUp = true
                standing.problem = nil
                if case .polled = report { standing.polls += 1 }
            case .received(let count):
                standing.isUp = true
                standing.polls += count
            case .requestFailed(_, let reason), .problem(let reason): standing.complaint = reason
            case .pollsLost, .counter, .dropped: break
            }
        }
    }

    private func note(_ problem: String, _ remedy: String, of start: Start) {
        change(start) { standing in
            standing.isUp = false
            standing.problem = problem
            standing.remedy = remedy
        }
    }

    private func change(_ start: Start, _ body: (inout TrialStanding) -> Void) {
        state.withLock { state in
            guard state.trials[start.id]?.turn == start.turn, var trial = state.trials[start.id]
            else { return }
            body(&trial.standing)
            state.trials[start.id] = trial
        }
    }
}

extension ConnectDraft {
    /// Whether another draft is read in the same way.
    func reads(as other: ConnectDraft) -> Bool {
        kind == other.kind && settings == other.settings
            && trialSignals.map { [$0.slug.text, $0.read, $0.unit] }
                == other.trialSignals.map { [$0.slug.text, $0.read, $0.unit] }
            && trialSignals.map(\.options) == other.trialSignals.map(\.options)
    }

    /// The signals that a trial reads: those that are chosen first.
    var trialSignals: [DraftSignal] {
        let chosen = signals.filter(\.isChosen)
        let others = signals.filter { !$0.isChosen }
        let read = Set((chosen + others).prefix(LoopLimits.trialSignals).map(\.slug))
        // In their own order: a tick alone must not begin the trial anew.
        return signals.filter { read.contains($0.slug) }
    }

    /// The connection of a trial: a broker keeps nothing for it when it has gone.
    private var trialConnection: Connection {
        let passing =
            kind == "mqtt" ? ["clean_start": "true", "qos": "0", "session_expiry": "0s"] : [:]
        return Connection(
            id: Slug("trial"), kind: kind, settings: settings.merging(passing) { _, new in new })
    }

    /// What a trial reads, and what cannot be read.
    func trialPlan(among connections: [Connection]) -> (
        connection: Connection, signals: [Signal], numbers: [SignalID: Slug],
        refused: [Slug: String]
    ) {
        let host = host(among: connections)
        let connection = host ?? trialConnection
        var signals: [Signal] = []
        var numbers: [SignalID: Slug] = [:]
        var refused: [Slug: String] = [:]
        for draft in trialSignals {
            let id = SignalID(ConnectorSupervisor.firstGuest + UInt32(signals.count))
            do throws(ConfigurationError) {
                let described = try described(draft.joining(host, self), connection: connection.id)
                let signal = Signal(
                    id: id, name: draft.name, kind: described.kind, unit: draft.unit,
                    source: described.source)
                _ = try ConnectorCatalog.connector(for: connection, signals: [signal])
                signals.append(signal)
                numbers[id] = draft.slug
            } catch {
                refused[draft.slug] = "\(error.reason). \(error.remedy)"
            }
        }
        return (connection, signals, numbers, refused)
    }
}
