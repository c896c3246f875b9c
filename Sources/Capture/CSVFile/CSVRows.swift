// Turns rows of cells into columns of samples, row by row good or refused. No I/O.

import Plant
import Wire

/// A row that was not taken.
public struct RefusedRow: Hashable, Sendable {
    /// Number of the row in the file, from 1, headings counted, empty lines not.
    public let row: Int
    /// Why, in words.
    public let reason: String
    /// The cells as they stand.
    public let cells: [String]
}

/// Applies a mapping to rows in the order of the file.
struct CSVRows {
    /// A good row.
    struct Good {
        let time: Timestamp
        /// One value for each value column, nil for an empty cell.
        let values: [Scalar?]
    }

    private let mapping: CSVMapping
    private let latest: Timestamp
    private let lastColumn: Int
    private var index: Int64 = 0
    private var previous: Timestamp?

    /// Rows with times up to `arrival` plus 5 minutes; later ones are refused.
    init(mapping: CSVMapping, arrival: Timestamp) {
        self.mapping = mapping
        latest = arrival + CaptureLimits.futureTolerance
        var last = mapping.values.map(\.index).max() ?? 0
        switch mapping.time {
        case .column(let column, _): last = max(last, column)
        case .columns(let date, let time, _): last = max(last, date, time)
        case .rows: break
        }
        lastColumn = last
    }

    /// Whether a row holds headings.
    func isHeader(_ row: CSVReader.Row) -> Bool { row.number <= mapping.headerRows }

    /// The values of a row; throws the reason when it is refused.
    mutating func read(_ row: CSVReader.Row) throws(RowRefusal) -> Good {
        let place = index
        index += 1
        guard row.cells.count > lastColumn else {
            throw RowRefusal(
                "the row has \(row.cells.count) cells, at least \(lastColumn + 1) are needed")
        }
        let time = try time(of: row, place)
        guard time <= latest else {
            throw RowRefusal("the time \(time.rfc3339) is more than 5 minutes in the future")
        }
        var values: [Scalar?] = []
        values.reserveCapacity(mapping.values.count)
        for column in mapping.values {
            values.append(try value(row.cells[column.index], column))
        }
        previous = time
        return Good(time: time, values: values)
    }

    private func time(
        of row: CSVReader.Row, _ place: Int64
    ) throws(RowRefusal) -> Timestamp {
        let cell: [UInt8]
        let format: CSVTimeFormat
        switch mapping.time {
        case .rows(let start, let every): return start + every.times(place)
        case .column(let column, let wanted):
            cell = CSVRows.trimmed(row.cells[column])
            format = wanted
        case .columns(let date, let time, let wanted):
            cell = CSVRows.trimmed(row.cells[date]) + [0x20] + CSVRows.trimmed(row.cells[time])
            format = wanted
        }
        guard let found = format.read(cell) else {
            let text = String(decoding: cell.prefix(64), as: UTF8.self)
            throw RowRefusal("\"\(text)\" is no time of the form \(format)")
        }
        var time: Timestamp
        switch found {
        case .instant(let instant): time = instant
        case .wall(let date, let nanoseconds):
            time = instant(date, nanoseconds)
        }
        if case .end(let length) = mapping.stamp { time = time - length }
        return time
    }

    /// The instant of a wall time.
    ///
    /// In the hour that occurs twice the rows before decide: a time
    /// that would go back is the second occurrence.
    private func instant(_ date: CivilDate, _ nanosecondsOfDay: Int64) -> Timestamp {
        let isEnd = mapping.midnightEndsDay && nanosecondsOfDay == 0
        let day = isEnd ? date.adding(days: 1) : date
        let seconds = Int(nanosecondsOfDay / 1_000_000_000)
        let fraction = Elapsed(nanoseconds: nanosecondsOfDay % 1_000_000_000)
        let first = mapping.zone.instant(of: day, secondsOfDay: seconds)
        guard let previous else { return first + fraction }
        let length: Elapsed = if case .end(let length) = mapping.stamp { length } else { .zero }
        guard first + fraction - length <= previous else { return first + fraction }
        let before = mapping.zone.offsetSeconds(at: first)
        let after = mapping.zone.offsetSeconds(at: first + .hours(3))
        guard after < before else { return first + fraction }
        let second = first + .seconds(Int64(before - after))
        let isSameWall = mapping.zone.local(second) == mapping.zone.local(first)
        return (isSameWall ? second : first) + fraction
    }

    private func value(
        _ raw: [UInt8], _ column: CSVValueColumn
    ) throws(RowRefusal) -> Scalar? {
        let cell = CSVRows.trimmed(raw)
        guard !cell.isEmpty else { return nil }
        let text = String(decoding: cell, as: UTF8.self)
        var value: Scalar?
        switch column.kind {
        case .number:
            value = CSVNumber.read(cell, hasDecimalComma: mapping.hasDecimalComma)
                .map { .number($0) }
        case .integer:
            value = CSVNumber.read(cell, hasDecimalComma: mapping.hasDecimalComma)
                .flatMap { Int64(exactly: $0) }.map { .integer($0) }
            if let whole = Int64(text) { value = .integer(whole) }
        case .flag: value = MQTTPayload.flag(text).map { .flag($0) }
        case .text: value = cell.count <= CaptureLimits.textBytes ? .text(text) : nil
        }
        guard let value else {
            throw RowRefusal(
                "\(column.name): \"\(text.prefix(64))\" is no \(column.kind.word)")
        }
        return value
    }

    private static func trimmed(_ cell: [UInt8]) -> [UInt8] {
        var slice = cell[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice.count == cell.count ? cell : Array(slice)
    }
}

/// Why a row is refused.
struct RowRefusal: Error, Hashable, Sendable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// Numbers as spreadsheets write them.
enum CSVNumber {
    /// A finite number, nil otherwise; groups of three digits may be set off by comma (or point,
    /// where the comma is the decimal sign), space or apostrophe.
    static func read(_ cell: [UInt8], hasDecimalComma: Bool) -> Double? {
        let decimal: UInt8 = hasDecimalComma ? 0x2C : 0x2E
        let group: UInt8 = hasDecimalComma ? 0x2E : 0x2C
        var plain: [UInt8] = []
        plain.reserveCapacity(cell.count)
        var grouped: Int?
        var hasPoint = false
        for byte in cell {
            if byte == decimal {
                guard !hasPoint, grouped == nil || grouped == 3 else { return nil }
                hasPoint = true
                grouped = nil
                plain.append(0x2E)
            } else if byte == group || byte == 0x27 || byte == 0x20 {
                guard !hasPoint, !plain.isEmpty, grouped == nil || grouped == 3 else { return nil }
                grouped = 0
            } else {
                if let count = grouped { grouped = count + 1 }
                plain.append(byte)
            }
        }
        guard grouped == nil || grouped == 3 else { return nil }
        guard let number = Double(String(decoding: plain, as: UTF8.self)), number.isFinite else {
            return nil
        }
        return number
    }
}
