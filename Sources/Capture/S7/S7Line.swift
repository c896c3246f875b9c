// One connection to an S7 controller: moves bytes between the channel and the session value.

import Plant
import Wire

/// A session on an open channel: one request at a time, no faster than allowed.
struct S7Line {
    /// What came of one question.
    enum Answer: Sendable {
        case items([S7ItemResult])
        case identified(S7Identification)
        case refused(S7Refusal)
        case rejected(String)
    }

    private let channel: any ByteChannel
    private let clock: CaptureClock
    private let name: Endpoint
    /// Shortest time between the starts of two requests.
    private let spacing: Elapsed
    private var session: S7Session
    private var earliest: Elapsed = .zero
    private var number: UInt64 = 0
    /// Bytes of a message, as agreed.
    private(set) var pduBytes = S7Limits.pduBytes

    init(
        channel: any ByteChannel, clock: CaptureClock, name: Endpoint, spacing: Elapsed,
        settings: S7SessionSettings
    ) {
        self.channel = channel
        self.clock = clock
        self.name = name
        self.spacing = spacing
        session = S7Session(settings)
    }

    /// Connects and agrees on the size of messages.
    mutating func open() async throws(ConnectorError) {
        var effects = session.step(.connected, now: now)
        while true {
            for effect in try await perform(effects) {
                if case .ready(let bytes) = effect {
                    pduBytes = bytes
                    return
                }
            }
            effects = try await next()
        }
    }

    /// Reads ranges.
    mutating func read(_ ranges: [S7Range]) async throws(ConnectorError) -> Answer {
        try await ask { .read(ranges, id: $0) }
    }

    /// Asks what the controller is.
    mutating func identify() async throws(ConnectorError) -> Answer {
        try await ask { .identify(id: $0) }
    }

    private var now: Int64 { clock.monotonic().nanoseconds }

    private mutating func ask(
        _ question: (UInt64) -> S7SessionEvent
    ) async throws(ConnectorError) -> Answer {
        try await waitForTurn()
        number += 1
        let wanted = number
        var effects = session.step(question(wanted), now: now)
        while true {
            for effect in try await perform(effects) {
                switch effect {
                case .answered(wanted, let results): return .items(results)
                case .identified(wanted, let found): return .identified(found)
                case .refused(wanted, let refusal): return .refused(refusal)
                case .rejected(wanted, let reason): return .rejected(reason)
                default: break
                }
            }
            effects = try await next()
        }
    }

    /// Waits for bytes or for the session's deadline.
    private mutating func next() async throws(ConnectorError) -> [S7SessionEffect] {
        let limit = session.deadline.map { Elapsed(nanoseconds: $0 - now) } ?? .seconds(1)
        guard limit > .zero else { return session.step(.tick, now: now) }
        do throws(ConnectorError) {
            let bytes = try await channel.receive(within: limit)
            return session.step(.received(bytes), now: now)
        } catch {
            guard case .timedOut = error else { throw error }
            return session.step(.tick, now: now)
        }
    }

    /// Sends what is to be sent; throws when the session ends.
    private func perform(
        _ effects: [S7SessionEffect]
    ) async throws(ConnectorError) -> [S7SessionEffect] {
        for effect in effects {
            switch effect {
            case .send(let bytes): try await channel.send(bytes)
            case .close(let end): throw error(end)
            default: break
            }
        }
        return effects
    }

    private func error(_ end: S7SessionEnd) -> ConnectorError {
        switch end {
        case .refusedConnection, .disconnected:
            .refused(by: name.description, detail: end.description)
        case .refusedSetUp(let refusal): .rejected(code: Int(refusal.code), meaning: refusal.advice)
        case .malformed(let error): .malformed(error)
        case .timedOut(let awaited):
            .timedOut(
                doing: "waiting for \(awaited)",
                after: Elapsed(nanoseconds: session.settings.answerNanoseconds))
        }
    }

    private mutating func waitForTurn() async throws(ConnectorError) {
        let now = clock.monotonic()
        if earliest > now {
            do { try await clock.sleep(earliest - now) } catch { throw .cancelled }
        }
        earliest = max(now, earliest) + spacing
    }
}

extension S7Refusal {
    /// The meaning, with what to do where access is what is refused.
    var advice: String {
        let isAccess = code >> 8 == 0x81 || code >> 8 == 0x87 || code >> 8 == 0xD6
        return isAccess
            ? "\(meaning); in an S7-1200 or S7-1500 permit access with PUT/GET communication in "
                + "the protection settings of the CPU" : meaning
    }
}
