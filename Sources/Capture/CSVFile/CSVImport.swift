// Imports of files: a dry run that stores nothing, and the run that stores in one batch.

public import Plant
import Wire

/// Bytes of a file, in pieces; nil at the end.
public struct ByteSource: Sendable {
    /// The next piece, nil at the end.
    public let next: @Sendable () async throws -> [UInt8]?

    /// A source from a function.
    public init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        self.next = next
    }
}

/// What an import would do.
public struct CSVDryRun: Hashable, Sendable {
    /// A row as it would be stored.
    public struct Row: Hashable, Sendable {
        /// Number of the row in the file.
        public let row: Int
        /// When.
        public let time: Timestamp
        /// One value for each value column, nil where the cell is empty.
        public let values: [Scalar?]
    }

    /// Rows that would be taken.
    public var taken: Int64 = 0
    /// Rows that would be refused.
    public var refused: Int64 = 0
    /// The first rows as they would be stored.
    public var firstRows: [Row] = []
    /// The first refused rows with their reasons.
    public var refusedRows: [RefusedRow] = []
    /// From the first to behind the last time, nil without rows.
    public var range: TimeRange?
    /// Why reading stopped before the end of the file, nil when it did not.
    public var stopped: String?
}

/// What an import did.
public struct CSVOutcome: Hashable, Sendable {
    /// Rows that are stored.
    public var taken: Int64 = 0
    /// Rows that were refused.
    public var refused: Int64 = 0
    /// Values that are stored.
    public var samples: Int64 = 0
    /// Refused rows as CSV with a column of reasons, at most 4 MiB; empty when there are none.
    public var refusedCSV = ""
    /// From the first to behind the last time, nil without rows.
    public var range: TimeRange?
    /// Why reading stopped before the end of the file, nil when it did not.
    public var stopped: String?
}

/// Reads a file by a mapping.
public struct CSVImport: Sendable {
    private let mapping: CSVMapping
    private let arrival: Timestamp

    /// An import by a mapping at a time; throws when the mapping cannot work.
    public init(mapping: CSVMapping, arrival: Timestamp) throws(ConfigurationError) {
        if let flaw = mapping.flaw { throw flaw }
        self.mapping = mapping
        self.arrival = arrival
    }

    /// Reads everything and stores nothing.
    public func dryRun(_ source: ByteSource) async throws -> CSVDryRun {
        var result = CSVDryRun()
        result.stopped = try await eachRow(of: source) { row, outcome in
            switch outcome {
            case .success(let good):
                result.taken += 1
                result.range = result.range.extended(to: good.time)
                if result.firstRows.count < CaptureLimits.dryRunRows {
                    result.firstRows.append(
                        CSVDryRun.Row(row: row.number, time: good.time, values: good.values))
                }
            case .failure(let refusal):
                result.refused += 1
                if result.refusedRows.count < CaptureLimits.listedRefusals {
                    result.refusedRows.append(
                        RefusedRow(row: row.number, reason: refusal.reason, cells: row.texts))
                }
            }
        } after: { _ in
        }
        return result
    }

    /// Stores all good rows under an import number, which lets them be undone together.
    ///
    /// `signals` has one signal for each value column, in order. Each store carries the position
    /// in the file as the cursor of `name`.
    public func run(
        _ source: ByteSource, name: String, number: UInt32, signals: [RegisteredSignal],
        into sink: any SampleSink
    ) async throws -> CSVOutcome {
        precondition(signals.count == mapping.values.count, "one signal for each value column")
        var outcome = CSVOutcome()
        var pending = CSVPending(signals: signals, number: number)
        var refused = CSVRefusals()
        outcome.stopped = try await eachRow(of: source) { row, result in
            switch result {
            case .success(let good):
                outcome.taken += 1
                outcome.range = outcome.range.extended(to: good.time)
                pending.append(good)
            case .failure(let refusal):
                outcome.refused += 1
                refused.append(row, refusal.reason)
            }
        } after: { (offset: Int64) async throws in
            for batch in pending.take(all: false) {
                outcome.samples += Int64(batch.sampleCount)
                try await sink.store(
                    batch, cursor: SourceCursor(source: "csv/\(name)", position: String(offset)))
            }
        }
        for batch in pending.take(all: true) {
            outcome.samples += Int64(batch.sampleCount)
            try await sink.store(
                batch, cursor: SourceCursor(source: "csv/\(name)", position: "end"))
        }
        outcome.refusedCSV = refused.text(separator: mapping.dialect.separator)
        return outcome
    }

