// A connection to an S7 controller: event in, effects out; no sockets and no clock.

/// What happens to a connection.
public enum S7SessionEvent: Hashable, Sendable {
    /// The transport is open: the session asks for its connection.
    case connected
    /// Bytes came.
    case received([UInt8])
    /// The transport is closed, by whomever.
    case disconnected
    /// The time of `deadline` has come.
    case tick
    /// Read ranges; `id` comes back with the answer.
    case read([S7Range], id: UInt64)
    /// Ask what the controller is; `id` comes back with the answer.
    case identify(id: UInt64)
}

/// What a session wants done, in this order.
public enum S7SessionEffect: Hashable, Sendable {
    /// Send these bytes.
    case send([UInt8])
    /// The session is open, with so many bytes a message: plan reads with them.
    case ready(pduBytes: Int)
    /// One result an item.
    case answered(id: UInt64, [S7ItemResult])
    /// What the controller says it is; empty when it does not tell.
    case identified(id: UInt64, S7Identification)
    /// The controller refused the request.
    case refused(id: UInt64, S7Refusal)
    /// The request was not sent: not ready, too many wait, or not possible.
    case rejected(id: UInt64, String)
    /// Close the transport. The session waits for `disconnected`, then for `connected`.
    case close(S7SessionEnd)
}

/// Why a session closes its transport.
public enum S7SessionEnd: Hashable, Sendable, CustomStringConvertible {
    /// The controller refused the connection: wrong rack or slot, or no connection free.
    case refusedConnection(reason: UInt8)
    /// The controller ended the connection.
    case disconnected(reason: UInt8)
    /// The controller refused to agree on the size of messages.
    case refusedSetUp(S7Refusal)
    /// Bytes that are not S7.
    case malformed(FrameError)
    /// No answer in time; the text names what was awaited.
    case timedOut(awaiting: String)

    /// The end in one line, with what to do.
    public var description: String {
        switch self {
        case .refusedConnection(let reason):
            "the controller refused the connection (reason \(reason)); compare rack and slot, and "
                + "see whether all its connections are in use"
        case .disconnected(let reason): "the controller ended the connection (reason \(reason))"
        case .refusedSetUp(let refusal): "the controller refused to begin: \(refusal)"
        case .malformed(let error): "\(error)"
        case .timedOut(let awaited): "no answer in time: \(awaited)"
        }
    }
}

/// How a session connects.
public struct S7SessionSettings: Hashable, Sendable {
    /// Rack, slot and kind of connection.
    public var route: S7Route
    /// Bytes of a message to ask for.
    public var pduBytes: Int
    /// Time for an answer, nanoseconds.
    public var answerNanoseconds: Int64
    /// Requests that may wait.
    public var queue: Int

    /// Messages of 480 bytes, answers within 5 seconds, 64 requests waiting.
    public init(
        route: S7Route, pduBytes: Int = S7Limits.pduBytes,
        answerNanoseconds: Int64 = 5_000_000_000, queue: Int = 64
    ) {
        self.route = route
        self.pduBytes = min(max(S7Limits.smallestPDUBytes, pduBytes), S7Limits.largestPDUBytes)
        self.answerNanoseconds = max(1, answerNanoseconds)
        self.queue = max(1, queue)
    }
}

/// Connects, agrees on the size of messages, then reads, one request at a time.
///
/// It cannot change anything in a controller: ``S7Request`` has no case for it. `now` are
/// nanoseconds of a clock that never jumps.
public struct S7Session: Sendable {
    /// How far the session is.
    public enum Phase: Hashable, Sendable {
        /// No transport.
        case offline
        /// The transport connection is asked for.
        case connecting
        /// The size of messages is being agreed.
        case settingUp
        /// Requests may be sent.
        case ready
        /// Waits for the transport to close.
        case closing
    }

    private enum Job {
        case read([S7Range], id: UInt64)
        case identify(id: UInt64, lists: [S7StatusList], known: S7Identification)
    }

    /// How it connects.
    public let settings: S7SessionSettings
    /// How far it is.
    public private(set) var phase = Phase.offline

    private var deframer = S7Deframer()
    private var queue: [Job] = []
    private var current: (request: S7Request, reference: UInt16, sent: Int64)?
    private var reference: UInt16 = 0
    private var pduBytes: Int
    private var effects: [S7SessionEffect] = []

    /// A session before its first connection.
    public init(_ settings: S7SessionSettings) {
        self.settings = settings
        pduBytes = settings.pduBytes
    }

    /// When `tick` is to come at the latest, on the clock of `now`; nil for never.
    public var deadline: Int64? {
        guard let current, phase != .closing else { return nil }
        let due = current.sent.addingReportingOverflow(settings.answerNanoseconds)
        return due.overflow ? .max : due.partialValue
    }

    /// Takes an event and says what is to be done.
    public mutating func step(_ event: S7SessionEvent, now: Int64) -> [S7SessionEffect] {
        effects = []
        switch event {
        case .connected:
            lose()
            phase = .connecting
            send(.connect(settings.route), now)
        case .received(let bytes): receive(bytes, now)
        case .disconnected:
            lose()
            phase = .offline
        case .tick:
            if let deadline, deadline <= now {
                close(
                    .timedOut(awaiting: "the answer to \(phase == .ready ? "a read" : "connect")"))
            }
        case .read(let ranges, let id): enqueue(.read(ranges, id: id), id, now)
        case .identify(let id):
            enqueue(
                .identify(id: id, lists: S7StatusList.allCases, known: S7Identification()), id, now)
        }
        return effects
    }

