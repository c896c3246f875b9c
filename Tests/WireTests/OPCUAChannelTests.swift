// The OPC UA secure channel: chunks, sequence numbers, tokens, sizes, and changed bytes.

import Testing

@testable import Wire

/// Both ends of a channel.
struct OPCUAChannelPair {
    static let policies: [(OPCUASecurityPolicy, OPCUASecurityMode)] = [
        (.none, .none), (.basic256Sha256, .sign), (.basic256Sha256, .signAndEncrypt),
        (.aes128Sha256RsaOaep, .signAndEncrypt), (.aes256Sha256RsaPss, .signAndEncrypt),
    ]
    let own = PretendCryptography(name: 5)
    let server = PretendCryptography(name: 9)
    let policy: OPCUASecurityPolicy
    let mode: OPCUASecurityMode
    var channel: OPCUASecureChannel
    var keys: [UInt32: (sending: OPCUASymmetricKeys, receiving: OPCUASymmetricKeys)] = [:]
    var sequence: UInt32 = 0

    init(_ policy: OPCUASecurityPolicy, _ mode: OPCUASecurityMode) throws {
        self.policy = policy
        self.mode = mode
        channel = OPCUASecureChannel(
            mode: mode, policy: policy, peer: policy == .none ? nil : server.certificate,
            cryptography: own)
        try renew(token: 1, now: 0)
    }

    mutating func renew(token: UInt32, now: Int64, lifetimeMilliseconds: UInt32 = 8_000) throws {
        let nonce = channel.makeNonce()
        let theirs = policy == .none ? nil : server.random(32)
        _ = try channel.open([1, 2, 3], request: token)
        try channel.accept(
            channel: 6, token: token, lifetimeMilliseconds: lifetimeMilliseconds,
            serverNonce: theirs, now: now)
        if let nonce, let theirs {
            keys[token] = (
                OPCUASymmetricKeys(secret: nonce, seed: theirs, policy, server),
                OPCUASymmetricKeys(secret: theirs, seed: nonce, policy, server)
            )
        }
    }

    /// A chunk of the server.
    mutating func chunk(
        _ body: [UInt8], _ place: OPCUAChunk.Place = .final, request: UInt32 = 3,
        token: UInt32 = 1, sequence number: UInt32? = nil
    ) throws -> OPCUAChunk {
        sequence = number ?? sequence + 1
        let bytes = try OPCUASymmetricSecurity(
            mode: mode, keys: keys[token]?.sending, cryptography: server
        ).seal(
            OPCUAChunkPlace(
                kind: .message, place: place, channel: 6, token: token, sequence: sequence,
                request: request), body)
        var deframer = OPCUADeframer()
        deframer.append(bytes)
        return try #require(try deframer.next())
    }

    /// The bodies of the client's chunks, as the server sees them.
    func opened(_ bytes: [UInt8], token: UInt32 = 1) throws -> [OPCUAOpenedChunk] {
        var deframer = OPCUADeframer()
        deframer.append(bytes)
        var chunks: [OPCUAOpenedChunk] = []
        let security = OPCUASymmetricSecurity(
            mode: mode, keys: keys[token]?.receiving, cryptography: server)
        while let chunk = try deframer.next() { chunks.append(try security.open(chunk)) }
        #expect(deframer.pendingBytes == 0)
        return chunks
    }
}

