// An OPC UA client as a value: events in, actions out, no socket and no clock.

/// An OPC UA client over any number of connections.
///
/// It looks for the endpoints, chooses the security, opens channel and session, keeps its
/// subscriptions alive and takes them up again after the connection was lost. It only ever reads:
/// see ``OPCUARequest``. Use: `step(.start)`, then do what the actions say, and `step(.tick)` at
/// `deadline`. Keep the value across connections; what the server kept meanwhile is then fetched.
///
/// Source: OPC 10000-4, 5 and 6.
public struct OPCUAClient: Sendable {
    /// Where the client stands.
    public enum Phase: Hashable, Sendable {
        /// Not begun, or finished.
        case idle
        /// No connection; the next attempt is due at `deadline`.
        case waiting
        /// A connection was asked for.
        case connecting
        /// HEL is sent.
        case greeting
        /// OPN is sent.
        case openingChannel
        /// GetEndpoints is sent.
        case discovering
        /// CreateSession is sent.
        case creatingSession
        /// ActivateSession is sent.
        case activatingSession
        /// The server's limits are being read.
        case preparing
        /// Open.
        case ready
        /// The connection is to be closed.
        case closing
        /// The server's certificate waits for a person.
        case untrusted
    }

    /// How the client connects.
    public internal(set) var settings: OPCUAClientSettings
    /// Where the client stands.
    public internal(set) var phase = Phase.idle

    let cryptography: (any OPCUACryptography)?
    /// Monotonic nanoseconds.
    var now: Int64 = 0
    /// UTC nanoseconds since 1970.
    var wallTime: Int64 = 0
    var actions: [OPCUAClientAction] = []

    var deframer = OPCUADeframer()
    var channel: OPCUASecureChannel?
    var chosen: OPCUAChosenEndpoint?
    var session: OPCUASessionState?
    var limits = OPCUAServerLimits()
    var subscriptions: [OPCUASubscriptionState]
    var acknowledgements: [OPCUAAcknowledgement] = []
    /// Subscriptions at the server that nobody needs.
    var abandoned: [UInt32] = []
    var publishLimit = OPCUALimits.publishRequests
    var jobs: [UInt64: OPCUAJob] = [:]
    var pending: [UInt32: OPCUAPendingRequest] = [:]
    var requestNumber: UInt32 = 0
    var phaseDeadline: Int64?
    var retryAt: Int64?
    var failures = 0
    var lastAnswer: Int64 = 0
    var isFinishing = false
    /// The connection is closed only to open one with security.
    var isHandingOver = false
    var certificateToTrust: OPCUACertificate?

    /// A client that has not connected yet.
    ///
    /// - Parameters:
    ///   - settings: How the client connects and what it wants.
    ///   - cryptography: May be nil only where neither security nor a user name is wanted.
    public init(_ settings: OPCUAClientSettings, cryptography: (any OPCUACryptography)?) {
        self.settings = settings
        self.cryptography = cryptography
        var first = 0
        subscriptions = settings.subscriptions.map { subscription in
            defer { first += subscription.items.count }
            return OPCUASubscriptionState(subscription, firstItem: first)
        }
    }

    /// Takes one event and tells what to do.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - now: Monotonic nanoseconds.
    ///   - wallTime: UTC nanoseconds since 1970.
    /// - Returns: What is to be done, in this order.
    public mutating func step(
        _ event: OPCUAClientEvent, now: Int64, wallTime: Int64
    ) -> [OPCUAClientAction] {
        self.now = now
        self.wallTime = wallTime
        switch event {
        case .start:
            isFinishing = false
            if phase == .idle || phase == .untrusted { connect() }
        case .connected: greet()
        case .received(let bytes): receive(bytes)
        case .closed: lose()
        case .tick: break
        case .trust(let fingerprint): trust(fingerprint)
        case .ask(let question, let id): ask(question, id: id)
        case .finish: finish()
        }
        checkTimes()
        if phase == .ready { advanceSubscriptions() }
        defer { actions.removeAll() }
        return actions
    }

    /// The monotonic time at which `tick` is due, nil when nothing is awaited.
    public var deadline: Int64? {
        var times = [retryAt, phaseDeadline].compactMap(\.self)
        times += pending.values.compactMap(\.deadline)
        if phase == .ready {
            if let token = channel?.token, !isRenewing { times.append(token.renewal) }
            times += subscriptions.compactMap { $0.silenceDeadline(settings.times) }
            times += subscriptions.compactMap(\.retryDeadline)
            if let session { times.append(session.keepAliveDeadline(after: lastAnswer)) }
        }
        return times.min()
    }
}

/// Why a request was sent.
enum OPCUAPurpose: Hashable, Sendable {
    case openChannel(renews: Bool)
    case endpoints
    case session(nonce: [UInt8]?)
    case activation(isResumed: Bool)
    case subscription(Int)
    case items(subscription: Int, [Int])
    case transfer([Int])
    case publish
    case republish(subscription: Int, sequence: UInt32)
    case signOfLife
    case job(UInt64)
    case ending
}

