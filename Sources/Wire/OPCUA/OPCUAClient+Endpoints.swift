// Which endpoint is taken, with which identity, and whether its certificate is trusted.

/// The endpoint that was chosen, with what is needed of it.
struct OPCUAChosenEndpoint: Hashable, Sendable {
    var policy: OPCUASecurityPolicy
    var mode: OPCUASecurityMode
    /// Nil where neither security nor a password needs it.
    var certificate: OPCUACertificate?
    var serverName: String
    var identity: OPCUAChosenIdentity
}

/// The identity policy that was chosen.
struct OPCUAChosenIdentity: Hashable, Sendable {
    var id: String
    /// What hides the password; nil where the channel does.
    var policy: OPCUASecurityPolicy?
}

extension OPCUAEndpoint {
    /// The order of preference: the mode first, then the policy.
    ///
    /// Not the server's `level`: the list comes over a channel without security, so it must not
    /// decide between what this client knows by itself.
    var rank: Int? {
        guard isBinary, let mode, let policy, (mode == .none) == (policy == .none) else {
            return nil
        }
        return Int(mode.rawValue) * 10 + policy.rank
    }

    /// The identity policy to use; nil when none fits, or the password would travel in clear.
    func identity(for identity: OPCUAIdentity) -> OPCUAChosenIdentity? {
        guard case .userName = identity else {
            return identities.first { $0.kind == .anonymous }.map { OPCUAChosenIdentity(id: $0.id) }
        }
        var best: OPCUAChosenIdentity?
        for offered in identities where offered.kind == .userName {
            guard let hidden = OPCUASecurityPolicy(rawValue: offered.policyURI ?? policyURI) else {
                continue
            }
            if hidden != .none {
                if hidden.rank > best?.policy?.rank ?? 0 {
                    best = OPCUAChosenIdentity(id: offered.id, policy: hidden)
                }
            } else if mode == .signAndEncrypt, best == nil {
                best = OPCUAChosenIdentity(id: offered.id)
            }
        }
        return best
    }
}

extension OPCUAClient {
    mutating func choose(among endpoints: [OPCUAEndpoint]) {
        guard let endpoint = wanted(among: endpoints) else {
            // Somebody has to change a setting: no reason to ask often.
            failures = 16
            fail(OPCUAProblem(refusal(of: endpoints)))
            return
        }
        guard let identity = endpoint.identity(for: settings.identity),
            let policy = endpoint.policy, let mode = endpoint.mode
        else { return }
        var certificate: OPCUACertificate?
        if mode != .none || identity.policy != nil {
            do {
                certificate = try trusted(endpoint)
            } catch {
                failures = 16
                fail(error)
                return
            }
            guard certificate != nil else {
                sendChannelEnd()
                close()
                return
            }
        }
        chosen = OPCUAChosenEndpoint(
            policy: policy, mode: mode, certificate: certificate,
            serverName: String(
                endpoint.applicationName.prefix(OPCUALimits.shownCharacters)),
            identity: identity)
        if mode != .none {
            isHandingOver = true
            sendChannelEnd()
            close()
        } else if session != nil {
            activate(isResumed: true)
        } else {
            createSession()
        }
    }

    private func isAllowed(_ endpoint: OPCUAEndpoint) -> Bool {
        guard endpoint.rank != nil, endpoint.mode == OPCUASecurityMode.none || cryptography != nil
        else { return false }
        switch settings.security {
        case .best: return endpoint.mode != OPCUASecurityMode.none
        case .exactly(let policy, let mode):
            return endpoint.policy == policy && endpoint.mode == mode
        }
    }

    private func wanted(among endpoints: [OPCUAEndpoint]) -> OPCUAEndpoint? {
        endpoints
            .filter { isAllowed($0) && $0.identity(for: settings.identity) != nil }
            .max { $0.rank ?? 0 < $1.rank ?? 0 }
    }

    private func refusal(of endpoints: [OPCUAEndpoint]) -> String {
        let allowed = endpoints.filter { isAllowed($0) }
        guard allowed.isEmpty else {
            if case .anonymous = settings.identity {
                return "the server wants a user name"
            }
            return "the server takes no user name, or would have the password sent in clear"
        }
        let offered = Set(
            endpoints.map { endpoint in
                let policy = endpoint.policyURI.split(separator: "#").last ?? "?"
                return "\(policy) \(endpoint.mode.map { "\($0)" } ?? "?")"
            }
        ).sorted().joined(separator: ", ").prefix(OPCUALimits.shownCharacters * 4)
        if case .exactly(let policy, let mode) = settings.security {
            return "the server does not offer \(policy.name) \(mode), but: \(offered)"
        }
        return "the server offers no security that may be used, but: \(offered)"
    }

    /// The certificate of an endpoint if it is trusted; nil after asking a person.
    private mutating func trusted(
        _ endpoint: OPCUAEndpoint
    ) throws(FrameError) -> OPCUACertificate? {
        let doing = "reading the server's certificate"
        guard let cryptography else {
            throw FrameError(doing: doing, problem: .invalid("no cryptography is set up"))
        }
        let certificate = try cryptography.read(
            try OPCUACertificate.first(of: endpoint.certificate))
        guard OPCUASecurityPolicy.rsaBytes.contains(certificate.keyBytes) else {
            throw FrameError(
                doing: doing,
                problem: .value(
                    field: "bits of its RSA key", found: certificate.keyBytes * 8,
                    expected: "2048 to 4096"))
        }
        guard settings.trusted.contains(certificate.fingerprint) else {
            certificateToTrust = certificate
            return nil
        }
        // A person has accepted this very certificate, so these are told and not refused.
        if wallTime < certificate.notBefore || wallTime > certificate.notAfter {
            actions.append(
                .problem(OPCUAProblem("the server's certificate is out of its time")))
        }
        if !certificate.applicationURIs.contains(endpoint.applicationURI) {
            actions.append(
                .problem(
                    OPCUAProblem("the server's certificate is for another application name")))
        }
        return certificate
    }

    /// Checks that nobody has hidden better endpoints from GetEndpoints (OPC 10000-4, CreateSession).
    func checkDowngrade(_ endpoints: [OPCUAEndpoint]) throws(FrameError) {
        guard let chosen, chosen.mode != .none, settings.security == .best else { return }
        let rank = Int(chosen.mode.rawValue) * 10 + chosen.policy.rank
        if let best = wanted(among: endpoints)?.rank, best > rank {
            throw FrameError(
                doing: "comparing endpoints",
                problem: .invalid("better security was hidden while the endpoint was chosen"))
        }
    }
}
