// Asks a server which endpoints it has, without a session and without a certificate.

/// The conversation that asks for endpoints: greeting, channel without security, one question.
///
/// It opens no session and gives no name. Use: send `begin()`, hand all bytes that come to
/// `receive`, send what it says. Source: OPC 10000-4, 5.5.4; OPC 10000-6, 6.7 and 7.1.
public struct OPCUAEndpointQuestion: Sendable {
    /// What is to be done next.
    public enum Step: Hashable, Sendable {
        /// Send these bytes.
        case send([UInt8])
        /// The answer; close the connection.
        case found([OPCUAEndpoint])
        /// The server refused; close the connection.
        case refused(OPCUAProblem)
    }

    private static let answerMilliseconds: UInt32 = 5_000
    private static let channelMilliseconds: UInt32 = 60_000
    private let url: String
    private let wallTime: Int64
    private var deframer = OPCUADeframer()
    private var channel = OPCUASecureChannel(
        mode: .none, policy: .none, peer: nil, cryptography: nil)
    private var isGreeted = false
    private var asked: UInt32 = 0

    /// A conversation with a server.
    ///
    /// - Parameters:
    ///   - url: The address as `opc.tcp://192.168.1.60:4840`.
    ///   - wallTime: UTC nanoseconds since 1970, as requests carry it.
    public init(url: String, wallTime: Int64) {
        self.url = url
        self.wallTime = wallTime
    }

    /// The bytes that begin the conversation.
    public func begin() -> [UInt8] {
        OPCUAGreeting.hello(OPCUAConnectionSizes(), url: url).encoded()
    }

    /// Takes bytes as they come and says what to do.
    ///
    /// Throws for what is not OPC UA; close the connection then. `now` is monotonic nanoseconds.
    public mutating func receive(_ bytes: [UInt8], now: Int64) throws(FrameError) -> [Step] {
        deframer.append(bytes)
        var steps: [Step] = []
        while let chunk = try deframer.next() { steps += try take(chunk, now) }
        return steps
    }

    private mutating func take(_ chunk: OPCUAChunk, _ now: Int64) throws(FrameError) -> [Step] {
        switch chunk.kind {
        case .error:
            guard case .error(let status, let reason) = try OPCUAGreeting.decode(chunk) else {
                return []
            }
            let shown = reason.prefix(OPCUALimits.shownCharacters)
            let words = "the server ends the connection \(shown)"
            return [.refused(OPCUAProblem(words, status: status))]
        case .acknowledge where !isGreeted:
            guard case .acknowledge(let sizes) = try OPCUAGreeting.decode(chunk) else { return [] }
            isGreeted = true
            channel.sizes = sizes
            let request = OPCUARequest.openSecureChannel(
                renews: false, .none, nonce: nil,
                lifetimeMilliseconds: Self.channelMilliseconds)
            return [.send(try channel.open(encoded(request), request: asked))]
        case .open, .message:
            guard isGreeted, let message = try channel.receive(chunk, now: now) else { return [] }
            return try take(message, now)
        default:
            throw FrameError(
                doing: "asking for endpoints",
                problem: .invalid("\(chunk.kind.rawValue) at this point"))
        }
    }

    private mutating func take(
        _ message: OPCUAMessage, _ now: Int64
    ) throws(FrameError) -> [Step] {
        switch message.content {
        case .aborted(let status, let reason):
            let shown = reason.prefix(OPCUALimits.shownCharacters)
            let words = "the server gave up its answer \(shown)"
            return [.refused(OPCUAProblem(words, status: status))]
        case .body(let body):
            let answer = try OPCUAAnswer.decode(body)
            switch answer.response {
            case .secureChannel(let id, let token, let life, let nonce):
                try channel.accept(
                    channel: id, token: token, lifetimeMilliseconds: life, serverNonce: nonce,
                    now: now)
                let request = encoded(.getEndpoints(url: url))
                return [.send(try channel.message(request, request: asked))]
            case .endpoints(let endpoints):
                let end = encoded(.closeSecureChannel)
                return [
                    .send(try channel.message(end, kind: .close, request: asked)),
                    .found(endpoints),
                ]
            default:
                return [.refused(OPCUAProblem("the server refuses", status: answer.status))]
            }
        }
    }

    private mutating func encoded(_ request: OPCUARequest) -> [UInt8] {
        asked += 1  // Never more than three.
        return request.encoded(
            OPCUARequestHeader(
                authentication: .null, time: OPCUADateTime(nanoseconds: wallTime), handle: asked,
                timeoutMilliseconds: Self.answerMilliseconds))
    }
}
