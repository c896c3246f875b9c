// A search of the shop's network that somebody asked for: one at a time, written down when it ends.

public import Capture
import Logging
import Plant
import Synchronization

/// How a search goes.
public struct ScanStanding: Sendable, Hashable {
    /// The range as it was typed.
    public let range: String
    /// How far it is.
    public var progress: ScanProgress
    /// What answered, in order.
    public var findings: [ScanFinding] = []
    /// Who is there but could not be understood, with the reason; at most ``LoopLimits/scanLines``.
    public var refused: [String] = []
    /// What was asked of whom, the newest last; at most ``LoopLimits/scanLines``.
    public var asked: [String] = []
    /// Whether it goes on.
    public var isRunning = true
}

/// Runs searches, one at a time.
public final class ScanDesk: Sendable {
    private struct Start: Sendable {
        let plan: ScanPlan
        let signs: [DeviceSign]
        let actor: String
        let stop: AsyncStream<Void>
    }

    private struct State {
        var standing: ScanStanding?
        var stop: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())
    private let world: ScanWorld
    private let isSilenced: @Sendable () -> Bool
    private let note:
        @Sendable (_ range: String, _ outcome: String, _ actor: String) async throws -> Void
    private let starts: AsyncStream<Start>
    private let begin: AsyncStream<Start>.Continuation

    init(
        world: ScanWorld, isSilenced: @escaping @Sendable () -> Bool,
        note: @escaping @Sendable (String, String, String) async throws -> Void
    ) {
        self.world = world
        self.isSilenced = isSilenced
        self.note = note
        (starts, begin) = AsyncStream.makeStream(
            of: Start.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// How the newest search goes or went; nil before the first.
    public var standing: ScanStanding? { state.withLock { $0.standing } }

    /// Ranges around this box.
    public var suggested: [String] {
        ScanRange.suggestedRanges(NetworkInterface.ofThisComputer()).map(\.text)
    }

    /// Begins a search.
    ///
    /// Throws ``RefusedEvent`` for a range that cannot be, and while one runs.
    public func search(
        _ text: String, signs: [DeviceSign], actor: String
    ) throws(RefusedEvent) {
        let range: ScanRange
        do throws(ScanRangeError) {
            range = try ScanRange(text)
        } catch {
            throw RefusedEvent(
                field: "range", says: "“\(error.part)”: \(error.says)", remedy: error.remedy)
        }
        guard !isSilenced() else {
            throw RefusedEvent(
                field: "range", says: "The stop switch is on: nothing is asked of machines.",
                remedy: "Switch traffic to machines on again when the work is done.")
        }
        let plan = ScanPlan(range)
        let (stop, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isFree = state.withLock { state in
            guard state.standing?.isRunning != true else { return false }
            state.standing = ScanStanding(
                range: range.text, progress: ScanProgress(total: plan.targetCount))
            state.stop = continuation
            return true
        }
        guard isFree else {
            throw RefusedEvent(
                field: "range", says: "A search runs already.", remedy: "Wait for it or stop it.")
        }
        begin.yield(Start(plan: plan, signs: signs, actor: actor, stop: stop))
    }

    /// Calls the search off.
    public func stop() { state.withLock { $0.stop }?.finish() }

    /// Runs searches until cancelled.
    func run() async {
        for await start in starts {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    await self.search(start)
                    self.stop()
                }
                for await _ in start.stop {}
                group.cancelAll()
            }
            let ended = finish()
            do {
                try await note(
                    ended.range,
                    "\(ended.findings.count) found, \(ended.progress.requests) requests"
                        + (ended.progress.isCancelled ? ", called off" : ""), start.actor)
            } catch {
                world.logger.error("the search was not written down: \(error)")
            }
        }
    }

    private func finish() -> ScanStanding {
        state.withLock { state in
            state.standing?.isRunning = false
            state.stop = nil
            return state.standing ?? ScanStanding(range: "", progress: ScanProgress(total: 0))
        }
    }

    private func search(_ start: Start) async {
        let scan = Scan(start.plan, signs: start.signs, world: world)
        await scan.run { event in self.hear(event) }
    }

    private func hear(_ event: ScanEvent) {
        state.withLock { state in
            guard var standing = state.standing else { return }
            switch event {
            case .asked(let request): ScanDesk.keep(request.description, in: &standing.asked)
            case .found(let finding):
                if standing.findings.count < LoopLimits.scanLines {
                    standing.findings.append(finding)
                }
            case .refused(let target, let reason):
                ScanDesk.keep("\(target.endpoint): \(reason)", in: &standing.refused)
            case .nothing: break
            case .progress(let progress), .finished(let progress): standing.progress = progress
            }
            state.standing = standing
        }
    }

    private static func keep(_ line: String, in lines: inout [String]) {
        if lines.count >= LoopLimits.scanLines { lines.removeFirst() }
        lines.append(line)
    }
}