@Suite("OPC UA secure channel")
struct OPCUAChannelTests {
    @Test("messages of all sizes go through in chunks", arguments: OPCUAChannelPair.policies)
    func chunks(_ policy: OPCUASecurityPolicy, _ mode: OPCUASecurityMode) throws {
        var pair = try OPCUAChannelPair(policy, mode)
        pair.channel.sizes.receiveBytes = 8_192
        var counts: Set<Int> = []
        for size in [0, 1, 15, 16, 17, 8_100, 8_130, 8_168, 8_169, 20_000] {
            let body = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let bytes = try pair.channel.message(body, request: 7)
            let opened = try pair.opened(bytes)
            #expect(opened.flatMap(\.body) == body)
            #expect(opened.allSatisfy { $0.request == 7 && $0.channel == 6 && $0.token == 1 })
            counts.insert(opened.count)
            #expect(bytes.count <= opened.count * 8_192)
            let parts = stride(from: 0, to: max(1, size), by: 7_000).map {
                Array(body[$0..<min($0 + 7_000, size)])
            }
            for (index, part) in parts.enumerated() {
                let isLast = index == parts.count - 1
                let chunk = try pair.chunk(part, isLast ? .final : .intermediate)
                let message = try pair.channel.receive(chunk, now: 0)
                #expect(message?.content == (isLast ? .body(body) : nil))
            }
        }
        #expect(counts == [1, 2, 3] || counts == [1, 3])
    }

    @Test(
        "any changed byte of a protected chunk is noticed",
        arguments: [
            OPCUASecurityMode.sign, .signAndEncrypt,
        ])
    func changed(_ mode: OPCUASecurityMode) throws {
        let pair = try OPCUAChannelPair(.basic256Sha256, mode)
        var sender = pair
        let chunk = try sender.chunk(Array(0..<40))
        for index in 8..<chunk.bytes.count {
            var receiver = pair.channel
            var changed = chunk
            changed.bytes[index] ^= 0x11
            #expect(throws: FrameError.self) { try receiver.receive(changed, now: 0) }
        }
        for count in 8..<chunk.bytes.count {
            var receiver = pair.channel
            var cut = chunk
            cut.bytes = Array(cut.bytes[..<count])
            #expect(throws: FrameError.self) { try receiver.receive(cut, now: 0) }
        }
    }

