// Bringing in a table: what is stored already in its span, and storing its rows under one number.

import Historian
import Journal
public import Plant
import Understand

/// What is stored already where a table would be brought in.
public struct TableSurroundings: Sendable {
    /// Rows of imports of the same file that still count.
    public let rows: [Int]
    /// Stops that signals saw, by machine.
    public let stops: [Slug: [TimeRange]]
    /// What people said in the span.
    public let events: [FactoryEvent]

    /// What is stored.
    public init(rows: [Int], stops: [Slug: [TimeRange]], events: [FactoryEvent]) {
        self.rows = rows
        self.stops = stops
        self.events = events
    }
}

/// An import as the page lists it.
public struct ImportFacts: Sendable, Hashable {
    /// Its number.
    public let number: UInt32
    /// The file.
    public let file: String
    /// When it began.
    public let started: Timestamp
    /// Rows taken, nil while it has not ended.
    public let taken: Int64?
    /// Rows refused.
    public let refused: Int64?
    /// Whether it was taken back.
    public let isUndone: Bool

    /// An import.
    public init(
        number: UInt32, file: String, started: Timestamp, taken: Int64?, refused: Int64?,
        isUndone: Bool
    ) {
        self.number = number
        self.file = file
        self.started = started
        self.taken = taken
        self.refused = refused
        self.isUndone = isUndone
    }
}

extension World {
    /// Where the ways to bring files in lie: one file for each set of headings.
    private func mappingPath(_ signature: String) -> String {
        folder + "/mappings/" + FileDigest.sha256(Array(signature.utf8)) + ".json"
    }

    /// How files with these headings were brought in before, nil for the first time.
    public func mapping(for signature: String) -> String? {
        PrivateFile.read(mappingPath(signature))
    }

    /// Keeps how files with these headings are brought in; a convenience that may be lost.
    public func keep(mapping text: String, for signature: String) throws {
        guard DataLock.makeFolder(folder + "/mappings") else { return }
        try PrivateFile.write(text, to: mappingPath(signature))
    }

    /// All imports, the newest first; blocks while it reads.
    public func importFacts() throws -> [ImportFacts] {
        try journal.imports().reversed().map {
            ImportFacts(
                number: $0.number, file: $0.file, started: $0.started, taken: $0.taken,
                refused: $0.refused, isUndone: $0.isUndone)
        }
    }

    /// What is stored already in a span; blocks while it reads.
    public func tableSurroundings(
        file: String, sha256: String, range: TimeRange?, machines: Set<Slug>
    ) throws -> TableSurroundings {
        let same = Set(
            try journal.imports().filter {
                $0.sha256 == sha256 && $0.file == file && !$0.isUndone
            }.map(\.number))
        var rows: [Int] = []
        for number in same { rows += try journal.importedRows(number) }
        var stops: [Slug: [TimeRange]] = [:]
        var events: [FactoryEvent] = []
        guard let range, range.elapsed <= LoopLimits.longestJobRun else {
            return TableSurroundings(rows: rows, stops: [:], events: [])
        }
        for id in machines {
            guard let machine = factory.machines[id] else { continue }
            if !machine.stateRules.isEmpty {
                stops[id] = try reading(machine, range).timeline.stops.map(\.range)
            }
            events += try said(id, range)
        }
        return TableSurroundings(rows: rows, stops: stops, events: events)
    }

    /// What was said about a machine as the events that said it.
    private func said(_ id: Slug, _ range: TimeRange) throws -> [FactoryEvent] {
        let said = try journal.annotations(of: id, in: range)
        return said.reasons.map {
            .stopReason(machine: id, at: $0.at, reason: $0.reason, detail: $0.detail)
        }
            + said.bookings.map {
                .countBooked(
                    machine: id, range: $0.range, good: $0.good, scrap: $0.scrap,
                    rework: $0.rework, cause: $0.cause)
            }
            + said.marks.map {
                .periodMarked(machine: id, range: $0.range, kind: $0.kind, reason: $0.reason)
            }
            + said.corrections.map {
                .stateCorrected(machine: id, range: $0.range, state: $0.state)
            }
            + said.jobs.map {
                .jobStarted(
                    machine: id, at: $0.range.start, job: $0.job, product: $0.product,
                    idealPerPart: $0.idealPerPart, isEstimate: $0.isEstimate,
                    plannedParts: $0.plannedParts)
            }
    }

    /// Begins an import: its number stands in everything that it stores.
    public func beginTable(file: String, sha256: String, actor: String) async throws -> UInt32 {
        try await turns.take { [self] in
            let number = (try journal.imports().map(\.number).max() ?? 0) + 1
            _ = try await sayInTurn(
                [.importStarted(number: number, file: file, sha256: sha256)], actor: actor)
            return number
        }
    }

    /// Stores the rows of an import that was begun, and ends it.
    ///
    /// A repeat after a stop half way stores only what is missing: the ids are those of the rows.
    /// `progress` hears which part is stored, from 0 to 1.
    public func storeTable(
        _ number: UInt32, drafts: [EventDraft], samples: [SampleBatch], jobs: [PlannedJob],
        taken: Int64, refused: Int64, actor: String, progress: @Sendable (Double) -> Void
    ) async throws {
        var rest = drafts[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(LoopLimits.rowsPerAppend))
            rest = rest.dropFirst(part.count)
            _ = try await say(part.map(\.event), ids: part.map(\.id), actor: actor)
            progress(Double(drafts.count - rest.count) / Double(drafts.count))
        }
        for job in jobs { try await say(.jobPlanned(job), actor: actor) }
        if !samples.isEmpty { try await intake.store(samples, cursor: nil) }
        try await say(.importDone(number: number, taken: taken, refused: refused), actor: actor)
    }
}
