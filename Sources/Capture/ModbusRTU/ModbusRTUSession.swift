// One open serial line with Modbus devices: one request at a time, silence between frames.

import Plant
import Wire

/// How a line is spoken on.
struct ModbusRTUPace: Hashable, Sendable {
    let timeout: Elapsed
    /// Shortest time between the starts of two requests.
    let spacing: Elapsed
    /// Silence before each request.
    let gap: Elapsed
}

/// Asks and waits for the answer that belongs to the question.
struct ModbusRTUSession: ModbusSession {
    let channel: any ByteChannel
    let place: SerialPlace
    let pace: ModbusRTUPace
    let io: ConnectorIO
    private var earliest: Elapsed = .zero
    /// When the line last carried something.
    private var lastHeard: Elapsed

    init(channel: any ByteChannel, place: SerialPlace, pace: ModbusRTUPace, io: ConnectorIO) {
        self.channel = channel
        self.place = place
        self.pace = pace
        self.io = io
        lastHeard = io.clock.monotonic()
    }

    private var now: Elapsed { io.clock.monotonic() }

    /// What is being done, for messages.
    func doing(_ request: ModbusRequest, device: UInt8) -> String {
        "\(request.doing) of device \(device)"
    }

    /// The answer to a request; throws `timedOut` and leaves the line usable when none comes.
    mutating func exchange(
        _ request: ModbusRequest, device: UInt8
    ) async throws(ConnectorError) -> ModbusResponse {
        let doing = doing(request, device: device)
        guard var listener = ModbusRTUListener(request, device: device) else {
            throw .malformed(FrameError(doing: doing, problem: .invalid("no reading request")))
        }
        try await waitForTurn(doing)
        let frame: [UInt8]
        do throws(FrameError) {
            frame = ModbusRTU.encode(unit: device, pdu: try request.encoded())
        } catch {
            throw .malformed(error)
        }
        try await channel.send(frame)
        lastHeard = now + place.duration(ofBytes: frame.count)
        var deadline = lastHeard + pace.timeout
        while true {
            let rest = deadline - now
            guard rest > .zero, let bytes = try await heard(doing, within: rest) else {
                report(listener, doing)
                throw .timedOut(doing: doing, after: pace.timeout)
            }
            if let pdu = listener.append(bytes) {
                do throws(FrameError) {
                    return try ModbusResponse.decode(pdu, for: request)
                } catch {
                    throw .malformed(error)
                }
            }
            // Behind a damaged answer only its rest can follow.
            if listener.damage != nil { deadline = min(deadline, now + Self.patience) }
        }
    }

    private static let patience = Elapsed.milliseconds(50)

    /// Says once what stood in the way of an answer.
    private func report(_ listener: ModbusRTUListener, _ doing: String) {
        if let damage = listener.damage {
            io.report(
                .problem(
                    "\(doing): a damaged answer (\(damage.description)); check speed, parity, "
                        + "wiring and the resistors at both ends of the line"))
        } else if listener.heard > 0 {
            io.report(
                .problem(
                    "\(doing): bytes came, but no answer of this device; check speed, parity and "
                        + "that no other program asks on this line"))
        }
    }

    /// Bytes of the line; nil when the time is over.
    private mutating func heard(
        _ doing: String, within limit: Elapsed
    ) async throws(ConnectorError) -> [UInt8]? {
        do throws(ConnectorError) {
            let bytes = try await channel.receive(within: limit)
            lastHeard = now
            return bytes
        } catch {
            switch error {
            case .timedOut: return nil
            case .closed: throw .closed(doing: doing)
            default: throw error
            }
        }
    }

    /// Waits for the allowed rate and for silence on the line; what comes meanwhile is nobody's.
    private mutating func waitForTurn(_ doing: String) async throws(ConnectorError) {
        let end = now + pace.timeout + pace.spacing + pace.gap
        while true {
            let due = max(earliest, lastHeard + pace.gap)
            // At least a moment, since a late answer may wait to be read.
            let wait = max(due - now, .milliseconds(1))
            guard try await heard(doing, within: wait) != nil else { break }
            guard now < end else {
                throw .timedOut(
                    doing: "\(doing): waiting for silence on the line", after: pace.timeout)
            }
        }
        earliest = now + pace.spacing
    }
}