    /// Gives every row that holds values to `take`, and calls `after` behind each piece with the
    /// number of bytes read so far; returns why reading stopped early.
    private func eachRow(
        of source: ByteSource,
        take: (CSVReader.Row, Result<CSVRows.Good, RowRefusal>) -> Void,
        after: (Int64) async throws -> Void
    ) async throws -> String? {
        var text = CSVText(mapping.dialect.encoding)
        var reader = CSVReader(separator: mapping.dialect.separator)
        var rows = CSVRows(mapping: mapping, arrival: arrival)
        var read: Int64 = 0
        func give(_ found: [CSVReader.Row]) {
            for row in found where !rows.isHeader(row) {
                do throws(RowRefusal) { take(row, .success(try rows.read(row))) } catch {
                    take(row, .failure(error))
                }
            }
        }
        do {
            while let piece = try await source.next() {
                try Task.checkCancellation()
                for start in stride(from: 0, to: piece.count, by: CaptureLimits.receiveBytes) {
                    let end = min(piece.count, start + CaptureLimits.receiveBytes)
                    give(try reader.read(text.decode(Array(piece[start..<end]))))
                    read += Int64(end - start)
                    try await after(read)
                }
            }
            give(try reader.read(text.finish()))
            if let last = try reader.finish() { give([last]) }
            return nil
        } catch let fault as CSVReader.Fault {
            return fault.description
        }
    }
}

/// Rows that wait to become a batch.
private struct CSVPending {
    let signals: [RegisteredSignal]
    let number: UInt32
    var rows: [CSVRows.Good] = []

    init(signals: [RegisteredSignal], number: UInt32) {
        self.signals = signals
        self.number = number
    }

    mutating func append(_ row: CSVRows.Good) { rows.append(row) }

    /// Full batches, and with `all` the rest.
    mutating func take(all: Bool) -> [SampleBatch] {
        let size = max(1, CaptureLimits.batchSamples / max(1, signals.count))
        var batches: [SampleBatch] = []
        var start = 0
        while rows.count - start >= size || (all && start < rows.count) {
            let end = min(rows.count, start + size)
            batches.append(batch(rows[start..<end]))
            start = end
        }
        rows.removeFirst(start)
        return batches
    }

    private func batch(_ part: ArraySlice<CSVRows.Good>) -> SampleBatch {
        let columns = signals.enumerated().map { index, signal -> SignalColumn in
            var values = ColumnValues.empty(signal.kind)
            var quality: [Quality] = []
            var hasGaps = false
            for row in part {
                let value = row.values[index]?.converted(to: signal.kind)
                let isAdded = value.map { values.append($0) } ?? false
                if !isAdded {
                    hasGaps = true
                    _ = values.append(Scalar.placeholder(signal.kind))
                }
                quality.append(isAdded ? .good : .badValue)
            }
            return SignalColumn(
                signal: signal.id, values: values, quality: hasGaps ? quality : [])
        }
        return SampleBatch(
            times: part.map(\.time.nanoseconds), columns: columns, origin: .importBatch(number))
    }
}

/// Collects refused rows as CSV with a column of reasons.
private struct CSVRefusals {
    private var rows: [(cells: [String], reason: String)] = []
    private var bytes = 0
    private var left = 0

    mutating func append(_ row: CSVReader.Row, _ reason: String) {
        let texts = row.texts
        let size = texts.reduce(reason.utf8.count) { $0 + $1.utf8.count + 4 }
        guard bytes + size <= CaptureLimits.refusedBytes else {
            left += 1
            return
        }
        bytes += size
        rows.append((texts, "row \(row.number): \(reason)"))
    }

    func text(separator: UInt8) -> String {
        let comma = String(UnicodeScalar(separator))
        var text = ""
        for (cells, reason) in rows {
            text +=
                (cells + [reason]).map { CSVRefusals.quoted($0, comma) }
                .joined(separator: comma) + "\r\n"
        }
        if left > 0 { text += "and \(left) more rows\r\n" }
        return text
    }

    private static func quoted(_ cell: String, _ comma: String) -> String {
        guard
            cell.contains(comma) || cell.contains("\"") || cell.contains("\n")
                || cell.contains("\r") || cell.contains("\r\n")
        else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}

extension Scalar {
    /// A value that stands where there is none.
    static func placeholder(_ kind: ValueKind) -> Scalar {
        switch kind {
        case .number: .number(0)
        case .integer: .integer(0)
        case .flag: .flag(false)
        case .text: .text("")
        }
    }
}

extension TimeRange? {
    /// The range that also contains a time.
    func extended(to time: Timestamp) -> TimeRange {
        let end = time + Elapsed(nanoseconds: 1)
        guard let range = self else { return TimeRange(start: time, end: end) }
        return TimeRange(start: Swift.min(range.start, time), end: Swift.max(range.end, end))
    }
}