/// A request that waits for its answer.
struct OPCUAPendingRequest: Hashable, Sendable {
    var purpose: OPCUAPurpose
    var name: String
    /// Nil for Publish, which the server holds back as long as nothing happens.
    var deadline: Int64?
}

extension OPCUAClient {
    /// A time of the settings from now on.
    func after(milliseconds: Int64) -> Int64 {
        now.saturatingSum(OPCUAClientTimes.nanoseconds(milliseconds: milliseconds))
    }

    private var isRenewing: Bool {
        pending.values.contains { $0.purpose == .openChannel(renews: true) }
    }

    mutating func connect() {
        phase = .connecting
        certificateToTrust = nil
        retryAt = nil
        actions.append(.connect)
    }

    /// Says what is wrong and closes the connection; the next attempt follows later.
    mutating func fail(_ problem: OPCUAProblem) {
        guard phase != .closing else { return }
        actions.append(.problem(problem))
        close()
    }

    mutating func fail(_ error: FrameError) {
        fail(OPCUAProblem(error.description))
    }

    mutating func close() {
        guard phase != .closing, phase != .idle, phase != .waiting, phase != .untrusted else {
            return
        }
        forgetFailedEndpoint()
        phase = .closing
        phaseDeadline = nil
        pending.removeAll()
        actions.append(.close)
    }

    /// A channel that does not open may mean a new certificate or other endpoints: look again.
    private mutating func forgetFailedEndpoint() {
        if phase == .openingChannel { chosen = nil }
    }

    /// The connection is gone: forget what belongs to it and plan the next.
    private mutating func lose() {
        guard phase != .idle, phase != .waiting, phase != .untrusted else { return }
        let wasReady = phase == .ready
        forgetFailedEndpoint()
        channel = nil
        deframer = OPCUADeframer()
        phaseDeadline = nil
        pending.removeAll()
        failJobs("the connection was lost")
        parkSubscriptions()
        if isFinishing {
            phase = .idle
        } else if let certificateToTrust {
            phase = .untrusted
            actions.append(.needsTrust(certificateToTrust))
        } else if isHandingOver {
            isHandingOver = false
            connect()
        } else {
            if wasReady { failures = 0 }
            let doubled = settings.times.firstRetryMilliseconds << Int64(min(failures, 16))
            failures += 1
            retryAt = after(
                milliseconds: min(max(1, doubled), settings.times.lastRetryMilliseconds))
            phase = .waiting
        }
    }

    private mutating func trust(_ fingerprint: [UInt8]) {
        settings.trusted.insert(fingerprint)
        guard phase == .untrusted, certificateToTrust?.fingerprint == fingerprint else { return }
        connect()
    }

    private mutating func finish() {
        isFinishing = true
        switch phase {
        case .waiting, .untrusted, .idle:
            phase = .idle
            retryAt = nil
        case .ready:
            let ids = subscriptions.compactMap(\.id)
            if !ids.isEmpty { send(.deleteSubscriptions(ids), for: .ending) }
            send(.closeSession(deletesSubscriptions: true), for: .ending)
            sendChannelEnd()
            close()
        default: close()
        }
        session = nil
    }

    private mutating func checkTimes() {
        if phase == .waiting, let retryAt, now >= retryAt { connect() }
        if let phaseDeadline, now >= phaseDeadline {
            self.phaseDeadline = nil
            fail(OPCUAProblem("no answer to the greeting", status: .badTimeout))
        }
        for number in pending.keys.sorted() {
            guard let request = pending[number], let deadline = request.deadline, now >= deadline
            else { continue }
            pending[number] = nil
            expire(request)
        }
        guard phase == .ready, let channel, let token = channel.token else { return }
        if !isRenewing, now >= token.renewal { openChannel(renews: true) }
        for subscription in subscriptions {
            guard let deadline = subscription.silenceDeadline(settings.times), now >= deadline
            else { continue }
            fail(OPCUAProblem("a subscription gives no sign of life", status: .badTimeout))
            return
        }
        let isAsking = pending.values.contains { $0.purpose == .signOfLife }
        if let session, !isAsking, now >= session.keepAliveDeadline(after: lastAnswer) {
            send(
                .read([OPCUAReadTarget(OPCUANodeID(standard: 2_259))], maximumAge: 0),
                for: .signOfLife)
        }
    }

    /// A request got no answer in time.
    ///
    /// A question of the application may fail alone; a server that leaves anything else without an
    /// answer is taken for dead.
    private mutating func expire(_ request: OPCUAPendingRequest) {
        let problem = OPCUAProblem("no answer to \(request.name)", status: .badTimeout)
        if case .job(let id) = request.purpose, id != OPCUAJob.preparation {
            finishJob(id, .failed(problem))
        } else {
            fail(problem)
        }
    }
}
