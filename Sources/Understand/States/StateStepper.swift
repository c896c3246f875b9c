// The state machine of one rule: thresholds, dwell, silence, link and fault, sample by sample.
import Plant

/// Two-valued reading with a dead band and a dwell; trivial, so that batches run fast.
struct DwellSwitch: Sendable, BitwiseCopyable {
    /// The accepted position.
    var position = false
    /// The position by the dead band alone.
    var raw = false
    /// First time of a run that differs from `position`; `.max` while there is none.
    var since = Int64.max

    var isPending: Bool { since != .max }

    mutating func start(_ isOn: Bool) {
        position = isOn
        raw = isOn
        since = .max
    }

    mutating func see(_ level: Double, rise: Double, fall: Double, at time: Int64) {
        raw = raw ? !(level <= fall) : level >= rise
        if raw == position {
            since = .max
        } else if since == .max {
            since = time
        }
    }

    mutating func accept() {
        position = raw
        since = .max
    }
}

/// Whether the connection of a source that sends on change is up.
enum LinkState: UInt8, Sendable, BitwiseCopyable {
    case notSaid
    case up
    case down
}

/// One rule's reading of its signals; the same steps for streams and batches.
///
/// Times are nanoseconds and must not go back. A value holds from its sample to the next one, so a
/// run has lasted from its first sample to the first sample that differs. Every change is dated
/// back to the first sample of its run. Changes leave in order of time.
struct StateStepper: Sendable {
    // The rule, in nanoseconds.
    private let isExplicit: Bool
    private let runningRise: Double
    private let runningFall: Double
    private let idleRise: Double
    private let idleFall: Double
    private let runningDwell: Int64
    private let stoppedDwell: Int64
    /// Longest silence that still counts as seen.
    private let silenceLimit: Int64
    private let isPeriodGiven: Bool

    // What was seen.
    private(set) var state = ObservedState.unknown
    private(set) var stateFrom = Int64.min
    /// No change dates back further: where the rule took over from another one.
    private var floor = Int64.min
    private var isSeen = false
    private var isFault = false
    private var link = LinkState.notSaid
    private var linkDownAt = Int64.max
    private var hasValue = false
    private var lastGood = Int64.min
    private var lastGap = Int64.max
    private var period: Int64
    private var level = 0.0
    private var said = ObservedState.unknown
    private var running = DwellSwitch()
    private var powered = DwellSwitch()
    /// Changes not yet taken by the owner.
    private(set) var changes: [StateChange] = []

    init(rule: StateRule, period given: Elapsed?) {
        switch rule.source {
        case .explicit:
            isExplicit = true
            runningRise = 0
            runningFall = 0
            idleRise = 0
            idleFall = 0
        case .level(_, let running, let idle):
            isExplicit = false
            runningRise = running.rise
            runningFall = running.fall
            // A running machine is powered: the lower boundary never lies above the upper one.
            idleRise = min(idle?.rise ?? -.infinity, running.rise)
            idleFall = min(idle?.fall ?? -.infinity, running.fall)
        }
        runningDwell = max(0, rule.runningDwell.nanoseconds)
        stoppedDwell = max(0, rule.stoppedDwell.nanoseconds)
        let stale = max(1, rule.staleAfter.nanoseconds)
        if let given, given > .zero {
            let (tripled, overflow) = given.nanoseconds.multipliedReportingOverflow(by: 3)
            silenceLimit = max(stale, overflow ? .max : tripled)
            period = given.nanoseconds
            isPeriodGiven = true
        } else {
            silenceLimit = stale
            period = max(1, stale / 3)
            isPeriodGiven = false
        }
    }

    /// The rule takes over here: what was carried in counts, its changes are forgotten.
    mutating func takeOver(at time: Int64) {
        advance(to: time)
        floor = time
        changes.removeAll()
    }

    /// Takes the changes found since the last call.
    mutating func takeChanges() -> [StateChange] {
        guard !changes.isEmpty else { return [] }
        let taken = changes
        changes.removeAll(keepingCapacity: true)
        return taken
    }

    /// A measured level.
    mutating func see(level value: Double, at time: Int64) {
        guard value.isFinite, !isExplicit else { return lose(at: time) }
        checkSilence(at: time)
        note(goodAt: time)
        level = value
        guard isSeen, !isFault else { return begin(at: time) }
        if running.isPending || powered.isPending { settle(until: time, known: time) }
        running.see(value, rise: runningRise, fall: runningFall, at: time)
        powered.see(value, rise: idleRise, fall: idleFall, at: time)
        if running.isPending || powered.isPending { settle(until: time, known: time) }
    }

    /// A state that the machine says itself; it counts at once.
    mutating func see(said value: ObservedState, at time: Int64) {
        guard value != .unknown, isExplicit else { return lose(at: time) }
        checkSilence(at: time)
        note(goodAt: time)
        said = value
        guard isSeen, !isFault else { return begin(at: time) }
        emit(value, from: time, known: time)
    }

