// Greeting, secure channel, and the way of requests and answers through it.

extension OPCUAClient {
    /// The connection is open: HEL goes first.
    mutating func greet() {
        guard phase == .connecting || phase == .waiting || phase == .idle else { return }
        phase = .greeting
        retryAt = nil
        phaseDeadline = after(milliseconds: settings.times.answerMilliseconds)
        actions.append(
            .send(OPCUAGreeting.hello(OPCUAConnectionSizes(), url: settings.url).encoded()))
    }

    mutating func receive(_ bytes: [UInt8]) {
        guard phase != .closing, phase != .idle, phase != .waiting, phase != .untrusted else {
            return
        }
        deframer.append(bytes)
        do {
            while phase != .closing, let chunk = try deframer.next() { try take(chunk) }
        } catch {
            fail(error)
        }
    }

    private mutating func take(_ chunk: OPCUAChunk) throws(FrameError) {
        switch chunk.kind {
        case .error:
            guard case .error(let status, let reason) = try OPCUAGreeting.decode(chunk) else {
                return
            }
            refused(status, reason)
        case .acknowledge where phase == .greeting:
            guard case .acknowledge(let sizes) = try OPCUAGreeting.decode(chunk) else { return }
            acknowledged(sizes)
        case .open, .message:
            guard let message = try channel?.receive(chunk, now: now) else { return }
            try take(message)
        default:
            throw FrameError(
                doing: "reading from a server",
                problem: .invalid("\(chunk.kind.rawValue) at this point"))
        }
    }

    private mutating func refused(_ status: OPCUAStatus, _ reason: String) {
        let shown = reason.prefix(OPCUALimits.shownCharacters)
        let words = shown.isEmpty ? "" : " (\(shown))"
        fail(OPCUAProblem("the server ends the connection\(words)", status: status))
    }

    private mutating func acknowledged(_ sizes: OPCUAConnectionSizes) {
        phaseDeadline = nil
        var next = OPCUASecureChannel(
            mode: chosen?.mode ?? .none, policy: chosen?.policy ?? .none,
            peer: chosen?.mode == OPCUASecurityMode.none ? nil : chosen?.certificate,
            cryptography: cryptography)
        next.sizes = sizes
        channel = next
        phase = .openingChannel
        openChannel(renews: false)
    }

    mutating func openChannel(renews: Bool) {
        guard var channel else { return }
        let nonce = channel.makeNonce()
        let request = OPCUARequest.openSecureChannel(
            renews: renews, channel.mode, nonce: nonce,
            lifetimeMilliseconds: settings.times.channelMilliseconds)
        let (number, header) = nextHeader(isBare: true)
        do {
            actions.append(.send(try channel.open(request.encoded(header), request: number)))
            self.channel = channel
            note(number, request, .openChannel(renews: renews))
        } catch {
            fail(error)
        }
    }

    mutating func sendChannelEnd() {
        guard channel?.token != nil else { return }
        let (number, header) = nextHeader(isBare: true)
        do {
            let body = OPCUARequest.closeSecureChannel.encoded(header)
            guard let bytes = try channel?.message(body, kind: .close, request: number) else {
                return
            }
            actions.append(.send(bytes))
        } catch {
            fail(error)
        }
    }

    /// Sends a request and remembers why.
    mutating func send(_ request: OPCUARequest, for purpose: OPCUAPurpose) {
        let (number, header) = nextHeader(isHeld: purpose == .publish)
        do {
            guard let bytes = try channel?.message(request.encoded(header), request: number)
            else { return }
            actions.append(.send(bytes))
            note(number, request, purpose)
        } catch {
            notSent(purpose, error)
        }
    }

    /// A request does not fit through the channel.
    private mutating func notSent(_ purpose: OPCUAPurpose, _ error: FrameError) {
        var problem = OPCUAProblem(error.description)
        if case .tooLong = error.problem { problem.status = .badRequestTooLarge }
        switch purpose {
        case .job(let id): jobFailed(id, problem)
        case .items(let index, let items): itemsRefused(index, items, problem)
        default: fail(problem)
        }
    }

    private mutating func nextHeader(
        isBare: Bool = false, isHeld: Bool = false
    ) -> (UInt32, OPCUARequestHeader) {
        requestNumber = requestNumber == UInt32.max ? 1 : requestNumber + 1
        let timeout = isHeld ? 0 : UInt32(clamping: settings.times.answerMilliseconds)
        let header = OPCUARequestHeader(
            authentication: isBare ? .null : session?.authentication ?? .null,
            time: OPCUADateTime(nanoseconds: wallTime), handle: requestNumber,
            timeoutMilliseconds: timeout)
        return (requestNumber, header)
    }

