// A server in the hand of a test, with and without security, and cryptography that only pretends.

import Testing

@testable import Wire

/// Cryptography of the right shape without any strength, the same in every run.
struct PretendCryptography: OPCUACryptography {
    var certificate: OPCUACertificate
    /// Signs wrongly, like somebody without the key.
    var isImpostor = false

    init(name: UInt8, keyBytes: Int = 256, uri: String = "urn:pretend") {
        let der: [UInt8] = [0x30, 0x82, 0, 4, name, UInt8(keyBytes / 64), 0, 0]
        certificate = OPCUACertificate(
            der: der, subject: "CN=\(name)", thumbprint: Array(repeating: name, count: 20),
            fingerprint: Array(repeating: name, count: 32), notBefore: 0, notAfter: .max,
            applicationURIs: [uri], keyBytes: keyBytes)
    }

    func read(_ der: [UInt8]) throws(FrameError) -> OPCUACertificate {
        guard der.count == 8 else {
            throw FrameError(doing: "reading", problem: .invalid("no pretend certificate"))
        }
        return PretendCryptography(name: der[4], keyBytes: Int(der[5]) * 64).certificate
    }

    func random(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ Int(certificate.der[4])) }
    }

    func encrypt(
        _ block: [UInt8], for certificate: OPCUACertificate, _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> [UInt8] {
        guard block.count <= certificate.keyBytes - policy.paddingBytes else {
            throw FrameError(doing: "encrypting", problem: .invalid("a block too long"))
        }
        var sealed = block.map { $0 ^ certificate.der[4] }
        sealed += Array(repeating: 0, count: certificate.keyBytes - 3 - block.count)
        return sealed + [UInt8(block.count >> 8), UInt8(block.count & 255), certificate.der[4]]
    }

    func decrypt(_ block: [UInt8], _ policy: OPCUASecurityPolicy) throws(FrameError) -> [UInt8] {
        let count =
            block.count >= 3 ? Int(block[block.count - 3]) << 8 + Int(block[block.count - 2]) : 0
        guard block.count == certificate.keyBytes, block.last == certificate.der[4],
            count <= block.count - 3
        else { throw FrameError(doing: "decrypting", problem: .invalid("not for this key")) }
        return block[..<count].map { $0 ^ certificate.der[4] }
    }

    func sign(_ bytes: [UInt8], _ policy: OPCUASecurityPolicy) throws(FrameError) -> [UInt8] {
        Self.signature(bytes, certificate, isImpostor ? 1 : 0)
    }

    func isValid(
        _ signature: [UInt8], of bytes: [UInt8], by certificate: OPCUACertificate,
        _ policy: OPCUASecurityPolicy
    ) throws(FrameError) -> Bool {
        signature == Self.signature(bytes, certificate, 0)
    }

    private static func signature(
        _ bytes: [UInt8], _ certificate: OPCUACertificate, _ start: UInt64
    ) -> [UInt8] {
        let sum = sum(bytes, start &+ UInt64(certificate.der[4]))
        return (0..<certificate.keyBytes).map {
            UInt8(truncatingIfNeeded: sum >> UInt64($0 % 8 * 8))
        }
    }

    private static func sum(_ bytes: [UInt8], _ start: UInt64) -> UInt64 {
        bytes.reduce(start &+ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    func pseudoRandom(secret: [UInt8], seed: [UInt8], count: Int) -> [UInt8] {
        let sum = Self.sum(secret + [0] + seed, 0)
        return (0..<count).map { UInt8(truncatingIfNeeded: sum &* UInt64($0 + 1) >> 24) }
    }

    func encrypt(_ bytes: [UInt8], key: [UInt8], vector: [UInt8]) throws(FrameError) -> [UInt8] {
        guard bytes.count % 16 == 0, !key.isEmpty, vector.count == 16 else {
            throw FrameError(doing: "encrypting", problem: .invalid("not whole blocks"))
        }
        return bytes.enumerated().map { $1 ^ key[$0 % key.count] }
    }

    func decrypt(_ bytes: [UInt8], key: [UInt8], vector: [UInt8]) throws(FrameError) -> [UInt8] {
        try encrypt(bytes, key: key, vector: vector)
    }

    func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let sum = Self.sum(key + bytes, 0)
        return (0..<32).map { UInt8(truncatingIfNeeded: sum >> UInt64($0 % 8 * 8)) }
    }
}

/// A request as a server sees it.
struct SeenRequest {
    var type: UInt32
    var id: UInt32
    var handle: UInt32
    var authentication: OPCUANodeID
    /// Behind the header.
    var body: OPCUAReader
    var bytes: [UInt8]
}

/// The server's side of one connection at a time.
struct OPCUAPretendServer {
    /// Policies and modes that it offers, with the policy that hides passwords.
    var offers: [(String, OPCUASecurityMode, password: String?)] = [
        (OPCUASecurityPolicy.none.rawValue, .none, nil)
    ]
    var sizes = OPCUAConnectionSizes()
    var cryptography = PretendCryptography(name: 9, uri: "urn:server")
    /// Services that fail, with the status.
    var refusals: [UInt32: OPCUAStatus] = [:]
    /// Services that are never answered.
    var silence: Set<UInt32> = [826]
    var lifetimeMilliseconds: UInt32 = 3_600_000
    /// Leaves OPN without an answer.
    var refusesChannels = false
    var startTime = OPCUADateTime(ticks: 1_000)
    /// Answers to Read by node; others are numbers.
    var values: [OPCUANodeID: OPCUADataValue] = [:]
    var sessionNumber: UInt32 = 100
    var subscriptionNumber: UInt32 = 0
    /// Status of items by place in the request that has them, used up one by one.
    var itemStatuses: [OPCUAStatus] = []
    /// Pages of references for Browse and BrowseNext, used up one by one.
    var pages: [(count: Int, hasMore: Bool)] = []
    /// Notifications that Republish finds, by number.
    var kept: [UInt32: [UInt8]] = [:]

    var seen: [SeenRequest] = []
    var sent: [UInt8] = []
    private var deframer = OPCUADeframer()
    private var channel: UInt32 = 6
    private var token: UInt32 = 0
    private var sequence: UInt32 = 50
    private var security = OPCUASymmetricSecurity(mode: .none, keys: nil, cryptography: nil)
    private var peerSecurity = OPCUASymmetricSecurity(mode: .none, keys: nil, cryptography: nil)
    private var asymmetric = OPCUAAsymmetricSecurity(policy: .none, peer: nil, cryptography: nil)

    mutating func disconnect() {
        deframer = OPCUADeframer()
        channel += 1
        token = 0
        seen.removeAll()
    }

    /// Publish requests that wait.
    var waiting: [SeenRequest] { seen.filter { $0.type == 826 } }

    /// Takes bytes of the client and returns the answers.
    mutating func take(_ bytes: [UInt8]) throws -> [UInt8] {
        deframer.append(bytes)
        sent.removeAll()
        while let chunk = try deframer.next() {
            switch chunk.kind {
            case .hello:
                sent += OPCUAGreeting.acknowledge(sizes).encoded()
            case .open:
                if !refusesChannels { try open(chunk) }
            case .message:
                let opened = try peerSecurity.open(chunk)
                try answer(try Self.request(opened))
            default: break
            }
        }
        return sent
    }

    static func request(_ opened: OPCUAOpenedChunk) throws -> SeenRequest {
        var reader = OPCUAReader(opened.body, doing: "reading a request")
        guard case .numeric(let type) = try reader.nodeID().identifier else {
            throw FrameError(doing: "reading a request", problem: .invalid("type"))
        }
        let authentication = try reader.nodeID()
        _ = try reader.uint64()
        let handle = try reader.uint32()
        _ = try reader.uint32()
        _ = try reader.string()
        _ = try reader.uint32()
        _ = try reader.extensionObject()
        return SeenRequest(
            type: type, id: opened.request, handle: handle, authentication: authentication,
            body: reader, bytes: opened.body)
    }

    private mutating func open(_ chunk: OPCUAChunk) throws {
        var reader = OPCUAReader(chunk.bytes, from: 12, doing: "reading OPN")
        let policy = try #require(OPCUASecurityPolicy(rawValue: try reader.string() ?? ""))
        let sender = try reader.byteString()
        asymmetric = OPCUAAsymmetricSecurity(
            policy: policy, peer: try sender.map { try cryptography.read($0) },
            cryptography: cryptography)
        let opened = try asymmetric.open(chunk)
        var request = try Self.request(opened)
        _ = try request.body.uint32()
        _ = try request.body.int32()
        let mode = try #require(OPCUASecurityMode(rawValue: try request.body.int32()))
        let nonce = try request.body.byteString()
        seen.append(request)
        let own = policy == .none ? nil : cryptography.random(32)
        token += 1
        var writer = Self.header(449, request)
        writer.uint32(0)
        writer.uint32(channel)
        writer.uint32(token)
        writer.dateTime(.unknown)
        writer.uint32(lifetimeMilliseconds)
        writer.byteString(own)
        sequence += 1
        sent += try asymmetric.seal(
            OPCUAChunkPlace(
                kind: .open, place: .final, channel: channel, token: 0, sequence: sequence,
                request: request.id), writer.bytes)
        security = OPCUASymmetricSecurity(mode: mode, keys: nil, cryptography: cryptography)
        peerSecurity = security
        if let own, let nonce {
            security.keys = OPCUASymmetricKeys(secret: nonce, seed: own, policy, cryptography)
            peerSecurity.keys = OPCUASymmetricKeys(secret: own, seed: nonce, policy, cryptography)
        }
    }

    static func header(
        _ type: UInt32, _ request: SeenRequest, _ status: OPCUAStatus = .good
    ) -> OPCUAWriter {
        var writer = OPCUAWriter()
        writer.nodeID(OPCUANodeID(standard: type))
        writer.dateTime(.unknown)
        writer.uint32(request.handle)
        writer.status(status)
        writer.diagnostics(.none)
        writer.nullArray()
        writer.extensionObject(.null)
        return writer
    }

    /// The bytes of an answer on this channel.
    mutating func sealed(_ body: [UInt8], to request: UInt32) throws -> [UInt8] {
        sequence += 1
        return try security.seal(
            OPCUAChunkPlace(
                kind: .message, place: .final, channel: channel, token: token,
                sequence: sequence, request: request), body)
    }

    private mutating func answer(_ request: SeenRequest) throws {
        seen.append(request)
        if let status = refusals[request.type] {
            sent += try sealed(Self.header(397, request, status).bytes, to: request.id)
        } else if !silence.contains(request.type) {
            sent += try sealed(try content(request), to: request.id)
        }
    }

    /// Answers the oldest Publish that waits.
    mutating func publish(
        _ sequence: UInt32, subscription: UInt32? = nil, available: [UInt32] = [],
        parts: [[UInt8]]
    ) throws -> [UInt8] {
        let place = try #require(seen.firstIndex { $0.type == 826 })
        let request = seen.remove(at: place)
        var writer = Self.header(829, request)
        writer.uint32(subscription ?? subscriptionNumber)
        writer.array(available) { $0.uint32($1) }
        writer.boolean(false)
        writer.raw(Self.notification(sequence, parts))
        writer.nullArray()
        writer.nullArray()
        return try sealed(writer.bytes, to: request.id)
    }

    /// Fails the oldest Publish that waits.
    mutating func failPublish(_ status: OPCUAStatus) throws -> [UInt8] {
        let place = try #require(seen.firstIndex { $0.type == 826 })
        let request = seen.remove(at: place)
        return try sealed(Self.header(397, request, status).bytes, to: request.id)
    }

    static func notification(_ sequence: UInt32, _ parts: [[UInt8]]) -> [UInt8] {
        var writer = OPCUAWriter()
        writer.uint32(sequence)
        writer.dateTime(.unknown)
        writer.array(parts) { $0.raw($1) }
        return writer.bytes
    }

    static func change(_ values: [(UInt32, OPCUADataValue)]) -> [UInt8] {
        var inner = OPCUAWriter()
        inner.array(values) {
            $0.uint32($1.0)
            $0.dataValue($1.1)
        }
        inner.nullArray()
        var writer = OPCUAWriter()
        writer.extensionObject(
            OPCUAExtensionObject(OPCUANodeID(standard: 811), .bytes(inner.bytes)))
        return writer.bytes
    }

    static func statusChange(_ status: OPCUAStatus) -> [UInt8] {
        var inner = OPCUAWriter()
        inner.status(status)
        inner.diagnostics(.none)
        var writer = OPCUAWriter()
        writer.extensionObject(
            OPCUAExtensionObject(OPCUANodeID(standard: 820), .bytes(inner.bytes)))
        return writer.bytes
    }
}
