// Recorded conversations: all frames decode, and the requests that we build have the same bytes.

import Testing

@testable import Wire

/// One recorded message without security.
struct RecordedMessage {
    var isFromClient: Bool
    var kind: OPCUAChunk.Kind
    var chunk: OPCUAChunk
    var opened: OPCUAOpenedChunk?
}

enum OPCUATranscript {
    static func messages() throws -> [RecordedMessage] {
        let json = try ReferenceFiles.json("wire-transcripts/opcua-asyncua.json")
        let chunks = try #require(json["chunks"] as? [[String: Any]])
        var deframers = [OPCUADeframer(), OPCUADeframer()]
        var messages: [RecordedMessage] = []
        for entry in chunks {
            let isFromClient = entry["dir"] as? String == "c2s"
            let side = isFromClient ? 0 : 1
            deframers[side].append(hex(try #require(entry["hex"] as? String)))
            while let chunk = try deframers[side].next() {
                messages.append(try message(chunk, isFromClient: isFromClient))
            }
        }
        #expect(deframers.allSatisfy { $0.pendingBytes == 0 })
        return messages
    }

    private static func message(
        _ chunk: OPCUAChunk, isFromClient: Bool
    ) throws -> RecordedMessage {
        var opened: OPCUAOpenedChunk?
        switch chunk.kind {
        case .open:
            opened = try OPCUAAsymmetricSecurity(policy: .none, peer: nil, cryptography: nil)
                .open(chunk)
        case .message, .close:
            opened = try OPCUASymmetricSecurity(mode: .none, keys: nil, cryptography: nil)
                .open(chunk)
        default: break
        }
        return RecordedMessage(
            isFromClient: isFromClient, kind: chunk.kind, chunk: chunk, opened: opened)
    }

    /// The number of the request's encoding and its header.
    static func header(_ body: [UInt8]) throws -> (UInt32, OPCUARequestHeader) {
        var reader = OPCUAReader(body, doing: "reading a request")
        let number: UInt32 =
            if case .numeric(let number) = try reader.nodeID().identifier { number } else { 0 }
        let authentication = try reader.nodeID()
        let time = try reader.dateTime()
        let handle = try reader.uint32()
        _ = try reader.uint32()
        _ = try reader.string()
        return (
            number,
            OPCUARequestHeader(
                authentication: authentication, time: time, handle: handle,
                timeoutMilliseconds: try reader.uint32())
        )
    }
}

@Suite("OPC UA recorded by a peer", ReferenceFiles.needed)
struct OPCUATranscriptTests {
    @Test("every frame decodes")
    func frames() throws {
        let messages = try OPCUATranscript.messages()
        #expect(messages.count > 30)
        for message in messages {
            guard let opened = message.opened else {
                #expect(throws: Never.self) { try OPCUAGreeting.decode(message.chunk) }
                continue
            }
            if message.isFromClient {
                #expect(throws: Never.self) { try OPCUATranscript.header(opened.body) }
            } else {
                let answer = try OPCUAAnswer.decode(opened.body)
                #expect(answer.status.isGood)
                if answer.response == .other(676) { continue }  // Of a Write by the peer.
                #expect(answer.response != .fault)
            }
        }
    }

    @Test("the values are those that the server had")
    func values() throws {
        let answers = try OPCUATranscript.messages().filter { !$0.isFromClient }
            .compactMap { try $0.opened.map { try OPCUAAnswer.decode($0.body) } }
        let reads = answers.compactMap { answer -> [OPCUADataValue]? in
            if case .read(let values) = answer.response { values } else { nil }
        }
        let expected: [OPCUAScalar] = [
            .boolean(true), .sbyte(-5), .byte(200), .int16(-1_234), .uint16(65_535), .int32(.min),
            .uint32(.max), .int64(.min), .uint64(.max), .float(0.5), .double(3.141592653589793),
            .string("Größe µm"), .dateTime(OPCUADateTime(nanoseconds: 1_709_210_096_789_000_000)),
            .byteString([0, 255, 16]),
        ]
        let first = try #require(reads.first)
        #expect(first.count == 16)
        for (value, scalar) in zip(first, expected) { #expect(value.value == .scalar(scalar)) }
        #expect(
            first[14].value
                == .array(OPCUAArray(type: 11, [.double(1), .double(-2.5), .double(.infinity)])))
        guard case .scalar(.localizedText(let text))? = first[15].value else {
            Issue.record("not a text")
            return
        }
        #expect(text.text == "Läuft")
        #expect(reads[1].first?.status?.description == "BadSensorFailure")
        let names = answers.flatMap { answer -> [String] in
            guard case .browsed(let results) = answer.response else { return [] }
            return results.flatMap(\.references).map(\.node.description)
        }
        #expect(names.count == 17 && names.first == "ns=2;s=Press.Bool")
        let changes = answers.flatMap { answer -> [OPCUAVariant?] in
            guard case .published(let published) = answer.response else { return [] }
            return published.notification.parts.flatMap { part -> [OPCUAVariant?] in
                if case .changes(let changes) = part { changes.map(\.value.value) } else { [] }
            }
        }
        #expect(
            changes == [3.141592653589793, 10, 20, 30].map { .scalar(.double($0)) })
    }

    @Test("our requests have the bytes of the peer's")
    func requests() throws {
        var compared: Set<UInt32> = []
        for message in try OPCUATranscript.messages() where message.isFromClient {
            guard let opened = message.opened else {
                guard case .hello(let sizes, let url) = try OPCUAGreeting.decode(message.chunk)
                else { continue }
                #expect(OPCUAGreeting.hello(sizes, url: url).encoded() == message.chunk.bytes)
                continue
            }
            let (number, header) = try OPCUATranscript.header(opened.body)
            guard let request = try Self.request(number, opened.body) else { continue }
            #expect(request.typeNumber == number)
            var expected = opened.body
            // The peer asked for source times alone; behind the header and the age of 8 bytes.
            if number == 631 { expected[43] = 2 }
            #expect(request.encoded(header) == expected, "\(request.name)")
            compared.insert(number)
            try checkChunk(message, opened)
        }
        #expect(compared == [446, 452, 473, 527, 631, 787, 826])
    }

    private func checkChunk(_ message: RecordedMessage, _ opened: OPCUAOpenedChunk) throws {
        let place = OPCUAChunkPlace(
            kind: message.kind, place: .final, channel: opened.channel, token: opened.token,
            sequence: opened.sequence, request: opened.request)
        let bytes =
            message.kind == .open
            ? try OPCUAAsymmetricSecurity(policy: .none, peer: nil, cryptography: nil)
                .seal(place, opened.body)
            : try OPCUASymmetricSecurity(mode: .none, keys: nil, cryptography: nil)
                .seal(place, opened.body)
        #expect(bytes == message.chunk.bytes)
    }

    /// The request that we would send in the place of the recorded one, nil for those with
    /// content that only the peer has.
    private static func request(_ number: UInt32, _ body: [UInt8]) throws -> OPCUARequest? {
        switch number {
        case 446:
            return .openSecureChannel(
                renews: false, .none, nonce: [], lifetimeMilliseconds: 3_600_000)
        case 452: return .closeSecureChannel
        case 473: return .closeSession(deletesSubscriptions: true)
        case 527, 631, 787, 826:
            var recorded = try Recorded(body)
            return try recorded.request(number)
        default: return nil
        }
    }
}

/// Reads the content of recorded requests.
private struct Recorded {
    var reader: OPCUAReader

