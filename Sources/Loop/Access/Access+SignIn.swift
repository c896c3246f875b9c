// Coming in: the setup code, pass phrases, second factors, recovery codes, sessions.

import Journal
import Plant
import Synchronization

/// From where somebody comes in.
public struct AccessOrigin: Sendable, Hashable {
    /// Address of the other side; empty from this computer's console.
    public let address: String
    /// What the browser says it is, cut short.
    public let agent: String

    /// Whether it is this computer.
    var isHere: Bool {
        address.isEmpty || address == "::1" || address.hasPrefix("127.")
            || address.hasPrefix("::ffff:127.")
    }

    /// An origin.
    public init(address: String = "", agent: String = "") {
        self.address = address
        self.agent = String(agent.prefix(200))
    }
}

/// What opened when the box got its first administrator.
public struct FirstEntrance: Sendable, Hashable {
    /// The key of the session.
    public let session: String
    /// Codes that open the box once each; shown once (S-02).
    public let recoveryCodes: [String]
}

extension Access {
    /// Makes the first administrator; with the setup code, or without one from the console (S-02).
    ///
    /// From the console it also gives a known administrator a new pass phrase.
    public func claim(
        code: String?, name: String, passPhrase: String, site: String,
        from origin: AccessOrigin = AccessOrigin()
    ) async throws -> FirstEntrance {
        let now = wall()
        guard try !hasOwner || code == nil else {
            throw AccessRefused(
                "code", "This box has an owner already.", "Sign in instead.")
        }
        try Access.check(name: name)
        try Access.check(passPhrase, name: name, site: site)
        if let code { try await spend(code, at: now) }
        let hash = try await derive { cost in
            try PassPhraseHash(passPhrase, salt: SecretText.random(16), cost: cost).text
        }
        let known = try real.credentials.person(named: name)
        if code == nil, known == nil, try hasOwner {
            let names = try people().filter { $0.role == .administrator }.map(\.name)
            throw AccessRefused(
                "name", "Nobody of that name is here.",
                "This box has an owner already: " + names.joined(separator: ", ")
                    + ". Give that name, or add a person: millwright user add.")
        }
        let id = try known?.id ?? freeID()
        try await real.credentials.setPerson(id, name: name, role: .administrator, at: now)
        try await real.credentials.setPass(id, hash: hash, at: now)
        // Whoever stands at the box itself may be without the phone: that is the way back in.
        if code == nil { try await real.credentials.setSeed(id, seed: nil) }
        let codes = try await newRecoveryCodes(of: id)
        try await say(.personSet(id: id, name: name, role: .administrator), name)
        try await note("setup", name, address: origin.address, actor: name)
        return FirstEntrance(
            session: try await openSession(of: id, isStrong: false, from: origin),
            recoveryCodes: codes)
    }

    /// Recovery codes in place of those before; each opens the box once.
    func newRecoveryCodes(of id: Slug) async throws -> [String] {
        let codes = (0..<LoopLimits.recoveryCodes).map { _ in SecretText.setupCode() }
        try await real.credentials.setRecovery(
            id, hashes: codes.map { SecretText.digest(SecretText.normalised(setupCode: $0)) })
        return codes
    }

    static func check(name: String) throws(AccessRefused) {
        guard (2...60).contains(name.count), name == name.trimmed else {
            throw AccessRefused(
                "name", "A name of 2 to 60 characters is needed, without blanks around it.",
                "Write your own name.")
        }
        let isOurs = ActorName.isOwn(name)
        guard isVisible(name), !isOurs else {
            throw AccessRefused(
                "name",
                isOurs
                    ? "The box itself writes under this name."
                    : "The name has signs that cannot be seen.", "Write your own name.")
        }
    }

