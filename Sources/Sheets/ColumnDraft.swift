// Decides what a column is from its tally, its head, the other columns and the answers given.

/// What other columns of the same sheet have settled.
struct SheetHabits {
    /// The order of day and month, and the column that shows it.
    var order: (DateOrder, String)?
    /// The decimal sign, and the column that shows it.
    var mark: (DecimalMark, String)?
}

/// A column on its way to a guess.
struct ColumnDraft {
    let index: Int
    let name: String
    let head: HeadWords
    let tally: ColumnTally
    private(set) var kind: ColumnKind
    private(set) var format = ColumnFormat()
    private(set) var questions: [Question] = []
    private var reasons: [String] = []
    private let grid: Grid

    /// A draft from a tally; a kind that was chosen stays.
    init(index: Int, name: String, tally: ColumnTally, grid: Grid, chosen: ColumnKind?) {
        (self.index, self.name, self.tally, self.grid) = (index, name, tally, grid)
        head = HeadWords(name)
        kind = chosen ?? tally.kind(head: head)
        reasons.append(chosen == nil ? tallySentence : "You chose \(kind.rawValue).")
        format.isPercent = tally[.percent] * 2 > tally[.numbers]
        format.unit = format.isPercent ? UnitWords.percent : tally.unit
        if kind == .duration { format.secondsOfOne = head.secondsOfOne }
    }

    /// What this column settles for the others.
    var habits: SheetHabits {
        var habits = SheetHabits()
        if kind == .date || kind == .dateTime, let order = settledOrder {
            habits.order = (order, name)
        }
        if let mark = settledMark { habits.mark = (mark, name) }
        return habits
    }

    /// Settles what evidence and answers settle, and asks the rest.
    mutating func decide(_ decisions: Decisions, _ habits: SheetHabits, isChosen: Bool) {
        switch kind {
        case .whole, .decimal:
            decideMark(decisions, habits)
            if !isChosen { decideDateNumbers(decisions) }
        case .date, .dateTime: decideOrder(decisions, habits)
        case .time, .duration:
            if tally[.numbers] > 0 { decideMark(decisions, habits) }
            if tally[[.clockTwo, .clockThree]] > 0 { decideClock(decisions, isChosen: isChosen) }
            if format.secondsOfOne != nil, tally[.numbers] > 0 {
                reasons.append("The heading names the unit of time.")
            }
        case .text: decideText()
        case .empty, .truth: break
        }
    }

    /// The finished guess.
    var guess: ColumnGuess {
        let unit = kind == .whole || kind == .decimal ? unitName : nil
        return ColumnGuess(
            index: index, name: name, kind: kind, why: reasons.joined(separator: " "),
            examples: tally.examples.map { grid.text($0, index) }, filled: tally.filled, unit: unit,
            format: format)
    }

    private var unitName: String? {
        if format.unit > 0 { return UnitWords.names[format.unit] }
        let parts = name.split { "()[]".contains($0) }
        guard parts.count > 1, let last = parts.last else { return nil }
        return UnitWords.unit(named: String(last)).map { UnitWords.names[$0] }
    }

    private var tallySentence: String {
        let telling = tally.telling
        let misses = tally.filled - telling
        var text: String
        switch kind {
        case .empty: return "The column has a heading and no cells."
        case .text:
            text =
                tally[.words] >= telling
                ? (telling == 1 ? "Its only cell is words." : "All \(telling) cells are words.")
                : "Its cells are too mixed to be anything but words."
        case .whole, .decimal: text = share(tally[.numbers], telling, ("a number", "numbers"))
        case .date, .dateTime: text = share(tally[.dates], telling, ("a date", "dates"))
        case .time, .duration:
            let count = tally[.clocks] + tally[.duration]
            text =
                count == 0
                ? share(tally[.numbers], telling, ("a number", "numbers"))
                : share(count, telling, ("a time", "times"))
        case .truth: text = share(tally[[.yes, .no]], telling, ("yes or no", "yes or no"))
        }
        if misses > 0 { text += " \(misses) more \(misses == 1 ? "has" : "have") no value." }
        return text
    }

    private func share(_ count: Int, _ all: Int, _ what: (one: String, many: String)) -> String {
        if count < all { return "\(count) of \(all) cells are \(what.many)." }
        return all == 1 ? "Its only cell is \(what.one)." : "All \(all) cells are \(what.many)."
    }

    private func example(_ shape: CellShape) -> (text: String, place: String)? {
        tally.row(shape).map { (grid.text($0, index), grid.place($0)) }
    }

    // Decimals and thousands.

