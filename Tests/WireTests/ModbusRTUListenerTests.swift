// Finding the answer to one request among everything that a serial line carries.

import Testing

@testable import Wire

@Suite("A listener on a Modbus line")
struct ModbusRTUListenerTests {
    private let request = ModbusRequest.readHoldingRegisters(address: 0, count: 2)
    private let answer = ModbusRTU.encode(unit: 3, pdu: [3, 4, 0, 1, 0, 2])

    @Test("finds the answer wherever it is cut")
    func cuts() throws {
        for cut in 0...answer.count {
            var listener = try #require(ModbusRTUListener(request, device: 3))
            let first = listener.append(Array(answer[..<cut]))
            let second = first ?? listener.append(Array(answer[cut...]))
            #expect(second == [3, 4, 0, 1, 0, 2])
        }
    }

    @Test("finds an exception")
    func exception() throws {
        var listener = try #require(ModbusRTUListener(request, device: 3))
        let found = listener.append(ModbusRTU.encode(unit: 3, pdu: [0x83, 2]))
        #expect(found == [0x83, 2])
    }

    @Test(
        "passes over what is no answer",
        arguments: [
            ModbusRTU.encode(unit: 3, pdu: [3, 0, 0, 0, 2]),  // the echo
            ModbusRTU.encode(unit: 4, pdu: [3, 4, 0, 9, 0, 9]),  // another device
            ModbusRTU.encode(unit: 3, pdu: [4, 4, 0, 9, 0, 9]),  // another function
            ModbusRTU.encode(unit: 3, pdu: [3, 2, 0, 9]),  // fewer registers
            ModbusRTU.encode(unit: 3, pdu: [0x84, 2]),  // a refusal of another function
            [0], [3], [3, 3], [3, 3, 4, 0], [0xFF, 0xFF, 3], [UInt8](repeating: 3, count: 600),
        ])
    func passes(_ noise: [UInt8]) throws {
        var listener = try #require(ModbusRTUListener(request, device: 3))
        let before = listener.append(noise)
        #expect(before == nil)
        let found = listener.append(answer)
        #expect(found == [3, 4, 0, 1, 0, 2])
        #expect(listener.heard == noise.count + answer.count)
    }

    @Test("tells damage, and never takes it for an answer")
    func damage() throws {
        for place in answer.indices {
            for bit in 0..<8 {
                var wrong = answer
                wrong[place] ^= 1 << UInt8(bit)
                var listener = try #require(ModbusRTUListener(request, device: 3))
                let found = listener.append(wrong)
                #expect(found == nil)
                #expect((listener.damage != nil) == (place >= 3 || (place == 1 && bit == 7)))
            }
        }
    }

    @Test("listens only for answers to requests that read")
    func reading() {
        #expect(ModbusRTUListener(.writeRegister(address: 0, value: 1), device: 1) == nil)
        #expect(ModbusRTUListener(.readCoils(address: 0, count: 2_001), device: 1) == nil)
    }
}
