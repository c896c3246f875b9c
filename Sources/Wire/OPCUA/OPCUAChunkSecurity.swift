// Signs, encrypts and pads single chunks, and undoes and checks it.

/// The content of a chunk after its security is taken off.
struct OPCUAOpenedChunk: Hashable, Sendable {
    var channel: UInt32
    /// 0 for OPN chunks.
    var token: UInt32
    var sequence: UInt32
    var request: UInt32
    var body: [UInt8]
}

/// Where a chunk belongs.
struct OPCUAChunkPlace: Hashable, Sendable {
    var kind: OPCUAChunk.Kind
    var place: OPCUAChunk.Place
    var channel: UInt32
    /// Not written in OPN chunks.
    var token: UInt32
    var sequence: UInt32
    var request: UInt32
}

/// Security of chunks by key pairs, as in OPN messages.
///
/// Source: OPC 10000-6, 6.7.2.3, 6.7.2.5 and 6.7.4. OPN is always signed and encrypted unless the
/// policy is None.
struct OPCUAAsymmetricSecurity: Sendable {
    var policy: OPCUASecurityPolicy
    /// The other side, nil with policy None only.
    var peer: OPCUACertificate?
    /// Nil with policy None only.
    var cryptography: (any OPCUACryptography)?

    func seal(_ place: OPCUAChunkPlace, _ body: [UInt8]) throws(FrameError) -> [UInt8] {
        var writer = OPCUAWriter()
        writer.header(place)
        writer.string(policy.rawValue)
        guard policy != .none, let peer, let cryptography else {
            guard policy == .none else {
                throw FrameError(
                    doing: "opening a secure channel", problem: .invalid("no certificate"))
            }
            writer.byteString(nil)
            writer.byteString(nil)
            writer.sequence(place)
            writer.raw(body)
            writer.replace(at: 4, with: UInt32(writer.bytes.count))
            return writer.bytes
        }
        writer.byteString(cryptography.certificate.der)
        writer.byteString(peer.thumbprint)
        let clear = writer.bytes.count
        writer.sequence(place)
        writer.raw(body)
        let signatureBytes = cryptography.certificate.keyBytes
        let blockBytes = peer.keyBytes - policy.paddingBytes
        let hasExtra = peer.keyBytes > 256
        let open = writer.bytes.count - clear + 1 + (hasExtra ? 1 : 0) + signatureBytes
        let padding = (blockBytes - open % blockBytes) % blockBytes
        for _ in 0...padding { writer.byte(UInt8(truncatingIfNeeded: padding)) }
        if hasExtra { writer.byte(UInt8(truncatingIfNeeded: padding >> 8)) }
        let blocks = (open + padding) / blockBytes
        writer.replace(at: 4, with: UInt32(clear + blocks * peer.keyBytes))
        writer.raw(try cryptography.sign(writer.bytes, policy))
        var sealed = Array(writer.bytes[..<clear])
        for start in stride(from: clear, to: writer.bytes.count, by: blockBytes) {
            let end = min(start + blockBytes, writer.bytes.count)
            sealed += try cryptography.encrypt(
                Array(writer.bytes[start..<end]), for: peer, policy)
        }
        return sealed
    }

    func open(_ chunk: OPCUAChunk) throws(FrameError) -> OPCUAOpenedChunk {
        var reader = OPCUAReader(chunk.bytes, from: 8, doing: "reading OPN")
        let channel = try reader.uint32()
        let found = try reader.string(atMost: OPCUALimits.transportTextBytes) ?? ""
        let sender = try reader.byteString(atMost: OPCUALimits.certificateBytes)
        let receiver = try reader.byteString(atMost: OPCUALimits.transportTextBytes)
        guard found == policy.rawValue else {
            throw reader.error(.invalid("another security policy than was asked for"))
        }
        guard policy != .none, let peer, let cryptography else {
            return try chunk.opened(&reader, channel: channel, token: 0)
        }
        guard let sender, try OPCUACertificate.first(of: sender) == peer.der else {
            throw reader.error(.invalid("another certificate than is trusted"))
        }
        guard receiver == cryptography.certificate.thumbprint else {
            throw reader.error(.invalid("encrypted for another certificate"))
        }
        let clear = reader.offset
        let ownBytes = cryptography.certificate.keyBytes
        let sealed = reader.rest()
        guard !sealed.isEmpty, sealed.count % ownBytes == 0 else {
            throw reader.error(.invalid("not a whole number of encrypted blocks"))
        }
        var plain = Array(chunk.bytes[..<clear])
        for start in stride(from: 0, to: sealed.count, by: ownBytes) {
            plain += try cryptography.decrypt(Array(sealed[start..<start + ownBytes]), policy)
        }
        let end = plain.count - peer.keyBytes
        guard end >= clear + 9 else {
            throw reader.error(.tooShort(found: plain.count, minimum: clear + 9 + peer.keyBytes))
        }
        let isValid = try cryptography.isValid(
            Array(plain[end...]), of: Array(plain[..<end]), by: peer, policy)
        guard isValid else { throw reader.error(.invalid("a signature that does not fit")) }
        plain.removeLast(peer.keyBytes)
        try removePadding(&plain, from: clear + 8, hasExtra: ownBytes > 256)
        var content = OPCUAReader(plain, from: clear, doing: "reading OPN")
        return try chunk.opened(&content, channel: channel, token: 0)
    }
}

/// Security of chunks by shared keys, as in MSG and CLO messages.
///
/// Source: OPC 10000-6, 6.7.2.4 and 6.7.2.5.
struct OPCUASymmetricSecurity: Sendable {
    var mode: OPCUASecurityMode
    /// Nil with mode None only.
    var keys: OPCUASymmetricKeys?
    /// Nil with mode None only.
    var cryptography: (any OPCUACryptography)?

