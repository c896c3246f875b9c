// A device in memory that plays a conversation: what it expects, what it answers.

import Capture
import Logging
import Plant
import Synchronization

/// One line of a conversation.
enum ScriptStep: Hashable, Sendable {
    /// The connector must send exactly these bytes.
    case expect([UInt8])
    /// The device sends these bytes.
    case send([UInt8])
    /// The device says nothing until the wait is over.
    case silence
    /// The device is slow: time passes before its next bytes.
    case pause(Elapsed)
}

/// Plays one conversation; behind its end the device hangs up.
final class ScriptedPeer: ByteChannel {
    private struct State {
        var steps: [ScriptStep]
        var place = 0
        var sent: [UInt8] = []
        var mismatch: String?
        var isClosed = false
    }

    private let state: Mutex<State>
    private let clock: SkippingClock
    private let isLenient: Bool

    /// A lenient peer does not compare what it is sent.
    init(_ steps: [ScriptStep], clock: SkippingClock, isLenient: Bool = false) {
        state = Mutex(State(steps: steps))
        self.clock = clock
        self.isLenient = isLenient
    }

    var mismatch: String? { state.withLock { $0.mismatch } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    var isFinished: Bool { state.withLock { $0.place >= $0.steps.count } }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        if Task.isCancelled { throw .cancelled }
        let isOpen = state.withLock { state in
            guard !state.isClosed else { return false }
            if isLenient {
                while state.place < state.steps.count, case .expect = state.steps[state.place] {
                    state.place += 1
                }
                return true
            }
            state.sent += bytes
            while !state.sent.isEmpty {
                guard state.place < state.steps.count,
                    case .expect(let wanted) = state.steps[state.place]
                else {
                    // Behind the end of the script the device is gone.
                    if state.place < state.steps.count {
                        state.mismatch = state.mismatch ?? "unexpected \(hex(state.sent))"
                    }
                    return true
                }
                guard state.sent.count >= wanted.count else { return true }
                let part = Array(state.sent.prefix(wanted.count))
                if part != wanted {
                    state.mismatch =
                        state.mismatch
                        ?? "step \(state.place): sent \(hex(part)), expected \(hex(wanted))"
                }
                state.sent.removeFirst(wanted.count)
                state.place += 1
            }
            return true
        }
        if !isOpen { throw .closed(doing: "sending") }
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        await Task.yield()
        if Task.isCancelled { throw .cancelled }
        while true {
            let step: ScriptStep? = state.withLock { state in
                guard state.place < state.steps.count, !state.isClosed else { return nil }
                let step = state.steps[state.place]
                if case .expect = step { return step }
                state.place += 1
                return step
            }
            switch step {
            case .send(let bytes): return bytes
            case .pause(let length): clock.advance(by: length)
            case .silence, .expect:
                clock.advance(by: limit)
                throw .timedOut(doing: "reading", after: limit)
            case nil: throw .closed(doing: "reading")
            }
        }
    }

    func close() async { state.withLock { $0.isClosed = true } }
}

/// A device that takes everything and never answers.
final class SilentPeer: ByteChannel {
    private let closed = Mutex(false)
    private let stream = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    var isClosed: Bool { closed.withLock { $0 } }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        if Task.isCancelled { throw .cancelled }
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        for await _ in stream.stream {}
        throw Task.isCancelled ? .cancelled : .closed(doing: "reading")
    }

    func close() async {
        closed.withLock { $0 = true }
        stream.continuation.finish()
    }
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
        let text = String(byte, radix: 16)
        return text.utf8.count == 1 ? "0" + text : text
    }.joined()
}

/// What the reports of a session were.
final class ReportBook: Sendable {
    private let reports = Mutex<[ConnectorReport]>([])
    var all: [ConnectorReport] { reports.withLock { $0 } }
    func note(_ report: ConnectorReport) { reports.withLock { $0.append(report) } }
}

/// The world of a connector in tests.
func testIO(
    _ clock: CaptureClock, registry: any SignalRegistry = MemorySink(),
    logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
    report: @escaping @Sendable (ConnectorReport) -> Void = { _ in },
    connect: @escaping @Sendable (Endpoint) async throws(ConnectorError) -> any ByteChannel
) -> ConnectorIO {
    ConnectorIO(
        clock: clock,
        dialer: Dialer { (endpoint, _) async throws(ConnectorError) in try await connect(endpoint)
        },
        logger: logger, jitter: { 0.5 },
        secret: { (_) async throws(ConnectorError) in Secret(bytes: Array("secret".utf8)) },
        registry: registry, report: report)
}
