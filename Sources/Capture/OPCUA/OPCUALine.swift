// One session with an OPC UA server: moves bytes between channels and the client value.

import Plant
import Wire

/// A client on an open channel.
///
/// Where security is wanted the client looks at the endpoints first and connects a second time, to
/// the one that it chose; after that its end is the end of the line.
struct OPCUALine {
    /// What came of bytes or of time.
    enum Happening: Sendable {
        case opened(OPCUAOpening)
        case samples([OPCUASample])
        case gap(OPCUAGap)
        case answer(OPCUAClientAnswer, UInt64)
        case problem(OPCUAProblem)
    }

    private let io: ConnectorIO
    private let endpoint: Endpoint
    private let timeout: Elapsed
    /// Thumbprint of our own certificate, nil where none is shown.
    private let thumbprint: [UInt8]?
    private(set) var client: OPCUAClient
    private var channel: (any ByteChannel)?
    private var end: ConnectorError?
    private var questions: UInt64 = 0
    private static let shortestWait = Elapsed.milliseconds(10)

    init(
        io: ConnectorIO, endpoint: Endpoint, timeout: Elapsed, thumbprint: [UInt8]?,
        client: OPCUAClient
    ) {
        self.io = io
        self.endpoint = endpoint
        self.timeout = timeout
        self.thumbprint = thumbprint
        self.client = client
    }

    /// Connects and greets.
    mutating func open() async throws(ConnectorError) -> [Happening] {
        channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        // A client that is new asks for its connection; one of an earlier session takes it.
        if client.phase == .idle { _ = step(.start) }
        return try await perform(step(.connected))
    }

    /// Waits for bytes or the client's deadline, not longer than until a moment.
    mutating func next(until moment: Elapsed? = nil) async throws(ConnectorError) -> [Happening] {
        if let end { throw end }
        guard let channel else { throw .closed(doing: "talking to \(endpoint)") }
        let now = io.clock.monotonic()
        var limit = Elapsed.hours(1)
        if let deadline = client.deadline {
            limit = min(limit, Elapsed(nanoseconds: deadline) - now)
        }
        if let moment { limit = min(limit, moment - now) }
        // A deadline that has passed while its answer is on the way must not keep us from reading.
        limit = max(limit, Self.shortestWait)
        var event = OPCUAClientEvent.tick
        do throws(ConnectorError) {
            event = .received(try await channel.receive(within: limit))
        } catch .timedOut {
            event = .tick
        } catch .closed {
            self.channel = nil
            await channel.close()
            event = .closed
        } catch { throw error }
        return try await perform(step(event))
    }

    /// Starts a question; its answer comes as a happening with the number.
    mutating func ask(
        _ question: OPCUAQuestion
    ) async throws(ConnectorError) -> (number: UInt64, happenings: [Happening]) {
        questions += 1
        return (questions, try await perform(step(.ask(question, id: questions))))
    }

    /// The answer to a question; what else happens meanwhile is dropped.
    mutating func answer(
        to question: OPCUAQuestion
    ) async throws(ConnectorError) -> OPCUAClientAnswer {
        var (number, happenings) = try await ask(question)
        while true {
            for case .answer(let answer, number) in happenings { return answer }
            happenings = try await next()
        }
    }

    /// Ends the session in good order.
    mutating func finish() async {
        do throws(ConnectorError) { _ = try await perform(step(.finish)) } catch {
            // The other side may be gone already.
        }
        await close()
    }

    /// Closes the connection; the client keeps what it knows for the next.
    mutating func close() async {
        guard let channel else { return }
        self.channel = nil
        await channel.close()
        _ = step(.closed)
    }

    private mutating func step(_ event: OPCUAClientEvent) -> [OPCUAClientAction] {
        client.step(
            event, now: io.clock.monotonic().nanoseconds, wallTime: io.clock.wall().nanoseconds)
    }

