// People, what they know, and programs: made, changed and ended by whoever looks after the box.

public import Journal
import NIOPosix
public import Plant
import Synchronization

extension Access {
    /// Everybody who may come in, by name.
    public func people() throws -> [Person] {
        try real.credentials.people().filter { $0.ended == nil }
    }

    /// The person of a session, nil when it is over.
    public func person(session key: String) async throws -> (person: Person, session: Session)? {
        try await alive(key).map { ($0.1, $0.0) }
    }

    /// Adds a person and gives the code with which they choose a pass phrase; it is shown once.
    public func addPerson(
        name: String, role: Role, actor: String
    ) async throws -> (id: Slug, code: String) {
        try Access.check(name: name)
        guard try real.credentials.person(named: name) == nil else {
            throw AccessRefused(
                "name", "There is a person of that name already.", "Add a second name.")
        }
        let id = try freeID()
        guard try await real.credentials.setPerson(id, name: name, role: role, at: wall()) else {
            throw AccessRefused(
                "name", "There is a person of that name already.", "Add a second name.")
        }
        try await say(.personSet(id: id, name: name, role: role), actor)
        return (id, try await invite(id, actor: actor))
    }

    /// A fresh code with which a person chooses a new pass phrase; it is shown once.
    public func invite(_ id: Slug, actor: String) async throws -> String {
        let person = try existing(id)
        let code = SecretText.setupCode()
        try await real.credentials.invite(
            id, hash: SecretText.digest(SecretText.normalised(setupCode: code)), at: wall())
        try await note("invited", person.name, actor: actor)
        return code
    }

    /// Chooses a pass phrase with an invitation; opens a session.
    public func join(
        name: String, code: String, passPhrase: String, site: String,
        from origin: AccessOrigin = AccessOrigin()
    ) async throws -> String {
        let now = wall()
        let wait = state.withLock {
            $0.limits.wait(name: name, address: origin.address, at: now)
        }
        if let wait {
            throw AccessRefused("code", "Too many tries.", "Wait a minute.", retryAfter: wait)
        }
        let wrong = AccessRefused(
            "code", "The name and the code do not belong together, or the code is over.",
            "Ask whoever looks after this box for a new code.")
        try Access.check(passPhrase, name: name, site: site)
        guard let person = try real.credentials.person(named: name) else {
            try await noteWrongCode("a name that is not known", name, origin)
            throw wrong
        }
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        guard try await real.credentials.tryInvitation(person.id, hash: hash, at: now) == .accepted
        else {
            try await noteWrongCode(person.name, name, origin)
            throw wrong
        }
        let kept = try await derive { cost in
            try PassPhraseHash(passPhrase, salt: SecretText.random(16), cost: cost).text
        }
        try await real.credentials.setPass(person.id, hash: kept, at: now)
        _ = state.withLock {
            $0.limits.note(name: name, address: origin.address, isRight: true, at: now)
        }
        try await note(
            person.passHash == nil ? "pass-phrase-chosen" : "pass-phrase-changed",
            address: origin.address, actor: person.name)
        return try await openSession(of: person.id, isStrong: false, from: origin)
    }

    private func noteWrongCode(
        _ who: String, _ name: String, _ origin: AccessOrigin
    ) async throws {
        let isNoted = state.withLock {
            $0.limits.note(name: name, address: origin.address, isRight: false, at: wall())
        }
        guard isNoted else { return }
        try await note(
            "join-refused", who, address: origin.address, outcome: "refused", actor: "box")
    }

    /// Gives a person another role; their sessions end.
    public func setRole(_ id: Slug, role: Role, actor: String) async throws {
        let person = try existing(id)
        if role != .administrator { try keepAnAdministrator(without: person) }
        try await real.credentials.setPerson(id, name: person.name, role: role, at: wall())
        try await say(.personSet(id: id, name: person.name, role: role), actor)
    }

    /// Ends a person: sessions, pass phrase and second factor go at once.
    public func endPerson(_ id: Slug, actor: String) async throws {
        let person = try existing(id)
        try keepAnAdministrator(without: person)
        try await real.credentials.endPerson(id, at: wall())
        try await say(.personEnded(id: id), actor)
    }