    private var settledMark: DecimalMark? {
        switch (tally[.pointOnly] > 0, tally[.commaOnly] > 0) {
        case (true, false): .point
        case (false, true): .comma
        default: nil
        }
    }

    private mutating func decideMark(_ decisions: Decisions, _ habits: SheetHabits) {
        if let mark = settledMark {
            format.mark = mark
            if let found = example(mark == .point ? .pointOnly : .commaOnly) {
                reasons.append(
                    "“\(found.text)” in \(found.place) is a number only with a decimal"
                        + " \(mark.rawValue).")
            }
            return
        }
        let isMixed = tally[.pointOnly] > 0
        guard isMixed || tally[.numberDiffers] > 0 else { return }
        if !isMixed, let (mark, column) = habits.mark {
            format.mark = mark
            reasons.append("“\(column)” in the same sheet has a decimal \(mark.rawValue).")
            return
        }
        if case .decimalMark(let mark) = decisions[.decimalMark(column: index)] {
            format.mark = mark
        }
        questions.append(isMixed ? mixedMarkQuestion : markQuestion)
    }

    private var markQuestion: Question {
        let text = example(.numberDiffers)?.text ?? ""
        let bytes = Array(text.utf8)
        let number = NumberText(bytes, bytes.indices)
        let point = number?.value(bytes, .point).map(plain) ?? text
        let comma = number?.value(bytes, .comma).map(plain) ?? text
        return Question(
            .decimalMark(column: index), "“\(text)” in “\(name)”: \(point) or \(comma)?",
            [
                (.decimalMark(.point), "\(point), the point stands before decimals"),
                (.decimalMark(.comma), "\(comma), the comma stands before decimals"),
            ])
    }

    private var mixedMarkQuestion: Question {
        let point = example(.pointOnly) ?? ("", "")
        let comma = example(.commaOnly) ?? ("", "")
        return Question(
            .decimalMark(column: index),
            "“\(name)” has “\(point.text)” in \(point.place) and “\(comma.text)” in"
                + " \(comma.place). What stands before decimals?",
            [
                (.decimalMark(.point), "The point, as in “\(point.text)”"),
                (.decimalMark(.comma), "The comma, as in “\(comma.text)”"),
            ])
    }

