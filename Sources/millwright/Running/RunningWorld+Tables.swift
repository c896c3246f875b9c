// Tables that are brought in, as the web room asks the running world.

import Loop
import Plant
import Web

extension RunningWorld {
    func imports() async throws -> [ImportFacts] { try await box.read { try world.importFacts() } }

    func surroundings(
        file: String, sha256: String, range: TimeRange?, machines: Set<Slug>
    ) async throws -> TableSurroundings {
        try await box.read {
            try world.tableSurroundings(
                file: file, sha256: sha256, range: range, machines: machines)
        }
    }

    func beginTable(file: String, sha256: String, actor: String) async throws -> UInt32 {
        do {
            return try await world.beginTable(file: file, sha256: sha256, actor: actor)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func storeTable(
        _ number: UInt32, drafts: [EventDraft], samples: [SampleBatch], jobs: [PlannedJob],
        taken: Int64, refused: Int64, actor: String, progress: @Sendable (Double) -> Void
    ) async throws {
        do {
            try await world.storeTable(
                number, drafts: drafts, samples: samples, jobs: jobs, taken: taken,
                refused: refused, actor: actor, progress: progress)
        } catch {
            throw Refusals.translated(error)
        }
    }

    func mapping(for signature: String) async throws -> String? {
        try await box.read { world.mapping(for: signature) }
    }

    func keep(mapping text: String, for signature: String) async throws {
        try await box.read { try world.keep(mapping: text, for: signature) }
    }

    func jobDays(range: TimeRange) async throws -> [JobDay] {
        try await box.read { try world.jobDays(range: range) }
    }

    func takeBack(import number: UInt32, actor: String) async throws -> Bool {
        try await world.takeBack(import: number, actor: actor)
    }
}
