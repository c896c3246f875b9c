// S7 communication: recorded conversations, addresses, values, plans and the session.

import Testing
import Wire

@Suite("S7 communication")
struct S7Tests {
    struct Chunk {
        let isFromClient: Bool
        let bytes: [UInt8]
    }

    static func chunks() throws -> [Chunk] {
        let file = try ReferenceFiles.json("wire-transcripts/s7comm-snap7.json")
        return try #require(file["chunks"] as? [[String: Any]]).map {
            Chunk(
                isFromClient: $0["dir"] as? String == "c2s",
                bytes: hex(try #require($0["hex"] as? String)))
        }
    }

    static func message(_ frame: [UInt8]) throws -> [UInt8] {
        var deframer = S7Deframer()
        deframer.append(frame)
        guard case .message(let message) = try deframer.next() else {
            throw FrameError(doing: "the test", problem: .invalid("no message"))
        }
        return message
    }

    @Test("connect, set up and read are written as the protocol page shows")
    func requests() throws {
        let connect = S7Request.connect(S7Route(slot: 2))
        #expect(
            try connect.encoded(reference: 0)
                == hex("03000016 11E0 0000 0001 00 C0010A C1020100 C2020102"))
        #expect(
            try S7Request.setUp(pduBytes: 480).encoded(reference: 0)
                == hex("0300001902F080 32 01 0000 0000 0008 0000 F0 00 0001 0001 01E0"))
        let read = S7Request.read([S7Range(.block, block: 1, offset: 0, count: 4)])
        #expect(
            try read.encoded(reference: 1)
                == hex(
                    "0300001F02F080 32 01 0000 0001 000E 0000 04 01 120A1002 0004 0001 84 000000"))
    }

    @Test("requests are those of the recorded client, byte by byte", ReferenceFiles.needed)
    func recordedRequests() throws {
        let chunks = try Self.chunks()
        let all: [(Int, S7Request, UInt16)] = [
            (2, .setUp(pduBytes: 480), 1),
            (4, .read([S7Range(.block, block: 1, offset: 0, count: 64)]), 2),
            (10, .read([S7Range(.block, block: 1, offset: 4, count: 2)]), 5),
            (14, .read([S7Range(.block, block: 1, offset: 60, count: 16)]), 7),
        ]
        for (index, request, reference) in all {
            #expect(try request.encoded(reference: reference) == chunks[index].bytes)
        }
        // The reserved bytes of the parameters apart, which the recorded client sets otherwise.
        let identify = try S7Request.identify(.componentIdentification).encoded(reference: 9)
        #expect(identify.prefix(17) == chunks[18].bytes.prefix(17))
        #expect(identify.suffix(8) == chunks[18].bytes.suffix(8))
    }

    @Test("recorded answers give the bytes, and errors in words", ReferenceFiles.needed)
    func recordedAnswers() throws {
        let chunks = try Self.chunks()
        #expect(
            try S7Answer.decode(Self.message(chunks[3].bytes), for: .setUp(pduBytes: 480))
                == .setUp(pduBytes: 480))
        let whole = S7Request.read([S7Range(.block, block: 1, offset: 0, count: 64)])
        guard
            case .items(let items) = try S7Answer.decode(
                Self.message(chunks[5].bytes), for: whole), case .data(let bytes) = items.first
        else {
            Issue.record("no data")
            return
        }
        let expected: [(String, S7Value)] = [
            ("DB1.DBD0:REAL", .number(74.5)),
            ("DB1.DBB11", .unsigned(0)),
            ("DB1.DBD6:DINT", .integer(123_456_789)), ("DB1.DBX10.0", .bool(true)),
            ("DB1.DBX10.1", .bool(false)), ("DB1.DBX10.2", .bool(true)),
            ("DB1.DBW12", .unsigned(65_535)), ("DB1.DBB14:STRING[10]", .text("MILL")),
            ("DB1.DBB28:LREAL", .number(Double.pi)),
        ]
        for (text, value) in expected {
            let address = try S7Address(text)
            #expect(
                try address.type.decode(Array(bytes[address.offset...]), bit: address.bit) == value)
        }
        #expect(try S7Type.int.decode(Array(bytes[4...])) == .integer(-1_234))
        let missing = S7Request.read([S7Range(.block, block: 99, offset: 0, count: 4)])
        #expect(
            try S7Answer.decode(Self.message(chunks[13].bytes), for: missing)
                == .items([.refused(.objectMissing)]))
        let past = S7Request.read([S7Range(.block, block: 1, offset: 60, count: 16)])
        #expect(
            try S7Answer.decode(Self.message(chunks[15].bytes), for: past)
                == .items([.refused(.addressOutOfRange)]))
        guard
            case .identification(let told) = try S7Answer.decode(
                Self.message(chunks[19].bytes), for: .identify(.componentIdentification))
        else {
            Issue.record("no identification")
            return
        }
        #expect(told.moduleType == "CPU 315-2 PN/DP" && told.systemName == "SNAP7-SERVER")
        #expect(told.serialNumber == "S C-C2UR28922012" && told.orderNumber == nil)
    }

    @Test("codes are words that say what to do")
    func words() {
        #expect(S7ItemCode(code: 3).description.contains("PUT/GET"))
        #expect(S7ItemCode(code: 0x0A).description.hasPrefix("item code 0x0A: the block does not"))
        #expect(S7Refusal(code: 0x8104).description.hasPrefix("error 0x8104: "))
        for code in UInt8.min...UInt8.max { #expect(!S7ItemCode(code: code).meaning.isEmpty) }
    }

    @Test(
        "addresses are read as people write them",
        arguments: [
            ("DB1.DBD4:REAL", "DB1.DBD4:REAL"), ("db10.dbx0.3", "DB10.DBX0.3"),
            ("%M10.0", "M10.0"), ("IW2", "IW2:WORD"), ("EW2:INT", "IW2:INT"), ("T5", "T5"),
            ("C1", "C1"), ("Z1", "C1"), ("AB0", "QB0:BYTE"), ("MD20:DINT", "MD20:DINT"),
            ("DB1.DBB14:STRING[10]", "DB1.DBB14:STRING[10]"),
            ("DB1.DBX28.0:LREAL", "DB1.DBB28:LREAL"),
            ("DB1.DBB0:DT", "DB1.DBB0:DATE_AND_TIME"),
            ("DB65535.DBW65534", "DB65535.DBW65534:WORD"),
        ])
    func addresses(_ text: String, _ canonical: String) throws {
        let address = try S7Address(text)
        #expect(address.description == canonical)
        #expect(try S7Address(canonical) == address)
    }

    @Test(
        "what is no address is refused in words",
        arguments: [
            "", ":", "DB", "DB1", "DB0.DBW0", "DB1.W0", "DB1.DB0", "DB70000.DBW0", "DB1.DBX0.8",
            "DB1.DBX0", "DB1.DBW0.1", "M10", "MW", "MW-1", "MW99999999", "X1.0", "T", "T5:INT",
            "DB1.DBW0:REAL", "DB1.DBD0:LREAL", "DB1.DBB0:BOOL", "DB1.DBX0.1:REAL", "MB0:STRING[0]",
            "MB0:STRING[255]", "MB0:STRING[+1]", "MW0:FLOAT", "DB1.DBB70000", "MB0:TIMER", "ÄB1",
        ])
    func badAddresses(_ text: String) {
        #expect {
            try S7Address(text)
        } throws: {
            "\($0)".hasPrefix("address \"\(text)\": ")
        }
    }

    @Test("BCD, dates and texts are read, and refused when they are none")
    func values() throws {
        #expect(try S7Type.s5time.decode(hex("1123")) == .milliseconds(12_300))
        #expect(try S7Type.timer.decode(hex("2045")) == .milliseconds(45_000))
        #expect(try S7Type.s5time.decode(hex("3999")) == .milliseconds(9_990_000))
        #expect(try S7Type.counter.decode(hex("0127")) == .unsigned(127))
        #expect(
            try S7Type.dateAndTime.decode(hex("2601010000001235"))
                == .localTime(1_767_225_600_123_000_000))
        #expect(
            try S7Type.dateAndTime.decode(hex("9002282359599990"))
                == .localTime(636_249_599_999_000_000))
        #expect(
            try S7Type.dtl.decode(hex("07EA 01 01 05 00 00 00 00000007"))
                == .localTime(1_767_225_600_000_000_007))
        #expect(
            try S7Type.dtl.decode(hex("07D0 02 1D 01 17 3B 3B 00000000"))
                == .localTime(951_868_799_000_000_000))
        #expect(try S7Type.time.decode(hex("FFFFFA24")) == .milliseconds(-1_500))
        #expect(try S7Type.sint.decode([0xF9]) == .integer(-7))
        #expect(try S7Type.string(4).decode(hex("0402 4D DC 0000")) == .text("MÜ"))
        let bad: [(S7Type, String)] = [
            (.s5time, "0A00"), (.counter, "00F0"), (.real, "7F800000"),
            (.lreal, "7FF8000000000000"),
            (.string(4), "0405 41414141"), (.string(4), "FF05 41414141"), (.int, "00"),
            (.dateAndTime, "2613010000001235"), (.dateAndTime, "2602300000001235"),
            (.dateAndTime, "26010124000012F5"), (.dtl, "0000 00 00 00 00 00 00 00000000"),
            (.dtl, "07EA 01 01 05 00 00 00 FFFFFFFF"),
        ]
        for (type, text) in bad {
            #expect(throws: FrameError.self) { try type.decode(hex(text)) }
        }
    }

    @Test("neighbours are joined, requests stay within items and bytes, every value is there once")
    func plans() throws {
        let texts = [
            "DB1.DBD4:REAL", "DB1.DBD0", "DB1.DBX8.3", "M10.0", "M10.7", "T5", "T6", "DB2.DBW0",
        ]
        let addresses = try texts.map { try S7Address($0) }
        let plan = try S7Plan(addresses, limits: S7Plan.Limits(pduBytes: 240))
        #expect(plan.requests.count == 1)
        #expect(
            plan.requests[0].map(\.range) == [
                S7Range(.timer, offset: 5, count: 2), S7Range(.memory, offset: 10, count: 1),
                S7Range(.block, block: 1, offset: 0, count: 9),
                S7Range(.block, block: 2, offset: 0, count: 2),
            ])
        var generator = SeededGenerator(seed: 17)
        for _ in 0..<300 {
            let size = Int.random(in: 64...960, using: &generator)
            let gap = Int.random(in: 0...20, using: &generator)
            let limits = S7Plan.Limits(
                pduBytes: size, maxGap: gap, isJoining: Bool.random(using: &generator))
            let many = try (0..<Int.random(in: 0...120, using: &generator)).map { _ in
                let offset = Int.random(in: 0...2_000, using: &generator)
                let block = Int.random(in: 1...3, using: &generator)
                return try S7Address(
                    [
                        "DB\(block).DBD\(offset):REAL", "DB\(block).DBX\(offset).5", "MW\(offset)",
                        "DB\(block).DBB\(offset):STRING[30]", "T\(offset)",
                    ][
                        Int.random(in: 0..<5, using: &generator)])
            }
            let plan = try S7Plan(many, limits: limits)
            var seen: [Int] = []
            for request in plan.requests {
                let frame = try S7Request.read(request.map(\.range)).encoded(reference: 1)
                #expect(frame.count - 7 <= size && request.count <= 20)
                var answer = 14
                for item in request {
                    answer += 4 + (item.range.byteCount + 1) / 2 * 2
                    for slice in item.slices {
                        seen.append(slice.address)
                        let address = many[slice.address]
                        #expect(slice.offset + address.type.byteCount <= item.range.byteCount)
                        #expect(
                            item.range.area == address.area && item.range.block == address.block)
                    }
                }
                #expect(answer <= size)
            }
            #expect(seen.sorted() == Array(many.indices))
        }
        #expect(throws: S7Plan.Fault.self) {
            try S7Plan([S7Address("MB0:STRING[254]")], limits: S7Plan.Limits(pduBytes: 240))
        }
    }

    /// A session that is ready, with messages of 240 bytes.
    static func ready() throws -> S7Session {
        var session = S7Session(S7SessionSettings(route: S7Route(slot: 1)))
        _ = session.step(.connected, now: 0)
        _ = session.step(.received(hex("0300001611d00001000100c0010ac1020100c2020101")), now: 1)
        let effects = session.step(
            .received(hex("0300001b02f080320300000002000800000000f0000001000100f0")), now: 2)
        #expect(effects == [.ready(pduBytes: 240)])
        return session
    }

    @Test("a session follows the recorded conversation, cut anywhere", ReferenceFiles.needed)
    func session() throws {
        let chunks = try Self.chunks()
        for size in [1, 3, 7, 1_000] {
            var session = S7Session(S7SessionSettings(route: S7Route(slot: 1)))
            var effects = session.step(.connected, now: 0)
            func feed(_ index: Int, reference: UInt16) {
                var bytes = chunks[index].bytes
                if index > 1 {
                    bytes[11] = UInt8(reference >> 8)
                    bytes[12] = UInt8(truncatingIfNeeded: reference)
                }
                var rest = bytes[...]
                effects = []
                while !rest.isEmpty {
                    effects += session.step(.received(Array(rest.prefix(size))), now: 1)
                    rest = rest.dropFirst(size)
                }
            }
            #expect(effects.count == 1 && session.phase == .connecting)
            feed(1, reference: 0)
            #expect(session.phase == .settingUp && effects.count == 1)
            feed(3, reference: 2)
            #expect(effects == [.ready(pduBytes: 480)])
            let range = S7Range(.block, block: 1, offset: 0, count: 4)
            #expect(session.step(.read([range], id: 7), now: 2).count == 1)
            #expect(session.step(.read([range], id: 8), now: 2).isEmpty)
            feed(7, reference: 3)
            #expect(effects.first == .answered(id: 7, [.data(hex("42950000"))]))
            #expect(effects.count == 2)
            feed(13, reference: 4)
            #expect(effects == [.answered(id: 8, [.refused(.objectMissing)])])
            #expect(session.deadline == nil)
        }
    }

    @Test("identification takes what the controller tells and passes over what it refuses")
    func identify() throws {
        var session = try Self.ready()
        _ = session.step(.identify(id: 4), now: 3)
        let refused = session.step(
            .received(
                hex("0300 0021 02F080 3207 0000 0003 000C 0004 000112 08 12 84 01 00 0000 D401")
                    + hex("0A000000")), now: 4)
        #expect(refused.count == 1)
        let record = hex("0007") + Array("6ES7 315-2EH14-0AB0 ".utf8) + hex("0000 5603 0302")
        let list = hex("0011 0000 001C 0002") + hex("0001") + record[2...] + record
        var body = hex("3207 0000 0004 000C") + [0, UInt8(list.count + 4)]
        body += hex("000112 08 12 84 01 00 0000 0000 FF09") + [0, UInt8(list.count)] + list
        let effects = session.step(
            .received([3, 0, 0, UInt8(body.count + 7), 2, 0xF0, 0x80] + body), now: 5)
        guard case .identified(4, let told) = effects.first else {
            Issue.record("not identified: \(effects)")
            return
        }
        #expect(told.orderNumber == "6ES7 315-2EH14-0AB0" && told.firmware == "3.3.2")
        #expect(told.moduleType == nil)
    }

    @Test("silence, refusals and foreign answers end the session with their reason")
    func ends() throws {
        var silent = S7Session(S7SessionSettings(route: S7Route(slot: 1)))
        _ = silent.step(.connected, now: 0)
        #expect(silent.step(.tick, now: 4_999_999_999).isEmpty)
        #expect(
            silent.step(.tick, now: 5_000_000_000)
                == [.close(.timedOut(awaiting: "the answer to connect"))])
        var refused = S7Session(S7SessionSettings(route: S7Route(slot: 9)))
        _ = refused.step(.connected, now: 0)
        #expect(
            refused.step(.received(hex("0300000B 06 80 0000 0000 03")), now: 1)
                == [.close(.refusedConnection(reason: 3))])
        var foreign = try Self.ready()
        _ = foreign.step(.read([S7Range(.memory, offset: 0, count: 2)], id: 1), now: 3)
        let effects = foreign.step(
            .received(hex("0300001B02F0803203000000FF0002000600000401FF0400100001")), now: 4)
        guard case .close(.malformed) = effects.first else {
            Issue.record("not closed")
            return
        }
        #expect(
            foreign.step(.disconnected, now: 5).contains(.rejected(id: 1, "the connection is lost"))
        )
    }

    @Test("a read that is too long or out of range is rejected before it is sent")
    func rejected() throws {
        var session = try Self.ready()
        for ranges in [
            [], [S7Range(.memory, offset: 0, count: 223)], [S7Range(.memory, offset: -1, count: 2)],
            [S7Range(.memory, offset: .max, count: .max)],
            Array(repeating: S7Range(.memory, offset: 0, count: 1), count: 21),
        ] {
            let effects = session.step(.read(ranges, id: 5), now: 3)
            guard case .rejected(5, _) = effects.first, effects.count == 1 else {
                Issue.record("not rejected: \(ranges)")
                return
            }
        }
        #expect(
            session.step(.read([S7Range(.memory, offset: 0, count: 222)], id: 6), now: 3).count == 1
        )
    }

    @Test("a message in several units is put together")
    func fragments() throws {
        let whole = try Self.message(hex("0300001602f0803203000000020002000100000501ff"))
        var deframer = S7Deframer()
        deframer.append(hex("0300000B 02F000") + whole[..<4])
        deframer.append(hex("03000012 02F080") + whole[4...])
        #expect(throws: Never.self) {
            let unit = try deframer.next()
            #expect(unit == .message(whole))
        }
    }

    @Test(
        "answers cut at any byte, with lengths put right, are refused and never trap",
        ReferenceFiles.needed)
    func cut() throws {
        for (index, chunk) in try Self.chunks().enumerated() where !chunk.isFromClient && index > 1
        {
            guard let message = try? Self.message(chunk.bytes) else { continue }
            let requests: [S7Request] = [
                .setUp(pduBytes: 480), .identify(.componentIdentification),
                .read([S7Range(.block, block: 1, offset: 0, count: 64)]),
            ]
            for count in 0..<message.count {
                for request in requests {
                    #expect(throws: FrameError.self) {
                        try S7Answer.decode(Array(message[..<count]), for: request)
                    }
                }
                var frame = Array(chunk.bytes[..<(7 + count)])
                if frame.count >= 8 {
                    frame[2] = UInt8(frame.count >> 8)
                    frame[3] = UInt8(frame.count & 0xFF)
                }
                var session = try Self.ready()
                _ = session.step(.identify(id: 1), now: 2)
                _ = session.step(.received(frame), now: 3)
            }
        }
    }
}
