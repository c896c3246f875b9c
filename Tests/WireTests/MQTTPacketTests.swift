// MQTT packets: bytes of the standard, round trips of both versions, splitting, topics.

import Testing
import Wire

@Suite("MQTT packets")
struct MQTTPacketTests {
    static func decode(_ bytes: [UInt8], _ version: MQTTVersion) throws -> MQTTPacket {
        var deframer = MQTTDeframer()
        deframer.append(bytes)
        let raw = try #require(try deframer.next())
        #expect(deframer.pendingBytes == 0)
        return try MQTTPacket.decode(raw, version: version)
    }

    @Test(
        "packets of 3.1.1 have the bytes of the standard",
        arguments: [
            (
                MQTTPacket.connect(
                    MQTTConnect(
                        version: .v311, clientID: "a", cleanStart: true, keepAliveSeconds: 60)),
                "10 0d 0004 4d515454 04 02 003c 0001 61"
            ),
            (.connectAcknowledgement(.init(sessionPresent: true, code: 0)), "20 02 01 00"),
            (.publish(.init(.init(topic: "a/b", payload: [1, 2]))), "30 07 0003 612f62 01 02"),
            (
                .publish(
                    .init(
                        .init(topic: "a", payload: [], qos: .atLeastOnce, isRetained: true),
                        packetID: 10, isDuplicate: true)), "3b 05 0001 61 000a"
            ),
            (.publishAcknowledged(.init(packetID: 10)), "40 02 000a"),
            (.publishRelease(.init(packetID: 1)), "62 02 0001"),
            (
                .subscribe(
                    .init(packetID: 3, subscriptions: [.init(filter: "a/+", qos: .exactlyOnce)])),
                "82 08 0003 0003 612f2b 02"
            ),
            (.subscribeAcknowledgement(.init(packetID: 3, codes: [2, 0x80])), "90 04 0003 02 80"),
            (.unsubscribe(.init(packetID: 4, filters: ["#"])), "a2 05 0004 0001 23"),
            (.unsubscribeAcknowledgement(.init(packetID: 4, codes: [])), "b0 02 0004"),
            (.pingRequest, "c0 00"), (.pingResponse, "d0 00"), (.disconnect(.init()), "e0 00"),
        ])
    func standardBytes(_ packet: MQTTPacket, _ bytes: String) throws {
        #expect(try packet.encoded(.v311) == hex(bytes))
        #expect(try Self.decode(hex(bytes), .v311) == packet)
    }

    @Test("a packet of version 5 carries its properties")
    func propertyBytes() throws {
        let packet = MQTTPacket.publish(
            .init(
                .init(
                    topic: "t", payload: [9],
                    properties: [
                        .init(.messageExpiry, .number(300)), .init(.userProperty, .pair("k", "v")),
                        .init(.subscriptionIdentifier, .number(200)),
                    ])))
        let bytes = hex("30 14 0001 74 0f 02 0000012c 26 0001 6b 0001 76 0b c801 09")
        #expect(try packet.encoded(.v5) == bytes)
        #expect(try Self.decode(bytes, .v5) == packet)
    }

    @Test("any packet decodes to what was encoded", arguments: MQTTVersion.allCases)
    func roundTrips(_ version: MQTTVersion) throws {
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<2_000 {
            let packet = MQTTSamples.packet(version, &generator)
            #expect(try Self.decode(try packet.encoded(version), version) == packet)
        }
    }

