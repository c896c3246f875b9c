// Making and activating a session, proving and checking keys, reading the server's limits.

/// A session that the server knows.
struct OPCUASessionState: Hashable, Sendable {
    var authentication: OPCUANodeID
    var timeoutMilliseconds: Double
    /// What to sign at the next activation.
    var nonce: [UInt8]
    /// The certificate as the server sent it, with those of its issuers.
    var serverCertificate: [UInt8]
    /// When the server was started, to know it again after a pause.
    var serverStart: OPCUADateTime?

    /// When a request is due that keeps the session alive and shows that the server lives.
    func keepAliveDeadline(after last: Int64) -> Int64 {
        let third = (timeoutMilliseconds / 3).clamped(to: 1_000...30_000)
        return last.saturatingSum(Int64(third) * 1_000_000)
    }
}

/// What the server allows in one request, and its table of namespaces.
struct OPCUAServerLimits: Hashable, Sendable {
    var nodesPerRead = OPCUALimits.nodesPerRead
    var itemsPerCall = OPCUALimits.itemsPerCall
    var pathsPerCall = OPCUALimits.pathsPerCall
    /// The URIs in the order of their indexes.
    var namespaces: [String] = []

    /// What is read after a session is made (OPC 10000-5, OperationLimitsType).
    static let targets: [OPCUAReadTarget] = [
        2_255, 2_257, 11_705, 11_714, 11_712,
    ].map { OPCUAReadTarget(OPCUANodeID(standard: $0)) }

    mutating func take(_ values: [OPCUADataValue]) {
        if case .array(let array)?? = values.first?.value {
            namespaces = (array.elements ?? []).map { element in
                if case .string(let uri?) = element { uri } else { "" }
            }
        }
        func limit(_ place: Int, _ most: Int) -> Int {
            guard values.count > place, values[place].status?.isBad != true,
                case .scalar(.uint32(let number))? = values[place].value, number > 0
            else { return most }
            return min(most, Int(number))
        }
        nodesPerRead = limit(2, OPCUALimits.nodesPerRead)
        itemsPerCall = limit(3, OPCUALimits.itemsPerCall)
        pathsPerCall = limit(4, OPCUALimits.pathsPerCall)
    }
}

extension Double {
    func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

extension OPCUAClient {
    mutating func createSession() {
        guard let chosen else { return }
        phase = .creatingSession
        session = nil
        abandoned.removeAll()
        publishLimit = OPCUALimits.publishRequests
        let isSecure = chosen.mode != .none
        let nonce = isSecure ? cryptography?.random(OPCUASecurityPolicy.nonceBytes) : nil
        let uri = cryptography?.certificate.applicationURIs.first ?? settings.applicationURI
        let request = OPCUASessionRequest(
            applicationURI: uri, productURI: settings.applicationURI,
            applicationName: settings.applicationName, endpointURL: settings.url,
            name: settings.applicationName, nonce: nonce,
            certificate: isSecure ? cryptography?.certificate.der : nil,
            timeoutMilliseconds: settings.times.sessionMilliseconds)
        send(.createSession(request), for: .session(nonce: nonce))
    }

    mutating func sessionCreated(
        _ response: OPCUASessionResponse, nonce: [UInt8]?
    ) throws(FrameError) {
        guard let chosen else { return }
        let doing = "checking the server's session"
        if chosen.mode != .none {
            guard let certificate = chosen.certificate, let cryptography, let nonce,
                let theirs = response.certificate,
                try OPCUACertificate.first(of: theirs) == certificate.der
            else {
                throw FrameError(
                    doing: doing, problem: .invalid("another certificate than is trusted"))
            }
            guard let signature = response.signature.bytes,
                response.signature.algorithm == chosen.policy.signatureURI,
                try cryptography.isValid(
                    signature, of: cryptography.certificate.der + nonce, by: certificate,
                    chosen.policy)
            else {
                throw FrameError(
                    doing: doing, problem: .invalid("the server cannot prove its key"))
            }
            try checkDowngrade(response.endpoints)
            try check(response.nonce, doing: doing)
        }
        session = OPCUASessionState(
            authentication: response.authentication,
            timeoutMilliseconds: response.timeoutMilliseconds, nonce: response.nonce ?? [],
            serverCertificate: response.certificate ?? [])
        activate(isResumed: false)
    }

