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
