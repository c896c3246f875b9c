// OPC UA: watches variables of a server by subscription.

public import Plant
import Synchronization
import Wire

/// Reads an OPC UA server and never writes or calls.
///
/// No function that changes a server is in here.
public struct OPCUAConnector: Connector {
    /// `opc-ua`.
    public static let kind = "opc-ua"
    /// All settings.
    public static let schema = OPCUAFields.schema

    private let endpoint: Endpoint
    private let timeout: Elapsed
    private let settings: OPCUAClientSettings
    private let userName: String?
    private let passwordName: String?
    private let points: [OPCUAPoint]
    private let kept = OPCUAKept()

    /// Checks settings and nodes.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let path = "connection.\(connection.id.text)"
        let server = try OPCUAFields.server(connection, path)
        let reader = try Self.schema.reader(settings: connection.settings, path: path)
        endpoint = server.endpoint
        timeout = reader.duration("timeout") ?? .seconds(5)
        userName = reader.text("username")
        passwordName = reader.text("password")
        if passwordName != nil, userName == nil {
            throw reader.error(
                "username", "a password needs a user name", "Add the user name at the server.")
        }
        var points: [OPCUAPoint] = []
        for signal in signals.sorted(by: { $0.id < $1.id }) {
            points.append(try OPCUAPoint(signal, connection: reader))
        }
        self.points = points
        let publishing = reader.duration("publishing") ?? .milliseconds(500)
        settings = OPCUAClientSettings(
            url: server.url, applicationURI: "urn:millwright", applicationName: "Millwright",
            security: try OPCUAFields.security(reader),
            trusted: try OPCUAFields.trusted(reader),
            subscriptions: [
                OPCUASubscriptionSettings(
                    publishingMilliseconds: publishing.seconds * 1_000, items: points.map(\.item))
            ],
            times: OPCUAClientTimes(
                answerMilliseconds: timeout.nanoseconds / 1_000_000, sessionMilliseconds: 60_000))
    }

    /// The kind that the option `type` names.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        _ = try OPCUAPoint.node(source.address, reader)
        return ValueKind.allCases.first { $0.word == reader.text("type") } ?? .number
    }

    /// The server's address: small controllers keep few sessions.
    public var controller: String? { endpoint.description }

    /// Each value comes by itself.
    public var groups: [PollGroup] {
        points.map { PollGroup(signals: [$0.signal], period: nil) }
    }

    /// Reads every signal once and lists the variables of the server.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let (client, thumbprint) = try await client(io, isWatching: false)
        var walk = OPCUAWalk(
            line: OPCUALine(
                io: io, endpoint: endpoint, timeout: timeout, thumbprint: thumbprint,
                client: client), clock: io.clock)
        do throws(ConnectorError) {
            let report = try await walk.report(points, endpoint)
            await walk.line.finish()
            return report
        } catch {
            await walk.line.close()
            throw error
        }
    }

    /// Takes values until cancelled or until the session ends.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        do throws(ConnectorError) {
            try await runSession(io, sink)
        } catch {
            if error != .cancelled { throw error }
        }
    }

    private func runSession(
        _ io: ConnectorIO, _ sink: some SampleSink
    ) async throws(ConnectorError) {
        // What the server keeps after a lost connection is fetched by the kept client.
        let memory = kept.take()
        let start: (OPCUAClient, [UInt8]?) =
            if let memory { (memory.client, memory.thumbprint) } else {
                try await client(io, isWatching: true)
            }
        let line = OPCUALine(
            io: io, endpoint: endpoint, timeout: timeout, thumbprint: start.1, client: start.0)
        var session = OPCUAWatching(
            line: line, intake: memory?.intake ?? OPCUAIntake(points), io: io)
        do throws(ConnectorError) {
            try await session.run(into: sink)
        } catch {
            await session.line.close()
            kept.put(
                OPCUAKept.Memory(
                    client: session.line.client, thumbprint: start.1, intake: session.intake))
            throw error
        }
    }

    private func cryptography(
        _ io: ConnectorIO
    ) async throws(ConnectorError) -> (any OPCUACryptography)? {
        let isOpen = settings.security == .exactly(.none, .none)
        return isOpen && userName == nil ? nil : try await io.opcua()
    }

    private func client(
        _ io: ConnectorIO, isWatching: Bool
    ) async throws(ConnectorError) -> (OPCUAClient, [UInt8]?) {
        let cryptography = try await cryptography(io)
        var complete = settings
        if let uri = cryptography?.certificate.applicationURIs.first {
            complete.applicationURI = uri
        }
        if let userName {
            var password: [UInt8] = []
            if let passwordName { password = try await io.secret(passwordName).bytes }
            complete.identity = .userName(userName, password: password)
        }
        if !isWatching { complete.subscriptions = [] }
        return (
            OPCUAClient(complete, cryptography: cryptography), cryptography?.certificate.thumbprint
        )
    }
}

/// What is kept between two sessions.
final class OPCUAKept: Sendable {
    /// The client with its session, and what is known of the values.
    struct Memory: Sendable {
        var client: OPCUAClient
        var thumbprint: [UInt8]?
        var intake: OPCUAIntake
    }

    private let memory = Mutex<Memory?>(nil)

