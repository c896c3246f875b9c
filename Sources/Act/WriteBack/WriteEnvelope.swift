// What may be written to one signal of one machine, by whom, and under which conditions.

public import Plant

/// What a write does; only the first two can ever be written.
public enum WriteKind: String, Hashable, Sendable, CaseIterable {
    /// A value that the controller checks itself: a target, a parameter of a recipe.
    case setpoint
    /// A request that the controller may refuse: standby, energy saving.
    case request
    /// A start or a movement: never.
    case start
    /// Part of a safety function, or its reset: never.
    case safety

    /// Whether it can be written at all.
    public var isAllowed: Bool { self == .setpoint || self == .request }
}

/// How near a value read back must come.
public struct WriteTolerance: Hashable, Sendable, BitwiseCopyable {
    /// In the signal's unit.
    public let absolute: Double
    /// As a share of the value written.
    public let relative: Double
    /// The smallest step that the controller can tell apart.
    public let resolution: Double

    /// A tolerance from its parts, none below 0.
    public init(absolute: Double = 0, relative: Double = 0, resolution: Double = 0) {
        self.absolute = absolute
        self.relative = relative
        self.resolution = resolution
    }

    /// The largest of the absolute part, the relative part and half the resolution.
    public func width(at value: Double) -> Double {
        max(absolute, relative * abs(value), resolution / 2)
    }

    /// Whether a value read back is the one that was written.
    public func accepts(_ read: Double, for written: Double) -> Bool {
        read.isFinite && abs(read - written) <= width(at: written)
    }
}

/// How often may be written: a number of writes, filling up again over a window.
public struct WriteRate: Hashable, Sendable, BitwiseCopyable {
    /// Writes at once at most, 1 or more.
    public let capacity: Int64
    /// Writes that come back within the window, 1 or more.
    public let refill: Int64
    /// The window.
    public let window: Elapsed

    /// A rate.
    public init(capacity: Int64, refill: Int64, window: Elapsed) {
        self.capacity = capacity
        self.refill = refill
        self.window = window
    }
}

/// The envelope of one signal that may be written.
public struct WriteEnvelope: Hashable, Sendable {
    /// Its name, by which rules refer to it.
    public let id: Slug
    /// The machine.
    public let machine: Slug
    /// The signal.
    public let signal: Slug
    /// What a write does.
    public let kind: WriteKind
    /// The signal's unit; part of the signal, never of a form.
    public let unit: String
    /// Smallest value.
    public var minimum: Double
    /// Largest value.
    public var maximum: Double
    /// Values are whole steps above the smallest.
    public var step: Double
    /// The largest change from the present value.
    public var largestChange: Double
    /// The largest sum of changes within a day of the site, up and down counted alike.
    public var dayBudget: Double
    /// How often.
    public var rate: WriteRate
    /// States of the machine in which it may be written.
    public var states: StateSet
    /// The signal with which somebody at the machine allows it.
    public var localEnable: Slug
    /// More signals that must be on.
    public var mustBeOn: [Slug]
    /// Signals that must be off, such as one that says that somebody is inside.
    public var mustBeOff: [Slug]
    /// People who may ask.
    public var requesters: Set<Slug>
    /// People who may approve; empty when one person is enough.
    public var approvers: Set<Slug>
    /// Whether a second person has to approve.
    public var needsTwo: Bool
    /// Whether rules may write within it.
    public var allowsRules: Bool
    /// In which hours.
    public var window: RuleWindow
    /// When the permission ends.
    public var ends: Timestamp
    /// The value to which it returns by itself.
    public var returnValue: Double
    /// After how long it returns.
    public var returnAfter: Elapsed
    /// How near a value read back must come.
    public var tolerance: WriteTolerance
    /// Who could be hurt, what could break, how to undo.
    public var riskNote: String
    /// Whether it is switched on; off at installation.
    public var isOn: Bool

