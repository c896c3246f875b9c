// The one authorisation point: who may do what, in which world; deny by default.

import Journal
public import Plant
import Synchronization

/// What somebody wants to do.
public enum AccessAction: String, Hashable, Sendable, CaseIterable {
    /// Read anything.
    case look = "read"
    /// Say what happened.
    case enter
    /// Put right what was said or seen.
    case supervise
    /// Change the site.
    case configure
    /// Change the box itself and who may come in.
    case administer = "admin"
    /// Read who did what, and take that record away.
    case audit
    /// Send samples in.
    case write
}

extension AccessAction {
    /// What digits at a tablet can open at the most (S-13).
    static let floor: Set<AccessAction> = [.look, .enter, .supervise]
}

extension Role {
    /// What the role may do (S-18).
    public var actions: Set<AccessAction> {
        switch self {
        case .viewer: [.look]
        case .floor: [.look, .enter]
        case .supervisor: [.look, .enter, .supervise]
        case .engineer: [.look, .enter, .supervise, .configure, .write]
        case .administrator: Set(AccessAction.allCases)
        case .auditor: [.look, .audit]
        }
    }
}

/// Who asks, as far as a request says.
public struct AccessRequest: Sendable, Hashable {
    /// Whether the connection comes from this computer.
    public let isLoopback: Bool
    /// A program's token.
    public let bearer: String?
    /// A person's session.
    public let session: String?
    /// A device's pass.
    public let device: String?
    /// The machine that the request is about, nil for none.
    public let machine: Slug?
    /// What a supervisor's digits opened at the device.
    public let override: String?
    /// Whether the pass phrase must have been given within the last minutes (S-17).
    public let needsProof: Bool

    /// A request.
    public init(
        isLoopback: Bool, bearer: String?, session: String?, device: String? = nil,
        machine: Slug? = nil, override: String? = nil, needsProof: Bool = false
    ) {
        self.isLoopback = isLoopback
        self.bearer = bearer
        self.session = session
        self.device = device
        self.machine = machine
        self.override = override
        self.needsProof = needsProof
    }
}

/// What the authorisation point says.
public enum AccessDecision: Sendable, Hashable {
    /// Yes, in this world; the actor is written into the journal.
    case allowed(actor: String, world: WorldKind)
    /// No; `mayHelpToSignIn` tells whether signing in may help.
    case refused(mayHelpToSignIn: Bool, says: String, remedy: String)
    /// Yes, once the pass phrase was given again (S-17).
    case proveFirst
    /// Yes, once a second factor was set up and given (S-12).
    case strengthenFirst
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

    init(_ field: String, _ says: String, _ remedy: String, retryAfter: Int? = nil) {
        self.field = field
        self.says = says
        self.remedy = remedy
        self.retryAfter = retryAfter
    }
}

/// Decides about every request, and opens and ends sessions.
public final class Access: Sendable {
    struct State {
        var limits = SignInLimits()
        var pairings: [Pairing] = []
        /// Seeds of second factors that were shown and not confirmed yet.
        var offeredSeeds: [Slug: [UInt8]] = [:]
        /// Wrong codes of second factors, by person.
        var factorFailures: [Slug: (count: Int, last: Timestamp)] = [:]
        /// Supervisors at tablets, by the hash of the key.
        var overrides: [String: Override] = [:]
    }

    let real: JournalStore
    private let shown: @Sendable () -> WorldKind
    private let isLoopbackIngestOpen: Bool
    let wall: @Sendable () -> Timestamp
    let cost: ScryptCost
    let seal: SecretSeal
    /// Stores an entry in the firm's own journal.
    let say: @Sendable (FactoryEvent, String) async throws -> Void
    /// Opens the box to programs on this computer that can read its data folder.
    public let localKey: String
    /// What the demonstrator's own programs send with.
    let demonstratorToken: String
    let state = Mutex(State())
    private let derivations = DerivationLine()

    init(
        real: JournalStore, shown: @escaping @Sendable () -> WorldKind,
        isLoopbackIngestOpen: Bool, wall: @escaping @Sendable () -> Timestamp, cost: ScryptCost,
        seal: SecretSeal, say: @escaping @Sendable (FactoryEvent, String) async throws -> Void
    ) {
        self.real = real
        self.shown = shown
        self.isLoopbackIngestOpen = isLoopbackIngestOpen
        self.wall = wall
        self.cost = cost
        self.seal = seal
        self.say = say
        localKey = SecretText.token()
        demonstratorToken = SecretText.token()
    }

    /// Whether somebody with a pass phrase looks after the box.
    public var hasOwner: Bool {
        get throws { try real.credentials.hasAdministrator() }
    }

