// The one authorisation point: who may do what, in which world; deny by default.

import Crypto
public import Journal
import Plant
import Synchronization

/// What somebody wants to do.
public enum AccessAction: String, Hashable, Sendable, CaseIterable {
    /// Read anything.
    case look = "read"
    /// Say what happened.
    case enter
    /// Change the site.
    case configure
    /// Change the box itself.
    case administer = "admin"
    /// Send samples in.
    case write
}

/// Who asks, as far as a request says.
public struct AccessRequest: Sendable, Hashable {
    /// Whether the connection comes from this computer.
    public let isLoopback: Bool
    /// A program's token.
    public let bearer: String?
    /// A person's session.
    public let session: String?

    /// A request.
    public init(isLoopback: Bool, bearer: String?, session: String?) {
        self.isLoopback = isLoopback
        self.bearer = bearer
        self.session = session
    }
}

/// What the authorisation point says.
public enum AccessDecision: Sendable, Hashable {
    /// Yes, in this world; the actor is written into the journal.
    case allowed(actor: String, world: WorldKind)
    /// No; `mayHelpToSignIn` tells whether signing in may help.
    case refused(mayHelpToSignIn: Bool, says: String, remedy: String)
    /// The box has no owner yet.
    case setupFirst
}

/// Why no door opened.
public struct AccessRefused: Error, Sendable, Hashable {
    /// The field of the form.
    public let field: String
    /// What is wrong.
    public let says: String
    /// What to do.
    public let remedy: String
    /// Seconds after which another try helps; nil when waiting does not matter.
    public let retryAfter: Int?
}

/// Decides about every request, and opens and ends sessions.
public final class Access: Sendable {
    private struct State {
        var signIns: [Timestamp] = []
        var derivations = 0
    }

    private let real: JournalStore
    private let shown: @Sendable () -> WorldKind
    private let isLoopbackIngestOpen: Bool
    private let wall: @Sendable () -> Timestamp
    private let cost: ScryptCost
    /// Opens the box to programs on this computer that can read its data folder.
    public let localKey: String
    /// What the demonstrator's own programs send with.
    let demonstratorToken: String
    private let state = Mutex(State())

    init(
        real: JournalStore, shown: @escaping @Sendable () -> WorldKind,
        isLoopbackIngestOpen: Bool, wall: @escaping @Sendable () -> Timestamp, cost: ScryptCost
    ) {
        self.real = real
        self.shown = shown
        self.isLoopbackIngestOpen = isLoopbackIngestOpen
        self.wall = wall
        self.cost = cost
        localKey = SecretText.token()
        demonstratorToken = SecretText.token()
    }

    /// Whether the box has an owner with a pass phrase.
    public var hasOwner: Bool {
        get throws { try real.credentials.owner() != nil }
    }

    /// Decides whether a request may do something.
    public func decide(
        _ request: AccessRequest, _ action: AccessAction
    ) async throws -> AccessDecision {
        if let bearer = request.bearer {
            return try await decide(bearer: bearer, isLoopback: request.isLoopback, action)
        }
        let owner = try real.credentials.owner()
        if let owner, let session = request.session, try await isAlive(session) {
            let isAboutWhatIsShown = action == .look || action == .enter
            return .allowed(actor: owner.name, world: isAboutWhatIsShown ? shown() : .real)
        }
        if action == .write, request.isLoopback, isLoopbackIngestOpen {
            return .allowed(actor: "loopback", world: .real)
        }
        if shown() == .demonstrator, request.isLoopback, action == .look || action == .enter {
            return .allowed(actor: "visitor", world: .demonstrator)
        }
        if owner == nil { return .setupFirst }
        return .refused(
            mayHelpToSignIn: true, says: "Nobody is signed in.",
            remedy: action == .write
                ? "Send a token: millwright token create --scope write"
                : "Sign in with your pass phrase.")
    }

