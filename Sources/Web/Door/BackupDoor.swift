// Backups as pages and programs ask for them.

public import Loop

/// Backups of the firm's own world; methods refuse with ``RefusedSaying``.
public protocol BackupDoor: Sendable {
    /// How it stands.
    func standing() async throws -> BackupStanding
    /// All backups, the newest first.
    func list() async throws -> [BackupFacts]
    /// Makes one now, in a folder of the asker's choice or in the usual places.
    func make(to folder: String?, actor: String) async throws -> BackupFacts
    /// Restores one into a scratch place, walks it, and compares; the newest where none is named.
    func prove(_ path: String?, key: String?, actor: String) async throws -> BackupProofFacts
    /// The key that opens backups on any box; that it was shown, and to whom, is written down.
    func key(actor: String) async throws -> String
    /// Makes a restore ready; it takes effect when the box starts the next time.
    func prepareRestore(_ path: String, key: String, actor: String) async throws -> ReadyRestore
}
