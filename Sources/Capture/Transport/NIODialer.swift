// Opens TCP connections over SwiftNIO and turns them into byte channels.

public import NIOCore
public import NIOPosix
import Plant

/// What stands between the socket and the bytes of a connection, such as TLS.
public struct ChannelLayer: Sendable {
    /// Puts it into a channel that is being made, on the channel's thread.
    public let add: @Sendable (any Channel, Endpoint) throws -> Void
    /// What its errors mean, in words; nil for an error of something else.
    public let explain: @Sendable (any Error) -> String?

    /// A layer from functions.
    public init(
        add: @escaping @Sendable (any Channel, Endpoint) throws -> Void,
        explain: @escaping @Sendable (any Error) -> String?
    ) {
        self.add = add
        self.explain = explain
    }
}

/// Makes a ``Dialer`` over an event loop group.
public enum NIODialer {
    /// A dialer whose connections live on the group's threads, plain or with a layer of their own.
    public static func dialer(
        on group: MultiThreadedEventLoopGroup, layer: ChannelLayer? = nil
    ) -> Dialer {
        Dialer { (endpoint, limit) async throws(ConnectorError) in
            try await connect(to: endpoint, within: limit, on: group, layer: layer)
        }
    }

    private static func connect(
        to endpoint: Endpoint, within limit: Elapsed, on group: MultiThreadedEventLoopGroup,
        layer: ChannelLayer?
    ) async throws(ConnectorError) -> any ByteChannel {
        let bootstrap = ClientBootstrap(group: group)
            .connectTimeout(.nanoseconds(limit.nanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 * 1024))
        do {
            let channel = try await bootstrap.connect(
                host: endpoint.host, port: endpoint.port
            ) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let inbox = InboundInbox(explain: layer?.explain)
                    try layer?.add(channel, endpoint)
                    try channel.pipeline.syncOperations.addHandler(inbox)
                    return NIOByteChannel(
                        channel: channel, inbox: NIOLoopBound(inbox, eventLoop: channel.eventLoop),
                        name: endpoint.description)
                }
            }
            // A layer has to read before anybody asks for bytes: its own greeting comes first.
            if layer != nil { channel.channel.read() }
            if Task.isCancelled {
                await channel.close()
                throw ConnectorError.cancelled
            }
            return channel
        } catch let error as ConnectorError {
            throw error
        } catch {
            throw translated(error, endpoint, limit)
        }
    }

    private static func translated(
        _ error: any Error, _ endpoint: Endpoint, _ limit: Elapsed
    ) -> ConnectorError {
        let address = endpoint.description
        switch error {
        case is CancellationError: return .cancelled
        case ChannelError.connectTimeout:
            return .timedOut(doing: "connecting to \(address)", after: limit)
        case let failure as NIOConnectionError:
            if failure.dnsAError != nil || failure.dnsAAAAError != nil {
                return .unreachable(address: address, detail: "the name is not known here")
            }
            if let first = failure.connectionErrors.first?.error {
                return translated(first, endpoint, limit)
            }
            return .unreachable(address: address, detail: "no address for this name")
        case let failure as IOError where failure.errnoCode == 111:
            return .refused(by: address, detail: "nothing listens on this port")
        case let failure as IOError where failure.errnoCode == 110:
            return .timedOut(doing: "connecting to \(address)", after: limit)
        case let failure as IOError:
            return .unreachable(address: address, detail: "system error \(failure.errnoCode)")
        default: return .unreachable(address: address, detail: "\(type(of: error))")
        }
    }
}

/// A TCP connection that reads only when asked, so that a flood waits in the network.
struct NIOByteChannel: ByteChannel {
    let channel: any Channel
    let inbox: NIOLoopBound<InboundInbox>
    let name: String

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        if Task.isCancelled { throw .cancelled }
        do {
            try await withTaskCancellationHandler {
                try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            if Task.isCancelled { throw .cancelled }
            if let words = await layerWords { throw .refused(by: name, detail: words) }
            throw .closed(doing: "sending to \(name)")
        }
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        if Task.isCancelled { throw .cancelled }
        do {
            return try await withTaskCancellationHandler {
                try await channel.eventLoop.flatSubmit {
                    inbox.value.take(from: channel, within: limit, name: name)
                }.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            if Task.isCancelled { throw .cancelled }
            throw error as? ConnectorError ?? .closed(doing: "reading from \(name)")
        }
    }

    /// What a layer said before the connection broke.
    private var layerWords: String? {
        get async {
            do { return try await channel.eventLoop.submit { inbox.value.words }.get() } catch {
                return nil  // The program ends.
            }
        }
    }

    func close() async {
        do { try await channel.close() } catch { return }  // It was closed already.
    }
}

/// Keeps at most one read of bytes, on the channel's own thread.
final class InboundInbox: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var bytes: [UInt8] = []
    private var waiting: EventLoopPromise<[UInt8]>?
    private var timer: Scheduled<Void>?
    private var isClosed = false
    private var name = ""
    private let explain: (@Sendable (any Error) -> String?)?
    /// What a layer said before the connection broke, in words.
    private(set) var words: String?

    init(explain: (@Sendable (any Error) -> String?)?) { self.explain = explain }

    private var end: ConnectorError {
        words.map { .refused(by: name, detail: $0) } ?? .closed(doing: "reading from \(name)")
    }

    func take(
        from channel: any Channel, within limit: Elapsed, name: String
    ) -> EventLoopFuture<[UInt8]> {
        let loop = channel.eventLoop
        self.name = name
        if !bytes.isEmpty {
            let arrived = bytes
            bytes = []
            return loop.makeSucceededFuture(arrived)
        }
        if isClosed || waiting != nil {
            return loop.makeFailedFuture(end)
        }
        let promise = loop.makePromise(of: [UInt8].self)
        waiting = promise
        let bound = NIOLoopBound(self, eventLoop: loop)
        timer = loop.scheduleTask(in: .nanoseconds(max(0, limit.nanoseconds))) {
            bound.value.finish(
                .failure(.timedOut(doing: "reading from \(name)", after: limit)))
        }
        channel.read()
        return promise.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        bytes.append(contentsOf: buffer.readableBytesView)
        guard waiting != nil else { return }
        let arrived = bytes
        bytes = []
        finish(.success(arrived))
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        finish(.failure(end))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        isClosed = true
        words = words ?? explain?(error)
        finish(.failure(end))
        context.close(promise: nil)
    }

    private func finish(_ result: Result<[UInt8], ConnectorError>) {
        timer?.cancel()
        timer = nil
        guard let promise = waiting else { return }
        waiting = nil
        switch result {
        case .success(let arrived): promise.succeed(arrived)
        case .failure(let error): promise.fail(error)
        }
    }
}
