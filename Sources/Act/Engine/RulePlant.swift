// What the rule engine knows of the site: machines, signals, working time.

public import Plant

/// The site as rules see it.
public struct RulePlant: Hashable, Sendable {
    /// Machines and their signals by id.
    public var machines: [Slug: [Slug: SignalID]]
    /// Working time.
    public var calendar: ShiftCalendar

    /// A site.
    public init(machines: [Slug: [Slug: SignalID]], calendar: ShiftCalendar) {
        self.machines = machines
        self.calendar = calendar
    }
}

extension RuleSubject {
    /// The machine that is meant, with the instance's own filled in.
    func machine(_ own: Slug?) -> Slug? {
        switch self {
        case .machine(let id): id
        case .anyMachine: own
        }
    }
}

extension RuleTest {
    /// The test with the instance's machine filled in.
    func filled(_ own: Slug?) -> RuleTest {
        guard let own, subject == .anyMachine else { return self }
        let subject = RuleSubject.machine(own)
        func fill(_ signal: RuleSignal) -> RuleSignal {
            RuleSignal(subject: subject, signal: signal.signal)
        }
        switch self {
        case .state(_, let states): return .state(subject, states)
        case .noReason: return .noReason(subject)
        case .noSignal: return .noSignal(subject)
        case .silence(let signal, let length): return .silence(fill(signal), length)
        case .limit(let signal, let side, let limit, let deadband):
            return .limit(fill(signal), side, limit, deadband: deadband)
        case .rate(let signal, let movement, let amount, let window):
            return .rate(fill(signal), movement, amount, over: window)
        case .drift(let signal, let amount, let window):
            return .drift(fill(signal), amount, over: window)
        case .tally(_, let tally, let side, let amount, let window):
            return .tally(subject, tally, side, amount, over: window)
        case .backupAge, .certificateEnds: return self
        }
    }
}