    /// An envelope, switched off.
    public init(
        id: Slug, machine: Slug, signal: Slug, kind: WriteKind, unit: String, minimum: Double,
        maximum: Double, step: Double, largestChange: Double, dayBudget: Double,
        rate: WriteRate, states: StateSet, localEnable: Slug, mustBeOn: [Slug] = [],
        mustBeOff: [Slug] = [], requesters: Set<Slug>, approvers: Set<Slug> = [],
        needsTwo: Bool = false, allowsRules: Bool = false, window: RuleWindow = .always,
        ends: Timestamp, returnValue: Double, returnAfter: Elapsed,
        tolerance: WriteTolerance = WriteTolerance(), riskNote: String, isOn: Bool = false
    ) {
        self.id = id
        self.machine = machine
        self.signal = signal
        self.kind = kind
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum
        self.step = step
        self.largestChange = largestChange
        self.dayBudget = dayBudget
        self.rate = rate
        self.states = states
        self.localEnable = localEnable
        self.mustBeOn = mustBeOn
        self.mustBeOff = mustBeOff
        self.requesters = requesters
        self.approvers = approvers
        self.needsTwo = needsTwo
        self.allowsRules = allowsRules
        self.window = window
        self.ends = ends
        self.returnValue = returnValue
        self.returnAfter = returnAfter
        self.tolerance = tolerance
        self.riskNote = riskNote
        self.isOn = isOn
    }

    /// What is wrong with it, each in one line; empty when it can be switched on.
    public var flaws: [String] {
        var flaws: [String] = []
        func require(_ isGood: Bool, _ words: String) { if !isGood { flaws.append(words) } }
        require(
            kind.isAllowed,
            kind == .safety
                ? "A safety function is never written, reset or bypassed."
                : "A start or a movement is never written.")
        let numbers = [minimum, maximum, step, largestChange, dayBudget, returnValue]
        require(
            numbers.allSatisfy { $0.isFinite && abs($0) <= ActLimits.largestNumber },
            "Every number has to be one.")
        require(minimum < maximum, "The smallest value has to lie below the largest.")
        require(step > 0 && step <= maximum - minimum, "The step has to fit into the range.")
        require(largestChange > 0, "The largest change has to be more than 0.")
        require(dayBudget >= largestChange, "A day has to have room for one change.")
        require(
            returnValue >= minimum && returnValue <= maximum,
            "The value to return to has to lie in the range.")
        require(
            returnAfter > .zero && returnAfter <= ActLimits.longestLease,
            "It has to return within 24 hours.")
        require(
            rate.capacity >= 1 && rate.capacity <= 1_000 && rate.refill >= 1
                && rate.refill <= 1_000 && rate.window >= .seconds(1)
                && rate.window <= ActLimits.longestLease,
            "The rate has to be 1 to 1,000 writes in up to a day.")
        require(
            !states.states.isEmpty && !states.contains(.unknown),
            "Name states of the machine; one that is not seen is none.")
        require(!requesters.isEmpty, "Name at least one person who may ask.")
        require(
            !needsTwo || requesters.union(approvers).count >= 2 && !approvers.isEmpty,
            "Two people have to be named where two are needed.")
        require(
            [requesters.count, approvers.count, mustBeOn.count, mustBeOff.count].allSatisfy {
                $0 <= ActLimits.envelopeParts
            }, "At most \(ActLimits.envelopeParts) people or conditions of a kind.")
        require(
            riskNote.contains { !$0.isWhitespace },
            "Write down who could be hurt, what could break and how to undo it.")
        let parts = [tolerance.absolute, tolerance.relative, tolerance.resolution]
        require(
            parts.allSatisfy { $0.isFinite && $0 >= 0 }, "A tolerance has to be 0 or more.")
        return flaws
    }

    /// A value on the grid of steps, rounded towards the present value; nil for no number.
    public func rounded(_ value: Double, from current: Double) -> Double? {
        guard value.isFinite, current.isFinite, step > 0 else { return nil }
        let steps = (value - minimum) / step
        guard abs(steps) < 1e15 else { return nil }
        let nearest = steps.rounded()
        // What lies on the grid but for the last bits of a binary fraction stays where it is.
        let isOnGrid = abs(steps - nearest) <= 1e-9 * max(1, abs(steps))
        let whole =
            isOnGrid ? nearest : steps.rounded(value > current ? .down : .up)
        let result = minimum + whole * step
        if abs(result - maximum) <= step * 1e-9 { return maximum }
        return result
    }
}
