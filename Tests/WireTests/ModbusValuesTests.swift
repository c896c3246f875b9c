// Modbus values, addresses, plans and the device model, with recorded conversations.

import Foundation
import Testing
import Wire

@Suite("Modbus values and plans")
struct ModbusValuesTests {
    @Test(
        "123.456 is read and written in every word order",
        arguments: [
            (ModbusWordOrder.abcd, [UInt16]([0x42F6, 0xE979])), (.cdab, [0xE979, 0x42F6]),
            (.badc, [0xF642, 0x79E9]), (.dcba, [0x79E9, 0xF642]),
        ])
    func wordOrders(_ order: ModbusWordOrder, _ registers: [UInt16]) throws {
        let value = try ModbusRegisters.decode(.float32, order: order, from: registers, at: 0)
        #expect(value == .float(Double(Float(123.456))))
        #expect(ModbusRegisters.encode(value, as: .float32, order: order) == registers)
    }

    @Test(
        "64-bit numbers follow the same orders",
        arguments: [
            (ModbusWordOrder.abcd, [UInt16]([0x0102, 0x0304, 0x0506, 0x0708])),
            (.cdab, [0x0708, 0x0506, 0x0304, 0x0102]), (.badc, [0x0201, 0x0403, 0x0605, 0x0807]),
            (.dcba, [0x0807, 0x0605, 0x0403, 0x0201]),
        ])
    func longOrders(_ order: ModbusWordOrder, _ registers: [UInt16]) throws {
        let value = ModbusValue.uint(0x0102_0304_0506_0708)
        #expect(try ModbusRegisters.decode(.uint64, order: order, from: registers, at: 0) == value)
        #expect(ModbusRegisters.encode(value, as: .uint64, order: order) == registers)
    }

