// The text of rules: what ux.md shows, every rule there and back, and what is said of mistakes.

import Plant
import Testing

@testable import Act

private func read(
    _ say: String, _ otherwise: String = "", names: RuleNames = .any
) throws -> Rule {
    try Rule(
        RuleText(
            id: Slug("r"), name: "R", owner: .supervisor, say: say, otherwise: otherwise),
        names: names)
}

private func fault(_ say: String, _ otherwise: String = "", names: RuleNames = .any) -> String {
    do {
        _ = try read(say, otherwise, names: names)
        return "accepted"
    } catch let fault as RuleTextFault {
        return fault.description
    } catch {
        return "\(error)"
    }
}

private let known = RuleNames(
    machines: [brake: [power], moulder: [oil, power]], shifts: [Slug("early"), Slug("late")],
    people: [Slug("dave"), Slug("sarah")], boards: [Slug("hall")], writes: [Slug("standby")])

@Suite("The text of rules")
struct RuleTextTests {
    @Test func `the rule of the configuration page is read as it is meant`() throws {
        let rule = try read(
            "When press-brake is stopped for more than 10 min during any shift,"
                + " send phone to dave", "If nobody answers in 15 min, also tell sarah")
        #expect(
            rule.condition
                == .held(.test(.state(.machine(brake), StateSet([.stopped]))), .minutes(10)))
        #expect(rule.window == RuleWindow(shifts: .anyShift))
        #expect(rule.actions == [.tell(.person(Slug("dave")), .phone)])
        #expect(
            rule.escalations == [
                Escalation(after: .minutes(15), tells: [.tell(.person(Slug("sarah")), nil)])
            ])
    }

    @Test func `the text comes back word for word`() throws {
        let says = [
            "When press-brake is stopped for more than 10 min during any shift,"
                + " send phone to dave",
            "When any machine is stopped without a reason for more than 10 min during working"
                + " time, tell the operator, over after 2 min, and say when it is over",
            "When moulder-3/oil-temperature is above 65 with deadband 2 for more than 1 min"
                + " and (moulder-3 is running or slow or press-brake is in fault), but only if"
                + " lathe-2 is running, tell dave and ask the engineer for work",
            "When any machine is planned and its/power is above 2.5 for more than 30 min"
                + " outside every shift on Mon Tue between 22:00 and 06:00, show on hall"
                + " and post to office and publish to alerts",
            "When moulder-3/power falls by more than 3 in 10 min or moulder-3/power drifts by"
                + " more than 1.5 in 1 day, propose write standby",
            "When press-brake makes more than 5 % scrap in 8 h or press-brake makes fewer than"
                + " 50 good parts in 1 h or press-brake uses more than 12 kWh in 8 h, tell dave",
            "When the box has no backup for 3 days or the box has a certificate ending in"
                + " 14 days, send e-mail to the administrator",
            "When moulder-3/power gives no signal for more than 90 s"
                + " or lathe-2 gives no signal for more than 5 min during early or late,"
                + " send sms to sarah",
        ]
        for say in says { #expect(try read(say).text.say == say) }
    }

    @Test(arguments: 0..<20)
    func `every rule is the same after printing and reading`(_ seed: Int) throws {
        var dice = Dice(seed: UInt64(seed))
        var kept = 0
        for _ in 0..<200 {
            let rule = dice.rule()
            do { try rule.check() } catch { continue }
            kept += 1
            let text = rule.text
            let again = try Rule(text)
            #expect(again == rule, "seed \(seed): \(text.say) | \(text.otherwise)")
            #expect(again.text == text)
        }
        #expect(kept > 100)
    }

    @Test func `a wrong word is named with its place and the nearest right one`() {
        #expect(
            fault("When press-brake is stoped for more than 10 min, tell dave")
                .hasPrefix(
                    "say, column 21: \"stoped\", expected a state: stopped, running, slow,"
                        + " planned, fault, setup, unknown. Did you mean \"stopped\"?"))
        #expect(
            fault("When pres-brake is stopped, tell dave", names: known)
                .contains(
                    "column 6: \"pres-brake\", expected a machine that exists."
                        + " Did you mean \"press-brake\"?"))
        #expect(
            fault("When moulder-3/oil-temprature is above 65, tell dave", names: known)
                .contains("Did you mean \"moulder-3/oil-temperature\"?"))
        #expect(
            fault("When press-brake is stopped, tell dvae", names: known)
                .contains("column 35: \"dvae\", expected a person that exists. Did you mean"))
        #expect(
            fault("When press-brake is stopped for more then 10 min, tell dave")
                .contains("column 38: \"then\", expected \"than\". Did you mean \"than\"?"))
        #expect(
            fault("When press-brake is stopped for more than 10 mni, tell dave")
                .contains("column 46: \"mni\", expected a unit of time. Did you mean \"min\"?"))
        #expect(
            fault("When press-brake is stopped")
                .contains("column 28: the sentence ends, expected a comma and what to do"))
        #expect(
            fault("When press-brake is stopped, tell dave", "If nobody anwers in 5 min, also")
                .contains("else, column 11: \"anwers\", expected \"answers\"."))
        #expect(fault("").contains("column 1: the sentence ends, expected \"when\""))
    }

    @Test func `what means nothing or is too large is refused`() {
        func brackets(_ count: Int) -> String {
            "When " + String(repeating: "(", count: count) + "a is stopped"
                + String(repeating: ")", count: count) + ", tell dave"
        }
        #expect(fault(brackets(3)) == "accepted")
        #expect(fault(brackets(300)).contains("at most 8 levels of brackets"))
        let many = Array(repeating: "a is stopped", count: 70).joined(separator: " or ")
        #expect(fault("When \(many), tell dave").contains("71 tests and joins; 64 is the limit"))
        #expect(
            fault("When a is stopped, tell " + String(repeating: "x", count: 2_000))
                .contains("at most 2000 bytes"))
        #expect(fault("When a/b is above 1e13, tell dave").contains("outside its range"))
        #expect(fault("When a/b is above nan, tell dave").contains("expected a number"))
        #expect(fault("When a is stopped for more than 0 min, tell d").contains("366 days"))
        #expect(fault("When a is stopped for more than 400 days, tell d").contains("366 days"))
        #expect(fault("When a is stopped, tell d and tell d").contains("one thing twice"))
        #expect(
            fault(
                "When a is stopped, tell d",
                "If nobody answers in 15 min, also tell b. If nobody answers in 5 min, also tell c"
            ).contains("not in order of time"))
        #expect(fault("When a makes more than 120 % scrap in 1 h, tell d").contains("100 %"))
    }

    @Test func `not leaves out what is not seen`() throws {
        let rule = try read("When press-brake is not running or slow, tell dave")
        let expected = StateSet([.fault, .setup, .planned, .stopped])
        #expect(rule.condition == .test(.state(.machine(brake), expected)))
    }

    @Test(arguments: 0..<10)
    func `no text of any kind traps`(_ seed: Int) {
        var dice = Dice(seed: 77 + UInt64(seed))
        let words = [
            "When", "press-brake", "is", "stopped", "for", "more", "than", "10", "min", ",", "(",
            ")", "and", "or", "any", "machine", "its/power", "a/b", "above", "65", "tell", "the",
            "box", "%", ".", "in", "not", "1e400", "9999999999999999999", "h", "é", "a/", "/", "-",
        ]
        var accepted = 0
        for _ in 0..<500 {
            var text = "When"
            for _ in 0..<dice.whole(0...25) { text += " " + dice.pick(words) }
            if fault(text) == "accepted" { accepted += 1 }
        }
        #expect(accepted < 500)
    }

    @Test func `slips between words are counted`() {
        let cases = [("kitten", "sitting", 3), ("ca", "ac", 1), ("", "abc", 3), ("abc", "", 3)]
        for (left, right, slips) in cases {
            #expect(
                NearestWord.slips(Array(left.unicodeScalars), Array(right.unicodeScalars))
                    == slips)
        }
    }
}
