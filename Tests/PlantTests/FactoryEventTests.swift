// The stored form of every event reads back as it was said.

import Plant
import Testing

@Suite struct FactoryEventTests {
    @Test("every kind of event reads back from its stored bytes", arguments: EventSamples.all)
    func roundTrip(event: FactoryEvent) throws {
        let bytes = event.facts.canonicalBytes
        let facts = try Fact(json: bytes)
        #expect(facts == event.facts)
        let back = try FactoryEvent(kind: event.kind, facts: facts)
        #expect(back == event)
        #expect(back.facts.canonicalBytes == bytes)
    }

    @Test("the samples name every case, and every kind has one")
    func complete() {
        let named = Set(EventSamples.all.map(EventSamples.caseNumber))
        #expect(named == Set(1...53))
        let kinds = Set(EventSamples.all.map(\.kind))
        #expect(FactoryEvent.knownKinds.subtracting(kinds).isEmpty)
        #expect(kinds.subtracting(FactoryEvent.knownKinds) == ["robot.greased"])
        #expect(FactoryEvent.configuringKinds.isSubset(of: FactoryEvent.knownKinds))
    }

    @Test(
        "names of members are ASCII, whatever people and machines say", arguments: EventSamples.all)
    func asciiNames(event: FactoryEvent) {
        func names(_ fact: Fact) -> [String] {
            switch fact {
            case .object(let members): members.keys + members.values.flatMap(names)
            case .list(let values): values.flatMap(names)
            default: []
            }
        }
        for name in names(event.facts) {
            #expect(name.utf8.allSatisfy { $0 < 0x80 }, "\(name)")
        }
    }

    @Test("only events of configuring kinds change the configuration", arguments: EventSamples.all)
    func configuring(event: FactoryEvent) {
        var factory = EventSamples.factory
        let before = factory
        factory.apply(event, recorded: Timestamp(seconds: 9))
        if factory != before {
            #expect(FactoryEvent.configuringKinds.contains(event.kind))
        }
    }

    @Test(
        "content that is not that of its kind is refused by the name of its member",
        arguments: [
            ("site.named", #"{"name":"A","zone":"UTC","currency":"pounds"}"#, "currency"),
            ("site.named", #"[]"#, ""),
            ("area.set", #"{"id":"Hall 1","name":"Hall"}"#, "id"),
            ("machine.retired", #"{"id":"a","retired":1}"#, "retired"),
            ("signal.retired", #"{"id":4294967296,"retired":true}"#, "id"),
            ("signal.retired", #"{"id":-1,"retired":true}"#, "id"),
            ("state.rule", #"{"machine":"a","from":"2026-01-01T00:00:00Z"}"#, "rule"),
            (
                "state.rule",
                #"{"machine":"a","from":"2026-01-01T00:00:00Z","rule":{"source":{"by":"smell"}}}"#,
                "rule.source.by"
            ),
            (
                "calendar.set",
                #"{"valid_from":"2026-01-01","days_off":[],"shifts":[{"id":"a","name":"A","days":["Mon"],"breaks":[],"hours":{"from_s":9,"to_s":8}}]}"#,
                "shifts[0].hours.to_s"
            ),
            ("job.ended", #"{"machine":"a","at":"yesterday"}"#, "at"),
            ("clock.step", #"{"at":"2026-01-01T00:00:00Z","by_ns":5}"#, "by_ns"),
            ("reason.set", #"{"id":"a","name":"A","loss":"fun","details":[]}"#, "loss"),
            ("import.undone", #"{}"#, "number"),
        ])
    func refused(kind: String, json: String, field: String) throws {
        let facts = try Fact(json: Array(json.utf8))
        let error = #expect(throws: EventFactError.self) {
            _ = try FactoryEvent(kind: kind, facts: facts)
        }
        #expect(error?.field == field)
        #expect(error?.kind == kind)
    }

    @Test("a kind of a later version is kept as it is")
    func unknownKind() throws {
        let facts = Fact.object(["x": .whole(1)])
        let event = try FactoryEvent(kind: "robot.greased", facts: facts)
        #expect(event == .other(kind: "robot.greased", facts: facts))
    }

    @Test("members of a later version are left aside")
    func unknownMember() throws {
        let facts = Fact.object(["number": .whole(1), "why": .text("a later word")])
        #expect(try FactoryEvent(kind: "import.undone", facts: facts) == .importUndone(number: 1))
    }

    @Test(
        "decimals read back to the same bits",
        arguments: [
            0.1, 1e300, -0.0, Double.leastNonzeroMagnitude, 4.0, .infinity, 1.0 / 3.0,
            123_456_789.123,
        ])
    func decimals(value: Double) throws {
        let event = FactoryEvent.stateRuleSet(
            machine: "a",
            rule: StateRule(
                source: .level(SignalID(1), running: Threshold(rise: value, fall: value), idle: nil)
            ),
            from: Timestamp(seconds: 0))
        let back = try FactoryEvent(
            kind: event.kind, facts: try Fact(json: event.facts.canonicalBytes))
        guard case .stateRuleSet(_, let rule, _) = back,
            case .level(_, let threshold, _) = rule.source
        else { return #expect(Bool(false), "another event came back") }
        #expect(threshold.rise.bitPattern == value.bitPattern)
        #expect(threshold.fall.bitPattern == value.bitPattern)
    }
}