    private func decide(
        bearer: String, isLoopback: Bool, _ action: AccessAction
    ) async throws -> AccessDecision {
        if isLoopback, Access.isEqual(bearer, localKey) {
            switch action {
            case .look, .enter: return .allowed(actor: "console", world: shown())
            case .administer: return .allowed(actor: "console", world: .real)
            case .configure, .write:
                guard try hasOwner else { return .setupFirst }
                return .allowed(actor: "console", world: .real)
            }
        }
        if isLoopback, Access.isEqual(bearer, demonstratorToken) {
            guard action == .write else {
                return .refused(
                    mayHelpToSignIn: false, says: "This token may only send samples.", remedy: "")
            }
            return .allowed(actor: "demonstrator", world: .demonstrator)
        }
        let hash = SecretText.digest(bearer)
        guard let token = try real.credentials.token(hash: hash) else {
            return .refused(
                mayHelpToSignIn: true, says: "This token is not known here, or was ended.",
                remedy: "Make one: millwright token create --scope write")
        }
        guard token.scopes.contains(action.rawValue) || token.scopes.contains("admin") else {
            return .refused(
                mayHelpToSignIn: false,
                says: "The token “\(token.name)” may not do this (it may: "
                    + token.scopes.sorted().joined(separator: ", ") + ").",
                remedy: "Make another with --scope \(action.rawValue).")
        }
        let now = wall()
        if token.used.map({ now - $0 > .minutes(1) }) ?? true {
            try await real.credentials.touchToken(id: token.id, at: now)
        }
        return .allowed(actor: "token " + token.name, world: .real)
    }

    private func isAlive(_ key: String) async throws -> Bool {
        let hash = SecretText.digest(key)
        guard let session = try real.credentials.session(hash: hash) else { return false }
        let now = wall()
        guard now < session.expires, now - session.used < LoopLimits.sessionIdle else {
            try await real.credentials.removeSession(hash: hash)
            return false
        }
        if now - session.used > .minutes(1) {
            try await real.credentials.touchSession(hash: hash, at: now)
        }
        return true
    }

    /// Makes the owner; with the setup code, or without one from the console (S-02).
    ///
    /// Returns the key of a session.
    public func claim(
        code: String?, name: String, passPhrase: String, site: String
    ) async throws -> String {
        let now = wall()
        guard try !hasOwner || code == nil else {
            throw AccessRefused(
                field: "code", says: "This box has an owner already.",
                remedy: "Sign in instead.", retryAfter: nil)
        }
        guard (2...60).contains(name.count) else {
            throw AccessRefused(
                field: "name", says: "A name of 2 to 60 characters is needed.",
                remedy: "Write your own name.", retryAfter: nil)
        }
        if let flaw = PassPhraseRule.flaw(passPhrase, name: name, site: site) {
            throw AccessRefused(
                field: "pass_phrase", says: flaw.says, remedy: flaw.remedy, retryAfter: nil)
        }
        if let code { try await spend(code, at: now) }
        let hash = try await derive { cost in
            try PassPhraseHash(passPhrase, salt: SecretText.random(16), cost: cost).text
        }
        try await real.credentials.setOwner(name: name, passHash: hash, at: now)
        return try await openSession(at: now)
    }

    private func spend(_ code: String, at now: Timestamp) async throws {
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        let attempt = try await real.credentials.trySetupCode(hash: hash, at: now)
        let again = "Start the box again: it prints a new code."
        switch attempt {
        case .accepted: return
        case .wrong(let left):
            throw AccessRefused(
                field: "code", says: "This is not the setup code. \(left) tries are left.",
                remedy: "It stands where the box was started, and in the file secrets/setup-code.",
                retryAfter: nil)
        case .expired:
            throw AccessRefused(
                field: "code", says: "The setup code is over.", remedy: again, retryAfter: nil)
        case .absent:
            throw AccessRefused(
                field: "code", says: "There is no setup code now.", remedy: again,
                retryAfter: nil)
        }
    }

