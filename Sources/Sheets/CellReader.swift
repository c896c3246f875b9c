// Reads a cell as what its column holds, or says in words why it does not fit.

import Plant

/// Reads the cells of one column.
struct CellReader: Sendable {
    let column: Int
    private let kind: ColumnKind
    private let format: ColumnFormat
    private let isText: Bool

    /// A reader for a column; `isText` where the cells come from a text file.
    init(_ guess: ColumnGuess, isText: Bool) {
        (column, kind, format, self.isText) = (guess.index, guess.kind, guess.format, isText)
    }

    /// The value of a cell, or why it has none.
    func read(_ cell: RawCell, _ grid: Grid) -> ReadCell {
        let start = Int(cell.start)
        let range = trimmed(grid.bytes, start..<start + Int(cell.length))
        if range.isEmpty { return .value(.empty) }
        if cell.kind == .fault, kind != .text {
            let isUnsolved = grid.bytes[range.lowerBound] == 0x3D
            return misfit(
                grid, range,
                isUnsolved
                    ? "The formula has no stored result: save the file in your spreadsheet program."
                    : "The formula of this cell failed.")
        }
        switch kind {
        case .empty, .text: return .value(.text(grid.text(cell, range)))
        case .whole, .decimal: return number(cell, grid, range)
        case .date, .dateTime: return date(cell, grid, range)
        case .time: return time(cell, grid, range)
        case .duration: return duration(cell, grid, range)
        case .truth: return truth(cell, grid, range)
        }
    }

    private func misfit(_ grid: Grid, _ range: Range<Int>, _ reason: String) -> ReadCell {
        .misfit(text: String(decoding: grid.bytes[range], as: UTF8.self), reason: reason)
    }

    private func quoted(_ grid: Grid, _ range: Range<Int>) -> String {
        let text = String(decoding: grid.bytes[range], as: UTF8.self)
        return "“" + (text.count > 40 ? text.prefix(40) + "…" : text[...]) + "”"
    }

    /// The number of a workbook cell, always written with a point.
    private func serial(_ grid: Grid, _ range: Range<Int>) -> Double? {
        NumberText(grid.bytes, range)?.value(grid.bytes, .point)
    }

    // Numbers.

    private func number(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        let isNative = cell.kind == .number || cell.kind == .percent
        guard isNative || cell.kind == .text else {
            return misfit(grid, range, "This is \(Self.noun(cell.kind)), not a number.")
        }
        let mark = isNative ? .point : format.mark
        guard let number = NumberText(grid.bytes, range) else {
            return misfit(grid, range, "\(quoted(grid, range)) is not a number.")
        }
        guard let value = number.value(grid.bytes, mark) else {
            let sign = mark == .point ? "point" : "comma"
            return misfit(
                grid, range,
                "\(quoted(grid, range)) is not a number with a decimal \(sign), as the others are.")
        }
        if !isNative, number.isPercent != format.isPercent {
            let what = number.isPercent ? "is in per cent, the column is not" : "has no % sign"
            return misfit(grid, range, "\(quoted(grid, range)) \(what).")
        }
        if isNative, (cell.kind == .percent) != format.isPercent {
            let what =
                cell.kind == .percent ? "is in per cent, the column is not" : "is not in per cent"
            return misfit(grid, range, "\(quoted(grid, range)) \(what).")
        }
        if number.unit != 0, !number.isPercent, number.unit != format.unit {
            let theirs = UnitWords.names[number.unit]
            let ours = UnitWords.names[format.unit]
            return misfit(grid, range, "The unit is \(theirs), the column has \(ours).")
        }
        if kind == .whole, value != value.rounded() {
            return misfit(grid, range, "\(quoted(grid, range)) is not a whole number.")
        }
        let text = String(decoding: grid.bytes[range], as: UTF8.self)
        return .value(.number(SheetNumber(value: value, text: text)))
    }

    // Dates.

    private func nativeDateTime(
        _ cell: RawCell, _ grid: Grid, _ range: Range<Int>
    ) -> LocalDateTime? {
        if cell.kind == .isoDate {
            guard let date = DateText(grid.bytes, range), let day = date.date(.dayFirst),
                let midnight = LocalTime(hour: 0, minute: 0)
            else { return nil }
            return LocalDateTime(
                date: day, time: date.clock?.time ?? midnight, utcOffset: date.utcOffset)
        }
        return serial(grid, range).flatMap { ExcelSerial.dateTime($0, is1904: grid.is1904) }
    }

