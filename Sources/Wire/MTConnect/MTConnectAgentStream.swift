// The parts of a streamed answer of an agent, each when it is due.

/// A streamed answer: parts of multipart/x-mixed-replace, each when it is due.
///
/// Use: send the head with `contentType`, then ask for a `part` whenever observations were added
/// and at `deadline`, until it `isFinished`. Times `now` are of one monotonic clock in nanoseconds.
public struct MTConnectAgentStream: Sendable {
    private enum Source {
        case current(interval: Int64)
        case sample(next: UInt64, count: Int, interval: Int64, heartbeat: Int64)
    }

    private let filter: Set<String>?
    private var source: Source
    private var lastSent: Int64?
    /// True when nothing follows.
    public private(set) var isFinished = false

    init(_ request: MTConnectCurrentRequest, filter: Set<String>?) {
        self.filter = filter
        // An interval of 0 would send without end.
        let milliseconds = max(1, request.intervalMilliseconds ?? 1)
        source = .current(interval: Int64(milliseconds) * 1_000_000)
    }

    init(_ request: MTConnectSampleRequest, from: UInt64, filter: Set<String>?) {
        self.filter = filter
        source = .sample(
            next: from, count: request.count ?? MTConnectLimits.defaultCount,
            interval: Int64(request.intervalMilliseconds ?? 0) * 1_000_000,
            heartbeat: Int64(request.heartbeatMilliseconds) * 1_000_000)
    }

    /// The content type of the whole answer.
    public static func contentType(boundary: String) -> String {
        "multipart/x-mixed-replace;boundary=\(boundary)"
    }

    /// A document as a part of an answer.
    public static func frame(_ document: [UInt8], boundary: String) -> [UInt8] {
        let head =
            "--\(boundary)\r\nContent-type: text/xml\r\nContent-length: \(document.count)\r\n\r\n"
        return Array(head.utf8) + document + [0x0D, 0x0A]
    }

    /// The end of an answer.
    public static func end(boundary: String) -> [UInt8] { Array("--\(boundary)--\r\n".utf8) }

    /// The next document, when one is due; `time` is the time of day.
    ///
    /// When the buffer has gone on beyond the client it is an error, and the last one.
    public mutating func document(
        from agent: MTConnectAgent, now: Int64, time: Int64
    ) -> [UInt8]? {
        guard !isFinished else { return nil }
        switch source {
        case .current(let interval):
            if let lastSent, now < lastSent + interval { return nil }
            lastSent = now
            do {
                return try agent.current(at: nil, filter: filter, time: time)
            } catch { return fail(error, agent, time) }
        case .sample(let next, let count, let interval, let heartbeat):
            let first = agent.buffer.firstSequence
            guard next >= first else {
                return fail(
                    MTConnectFault(
                        .outOfRange, "The client fell behind: \(next) is before \(first)"),
                    agent, time)
            }
            if let lastSent, now < lastSent + interval { return nil }
            let found = agent.buffer.observations(
                from: next, count: count, where: { filter?.contains($0.dataItemID) ?? true })
            source = .sample(
                next: found.next, count: count, interval: interval, heartbeat: heartbeat)
            if found.observations.isEmpty {
                guard let since = lastSent else {
                    lastSent = now
                    return nil
                }
                guard now >= since + heartbeat else { return nil }
            }
            lastSent = now
            return agent.streams(found.observations, next: found.next, time: time)
        }
    }

    /// When a document is due at the latest, and at the earliest when observations wait.
    public func deadline(_ agent: MTConnectAgent) -> Int64? {
        guard !isFinished else { return nil }
        guard let lastSent else { return .min }
        switch source {
        case .current(let interval): return lastSent + interval
        case .sample(let next, _, let interval, let heartbeat):
            return lastSent + (next < agent.buffer.nextSequence ? interval : heartbeat)
        }
    }

    private mutating func fail(
        _ fault: MTConnectFault, _ agent: MTConnectAgent, _ time: Int64
    ) -> [UInt8] {
        isFinished = true
        return agent.faults([fault], time: time)
    }
}
