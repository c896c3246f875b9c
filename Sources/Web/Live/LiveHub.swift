// Hands what changes to every open page; keeps the latest so that a lost stream can go on.

import Hummingbird
import Loop
import ServiceLifecycle
import Synchronization

/// The one reader of the box's messages and the many readers behind it.
final class LiveHub: Service, Sendable {
    /// A numbered event.
    struct Numbered: Sendable, Hashable {
        /// Place in the stream, 1 for the first since the start; 0 for signs of life.
        let number: UInt64
        /// What is said.
        let event: LiveEvent
    }

    private struct State {
        var last: UInt64 = 0
        var backlog: [Numbered] = []
        var listeners: [UInt64: AsyncStream<Numbered>.Continuation] = [:]
        var nextListener: UInt64 = 0
        var isClosed = false
        var dropped = 0
    }

    private let state = Mutex(State())
    private let box: any BoxDoor
    private let limits: WebLimits
    private let pause: @Sendable (Duration) async throws -> Void
    /// Tells streams of this start from those of earlier ones.
    private let epoch: String

    init(
        box: any BoxDoor, limits: WebLimits, random: @Sendable () -> UInt64,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.box = box
        self.limits = limits
        self.pause = pause
        epoch = String(random() & 0xFFFF_FFFF, radix: 36)
    }

    /// Reads the box's messages until the program stops, then ends every open stream, so that
    /// stopping does not wait for pages to leave.
    func run() async throws {
        defer { close() }
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await message in self.box.messages() { self.tell(.changed(message)) }
                }
                group.addTask {
                    while !Task.isCancelled {
                        try await self.pause(.seconds(self.limits.liveHeartbeat))
                        if self.box.isMemoryShort { self.shed() }
                        self.beat()
                    }
                }
                do {
                    try await group.waitForAll()
                } catch is CancellationError {
                    group.cancelAll()
                }
            }
        }
    }

    /// Says something to every open page and keeps it for those that come back.
    func tell(_ event: LiveEvent) {
        state.withLock { state in
            state.last += 1
            let numbered = Numbered(number: state.last, event: event)
            state.backlog.append(numbered)
            if state.backlog.count > limits.liveBacklog { state.backlog.removeFirst() }
            for listener in state.listeners.values {
                if case .dropped = listener.yield(numbered) {
                    state.dropped += 1
                    // The page missed something: it is told to read everything again.
                    listener.yield(Numbered(number: state.last, event: .everything))
                }
            }
        }
    }

    /// Shows every open page that the stream is alive.
    func beat() {
        state.withLock { state in
            for listener in state.listeners.values {
                listener.yield(Numbered(number: 0, event: .beat))
            }
        }
    }

    /// Open streams now.
    var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// Messages that slow pages missed since the start.
    var droppedCount: Int { state.withLock { $0.dropped } }

    /// The id of an event on the wire.
    func id(_ number: UInt64) -> String? { number == 0 ? nil : epoch + "-" + String(number) }

    /// A stream of what is said from now on, preceded by what was missed since `lastID`; nil when
    /// there are too many streams or the program is stopping.
    func listen(lastID: String?) -> AsyncStream<Numbered>? {
        let (stream, continuation) = AsyncStream<Numbered>.makeStream(
            bufferingPolicy: .bufferingNewest(limits.liveQueue + limits.liveBacklog))
        let key: UInt64? = state.withLock { state in
            guard !state.isClosed, !box.isMemoryShort, state.listeners.count < limits.liveStreams
            else { return nil }
            for missed in self.missed(since: lastID, in: state) { continuation.yield(missed) }
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        guard let key else { return nil }
        continuation.onTermination = { _ in self.leave(key) }
        return stream
    }

    private func leave(_ key: UInt64) {
        state.withLock { _ = $0.listeners.removeValue(forKey: key) }
    }

    private func missed(since lastID: String?, in state: State) -> [Numbered] {
        guard let lastID else { return [] }
        let parts = lastID.split(separator: "-")
        guard parts.count == 2, parts[0] == epoch, let number = UInt64(parts[1]),
            number <= state.last, number + 1 >= (state.backlog.first?.number ?? state.last + 1)
        else { return [Numbered(number: state.last, event: .everything)] }
        return state.backlog.filter { $0.number > number }
    }

    /// Ends every open stream for want of memory; pages try again.
    func shed() { end(isClosing: false) }

    private func close() { end(isClosing: true) }

    private func end(isClosing: Bool) {
        let listeners = state.withLock { state in
            if isClosing { state.isClosed = true }
            let all = Array(state.listeners.values)
            state.listeners = [:]
            return all
        }
        for listener in listeners { listener.finish() }
    }
}
