// Messages of multicast DNS: written by hand from RFC 1035, cut, bent and put together.

import Testing

@testable import Wire

@Suite("Multicast DNS")
struct MDNSTests {
    /// `press._mqtt._tcp.local` at port 1883 of `box.local`, which is 192.168.1.47.
    private static let answer: [UInt8] = {
        var bytes: [UInt8] = [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 3]
        // PTR: _mqtt._tcp.local is press.<pointer to 12>.
        bytes += mqtt
        bytes += [0, 12, 0, 1, 0, 0, 0, 120, 0, 8, 5]
        bytes += Array("press".utf8)
        bytes += [0xC0, 12]
        // SRV of the name at 40: port 1883, box.<pointer to "local" at 23>.
        bytes += [0xC0, 40, 0, 33, 0x80, 1, 0, 0, 0, 120, 0, 12, 0, 0, 0, 0, 7, 0x5B, 3]
        bytes += Array("box".utf8)
        bytes += [0xC0, 23]
        // TXT.
        bytes += [0xC0, 40, 0, 16, 0x80, 1, 0, 0, 0, 120, 0, 6, 5]
        bytes += Array("v=1.2".utf8)
        // A of the name at 66.
        bytes += [0xC0, 66, 0, 1, 0x80, 1, 0, 0, 0, 120, 0, 4, 192, 168, 1, 47]
        return bytes
    }()

    /// `_mqtt._tcp.local`.
    private static let mqtt: [UInt8] = {
        var bytes: [UInt8] = []
        for label in ["_mqtt", "_tcp", "local"] {
            bytes.append(UInt8(label.utf8.count))
            bytes += Array(label.utf8)
        }
        return bytes + [0]
    }()

