// What changed, told to every open page: bounded for each listener, the newest of a kind wins.

import Plant
import Synchronization

/// Spreads live messages to listeners.
public final class LiveFeed: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<LiveMessage>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())

    /// A feed without listeners.
    public init() {}

    /// A stream of messages from now on; a listener that falls behind loses the oldest.
    public func messages() -> AsyncStream<LiveMessage> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: LiveMessage.self,
            bufferingPolicy: .bufferingNewest(LoopLimits.liveMessagesPerClient))
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { $0.continuations[number] = nil }
        }
        return stream
    }

    /// How many listen.
    public var listenerCount: Int { listeners.withLock { $0.continuations.count } }

    /// Tells everyone.
    public func tell(_ message: LiveMessage) {
        let continuations = listeners.withLock { Array($0.continuations.values) }
        for continuation in continuations { continuation.yield(message) }
    }

    /// Ends every stream.
    public func finish() {
        let continuations = listeners.withLock { Array($0.continuations.values) }
        for continuation in continuations { continuation.finish() }
    }
}