    /// A value that cannot be used: the machine is not seen from here on.
    mutating func lose(at time: Int64) {
        checkSilence(at: time)
        hasValue = false
        goUnseen(at: time)
    }

    /// The machine's own fault signal.
    mutating func see(fault isActive: Bool, at time: Int64) {
        checkSilence(at: time)
        guard isActive != isFault else { return }
        if isSeen, isActive { settle(until: time, known: time) }
        isFault = isActive
        if isSeen { resume(at: time) }
    }

    /// The connection's own state signal: while it is up a value holds (decisions 10).
    mutating func see(linkUp isUp: Bool, at time: Int64) {
        checkSilence(at: time)
        if isUp {
            guard link != .up else { return }
            link = .up
            // A value that came while the link was said to be down counts from here on; one from
            // before may have changed unseen.
            if !isSeen, hasValue, lastGood >= linkDownAt { begin(at: time) }
        } else {
            if link != .down { linkDownAt = time }
            link = .down
            goUnseen(at: time)
        }
    }

    /// Time passes without a sample.
    mutating func advance(to time: Int64) {
        checkSilence(at: time)
        guard isSeen, running.isPending || powered.isPending else { return }
        // Without a link only one period after the last good sample is surely seen; a longer
        // silence may still turn out to be a gap.
        settle(until: link == .up ? time : min(time, surelySeenEnd), known: time)
    }

    private var surelySeenEnd: Int64 {
        let (end, overflow) = lastGood.addingReportingOverflow(min(period, silenceLimit))
        return overflow ? .max : end
    }

    private mutating func note(goodAt time: Int64) {
        if !isPeriodGiven, hasValue {
            // Wrapping: an impossible distance becomes negative and is left out.
            let gap = time &- lastGood
            if gap > 0, gap <= silenceLimit {
                // The smaller of the last two: one missed answer does not stretch the period.
                period = min(gap, lastGap)
                lastGap = gap
            }
        }
        lastGood = time
        hasValue = true
    }

    private mutating func checkSilence(at time: Int64) {
        guard isSeen, link != .up else { return }
        let (silence, overflow) = time.subtractingReportingOverflow(lastGood)
        guard overflow || silence > silenceLimit else { return }
        let end = surelySeenEnd
        if !isFault { settle(until: end, known: time) }
        isSeen = false
        emit(.unknown, from: max(end, stateFrom), known: time)
    }

    private mutating func goUnseen(at time: Int64) {
        guard isSeen else { return }
        if !isFault { settle(until: time, known: time) }
        isSeen = false
        emit(.unknown, from: time, known: time)
    }

    private mutating func begin(at time: Int64) {
        guard link != .down else { return }
        guard !(isSeen && isFault) else { return }
        isSeen = true
        resume(at: time)
    }

    /// The state by the values at hand, without dwell: after a gap, a fault, or at the start.
    private mutating func resume(at time: Int64) {
        running.start(!isExplicit && level >= runningRise)
        powered.start(!isExplicit && level >= idleRise)
        emit(isFault ? .fault : calmState, from: time, known: time)
    }

    private var calmState: ObservedState {
        if isExplicit { return said }
        if running.position { return .running }
        return powered.position ? .idle : .off
    }

    /// Accepts runs that have lasted long enough by `end`, earlier ones first.
    private mutating func settle(until end: Int64, known: Int64) {
        guard !isFault else { return }
        let isPoweredFirst = powered.since <= running.since
        if isPoweredFirst { settlePowered(until: end, known: known) }
        settleRunning(until: end, known: known)
        if !isPoweredFirst { settlePowered(until: end, known: known) }
    }

    private mutating func settlePowered(until end: Int64, known: Int64) {
        // Wrapping: an impossible distance becomes negative and is not long enough.
        guard powered.isPending, end &- powered.since >= stoppedDwell else { return }
        let from = powered.since
        powered.accept()
        emit(calmState, from: from, known: known)
    }

    private mutating func settleRunning(until end: Int64, known: Int64) {
        guard running.isPending else { return }
        let from = running.since
        guard end &- from >= (running.raw ? runningDwell : stoppedDwell) else { return }
        if running.raw {
            // What runs has power: a run of "powered" before it needs no more proof.
            if powered.isPending, powered.raw, powered.since < from {
                emit(.idle, from: powered.since, known: known)
            }
            powered.start(true)
        }
        running.accept()
        emit(calmState, from: from, known: known)
    }

    private mutating func emit(_ new: ObservedState, from: Int64, known: Int64) {
        guard new != state else { return }
        state = new
        stateFrom = max(from, floor)
        changes.append(
            StateChange(
                state: new, from: Timestamp(nanoseconds: stateFrom),
                known: Timestamp(nanoseconds: known)))
    }
}
