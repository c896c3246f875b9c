// An MTConnect client as a value: events in, actions out, no socket and no clock.

/// Reads one agent: probe, current state, then all that changes, over any number of connections.
///
/// No observation is delivered twice, and what is lost is told with its numbers. When the
/// agent's buffer has gone on too far, the client asks for the current state and goes on with the
/// oldest observation that is still buffered.
///
/// Use: `step(.start)`, then send what it asks for and hand on what comes; `step(.tick)` at
/// `deadline`. Keep the value across connections; after a restart of the program begin with the
/// cursor that was stored last. Times are of one monotonic clock, in nanoseconds.
///
/// Source: MTConnect Part 1, request and response; the loop of protocols.md.
public struct MTConnectClient: Sendable {
    /// Where the client stands.
    public enum Phase: Hashable, Sendable {
        /// Not started.
        case idle
        /// The model is asked for.
        case probing
        /// The current state is asked for.
        case current
        /// Observations are asked for or streamed.
        case sampling
        /// A pause between two requests.
        case waiting
    }

    /// Why the current state is asked for, which decides what of it is new.
    enum Recovery: Hashable {
        /// First contact: all of it is new, and nothing before it is wanted.
        case first
        /// A new run of the agent: the whole buffer is new.
        case newInstance
        /// The buffer has gone on: new is what lies between the cursor and the buffer.
        case overrun
        /// Going on where the buffer begins failed too: go on behind the current state.
        case skip(MTConnectGap.Reason)
    }

    /// How the agent is read.
    public let settings: MTConnectClientSettings
    /// Where the client stands.
    public internal(set) var phase = Phase.idle
    /// Where to go on; nil before the first observations.
    public internal(set) var cursor: MTConnectCursor?
    /// True when the agent is streaming, false when it is asked again and again.
    public internal(set) var isStreaming: Bool

    var now: Int64 = 0
    var actions: [MTConnectClientAction] = []
    var answer: MTConnectAnswer?
    var assets = MTConnectAssetQueue()
    var requests: UInt64 = 0
    var recovery = Recovery.first
    /// True once the current state was delivered to those who follow states.
    var hasSnapshot = false
    var instanceID: UInt64?
    var modelChange: String?
    /// Observations that the agent can hold; it refuses a larger count.
    var bufferSize: UInt64?
    var waitUntil: Int64 = 0
    var afterWait = Phase.probing
    var failures = 0
    var overruns = 0
    var unreadable = 0
    var uselessStreams = 0

    /// A client that goes on at a cursor, or begins with the current state.
    ///
    /// With a cursor the current state is asked for too, for those who follow states; what it
    /// holds from before the cursor is not delivered as new.
    public init(_ settings: MTConnectClientSettings, cursor: MTConnectCursor? = nil) {
        self.settings = settings
        self.cursor = cursor
        isStreaming = settings.isStreaming
    }

    /// Takes one event at a monotonic time in nanoseconds and tells what to do.
    public mutating func step(
        _ event: MTConnectClientEvent, now: Int64
    ) -> [MTConnectClientAction] {
        self.now = now
        switch event {
        case .start:
            if phase == .idle { probe() }
        case .opened(let id, let status, let type): opened(id, status, type)
        case .received(let id, let bytes): received(id, bytes)
        case .closed(let id): closed(id)
        case .failed(let id, let reason): failed(id, reason)
        case .tick: break
        case .stop:
            cancelAnswer()
            if let id = assets.answer?.id { actions.append(.cancel(id)) }
            assets = MTConnectAssetQueue()
            phase = .idle
        }
        checkTimes()
        askForAssets()
        defer { actions.removeAll() }
        return actions
    }

    /// The time at which `tick` is due; nil when nothing is awaited.
    public var deadline: Int64? {
        let own: Int64? =
            switch phase {
            case .idle: nil
            case .waiting: waitUntil
            case .probing, .current, .sampling: answer.map { due($0) }
            }
        return [own, assets.answer.map { due($0) }].compactMap(\.self).min()
    }
}

/// An answer that is awaited or arriving.
struct MTConnectAnswer: Sendable {
    let id: MTConnectRequestID
    /// When something of it was heard last, or when it was asked for.
    var heard: Int64
    var isStream = false
    var hasPart = false
    var status = 200
    var parts: MTConnectMultipart?
    var body: [UInt8] = []
}

/// Assets to be asked for, one request at a time.
struct MTConnectAssetQueue: Sendable {
    var waiting: [String] = []
    var answer: MTConnectAnswer?
    var skipped = 0

    mutating func want(_ id: String) {
        guard !waiting.contains(id) else { return }
        guard waiting.count < MTConnectLimits.assetRequests else {
            skipped += 1
            return
        }
        waiting.append(id)
    }
}

extension MTConnectClient {
    private func due(_ answer: MTConnectAnswer) -> Int64 {
        // Two heartbeats without a sign of life are the end of a stream.
        answer.heard
            + (answer.isStream
                ? 2 * Int64(settings.heartbeatMilliseconds) * 1_000_000
                : settings.answerNanoseconds)
    }

