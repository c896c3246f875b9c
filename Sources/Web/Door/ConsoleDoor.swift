// What the command line and integrators ask of the box beyond pages: files, keys, checks, exports.

public import Loop
public import Plant

/// The box as its console sees it; everything here is behind the authorisation point.
public protocol ConsoleDoor: Sendable {
    /// The site as factory.toml.
    func factoryText(of world: WorldKind) -> String
    /// Makes the firm's own site what a text says, or only looks; returns the changes in words.
    ///
    /// Throws ``FlawInText`` for the text itself, ``RefusedSaying`` for what it refers to.
    func apply(
        factoryText: String, file: String, isApplied: Bool, actor: String
    ) async throws -> [String]
    /// Says a configuration event in the firm's own world.
    func configure(_ event: FactoryEvent, actor: String) async throws -> StoredEvent
    /// Makes the owner without a setup code, for those who can read the data folder.
    func setOwner(name: String, passPhrase: String) async throws -> [String]
    /// Tokens of programs as documents.
    func tokens() async throws -> [TokenFacts]
    /// Makes a token; the text is given once.
    func makeToken(
        name: String, scopes: Set<String>, actor: String
    ) async throws -> (id: String, text: String)
    /// Ends a token; false when none of that id holds.
    func endToken(_ id: String, actor: String) async throws -> Bool
    /// A person says that the clock is right; false where it is believed already.
    func believeClock(actor: String) async throws -> Bool
    /// Takes an import back; false when there is none of that number.
    func undoImport(_ number: UInt32, actor: String) async throws -> Bool
    /// Moves the newest samples into sealed chunks now; returns chunks, samples and bytes.
    func seal(_ world: WorldKind) async throws -> (chunks: Int, samples: Int, bytes: Int)
    /// How much is stored, file by file.
    func history(_ world: WorldKind) async throws -> HistoryFacts
    /// Seals, merges small chunks, gives free space back.
    func compact(_ world: WorldKind) async throws -> HistoryFacts
    /// Walks everything stored; `progress` hears done and total.
    func verify(
        _ world: WorldKind, rebuild: Bool, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> WalkReport
}

/// A token as lists show it.
public struct TokenFacts: Sendable, Hashable {
    /// Its id.
    public let id: String
    /// What it is for.
    public let name: String
    /// What it may do.
    public let scopes: Set<String>
    /// When it was made.
    public let created: Timestamp
    /// When it was last used, nil when never.
    public let used: Timestamp?
    /// When it was ended, nil while it holds.
    public let revoked: Timestamp?

    /// A token.
    public init(
        id: String, name: String, scopes: Set<String>, created: Timestamp, used: Timestamp?,
        revoked: Timestamp?
    ) {
        self.id = id
        self.name = name
        self.scopes = scopes
        self.created = created
        self.used = used
        self.revoked = revoked
    }
}

/// What is wrong with a text that somebody sent, with its place.
public struct FlawInText: Error, Sendable, Hashable {
    /// 1-based line, 0 when unknown.
    public let line: Int
    /// 1-based column, 0 when unknown.
    public let column: Int
    /// File, line, column and path as one text.
    public let place: String
    /// What is wrong.
    public let says: String
    /// What to do.
    public let remedy: String

    /// A flaw.
    public init(line: Int, column: Int, place: String, says: String, remedy: String) {
        self.line = line
        self.column = column
        self.place = place
        self.says = says
        self.remedy = remedy
    }
}

/// What a walk over everything stored found.
public struct WalkReport: Sendable, Hashable {
    /// Journal entries walked.
    public let entries: Int64
    /// Chunks walked.
    public let chunks: Int
    /// What is wrong; empty when all is sound.
    public let findings: [String]

    /// A report.
    public init(entries: Int64, chunks: Int, findings: [String]) {
        self.entries = entries
        self.chunks = chunks
        self.findings = findings
    }
}
