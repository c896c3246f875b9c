// Every decoder of Wire is fed with changed seeds of the fuzz corpora and must never trap.

import Testing
import Wire

@Suite("Mutated inputs")
struct MutationTests {
    /// Inputs made from each seed.
    private static let perSeed = 250

    /// Changed seeds, the same in every run.
    private static func inputs(_ target: String) -> [[UInt8]] {
        var generator = SeededGenerator(seed: 0x4D69_6C6C)
        return ReferenceFiles.fuzzSeeds(target).flatMap { seed -> [[UInt8]] in
            [seed] + (0..<perSeed).map { _ in mutated(seed, &generator) }
        }
    }

    private static func mutated(
        _ seed: [UInt8], _ generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let byte = UInt8.random(in: 0...255, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where place < bytes.count: bytes[place] = byte
            case 1 where place < bytes.count: bytes[place] ^= 1 << (byte & 7)
            case 2: bytes.insert(byte, at: place)
            case 3: bytes = Array(bytes[..<place])
            case 4: bytes += bytes[place...]
            default:
                if place < bytes.count { bytes.remove(at: place) }
            }
        }
        return bytes
    }

    @Test("Modbus messages from both sides do not trap")
    func modbus() throws {
        var outcomes = 0
        for input in Self.inputs("modbusclient") {
            var deframer = ModbusTCPDeframer()
            deframer.append(Array(input.dropFirst()))
            while let frame = try? deframer.next() {
                let request = ModbusRequest.readHoldingRegisters(address: 10, count: 3)
                if (try? ModbusResponse.decode(frame.pdu, for: request)) != nil { outcomes += 1 }
            }
        }
        var device = ModbusServerModel(
            bank: ModbusBank(holdingRegisters: Array(repeating: 0, count: 200)))
        for input in Self.inputs("modbusserver") {
            #expect((2...ModbusLimits.pduBytes).contains(device.respond(to: input).count))
        }
        for input in Self.inputs("modbusrtu") {
            for direction in [ModbusRTU.Direction.request, .response] {
                var deframer = ModbusRTUDeframer(direction)
                deframer.append(Array(input.dropFirst()))
                while (try? deframer.next()) != nil { outcomes += 1 }
            }
        }
        #expect(outcomes > 0)
    }

    @Test("MQTT streams do not trap", arguments: MQTTVersion.allCases)
    func mqtt(_ version: MQTTVersion) throws {
        var delivered = 0
        for input in Self.inputs("mqtt") {
            var session = try MQTTSession(MQTTSessionSettings(version: version, clientID: "a"))
            _ = session.step(.connected, now: 0)
            for case .deliver(_, let token) in session.step(
                .received(Array(input.dropFirst())), now: 1)
            {
                delivered += 1
                _ = session.step(.stored(token), now: 2)
            }
            _ = session.step(.disconnected, now: 3)
        }
        #expect(delivered > 0)
    }

    @Test("line protocol, JSON and CSV do not trap")
    func texts() {
        var points = 0
        for input in Self.inputs("lineprotocol") {
            points += CollectingSink.parse(input).points.count
        }
        var numbers = 0
        for input in Self.inputs("json") {
            numbers += (try? JSONScanner.numbers(in: input).count) ?? 0
        }
        var rows = 0
        for input in Self.inputs("csv") {
            let dialect = CSVDialect.detect(input)
            var decoder = CSVText(dialect.encoding)
            var reader = CSVReader(separator: dialect.separator)
            rows += (try? reader.read(decoder.decode(input)).count) ?? 0
        }
        #expect(points > 0 && numbers > 0 && rows > 0)
    }

    @Test("Sparkplug messages do not trap a host, an edge node or the codec")
    func sparkplug() throws {
        let node = try SparkplugNode(group: "Plant", name: "Edge1")
        var payloads = 0
        for input in Self.inputs("sparkplug") {
            var host = try SparkplugHost(SparkplugHostSettings(host: "h", window: 4, metrics: 50))
            var edge = try SparkplugEdge(SparkplugEdgeSettings(node: node))
            _ = host.step(.connected, now: 0, wall: 1)
            _ = edge.step(.connected, now: 0, wall: 1)
            var now: Int64 = 0
            var rest = input[...]
            while rest.count >= 3 {
                let first = rest[rest.startIndex]
                let type = SparkplugMessageType.allCases[Int(first & 7)]
                let length = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
                let payload = Array(rest.dropFirst(3).prefix(length))
                rest = rest.dropFirst(3 + length)
                now += Int64(first >> 3) * 1_000_000_000
                let topic = SparkplugTopic.message(
                    type, node, device: type.isOfDevice ? "Press" : nil)
                let message = MQTTMessage(topic: topic.text, payload: payload)
                _ = host.step(.received(message), now: now, wall: 2)
                _ = edge.step(.received(message), now: now, wall: 2)
                guard let decoded = try? SparkplugPayload.decode(payload) else { continue }
                payloads += 1
                #expect(
                    try SparkplugPayload.decode(decoded.encoded()).encoded() == decoded.encoded())
            }
            _ = host.step(.disconnected, now: now, wall: 3)
        }
        #expect(payloads > 0)
    }

    @Test("S7 streams do not trap a session")
    func s7() {
        var answers = 0
        for input in Self.inputs("s7") {
            var session = S7Session(S7SessionSettings(route: S7Route(slot: 1)))
            _ = session.step(.connected, now: 0)
            for byte in input.dropFirst() {
                for effect in session.step(.received([byte]), now: 1) {
                    switch effect {
                    case .ready:
                        let range = S7Range(.block, block: 1, offset: 0, count: 64)
                        _ = session.step(.read([range], id: 1), now: 1)
                        _ = session.step(.identify(id: 2), now: 1)
                    case .answered, .identified: answers += 1
                    default: break
                    }
                }
            }
            _ = session.step(.disconnected, now: 2)
        }
        #expect(answers > 0)
    }

    @Test("serial lines and patterns do not trap")
    func serialText() {
        var readings = 0
        for input in Self.inputs("serialtext") {
            let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2,
                let pattern = try? SerialPattern(String(decoding: parts[0], as: UTF8.self))
            else { continue }
            var reader = SerialTextReader(SerialTextSettings(pattern: pattern))
            for case .reading in reader.read(Array(parts[1])) { readings += 1 }
        }
        #expect(readings > 0)
    }

    @Test("HTTP answers do not trap")
    func http() {
        var ends = 0
        for input in Self.inputs("http") {
            var reader = HTTPResponseReader(bodyLimit: 1_024)
            let size = 1 + Int(input.first ?? 0)
            for place in stride(from: 1, to: input.count, by: size) {
                reader.append(Array(input[place..<min(place + size, input.count)]))
                while let event = try? reader.next() { if case .end = event { ends += 1 } }
            }
            _ = try? reader.closed()
        }
        #expect(ends > 0)
    }
}