    /// Bytes of message, token and sequence header.
    private static let headerBytes = 24

    /// Bytes of a body that fit into a chunk.
    func capacity(of chunkBytes: Int) -> Int {
        let signature = OPCUASecurityPolicy.signatureBytes
        switch mode {
        case .none: return chunkBytes - Self.headerBytes
        case .sign: return chunkBytes - Self.headerBytes - signature
        case .signAndEncrypt:
            let block = OPCUASecurityPolicy.blockBytes
            let sealed = (chunkBytes - 16) / block * block
            return sealed - 8 - 1 - signature
        }
    }

    func seal(_ place: OPCUAChunkPlace, _ body: [UInt8]) throws(FrameError) -> [UInt8] {
        var writer = OPCUAWriter()
        writer.header(place)
        writer.uint32(place.token)
        writer.sequence(place)
        writer.raw(body)
        guard mode != .none, let keys, let cryptography else {
            guard mode == .none else {
                throw FrameError(doing: "sealing a message", problem: .invalid("no keys"))
            }
            writer.replace(at: 4, with: UInt32(writer.bytes.count))
            return writer.bytes
        }
        let signature = OPCUASecurityPolicy.signatureBytes
        if mode == .signAndEncrypt {
            let block = OPCUASecurityPolicy.blockBytes
            let open = writer.bytes.count - 16 + 1 + signature
            let padding = (block - open % block) % block
            for _ in 0...padding { writer.byte(UInt8(padding)) }
        }
        writer.replace(at: 4, with: UInt32(writer.bytes.count + signature))
        writer.raw(cryptography.authenticationCode(writer.bytes, key: keys.signing))
        guard mode == .signAndEncrypt else { return writer.bytes }
        return Array(writer.bytes[..<16])
            + (try cryptography.encrypt(
                Array(writer.bytes[16...]), key: keys.encrypting, vector: keys.vector))
    }

    func open(_ chunk: OPCUAChunk) throws(FrameError) -> OPCUAOpenedChunk {
        var reader = OPCUAReader(chunk.bytes, from: 8, doing: "reading \(chunk.kind.rawValue)")
        let channel = try reader.uint32()
        let token = try reader.uint32()
        guard mode != .none, let keys, let cryptography else {
            return try chunk.opened(&reader, channel: channel, token: token)
        }
        var plain = chunk.bytes
        if mode == .signAndEncrypt {
            let sealed = reader.rest()
            guard !sealed.isEmpty, sealed.count % OPCUASecurityPolicy.blockBytes == 0 else {
                throw reader.error(.invalid("not a whole number of encrypted blocks"))
            }
            plain =
                Array(plain[..<16])
                + (try cryptography.decrypt(sealed, key: keys.encrypting, vector: keys.vector))
        }
        let end = plain.count - OPCUASecurityPolicy.signatureBytes
        guard end >= Self.headerBytes else {
            throw reader.error(
                .tooShort(
                    found: plain.count,
                    minimum: Self.headerBytes + OPCUASecurityPolicy.signatureBytes))
        }
        let code = cryptography.authenticationCode(Array(plain[..<end]), key: keys.signing)
        guard isEqualInConstantTime(code, Array(plain[end...])) else {
            throw reader.error(.invalid("a signature that does not fit"))
        }
        plain.removeLast(plain.count - end)
        if mode == .signAndEncrypt {
            try removePadding(&plain, from: Self.headerBytes, hasExtra: false)
        }
        var content = OPCUAReader(plain, from: 16, doing: "reading \(chunk.kind.rawValue)")
        return try chunk.opened(&content, channel: channel, token: token)
    }
}

/// Takes padding and its size off; all its bytes are the low byte of the size.
private func removePadding(
    _ plain: inout [UInt8], from start: Int, hasExtra: Bool
) throws(FrameError) {
    let doing = "taking padding off"
    let sizeBytes = hasExtra ? 2 : 1
    guard plain.count >= start + sizeBytes else {
        throw FrameError(
            doing: doing, problem: .tooShort(found: plain.count, minimum: start + sizeBytes))
    }
    let last = plain[plain.count - 1]
    // The size stands before the padding, whose bytes repeat it.
    let low = hasExtra ? plain[plain.count - 2] : last
    let padding = Int(low) | (hasExtra ? Int(last) << 8 : 0)
    guard plain.count - start >= padding + sizeBytes else {
        throw FrameError(
            doing: doing, problem: .tooLong(found: padding, limit: plain.count - start))
    }
    if hasExtra { plain.removeLast() }
    guard plain.suffix(padding + 1).allSatisfy({ $0 == low }) else {
        throw FrameError(doing: doing, problem: .invalid("bytes that differ"))
    }
    plain.removeLast(padding + 1)
}

extension OPCUAChunk {
    fileprivate func opened(
        _ reader: inout OPCUAReader, channel: UInt32, token: UInt32
    ) throws(FrameError) -> OPCUAOpenedChunk {
        let sequence = try reader.uint32()
        let request = try reader.uint32()
        return OPCUAOpenedChunk(
            channel: channel, token: token, sequence: sequence, request: request,
            body: reader.rest())
    }
}

extension OPCUAWriter {
    fileprivate mutating func header(_ place: OPCUAChunkPlace) {
        raw(Array(place.kind.rawValue.utf8))
        byte(place.place.rawValue)
        uint32(0)
        uint32(place.channel)
    }

    fileprivate mutating func sequence(_ place: OPCUAChunkPlace) {
        uint32(place.sequence)
        uint32(place.request)
    }
}