    /// Decides whether a request may do something.
    public func decide(
        _ request: AccessRequest, _ action: AccessAction
    ) async throws -> AccessDecision {
        if let bearer = request.bearer {
            return try await decide(bearer: bearer, isLoopback: request.isLoopback, action)
        }
        if let key = request.session, let (session, person) = try await alive(key) {
            return decide(session, person, request, action)
        }
        if let pass = request.device,
            let decision = try await decide(device: pass, request, action)
        {
            return decision
        }
        if action == .write, request.isLoopback, isLoopbackIngestOpen {
            return .allowed(actor: "loopback", world: .real)
        }
        if shown() == .demonstrator, request.isLoopback,
            [.look, .enter, .supervise].contains(action)
        {
            return .allowed(actor: "visitor", world: .demonstrator)
        }
        guard try hasOwner else { return .setupFirst }
        return .refused(
            mayHelpToSignIn: true, says: "Nobody is signed in.",
            remedy: action == .write
                ? "Send a token: millwright token create --scope write"
                : "Sign in with your pass phrase.")
    }

    /// What a signed-in person may do.
    private func decide(
        _ session: Session, _ person: Person, _ request: AccessRequest, _ action: AccessAction
    ) -> AccessDecision {
        guard person.role.actions.contains(action) else {
            return .refused(
                mayHelpToSignIn: false,
                says: "\(person.name) is here as \(person.role.rawValue), who may not do this.",
                remedy: "Ask whoever looks after this box.")
        }
        if !request.isLoopback, !session.isStrong, person.role == .administrator,
            !AccessAction.floor.contains(action)
        {
            return .strengthenFirst
        }
        if action == .administer || request.needsProof {
            if wall() - session.proved > LoopLimits.proofLife { return .proveFirst }
        }
        let isAboutWhatIsShown = [.look, .enter, .supervise].contains(action)
        return .allowed(actor: person.name, world: isAboutWhatIsShown ? shown() : .real)
    }

    /// What a paired device may do; nil where its pass holds no longer.
    private func decide(
        device pass: String, _ request: AccessRequest, _ action: AccessAction
    ) async throws -> AccessDecision? {
        guard let device = try real.credentials.device(hash: SecretText.digest(pass)) else {
            return nil
        }
        if let key = request.override, AccessAction.floor.contains(action),
            let person = try present(key, at: device, isTap: action != .look),
            person.role.actions.contains(action)
        {
            return .allowed(actor: person.name, world: shown())
        }
        let mayEnter = device.kind == .tablet && action == .enter
        let isOwnMachine =
            device.machine == nil || request.machine == nil || device.machine == request.machine
        guard action == .look || (mayEnter && isOwnMachine) else {
            return .refused(
                mayHelpToSignIn: true,
                says: isOwnMachine
                    ? "The \(device.kind.rawValue) “\(device.name)” may not do this."
                    : "The tablet “\(device.name)” stands at another machine.",
                remedy: "Sign in with your pass phrase.")
        }
        let now = wall()
        if device.used.map({ now - $0 > .minutes(10) }) ?? true {
            try await real.credentials.touchDevice(id: device.id, at: now)
        }
        return .allowed(actor: "device " + device.name, world: shown())
    }

    private func decide(
        bearer: String, isLoopback: Bool, _ action: AccessAction
    ) async throws -> AccessDecision {
        if isLoopback, SecretText.isEqual(bearer, localKey) {
            switch action {
            case .look, .enter, .supervise: return .allowed(actor: "console", world: shown())
            case .administer, .audit: return .allowed(actor: "console", world: .real)
            case .configure, .write:
                guard try hasOwner else { return .setupFirst }
                return .allowed(actor: "console", world: .real)
            }
        }
        if isLoopback, SecretText.isEqual(bearer, demonstratorToken) {
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
        // Whoever may change the site may put right what was seen.
        let needed = action == .supervise ? AccessAction.configure : action
        guard token.scopes.contains(needed.rawValue) || token.scopes.contains("admin") else {
            return .refused(
                mayHelpToSignIn: false,
                says: "The token “\(token.name)” may not do this (it may: "
                    + token.scopes.sorted().joined(separator: ", ") + ").",
                remedy: "Make another with --scope \(needed.rawValue).")
        }
        let now = wall()
        if token.used.map({ now - $0 > .minutes(1) }) ?? true {
            try await real.credentials.touchToken(id: token.id, at: now)
        }
        return .allowed(actor: "token " + token.name, world: .real)
    }

    /// The session that a key opens, with its person; nil when it is over.
    func alive(_ key: String) async throws -> (Session, Person)? {
        let hash = SecretText.digest(key)
        guard let session = try real.credentials.session(hash: hash) else { return nil }
        let now = wall()
        guard now < session.expires, now - session.used < LoopLimits.sessionIdle,
            let person = try real.credentials.person(session.person), person.ended == nil
        else {
            try await real.credentials.removeSession(hash: hash)
            return nil
        }
        if now - session.used > .minutes(1) {
            try await real.credentials.touchSession(hash: hash, at: now)
        }
        return (session, person)
    }

    /// Runs a costly derivation when its turn comes (S-11).
    func derive<Result: Sendable>(
        _ body: @escaping @Sendable (ScryptCost) throws -> Result
    ) async throws -> Result {
        let cost = cost
        return try await derivations.run { try body(cost) }
    }

    /// Writes down an act that concerns the safety of the box (S-30).
    func note(
        _ act: String, _ object: String = "", address: String = "", outcome: String = "done",
        actor: String
    ) async throws {
        let note = AccessNote(act: act, object: object, address: address, outcome: outcome)
        try await say(.accessNoted(note), actor)
    }
}
