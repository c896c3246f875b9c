// One open connection to a Modbus device: one request at a time, no faster than allowed.

import Plant
import Wire

/// Asks and waits for the answer that belongs to the question.
struct ModbusTCPSession: ModbusSession {
    let channel: any ByteChannel
    let clock: CaptureClock
    let timeout: Elapsed
    /// Shortest time between the starts of two requests.
    let spacing: Elapsed
    private var deframer = ModbusTCPDeframer()
    private var transaction: UInt16 = 0
    private var earliest: Elapsed = .zero

    init(channel: any ByteChannel, clock: CaptureClock, timeout: Elapsed, spacing: Elapsed) {
        self.channel = channel
        self.clock = clock
        self.timeout = timeout
        self.spacing = spacing
    }

    /// What is being done, for messages.
    func doing(_ request: ModbusRequest, device: UInt8) -> String { request.doing }

    /// The answer to a request; throws `timedOut` and leaves the connection usable when none comes.
    mutating func exchange(
        _ request: ModbusRequest, device: UInt8
    ) async throws(ConnectorError) -> ModbusResponse {
        try await waitForTurn()
        transaction &+= 1  // Wraps on purpose: 16 bits on the wire.
        do {
            let frame = try ModbusTCPFrame(
                transaction: transaction, unit: device, request: request)
            try await channel.send(frame.encoded())
            let deadline = clock.monotonic() + timeout
            while true {
                // Late answers to requests that were given up carry older numbers.
                if let answer = try deframer.next() {
                    if answer.transaction == transaction {
                        return try ModbusResponse.decode(answer.pdu, for: request)
                    }
                    continue
                }
                let rest = deadline - clock.monotonic()
                guard rest > .zero else {
                    throw ConnectorError.timedOut(doing: request.doing, after: timeout)
                }
                deframer.append(try await receive(request, within: rest))
            }
        } catch let error as ConnectorError {
            throw error
        } catch let error as FrameError {
            throw .malformed(error)
        } catch {
            throw .closed(doing: request.doing)
        }
    }

    private func receive(
        _ request: ModbusRequest, within rest: Elapsed
    ) async throws(ConnectorError) -> [UInt8] {
        do {
            return try await channel.receive(within: rest)
        } catch {
            switch error {
            case .timedOut: throw .timedOut(doing: request.doing, after: timeout)
            case .closed: throw .closed(doing: request.doing)
            default: throw error
            }
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
