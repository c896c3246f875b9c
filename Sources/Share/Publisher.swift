// Publishes in one form: keeps what is to be said, connects, and comes back after every failure.

public import Capture
import Plant
import Synchronization
import Wire

/// What a publisher needs from outside.
public struct PublisherSurroundings: Sendable {
    /// Clocks.
    public let clock: CaptureClock
    /// Opens connections, plain or with TLS as the settings say.
    public let dialer: Dialer
    /// A number from 0 up to but not including 1.
    public let jitter: @Sendable () -> Double
    /// Keeps the number of the next birth before it is used.
    public let keep: @Sendable (UInt8) async -> Void

    /// Surroundings from functions.
    public init(
        clock: CaptureClock, dialer: Dialer, jitter: @escaping @Sendable () -> Double,
        keep: @escaping @Sendable (UInt8) async -> Void
    ) {
        self.clock = clock
        self.dialer = dialer
        self.jitter = jitter
        self.keep = keep
    }
}

/// Publishes in one form.
///
/// What is to be said waits in a queue of ``ShareLimits/waitingMessages`` while the broker is away.
/// Nothing that comes from the broker is ever carried out, but for the wish of a Sparkplug host to
/// hear everything again.
public final class Publisher: Sendable {
    enum Giver: Sendable {
        case topics(TopicGiver)
        case sparkplug(SparkplugGiver)
    }

    struct State: Sendable {
        var giver: Giver
        var waiting = WaitingMessages()
        var standing: GivingStanding
        var picture: GivenPicture?
        var isConnected = false
        var subscriptions: [MQTTSubscription] = []
        var isEnding = false
        /// Whether the last words are said.
        var isLeaving = false
        /// Whether it runs no more.
        var hasEnded = false
    }

    /// What is published where.
    public let settings: GivingSettings
    let form: GivingForm
    private let endpoint: Endpoint
    private let surroundings: PublisherSurroundings
    let state: Mutex<State>

    /// A publisher that does not run yet; throws where the settings cannot be used.
    public init(
        _ settings: GivingSettings, _ form: GivingForm, site: GivenSite, birthDeath: UInt8,
        surroundings: PublisherSurroundings
    ) throws(GivingRefused) {
        try settings.check()
        guard let endpoint = settings.endpoint else {
            throw GivingRefused("broker", "The broker has no address.", "Write its address.")
        }
        self.settings = settings
        self.form = form
        self.endpoint = endpoint
        self.surroundings = surroundings
        let giver: Giver
        switch form {
        case .topics: giver = .topics(TopicGiver(TopicTree(site, level: settings.site)))
        case .sparkplug:
            do throws(FrameError) {
                giver = .sparkplug(
                    try SparkplugGiver(
                        SparkplugNode(group: settings.group, name: settings.site.text),
                        primaryHost: settings.primaryHost.isEmpty ? nil : settings.primaryHost,
                        birthDeath: birthDeath))
            } catch {
                throw GivingRefused("group", error.description, "Choose another name.")
            }
        }
        state = Mutex(State(giver: giver, standing: GivingStanding(form)))
        take(nil, of: site)
    }

    var clockWall: Timestamp { surroundings.clock.wall() }
    var clockNow: Elapsed { surroundings.clock.monotonic() }

    /// How it stands.
    public var standing: GivingStanding {
        state.withLock { state in
            var standing = state.standing
            standing.waiting = state.waiting.count
            standing.dropped += state.waiting.dropped
            if case .sparkplug(let giver) = state.giver {
                standing.waiting += giver.storedCount
                if state.isConnected {
                    standing.phase = giver.isWaitingForHost ? .waitingForHost : .giving
                }
            }
            return standing
        }
    }

    /// Takes what the machines do, and which there are.
    public func take(_ picture: GivenPicture?, of site: GivenSite) {
        let (wall, now) = (clockWall, clockNow)
        state.withLock { state in
            state.picture = picture ?? state.picture
            switch state.giver {
            case .topics(var giver):
                var messages = giver.define(
                    TopicTree(site, level: settings.site), state.picture)
                if let picture { messages += giver.take(picture) }
                state.giver = .topics(giver)
                state.waiting.append(messages)
            case .sparkplug(var giver):
                var actions = giver.define(site, now: now, wall: wall)
                if let picture { actions += giver.take(picture, now: now, wall: wall) }
                state.giver = .sparkplug(giver)
                _ = Self.perform(actions, &state)
            }
        }
    }

    /// Asks it to say its last words and to end; ``run()`` then returns.
    public func end() { state.withLock { $0.isEnding = true } }

    /// Whether it runs no more.
    public var hasEnded: Bool { state.withLock { $0.hasEnded } }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    /// Publishes until ``end()`` or until it is cancelled.
    public func run() async {
        defer { state.withLock { $0.hasEnded = true } }
        var failures = 0
        while !Task.isCancelled, !isEnding {
            do throws(ConnectorError) {
                try await connection { failures = 0 }
            } catch {
                if case .cancelled = error { return }
                lose(error)
            }
            let wait = Self.backOff(failures, jitter: surroundings.jitter())
            failures += 1
            guard await pause(wait) else { return }
        }
    }

    /// The wait after so many failures in a row; half of it is left to chance.
    static func backOff(_ failures: Int, jitter: Double) -> Elapsed {
        let doubled = ShareLimits.firstBackOff.nanoseconds << Int64(min(failures, 10))
        let whole = min(doubled, ShareLimits.longestBackOff.nanoseconds)
        return Elapsed(nanoseconds: whole / 2 + Int64(Double(whole / 2) * jitter))
    }

