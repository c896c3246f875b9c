// The client's side of a secure channel: tokens, keys, sequence numbers, joining of chunks.

/// A message as it leaves the secure channel.
struct OPCUAMessage: Hashable, Sendable {
    /// What came.
    enum Content: Hashable, Sendable {
        /// The encoded answer.
        case body([UInt8])
        /// The server gave the message up.
        case aborted(OPCUAStatus, reason: String)
    }

    var kind: OPCUAChunk.Kind
    var request: UInt32
    var content: Content
}

/// One token of a secure channel with its keys.
struct OPCUAToken: Hashable, Sendable {
    var id: UInt32
    /// Monotonic nanoseconds.
    var created: Int64
    var lifetimeMilliseconds: UInt32
    /// Nil with mode None.
    var sending: OPCUASymmetricKeys?
    var receiving: OPCUASymmetricKeys?

    private var lifetime: Int64 { Int64(lifetimeMilliseconds) * 1_000_000 }

    /// When the token is to be renewed: at three quarters of its life.
    ///
    /// Source: OPC 10000-4, OpenSecureChannel.
    var renewal: Int64 { created.saturatingSum(lifetime / 4 * 3) }

    /// When messages under it are refused: a quarter after its life.
    ///
    /// Source: OPC 10000-4, OpenSecureChannel.
    var refusal: Int64 { created.saturatingSum(lifetime / 4 * 5) }
}

/// The client's side of a secure channel.
///
/// Source: OPC 10000-6, 6.7; OPC 10000-4, service OpenSecureChannel.
struct OPCUASecureChannel: Sendable {
    let mode: OPCUASecurityMode
    let asymmetric: OPCUAAsymmetricSecurity
    /// What the server takes, from its ACK.
    var sizes = OPCUAConnectionSizes()
    /// 0 until the server has named it.
    private(set) var id: UInt32 = 0
    private(set) var token: OPCUAToken?
    private var previousToken: OPCUAToken?
    private var sentSequence: UInt32 = 0
    private var receivedSequence: UInt32?
    private var pendingNonce: [UInt8]?
    private var joining: (request: UInt32, kind: OPCUAChunk.Kind, chunks: Int, body: [UInt8])?

    init(
        mode: OPCUASecurityMode, policy: OPCUASecurityPolicy, peer: OPCUACertificate?,
        cryptography: (any OPCUACryptography)?
    ) {
        self.mode = mode
        asymmetric = OPCUAAsymmetricSecurity(
            policy: policy, peer: peer, cryptography: cryptography)
    }

    /// A fresh nonce for OPN, remembered until its answer; nil with policy None.
    mutating func makeNonce() -> [UInt8]? {
        guard asymmetric.policy != .none, let cryptography = asymmetric.cryptography else {
            return nil
        }
        let nonce = cryptography.random(OPCUASecurityPolicy.nonceBytes)
        pendingNonce = nonce
        return nonce
    }

    /// The chunk of an OPN request.
    mutating func open(_ body: [UInt8], request: UInt32) throws(FrameError) -> [UInt8] {
        try asymmetric.seal(
            OPCUAChunkPlace(
                kind: .open, place: .final, channel: id, token: 0, sequence: nextSequence(),
                request: request),
            body)
    }

    /// Takes the token that the server has given; the old one stays good for what is under way.
    mutating func accept(
        channel: UInt32, token number: UInt32, lifetimeMilliseconds: UInt32,
        serverNonce: [UInt8]?, now: Int64
    ) throws(FrameError) {
        let doing = "reading the answer to OPN"
        guard id == 0 || channel == id else {
            throw FrameError(doing: doing, problem: .invalid("another channel"))
        }
        guard lifetimeMilliseconds > 0 else {
            throw FrameError(doing: doing, problem: .invalid("a token without life"))
        }
        var next = OPCUAToken(
            id: number, created: now, lifetimeMilliseconds: lifetimeMilliseconds)
        if asymmetric.policy != .none, let cryptography = asymmetric.cryptography {
            guard let serverNonce, serverNonce.count == OPCUASecurityPolicy.nonceBytes,
                let pendingNonce, serverNonce != pendingNonce
            else { throw FrameError(doing: doing, problem: .invalid("a nonce that does not fit")) }
            next.sending = OPCUASymmetricKeys(
                secret: serverNonce, seed: pendingNonce, asymmetric.policy, cryptography)
            next.receiving = OPCUASymmetricKeys(
                secret: pendingNonce, seed: serverNonce, asymmetric.policy, cryptography)
        }
        pendingNonce = nil
        id = channel
        previousToken = token
        token = next
    }