    private mutating func note(
        _ number: UInt32, _ request: OPCUARequest, _ purpose: OPCUAPurpose
    ) {
        let deadline =
            purpose == .publish ? nil : after(milliseconds: settings.times.answerMilliseconds)
        pending[number] = OPCUAPendingRequest(
            purpose: purpose, name: request.name, deadline: deadline)
    }

    private mutating func take(_ message: OPCUAMessage) throws(FrameError) {
        // An answer that comes after its time is up belongs to nobody.
        guard let request = pending.removeValue(forKey: message.request) else { return }
        lastAnswer = now
        switch message.content {
        case .aborted(let status, let reason):
            let shown = reason.prefix(OPCUALimits.shownCharacters)
            failed(request, status, "the server gave up its answer (\(shown))")
        case .body(let body):
            let answer = try OPCUAAnswer.decode(body)
            if message.kind == .open {
                guard case .openChannel(let renews) = request.purpose else {
                    throw FrameError(
                        doing: "reading OPN", problem: .invalid("not the answer to OPN"))
                }
                try channelOpened(answer, renews: renews)
            } else if answer.status.isBad {
                failed(request, answer.status, "the server refuses \(request.name)")
            } else {
                try answered(request, answer.response)
            }
        }
    }

    private mutating func channelOpened(
        _ answer: OPCUAAnswer, renews: Bool
    ) throws(FrameError) {
        guard case .secureChannel(let id, let token, let life, let nonce) = answer.response else {
            fail(OPCUAProblem("the server refuses the secure channel", status: answer.status))
            return
        }
        try channel?.accept(
            channel: id, token: token, lifetimeMilliseconds: life, serverNonce: nonce, now: now)
        if renews { return }
        if chosen == nil {
            phase = .discovering
            send(.getEndpoints(url: settings.url), for: .endpoints)
        } else if session != nil {
            activate(isResumed: true)
        } else {
            createSession()
        }
    }

    private mutating func answered(
        _ request: OPCUAPendingRequest, _ response: OPCUAResponse
    ) throws(FrameError) {
        switch (request.purpose, response) {
        case (.endpoints, .endpoints(let endpoints)): choose(among: endpoints)
        case (.session(let nonce), .session(let response)):
            try sessionCreated(response, nonce: nonce)
        case (.activation(let isResumed), .activated(let nonce)):
            activated(nonce: nonce, isResumed: isResumed)
        case (.subscription(let index), .subscription(let response)):
            subscriptionCreated(index, response)
        case (.items(let index, let items), .monitoredItems(let results)):
            itemsCreated(index, items, results)
        case (.transfer(let indices), .transferred(let results)):
            transferred(indices, results)
        case (.publish, .published(let published)): take(published)
        case (.republish(let index, let sequence), .republished(let notification)):
            take(notification, again: sequence, of: index)
        case (.signOfLife, .read), (.ending, _): break
        case (.job(let id), _): try advanceJob(id, response)
        default:
            throw FrameError(
                doing: "reading the answer to \(request.name)",
                problem: .invalid("an answer to something else"))
        }
    }

    /// A service failed as a whole.
    private mutating func failed(
        _ request: OPCUAPendingRequest, _ status: OPCUAStatus, _ words: String
    ) {
        let problem = OPCUAProblem(words, status: status)
        switch (request.purpose, status.meaning) {
        case (.ending, _): break
        case (.activation(isResumed: true), _):
            // The session has ended in our absence; its subscriptions may still be there.
            session = nil
            createSession()
        case (_, .badSessionIDInvalid), (_, .badSessionClosed), (_, .badSessionNotActivated):
            sessionLost(status)
        case (.job(let id), _): jobFailed(id, problem)
        case (.subscription(let index), _): subscriptionRefused(index, problem)
        case (.items(let index, let items), _): itemsRefused(index, items, problem)
        case (.transfer(let indices), _):
            for index in indices { subscriptionLost(index, status) }
        case (.publish, _): publishFailed(status)
        case (.republish(let index, let sequence), _):
            republishFailed(index, sequence: sequence, status)
        case (.activation, _), (.session, _):
            session = nil
            chosen = nil
            // Servers lock a name after a few wrong passwords: do not hurry.
            if request.purpose == .activation(isResumed: false) { failures = 16 }
            fail(problem)
        default: fail(problem)
        }
    }
}
