// The box's own time: the system's, or where that cannot be right, the last stored time and what has
// passed since.

public import Plant
import Synchronization

/// A clock that does not believe the system when it says a time before what is stored already.
///
/// A board without a battery starts in its past. Until somebody or a time server sets it right,
/// samples are stamped from the last stored time on, as doubtful, and moved once it is known by
/// how much.
public final class BoxClock: Sendable {
    /// How far the clock was off, and between which of its own times.
    struct Correction: Sendable, Hashable {
        let offset: Elapsed
        let since: Timestamp
        let until: Timestamp
    }

    private struct State: Sendable {
        var base: Anchor?
        var corrections = 0
    }

    private struct Anchor: Sendable {
        /// The newest stored time at the start.
        let stored: Timestamp
        /// Time since the system started, at that moment.
        let elapsed: Elapsed
    }

    private let system: @Sendable () -> Timestamp
    private let monotonic: @Sendable () -> Elapsed
    private let synchronisation: @Sendable () -> ClockSynchronisation
    private let state = Mutex(State())

    init(
        system: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> Elapsed,
        synchronisation: @escaping @Sendable () -> ClockSynchronisation
    ) {
        self.system = system
        self.monotonic = monotonic
        self.synchronisation = synchronisation
    }

    /// Now.
    var now: Timestamp {
        state.withLock { $0.base }.map { $0.stored + (monotonic() - $0.elapsed) } ?? system()
    }

    /// Whether the system's clock is believed.
    public var isTrusted: Bool { state.withLock { $0.base == nil } }

    /// How often the clock went from what was stored to what the system says: such a jump is no
    /// step, as what was stored before it moves.
    var corrections: Int { state.withLock { $0.corrections } }

    /// What the system says, believed or not.
    public var systemTime: Timestamp { system() }

    /// Compares the system's clock with what is known to be past; false when it cannot be right.
    ///
    /// A clock that a time server has set is believed against the stores: then they are wrong.
    func settle(newest: Timestamp?, built: Timestamp?) -> Bool {
        guard let known = [newest, built].compactMap(\.self).max(),
            known - system() > LoopLimits.clockBehind, synchronisation() != .synchronised
        else { return true }
        state.withLock { $0.base = Anchor(stored: known, elapsed: monotonic()) }
        return false
    }

    /// Looks whether the clock was set meanwhile; nil while nothing changed.
    func look() -> Correction? {
        guard let known = state.withLock({ $0.base }) else { return nil }
        let isPast = system() + LoopLimits.clockBehind < known.stored
        guard !isPast || synchronisation() == .synchronised else { return nil }
        return believe()
    }

    /// Believes the system's clock from now on: a person says that it is right.
    func believe() -> Correction? {
        let own = now
        return state.withLock { state -> Correction? in
            guard let base = state.base else { return nil }
            state.base = nil
            state.corrections += 1
            return Correction(
                offset: system() - own, since: base.stored + Elapsed(nanoseconds: 1),
                until: own + .seconds(1))
        }
    }
}

/// Whether a time server keeps the clock of this computer right.
public enum ClockSynchronisation: String, Sendable, Hashable {
    /// One does.
    case synchronised
    /// None does.
    case free
    /// The system does not tell.
    case unknown
}