    @Test("the numbers of the protocol page are read")
    func protocolPage() throws {
        #expect(
            try ModbusRegisters.decode(.int32, from: [0xFFFE, 0x1DC0], at: 0) == .int(-123_456))
        #expect(
            try ModbusRegisters.decode(.float64, from: [0x4093, 0x4A00, 0, 0], at: 0)
                == .float(1_234.5))
        #expect(try ModbusRegisters.decode(.int16, from: [0x8000], at: 0) == .int(-32_768))
        #expect(
            try ModbusRegisters.decode(.bcd32, from: [0x1234, 0x5678], at: 0) == .uint(12_345_678))
        #expect(try ModbusRegisters.decode(.bit(3), from: [0, 8], at: 1) == .bool(true))
        #expect(
            try ModbusRegisters.decode(.ascii(registers: 3), from: [0x4D49, 0x4C4C, 0x2000], at: 0)
                == .text("MILL"))
    }

    @Test("the patterns for not available stay what they are")
    func notAvailable() throws {
        let value = try ModbusRegisters.decode(.float32, from: [0x7FC0, 0], at: 0)
        #expect(value.double?.isNaN == true)
        #expect(try ModbusRegisters.decode(.uint16, from: [0xFFFF], at: 0) == .uint(65_535))
    }

    @Test("values behind the registers and wrong digits are refused, not trapped")
    func refused() {
        #expect(throws: FrameError.self) { try ModbusRegisters.decode(.int32, from: [1], at: 0) }
        #expect(throws: FrameError.self) { try ModbusRegisters.decode(.int16, from: [1], at: 1) }
        #expect(throws: FrameError.self) { try ModbusRegisters.decode(.int16, from: [1], at: -1) }
        #expect(throws: FrameError.self) {
            try ModbusRegisters.decode(.ascii(registers: .max), from: [1], at: 1)
        }
        #expect(throws: FrameError.self) {
            try ModbusRegisters.decode(.bcd16, from: [0x1A00], at: 0)
        }
        #expect(throws: FrameError.self) { try ModbusRegisters.decode(.bit(16), from: [1], at: 0) }
        #expect(ModbusRegisters.encode(.int(70_000), as: .int16) == nil)
        #expect(ModbusRegisters.encode(.float(.nan), as: .uint32) == nil)
        #expect(ModbusRegisters.encode(.float(-2.6), as: .int16) == [0xFFFD])
        #expect(ModbusRegisters.encode(.float(-2.6), as: .uint16) == nil)
    }

    @Test("every type decodes what was encoded in every order", arguments: ModbusWordOrder.allCases)
    func roundTrips(_ order: ModbusWordOrder) throws {
        let cases: [(ModbusType, ModbusValue)] = [
            (.int16, .int(-2)), (.uint16, .uint(65_535)), (.int32, .int(-123_456)),
            (.uint32, .uint(4_000_000_000)), (.int64, .int(.min)), (.uint64, .uint(.max)),
            (.float32, .float(-0.5)), (.float64, .float(.pi)), (.bcd16, .uint(9_075)),
            (.bcd32, .uint(12_340_678)), (.ascii(registers: 4), .text("Mill 7")),
        ]
        for (type, value) in cases {
            let registers = try #require(ModbusRegisters.encode(value, as: type, order: order))
            #expect(registers.count == type.registerCount)
            let padded = [9] + registers + [9]
            #expect(try ModbusRegisters.decode(type, order: order, from: padded, at: 1) == value)
        }
    }

    @Test(
        "addresses are read in classic, zero-based and hexadecimal numbers",
        arguments: [
            ("input:30012", ModbusAddress(.input, 11)),
            ("holding:40001", ModbusAddress(.holding, 0)),
            ("holding:100", ModbusAddress(.holding, 100)), ("coil:5", ModbusAddress(.coil, 5)),
            ("discrete:3", ModbusAddress(.discrete, 3)), ("coil:00005", ModbusAddress(.coil, 4)),
            ("discrete:10003", ModbusAddress(.discrete, 2)),
            ("holding:465536", ModbusAddress(.holding, 65_535)),
            ("holding:30012", ModbusAddress(.holding, 30_012)),
            ("holding:0x9C41", ModbusAddress(.holding, 40_001)),
            ("holding:7#15", ModbusAddress(.holding, 7, bit: 15)),
            ("input:65535", ModbusAddress(.input, 65_535)),
        ])
    func addresses(_ text: String, _ address: ModbusAddress) throws {
        #expect(try ModbusAddress(text) == address)
        #expect(try ModbusAddress(address.description) == address)
    }

    @Test(
        "a wrong address says what to write instead",
        arguments: [
            ("40001", ModbusAddressError.Reason.tableMissing),
            ("register:1", .tableUnknown("register")), ("holding:", .numberInvalid("")),
            ("holding:-1", .numberInvalid("-1")), ("holding:1a", .numberInvalid("1a")),
            ("holding:65536", .outOfRange(65_536)), ("holding:465537", .outOfRange(465_537)),
            ("holding:40000", .classicZero("40000")), ("holding:1#16", .bitInvalid("16")),
            ("holding:1#", .bitInvalid("")), ("coil:1#0", .bitOfBit(.coil)),
        ])
    func wrongAddresses(_ text: String, _ reason: ModbusAddressError.Reason) {
        #expect { try ModbusAddress(text) } throws: {
            ($0 as? ModbusAddressError)?.reason == reason && "\($0)".contains(text)
        }
    }

    @Test("neighbours are read together, gaps only when they are allowed")
    func plans() throws {
        func item(_ address: UInt16, _ count: Int, _ table: ModbusTable = .holding)
            -> ModbusPlan.Item
        {
            ModbusPlan.Item(unit: 1, table: table, address: address, count: count)
        }
        let items = [item(10, 2), item(12, 2), item(20, 1), item(11, 1), item(0, 1, .input)]
        let plan = try ModbusPlan(items)
        #expect(plan.reads.map(\.address) == [0, 10, 20])
        #expect(plan.reads.map(\.count) == [1, 4, 1])
        #expect(plan.reads[1].slices.map(\.item) == [0, 3, 1])
        #expect(plan.reads[1].slices.map(\.offset) == [0, 1, 2])
        #expect(plan.reads[1].request == .readHoldingRegisters(address: 10, count: 4))
        let wide = try ModbusPlan(items, limits: .init(maxGap: 6))
        #expect(wide.reads.map(\.count) == [1, 11])
        let small = try ModbusPlan(items, limits: .init(maxRegisters: 3, maxGap: 6))
        #expect(small.reads.map(\.count) == [1, 2, 2, 1])
        #expect(throws: ModbusPlan.Fault.itemTooLong(index: 0, count: 4, limit: 3)) {
            try ModbusPlan([item(0, 4)], limits: .init(maxRegisters: 3))
        }
        #expect(throws: ModbusPlan.Fault.outOfRange(index: 1)) {
            try ModbusPlan([item(0, 4), item(65_535, 2)])
        }
    }

    @Test("a plan reads every item exactly once and keeps every limit")
    func planProperties() throws {
        var generator = SeededGenerator(seed: 17)
        for _ in 0..<300 {
            let limits = ModbusPlan.Limits(
                maxRegisters: .random(in: 4...125, using: &generator),
                maxBits: .random(in: 1...2_000, using: &generator),
                maxGap: .random(in: 0...9, using: &generator))
            let items = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                let table = ModbusTable.allCases[Int.random(in: 0..<4, using: &generator)]
                return ModbusPlan.Item(
                    unit: .random(in: 1...2, using: &generator), table: table,
                    address: .random(in: 0...400, using: &generator),
                    count: table.holdsBits ? 1 : .random(in: 1...4, using: &generator))
            }
            let plan = try ModbusPlan(items, limits: limits)
            var seen: [Int] = []
            for read in plan.reads {
                #expect(read.count <= (read.table.holdsBits ? limits.maxBits : limits.maxRegisters))
                _ = try read.request.encoded()
                for slice in read.slices {
                    let item = items[slice.item]
                    seen.append(slice.item)
                    #expect(item.unit == read.unit && item.table == read.table)
                    #expect(Int(read.address) + slice.offset == Int(item.address))
                    #expect(slice.count == item.count && slice.offset + slice.count <= read.count)
                }
            }
            #expect(seen.sorted() == Array(items.indices))
        }
    }

    @Test("the device model refuses what its tables do not have, and nothing changes")
    func deviceModel() {
        var device = ModbusServerModel(bank: ModbusBank(holdingRegisters: [1, 2, 3]))
        #expect(device.respond(to: [3, 0, 0, 0, 4]) == [0x83, 2])
        #expect(device.respond(to: [3, 0, 0, 0, 0]) == [0x83, 3])
        #expect(device.respond(to: [99]) == [99 | 0x80, 1])
        #expect(device.respond(to: []) == [0x80, 3])
        #expect(device.respond(to: hex("10 0002 0002 04 0001 0001")) == [0x90, 2])
        #expect(device.bank.holdingRegisters == [1, 2, 3])
        // Writes first, then reads; the read range is checked before the write.
        #expect(device.respond(to: hex("17 0002 0002 0000 0001 02 0009")) == [0x97, 2])
        #expect(device.bank.holdingRegisters == [1, 2, 3])
        let put = device.bank.put(.float(1.5), as: .float32, in: .holding, at: 1)
        #expect(put && device.bank.holdingRegisters == [1, 0x3FC0, 0])
        let isBeyond = device.bank.put(.float(1.5), as: .float32, in: .holding, at: 2)
        #expect(!isBeyond)
    }

    @Test("long identifications continue in a second answer")
    func identification() throws {
        let names = (0..<6).map {
            ModbusDeviceIdentification.Item(id: $0, bytes: Array(repeating: 0x41 + $0, count: 60))
        }
        var device = ModbusServerModel(bank: ModbusBank(), identification: names)
        var found: [ModbusDeviceIdentification.Item] = []
        var next: UInt8? = 0
        while let objectID = next {
            let request = ModbusRequest.readDeviceIdentification(category: 2, objectID: objectID)
            let answer = try ModbusResponse.decode(
                device.respond(to: try request.encoded()), for: request)
            guard case .deviceIdentification(let part) = answer else {
                Issue.record("\(answer)")
                return
            }
            found += part.items
            next = part.next
        }
        #expect(found == names)
    }
}