    /// Takes the name of somebody who ended out of every entry and list (S-32).
    ///
    /// Says from how many texts. The entries stay, and the chain still verifies.
    public func forgetPerson(_ id: Slug, actor: String) async throws -> Int {
        guard let person = try real.credentials.person(id), person.ended != nil,
            !person.name.isEmpty
        else {
            throw AccessRefused(
                "person", "Only the name of somebody who was removed can be taken out.",
                "Remove the person first.")
        }
        guard try real.credentials.person(named: person.name) == nil else {
            throw AccessRefused(
                "person", "Somebody else who may come in has the same name.",
                "Entries do not tell them apart.")
        }
        let journal = real
        let count = try await NIOThreadPool.singleton.runIfActive {
            try journal.forget(text: person.name)
        }
        try await real.credentials.forgetName(id)
        try await note("name-removed", "\(count)", actor: actor)
        return count
    }

    private func existing(_ id: Slug) throws -> Person {
        guard let person = try real.credentials.person(id), person.ended == nil else {
            throw AccessRefused("person", "There is no person “\(id.text)”.", "See the list.")
        }
        return person
    }

    private func keepAnAdministrator(without person: Person) throws {
        let others = try people().filter {
            $0.role == .administrator && $0.passHash != nil && $0.id != person.id
        }
        guard person.role != .administrator || !others.isEmpty else {
            throw AccessRefused(
                "person", "\(person.name) is the only administrator.",
                "Make somebody else administrator first.")
        }
    }

    /// Changes one's own pass phrase; other sessions end.
    public func changePassPhrase(
        session key: String, old: String, new: String, site: String, from origin: AccessOrigin
    ) async throws {
        guard let (session, person) = try await alive(key) else {
            throw AccessRefused("pass_phrase", "The session is over.", "Sign in again.")
        }
        try Access.check(new, name: person.name, site: site)
        try await prove(session: key, passPhrase: old, from: origin)
        let hash = try await derive { cost in
            try PassPhraseHash(new, salt: SecretText.random(16), cost: cost).text
        }
        try await real.credentials.setPass(
            person.id, hash: hash, at: wall(), keeping: session.hash)
        try await note("pass-phrase-changed", address: origin.address, actor: person.name)
    }

    /// Offers a second factor: the seed to show; it holds from its first right code on.
    public func offerFactor(session key: String) async throws -> OneTimeCode? {
        guard let (_, person) = try await alive(key) else { return nil }
        let seed = state.withLock { state in
            let seed = state.offeredSeeds[person.id] ?? SecretText.random(20)
            if state.offeredSeeds.count > CredentialLimits.people { state.offeredSeeds = [:] }
            state.offeredSeeds[person.id] = seed
            return seed
        }
        return OneTimeCode(seed: seed)
    }

    /// Takes the offered second factor with its first code; gives fresh recovery codes.
    ///
    /// From another device, whoever has recovery codes gives one of them: a pass phrase that was
    /// overseen must not be enough to set up somebody else's phone.
    public func takeFactor(
        session key: String, code: String, recovery: String = "", from origin: AccessOrigin
    ) async throws -> [String] {
        guard let (session, person) = try await alive(key) else {
            throw AccessRefused("code", "The session is over.", "Sign in again.")
        }
        guard wall() - session.proved <= LoopLimits.proofLife else {
            throw AccessRefused(
                "code", "This needs your pass phrase again; five minutes have passed.",
                "Open the page Confirm, then come back.")
        }
        guard let seed = state.withLock({ $0.offeredSeeds[person.id] }),
            let factor = OneTimeCode(seed: seed), let step = factor.step(of: code, at: wall())
        else {
            throw AccessRefused(
                "code", "The code is not right.",
                "Type the six digits that the phone shows now; its clock must be right.")
        }
        // Last, so that a mistyped code of the phone costs none of the sheet.
        if person.recoveryCodes > 0, !origin.isHere {
            try await spendRecovery(recovery, of: person, from: origin)
        }
        let sealed = try seal.seal(seed, purpose: "totp " + person.id.text)
        try await real.credentials.setSeed(person.id, seed: sealed)
        _ = try await real.credentials.useStep(person.id, step: step)
        try await real.credentials.proveSession(hash: session.hash, at: wall(), isStrong: true)
        state.withLock { $0.offeredSeeds[person.id] = nil }
        try await note("second-factor-set", address: origin.address, actor: person.name)
        return try await newRecoveryCodes(of: person.id)
    }

