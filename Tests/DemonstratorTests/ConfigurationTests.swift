// The configuration describes the site completely and numbers its signals in order.

import Demonstrator
import Plant
import Testing
import Wire

struct ConfigurationTests {
    @Test func `signals are numbered from 1 in the order of the events`() {
        let added = friday.configuration().compactMap { event -> Signal? in
            if case .signalAdded(let signal) = event { signal } else { nil }
        }
        #expect(added.map(\.id.number) == Array(1...UInt32(added.count)))
        #expect(added.count == 58)
    }

    @Test func `each of eight machines has signals, a state rule and energy`() {
        let configured = factory(friday)
        #expect(
            configured.activeMachines.map(\.name) == [
                "Compressor", "Lathe 1", "Lathe 2", "Mill 1", "Mill 2", "Moulder 3", "Press brake",
                "Saw",
            ])
        for machine in configured.activeMachines {
            #expect((4...8).contains(configured.signals(of: machine.id).count))
            #expect(machine.stateRules.count == 1 && machine.energy != nil)
            #expect(machine.area.map { configured.areas[$0] != nil } == true)
        }
        #expect(configured.reasons.count >= 10)
        #expect(Set(configured.reasons.values.map(\.loss)) == Set(LossKind.allCases))
        #expect(configured.rate(.hourAvoided, at: friday.now)?.text == "38.00")
        #expect(configured.rate(.kilowattHour, at: friday.now)?.text == "0.27")
    }

    @Test func `each address of a polled signal is one that Modbus knows`() throws {
        let configured = factory(friday)
        var polled = 0
        for signal in configured.signals.values
        where configured.connections[signal.source.connection]?.kind == "modbus-tcp" {
            polled += 1
            let address = try ModbusAddress(signal.source.address)
            if let type = signal.source.options["type"] {
                #expect(ModbusType(name: type) != nil)
            } else {
                #expect(address.table.holdsBits)
            }
        }
        #expect(polled == 38)
        #expect(configured.connections.values.filter { $0.kind == "modbus-tcp" }.count == 1)
        let devices = configured.signals.values.compactMap { $0.source.options["device"] }
        #expect(Set(devices).count == 5)
    }
}