    private mutating func checkTimes() {
        if let late = assets.answer, now >= due(late) {
            actions.append(.cancel(late.id))
            actions.append(.trouble(.silent(now - late.heard)))
            assets.answer = nil
        }
        switch phase {
        case .idle: break
        case .waiting:
            if now >= waitUntil { goOn(afterWait) }
        case .probing, .current, .sampling:
            guard let late = answer, now >= due(late) else { return }
            actions.append(.trouble(.silent(now - late.heard)))
            let isUseless = late.isStream && !late.hasPart
            cancelAnswer()
            if isUseless { giveUpStream() }
            retry()
        }
    }

    mutating func goOn(_ phase: Phase) {
        switch phase {
        case .sampling: sample()
        case .current: askCurrent()
        default: probe()
        }
    }

    mutating func cancelAnswer() {
        if let answer { actions.append(.cancel(answer.id)) }
        answer = nil
    }

    /// A pause that grows with each failure, then the same request again.
    mutating func retry() {
        let doublings = min(failures, 20)
        failures += 1
        let pause = min(settings.longestRetryNanoseconds, settings.retryNanoseconds << doublings)
        wait(pause, then: phase == .waiting ? afterWait : phase)
    }

    mutating func wait(_ pause: Int64, then next: Phase) {
        afterWait = next
        waitUntil = now + pause
        phase = .waiting
        actions.append(.wait(until: waitUntil))
    }

    mutating func fallBackToPolling() {
        isStreaming = false
        actions.append(.trouble(.pollingInstead))
    }

    private mutating func opened(
        _ id: MTConnectRequestID, _ status: Int, _ contentType: String
    ) {
        if assets.answer?.id == id { assets.answer?.heard = now }
        guard answer?.id == id else { return }
        answer?.heard = now
        answer?.status = status
        guard phase == .sampling, MTConnectMultipart.isMultipart(contentType) else {
            answer?.isStream = false
            return
        }
        do {
            answer?.parts = try MTConnectMultipart(contentType: contentType)
        } catch { misframed(error) }
    }

    private mutating func received(_ id: MTConnectRequestID, _ bytes: [UInt8]) {
        if assets.answer?.id == id {
            assets.answer?.heard = now
            assets.answer?.body += bytes
            if let size = assets.answer?.body.count, size > XMLLimits.documentBytes {
                actions.append(.cancel(id))
                actions.append(.trouble(.malformed(Self.tooLong(size))))
                assets.answer = nil
            }
        }
        guard answer?.id == id else { return }
        answer?.heard = now
        guard answer?.parts != nil else {
            answer?.body += bytes
            if let size = answer?.body.count, size > XMLLimits.documentBytes {
                malformed(Self.tooLong(size))
            }
            return
        }
        answer?.parts?.append(bytes)
        // A part may end the request, so it is looked up again for each.
        while answer?.id == id {
            let part: MTConnectPart?
            do {
                part = try answer?.parts?.next()
            } catch { return misframed(error) }
            guard let part else { return }
            answer?.hasPart = true
            do {
                try handle(part.body)
            } catch { malformed(error) }
        }
    }

    private static func tooLong(_ size: Int) -> FrameError {
        FrameError(
            doing: "reading an MTConnect document",
            problem: .tooLong(found: size, limit: XMLLimits.documentBytes))
    }

    private mutating func closed(_ id: MTConnectRequestID) {
        if let asset = assets.answer, asset.id == id {
            assets.answer = nil
            handleAssets(asset.body)
        }
        guard let ended = answer, ended.id == id else { return }
        answer = nil
        if ended.parts != nil {
            actions.append(.trouble(.failed("the stream has ended")))
            retry()
            return
        }
        do {
            try handle(ended.body)
        } catch {
            if ended.status >= 400 {
                // A page of the web server, not of the agent.
                actions.append(.trouble(.failed("HTTP status \(ended.status)")))
                retry()
            } else {
                malformed(error)
            }
        }
    }

    private mutating func failed(_ id: MTConnectRequestID, _ reason: String) {
        if assets.answer?.id == id {
            assets.answer = nil
            actions.append(.trouble(.failed(reason)))
        }
        guard answer?.id == id else { return }
        answer = nil
        actions.append(.trouble(.failed(reason)))
        retry()
    }

    /// A stream whose parts cannot be told apart says nothing of the observations in it.
    private mutating func misframed(_ error: FrameError) {
        actions.append(.trouble(.malformed(error)))
        cancelAnswer()
        giveUpStream()
        retry()
    }

    /// The second stream without a readable part is the last one.
    private mutating func giveUpStream() {
        uselessStreams += 1
        if isStreaming, uselessStreams >= 2 { fallBackToPolling() }
    }

    private mutating func malformed(_ error: FrameError) {
        actions.append(.trouble(.malformed(error)))
        cancelAnswer()
        unreadable += 1
        // The same observations cannot be read time after time: give them up.
        if phase == .sampling, unreadable >= 3 {
            unreadable = 0
            recovery = .skip(.unreadable)
            phase = .current
        }
        retry()
    }
}
