// Reads a whole rule: the hours, what is done, and what if nobody answers.

import Plant

extension RuleReader {
    /// The sentence of the key `say`.
    mutating func rule(id: Slug, name: String, owner: Role) throws(RuleTextError) -> Rule {
        try expect("when")
        let condition = try condition()
        let window = try window()
        guard take(",") else {
            throw fail(
                "a comma and what to do",
                among: ["and", "or", "for", "during", "outside", "on", "between"])
        }
        var onlyIf: Condition?
        if take("but") {
            try expect("only", "if")
            onlyIf = try self.condition()
            guard take(",") else { throw fail("a comma and what to do", among: ["and", "or"]) }
        }
        var actions = [try action()]
        while take("and") { actions.append(try action()) }
        var rule = Rule(
            id: id, name: name, owner: owner, condition: condition, onlyIf: onlyIf,
            window: window, actions: actions)
        if peek() == ",", peek(1) == "over" {
            try expect(",", "over", "after")
            rule.overAfter = try elapsed()
        }
        if take(",") {
            try expect("and", "say", "when", "it", "is", "over")
            rule.tellsWhenOver = true
        }
        try expectEnd()
        return rule
    }

    /// The sentences of the key `else`.
    mutating func escalations() throws(RuleTextError) -> [Escalation] {
        var steps: [Escalation] = []
        repeat {
            try expect("if", "nobody", "answers", "in")
            let after = try elapsed()
            try expect(",", "also")
            var tells = [try tell()]
            while take("and") { tells.append(try tell()) }
            steps.append(Escalation(after: after, tells: tells))
        } while take(".") && !isAtEnd
        try expectEnd()
        return steps
    }

    private mutating func window() throws(RuleTextError) -> RuleWindow {
        var window = RuleWindow.always
        if take("during") {
            if take("any", "shift") {
                window.shifts = .anyShift
            } else if take("working", "time") {
                window.shifts = .workingTime
            } else {
                var shifts = [try slug("a shift", among: names.shifts)]
                while take("or") { shifts.append(try slug("a shift", among: names.shifts)) }
                window.shifts = .shifts(shifts)
            }
        } else if take("outside") {
            try expect("every", "shift")
            window.shifts = .outside
        }
        if take("on") {
            repeat { window.days.insert(try weekday()) } while isWeekday
        }
        if take("between") {
            let from = try clock()
            try expect("and")
            window.hours = ClockSpan(from: from, to: try clock())
        }
        return window
    }

    private static let weekdays = Weekday.allCases.map { ($0.shortName.lowercased(), $0) }

    private var isWeekday: Bool { RuleReader.weekdays.contains { $0.0 == peek() } }

    private mutating func weekday() throws(RuleTextError) -> Weekday {
        try word("a day such as Mon", RuleReader.weekdays)
    }

    /// A time of the wall clock in seconds since midnight.
    private mutating func clock() throws(RuleTextError) -> Int {
        let parts = peek().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 2, parts[1].count == 2,
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { throw fail("a time of day", example: "between 22:00 and 06:00") }
        _ = take(peek())
        return hour * 3600 + minute * 60
    }

    private mutating func action() throws(RuleTextError) -> RuleAction {
        switch peek() {
        case "tell", "send": return try tell()
        case "ask":
            try expect("ask")
            let whom = try recipient()
            try expect("for", "work")
            return .work(whom)
        case "show":
            try expect("show", "on")
            return .board(try slug("a board", among: names.boards))
        case "post":
            try expect("post", "to")
            return .post(try slug("the name of an address", among: names.posts))
        case "publish":
            try expect("publish", "to")
            return .publish(try slug("the name of a topic", among: names.topics))
        case "propose":
            try expect("propose", "write")
            return .write(try slug("the name of a write", among: names.writes))
        default:
            throw fail(
                "what to do: send, tell, ask, show on, post to, publish to or propose write",
                among: ["send", "tell", "ask", "show", "post", "publish", "propose"])
        }
    }

    private mutating func tell() throws(RuleTextError) -> RuleAction {
        if take("tell") { return .tell(try recipient(), nil) }
        guard take("send") else { throw fail("tell or send", among: ["tell", "send"]) }
        let way = try word(
            "phone, e-mail, sms or chat",
            MessageWay.allCases.map { ($0.rawValue, $0) } + [("email", .email)])
        try expect("to")
        return .tell(try recipient(), way)
    }

    private mutating func recipient() throws(RuleTextError) -> RuleRecipient {
        let roles = Role.allCases.map { ($0.rawValue, $0) }
        if peek() == "the", roles.contains(where: { $0.0 == peek(1) }) || names.people != nil {
            try expect("the")
            return .role(try word("a role such as supervisor", roles))
        }
        return .person(try slug("a person", among: names.people))
    }
}