    @Test("any splitting of a stream gives the same packets", arguments: MQTTVersion.allCases)
    func splitting(_ version: MQTTVersion) throws {
        var generator = SeededGenerator(seed: 37)
        let packets = (0..<150).map { _ in MQTTSamples.packet(version, &generator) }
        let stream = try packets.flatMap { try $0.encoded(version) }
        for largest in [1, 3, 50, 10_000] {
            var deframer = MQTTDeframer()
            var found: [MQTTPacket] = []
            var rest = stream[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...largest, using: &generator))
                rest = rest.dropFirst(piece.count)
                deframer.append(Array(piece))
                while let raw = try deframer.next() {
                    found.append(try MQTTPacket.decode(raw, version: version))
                }
            }
            #expect(found == packets)
        }
    }

    @Test("a packet over the limit is refused from its header, before its body comes")
    func tooLarge() throws {
        var deframer = MQTTDeframer()
        deframer.append(hex("30 80 80 40"))
        #expect(throws: FrameError.self) { try deframer.next() }
        var small = MQTTDeframer(maximumBytes: 1 << 20)
        small.append(hex("30 fc ff 3f"))
        #expect(try small.next() == nil)
        var endless = MQTTDeframer()
        endless.append(hex("30 ff ff ff ff"))
        #expect(throws: FrameError.self) { try endless.next() }
    }

    @Test(
        "malformed packets are refused",
        arguments: [
            (MQTTVersion.v311, "31 03 0001 23"), (.v311, "36 05 0001 61 0001"),
            (.v311, "32 05 0001 61 0000"), (.v311, "38 03 0001 61"),
            (.v311, "80 06 0001 0001 61 00"),
            (.v311, "82 02 0001"), (.v311, "82 06 0001 0001 61 03"),
            (.v311, "82 07 0001 0002 2361 00"),
            (.v311, "20 02 02 00"), (.v311, "20 03 00 00 00"), (.v311, "c0 01 00"),
            (.v311, "f0 00"), (.v311, "30 02 0005"), (.v311, "30 03 0001 ff"),
            (.v311, "30 04 0002 6100"), (.v311, "10 0d 0004 4d515454 04 03 003c 0001 61"),
            (.v311, "10 0d 0004 4d515454 06 02 003c 0001 61"), (.v5, "30 04 0001 61 01"),
            (.v5, "30 06 0001 61 02 23 00"), (.v5, "30 06 0001 61 02 11 00"),
            (.v5, "20 0a 00 00 07 21 0001 21 0001 00"), (.v5, "30 04 0000 00 61"),
            (.v5, "20 05 00 00 02 25 02"), (.v5, "30 05 0001 61 80 00"),
        ])
    func malformed(_ version: MQTTVersion, _ bytes: String) {
        #expect(throws: FrameError.self) { try Self.decode(hex(bytes), version) }
    }

    @Test("what cannot be sent is refused when encoding")
    func unsendable() {
        let packets: [(MQTTPacket, MQTTVersion)] = [
            (.publish(.init(.init(topic: "a/#", payload: []))), .v5),
            (.publish(.init(.init(topic: "", payload: []))), .v5),
            (.publish(.init(.init(topic: "a", payload: [], qos: .atLeastOnce))), .v5),
            (.subscribe(.init(packetID: 1, subscriptions: [])), .v5),
            (
                .subscribe(
                    .init(packetID: 1, subscriptions: [.init(filter: "a#", qos: .atMostOnce)])), .v5
            ),
            (.publishAcknowledged(.init(packetID: 0)), .v5),
            (
                .publish(
                    .init(
                        .init(
                            topic: "a", payload: [],
                            properties: [.init(.receiveMaximum, .number(1))]))), .v5
            ),
            (
                .connect(
                    .init(version: .v311, clientID: "", cleanStart: false, keepAliveSeconds: 0)),
                .v311
            ),
        ]
        for (packet, version) in packets {
            #expect(throws: FrameError.self, "\(packet)") { try packet.encoded(version) }
        }
    }

    @Test(
        "topics are covered by filters as the standard says",
        arguments: [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
            ("sport/#", "sport", true), ("#", "a/b", true),
            ("sport/tennis/+", "sport/tennis/a", true),
            ("sport/tennis/+", "sport/tennis/a/b", false), ("sport/+", "sport", false),
            ("sport/+", "sport/", true), ("+/+", "/finance", true), ("/+", "/finance", true),
            ("+", "/finance", false), ("#", "$SYS/a", false), ("+/monitor", "$SYS/monitor", false),
            ("$SYS/#", "$SYS/a", true), ("a/b", "a/B", false), ("$share/g/a/+", "a/b", true),
            ("a/+/c", "a//c", true), ("a", "a/", false),
        ])
    func matching(_ filter: String, _ topic: String, _ isCovered: Bool) {
        #expect(MQTTTopic.isValidFilter(filter))
        #expect(MQTTTopic.matches(filter, topic) == isCovered)
    }

    @Test(
        "filters with misplaced wildcards are not valid",
        arguments: [
            "", "a#", "#/a", "a/#/b", "a+", "+a/b", "$share/g", "$share/+/a", "$share//a", "a\0",
        ])
    func invalidFilters(_ filter: String) {
        #expect(!MQTTTopic.isValidFilter(filter))
        #expect(!MQTTTopic.isValidName("a/+") && !MQTTTopic.isValidName(""))
    }
}