    /// Takes the memory out; a second taker gets nothing.
    func take() -> Memory? {
        memory.withLock { memory in
            defer { memory = nil }
            return memory
        }
    }

    /// Keeps the memory for the next session.
    func put(_ new: Memory) { memory.withLock { $0 = new } }
}

/// One session that watches values.
struct OPCUAWatching {
    var line: OPCUALine
    var intake: OPCUAIntake
    let io: ConnectorIO
    /// When the values are to be read once, after a session of before goes on.
    private var confirmation: Elapsed?
    /// The question for the namespaces, then for the values.
    private var asked: UInt64?
    /// Items in the order of the question.
    private var reading: [Int] = []
    /// Time for the server to send what it kept.
    private static let pause = Elapsed.seconds(2)

    init(line: OPCUALine, intake: OPCUAIntake, io: ConnectorIO) {
        self.line = line
        self.intake = intake
        self.io = io
    }

    /// Takes values until the session ends.
    mutating func run(into sink: some SampleSink) async throws(ConnectorError) {
        var happenings = try await line.open()
        while !Task.isCancelled {
            try await take(happenings, sink)
            happenings = try await line.next(until: confirmation)
            if let due = confirmation, io.clock.monotonic() >= due {
                confirmation = nil
                happenings += try await ask(.read([OPCUAReadTarget(.namespaces)]))
            }
        }
        throw .cancelled
    }

    private mutating func take(
        _ first: [OPCUALine.Happening], _ sink: some SampleSink
    ) async throws(ConnectorError) {
        var happenings = first[...]
        while let happening = happenings.popFirst() {
            let now = io.clock.wall()
            switch happening {
            case .opened(let opening):
                io.report(.established)
                // Not at once: first comes what the server kept meanwhile.
                if opening.isResumed {
                    intake.resume()
                    confirmation = io.clock.monotonic() + Self.pause
                } else {
                    intake.expectFirst()
                }
            case .samples(let samples):
                io.report(.received(samples.count))
                await sink.accept(
                    intake.batches(
                        of: samples.map { OPCUASeen($0) }, arrival: now, report: io.report))
            case .gap(let gap):
                io.report(.problem(gap.words))
                if let marker = intake.marker(of: gap) { await sink.accept(marker) }
            case .problem(let problem):
                if let marker = tell(problem, now) { await sink.accept(marker) }
            case .answer(let answer, let number):
                guard number == asked else { continue }
                happenings += try await answered(answer, now, sink)
            }
        }
    }

    // MARK: - After a pause

    /// The session of before goes on: values that have not changed are not sent again, so they are
    /// read once to show that they still hold.
    private mutating func ask(
        _ question: OPCUAQuestion
    ) async throws(ConnectorError) -> [OPCUALine.Happening] {
        let (number, happenings) = try await line.ask(question)
        asked = number
        return happenings
    }

    private mutating func answered(
        _ answer: OPCUAClientAnswer, _ now: Timestamp, _ sink: some SampleSink
    ) async throws(ConnectorError) -> [OPCUALine.Happening] {
        asked = nil
        guard case .read(let values) = answer else { return [] }
        if reading.isEmpty {
            let table = values.first?.namespaceTable ?? []
            var targets: [OPCUAReadTarget] = []
            for index in intake.unseen {
                guard let node = intake.points[index].item.node.resolved(in: table) else {
                    continue
                }
                reading.append(index)
                targets.append(OPCUAReadTarget(node))
            }
            return targets.isEmpty ? [] : try await ask(.read(targets))
        }
        let samples = zip(reading, values).map { item, value in
            OPCUASeen(value, item: item)
        }
        reading = []
        await sink.accept(
            intake.batches(confirming: samples, arrival: now, report: io.report))
        return []
    }

    /// Says what is wrong; gives the marker of a value that is not watched.
    private mutating func tell(_ problem: OPCUAProblem, _ now: Timestamp) -> SampleBatch? {
        guard let item = problem.item, intake.points.indices.contains(item) else {
            io.report(.problem(problem.description))
            return nil
        }
        io.report(.problem("\(intake.points[item].text): \(problem)"))
        // Without the deadband the value is watched all the same.
        let aboutDeadband: [UInt32] = [0x8043_0000, 0x8044_0000, 0x8045_0000, 0x808E_0000]
        if let code = problem.status?.meaning.code, aboutDeadband.contains(code) { return nil }
        return intake.refuse(item, at: now)
    }
}

extension OPCUADataValue {
    /// The URIs of a server's table of namespaces.
    var namespaceTable: [String] {
        guard case .array(let array)? = value else { return [] }
        return (array.elements ?? []).map { element in
            if case .string(let uri?) = element { uri } else { "" }
        }
    }
}

extension OPCUANodeID {
    /// The table of namespaces.
    static let namespaces = OPCUANodeID(standard: 2_255)
}

extension OPCUAGap {
    /// The gap in words.
    fileprivate var words: String {
        switch reason {
        case .subscriptionLost(let status): "the server had given up the subscription (\(status))"
        case .notificationsLost: "messages of the server were lost"
        case .queueOverflow: "the server's queue of a value was full; raise queue or publish faster"
        }
    }
}