    /// The chunks of a message.
    mutating func message(
        _ body: [UInt8], kind: OPCUAChunk.Kind = .message, request: UInt32
    ) throws(FrameError) -> [UInt8] {
        let doing = "sending a request"
        guard let token else {
            throw FrameError(doing: doing, problem: .invalid("no secure channel"))
        }
        let limit = Int(sizes.messageBytes)
        if limit > 0, body.count > limit {
            throw FrameError(doing: doing, problem: .tooLong(found: body.count, limit: limit))
        }
        let security = OPCUASymmetricSecurity(
            mode: mode, keys: token.sending, cryptography: asymmetric.cryptography)
        let chunkBytes = min(Int(sizes.receiveBytes), OPCUALimits.chunkBytes)
        let capacity = max(1, security.capacity(of: chunkBytes))
        let chunks = max(1, (body.count + capacity - 1) / capacity)
        if sizes.chunks > 0, chunks > Int(sizes.chunks) {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: body.count, limit: capacity * Int(sizes.chunks)))
        }
        var bytes: [UInt8] = []
        for index in 0..<chunks {
            let part = body[index * capacity..<min((index + 1) * capacity, body.count)]
            let place = OPCUAChunkPlace(
                kind: kind, place: index == chunks - 1 ? .final : .intermediate, channel: id,
                token: token.id, sequence: nextSequence(), request: request)
            bytes += try security.seal(place, Array(part))
        }
        return bytes
    }

    /// Takes a chunk; returns a message once its last chunk is there.
    mutating func receive(_ chunk: OPCUAChunk, now: Int64) throws(FrameError) -> OPCUAMessage? {
        let doing = "reading \(chunk.kind.rawValue)"
        let opened: OPCUAOpenedChunk
        if chunk.kind == .open {
            opened = try asymmetric.open(chunk)
        } else {
            let token = try receivingToken(chunk, now: now)
            opened = try OPCUASymmetricSecurity(
                mode: mode, keys: token.receiving, cryptography: asymmetric.cryptography
            ).open(chunk)
            guard opened.channel == id else {
                throw FrameError(doing: doing, problem: .invalid("another channel"), offset: 8)
            }
        }
        try check(sequence: opened.sequence, doing: doing)
        return try join(chunk, opened)
    }

    private mutating func nextSequence() -> UInt32 {
        // Numbers begin anew before they run out (OPC 10000-6, 6.7.2.4).
        sentSequence = sentSequence >= UInt32.max - 1_024 ? 1 : sentSequence + 1
        return sentSequence
    }

    private mutating func check(sequence: UInt32, doing: String) throws(FrameError) {
        defer { receivedSequence = sequence }
        guard let last = receivedSequence else { return }
        let wraps = last >= UInt32.max - 1_024 && sequence < 1_024
        guard wraps || last < UInt32.max && sequence == last + 1 else {
            throw FrameError(
                doing: doing,
                problem: .value(
                    field: "sequence number", found: Int(sequence),
                    expected: "\(UInt64(last) + 1)"))
        }
    }

    private func receivingToken(
        _ chunk: OPCUAChunk, now: Int64
    ) throws(FrameError) -> OPCUAToken {
        var reader = OPCUAReader(
            chunk.bytes, from: 12, doing: "reading \(chunk.kind.rawValue)")
        let number = try reader.uint32()
        for known in [token, previousToken] {
            if let known, known.id == number, now < known.refusal { return known }
        }
        throw reader.error(
            .value(field: "token", found: Int(number), expected: "one of this channel"))
    }

    private mutating func join(
        _ chunk: OPCUAChunk, _ opened: OPCUAOpenedChunk
    ) throws(FrameError) -> OPCUAMessage? {
        let doing = "joining the chunks of a message"
        if let begun = joining, begun.request != opened.request || begun.kind != chunk.kind {
            throw FrameError(doing: doing, problem: .invalid("chunks of two messages mixed"))
        }
        if chunk.place == .abort {
            joining = nil
            var reader = OPCUAReader(opened.body, doing: "reading an abort")
            let status = try reader.status()
            let reason = try reader.string(atMost: OPCUALimits.transportTextBytes) ?? ""
            return OPCUAMessage(
                kind: chunk.kind, request: opened.request,
                content: .aborted(status, reason: reason))
        }
        let chunks = (joining?.chunks ?? 0) + 1
        let size = (joining?.body.count ?? 0) + opened.body.count
        guard chunks <= OPCUALimits.chunks, size <= OPCUALimits.messageBytes else {
            throw FrameError(
                doing: doing, problem: .tooLong(found: size, limit: OPCUALimits.messageBytes))
        }
        if joining == nil, chunk.place == .final {
            return OPCUAMessage(
                kind: chunk.kind, request: opened.request, content: .body(opened.body))
        }
        // Taken out before it grows, so that the bytes are not copied for every chunk.
        var body = joining?.body ?? []
        joining = nil
        body += opened.body
        if chunk.place == .final {
            return OPCUAMessage(kind: chunk.kind, request: opened.request, content: .body(body))
        }
        joining = (opened.request, chunk.kind, chunks, body)
        return nil
    }
}

extension Int64 {
    /// The sum, or the nearest number that fits.
    func saturatingSum(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