@Suite("Modbus transcript")
struct ModbusTranscriptTests {
    private struct Transcript: Decodable {
        struct Meta: Decodable { let holding_registers: [UInt16] }
        struct Step: Decodable {
            let call: String
            let bits: [Bool]?
            let registers: [UInt16]?
            let exception_code: UInt8?
            let chunks: [Int]
        }
        struct Chunk: Decodable {
            let dir: String
            let hex: String
        }
        let meta: Meta
        let steps: [Step]
        let chunks: [Chunk]
    }

    private static func load() throws -> Transcript {
        try JSONDecoder().decode(
            Transcript.self,
            from: Data(try ReferenceFiles.bytes("wire-transcripts/modbus-tcp-pymodbus.json")))
    }

    @Test(
        "every step recorded from pymodbus is read and written byte for byte", ReferenceFiles.needed
    )
    func client() throws {
        let transcript = try Self.load()
        var client = ModbusTCPDeframer()
        var server = ModbusTCPDeframer()
        for step in transcript.steps {
            for chunk in transcript.chunks[step.chunks[0]..<step.chunks[1]] {
                if chunk.dir == "c2s" {
                    client.append(hex(chunk.hex))
                } else {
                    server.append(hex(chunk.hex))
                }
            }
            let asked = try #require(try client.next())
            let answered = try #require(try server.next())
            #expect(asked.transaction == answered.transaction)
            let request = try ModbusRequest.decode(asked.pdu)
            #expect(try request.encoded() == asked.pdu, "\(step.call)")
            let response = try ModbusResponse.decode(answered.pdu, for: request)
            if let code = step.exception_code {
                #expect(response == .exception(ModbusException(code: code)))
            } else if let registers = step.registers,
                !request.isWrite || step.call.hasPrefix("read")
            {
                #expect(response == .registers(registers))
            } else if case .bits(let bits) = response, let expected = step.bits {
                #expect(bits == Array(expected.prefix(bits.count)))
            }
            #expect(response.encoded(for: request) == answered.pdu, "\(step.call)")
        }
        #expect(transcript.steps.count == 15)
    }

    @Test("the device model answers every recorded request as pymodbus did", ReferenceFiles.needed)
    func server() throws {
        let transcript = try Self.load()
        var bank = ModbusBank(
            coils: (0..<100).map { $0 % 2 == 1 },
            discreteInputs: Array(repeating: false, count: 100),
            inputRegisters: (0..<100).map { UInt16(100 + $0) },
            holdingRegisters: transcript.meta.holding_registers)
        let inputs = try #require(
            transcript.steps.first { $0.call == "read_discrete_inputs" }?.bits)
        bank.discreteInputs.replaceSubrange(0..<9, with: inputs.prefix(9))
        var device = ModbusServerModel(
            bank: bank, identification: [.init(id: 0, bytes: Array("Pymodbus".utf8))])
        for step in transcript.steps where step.call != "read_device_information" {
            let asked = hex(transcript.chunks[step.chunks[0]].hex)
            let answered = hex(transcript.chunks[step.chunks[0] + 1].hex)
            if step.call == "report_device_id" {
                #expect(device.respond(to: Array(asked[7...])).first == 17)
            } else {
                #expect(
                    device.respond(to: Array(asked[7...])) == Array(answered[7...]), "\(step.call)")
            }
        }
    }
}