    @Test("sequence numbers follow each other and turn once")
    func sequence() throws {
        var pair = try OPCUAChannelPair(.none, .none)
        for number: UInt32 in [70, 71] {
            _ = try pair.channel.receive(try pair.chunk([1], sequence: number), now: 0)
        }
        for number: UInt32 in [71, 73, 0, .max] {
            var copy = pair
            #expect(throws: FrameError.self) {
                try copy.channel.receive(try copy.chunk([1], sequence: number), now: 0)
            }
        }
        var turning = try OPCUAChannelPair(.none, .none)
        _ = try turning.channel.receive(
            try turning.chunk([1], sequence: .max - 1_000), now: 0)
        _ = try turning.channel.receive(try turning.chunk([1], sequence: 5), now: 0)
        _ = try turning.channel.receive(try turning.chunk([1], sequence: 6), now: 0)
    }

    @Test(
        "the old token is taken until a quarter after its life",
        arguments: [
            (OPCUASecurityPolicy.none, OPCUASecurityMode.none), (.basic256Sha256, .signAndEncrypt),
        ])
    func tokens(_ policy: OPCUASecurityPolicy, _ mode: OPCUASecurityMode) throws {
        var pair = try OPCUAChannelPair(policy, mode)
        let second: Int64 = 1_000_000_000
        #expect(pair.channel.token?.renewal == 6 * second)
        try pair.renew(token: 2, now: 6 * second)
        let sent = try pair.channel.message([9], request: 1)
        #expect(try pair.opened(sent, token: 2).map(\.token) == [2])
        let old = try pair.chunk([1], token: 1)
        #expect(try pair.channel.receive(old, now: 9 * second)?.content == .body([1]))
        let new = try pair.chunk([2], token: 2)
        #expect(try pair.channel.receive(new, now: 9 * second)?.content == .body([2]))
        let late = try pair.chunk([3], token: 1)
        #expect(throws: FrameError.self) { try pair.channel.receive(late, now: 10 * second) }
        let unknown = try pair.chunk([3], token: 1)
        try pair.renew(token: 3, now: 9 * second)
        #expect(throws: FrameError.self) { try pair.channel.receive(unknown, now: 9 * second) }
    }

    @Test("a message that the server gives up is told")
    func abort() throws {
        var pair = try OPCUAChannelPair(.none, .none)
        _ = try pair.channel.receive(try pair.chunk([1], .intermediate), now: 0)
        var writer = OPCUAWriter()
        writer.status(OPCUAStatus(0x80B9_0000))
        writer.string("too large")
        let message = try pair.channel.receive(try pair.chunk(writer.bytes, .abort), now: 0)
        #expect(message?.content == .aborted(OPCUAStatus(0x80B9_0000), reason: "too large"))
        let next = try pair.channel.receive(try pair.chunk([2], request: 4), now: 0)
        #expect(next?.content == .body([2]))
    }

    @Test("chunks of two messages and too many chunks are refused")
    func joining() throws {
        var pair = try OPCUAChannelPair(.none, .none)
        _ = try pair.channel.receive(try pair.chunk([1], .intermediate), now: 0)
        var mixed = pair
        #expect(throws: FrameError.self) {
            try mixed.channel.receive(try mixed.chunk([1], request: 4), now: 0)
        }
        for _ in 1..<OPCUALimits.chunks {
            _ = try pair.channel.receive(try pair.chunk([1], .intermediate), now: 0)
        }
        #expect(throws: FrameError.self) {
            try pair.channel.receive(try pair.chunk([1]), now: 0)
        }
    }

    @Test("a request over the server's sizes is not sent")
    func serverSizes() throws {
        var pair = try OPCUAChannelPair(.none, .none)
        pair.channel.sizes = OPCUAConnectionSizes(
            receiveBytes: 8_192, sendBytes: 8_192, messageBytes: 10_000, chunks: 2)
        #expect(throws: Never.self) {
            try pair.channel.message(Array(repeating: 0, count: 10_000), request: 1)
        }
        #expect(throws: FrameError.self) {
            try pair.channel.message(Array(repeating: 0, count: 10_001), request: 1)
        }
        pair.channel.sizes.messageBytes = 0
        #expect(throws: FrameError.self) {
            try pair.channel.message(Array(repeating: 0, count: 17_000), request: 1)
        }
    }

    @Test(
        "headers that cannot be are refused from their first bytes",
        arguments: [
            "58585846 08000000", "4d534758 08000000", "4d534746 07000000", "4d534746 00000100",
            "4d534746 ffffffff",
        ])
    func headers(_ text: String) {
        var deframer = OPCUADeframer()
        deframer.append(hex(text))
        #expect(throws: FrameError.self) { try deframer.next() }
    }

    @Test("greetings cut anywhere, and sizes below 8,192, are refused")
    func greetings() throws {
        let small = OPCUAConnectionSizes(receiveBytes: 8_191)
        for greeting in [
            OPCUAGreeting.acknowledge(OPCUAConnectionSizes()),
            .error(OPCUAStatus(0x8001_0000), reason: "no"),
            .hello(OPCUAConnectionSizes(), url: "opc.tcp://x"), .acknowledge(small),
        ] {
            var deframer = OPCUADeframer()
            deframer.append(greeting.encoded())
            let chunk = try #require(try deframer.next())
            let isAllowed = greeting != .acknowledge(small)
            #expect((try? OPCUAGreeting.decode(chunk)) == (isAllowed ? greeting : nil))
            for count in 8..<chunk.bytes.count {
                var cut = chunk
                cut.bytes = Array(cut.bytes[..<count])
                #expect(throws: FrameError.self) { try OPCUAGreeting.decode(cut) }
            }
        }
    }

    @Test("a chain gives its first certificate")
    func chain() throws {
        let first: [UInt8] = [0x30, 0x82, 0, 2, 7, 7]
        #expect(try OPCUACertificate.first(of: first + [0x30, 0x82, 0, 0]) == first)
        for wrong in [[], [0x30], [0x31, 0x82, 0, 0], [0x30, 0x82, 1, 0, 7]] as [[UInt8]] {
            #expect(throws: FrameError.self) { try OPCUACertificate.first(of: wrong) }
        }
    }
}
