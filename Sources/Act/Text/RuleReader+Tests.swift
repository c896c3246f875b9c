// Reads what a rule waits for: tests, joins, brackets.

import Plant

extension RuleReader {
    static let stateWords: [(String, MachineState)] = [
        ("stopped", .stopped), ("running", .running), ("slow", .slow), ("planned", .planned),
        ("fault", .fault), ("setup", .setup), ("unknown", .unknown),
    ]
    private static let verbs: Set<String> = [
        "is", "gives", "makes", "uses", "rises", "falls", "changes", "drifts",
    ]

    /// Tests joined by or; each part joined by and.
    mutating func condition(depth: Int = 0) throws(RuleTextError) -> Condition {
        guard depth <= ActLimits.depth else {
            throw fail("at most \(ActLimits.depth) levels of brackets")
        }
        var parts = [try conjunction(depth: depth)]
        while take("or") { parts.append(try conjunction(depth: depth)) }
        guard parts.count > 1 else { return parts[0] }
        return .any(parts.flatMap { if case .any(let inner) = $0 { inner } else { [$0] } })
    }

    private mutating func conjunction(depth: Int) throws(RuleTextError) -> Condition {
        var parts = [try held(depth: depth)]
        while take("and") { parts.append(try held(depth: depth)) }
        guard parts.count > 1 else { return parts[0] }
        return .all(parts.flatMap { if case .all(let inner) = $0 { inner } else { [$0] } })
    }

    private mutating func held(depth: Int) throws(RuleTextError) -> Condition {
        var inner: Condition
        if take("(") {
            inner = try condition(depth: depth + 1)
            guard take(")") else { throw fail("a closing bracket", among: [")"]) }
        } else {
            inner = .test(try test())
        }
        if take("for") {
            try expect("more", "than")
            inner = .held(inner, try elapsed())
        }
        return inner
    }

    private mutating func test() throws(RuleTextError) -> RuleTest {
        if peek() == "the", peek(1) == "box" { return try boxTest() }
        if isSignal { return try signalTest(try signal()) }
        let subject: RuleSubject
        if take("any", "machine") {
            subject = .anyMachine
        } else {
            let known = names.machines.map { $0.keys.sorted() }
            subject = .machine(try slug("a machine", among: known))
        }
        return try machineTest(subject)
    }

    private mutating func boxTest() throws(RuleTextError) -> RuleTest {
        try expect("the", "box", "has")
        if take("no") {
            try expect("backup", "for")
            return .backupAge(try elapsed())
        }
        if take("a") {
            try expect("certificate", "ending", "in")
            return .certificateEnds(try elapsed())
        }
        throw fail(
            "\"no backup for\" or \"a certificate ending in\"", among: ["no", "a"],
            example: "the box has no backup for 3 days")
    }

    private mutating func machineTest(_ subject: RuleSubject) throws(RuleTextError) -> RuleTest {
        enum Verb { case be, give, make, use }
        let verb = try word(
            "what it does: is, gives, makes or uses",
            [("is", Verb.be), ("gives", .give), ("makes", .make), ("uses", .use)])
        switch verb {
        case .be: return try stateTest(subject)
        case .give:
            try expect("no", "signal")
            return .noSignal(subject)
        case .make, .use:
            let side = try word(
                "\"more than\" or \"fewer than\"",
                [("more", TallySide.more), ("fewer", .fewer), ("less", .fewer)])
            try expect("than")
            let amount = try number()
            let tally = try tally(isEnergy: verb == .use)
            try expect("in")
            return .tally(subject, tally, side, amount, over: try elapsed())
        }
    }

    private mutating func tally(isEnergy: Bool) throws(RuleTextError) -> Tally {
        if isEnergy { return try word("kWh", [("kwh", Tally.energy)]) }
        if take("%") {
            try expect("scrap")
            return .scrapShare
        }
        let tally = try word(
            "parts, good parts, scrap or % scrap",
            [("parts", Tally.parts), ("good", .good), ("scrap", .scrap)])
        if tally == .good { try expect("parts") }
        return tally
    }

    private mutating func stateTest(_ subject: RuleSubject) throws(RuleTextError) -> RuleTest {
        let isNot = take("not")
        var states = [try state()]
        while peek() == "or", nextIsState() {
            try expect("or")
            states.append(try state())
        }
        if !isNot, states == [.stopped], take("without") {
            try expect("a", "reason")
            return .noReason(subject)
        }
        let set = StateSet(states)
        return .state(subject, isNot ? set.seenRest : set)
    }

    private mutating func state() throws(RuleTextError) -> MachineState {
        if peek() == "in", peek(1) == "fault" || peek(1) == "setup" { _ = take("in") }
        return try word(
            "a state: \(RuleReader.stateWords.map(\.0).joined(separator: ", "))",
            RuleReader.stateWords)
    }

    /// Whether another state follows, and not a machine that happens to be called like one.
    private func nextIsState() -> Bool {
        let skip = peek(1) == "in" && (peek(2) == "fault" || peek(2) == "setup") ? 2 : 1
        return RuleReader.stateWords.contains { $0.0 == peek(skip) }
            && !RuleReader.verbs.contains(peek(skip + 1))
    }

    private mutating func signalTest(_ signal: RuleSignal) throws(RuleTextError) -> RuleTest {
        enum Verb { case be, give, rise, fall, change, drift }
        let verb = try word(
            "what it does: is above, is below, rises, falls, changes, drifts or gives no signal",
            [
                ("is", Verb.be), ("rises", .rise), ("falls", .fall), ("changes", .change),
                ("drifts", .drift), ("gives", .give),
            ])
        switch verb {
        case .be: return try limitTest(signal)
        case .give:
            try expect("no", "signal", "for", "more", "than")
            return .silence(signal, try elapsed())
        case .rise, .fall, .change, .drift:
            try expect("by", "more", "than")
            let amount = try number()
            try expect("in")
            let window = try elapsed()
            switch verb {
            case .rise: return .rate(signal, .rises, amount, over: window)
            case .fall: return .rate(signal, .falls, amount, over: window)
            case .change: return .rate(signal, .changes, amount, over: window)
            default: return .drift(signal, amount, over: window)
            }
        }
    }

    private mutating func limitTest(_ signal: RuleSignal) throws(RuleTextError) -> RuleTest {
        let side = try word(
            "\"above\" or \"below\"", [("above", LimitSide.above), ("below", .below)])
        let limit = try number()
        var deadband = 0.0
        if take("with") {
            try expect("deadband")
            deadband = try number()
        }
        return .limit(signal, side, limit, deadband: deadband)
    }
}
