// Modbus requests, answers and frames: the frames of the standard, recorded ones, and round trips.

import Testing
import Wire

@Suite("Modbus frames")
struct ModbusFramesTests {
    @Test("the check sums of the protocol page are found and written")
    func checkSums() throws {
        #expect(ModbusRTU.crc(Array("123456789".utf8)) == 0x4B37)
        let one = try ModbusRequest.readHoldingRegisters(address: 0, count: 10).encoded()
        #expect(ModbusRTU.encode(unit: 1, pdu: one) == hex("01 03 00 00 00 0A C5 CD"))
        let two = try ModbusRequest.readHoldingRegisters(address: 0x6B, count: 3).encoded()
        #expect(ModbusRTU.encode(unit: 0x11, pdu: two) == hex("11 03 00 6B 00 03 76 87"))
        let frame = try ModbusRTU.decode(hex("11 03 00 6B 00 03 76 87"))
        #expect(frame.unit == 0x11)
        #expect(frame.pdu == two)
    }

    @Test("the answer of the protocol page gives 555, 0 and 100")
    func standardAnswer() throws {
        let request = ModbusRequest.readHoldingRegisters(address: 0x6B, count: 3)
        #expect(try request.encoded() == hex("03 00 6B 00 03"))
        let answer = try ModbusResponse.decode(hex("03 06 02 2B 00 00 00 64"), for: request)
        #expect(answer == .registers([555, 0, 100]))
    }

