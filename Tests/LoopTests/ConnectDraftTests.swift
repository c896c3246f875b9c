// Drafts of machines: made from every profile, kept and read again, joined to a connection that is there.

import Capture
import Plant
import Profiles
import Testing

@testable import Loop

@Suite("Connecting a machine") struct ConnectDraftTests {
    private static let begun = Timestamp(seconds: 1_800_000_000)

    private static func drafts() throws -> [ConnectDraft] {
        let shelf = try DeviceShelf(files: ProfileFiles.all)
        return try shelf.profiles.filter { $0.kind != .scanner }.map { profile in
            try ConnectDraft(
                id: "a1b2", begun: begun, profile: profile,
                address: profile.language == .opcUA ? "opc.tcp://192.0.2.7:4840" : "192.0.2.7",
                unit: nil,
                placeholders: Dictionary(
                    uniqueKeysWithValues: profile.placeholders.map { ($0.name, $0.example) }))
        }
    }

    @Test("every device makes a draft that a site takes, and the file of a draft is read again")
    func everyDevice() throws {
        let drafts = try Self.drafts()
        #expect(drafts.count >= 80)
        for var draft in drafts {
            let ticked = draft.signals.filter(\.isChosen).count
            #expect(ticked > 0, "\(draft.profile)")
            #expect(draft.step == .name)
            draft.machine = Slug("press-1")
            draft.machineName = "Press 1"
            draft.area = "Hall 2"
            draft.isChosen = true
            draft.state = DraftState(
                signal: draft.signals[0].slug, above: 4.25, meanings: ["true": .running])
            draft.signals[0].isChosen = true
            #expect(draft.step == .check)
            let again = try #require(ConnectDraft(try Fact(json: draft.fact.canonicalBytes)))
            #expect(again == draft, "\(draft.profile)")
            let description = try draft.added(to: Factory(), at: Self.begun)
            try ConnectionCheck.check(description, Factory())
            let difference = try FactoryDifference(
                from: Factory(), to: description, now: Self.begun)
            #expect(!difference.isEmpty)
            let machine = try #require(description.machines.first)
            #expect(machine.signals.count == draft.signals.filter(\.isChosen).count)
            #expect(description.areas.values.contains("Hall 2"))
            #expect(draft.trialPlan(among: []).refused.isEmpty, "\(draft.profile)")
        }
    }

    @Test("what is missing is named with its remedy")
    func missing() throws {
        var draft = try #require(try Self.drafts().first)
        let nameless = #expect(throws: RefusedEvent.self) {
            try draft.added(to: Factory(), at: Self.begun)
        }
        #expect(nameless?.field == "name")
        draft.machine = Slug("m")
        draft.machineName = "M"
        for index in draft.signals.indices { draft.signals[index].isChosen = false }
        let empty = #expect(throws: RefusedEvent.self) {
            try draft.added(to: Factory(), at: Self.begun)
        }
        #expect(empty?.field == "signals")
        try draft.add(name: "Odd", read: "holding:70000", type: "uint16", unit: "")
        let odd = #expect(throws: RefusedEvent.self) {
            try draft.added(to: Factory(), at: Self.begun)
        }
        #expect(odd?.says.contains("Odd") == true)
    }

    @Test("a tap moves the point by one, whatever was there")
    func scale() {
        var signal = DraftSignal(
            slug: Slug("oil"), name: "Oil", read: "holding:1", options: [:], unit: "", means: "",
            isChosen: true)
        signal.scale(by: 0.1)
        #expect(signal.options["scale"] == "0.1")
        signal.scale(by: 0.1)
        #expect(signal.options["scale"] == "0.01")
        signal.scale(by: 10)
        signal.scale(by: 10)
        #expect(signal.options["scale"] == nil)
        signal.scale(by: 10)
        #expect(signal.options["scale"] == "10")
        let orders = (0..<4).map { _ in
            signal.turnOrder(from: "abcd")
            return signal.options["order"] ?? ""
        }
        #expect(orders == ["cdab", "badc", "dcba", "abcd"])
    }

    @Test("a second device behind a gateway is read over its one connection, by its own number")
    func gateway() throws {
        var factory = Factory()
        let first = Connection(
            id: Slug("hall"), kind: "modbus-tcp",
            settings: ["address": "192.0.2.9:502", "unit": "1", "order": "cdab"])
        factory.apply(.connectionSet(first), recorded: Self.begun)
        var draft = ConnectDraft(
            id: "c3", begun: Self.begun, kind: "modbus-tcp",
            settings: ["address": "192.0.2.9", "unit": "7"], profile: "", found: "",
            machine: Slug("saw"), machineName: "Saw")
        try draft.add(name: "Power", read: "input:12", type: "float32", unit: "W")
        let description = try draft.added(to: factory, at: Self.begun)
        #expect(description.connections == [first])
        let signal = try #require(description.machines.first?.signals.first)
        #expect(signal.source.connection == first.id)
        #expect(signal.source.options["device"] == "7")
        #expect(signal.source.options["order"] == "abcd")
        draft.settings["address"] = "192.0.2.10"
        #expect(try draft.added(to: factory, at: Self.begun).connections.count == 2)
    }

    @Test("how it runs is suggested from what the device says or from two levels")
    func suggestions() throws {
        var draft = ConnectDraft(
            id: "d", begun: Self.begun, kind: "mqtt", settings: ["address": "192.0.2.9"],
            profile: "", found: "")
        try draft.add(name: "Lamp", read: "a/lamp", type: "flag", unit: "")
        try draft.add(name: "Current", read: "a/current", type: nil, unit: "A")
        var lamp = TrialTrace()
        var current = TrialTrace()
        #expect(draft.suggestedState([:]) == nil)
        for index in 0..<40 {
            let time = Self.begun + .seconds(Int64(index))
            current.add(.number(index / 10 % 2 == 0 ? 1 : 7), at: time, isUsable: true)
            lamp.add(.flag(index / 10 % 2 == 1), at: time, isUsable: true)
        }
        draft.signals[0].isChosen = false
        draft.state = draft.suggestedState([Slug("current"): current, Slug("lamp"): lamp])
        #expect(draft.state?.above == 4)
        #expect(draft.observed(current) == .running)
        #expect(draft.observed(TrialTrace()) == .unknown)
        draft.signals[0].isChosen = true
        draft.signals[0].means = "running"
        let said = draft.suggestedState([Slug("current"): current, Slug("lamp"): lamp])
        #expect(said?.signal == Slug("lamp") && said?.meanings["false"] == .idle)
    }

    @Test("a trial keeps the newest values only")
    func bounded() {
        var trace = TrialTrace()
        for index in 0..<5_000 {
            trace.add(
                .integer(Int64(index)), at: Self.begun + .seconds(Int64(index)), isUsable: true)
        }
        #expect(trace.times.count <= LoopLimits.trialValues)
        #expect(trace.last?.value == .integer(4_999))
        #expect(trace.times.count == trace.values.count)
    }
}
