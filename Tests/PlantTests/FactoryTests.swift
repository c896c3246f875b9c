// The configuration as a fold over events.

import Plant
import Testing

@Suite struct FactoryTests {
    private func folded(_ events: [FactoryEvent]) -> Factory {
        var factory = Factory()
        for event in events { factory.apply(event, recorded: Timestamp(seconds: 10)) }
        return factory
    }

    private func signal(_ number: UInt32, _ address: String) -> FactoryEvent {
        .signalAdded(
            Signal(
                id: SignalID(number), name: "S", kind: .number, unit: "A",
                source: SignalSource(connection: "gw", address: address)))
    }

    @Test("a machine is added once, renamed, retired and brought back without changing its id")
    func machine() {
        let factory = folded([
            .machineAdded(id: "b", name: "Zeta", area: nil),
            .machineAdded(id: "a", name: "Alpha", area: nil),
            .machineAdded(id: "a", name: "Other", area: "hall"),
            .machineChanged(id: "b", name: "Beta", area: "hall"),
            .machineRetired(id: "a", isRetired: true), .machineRetired(id: "a", isRetired: false),
        ])
        #expect(factory.activeMachines.map(\.name) == ["Alpha", "Beta"])
        #expect(factory.machines["a"]?.addedAt == Timestamp(seconds: 10))
        #expect(factory.machines["a"]?.area == nil)
    }

    @Test("signal numbers are dense, never reused, and belong to a machine by an event")
    func signals() throws {
        let factory = folded([
            signal(1, "x"), signal(2, "y"), signal(2, "z"),
            .machineAdded(id: "m", name: "M", area: nil),
            .signalAssigned(id: SignalID(2), machine: "m", slug: "load", from: .distantPast),
            .signalRetired(id: SignalID(2), isRetired: true),
        ])
        #expect(factory.nextSignalID == SignalID(3))
        #expect(Factory().nextSignalID == SignalID(1))
        #expect(factory.signals(of: "m").map(\.id) == [SignalID(2)])
        #expect(factory.signal("m", "load")?.source.address == "y")
        #expect(factory.signal(connection: "gw", address: "x")?.id == SignalID(1))
        #expect(factory.signal(connection: "gw", address: "z") == nil)
    }

    @Test("a rule or rate given for an earlier time replaces what came after it")
    func dated() {
        func rate(_ millionths: Int64, _ from: Int64) -> FactoryEvent {
            .rateSet(
                kind: .hourSold, rate: Rate(millionths: millionths, currency: .gbp),
                from: Timestamp(seconds: from))
        }
        let factory = folded([rate(1, 100), rate(2, 200), rate(3, 150), rate(4, 150)])
        #expect(factory.rate(.hourSold, at: Timestamp(seconds: 99)) == nil)
        #expect(factory.rate(.hourSold, at: Timestamp(seconds: 149))?.millionths == 1)
        #expect(factory.rate(.hourSold, at: Timestamp(seconds: 250))?.millionths == 4)
        #expect(factory.rate(.hourAvoided, at: Timestamp(seconds: 250)) == nil)
    }

    @Test("a retired reason is kept for what was said, and comes back when it is set again")
    func reasons() {
        let reason = StopReason(id: "r", name: "R", loss: .stoppage)
        let retired = folded([.reasonSet(reason), .reasonRetired(id: "r")])
        #expect(retired.reasons["r"] == reason)
        #expect(retired.retiredReasons == ["r"])
        #expect(folded([.reasonRetired(id: "r"), .reasonSet(reason)]).retiredReasons.isEmpty)
    }
}
