// What a rule must keep to be accepted: sizes, ranges, and a bound on its work and memory.

public import Plant

/// Why a rule is refused.
public struct RuleFlaw: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which rule.
    public let rule: Slug
    /// Which part, such as `window` or `test 2`.
    public let part: String
    /// What is wrong with it, to be read after the part.
    public let reason: String
    /// What helps.
    public let remedy: String

    /// Rule, part, reason and remedy in one line.
    public var description: String { "rule \(rule): \(part) \(reason). \(remedy)" }
}

extension Rule {
    /// Steps that one evaluation takes at most.
    public var stepBound: Int {
        let perTest = whole.tests.reduce(0) { $0 + $1.stepBound }
        return perTest + 4 * (whole.nodeCount + 2)
    }

    /// Bytes that one instance needs at most.
    public var memoryBound: Int {
        whole.tests.reduce(0) { $0 + $1.memoryBound } + 256 * (whole.nodeCount + 2)
    }

    /// Refuses what is too large, too deep, out of range, or means nothing.
    ///
    /// Throws ``RuleFlaw``.
    public func check() throws(RuleFlaw) {
        try require(!name.isEmpty && name.utf8.count <= 200, "name", "has 1 to 200 bytes")
        try checkShape()
        for (index, test) in whole.tests.enumerated() {
            try check(test, "test \(index + 1)")
        }
        try checkWindow()
        try checkActions()
        try require(
            stepBound <= ActLimits.stepsPerEvaluation, "condition",
            "takes \(stepBound) steps; \(ActLimits.stepsPerEvaluation) is the limit",
            "Split it into two rules.")
        try require(
            memoryBound <= ActLimits.bytesPerInstance, "condition",
            "needs \(memoryBound) bytes; \(ActLimits.bytesPerInstance) is the limit",
            "Split it into two rules.")
    }

    private func require(
        _ isGood: Bool, _ part: String, _ reason: String, _ remedy: String = "Change it."
    ) throws(RuleFlaw) {
        if !isGood { throw RuleFlaw(rule: id, part: part, reason: reason, remedy: remedy) }
    }

    private func require(
        length: Elapsed, _ part: String, from shortest: Elapsed = ActLimits.shortest
    ) throws(RuleFlaw) {
        try require(
            length >= shortest && length <= ActLimits.longest, part,
            "has a length of time outside its range", "Take up to 366 days.")
    }

    private func require(number: Double, _ part: String, from least: Double) throws(RuleFlaw) {
        try require(
            number.isFinite && number >= least && number <= ActLimits.largestNumber, part,
            "has a number outside its range", "Take a number up to 1000000000000.")
    }

    private func checkShape() throws(RuleFlaw) {
        for (part, condition) in [("condition", condition), ("but only if", onlyIf)] {
            guard let condition else { continue }
            // The "but only if" is one join more.
            let depth = condition.depth + (onlyIf == nil ? 0 : 1)
            try require(
                depth <= ActLimits.depth, part,
                "has \(depth) levels; \(ActLimits.depth) is the limit",
                "Use fewer brackets, or split it into two rules.")
            try checkJoins(condition, part)
        }
        let count = whole.nodeCount
        try require(
            count <= ActLimits.nodes, "condition",
            "has \(count) tests and joins; \(ActLimits.nodes) is the limit",
            "Split it into two rules.")
    }

    private func checkJoins(_ condition: Condition, _ part: String) throws(RuleFlaw) {
        switch condition {
        case .test: break
        case .held(let inner, let length):
            try require(length: length, part)
            if case .test(.silence) = inner {
                try require(false, part, "holds a silence, which has its own length", "Drop one.")
            }
            if case .held = inner {
                try require(false, part, "holds twice", "Give one length of time.")
            }
            try checkJoins(inner, part)
        case .all(let parts), .any(let parts):
            try require(parts.count >= 2, part, "joins fewer than two tests")
            for inner in parts {
                switch (condition, inner) {
                case (.all, .all), (.any, .any):
                    try require(false, part, "joins a join of its own kind", "Write one list.")
                default: break
                }
                try checkJoins(inner, part)
            }
        }
    }

    private func check(_ test: RuleTest, _ part: String) throws(RuleFlaw) {
        if case .machine(let machine) = test.subject {
            try require(
                !RuleText.reserved.contains(machine.text), part,
                "names a machine by a word of the language", "Give the machine another id.")
        }
        switch test {
        case .state(_, let states):
            try require(
                !states.states.isEmpty && states.states.count < MachineState.allCases.count,
                part, "is always true or never", "Name the states to wait for.")
        case .noReason, .noSignal: break
        case .silence(_, let length): try require(length: length, part)
        case .limit(_, _, let limit, let deadband):
            try require(number: abs(limit), part, from: 0)
            try require(number: deadband, part + ", dead band", from: 0)
        case .rate(_, _, let amount, let window), .drift(_, let amount, let window):
            try require(number: amount, part, from: 0)
            try require(length: window, part, from: ActLimits.shortestWindow)
        case .tally(_, let tally, _, let amount, let window):
            try require(number: amount, part, from: 0)
            try require(
                tally != .scrapShare || amount <= 100, part, "is more than 100 %",
                "Take 0 to 100.")
            try require(length: window, part, from: ActLimits.shortestWindow)
        case .backupAge(let length), .certificateEnds(let length):
            try require(length: length, part)
        }
    }

    private func checkWindow() throws(RuleFlaw) {
        if case .shifts(let shifts) = window.shifts {
            try require(
                (1...ActLimits.shifts).contains(shifts.count)
                    && Set(shifts).count == shifts.count, "window",
                "names 1 to \(ActLimits.shifts) shifts, each once")
        }
        guard let hours = window.hours else { return }
        let isOfDay =
            (0..<86_400).contains(hours.from) && hours.to > hours.from
            && hours.to - hours.from <= 86_400 && hours.from % 60 == 0 && hours.to % 60 == 0
        try require(
            isOfDay, "window", "has hours that are not of the clock",
            "Take 00:00 to 23:59 in whole minutes.")
    }

    private func checkActions() throws(RuleFlaw) {
        try require(
            (1...ActLimits.actions).contains(actions.count), "actions",
            "are \(actions.count); a rule has 1 to \(ActLimits.actions)", "Say what to do.")
        try require(Set(actions).count == actions.count, "actions", "say one thing twice")
        if overAfter != .zero { try require(length: overAfter, "over after") }
        try require(
            escalations.count <= ActLimits.escalations, "if nobody answers",
            "has more than \(ActLimits.escalations) steps")
        var last = Elapsed.zero
        for step in escalations {
            try require(length: step.after, "if nobody answers")
            try require(
                step.after > last, "if nobody answers", "is not in order of time",
                "Begin with the shortest wait.")
            last = step.after
            try require(
                (1...ActLimits.actions).contains(step.tells.count), "if nobody answers",
                "tells nobody, or too many")
            for action in step.tells {
                guard case .tell = action else {
                    try require(
                        false, "if nobody answers", "does something other than tell a person",
                        "Only messages can wait for an answer.")
                    continue
                }
            }
        }
    }
}

extension RuleTest {
    fileprivate var stepBound: Int {
        switch self {
        case .drift: 6 * ActLimits.cells
        case .tally: 3 * ActLimits.cells
        default: 8
        }
    }

    fileprivate var memoryBound: Int {
        switch self {
        case .rate: 32 * (ActLimits.cells + 2)
        case .drift: 64 * (ActLimits.cells + 2)
        case .tally: 48 * (ActLimits.cells + 2)
        default: 256
        }
    }
}
