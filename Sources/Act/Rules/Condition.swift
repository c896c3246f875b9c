// What a rule waits for: tests joined by and, or, and for how long.

public import Plant

/// A set of machine states.
public struct StateSet: Hashable, Sendable, BitwiseCopyable {
    /// One bit for each state, by its raw value.
    public let bits: UInt8

    /// A set of states; an empty one is refused when a rule is checked.
    public init(_ states: [MachineState]) {
        bits = states.reduce(0) { $0 | 1 << $1.rawValue }
    }

    /// Everything that is seen except the states of this set.
    public var seenRest: StateSet {
        StateSet(MachineState.allCases.filter { $0 != .unknown && !contains($0) })
    }

    /// The states in the order of their codes.
    public var states: [MachineState] { MachineState.allCases.filter(contains) }

    /// Whether a state belongs to it.
    public func contains(_ state: MachineState) -> Bool { bits & 1 << state.rawValue != 0 }
}

/// Which machine a test looks at.
public enum RuleSubject: Hashable, Sendable {
    /// One machine by its id.
    case machine(Slug)
    /// Every machine, each for itself; all tests of the rule then mean the same machine.
    case anyMachine
}

/// Which signal a test looks at.
public struct RuleSignal: Hashable, Sendable {
    /// Whose signal.
    public let subject: RuleSubject
    /// Its id within the machine.
    public let signal: Slug

    /// A signal of a machine.
    public init(subject: RuleSubject, signal: Slug) {
        self.subject = subject
        self.signal = signal
    }
}

/// On which side of a limit a value is in question.
public enum LimitSide: Hashable, Sendable, CaseIterable {
    /// At or above the limit; over again below the limit less the dead band.
    case above
    /// At or below the limit; over again above the limit plus the dead band.
    case below
}

/// In which direction a value moves.
public enum Movement: Hashable, Sendable, CaseIterable {
    /// Upwards.
    case rises
    /// Downwards.
    case falls
    /// Either way.
    case changes
}

/// What is added up over a window.
public enum Tally: Hashable, Sendable, CaseIterable {
    /// All parts.
    case parts
    /// Good parts.
    case good
    /// Scrap.
    case scrap
    /// Scrap as per cent of all parts, from ``ActLimits/leastPartsForShare`` parts on.
    case scrapShare
    /// Energy in kWh.
    case energy
}

/// Whether a sum is too large or too small.
public enum TallySide: Hashable, Sendable, CaseIterable {
    /// More than the number.
    case more
    /// Fewer, or less, than the number.
    case fewer
}

/// One thing that can be true, false or not known.
public enum RuleTest: Hashable, Sendable {
    /// The machine is in one of the states.
    case state(RuleSubject, StateSet)
    /// The machine is stopped or has a fault, and nobody has said why.
    case noReason(RuleSubject)
    /// Nothing comes from the machine: its link is down, or its state is not known.
    case noSignal(RuleSubject)
    /// No usable value of a signal has come for so long.
    case silence(RuleSignal, Elapsed)
    /// A value is beyond a limit.
    case limit(RuleSignal, LimitSide, Double, deadband: Double)
    /// A value moves by more than so much within a window.
    case rate(RuleSignal, Movement, Double, over: Elapsed)
    /// The mean over a window differs by more than so much from the mean over the one before.
    case drift(RuleSignal, Double, over: Elapsed)
    /// A sum over a window is more or fewer than a number.
    case tally(RuleSubject, Tally, TallySide, Double, over: Elapsed)
    /// No backup has been made for so long.
    case backupAge(Elapsed)
    /// The certificate ends within so long.
    case certificateEnds(Elapsed)
}

/// What a rule waits for.
public indirect enum Condition: Hashable, Sendable {
    /// One test.
    case test(RuleTest)
    /// All of two or more.
    case all([Condition])
    /// Any of two or more.
    case any([Condition])
    /// True for so long without a break.
    case held(Condition, Elapsed)

    /// All tests in the order in which they are written.
    public var tests: [RuleTest] {
        switch self {
        case .test(let test): [test]
        case .all(let parts), .any(let parts): parts.flatMap(\.tests)
        case .held(let inner, _): inner.tests
        }
    }

    /// Number of tests and joins.
    public var nodeCount: Int {
        switch self {
        case .test: 1
        case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.nodeCount }
        case .held(let inner, _): inner.nodeCount + 1
        }
    }

    /// Levels, 1 for a test alone.
    public var depth: Int {
        switch self {
        case .test: 1
        case .all(let parts), .any(let parts): (parts.map(\.depth).max() ?? 0) + 1
        case .held(let inner, _): inner.depth + 1
        }
    }
}

extension RuleTest {
    /// The machine that the test looks at, nil for tests of the box itself.
    public var subject: RuleSubject? {
        switch self {
        case .state(let subject, _), .noReason(let subject), .noSignal(let subject),
            .tally(let subject, _, _, _, _):
            subject
        case .silence(let signal, _), .limit(let signal, _, _, _), .rate(let signal, _, _, _),
            .drift(let signal, _, _):
            signal.subject
        case .backupAge, .certificateEnds: nil
        }
    }

    /// The signal that the test looks at, nil where it looks at no single one.
    public var signal: RuleSignal? {
        switch self {
        case .silence(let signal, _), .limit(let signal, _, _, _), .rate(let signal, _, _, _),
            .drift(let signal, _, _):
            signal
        default: nil
        }
    }
}