    /// Opens a session for the owner; an unknown name costs the same time (S-11).
    public func signIn(name: String, passPhrase: String) async throws -> String {
        let now = wall()
        let tooMany = state.withLock { state in
            state.signIns.removeAll { now - $0 > .minutes(1) }
            state.signIns.append(now)
            return state.signIns.count > LoopLimits.signInsPerMinute
        }
        guard !tooMany else {
            throw AccessRefused(
                field: "pass_phrase", says: "Too many tries in a minute.",
                remedy: "Wait a minute.", retryAfter: 60)
        }
        let owner = try real.credentials.owner()
        let isRight = try await derive { cost in
            guard let owner else {
                _ = try PassPhraseHash(passPhrase, salt: SecretText.random(16), cost: cost)
                return false
            }
            return try PassPhraseHash(text: owner.passHash).matches(passPhrase)
        }
        guard isRight, let owner, owner.name.lowercased() == name.lowercased() else {
            throw AccessRefused(
                field: "pass_phrase", says: "The name or the pass phrase is not right.",
                remedy: "Try again. On the box itself, millwright setup sets a new pass phrase.",
                retryAfter: nil)
        }
        return try await openSession(at: now)
    }

    /// Ends a session.
    public func signOut(_ key: String) async throws {
        try await real.credentials.removeSession(hash: SecretText.digest(key))
    }

    private func openSession(at now: Timestamp) async throws -> String {
        let key = SecretText.sessionKey()
        try await real.credentials.addSession(
            Session(
                hash: SecretText.digest(key), created: now, used: now,
                expires: now + LoopLimits.sessionLife))
        return key
    }

    /// Runs a costly derivation, at most two at once (S-11).
    private func derive<Result>(_ body: (ScryptCost) throws -> Result) async throws -> Result {
        let mayRun = state.withLock { state in
            guard state.derivations < 2 else { return false }
            state.derivations += 1
            return true
        }
        guard mayRun else {
            throw AccessRefused(
                field: "pass_phrase", says: "The box is busy with other sign-ins.",
                remedy: "Try again in a few seconds.", retryAfter: 3)
        }
        defer { state.withLock { $0.derivations -= 1 } }
        return try body(cost)
    }

    /// Makes a fresh setup code, nil when the box has an owner.
    func newSetupCode() async throws -> String? {
        guard try !hasOwner else { return nil }
        let code = SecretText.setupCode()
        let hash = SecretText.digest(SecretText.normalised(setupCode: code))
        try await real.credentials.setSetupCode(hash: hash, at: wall())
        return code
    }

    /// Makes a token for a program; its text is returned once and never kept.
    public func makeToken(name: String, scopes: Set<String>) async throws -> (
        id: String, text: String
    ) {
        let known: Set<String> = ["read", "enter", "configure", "write", "admin"]
        guard !name.isEmpty, name.count <= 60 else {
            throw RefusedEvent(
                field: "name", says: "A token needs a name of 1 to 60 characters.",
                remedy: "Say what it is for, such as telegraf.")
        }
        guard !scopes.isEmpty, scopes.isSubset(of: known) else {
            throw RefusedEvent(
                field: "scopes", says: "These scopes are not known.",
                remedy: "Use read, enter, configure, write or admin.")
        }
        let text = SecretText.token()
        let id = SecretText.hexadecimal(SecretText.random(4))
        try await real.credentials.addToken(
            AccessToken(
                id: id, name: name, hash: SecretText.digest(text), scopes: scopes, created: wall()))
        return (id, text)
    }

    /// All tokens of programs.
    public func tokens() throws -> [AccessToken] { try real.credentials.tokens() }

    /// Ends a token; false when there is none that holds.
    public func endToken(_ id: String) async throws -> Bool {
        try await real.credentials.revokeToken(id: id, at: wall())
    }

    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}
