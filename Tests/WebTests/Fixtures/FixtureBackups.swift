// One backup of yesterday, proved last week, for pages about backups.

import Loop
import Plant

@testable import Web

/// Backups of the fixture box.
struct FixtureBackups: BackupDoor {
    private let facts = BackupFacts(
        path: "data/backups/millwright-2026-11-12-0300.mwbackup",
        made: FixtureDay.now - .hours(20), site: "Hollins Valves", program: "0.1.0",
        bytes: 412_000_000, content: 901_000_000, files: 5)

    func standing() async throws -> BackupStanding {
        BackupStanding(
            newest: facts, proved: FixtureDay.now - .hours(100), second: "the disk MILLWRIGHT",
            isSecondAway: true,
            warnings: ["the disk MILLWRIGHT for backups is not there; plug it in."])
    }
    func list() async throws -> [BackupFacts] { [facts] }
    func make(to folder: String?, actor: String) async throws -> BackupFacts { facts }
    func prove(_ path: String?, key: String?, actor: String) async throws -> BackupProofFacts {
        BackupProofFacts(
            path: facts.path, files: 5, entries: 1_204, chunks: 3_100, comparedDay: "2026-11-11")
    }
    func key(actor: String) async throws -> String {
        "7471-PSGK-QSXE-75ZG-6EZX-1Q9W-ENY7-D4YK-0T6A"
    }
    func prepareRestore(_ path: String, key: String, actor: String) async throws -> ReadyRestore {
        guard key.count > 10 else {
            throw RefusedSaying(
                field: "backup", says: "This is not a backup key.", remedy: "See the sheet.")
        }
        return ReadyRestore(facts: facts, keptAside: "data/before-restore-2026-11-13T112508")
    }
}
