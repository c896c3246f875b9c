// Machines as devices of MTConnect: identifiers, units, and what is told of each state.

import Plant
import Testing
import Wire

@testable import Share

@Suite struct AgentModelTests {
    private func words(_ picture: GivenPicture) -> [String: MTConnectValue] {
        Dictionary(
            AgentModel(Site.site).words(of: picture).map { ($0.dataItemID, $0.value) },
            uniquingKeysWith: { $1 })
    }

    @Test func `every state of ours is told as the table of the guide says`() {
        let table: [(MachineState, String?, String?)] = [
            (.unknown, nil, nil), (.running, "ACTIVE", "PRODUCTION"),
            (.slow, "ACTIVE", "PRODUCTION"), (.setup, "READY", "SETUP"),
            (.planned, "READY", "PRODUCTION"), (.stopped, "STOPPED", "PRODUCTION"),
            (.fault, "INTERRUPTED", "PRODUCTION"),
        ]
        #expect(Set(table.map(\.0)) == Set(MachineState.allCases))
        for (state, execution, mode) in table {
            let words = words(Site.picture(Site.standing(state)))
            let told = execution.map { MTConnectValue.text($0) } ?? .unavailable
            #expect(words["m-lathe-3.execution"] == told)
            #expect(words["m-lathe-3.mode"] == mode.map { .text($0) } ?? .unavailable)
            #expect(
                words["m-lathe-3.available"]
                    == (state == .unknown ? .unavailable : .text("AVAILABLE")))
        }
    }

    @Test func `numbers are told in the units that the standard demands`() {
        let words = words(Site.picture(power: 10.5))
        #expect(words["m-lathe-3.s.power"] == .number(10_500))
        // The boiling point of water.
        guard case .number(let heat)? = words["m-lathe-3.s.heat"] else {
            Issue.record("no heat")
            return
        }
        #expect(abs(heat - 100) < 1e-9)
        #expect(words["m-lathe-3.s.door"] == .text("true"))
    }

    @Test(arguments: [
        ("kW.h", 1, 3_600_000.0), ("bar", 6, 600_000), ("mm/min", 60, 1), ("K", 273.15, 0),
        ("m3/h", 3.6, 1), ("g", 250, 0.25),
    ]) func `a unit is converted`(_ ucum: String, _ number: Double, _ told: Double) throws {
        let unit = try #require(AgentUnit(ucum: ucum))
        let value = try #require(unit.converted(number))
        #expect(abs(value - told) < 1e-6)
    }

    @Test func `what is missing is unavailable and never nought`() {
        let missing = words(Site.picture(power: 10, quality: .badComm))
        #expect(missing["m-lathe-3.s.power"] == .unavailable)
        let infinite = words(Site.picture(power: .infinity))
        #expect(infinite["m-lathe-3.s.power"] == .unavailable)
        let uncounted = words(
            Site.picture(GivenStanding(state: .running, since: Site.start)))
        #expect(uncounted["m-lathe-3.parts-all"] == .unavailable)
        #expect(uncounted["m-lathe-3.job"] == .unavailable)
    }

    @Test func `a fault and an unexplained stop are conditions`() {
        func level(_ standing: GivenStanding) -> MTConnectCondition.Level? {
            guard case .condition(let told)? = words(Site.picture(standing))["m-lathe-3.health"]
            else { return nil }
            return told.level
        }
        #expect(level(Site.standing()) == .normal)
        #expect(level(Site.standing(.fault)) == .fault)
        #expect(level(Site.standing(.stopped, need: .unexplainedStop)) == .warning)
        #expect(level(Site.standing(.unknown)) == nil)
    }

    @Test func `identifiers come from slugs and are there once`() throws {
        let model = AgentModel(Site.site)
        #expect(model.devices.map(\.id) == ["m-bench", "m-lathe-3"])
        #expect(model.devices[1].uuid == "box-1.lathe-3")
        let ids = model.devices.flatMap(\.allDataItems).map(\.id)
        #expect(Set(ids).count == ids.count)
        _ = try MTConnectModel(model.devices)
        // The reader of this project reads what its agent writes.
        let document = MTConnectWriter().devices(
            MTConnectDevices(header: MTConnectHeader(instanceID: 1), devices: model.devices))
        let read = try MTConnectDevices.decode(document)
        let power = try #require(
            read.devices[1].allDataItems.first { $0.id == "m-lathe-3.s.power" })
        #expect(power.category == .sample)
        #expect((power.type, power.units) == ("WATTAGE", "WATT"))
    }
}
