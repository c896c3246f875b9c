// Backups of the running box, as the web room asks for them.

import Loop
import Plant
import Web

/// Backups behind the web room's door.
struct RunningBackups: BackupDoor {
    let box: Box

    func standing() async throws -> BackupStanding {
        try await box.read { try box.backups.standing() }
    }

    func list() async throws -> [BackupFacts] { try await box.read { box.backups.list() } }

    func make(to folder: String?, actor: String) async throws -> BackupFacts {
        try await refusing { try await box.backups.make(actor: actor, to: folder) }
    }

    func prove(_ path: String?, key: String?, actor: String) async throws -> BackupProofFacts {
        try await refusing { try await box.backups.prove(path, keyText: key, actor: actor) }
    }

    func key(actor: String) async throws -> String {
        try await box.access.noteBackupKey(actor: actor)
        return try await box.read { try box.backups.keyText() }
    }

    func prepareRestore(_ path: String, key: String, actor: String) async throws -> ReadyRestore {
        try await refusing {
            let data = box.settings.data
            return try await box.read {
                try Restoring.prepare(path, keyText: key, data: data, now: SystemClocks.wall())
            }
        }
    }

    private func refusing<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let refused as BackupRefused {
            throw RefusedSaying(
                field: "backup",
                says: refused.says + (refused.why.isEmpty ? "" : " " + refused.why),
                remedy: refused.remedy)
        }
    }
}
