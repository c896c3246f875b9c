// One session with an agent: moves requests and answers between the connection and the client.

import Plant
import Wire

/// A session over one connection at a time.
struct MTConnectLine {
    private let io: ConnectorIO
    private var connection: HTTPConnection
    private(set) var client: MTConnectClient
    private var open: MTConnectRequestID?
    private var status = 200
    private var troubles = 0
    /// True while a stream was asked for and not a byte of it has come.
    private(set) var awaitsStream = false
    /// True when the last step showed that the agent has nothing more to tell for now.
    private(set) var isFollowing = false

    init(to endpoint: Endpoint, client: MTConnectClient, io: ConnectorIO) {
        self.io = io
        self.client = client
        connection = HTTPConnection(to: endpoint, bodyLimit: nil, io: io)
    }

    private var now: Int64 { io.clock.monotonic().nanoseconds }

    /// Connects and asks for the model.
    mutating func start() async throws(ConnectorError) {
        try await connection.open()
        _ = try await step(.start)
    }

    /// Waits for the next part of an answer or the client's time; returns what it tells.
    mutating func next() async throws(ConnectorError) -> [MTConnectClientAction] {
        let limit = Elapsed(nanoseconds: (client.deadline ?? now) - now)
        guard let open else {
            guard await io.slept(limit) else { throw .cancelled }
            return try await step(.tick)
        }
        guard limit > .zero else { return try await step(.tick) }
        let event: HTTPResponseEvent
        do throws(ConnectorError) {
            event = try await connection.next(within: limit)
        } catch {
            guard case .timedOut = error else { throw error }
            return try await step(.tick)
        }
        switch event {
        case .head(let head):
            try check(head)
            status = head.status
            return try await step(
                .opened(open, status: head.status, contentType: head["content-type"] ?? ""))
        case .body(let bytes):
            awaitsStream = false
            return try await step(.received(open, bytes))
        case .end:
            self.open = nil
            return try await step(.closed(open))
        }
    }

    /// Closes the connection.
    mutating func close() async { await connection.close() }

    private func check(_ head: HTTPHead) throws(ConnectorError) {
        switch head.status {
        case 300..<400:
            throw .rejected(
                code: head.status, meaning: "the agent sends us elsewhere, which is not followed")
        case 401, 403: throw .rejected(code: head.status, meaning: head.reason)
        default: break
        }
    }

    /// Does what the client wants done now; returns what is to be told.
    private mutating func step(
        _ event: MTConnectClientEvent
    ) async throws(ConnectorError) -> [MTConnectClientAction] {
        let phase = client.phase
        let earlier = troubles
        isFollowing = false
        var told: [MTConnectClientAction] = []
        var request: MTConnectClientRequest?
        for action in client.step(event, now: now) {
            switch action {
            case .request(let wanted): request = wanted
            case .cancel(let id):
                if open == id {
                    open = nil
                    await connection.close()
                }
            case .trouble(let trouble): try take(trouble, during: phase)
            case .deliver:
                troubles = 0
                told.append(action)
            case .devices, .gap: told.append(action)
            case .assets, .wait: break
            }
        }
        // A sign of life of a stream, or an answer after which the client waits.
        if case .tick = event {
        } else {
            isFollowing =
                phase == .sampling && troubles <= earlier
                && (client.phase == .sampling || client.phase == .waiting)
        }
        if let request {
            try await connection.send(request.target)
            open = request.id
            awaitsStream = client.phase == .sampling && client.isStreaming
        }
        return told
    }

    /// The client goes on by itself where the protocol has a way; all else ends the session.
    private mutating func take(
        _ trouble: MTConnectTrouble, during phase: MTConnectClient.Phase
    ) throws(ConnectorError) {
        let isBeginning = phase == .probing || phase == .current
        troubles += 1
        let isLost = troubles >= CaptureLimits.agentTroubles
        switch trouble {
        case .silent(let length):
            throw .timedOut(
                doing: "waiting for the agent", after: Elapsed(nanoseconds: length))
        case .faults(let faults):
            let words = faults.map(\.description).joined(separator: "; ")
            let meaning = words.isEmpty ? "an error without words" : String(words.prefix(400))
            if isBeginning || isLost { throw .rejected(code: status, meaning: meaning) }
            // What lies outside of the buffer is told as a gap.
            if faults.allSatisfy({ $0.code == .outOfRange }) { return }
            io.report(.problem("the agent answers: \(meaning)"))
        case .malformed(let error):
            if phase == .probing || isLost { throw .malformed(error) }
            io.report(.problem(error.description))
        case .failed(let reason):
            if isBeginning || isLost { throw .refused(by: "the agent", detail: reason) }
            io.report(.problem(reason))
        case .pollingInstead:
            io.report(.problem("the agent does not stream; it is asked again and again instead"))
        case .assetsSkipped: break
        }
    }
}
