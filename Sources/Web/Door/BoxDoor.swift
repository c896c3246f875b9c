// What the web room asks of the running box; the only way from pages to anything below (decisions 6).

public import Loop

/// The running box as the web room sees it.
public protocol BoxDoor: Sendable {
    /// The world shown on pages.
    var shownWorld: any WorldDoor { get }
    /// A world by its kind, nil when it is not there.
    func world(_ kind: WorldKind) -> (any WorldDoor)?
    /// About this box.
    func facts() async throws -> BoxFacts
    /// Whether the box can record now.
    var isReady: Bool { get }
    /// Figures about the box itself, for `/metrics`.
    func metrics() async -> [BoxMetric]
    /// Whether memory is so short that open pages have to give way.
    var isMemoryShort: Bool { get }
    /// What changes, for open pages; the stream has a bounding policy of its own.
    func messages() -> AsyncStream<LiveMessage>
    /// Host names and addresses that requests may name (S-23), without port, lower case.
    var allowedHosts: Set<String> { get }
    /// Decides whether a visitor may do something: the one authorisation point.
    func decide(_ visitor: Visitor, _ action: WebAction) async throws -> Verdict
    /// Makes the first administrator with the setup code (S-02).
    func claim(
        code: String, name: String, passPhrase: String, from origin: AccessOrigin
    ) async throws -> Entrance
    /// Opens a session; `code` is that of a second factor or of recovery, empty without; `device`
    /// is the pass of the tablet on which it happens.
    func signIn(
        name: String, passPhrase: String, code: String, device: String?,
        from origin: AccessOrigin
    ) async throws -> Entrance
    /// The certificate that other devices see; nil while only this computer reaches the pages.
    var certificate: ShownCertificate? { get }
    /// Backups; nil where there are none.
    var backups: (any BackupDoor)? { get }
    /// E-mail; nil where there is none.
    var mail: (any MailDoor)? { get }
    /// What is given to other systems; nil where nothing is.
    var giving: (any GivingDoor)? { get }
    /// People, devices and accounts; nil where there are none.
    var people: (any PeopleDoor)? { get }
    /// Files of the watch folder; nil where none is watched.
    func inboxFiles() async -> [Inbox.File]?
    /// The bytes of a file of the watch folder; throws ``RefusedSaying``.
    func inboxBytes(of file: Inbox.File, limit: Int) async throws -> [UInt8]
    /// Moves a file aside that is in; false where the folder cannot be written.
    func settle(_ file: Inbox.File, as number: UInt32?) async -> Bool
    /// Ends a session.
    func signOut(session: String) async throws
    /// Connecting machines; nil where it is not offered.
    var connecting: (any ConnectDoor)? { get }
    /// What the command line asks; nil where there is no console.
    var console: (any ConsoleDoor)? { get }
}

extension BoxDoor {
    /// Enough memory.
    public var isMemoryShort: Bool { false }
    /// No console.
    public var console: (any ConsoleDoor)? { nil }
    /// No machine is connected.
    public var connecting: (any ConnectDoor)? { nil }
    /// No backups.
    public var backups: (any BackupDoor)? { nil }
    /// Nothing is given to other systems.
    public var giving: (any GivingDoor)? { nil }
    /// No e-mail.
    public var mail: (any MailDoor)? { nil }
    /// No certificate.
    public var certificate: ShownCertificate? { nil }
    /// No folder is watched.
    public func inboxFiles() async -> [Inbox.File]? { nil }
    /// No folder is watched.
    public func inboxBytes(of file: Inbox.File, limit: Int) async throws -> [UInt8] {
        throw RefusedSaying(field: "file", says: "No folder is watched.", remedy: "")
    }
    /// No folder is watched.
    public func settle(_ file: Inbox.File, as number: UInt32?) async -> Bool { false }
    /// No people.
    public var people: (any PeopleDoor)? { nil }
}

/// What somebody wants to do.
public enum WebAction: String, Hashable, Sendable, CaseIterable {
    /// Read anything.
    case look = "read"
    /// Say what happened: reasons, counts, jobs.
    case enter = "enter"
    /// Put right what was said or seen.
    case supervise
    /// Change the site: machines, signals, shifts, imports.
    case configure = "configure"
    /// Change the box itself.
    case administer = "admin"
    /// Read who did what, and take that record away.
    case audit
    /// Send samples in.
    case write = "write"
}

/// Who asks, as far as a request says.
public struct Visitor: Hashable, Sendable {
    /// Whether the connection comes from the box itself.
    public let isLoopback: Bool
    /// A program's token.
    public let bearer: String?
    /// A person's session.
    public let session: String?
    /// A device's pass.
    public let device: String?
    /// The machine that the request is about, nil for none.
    public let machine: String?
    /// What a supervisor's digits opened at the device.
    public let override: String?
    /// Whether the pass phrase must have been given within the last minutes (S-17).
    public let needsProof: Bool

    /// A visitor.
    public init(
        isLoopback: Bool, bearer: String?, session: String?, device: String? = nil,
        machine: String? = nil, override: String? = nil, needsProof: Bool = false
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

/// The answer of the authorisation point.
public enum Verdict: Hashable, Sendable {
    /// Yes, in this world; the actor is written into the journal.
    case allowed(actor: String, world: WorldKind)
    /// No: whether signing in may help, what is so, what to do.
    case refused(mayHelpToSignIn: Bool, says: String, remedy: String)
    /// Yes, once the pass phrase was given again (S-17).
    case proveFirst
    /// Yes, once a second factor was set up and given (S-12).
    case strengthenFirst
    /// The box has no owner yet: only the setup page answers.
    case setupFirst
}

/// A session that was opened.
public struct Entrance: Hashable, Sendable {
    /// The cookie's value.
    public let session: String
    /// The person's name.
    public let name: String
    /// Recovery codes, shown once; empty when none were made.
    public let recoveryCodes: [String]

    /// An opened session.
    public init(session: String, name: String, recoveryCodes: [String] = []) {
        self.session = session
        self.name = name
        self.recoveryCodes = recoveryCodes
    }
}

/// Why no session was opened.
public struct EntranceRefused: Error, Hashable, Sendable {
    /// The field of the form: `code`, `name` or `pass_phrase`.
    public let field: String
    /// What is wrong.
    public let says: String
    /// What to do.
    public let remedy: String
    /// Seconds to wait before another try helps, nil when waiting does not matter.
    public let retryAfter: Int?

    /// A refusal.
    public init(field: String, says: String, remedy: String, retryAfter: Int? = nil) {
        self.field = field
        self.says = says
        self.remedy = remedy
        self.retryAfter = retryAfter
    }
}

/// One figure about the box itself.
public struct BoxMetric: Hashable, Sendable {
    /// Prometheus types used here.
    public enum Kind: String, Hashable, Sendable {
        /// Only goes up.
        case counter
        /// Goes up and down.
        case gauge
    }

    /// Name without the prefix `millwright_`, base units at the end.
    public let name: String
    /// One sentence.
    public let help: String
    /// Whether it only goes up.
    public let kind: Kind
    /// Labels with few values.
    public let labels: [String: String]
    /// The value.
    public let value: Double

    /// A figure.
    public init(name: String, help: String, kind: Kind, labels: [String: String], value: Double) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
        self.value = value
    }
}