    init(_ body: [UInt8]) throws {
        reader = OPCUAReader(body, doing: "reading a request")
        _ = try reader.nodeID()
        _ = try reader.nodeID()
        _ = try reader.uint64()
        _ = try reader.uint64()
        _ = try reader.string()
        _ = try reader.uint32()
        _ = try reader.extensionObject()
    }

    mutating func request(_ number: UInt32) throws -> OPCUARequest {
        switch number {
        case 527: return try browse()
        case 631: return try read()
        case 787:
            let interval = try reader.double()
            let life = try reader.uint32()
            let alive = try reader.uint32()
            let most = try reader.uint32()
            _ = try reader.boolean()
            return .createSubscription(
                OPCUASubscriptionParameters(
                    publishingMilliseconds: interval, lifetimeCount: life, keepAliveCount: alive,
                    maximumNotifications: most, priority: try reader.byte()))
        default:
            return .publish(
                try reader.array(of: 8) { (reader) throws(FrameError) in
                    OPCUAAcknowledgement(
                        subscription: try reader.uint32(), sequence: try reader.uint32())
                })
        }
    }

    private mutating func browse() throws -> OPCUARequest {
        _ = try reader.nodeID()
        _ = try reader.dateTime()
        _ = try reader.uint32()
        let most = try reader.uint32()
        let nodes = try reader.array(of: 10) { (reader) throws(FrameError) in
            OPCUABrowseDescription(
                node: try reader.nodeID(), direction: try reader.int32(),
                referenceType: try reader.nodeID(), includesSubtypes: try reader.boolean(),
                nodeClassMask: try reader.uint32(), resultMask: try reader.uint32())
        }
        return .browse(nodes, most: most)
    }

    private mutating func read() throws -> OPCUARequest {
        let age = try reader.double()
        _ = try reader.int32()
        let targets = try reader.array(of: 10) { (reader) throws(FrameError) in
            let target = OPCUAReadTarget(
                try reader.nodeID(), attribute: try reader.uint32(),
                indexRange: try reader.string())
            _ = try reader.qualifiedName()
            return target
        }
        return .read(targets, maximumAge: age)
    }
}