    /// A value without an empty decimal: 1234, 1.234.
    private func plain(_ value: Double) -> String {
        let text = String(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private mutating func decideText() {
        if tally[.numbers] * 5 >= tally.telling * 4, let found = example([.leadingZero, .tooLong]) {
            reasons = [
                "“\(found.text)” in \(found.place) would lose digits as a number, so all stay as"
                    + " written."
            ]
        }
    }

    private mutating func decideDateNumbers(_ decisions: Decisions) {
        let numbers = tally[.numbers]
        let isCompact = tally[.compactDate] == numbers && numbers > 0
        let isSerial = tally[.serial] == numbers && numbers > 0 && head.isDate
        guard isCompact || isSerial, let found = example(.numbers) else { return }
        let bytes = Array(found.text.utf8)
        let serial = NumberText(bytes, bytes.indices)?.value(bytes, format.mark)
        let date =
            isCompact
            ? CellShape.compactDate(bytes, bytes.indices)
            : serial.flatMap { ExcelSerial.dateTime($0, is1904: grid.is1904)?.date }
        guard let date else { return }
        let hasClock = isSerial && !isCompact && tally[.fraction] > 0
        if isCompact, head.isDate {
            reasons.append("The heading says that they are dates: \(found.text) is \(date.spoken).")
            (kind, format.areNumbersDates) = (.date, true)
            return
        }
        let how = isCompact ? "" : ", as spreadsheets count days"
        questions.append(
            Question(
                .dateNumbers(column: index),
                "“\(found.text)” in “\(name)”: the date \(date.spoken), or a number?",
                [
                    (.areDates(true), "\(date.spoken)\(how)"),
                    (.areDates(false), "The number \(found.text)"),
                ]))
        if decisions[.dateNumbers(column: index)] == .areDates(true) {
            (kind, format.areNumbersDates) = (hasClock ? .dateTime : .date, true)
        }
    }

    // Day and month.

    private var settledOrder: DateOrder? {
        switch (tally[.dayOnly] > 0, tally[.monthOnly] > 0) {
        case (true, false): .dayFirst
        case (false, true): .monthFirst
        default: nil
        }
    }

    private mutating func decideOrder(_ decisions: Decisions, _ habits: SheetHabits) {
        if let order = settledOrder {
            format.order = order
            if let found = example(order == .dayFirst ? .dayOnly : .monthOnly) {
                reasons.append(
                    "“\(found.text)” in \(found.place) can only have the \(order.rawValue).")
            }
            return
        }
        let isMixed = tally[.dayOnly] > 0
        guard isMixed || tally[.dateDiffers] > 0 else { return }
        if !isMixed, tally[.dotDate] >= tally[.dateDiffers] {
            reasons.append("Dates with points between their parts have the day first.")
            return
        }
        if !isMixed, let (order, column) = habits.order {
            format.order = order
            reasons.append("“\(column)” in the same sheet has the \(order.rawValue).")
            return
        }
        let own = decisions[.dateOrder(column: index)]
        if !isMixed, own == nil, let order = decisions.orderOfDates {
            // One answer settles every column with the same doubt.
            format.order = order
            reasons.append("As was answered for another column, dates have the \(order.rawValue).")
            return
        }
        if case .dateOrder(let order) = own { format.order = order }
        questions.append(isMixed ? mixedOrderQuestion : orderQuestion)
    }

    private var orderQuestion: Question {
        let text = example(.dateDiffers)?.text ?? ""
        let bytes = Array(text.utf8)
        let date = DateText(bytes, bytes.indices)
        let day = date?.date(.dayFirst)?.spoken ?? text
        let month = date?.date(.monthFirst)?.spoken ?? text
        return Question(
            .dateOrder(column: index), "“\(text)” in “\(name)”: \(day) or \(month)?",
            [
                (.dateOrder(.dayFirst), "\(day), the day first"),
                (.dateOrder(.monthFirst), "\(month), the month first"),
            ])
    }

    private var mixedOrderQuestion: Question {
        let day = example(.dayOnly) ?? ("", "")
        let month = example(.monthOnly) ?? ("", "")
        return Question(
            .dateOrder(column: index),
            "“\(name)” has “\(day.text)” in \(day.place) and “\(month.text)” in \(month.place)."
                + " Which comes first?",
            [
                (.dateOrder(.dayFirst), "The day, as in “\(day.text)”"),
                (.dateOrder(.monthFirst), "The month, as in “\(month.text)”"),
            ])
    }

    // Clocks.

    private mutating func decideClock(_ decisions: Decisions, isChosen: Bool) {
        let isLong = tally[[.clockOver, .duration]] > 0 || isChosen && kind == .duration
        let isTime = tally[.clockSure] > 0 || isChosen && kind == .time
        let hasSeconds = tally[.clockThree] > 0
        if let clock = head.clock, !isTime {
            (format.clock, kind) = (clock, .duration)
            reasons.append("The heading names the form.")
            return
        }
        if isTime != isLong, isTime || hasSeconds {
            format.clock = isTime ? .timeOfDay : .hoursMinutes
            kind = isTime ? .time : .duration
            if let found = example(isTime ? .clockSure : [.clockOver, .duration]) {
                reasons.append(
                    "“\(found.text)” in \(found.place) is a \(isTime ? "time of day" : "length of time")."
                )
            }
            return
        }
        if head.isTime, !head.isDuration, !isLong {
            (format.clock, kind) = (.timeOfDay, .time)
            reasons.append("The heading names a time of day.")
            return
        }
        var meanings: [ClockMeaning] = [.hoursMinutes]
        if !isLong, !head.isDuration { meanings.insert(.timeOfDay, at: 0) }
        if !hasSeconds { meanings.append(.minutesSeconds) }
        if meanings.count == 1 {
            (format.clock, kind) = (.hoursMinutes, .duration)
            reasons.append("The heading names a length of time.")
            return
        }
        questions.append(clockQuestion(meanings))
        if case .clock(let meaning) = decisions[.clock(column: index)] {
            format.clock = meaning
            kind = meaning == .timeOfDay ? .time : .duration
        } else if !meanings.contains(.timeOfDay) {
            (format.clock, kind) = (.hoursMinutes, .duration)
        }
    }

    private func clockQuestion(_ meanings: [ClockMeaning]) -> Question {
        let text = example([.clockTwo, .clockThree])?.text ?? ""
        let bytes = Array(text.utf8)
        let clock = ClockText(bytes, bytes.indices)
        let (first, minute) = (clock?.first ?? 0, clock?.minute ?? 0)
        let choices = meanings.map { meaning in
            let reading =
                switch meaning {
                case .timeOfDay: "\(clock?.time?.text ?? text) on the clock"
                case .hoursMinutes: "\(first) h \(minute) min"
                case .minutesSeconds: "\(first) min \(minute) s"
                }
            return (Answer.clock(meaning), reading)
        }
        let readings = choices.map(\.1)
        let list = readings.dropLast().joined(separator: ", ") + " or " + (readings.last ?? "")
        return Question(.clock(column: index), "“\(text)” in “\(name)”: \(list)?", choices)
    }
}