    private mutating func perform(
        _ first: [OPCUAClientAction]
    ) async throws(ConnectorError) -> [Happening] {
        var happenings: [Happening] = []
        var problems: [OPCUAProblem] = []
        var outgoing: [UInt8] = []
        var actions = first[...]
        while let action = actions.popFirst() {
            switch action {
            case .send(let bytes): outgoing += bytes
            case .connect:
                channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
                actions += step(.connected)
            case .close:
                try await flush(&outgoing)
                if let channel { await channel.close() }
                channel = nil
                actions += step(.closed)
            case .opened(let opening): happenings.append(.opened(opening))
            case .deliver(let samples): happenings.append(.samples(samples))
            case .gap(let gap): happenings.append(.gap(gap))
            case .answered(let answer, let id): happenings.append(.answer(answer, id))
            case .needsTrust(let certificate): end = untrusted(certificate)
            case .problem(var problem):
                // Some words are the server's own.
                problem.words = problem.words.withoutControls
                if problem.item == nil {
                    problems.append(problem)
                } else {
                    happenings.append(.problem(problem))
                }
            }
        }
        try await flush(&outgoing)
        if channel == nil, end == nil { end = ending(problems.popLast()) }
        return happenings + problems.map { .problem($0) }
    }

    /// Sends what is to be sent; a connection that closes meanwhile is seen when it is read.
    private mutating func flush(_ outgoing: inout [UInt8]) async throws(ConnectorError) {
        guard !outgoing.isEmpty, let channel else { return }
        let bytes = outgoing
        outgoing = []
        do throws(ConnectorError) { try await channel.send(bytes) } catch {
            if error == .cancelled { throw error }
        }
    }

    // MARK: - Why the session ended

    private func ending(_ problem: OPCUAProblem?) -> ConnectorError {
        guard let problem else { return .closed(doing: "talking to \(endpoint)") }
        guard let status = problem.status else {
            return problem.words.hasPrefix("the server")
                ? .refused(by: endpoint.description, detail: problem.words)
                : .malformed(
                    FrameError(doing: "talking to \(endpoint)", problem: .invalid(problem.words)))
        }
        switch status.meaning.code {
        case 0x800A_0000: return .timedOut(doing: problem.words, after: timeout)
        case 0x801F_0000, 0x8020_0000, 0x8021_0000, 0x8057_0000:
            // Servers lock a name after some wrong passwords, so this is not tried often.
            return .rejected(code: Int(status.code >> 16), meaning: problem.description)
        case 0x8012_0000...0x801D_0000:
            guard let thumbprint else { break }
            return .refused(
                by: endpoint.description,
                detail: "\(problem); the server may not accept this box's certificate yet: accept "
                    + "it there, its thumbprint (SHA-1) is \(Hexadecimal.pairs(thumbprint))")
        default: break
        }
        return .refused(by: endpoint.description, detail: problem.description)
    }

    private func untrusted(_ certificate: OPCUACertificate) -> ConnectorError {
        let subject = certificate.subject.withoutControls
        let known =
            client.settings.trusted.isEmpty
            ? "a certificate that nobody has accepted yet"
            : "another certificate than the accepted one"
        let isDated = certificate.notAfter < io.clock.wall().nanoseconds
        return .misconfigured(
            field: "trusted",
            reason: "the server at \(endpoint) shows \(known): \(subject), SHA-256 fingerprint "
                + Hexadecimal.pairs(certificate.fingerprint) + (isDated ? ", out of date" : "")
                + ". If the server itself shows the same fingerprint, add this line to the "
                + "connection: trusted = \"\(Hexadecimal.text(certificate.fingerprint))\"")
    }
}

extension String {
    /// The text of another side, made fit for a line of a page or log.
    var withoutControls: String {
        String(
            unicodeScalars.map { scalar in
                scalar.properties.generalCategory == .control ? " " : Character(scalar)
            })
    }
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
    /// Small digits without anything between.
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Capital digits with colons between the bytes, as servers show them.
    static func pairs(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
            .joined(separator: ":")
    }
}
