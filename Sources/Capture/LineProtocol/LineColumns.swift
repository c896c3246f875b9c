// Collects parsed lines as columns, grouped by tag set and fields, without a text per sample.

import Plant
import Wire

/// Lines of one tag set with the same fields in the same order (decisions 9).
struct LineGroup: Sendable {
    /// The first line: tells the keys of the series.
    let record: LineRecord
    /// Nanoseconds, one for each line.
    var times: [Int64] = []
    /// Number of each line in the buffer.
    var lines: [Int32] = []
    /// One column of values for each field; texts are places in the buffer.
    var columns: [[LineValue]]

    init(_ record: LineRecord) {
        self.record = record
        columns = record.fields.map { _ in [] }
    }

    /// Adds a line whose fields are the same in the same order.
    @inline(__always)
    mutating func append(_ line: borrowing LineRecord) {
        times.append(line.time)
        lines.append(Int32(truncatingIfNeeded: line.number))
        for index in line.fields.indices { columns[index].append(line.fields[index].value) }
    }
}

extension LineGroup {
    /// Room for so many lines in all, so that few requests reach the allocator.
    fileprivate mutating func reserve(_ room: Int) {
        times.reserveCapacity(room)
        lines.reserveCapacity(room)
        for index in columns.indices { columns[index].reserveCapacity(room) }
    }
}

/// One line that was not taken.
public struct RefusedLine: Hashable, Sendable {
    /// Number of the line, from 1.
    public let line: Int
    /// Byte in the line, from 1; 1 when the whole line is meant.
    public let column: Int
    /// Why.
    public let reason: String

    /// A refused line.
    public init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }
}

/// The sink of the parser: fills columns.
struct LineColumns: LineSink {
    /// Groups in order of their first line.
    private(set) var groups: [LineGroup] = []
    /// Refused lines, at most as many as an answer lists.
    private(set) var refused: [RefusedLine] = []
    /// All refused lines.
    private(set) var refusedCount = 0
    /// Good lines.
    private(set) var lineCount = 0
    private let latest: Int64
    private let bodyBytes: Int
    private var byHash: [Int: [Int32]] = [:]
    private var expected = 0

    /// Columns for lines of at most `latest` nanoseconds; later ones are refused.
    ///
    /// `bodyBytes` is the length of what will be parsed; 0 where it is not known.
    init(latest: Int64, bodyBytes: Int = 0) {
        self.latest = latest
        self.bodyBytes = bodyBytes
    }

    /// Lines that a group will have if the rest of the body goes on as it began: its second line
    /// is here, so the groups have been seen once.
    private func expectedLines(_ line: borrowing LineRecord) -> Int {
        guard line.head.start > 0, !groups.isEmpty else { return 2 }
        let inAll = bodyBytes * line.number / line.head.start
        return max(2, min(inAll / groups.count + 8, CaptureLimits.linesReserved))
    }

    mutating func accept(_ line: borrowing LineRecord, in bytes: RawSpan) {
        guard line.time <= latest else {
            refuse(
                line.number, 1,
                "the time is more than 5 minutes in the future; check the clock "
                    + "and the precision")
            return
        }
        guard let place = group(of: line, in: bytes) else {
            refuse(
                line.number, 1,
                "more series in one request than the box keeps: \(CaptureLimits.series)")
            return
        }
        lineCount += 1
        if groups[place].times.count == 1 { groups[place].reserve(expectedLines(line)) }
        groups[place].append(line)
    }

    mutating func refuse(_ error: LineError) {
        refuse(error.line, error.column, error.reasonWords)
    }

    /// Counts a refused line and keeps it while there is room in the answer.
    mutating func refuse(_ line: Int, _ column: Int, _ reason: String) {
        refusedCount += 1
        if refused.count < CaptureLimits.listedRefusals {
            refused.append(RefusedLine(line: line, column: column, reason: reason))
        }
    }

    /// Takes back rows that a later check refused.
    mutating func uncount(_ lines: Int) { lineCount -= lines }

    /// The group of a line.
    ///
    /// Nil when there are more groups than series may be. Senders repeat their series in the same order, so the group after the
    /// last one is tried first.
    private mutating func group(of line: borrowing LineRecord, in bytes: RawSpan) -> Int? {
        if expected < groups.count, matches(line, expected, bytes) {
            let place = expected
            expected = place + 1 == groups.count ? 0 : place + 1
            return place
        }
        let hash = LineColumns.hash(bytes, line.head)
        for place in byHash[hash] ?? [] where matches(line, Int(place), bytes) {
            expected = Int(place) + 1 == groups.count ? 0 : Int(place) + 1
            return Int(place)
        }
        guard groups.count < CaptureLimits.series else { return nil }
        byHash[hash, default: []].append(Int32(groups.count))
        groups.append(LineGroup(copy line))
        expected = 0
        return groups.count - 1
    }

    @inline(__always)
    private func matches(
        _ line: borrowing LineRecord, _ place: Int, _ bytes: RawSpan
    ) -> Bool {
        guard groups[place].record.fields.count == line.fields.count,
            LineColumns.areEqual(bytes, groups[place].record.head, line.head)
        else { return false }
        for index in line.fields.indices {
            let key = groups[place].record.fields[index].key
            guard LineColumns.areEqual(bytes, key, line.fields[index].key) else { return false }
        }
        return true
    }

    @inline(__always)
    private static func areEqual(_ bytes: RawSpan, _ left: LineText, _ right: LineText) -> Bool {
        let count = left.end - left.start
        guard right.end - right.start == count else { return false }
        let (first, second) = (left.start, right.start)
        for offset in 0..<count {
            let one = unsafe bytes.unsafeLoad(fromByteOffset: first + offset, as: UInt8.self)
            let other = unsafe bytes.unsafeLoad(fromByteOffset: second + offset, as: UInt8.self)
            if one != other { return false }
        }
        return true
    }

    /// A seeded hash, so that no sender can choose keys that collide.
    private static func hash(_ bytes: RawSpan, _ text: LineText) -> Int {
        var hasher = Hasher()
        let part = bytes.extracting(text.start..<text.end)
        unsafe part.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}

extension LineError {
    /// The reason without the place, which the answer gives apart.
    var reasonWords: String {
        let text = description
        guard let colon = text.firstIndex(of: ":") else { return text }
        return String(text[text.index(after: colon)...].drop { $0 == " " })
    }
}
