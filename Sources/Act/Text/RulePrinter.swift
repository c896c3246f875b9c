// Writes a rule as its two sentences, so that reading them gives the same rule.

import Plant

/// The sentences of a rule.
enum RulePrinter {
    static func say(_ rule: Rule) -> String {
        var text = "When " + condition(rule.condition) + window(rule.window)
        if let onlyIf = rule.onlyIf { text += ", but only if " + condition(onlyIf) }
        text += ", " + rule.actions.map(action).joined(separator: " and ")
        if rule.overAfter != .zero { text += ", over after " + elapsed(rule.overAfter) }
        if rule.tellsWhenOver { text += ", and say when it is over" }
        return text
    }

    static func otherwise(_ rule: Rule) -> String {
        rule.escalations.map { step in
            "If nobody answers in \(elapsed(step.after)), also "
                + step.tells.map(action).joined(separator: " and ")
        }.joined(separator: ". ")
    }

    static func condition(_ condition: Condition) -> String {
        switch condition {
        case .test(let test): return self.test(test)
        case .any(let parts): return parts.map(self.condition).joined(separator: " or ")
        case .all(let parts):
            return parts.map { part in
                if case .any = part { return "(" + self.condition(part) + ")" }
                return self.condition(part)
            }.joined(separator: " and ")
        case .held(let inner, let length):
            let text = self.condition(inner)
            let suffix = " for more than " + elapsed(length)
            if case .test = inner { return text + suffix }
            return "(" + text + ")" + suffix
        }
    }

    static func test(_ test: RuleTest) -> String {
        switch test {
        case .state(let subject, let states):
            let words = RuleReader.stateWords.map(\.1).filter(states.contains).map { state in
                state == .fault || state == .setup ? "in " + state.code : state.code
            }
            return name(subject) + " is " + words.joined(separator: " or ")
        case .noReason(let subject): return name(subject) + " is stopped without a reason"
        case .noSignal(let subject): return name(subject) + " gives no signal"
        case .silence(let signal, let length):
            return name(signal) + " gives no signal for more than " + elapsed(length)
        case .limit(let signal, let side, let limit, let deadband):
            let band = deadband == 0 ? "" : " with deadband " + number(deadband)
            return name(signal) + (side == .above ? " is above " : " is below ")
                + number(limit) + band
        case .rate(let signal, let movement, let amount, let window):
            let verb =
                switch movement {
                case .rises: "rises"
                case .falls: "falls"
                case .changes: "changes"
                }
            return "\(name(signal)) \(verb) by more than \(number(amount)) in \(elapsed(window))"
        case .drift(let signal, let amount, let window):
            return "\(name(signal)) drifts by more than \(number(amount)) in \(elapsed(window))"
        case .tally(let subject, let tally, let side, let amount, let window):
            return self.tally(subject, tally, side, amount, window)
        case .backupAge(let length): return "the box has no backup for " + elapsed(length)
        case .certificateEnds(let length):
            return "the box has a certificate ending in " + elapsed(length)
        }
    }

    private static func tally(
        _ subject: RuleSubject, _ tally: Tally, _ side: TallySide, _ amount: Double,
        _ window: Elapsed
    ) -> String {
        let verb = tally == .energy ? " uses " : " makes "
        let few = tally == .energy || tally == .scrapShare ? "less than " : "fewer than "
        let what =
            switch tally {
            case .parts: " parts"
            case .good: " good parts"
            case .scrap: " scrap"
            case .scrapShare: " % scrap"
            case .energy: " kWh"
            }
        return name(subject) + verb + (side == .more ? "more than " : few) + number(amount)
            + what + " in " + elapsed(window)
    }

    private static func name(_ subject: RuleSubject) -> String {
        switch subject {
        case .machine(let id): id.text
        case .anyMachine: "any machine"
        }
    }

    private static func name(_ signal: RuleSignal) -> String {
        switch signal.subject {
        case .machine(let id): id.text + "/" + signal.signal.text
        case .anyMachine: "its/" + signal.signal.text
        }
    }

    private static func window(_ window: RuleWindow) -> String {
        var text = ""
        switch window.shifts {
        case .always: break
        case .anyShift: text += " during any shift"
        case .workingTime: text += " during working time"
        case .outside: text += " outside every shift"
        case .shifts(let shifts):
            text += " during " + shifts.map(\.text).joined(separator: " or ")
        }
        if !window.days.isEmpty {
            text += " on " + window.days.sorted().map(\.shortName).joined(separator: " ")
        }
        if let hours = window.hours {
            text += " between " + clock(hours.from) + " and " + clock(hours.to % 86_400)
        }
        return text
    }

    private static func clock(_ seconds: Int) -> String {
        let hour = seconds / 3600
        let minute = seconds / 60 % 60
        return (hour < 10 ? "0" : "") + "\(hour):" + (minute < 10 ? "0" : "") + "\(minute)"
    }

    private static func action(_ action: RuleAction) -> String {
        switch action {
        case .tell(let whom, nil): "tell " + name(whom)
        case .tell(let whom, let way?): "send " + way.rawValue + " to " + name(whom)
        case .work(let whom): "ask " + name(whom) + " for work"
        case .board(let id): "show on " + id.text
        case .post(let id): "post to " + id.text
        case .publish(let id): "publish to " + id.text
        case .write(let id): "propose write " + id.text
        }
    }

    private static func name(_ whom: RuleRecipient) -> String {
        switch whom {
        case .person(let id): id.text
        case .role(let role): "the " + role.rawValue
        }
    }

    /// The shortest text that reads as the same length.
    static func elapsed(_ length: Elapsed) -> String {
        let count = length.nanoseconds
        let units: [(Int64, String)] = [
            (86_400_000_000_000, "days"), (3_600_000_000_000, "h"), (60_000_000_000, "min"),
            (1_000_000_000, "s"), (1_000_000, "ms"),
        ]
        for (size, word) in units where count % size == 0 {
            let amount = count / size
            return "\(amount) \(amount == 1 && word == "days" ? "day" : word)"
        }
        return "\(count) ns"
    }

    /// The shortest text that reads as the same number.
    static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.description
    }
}