    private mutating func lose() {
        deframer.reset()
        for job in queue { reject(job, "the connection is lost") }
        queue = []
        current = nil
    }

    private mutating func reject(_ job: Job, _ reason: String) {
        switch job {
        case .read(_, let id), .identify(let id, _, _): effects.append(.rejected(id: id, reason))
        }
    }

    private mutating func enqueue(_ job: Job, _ id: UInt64, _ now: Int64) {
        guard phase == .ready else {
            reject(job, "not connected")
            return
        }
        guard queue.count < settings.queue else {
            reject(job, "\(queue.count) requests wait already")
            return
        }
        queue.append(job)
        work(now)
    }

    /// Sends the next request when none is under way.
    private mutating func work(_ now: Int64) {
        while phase == .ready, current == nil, let job = queue.first {
            switch job {
            case .read(let ranges, let id):
                if let reason = tooLong(ranges) {
                    queue.removeFirst()
                    effects.append(.rejected(id: id, reason))
                } else {
                    send(.read(ranges), now)
                }
            case .identify(let id, let lists, let known):
                if let list = lists.first {
                    send(.identify(list), now)
                } else {
                    queue.removeFirst()
                    effects.append(.identified(id: id, known))
                }
            }
        }
    }

    /// Why a read cannot be sent; nil when it can.
    private func tooLong(_ ranges: [S7Range]) -> String? {
        do throws(FrameError) {
            _ = try S7Request.read(ranges).encoded(reference: 0)
        } catch { return "\(error)" }
        let asked = S7Limits.requestBytes + ranges.count * S7Limits.itemBytes
        let answered = ranges.reduce(S7Limits.answerBytes) { sum, range in
            sum + S7Limits.answerItemBytes + (range.byteCount + 1) / 2 * 2
        }
        let odd = (ranges.last?.byteCount ?? 0) % 2
        return max(asked, answered - odd) > pduBytes
            ? "\(max(asked, answered - odd)) bytes, \(pduBytes) agreed" : nil
    }

    private mutating func send(_ request: S7Request, _ now: Int64) {
        // Wraps: a reference need only differ from the last ones.
        reference &+= 1
        do throws(FrameError) {
            effects.append(.send(try request.encoded(reference: reference)))
            current = (request, reference, now)
        } catch {
            close(.malformed(error))
        }
    }

    private mutating func close(_ end: S7SessionEnd) {
        guard phase != .closing, phase != .offline else { return }
        phase = .closing
        effects.append(.close(end))
    }

    private mutating func receive(_ bytes: [UInt8], _ now: Int64) {
        guard phase != .offline, phase != .closing else { return }
        deframer.append(bytes)
        do throws(FrameError) {
            while phase != .closing, let unit = try deframer.next() { try take(unit, now) }
        } catch {
            close(.malformed(error))
        }
    }

    private mutating func take(_ unit: S7Unit, _ now: Int64) throws(FrameError) {
        switch (unit, phase) {
        case (.connected, .connecting):
            phase = .settingUp
            send(.setUp(pduBytes: settings.pduBytes), now)
        case (.disconnected(let reason), .connecting): close(.refusedConnection(reason: reason))
        case (.disconnected(let reason), _): close(.disconnected(reason: reason))
        case (.message(let message), .settingUp), (.message(let message), .ready):
            guard let current, S7Answer.reference(of: message) == current.reference else {
                throw FrameError(
                    doing: "reading an S7 message",
                    problem: .invalid("an answer to nothing that was asked"))
            }
            let answer = try S7Answer.decode(message, for: current.request)
            self.current = nil
            finish(answer, now)
        default:
            throw FrameError(
                doing: "reading an S7 frame", problem: .invalid("a unit out of its order"))
        }
    }

    private mutating func finish(_ answer: S7Answer, _ now: Int64) {
        if phase == .settingUp {
            switch answer {
            case .setUp(let size):
                pduBytes = size
                phase = .ready
                effects.append(.ready(pduBytes: size))
            case .refused(let refusal): close(.refusedSetUp(refusal))
            default: break
            }
            return
        }
        guard !queue.isEmpty else { return }
        switch (queue[0], answer) {
        case (.read(_, let id), .items(let results)):
            effects.append(.answered(id: id, results))
            queue.removeFirst()
        case (.identify(let id, let lists, var known), .identification(let told)):
            known.merge(told)
            queue[0] = .identify(id: id, lists: Array(lists.dropFirst()), known: known)
        case (.identify(let id, let lists, let known), .refused):
            queue[0] = .identify(id: id, lists: Array(lists.dropFirst()), known: known)
        case (.read(_, let id), .refused(let refusal)):
            effects.append(.refused(id: id, refusal))
            queue.removeFirst()
        default: queue.removeFirst()
        }
        work(now)
    }
}
