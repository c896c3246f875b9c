// From a site as it is to a site as described: only what differs is said, and only what can be.

import Capture
import Demonstrator
import Journal
import Plant
import Testing
import Wire

@testable import Loop

struct FactoryDifferenceTests {
    let test: TestWorld

    /// Entries of a journal in which nothing has been said yet.
    let none: Int64

    init() throws {
        test = try TestWorld()
        none = test.world.journal.lastSequence
    }

    @Test func `applying a text twice changes nothing the second time`() async throws {
        let first = try await test.apply(Workshop.text(machines: ["lathe-1", "lathe-2"]))
        #expect(first.count > 20)
        let entries = test.world.journal.lastSequence
        test.clock.now = test.clock.now + .hours(3)
        let second = try await test.apply(Workshop.text(machines: ["lathe-1", "lathe-2"]))
        #expect(second == [])
        #expect(test.world.journal.lastSequence == entries)
    }

    @Test func `what the world writes of itself changes nothing when it is applied`() async throws {
        try await test.apply(FactoryFileTests.example)
        try await test.apply(Workshop.text())
        let changes = try await test.apply(test.world.factoryText())
        #expect(changes == [])
    }

    @Test func `looking without applying stores nothing`() async throws {
        let words = try await test.world.apply(
            factoryText: Workshop.text(), file: "f", apply: false, actor: "Sam")
        #expect(words.contains("new machine lathe-1: Lathe 1"))
        #expect(test.world.journal.lastSequence == none)
        #expect(!test.world.hasMachine)
    }

    @Test func `a text that is refused in its last line leaves nothing behind`() async throws {
        let text =
            Workshop.text() + "\n[[machine]]\nname = \"Saw\"\n[machine.counts]\ntotal = \"x\"\n"
        await #expect(throws: RefusedEvent.self) { try await test.apply(text) }
        #expect(test.world.journal.lastSequence == none)
    }