/// Random packets in the form in which they are decoded.
enum MQTTSamples {
    static func word(_ generator: inout SeededGenerator) -> String {
        let letters = Array("abé/x😀 0")
        return String(
            (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &generator)]
            })
    }

    static func properties(
        _ ids: [MQTTProperty.ID], _ version: MQTTVersion, _ generator: inout SeededGenerator
    ) -> MQTTProperties {
        guard version == .v5 else { return [] }
        var properties: MQTTProperties = []
        for id in ids where Bool.random(using: &generator) {
            let value: MQTTProperty.Value =
                switch id {
                case .userProperty: .pair(word(&generator), word(&generator))
                case .correlation, .authenticationData: .bytes([1, 2, 3])
                case .contentType, .responseTopic, .reasonString, .assignedClientID,
                    .authenticationMethod, .serverReference:
                    .text(word(&generator))
                default: .number(1)
                }
            properties.items.append(.init(id, value))
        }
        return properties
    }

    static func message(
        _ version: MQTTVersion, _ generator: inout SeededGenerator
    ) -> MQTTMessage {
        MQTTMessage(
            topic: word(&generator),
            payload: (0..<Int.random(in: 0...300, using: &generator)).map { UInt8($0 & 0xFF) },
            qos: MQTTQoS.allCases[Int.random(in: 0..<3, using: &generator)],
            isRetained: Bool.random(using: &generator),
            properties: properties(
                [.payloadFormat, .messageExpiry, .contentType, .correlation, .userProperty],
                version, &generator))
    }

    private static func connect(
        _ version: MQTTVersion, _ number: UInt16, _ generator: inout SeededGenerator
    ) -> MQTTPacket {
        let hasName = Bool.random(using: &generator)
        return .connect(
            MQTTConnect(
                version: version, clientID: word(&generator), cleanStart: number > 30_000,
                keepAliveSeconds: number, username: hasName ? word(&generator) : nil,
                password: hasName && number > 9_999 ? [0, 1, 255] : nil,
                will: number % 3 == 0 ? MQTTWill(message(version, &generator)) : nil,
                properties: properties(
                    [.sessionExpiry, .receiveMaximum, .maximumPacketSize], version, &generator)))
    }

    static func packet(
        _ version: MQTTVersion, _ generator: inout SeededGenerator
    ) -> MQTTPacket {
        let id = UInt16.random(in: 1...65_535, using: &generator)
        let answer = MQTTAcknowledgement(
            packetID: id, reason: version == .v5 && id > 30_000 ? 0x80 : 0,
            properties: properties([.reasonString, .userProperty], version, &generator))
        switch Int.random(in: 0..<15, using: &generator) {
        case 0: return connect(version, id, &generator)
        case 1:
            return .connectAcknowledgement(
                .init(
                    sessionPresent: id > 30_000, code: 0,
                    properties: properties(
                        [.assignedClientID, .serverKeepAlive, .maximumQoS], version, &generator)))
        case 2, 3:
            let message = message(version, &generator)
            let hasID = message.qos != .atMostOnce
            return .publish(
                .init(message, packetID: hasID ? id : 0, isDuplicate: hasID && id > 30_000))
        case 4: return .publishAcknowledged(answer)
        case 5: return .publishReceived(answer)
        case 6: return .publishRelease(answer)
        case 7: return .publishComplete(answer)
        case 8:
            return .subscribe(
                .init(
                    packetID: id,
                    subscriptions: [
                        .init(filter: word(&generator) + "/+/#", qos: .atLeastOnce),
                        .init(
                            filter: "+", qos: .exactlyOnce, excludesOwn: version == .v5,
                            keepsRetainFlag: version == .v5, retainHandling: version == .v5 ? 2 : 0),
                    ],
                    properties: properties([.subscriptionIdentifier], version, &generator)))
        case 9: return .subscribeAcknowledgement(.init(packetID: id, codes: [0, 1, 2, 0x80]))
        case 10: return .unsubscribe(.init(packetID: id, filters: ["a", word(&generator)]))
        case 11:
            return .unsubscribeAcknowledgement(
                .init(packetID: id, codes: version == .v5 ? [0, 0x11] : []))
        case 12: return id > 30_000 ? .pingRequest : .pingResponse
        case 13 where version == .v5:
            return .authenticate(
                .init(
                    reason: 0x18,
                    properties: properties(
                        [.authenticationMethod, .authenticationData], version, &generator)))
        default:
            return .disconnect(
                .init(
                    reason: version == .v5 ? 4 : 0,
                    properties: properties([.serverReference], version, &generator)))
        }
    }
}