    private func date(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        switch cell.kind {
        case .date, .dateTime, .isoDate: return nativeDate(cell, grid, range)
        case .number where format.areNumbersDates, .text where format.areNumbersDates:
            return numberDate(cell, grid, range)
        case .text: break
        default: return misfit(grid, range, "This is \(Self.noun(cell.kind)), not a date.")
        }
        guard let text = DateText(grid.bytes, range) else {
            return misfit(grid, range, "\(quoted(grid, range)) is not a date.")
        }
        guard let day = text.date(format.order) else {
            return misfit(
                grid, range,
                "\(quoted(grid, range)) is no date with the \(format.order.rawValue).")
        }
        return dated(grid, range, day, text.clock?.time, text.utcOffset)
    }

    private func nativeDate(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        guard let found = nativeDateTime(cell, grid, range) else {
            return misfit(grid, range, "The calendar has no day \(quoted(grid, range)).")
        }
        return dated(grid, range, found.date, found.time, found.utcOffset)
    }

    private func numberDate(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        if let date = CellShape.compactDate(grid.bytes, range) {
            return dated(grid, range, date, nil, nil)
        }
        let mark = cell.kind == .text ? format.mark : .point
        let value = NumberText(grid.bytes, range)?.value(grid.bytes, mark)
        guard let found = value.flatMap({ ExcelSerial.dateTime($0, is1904: grid.is1904) }) else {
            return misfit(grid, range, "\(quoted(grid, range)) is not a date.")
        }
        return dated(grid, range, found.date, found.time, nil)
    }

    private func dated(
        _ grid: Grid, _ range: Range<Int>, _ date: CivilDate, _ time: LocalTime?, _ offset: Int?
    ) -> ReadCell {
        let midnight = LocalTime(hour: 0, minute: 0)
        if kind == .date {
            if let time, time != midnight {
                return misfit(
                    grid, range, "There is a time of day too, \(time.text); the others have none.")
            }
            return .value(.date(date))
        }
        guard let time else {
            return misfit(grid, range, "\(quoted(grid, range)) has no time of day.")
        }
        return .value(.dateTime(LocalDateTime(date: date, time: time, utcOffset: offset)))
    }

    // Times and lengths of time.

    private func time(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        if cell.kind == .time || cell.kind == .elapsed {
            let found = serial(grid, range).flatMap(ExcelSerial.time)
            return found.map { .value(.time($0)) }
                ?? misfit(grid, range, "No clock shows this: it is over a day or below zero.")
        }
        guard cell.kind == .text else {
            return misfit(grid, range, "This is \(Self.noun(cell.kind)), not a time of day.")
        }
        guard let time = ClockText(grid.bytes, range)?.time else {
            return misfit(grid, range, "\(quoted(grid, range)) is not a time of day.")
        }
        return .value(.time(time))
    }

    private func duration(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        var seconds: Double?
        switch cell.kind {
        case .time, .elapsed:
            // Whole milliseconds: a workbook holds days as binary fractions.
            seconds = serial(grid, range).map { ($0 * 86_400_000).rounded() / 1_000 }
        case .number: seconds = numberSeconds(grid, range, .point)
        case .text:
            if let clock = ClockText(grid.bytes, range), !clock.isOnlyTime {
                let meaning = format.clock == .timeOfDay ? .hoursMinutes : format.clock
                seconds = clock.seconds(meaning)
            } else if let length = DurationText.seconds(grid.bytes, range) {
                seconds = length
            } else {
                seconds = numberSeconds(grid, range, format.mark)
            }
        default: break
        }
        guard let seconds, seconds.isFinite else {
            let isBare = format.secondsOfOne == nil && NumberText(grid.bytes, range) != nil
            let reason =
                isBare ? "has no unit: minutes or hours?" : "is not a length of time."
            return misfit(grid, range, "\(quoted(grid, range)) \(reason)")
        }
        return .value(.duration(seconds))
    }

    private func numberSeconds(_ grid: Grid, _ range: Range<Int>, _ mark: DecimalMark) -> Double? {
        guard let unit = format.secondsOfOne, let number = NumberText(grid.bytes, range),
            number.unit == 0
        else { return nil }
        return number.value(grid.bytes, mark).map { $0 * unit }
    }

    private func truth(_ cell: RawCell, _ grid: Grid, _ range: Range<Int>) -> ReadCell {
        if cell.kind == .truth { return .value(.truth(grid.bytes[range.lowerBound] == 0x31)) }
        let text = String(decoding: grid.bytes[range], as: UTF8.self)
        guard cell.kind == .text, let value = TruthWords.value(text) else {
            return misfit(grid, range, "\(quoted(grid, range)) is neither yes nor no.")
        }
        return .value(.truth(value))
    }

    private static func noun(_ kind: RawKind) -> String {
        switch kind {
        case .text: "text"
        case .number, .percent: "a number"
        case .date, .dateTime, .isoDate: "a date"
        case .time: "a time of day"
        case .elapsed: "a length of time"
        case .truth: "yes or no"
        case .fault: "a failed formula"
        }
    }
}
