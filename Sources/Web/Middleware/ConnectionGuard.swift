// A connection says what it wants within some seconds, and no address has more than its share of them
// (R-52, S-24).

import NIOCore
import NIOHTTPTypes
import Synchronization

/// Open connections by the address of the other side.
final class ConnectionCount: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Counts one more; false when the address has its share already.
    func enter(_ address: String, limit: Int) -> Bool {
        counts.withLock { counts in
            guard counts[address, default: 0] < limit else { return false }
            counts[address, default: 0] += 1
            return true
        }
    }

    /// Counts one less.
    func leave(_ address: String) {
        counts.withLock { counts in
            guard let count = counts[address] else { return }
            counts[address] = count > 1 ? count - 1 : nil
        }
    }
}

/// Closes a connection whose request does not come, and one too many of an address.
///
/// While an answer is made and sent no time runs: a stream of events stays open for as long as the
/// page does.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let count: ConnectionCount
    private let limits: WebLimits
    private var deadline: Scheduled<Void>?
    private var isWaitingForHead = true
    private var address: String?

    init(count: ConnectionCount, limits: WebLimits) {
        self.count = count
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        // A stream of HTTP/2 knows the address as a channel alone.
        let from = context.channel.remoteAddress?.ipAddress ?? ""
        guard count.enter(from, limit: limits.connectionsPerAddress) else {
            context.close(promise: nil)
            return
        }
        address = from
        if context.channel.isActive { start(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isWaitingForHead = false
            deadline?.cancel()
            deadline = nil
        case .body, .end: break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            isWaitingForHead = true
            start(context)
        }
        context.write(data, promise: promise)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes came and no head yet: from now on it has its time.
        if isWaitingForHead { start(context) }
        context.fireChannelReadComplete()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = nil
        if let address { count.leave(address) }
        address = nil
    }

    private func start(_ context: ChannelHandlerContext) {
        guard deadline == nil, isWaitingForHead else { return }
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: .seconds(Int64(limits.headSeconds))) {
            channel.close(promise: nil)
        }
    }
}
