// The registers of a machine at an instant, scaled as a real device would keep them.

import Plant
import Wire

extension FactoryScript {
    /// The answer of the gateway to a request for a unit at an instant.
    ///
    /// A unit behind which no machine stands gives exception 11, as gateways do.
    func answer(_ frame: ModbusTCPFrame, at time: Timestamp) -> ModbusTCPFrame {
        let pdu: [UInt8]
        if let machine = models.firstIndex(where: { $0.link == .modbus(unit: frame.unit) }) {
            // Each request meets a fresh image, so that nothing written ever stays.
            var device = ModbusServerModel(bank: image(machine, at: time))
            pdu = device.respond(to: frame.pdu)
        } else {
            pdu = [frame.pdu[0] | 0x80, 0x0B]
        }
        return ModbusTCPFrame(transaction: frame.transaction, unit: frame.unit, pdu: pdu)
    }

    /// All tables of a machine's device.
    private func image(_ machine: Int, at time: Timestamp) -> ModbusBank {
        let second = time.secondsSince1970
        let reader = reader(machine, at: second)
        var bank = FactoryScript.emptyBank(models[machine])
        for (index, signal) in models[machine].signals.enumerated() {
            guard let place = signal.place else { continue }
            switch reader.value(index, at: second) {
            case .flag(let flag): bank.discreteInputs[Int(place.offset)] = flag
            case .number(let number): place.put(number, in: &bank)
            case .integer(let number): place.put(Double(number), in: &bank)
            case .text: continue
            }
        }
        return bank
    }

    private static func emptyBank(_ model: MachineModel) -> ModbusBank {
        func size(_ table: ModbusTable) -> Int {
            model.signals.compactMap(\.place).filter { $0.table == table }
                .map { Int($0.offset) + (table.holdsBits ? 1 : $0.type.registerCount) }.max() ?? 0
        }
        return ModbusBank(
            discreteInputs: Array(repeating: false, count: size(.discrete)),
            inputRegisters: Array(repeating: 0, count: size(.input)),
            holdingRegisters: Array(repeating: 0, count: size(.holding)))
    }
}

extension RegisterPlace {
    /// Puts a value into its registers; one that the type cannot hold leaves them zero.
    func put(_ value: Double, in bank: inout ModbusBank) {
        let raw: ModbusValue
        switch type {
        case .float32, .float64: raw = .float(value)
        default: raw = .int(Int64((value / scale).rounded()))
        }
        _ = bank.put(raw, as: type, order: order, in: table, at: Int(offset))
    }
}