    private func check(_ nonce: [UInt8]?, doing: String) throws(FrameError) {
        let count = nonce?.count ?? 0
        if count < OPCUASecurityPolicy.nonceBytes {
            throw FrameError(
                doing: doing,
                problem: .tooShort(found: count, minimum: OPCUASecurityPolicy.nonceBytes))
        }
    }

    mutating func activate(isResumed: Bool) {
        guard let chosen, let session else { return }
        phase = .activatingSession
        do {
            var signature = OPCUASignature()
            if chosen.mode != .none, let cryptography {
                signature = OPCUASignature(
                    algorithm: chosen.policy.signatureURI,
                    bytes: try cryptography.sign(
                        session.serverCertificate + session.nonce, chosen.policy))
            }
            let activation = OPCUAActivation(
                signature: signature, locales: [], identity: try identity(chosen, session))
            send(.activateSession(activation), for: .activation(isResumed: isResumed))
        } catch {
            fail(error)
        }
    }

    private func identity(
        _ chosen: OPCUAChosenEndpoint, _ session: OPCUASessionState
    ) throws(FrameError) -> OPCUAActivation.Identity {
        guard case .userName(let name, let password) = settings.identity else {
            return .anonymous(policy: chosen.identity.id)
        }
        let doing = "sending the user name"
        guard let policy = chosen.identity.policy else {
            guard chosen.mode == .signAndEncrypt else {
                throw FrameError(
                    doing: doing, problem: .invalid("the password would be sent in clear"))
            }
            return .userName(
                policy: chosen.identity.id, name: name, password: password, algorithm: nil)
        }
        guard let certificate = chosen.certificate, let cryptography else {
            throw FrameError(doing: doing, problem: .invalid("no certificate to encrypt for"))
        }
        // The nonce makes each sending another; without it the password could be replayed.
        try check(session.nonce, doing: doing)
        var secret = OPCUAWriter()
        secret.byteString(password + session.nonce)
        let blockBytes = certificate.keyBytes - policy.paddingBytes
        var sealed: [UInt8] = []
        for start in stride(from: 0, to: secret.bytes.count, by: blockBytes) {
            let end = min(start + blockBytes, secret.bytes.count)
            sealed += try cryptography.encrypt(
                Array(secret.bytes[start..<end]), for: certificate, policy)
        }
        return .userName(
            policy: chosen.identity.id, name: name, password: sealed,
            algorithm: policy.encryptionURI)
    }

    mutating func activated(nonce: [UInt8]?, isResumed: Bool) {
        session?.nonce = nonce ?? []
        if isResumed {
            opened(isResumed: true)
            for index in subscriptions.indices where subscriptions[index].id != nil {
                subscriptions[index].recover(now: now)
            }
        } else {
            phase = .preparing
            limits = OPCUAServerLimits()
            startJob(OPCUAJob.preparation, .read(OPCUAServerLimits.targets))
        }
    }

    private mutating func opened(isResumed: Bool) {
        guard let chosen else { return }
        phase = .ready
        failures = 0
        actions.append(
            .opened(
                OPCUAOpening(
                    policy: chosen.policy, mode: chosen.mode, server: chosen.serverName,
                    isResumed: isResumed)))
    }

    /// The limits are known: the subscriptions of the session before are moved, others are made.
    mutating func prepared(_ values: [OPCUADataValue]) {
        limits.take(values)
        var start: OPCUADateTime?
        if values.count > 1, case .scalar(.dateTime(let time))? = values[1].value { start = time }
        let known = subscriptions.compactMap(\.serverStart).first
        session?.serverStart = start
        opened(isResumed: false)
        let indices = subscriptions.indices.filter { subscriptions[$0].id != nil }
        guard !indices.isEmpty else { return }
        // A server that was started again counts its subscriptions anew: the same number would be
        // the subscription of somebody else.
        guard let start, start == known else {
            for index in indices { subscriptionLost(index, .badNoSubscription) }
            return
        }
        for index in indices { subscriptions[index].isMoving = true }
        send(
            .transferSubscriptions(
                indices.compactMap { subscriptions[$0].id }, sendsInitialValues: true),
            for: .transfer(indices))
    }

    /// The session has ended while the connection lives: a new one is made.
    mutating func sessionLost(_ status: OPCUAStatus) {
        guard phase == .ready || phase == .preparing else {
            fail(OPCUAProblem("the server refuses the session", status: status))
            return
        }
        actions.append(.problem(OPCUAProblem("the session has ended", status: status)))
        pending.removeAll()
        failJobs("the session has ended")
        parkSubscriptions()
        createSession()
    }
}
