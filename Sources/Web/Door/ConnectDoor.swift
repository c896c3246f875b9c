// Connecting a machine as pages ask for it.

public import Loop

/// Drafts of machines, their live values, and the moment in which one becomes real.
public protocol ConnectDoor: Sendable {
    /// Devices that the program knows.
    var devices: DeviceShelf { get }
    /// Drafts that are not finished, the newest first.
    func drafts() async throws -> [ConnectDraft]
    /// A draft by its id.
    func draft(_ id: String) async throws -> ConnectDraft?
    /// An id for a new draft.
    func newID() -> String
    /// Keeps a draft as it is now.
    func keep(_ draft: ConnectDraft) async throws
    /// Keeps a password as a secret of the box; what a setting names it by.
    func keepPassword(_ text: String, of draft: String) async throws -> String
    /// What each connection does to its machine.
    func care() async throws -> [ConnectionCare]
    /// Whether all traffic to machines is off.
    var isSilenced: Bool { get }
    /// Switches it off or on.
    func setSilenced(_ isOff: Bool, actor: String) async throws
    /// Ranges of the network around this box.
    var suggestedRanges: [String] { get }
    /// How the newest search goes or went; nil before the first.
    var search: SearchStanding? { get }
    /// Begins to search a range; throws ``RefusedSaying``.
    func search(_ range: String, actor: String) async throws
    /// Calls the search off.
    func endSearch()
    /// Ends and removes a draft.
    func remove(_ id: String) async throws
    /// Asks the device what it offers; throws ``RefusedSaying`` where it does not answer.
    func offered(by draft: ConnectDraft) async throws -> ConnectDraft
    /// The live values, reading begins with the first look; throws ``RefusedSaying``.
    func look(_ draft: ConnectDraft) async throws -> TrialStanding
    /// What stands in the way of "Yes", nil where nothing does.
    func flaw(of draft: ConnectDraft) async throws -> RefusedSaying?
    /// Makes it real; what was said, in words. Throws ``RefusedSaying``.
    func confirm(_ draft: ConnectDraft, actor: String) async throws -> [String]
}

/// How a search of the network goes.
public struct SearchStanding: Sendable, Hashable {
    /// Something that answered.
    public struct Finding: Sendable, Hashable {
        /// Where.
        public let place: String
        /// What it is, in plain words.
        public let says: String
        /// The profile that fits best, or the connector; nil where it cannot be read yet.
        public let what: String?
        /// The Modbus unit that answered, nil for none.
        public let unit: Int?

        /// A finding.
        public init(place: String, says: String, what: String?, unit: Int?) {
            self.place = place
            self.says = says
            self.what = what
            self.unit = unit
        }
    }

    /// The range as it was typed.
    public let range: String
    /// What answered.
    public let findings: [Finding]
    /// Who is there but could not be understood, with the reason.
    public let refused: [String]
    /// What was asked of whom, the newest last.
    public let asked: [String]
    /// The part that is done, 0 to 1.
    public let part: Double
    /// Requests that were sent.
    public let requests: Int
    /// Whether it goes on.
    public let isRunning: Bool

    /// A standing.
    public init(
        range: String, findings: [Finding], refused: [String], asked: [String], part: Double,
        requests: Int, isRunning: Bool
    ) {
        self.range = range
        self.findings = findings
        self.refused = refused
        self.asked = asked
        self.part = part
        self.requests = requests
        self.isRunning = isRunning
    }
}