    @Test("is read with pointers and all kinds of records")
    func reads() throws {
        let message = try DNSMessage.decode(Self.answer)
        #expect(message.isAnswer)
        let instance = DNSName("press._mqtt._tcp.local")
        #expect(
            message.records.map(\.name) == [
                DNSName("_mqtt._tcp.local"), instance, instance, DNSName("box.local"),
            ])
        #expect(
            message.records.map(\.content) == [
                .pointer(instance), .service(port: 1_883, host: DNSName("box.local")),
                .texts(["v=1.2"]), .address("192.168.1.47"),
            ])
    }

    @Test("gives a service once")
    func book() throws {
        var book = ServiceBook()
        let message = try DNSMessage.decode(Self.answer)
        let found = book.note(message, from: "10.0.0.9")
        #expect(found.count == 1)
        #expect(found.first?.name == "press")
        #expect(found.first?.address == "192.168.1.47")
        #expect(found.first?.port == 1_883)
        #expect(found.first?.texts == ["v=1.2"])
        #expect(book.note(message, from: "10.0.0.9").isEmpty)
    }

    @Test("takes the sender's address where none is told, and names without regard to case")
    func sender() {
        var book = ServiceBook()
        let record = DNSRecord(
            name: DNSName("Robot.Arm._OPCUA-TCP._tcp.LOCAL"), seconds: 60,
            content: .service(port: 4_840, host: DNSName("robot.local")))
        let found = book.note(
            DNSMessage(isAnswer: true, records: [record]), from: "192.168.1.9")
        #expect(found.first?.address == "192.168.1.9")
        #expect(found.first?.name == "Robot.Arm")
        #expect(
            book.note(DNSMessage(isAnswer: false, records: [record]), from: "192.168.1.8").isEmpty)
    }

    @Test("asks for services as RFC 1035 writes it")
    func asks() throws {
        let bytes = try DNSMessage.question([DNSName("_mqtt._tcp.local")])
        let head: [UInt8] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        let tail: [UInt8] = [0, 12, 0, 1]
        #expect(bytes == head + Self.mqtt + tail)
        #expect(throws: FrameError.self) {
            try DNSMessage.question([DNSName(labels: [String(repeating: "a", count: 64)])])
        }
        #expect(try DNSMessage.decode(bytes).questions == [DNSName("_mqtt._tcp.local")])
    }

    @Test("cut at any byte is refused")
    func cut() {
        for count in 0..<Self.answer.count {
            #expect(throws: FrameError.self) { try DNSMessage.decode(Array(Self.answer[..<count])) }
        }
    }

    @Test("with pointers that lead to themselves, forward or in a circle is refused")
    func loops() {
        let head: [UInt8] = [0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for name in [[0xC0, 12], [0xC0, 14, 0xC0, 12], [1, 0x61, 0xC0, 14]] as [[UInt8]] {
            var bytes = head
            bytes += name
            bytes += [0, 12, 0, 1]
            #expect(throws: FrameError.self) { try DNSMessage.decode(bytes) }
        }
    }

    @Test("that claims more records than there are, or than are taken, is refused")
    func claims() {
        #expect(throws: FrameError.self) {
            try DNSMessage.decode([0, 0, 0x84, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0])
        }
        #expect(throws: FrameError.self) {
            try DNSMessage.decode([0, 0, 0x84, 0, 0, 0, 0, 9, 0, 0, 0, 0])
        }
        #expect(throws: FrameError.self) {
            try DNSMessage.decode([UInt8](repeating: 0, count: DNSLimits.messageBytes + 1))
        }
    }

    @Test("never traps, whatever byte is changed")
    func mutations() {
        for place in Self.answer.indices {
            for byte in [0, 1, 0x3F, 0x7F, 0xC0, 0xFF] as [UInt8] {
                var bytes = Self.answer
                bytes[place] = byte
                do {
                    let message = try DNSMessage.decode(bytes)
                    var book = ServiceBook()
                    _ = book.note(message, from: "10.0.0.1")
                    #expect(message.records.count <= DNSLimits.records)
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }
}

@Suite("The question for OPC UA endpoints")
struct OPCUAEndpointQuestionTests {
    @Test("begins with a greeting of its address")
    func greets() {
        let question = OPCUAEndpointQuestion(url: "opc.tcp://localhost:4840", wallTime: 0)
        // HEL, final, 56 bytes (domain/protocols.md).
        #expect(Array(question.begin().prefix(8)) == [0x48, 0x45, 0x4C, 0x46, 56, 0, 0, 0])
        #expect(question.begin().count == 56)
    }

    @Test("hears a refusal, and refuses what is not OPC UA")
    func refusal() throws {
        var question = OPCUAEndpointQuestion(url: "opc.tcp://h:1", wallTime: 0)
        let error = OPCUAGreeting.error(.badTimeout, reason: "full").encoded()
        let steps = try question.receive(error, now: 0)
        guard case .refused(let problem)? = steps.first else {
            Issue.record("no refusal")
            return
        }
        #expect(problem.words.contains("full"))
        var other = OPCUAEndpointQuestion(url: "opc.tcp://h:1", wallTime: 0)
        #expect(throws: FrameError.self) {
            try other.receive(Array("HTTP/1.1 400 Bad\r\n\r\n".utf8), now: 0)
        }
        var long = OPCUAEndpointQuestion(url: "opc.tcp://h:1", wallTime: 0)
        #expect(throws: FrameError.self) {
            var bytes = Array("ACKF".utf8)
            bytes += [255, 255, 255, 255]
            _ = try long.receive(bytes, now: 0)
        }
    }

    @Test("opens a channel without security once it is greeted, and only then asks")
    func opens() throws {
        var question = OPCUAEndpointQuestion(url: "opc.tcp://h:1", wallTime: 0)
        let steps = try question.receive(
            OPCUAGreeting.acknowledge(OPCUAConnectionSizes()).encoded(), now: 0)
        guard case .send(let bytes)? = steps.first else {
            Issue.record("nothing sent")
            return
        }
        #expect(Array(bytes.prefix(4)) == Array("OPNF".utf8))
        #expect(String(decoding: bytes, as: UTF8.self).contains("SecurityPolicy#None"))
        #expect(steps.count == 1)
    }
}