    /// Uses up a recovery code that whoever sets a phone up from elsewhere has to give.
    private func spendRecovery(
        _ code: String, of person: Person, from origin: AccessOrigin
    ) async throws {
        let now = wall()
        let wait = state.withLock {
            $0.limits.wait(name: person.name, address: origin.address, at: now)
        }
        if let wait {
            throw AccessRefused("recovery", "Too many tries.", "Wait a minute.", retryAfter: wait)
        }
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        let isRight = try await real.credentials.useRecovery(person.id, hash: hash)
        _ = state.withLock {
            $0.limits.note(name: person.name, address: origin.address, isRight: isRight, at: now)
        }
        guard isRight else {
            throw AccessRefused(
                "recovery", "This is none of the recovery codes that are left.",
                "Take one from the printed sheet, or set the phone up at the box itself.")
        }
        try await note("recovery-code-used", address: origin.address, actor: person.name)
    }

    /// Takes one's own second factor away, with a code of it.
    public func endFactor(session key: String, code: String, from origin: AccessOrigin) async throws
    {
        guard let (_, person) = try await alive(key), let seed = person.seed else { return }
        try await checkFactor(of: person, seed: seed, code: code, origin)
        try await real.credentials.setSeed(person.id, seed: nil)
        try await note("second-factor-ended", address: origin.address, actor: person.name)
    }

    /// One's own sessions, newest first.
    public func sessions(session key: String) async throws -> [Session] {
        guard let (_, person) = try await alive(key) else { return [] }
        return try real.credentials.sessions(of: person.id)
    }

    /// Ends one's own other sessions; says how many there were.
    public func endOtherSessions(session key: String, from origin: AccessOrigin) async throws -> Int
    {
        guard let (session, person) = try await alive(key) else { return 0 }
        let count = try await real.credentials.removeSessions(
            of: person.id, keeping: session.hash)
        try await note("sessions-ended", "\(count)", address: origin.address, actor: person.name)
        return count
    }

    /// Makes a token for a program; its text is returned once and never kept.
    public func makeToken(
        name: String, scopes: Set<String>, actor: String = "console"
    ) async throws -> (id: String, text: String) {
        let known: Set<String> = ["read", "enter", "configure", "write", "audit", "admin"]
        guard Access.isVisible(name), (1...60).contains(name.count) else {
            throw RefusedEvent(
                field: "name",
                says:
                    "A token needs a name of 1 to 60 visible characters, without blanks around it.",
                remedy: "Say what it is for, such as telegraf.")
        }
        guard !scopes.isEmpty, scopes.isSubset(of: known) else {
            throw RefusedEvent(
                field: "scopes", says: "These scopes are not known.",
                remedy: "Use read, enter, configure, write, audit or admin.")
        }
        let text = SecretText.token()
        let id = SecretText.hexadecimal(SecretText.random(4))
        try await real.credentials.addToken(
            AccessToken(
                id: id, name: name, hash: SecretText.digest(text), scopes: scopes, created: wall()))
        try await note(
            "token-made", name + " (" + scopes.sorted().joined(separator: ", ") + ")", actor: actor)
        return (id, text)
    }

    /// All tokens of programs.
    public func tokens() throws -> [AccessToken] { try real.credentials.tokens() }

    /// Ends a token; false when there is none that holds.
    public func endToken(_ id: String, actor: String = "console") async throws -> Bool {
        let isEnded = try await real.credentials.revokeToken(id: id, at: wall())
        if isEnded {
            let name = try tokens().first { $0.id == id }?.name ?? id
            try await note("token-ended", name, actor: actor)
        }
        return isEnded
    }

    /// Notes that somebody took the record of acts away (S-30).
    public func noteAuditTaken(actor: String, from origin: AccessOrigin) async throws {
        try await note("audit-exported", address: origin.address, actor: actor)
    }

    /// Notes that the box made a certificate, and why.
    public func noteCertificate(reason: String) async throws {
        try await note("certificate-made", reason, actor: "box")
    }

    /// Notes that somebody changed where e-mail goes.
    public func noteMail(actor: String) async throws {
        try await note("mail-changed", actor: actor)
    }

    /// Notes that somebody changed what is given to other systems.
    public func noteGiving(actor: String) async throws {
        try await note("giving-changed", actor: actor)
    }

    /// Notes that somebody was shown the backup key.
    public func noteBackupKey(actor: String) async throws {
        try await note("backup-key-shown", actor: actor)
    }
}