    @Test("an error names what was being read, the bytes found and those expected")
    func errorText() {
        let request = ModbusRequest.readHoldingRegisters(address: 99, count: 64)
        let pdu = [3, 128] + [UInt8](repeating: 0, count: 9)
        #expect {
            try ModbusResponse.decode(pdu, for: request)
        } throws: { error in
            "\(error)" == "reading holding registers 40100–40163: 12 bytes, expected 131"
        }
    }

    @Test("a wrong answer is refused with the field and its place")
    func wrongAnswers() {
        let read = ModbusRequest.readInputRegisters(address: 10, count: 1)
        #expect(throws: FrameError.self) { try ModbusResponse.decode([], for: read) }
        #expect(throws: FrameError.self) { try ModbusResponse.decode([3, 2, 0, 0], for: read) }
        #expect {
            try ModbusResponse.decode([4, 9, 0, 0], for: read)
        } throws: {
            "\($0)" == "reading input registers 30011: byte count 9 at byte 1, expected 2"
        }
        let write = ModbusRequest.writeRegister(address: 1, value: 5)
        #expect {
            try ModbusResponse.decode([6, 0, 1, 0, 6], for: write)
        } throws: {
            "\($0)" == "writing holding registers 40002: value 6 at byte 3, expected 5"
        }
    }

    @Test("an exception is a response with its meaning")
    func exceptions() throws {
        let request = ModbusRequest.readCoils(address: 0, count: 1)
        let answer = try ModbusResponse.decode([0x81, 2], for: request)
        #expect(answer == .exception(.illegalAddress))
        #expect(
            ModbusException.illegalAddress.description
                == "exception 2: the device has no such address")
        #expect(ModbusException.busy.isTemporary)
        #expect(!ModbusException.illegalFunction.isTemporary)
    }

    @Test(
        "a request over its limits is refused with the exception of the standard",
        arguments: [
            (ModbusRequest.readCoils(address: 0, count: 2_001), ModbusException.illegalValue),
            (.readHoldingRegisters(address: 0, count: 126), .illegalValue),
            (.readHoldingRegisters(address: 0, count: 0), .illegalValue),
            (.readHoldingRegisters(address: 65_535, count: 2), .illegalAddress),
            (.writeCoils(address: 0, values: Array(repeating: true, count: 1_969)), .illegalValue),
            (.writeRegisters(address: 0, values: Array(repeating: 0, count: 124)), .illegalValue),
            (
                .readWriteRegisters(
                    readAddress: 0, readCount: 1, writeAddress: 0,
                    values: Array(repeating: 0, count: 122)), .illegalValue
            ),
            (.readDeviceIdentification(category: 5, objectID: 0), .illegalValue),
        ])
    func limits(_ request: ModbusRequest, _ exception: ModbusException) {
        #expect { try request.validate() } throws: {
            ($0 as? ModbusRefusal)?.exception == exception
        }
        #expect(throws: FrameError.self) { try request.encoded() }
    }

    @Test("the largest requests are accepted")
    func largest() throws {
        _ = try ModbusRequest.readHoldingRegisters(address: 65_411, count: 125).encoded()
        let coils = try ModbusRequest.writeCoils(
            address: 0, values: Array(repeating: true, count: 1_968)
        ).encoded()
        #expect(coils.count == 252)
    }

    @Test("any request decodes to what was encoded, and its answer too")
    func roundTrips() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let request = Self.request(&generator)
            let pdu = try request.encoded()
            #expect(pdu.count <= ModbusLimits.pduBytes)
            #expect(try ModbusRequest.decode(pdu) == request)
            let response = Self.response(to: request, &generator)
            let answer = try #require(response.encoded(for: request))
            #expect(answer.count <= ModbusLimits.pduBytes)
            #expect(try ModbusResponse.decode(answer, for: request) == response)
            for (message, direction) in [(pdu, ModbusRTU.Direction.request), (answer, .response)] {
                if case .diagnostics(_, let bytes) = request, bytes.count != 2 { continue }
                let frame = ModbusRTU.encode(unit: 7, pdu: message)
                #expect(
                    unsafe ModbusRTU.length(frame.span.bytes, direction) == .exactly(frame.count))
                var deframer = ModbusRTUDeframer(direction)
                for byte in frame.dropLast() {
                    deframer.append([byte])
                    #expect(try deframer.next() == nil)
                }
                deframer.append([frame[frame.count - 1]])
                #expect(try deframer.next()?.pdu == message)
            }
        }
    }

    @Test("any splitting of a TCP stream gives the same frames")
    func splitting() throws {
        var generator = SeededGenerator(seed: 5)
        var frames: [ModbusTCPFrame] = []
        var stream: [UInt8] = []
        for number in 0..<200 {
            let frame = try ModbusTCPFrame(
                transaction: UInt16(number), unit: UInt8(number % 5),
                request: Self.request(&generator))
            frames.append(frame)
            stream += frame.encoded()
        }
        for largest in [1, 2, 7, 100, 5_000] {
            var deframer = ModbusTCPDeframer()
            var found: [ModbusTCPFrame] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...largest, using: &generator))
                rest = rest.dropFirst(piece.count)
                deframer.append(Array(piece))
                while let frame = try deframer.next() { found.append(frame) }
            }
            #expect(found == frames)
            #expect(deframer.pendingBytes == 0)
        }
    }

    @Test(
        "a stream that is not Modbus is refused from its header",
        arguments: ["0001 0001 0006 01", "0001 0000 0001 01", "0001 0000 00FF 01"])
    func badHeaders(_ header: String) {
        var deframer = ModbusTCPDeframer()
        deframer.append(hex(header))
        #expect(throws: FrameError.self) { try deframer.next() }
    }

    @Test("a wrong check sum is refused, and after a reset the line is read again")
    func wrongCheckSum() throws {
        var deframer = ModbusRTUDeframer(.response)
        deframer.append(hex("01 03 02 00 05 00 00"))
        #expect(throws: FrameError.self) { try deframer.next() }
        deframer.reset()
        deframer.append(ModbusRTU.encode(unit: 1, pdu: hex("03 02 00 05")))
        #expect(try deframer.next()?.pdu == hex("03 02 00 05"))
    }

    static func request(_ generator: inout SeededGenerator) -> ModbusRequest {
        let address = UInt16.random(in: 0...60_000, using: &generator)
        let word = UInt16.random(in: 0...65_535, using: &generator)
        func words(_ limit: Int) -> [UInt16] {
            (0..<Int.random(in: 1...limit, using: &generator)).map { _ in
                UInt16.random(in: 0...65_535, using: &generator)
            }
        }
        switch Int.random(in: 0..<13, using: &generator) {
        case 0:
            return .readCoils(address: address, count: .random(in: 1...2_000, using: &generator))
        case 1:
            return .readDiscreteInputs(
                address: address, count: .random(in: 1...2_000, using: &generator))
        case 2:
            return .readHoldingRegisters(
                address: address, count: .random(in: 1...125, using: &generator))
        case 3:
            return .readInputRegisters(
                address: address, count: .random(in: 1...125, using: &generator))
        case 4: return .writeCoil(address: address, value: word > 30_000)
        case 5: return .writeRegister(address: address, value: word)
        case 6: return .diagnostics(subfunction: 0, bytes: [UInt8(word & 0xFF), 1])
        case 7: return .writeCoils(address: address, values: words(1_968).map { $0 > 30_000 })
        case 8: return .writeRegisters(address: address, values: words(123))
        case 9: return .reportServerID
        case 10: return .maskWriteRegister(address: address, and: word, or: ~word)
        case 11:
            return .readWriteRegisters(
                readAddress: address, readCount: .random(in: 1...125, using: &generator),
                writeAddress: address, values: words(121))
        default: return .readDeviceIdentification(category: 1 + UInt8(word % 4), objectID: 0)
        }
    }

    private static func response(
        to request: ModbusRequest, _ generator: inout SeededGenerator
    ) -> ModbusResponse {
        if Int.random(in: 0..<10, using: &generator) == 0 { return .exception(.busy) }
        func words(_ count: Int) -> [UInt16] {
            (0..<count).map { _ in UInt16.random(in: 0...65_535, using: &generator) }
        }
        switch request {
        case .readCoils(_, let count), .readDiscreteInputs(_, let count):
            return .bits(words(count).map { $0 > 30_000 })
        case .readHoldingRegisters(_, let count), .readInputRegisters(_, let count),
            .readWriteRegisters(_, let count, _, _):
            return .registers(words(count))
        case .diagnostics(let subfunction, let bytes):
            return .diagnostics(subfunction: subfunction, bytes: bytes)
        case .reportServerID: return .serverID(words(20).map { UInt8($0 & 0xFF) })
        case .readDeviceIdentification:
            let items = (0..<5).map { id in
                ModbusDeviceIdentification.Item(
                    id: UInt8(id), bytes: words(id).map { UInt8($0 & 0xFF) })
            }
            return .deviceIdentification(
                ModbusDeviceIdentification(conformity: 0x82, next: 9, items: items))
        default: return .written
        }
    }
}
