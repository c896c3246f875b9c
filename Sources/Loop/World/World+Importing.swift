// Bringing in a file: dry run, one batch in the stores, and taking it back.

import Capture
import Crypto
import Historian
import Journal
import Plant

/// What became of an import.
public struct FileImportReport: Sendable, Hashable {
    /// Its number, nil for a dry run.
    public let number: UInt32?
    /// Rows taken.
    public let taken: Int64
    /// Rows refused.
    public let refused: Int64
    /// Samples made of the rows.
    public let samples: Int64
    /// The first refused rows: number in the file, and why.
    public let refusedRows: [(row: Int, says: String)]
    /// All refused rows as CSV with a reason column; empty when there are none or in a dry run.
    public let refusedCSV: String
    /// What was understood, as sentences.
    public let notes: [String]

    /// Compares what people see.
    public static func == (left: FileImportReport, right: FileImportReport) -> Bool {
        left.number == right.number && left.taken == right.taken
            && left.refused == right.refused && left.samples == right.samples
            && left.refusedCSV == right.refusedCSV && left.notes == right.notes
    }

    /// Feeds what identifies it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(number)
        hasher.combine(taken)
        hasher.combine(samples)
    }
}

extension World {
    /// Reads a file by a mapping text; stores nothing when `isDryRun`.
    ///
    /// The import is `import.started`, its samples under one number, `import.done`
    /// (decisions 18).
    public func bringIn(
        _ file: [UInt8], name: String, mapping text: String, isDryRun: Bool, actor: String
    ) async throws -> FileImportReport {
        let mapping = try ImportMapping.read(
            text, beginning: Array(file.prefix(64 << 10)), zone: zone, zoneRules: zoneRules(named:))
        let reader = try CSVImport(mapping: mapping, arrival: time)
        let dry = try await reader.dryRun(World.source(of: file))
        var notes = World.notes(mapping, dry.range)
        if let stopped = dry.stopped { notes.append("Reading stopped early: \(stopped).") }
        guard !isDryRun else {
            return FileImportReport(
                number: nil, taken: dry.taken, refused: dry.refused,
                samples: dry.taken * Int64(mapping.values.count),
                refusedRows: dry.refusedRows.map { ($0.row, $0.reason) }, refusedCSV: "",
                notes: notes)
        }
        let signals = try await signals(for: mapping.seriesKeys(source: name))
        let digest = SecretText.hexadecimal(Array(SHA256.hash(data: file)))
        let number = try await turns.take { [self] in
            let number = (try journal.imports().map(\.number).max() ?? 0) + 1
            _ = try await sayInTurn(
                [.importStarted(number: number, file: name, sha256: digest)], actor: actor)
            return number
        }
        let outcome = try await reader.run(
            World.source(of: file), name: name, number: number, signals: signals, into: intake)
        try await say(
            .importDone(number: number, taken: outcome.taken, refused: outcome.refused),
            actor: actor)
        return FileImportReport(
            number: number, taken: outcome.taken, refused: outcome.refused,
            samples: outcome.samples, refusedRows: dry.refusedRows.map { ($0.row, $0.reason) },
            refusedCSV: outcome.refusedCSV, notes: notes)
    }

    /// Takes an import back; false when there is none of that number that counts.
    public func takeBack(import number: UInt32, actor: String) async throws -> Bool {
        guard let record = try journal.imports().first(where: { $0.number == number }),
            !record.isUndone
        else { return false }
        try await say(.importUndone(number: number), actor: actor)
        try await samples.mask(import: number)
        ledger.markStale(Set(factory.signals.keys))
        try refreshStates()
        return true
    }

    /// Takes samples out of figures whose undoing was said but not carried out before a stop.
    func finishTakingBack() async throws {
        for record in try journal.imports() where record.isUndone {
            try await samples.mask(import: record.number)
        }
    }

    private static func source(of file: [UInt8]) -> ByteSource {
        let position = ReadingPosition()
        return ByteSource {
            let start = position.advance(by: 256 << 10)
            guard start < file.count else { return nil }
            return Array(file[start..<min(file.count, start + 256 << 10)])
        }
    }

    private static func notes(_ mapping: CSVMapping, _ range: TimeRange?) -> [String] {
        let names = mapping.values.map(\.name).joined(separator: ", ")
        var notes = ["Columns taken: \(names)."]
        if let range {
            notes.append("Times from \(range.start.rfc3339) to \(range.end.rfc3339).")
        }
        return notes
    }
}