    @Test func `one changed word is one event`() async throws {
        try await test.apply(Workshop.text())
        let renamed = Workshop.text().split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0 == "name = \"Lathe 1\"" ? "name = \"Big lathe\"" : String($0) }
            .joined(separator: "\n")
        let changes = try await test.apply(renamed)
        #expect(changes == ["machine lathe-1: Big lathe"])
        let stored = try test.world.entries(after: 0, limit: 1, kinds: nil, newestFirst: true)
        #expect(
            stored.first?.event
                == .machineChanged(id: Workshop.lathe, name: "Big lathe", area: nil))
        #expect(stored.first?.actor == "Sam")
    }

    @Test func `what a text leaves out stays as it is`() async throws {
        try await test.apply(Workshop.text(machines: ["lathe-1", "lathe-2"]))
        let changes = try await test.apply("[site]\nname = \"Test Works\"\n")
        #expect(changes == [])
        #expect(test.world.factory.activeMachines.count == 2)
        #expect(test.world.factory.reasons.count == 2)
    }

    @Test func `a machine that names its area by id gives the area no other name`() async throws {
        try await test.apply("[[area]]\nid = \"shop\"\nname = \"Machine shop\"\n")
        try await test.apply("[[machine]]\nname = \"Saw\"\narea = \"shop\"\n")
        #expect(test.world.factory.areas == [Slug("shop"): "Machine shop"])
        #expect(test.world.factory.machines[Slug("saw")]?.area == Slug("shop"))
    }

    struct BadReference: Sendable, CustomTestStringConvertible {
        let text: String
        let field: String
        let says: String
        let remedy: String
        var testDescription: String { says }
    }

    private static let signal = """
        [[machine]]
        name = "Saw"
        [[machine.signal]]
        id = "load"
        connection = "line-protocol"
        read = "saw load"

        """

    static let badReferences = [
        BadReference(
            text: signal.split(separator: "\n").joined(separator: "\n")
                .replacing("line-protocol", with: "gate-9"),
            field: "saw/load", says: "There is no connection `gate-9`.",
            remedy: "Add a [[connection]]"),
        BadReference(
            text: signal + "[machine.counts]\ntotal = \"lode\"", field: "saw",
            says: "It has no signal `lode`.", remedy: "Did you mean `load`?"),
        BadReference(
            text: signal + "[machine.energy]\npower = \"kilowatts\"", field: "saw",
            says: "It has no signal `kilowatts`.", remedy: "Add a [[machine.signal]]"),
        BadReference(
            text: signal + "[machine.state]\nrunning = { signal = \"lood\", above = 1 }",
            field: "saw", says: "It has no signal `lood`.", remedy: "Did you mean `load`?"),
        BadReference(
            text: "[site]\nconstraint = \"press\"", field: "site.constraint",
            says: "There is no machine `press`.", remedy: "Write the id"),
        BadReference(
            text: "[site]\nzone = \"Europe/Londn\"", field: "site.zone",
            says: "The zone “Europe/Londn” is not known here.", remedy: "IANA"),
        BadReference(
            text: "[[connection]]\nid = \"g\"\nkind = \"modbus-tpc\"", field: "connection.g.kind",
            says: "there is no connector \"modbus-tpc\".", remedy: "modbus-tcp"),
    ]

    @Test(arguments: badReferences)
    func `a reference to what does not exist is refused with a remedy`(
        _ bad: BadReference
    ) async throws {
        let refusal = await #expect(throws: RefusedEvent.self) { try await test.apply(bad.text) }
        #expect(refusal?.field == bad.field)
        #expect(refusal?.says == bad.says)
        #expect(refusal?.remedy.contains(bad.remedy) == true, "\(refusal?.remedy ?? "")")
        #expect(test.world.journal.lastSequence == none)
    }

    @Test func `an area that exists nowhere is refused`() {
        var description = FactoryDescription()
        description.machines = [
            DescribedMachine(
                id: Slug("saw"), name: "Saw", area: Slug("shop"), signals: [], state: nil,
                counts: nil, energy: nil)
        ]
        let refusal = #expect(throws: RefusedEvent.self) {
            try FactoryDifference(from: Factory(), to: description, now: friday(8))
        }
        #expect(refusal?.says == "There is no area `shop`.")
    }

    @Test func `a signal cannot become of another kind`() async throws {
        try await test.apply(Workshop.text())
        let text = Workshop.text().replacing("kind = \"integer\"", with: "kind = \"number\"")
        let refusal = await #expect(throws: RefusedEvent.self) { try await test.apply(text) }
        #expect(refusal?.field == "lathe-1/parts")
        #expect(refusal?.remedy.contains("history stays") == true)
    }

    @Test func `a series that arrived by itself is assigned with its history`() async throws {
        let lines = "machine,machine=lathe-1 current=5 \(friday(7).nanoseconds)\n"
        let outcome = try await test.world.take(lines: Array(lines.utf8), precision: .nanoseconds)
        #expect(outcome.samples == 1)
        #expect(outcome.newSeries == 1)
        let stray = try #require(test.world.factory.signals.values.first)
        #expect(stray.machine == nil)
        #expect(try test.world.machinesPicture().unassigned.map(\.signal.id) == [stray.id])
        let words = try await test.apply(Workshop.text())
        #expect(
            words.contains(
                "signal lathe-1/current: machine,machine=lathe-1 current, with its history"))
        let signal = try #require(test.world.factory.signal(Workshop.lathe, Slug("current")))
        #expect(signal.id == stray.id)
        #expect(signal.unit == "A")
        #expect(try test.world.storedSeries(signal.id, range: test.soFar).count == 1)
        let again = try await test.apply(Workshop.text())
        #expect(again == [])
        let episodes = try test.world.episodes(
            Workshop.lathe, range: range(friday(7), friday(7, 0, 20)))
        #expect(episodes.map(\.state) == [.running])
    }

    @Test func `holds makes one link signal for a connection, once`() async throws {
        let rule = "running = { above = 4.0, below = 3.0 }\n                  holds = true"
        let text = Workshop.text(machines: ["lathe-1", "lathe-2"], rule: rule)
        let words = try await test.apply(text)
        let links = test.world.factory.signals.values.filter {
            $0.source.connection == BuiltInConnection.link
        }
        #expect(links.map(\.source.address) == ["line-protocol"])
        #expect(links.first?.kind == .flag)
        #expect(words.filter { $0.contains("is up") }.count == 1)
        for machine in test.world.factory.activeMachines {
            #expect(machine.stateRules.last?.value.link == links.first?.id)
        }
        let again = try await test.apply(text)
        #expect(again == [])
    }

    @Test func `a rule of a new machine holds from the beginning, a changed one from now`()
        async throws
    {
        try await test.apply(Workshop.text())
        let changed = Workshop.text(rule: "running = { above = 2.0, below = 1.5 }")
        try await test.apply(changed)
        let rules = try #require(test.world.factory.machines[Workshop.lathe]).stateRules
        #expect(rules.map(\.from) == [Timestamp(seconds: 0), test.clock.now])
    }

    @Test func `a rate that changes keeps what it was before`() async throws {
        try await test.apply(Workshop.text())
        let dearer = Workshop.text().replacing("38.00", with: "41.50")
        let words = try await test.apply(dearer)
        #expect(words == ["rate hour-avoided: 41.50 GBP"])
        let factory = test.world.factory
        #expect(factory.rate(.hourAvoided, at: friday(8))?.text == "38.00")
        #expect(factory.rate(.hourAvoided, at: test.clock.now)?.text == "41.50")
    }
}