    /// Waits in steps, so that the end is noticed; false when the task was cancelled.
    private func pause(_ length: Elapsed) async -> Bool {
        let end = clockNow + length
        while clockNow < end, !isEnding {
            do {
                try await surroundings.clock.sleep(min(ShareLimits.brokerLook, end - clockNow))
            } catch { return false }
        }
        return !Task.isCancelled
    }

    private func lose(_ error: ConnectorError) {
        state.withLock { state in
            state.standing.trouble = error.what + ". " + error.remedy
        }
    }

    private func connection(
        _ isUp: () -> Void
    ) async throws(ConnectorError) {
        let (will, next) = takeWill(at: clockWall)
        if let next { await surroundings.keep(next) }
        let session: MQTTSession
        do throws(FrameError) { session = try MQTTSession(sessionSettings(will: will)) } catch {
            throw .misconfigured(field: "broker", reason: error.description)
        }
        let channel = try await surroundings.dialer.connect(endpoint, ShareLimits.connectTime)
        var line = BrokerLine(channel, session, endpoint, surroundings.clock)
        var handed: [(id: UInt64, message: MQTTMessage)] = []
        do throws(ConnectorError) {
            try await line.open()
            greet()
            isUp()
            try await converse(&line, &handed)
        } catch {
            await channel.close()
            part(handed.map(\.message))
            throw error
        }
        await channel.close()
        part([])
    }

    private func takeWill(at time: Timestamp) -> (will: MQTTWill, next: UInt8?) {
        state.withLock { state in
            switch state.giver {
            case .topics(let giver): return (giver.will, nil)
            case .sparkplug(var giver):
                let will = giver.will(wall: time)
                state.giver = .sparkplug(giver)
                return (will, giver.nextBirthDeath)
            }
        }
    }

    private func sessionSettings(will: MQTTWill) -> MQTTSessionSettings {
        MQTTSessionSettings(
            clientID: Self.clientID(settings, form), cleanStart: true, sessionExpirySeconds: 0,
            keepAliveSeconds: ShareLimits.keepAliveSeconds,
            username: settings.user.isEmpty ? nil : settings.user,
            password: settings.password.isEmpty ? nil : Array(settings.password.utf8),
            will: will,
            limits: MQTTSessionLimits(
                packetBytes: ShareLimits.brokerPacketBytes,
                inFlight: ShareLimits.messagesInFlight))
    }

    static func clientID(_ settings: GivingSettings, _ form: GivingForm) -> String {
        "millwright-" + settings.site.text + (form == .sparkplug ? "-sparkplug" : "")
    }

    /// The session is open: what is said first.
    private func greet() {
        let (wall, now) = (clockWall, clockNow)
        state.withLock { state in
            state.isConnected = true
            state.standing.phase = .giving
            state.standing.trouble = nil
            switch state.giver {
            case .topics(let giver):
                state.subscriptions = giver.subscriptions
                state.waiting.append(giver.greeting(at: wall))
            case .sparkplug(var giver):
                let actions = giver.step(.connected, now: now, wall: wall)
                state.giver = .sparkplug(giver)
                _ = Self.perform(actions, &state)
            }
        }
    }

    /// The session is gone: what may not have arrived is said again.
    private func part(_ handed: [MQTTMessage]) {
        let (wall, now) = (clockWall, clockNow)
        state.withLock { state in
            state.isConnected = false
            state.standing.phase = .away
            state.subscriptions = []
            switch state.giver {
            case .topics: state.waiting.putBack(handed)
            case .sparkplug(var giver):
                // Sequence numbers belong to a connection: its births tell everything again.
                while state.waiting.next() != nil {}
                let actions = giver.step(.disconnected, now: now, wall: wall)
                state.giver = .sparkplug(giver)
                _ = Self.perform(actions, &state)
            }
        }
    }

    private func converse(
        _ line: inout BrokerLine, _ handed: inout [(id: UInt64, message: MQTTMessage)]
    ) async throws(ConnectorError) {
        var number: UInt64 = 0
        var isOver = false
        while true {
            if isEnding { sayFarewell() }
            let isLast = isOver || isEnding
            var words: [BrokerLine.Word] = []
            let topics = takeSubscriptions()
            if !topics.isEmpty { words += try await line.tell([.subscribe(topics)]) }
            while handed.count < ShareLimits.messagesInFlight, let message = nextMessage() {
                number += 1
                handed.append((number, message))
                words += try await line.tell([.publish(message, id: number)])
                if hear(words, &handed) { isOver = true }
                words = []
            }
            if isLast, handed.isEmpty { return try await leave(&line) }
            words += try await line.listen(
                within: hasMore(handed.count) ? .zero : ShareLimits.brokerLook)
            if hear(words, &handed) { isOver = true }
        }
    }

    private func leave(_ line: inout BrokerLine) async throws(ConnectorError) {
        _ = try await line.tell([.disconnect(sendWill: false)])
    }

    private func hasMore(_ inFlight: Int) -> Bool {
        inFlight < ShareLimits.messagesInFlight && state.withLock { $0.waiting.count > 0 }
    }

    private func nextMessage() -> MQTTMessage? { state.withLock { $0.waiting.next() } }

    private func takeSubscriptions() -> [MQTTSubscription] {
        state.withLock { state in
            defer { state.subscriptions = [] }
            return state.subscriptions
        }
    }
}