    /// Whether a name can be read as it is: what cannot be seen, or turns the line round, would let
    /// one name pass for another.
    static func isVisible(_ name: String) -> Bool {
        name == name.trimmed
            && name.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate,
                    .unassigned,
                    .privateUse:
                    // Joins the parts of one written sign.
                    scalar.value == 0x200D
                default: true
                }
            }
    }

    static func check(_ passPhrase: String, name: String, site: String) throws(AccessRefused) {
        if let flaw = PassPhraseRule.flaw(passPhrase, name: name, site: site) {
            throw AccessRefused("pass_phrase", flaw.says, flaw.remedy)
        }
    }

    private func spend(_ code: String, at now: Timestamp) async throws {
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        let attempt = try await real.credentials.trySetupCode(hash: hash, at: now)
        let again = "Start the box again: it prints a new code."
        switch attempt {
        case .accepted: return
        case .wrong(let left):
            throw AccessRefused(
                "code", "This is not the setup code. \(left) tries are left.",
                "It stands where the box was started, and in the file secrets/setup-code.")
        case .expired: throw AccessRefused("code", "The setup code is over.", again)
        case .absent: throw AccessRefused("code", "There is no setup code now.", again)
        }
    }

    /// Makes a fresh setup code, nil when the box has an owner.
    func newSetupCode() async throws -> String? {
        guard try !hasOwner else { return nil }
        let code = SecretText.setupCode()
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        try await real.credentials.setSetupCode(hash: hash, at: wall())
        return code
    }

    /// Opens a session; an unknown name costs the same time as a wrong pass phrase (S-11, X16).
    ///
    /// `code` is the six digits of a second factor, or a recovery code; `device` the pass of the
    /// tablet on which it happens.
    public func signIn(
        name: String, passPhrase: String, code: String = "", device: String? = nil,
        from origin: AccessOrigin = AccessOrigin()
    ) async throws -> String {
        let person = try await known(name: name, passPhrase: passPhrase, origin)
        var isStrong = false
        if let seed = person.seed {
            try await checkFactor(of: person, seed: seed, code: code, origin)
            isStrong = true
        }
        try await forgetPinFailures(of: person.id, device: device)
        try await note("signed-in", address: origin.address, actor: person.name)
        return try await openSession(of: person.id, isStrong: isStrong, from: origin)
    }

    /// The person that a name and a pass phrase belong to; throws the same words for either.
    private func known(
        name: String, passPhrase: String, _ origin: AccessOrigin
    ) async throws -> Person {
        let now = wall()
        let wait = state.withLock {
            $0.limits.wait(name: name, address: origin.address, at: now)
        }
        if let wait {
            throw AccessRefused(
                "pass_phrase", "Too many tries.", "Wait \(Access.words(seconds: wait)).",
                retryAfter: wait)
        }
        let person = try real.credentials.person(named: name)
        let isRight = try await derive { cost in
            guard let hash = person?.passHash else {
                _ = try PassPhraseHash(passPhrase, salt: SecretText.random(16), cost: cost)
                return false
            }
            return try PassPhraseHash(text: hash).matches(passPhrase)
        }
        let isNoted = state.withLock {
            $0.limits.note(name: name, address: origin.address, isRight: isRight, at: now)
        }
        guard isRight, let person else {
            if isNoted {
                try await note(
                    "sign-in-refused", person?.name ?? "a name that is not known",
                    address: origin.address, outcome: "refused", actor: "box")
            }
            throw AccessRefused(
                "pass_phrase", "The name or the pass phrase is not right.",
                "Try again. On the box itself, millwright setup sets a new pass phrase.")
        }
        return person
    }

    /// Checks a second factor or a recovery code; each works once.
    func checkFactor(
        of person: Person, seed: String, code: String, _ origin: AccessOrigin
    ) async throws {
        guard !code.isEmpty else {
            throw AccessRefused(
                "code", "A code from your phone is needed.", "Type the six digits it shows now.")
        }
        let now = wall()
        // A recovery code has 60 bits and needs no wait; six digits have 20.
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        if try await real.credentials.useRecovery(person.id, hash: hash) {
            try await note("recovery-code-used", address: origin.address, actor: person.name)
            return
        }
        if let wait = factorWait(person.id, at: now) {
            throw AccessRefused(
                "code", "Too many wrong codes.",
                "Wait \(max(1, wait / 60)) minutes, or use a recovery code from the printed sheet.",
                retryAfter: wait)
        }
        // A try counts before it is looked at, so that two at once cannot share one.
        let failures = state.withLock { state in
            if state.factorFailures.count > CredentialLimits.people { state.factorFailures = [:] }
            let count = (state.factorFailures[person.id]?.count ?? 0) + 1
            state.factorFailures[person.id] = (count, now)
            return count
        }
        if let factor = seal.open(seed, purpose: "totp " + person.id.text)
            .flatMap({ OneTimeCode(seed: $0) }), let step = factor.step(of: code, at: now),
            try await real.credentials.useStep(person.id, step: step)
        {
            state.withLock { $0.factorFailures[person.id] = nil }
            return
        }
        if failures.nonzeroBitCount == 1 || failures >= LoopLimits.freeFactorFailures {
            try await note(
                "sign-in-refused", person.name, address: origin.address,
                outcome: "wrong second factor", actor: "box")
        }
        throw AccessRefused(
            "code", "The code is not right, or was used already.",
            "Wait for the next one, or use a recovery code. The phone's clock must be right.")
    }

    /// Seconds until the next code of a person is heard; nil when it may be heard now.
    ///
    /// Five wrong ones are free; then the wait is an hour and doubles up to a day. Who knows the
    /// pass phrase has at most ten tries a day, of a million codes of which three hold.
    private func factorWait(_ person: Slug, at now: Timestamp) -> Int? {
        guard let known = state.withLock({ $0.factorFailures[person] }),
            known.count >= LoopLimits.freeFactorFailures
        else { return nil }
        let doublings = min(known.count - LoopLimits.freeFactorFailures, 5)
        let left = known.last + min(.hours(24), .hours(1 << Int64(doublings))) - now
        return left > .zero ? Int(left.seconds.rounded(.up)) : nil
    }

    /// Gives the pass phrase again in an open session, before an act that matters (S-17).
    public func prove(
        session key: String, passPhrase: String, code: String = "",
        from origin: AccessOrigin = AccessOrigin()
    ) async throws {
        guard let (session, person) = try await alive(key) else {
            throw AccessRefused("pass_phrase", "The session is over.", "Sign in again.")
        }
        _ = try await known(name: person.name, passPhrase: passPhrase, origin)
        var isStrong = session.isStrong
        if let seed = person.seed, !isStrong {
            try await checkFactor(of: person, seed: seed, code: code, origin)
            isStrong = true
        }
        try await real.credentials.proveSession(
            hash: session.hash, at: wall(), isStrong: isStrong)
        try await note("proved", address: origin.address, actor: person.name)
    }

    /// Ends a session.
    public func signOut(_ key: String) async throws {
        try await real.credentials.removeSession(hash: SecretText.digest(key))
    }

    func openSession(
        of person: Slug, isStrong: Bool, from origin: AccessOrigin
    ) async throws -> String {
        let now = wall()
        let key = SecretText.sessionKey()
        try await real.credentials.addSession(
            Session(
                hash: SecretText.digest(key), person: person, created: now, used: now,
                expires: now + LoopLimits.sessionLife, proved: now, isStrong: isStrong,
                agent: origin.agent))
        return key
    }

    private static func words(seconds: Int) -> String {
        seconds >= 60 ? "a minute" : seconds == 1 ? "a second" : "\(seconds) seconds"
    }

    /// An id that no one has yet, and that says nothing about the person (S-32).
    func freeID() throws -> Slug {
        for _ in 0..<100 {
            let text = "person-" + SecretText.hexadecimal(SecretText.random(3))
            if let id = Slug(text), try real.credentials.person(id) == nil { return id }
        }
        throw AccessRefused("name", "No free id was found.", "Try again.")
    }
}
