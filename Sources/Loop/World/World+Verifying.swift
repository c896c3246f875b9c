// Walking everything stored: the hash chain, every checksum, and everything derived made again.

import Historian
import Journal
import Plant

/// What a walk over a world's stores found.
public struct WorldVerification: Sendable, Hashable {
    /// Journal entries walked.
    public let entries: Int64
    /// Chunks walked.
    public let chunks: Int
    /// What is wrong, first things first; empty when all is sound.
    public let findings: [String]

    /// Whether nothing is wrong.
    public var isSound: Bool { findings.isEmpty }
}

/// How much a world has stored.
public struct HistoryFacts: Sendable, Hashable {
    /// One file of the store.
    public struct File: Sendable, Hashable {
        /// Its name in the data folder.
        public let name: String
        /// Its bytes, those of its log included.
        public let bytes: Int
        /// Samples in it.
        public let samples: Int
        /// Chunks or head rows in it.
        public let pieces: Int
        /// Samples that gave way to figures of minutes and hours.
        public let thinned: Int
        /// Chunks that were set aside as damaged.
        public let damaged: Int
    }

    /// All files: the head, then months in order.
    public let files: [File]
    /// Chunks that compacting merged away, where it ran.
    public var merged = 0
    /// Bytes before compacting, where it ran.
    public var bytesBefore = 0

    /// Bytes of all files.
    public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }
    /// Samples in all files.
    public var samples: Int { files.reduce(0) { $0 + $1.samples } }
}

extension World {
    /// Moves the newest samples into sealed chunks now.
    public func seal() async throws -> (chunks: Int, samples: Int, bytes: Int) {
        let report = try await samples.seal(upTo: .distantFuture)
        try await samples.reclaim()
        return (report.chunks, report.samples, report.bytes)
    }

    /// Seals what is new, merges small and overlapping chunks, gives free space back.
    public func compact() async throws -> HistoryFacts {
        _ = try await samples.seal(upTo: .distantFuture)
        let report = try await samples.compact()
        var facts = try historyFacts()
        facts.merged = report.chunksBefore - report.chunksAfter
        facts.bytesBefore = report.bytesBefore
        return facts
    }

    /// How much is stored, file by file.
    ///
    /// Blocks while it reads.
    public func historyFacts() throws -> HistoryFacts {
        let usage = try samples.usage()
        return HistoryFacts(
            files: usage.files.map { file in
                HistoryFacts.File(
                    name: file.name, bytes: file.bytes, samples: file.samples,
                    pieces: file.pieces, thinned: file.thinned, damaged: file.quarantined)
            })
    }

    /// Walks the chain and all checksums.
    ///
    /// With `rebuild` it makes everything derived again and compares it. Blocks while it reads;
    /// `progress` hears done and total.
    public func verification(
        rebuild: Bool, progress: @Sendable (Int, Int) -> Void
    ) throws -> WorldVerification {
        var findings: [String] = []
        let chain = try journal.verify { done, total in progress(Int(done), Int(total)) }
        if let bad = chain.firstBad {
            findings.append("Journal entry \(bad.sequence): \(bad.detail).")
        }
        findings += chain.fileFaults.map { "core.db: \($0)." }
        let stored = try samples.verify { step in progress(step.checked, step.total) }
        findings += stored.faults.map { "\($0.file), \($0.place): \($0.what)." }
        if rebuild {
            let report = try journal.rebuildProjections()
            for table in report.tables where !table.isIdentical {
                findings.append("The table \(table.name) was not what the journal says.")
            }
            if !report.isFactoryIdentical {
                findings.append("The configuration was not what the journal says.")
            }
            findings += try compareStates()
        }
        return WorldVerification(
            entries: chain.entries, chunks: stored.chunks, findings: findings)
    }

    /// Observed states as kept beside the stores against those read from them again.
    private func compareStates() throws -> [String] {
        var findings: [String] = []
        let end = time - .minutes(10)
        for machine in factory.activeMachines where !machine.stateRules.isEmpty {
            guard let start = ledger.start(of: machine.id) else { continue }
            let range = TimeRange(start: max(start, end - .hours(24 * 42)), end: end)
            let kept = ledger.episodes(machine.id, range)
            let wide = TimeRange(start: start, end: time + .hours(24))
            let read = try stateSeries(machine.stateRules, wide)
            let again = StateLedger()
            again.start(
                machine.id, rules: machine.stateRules, series: read.series, before: read.before,
                from: start)
            if again.episodes(machine.id, range) != kept {
                findings.append("\(machine.name): its states are not what the samples say.")
            }
        }
        return findings
    }
}
