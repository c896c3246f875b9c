// What a cell could be, before it is known what its column is.

import Plant

/// Everything that one cell could be, as bits; a column adds them up.
struct CellShape: OptionSet, BitwiseCopyable {
    var rawValue: UInt32

    /// How many bits there are.
    static let count = 30

    /// A number with a decimal point only, with a decimal comma only, the same or not with both.
    static let pointOnly = CellShape(rawValue: 1 << 0)
    static let commaOnly = CellShape(rawValue: 1 << 1)
    static let numberSame = CellShape(rawValue: 1 << 2)
    static let numberDiffers = CellShape(rawValue: 1 << 3)
    static let fraction = CellShape(rawValue: 1 << 4)
    static let leadingZero = CellShape(rawValue: 1 << 5)
    static let tooLong = CellShape(rawValue: 1 << 6)
    static let percent = CellShape(rawValue: 1 << 7)
    /// A date with the day first only, the month first only, the same or not in both orders.
    static let dayOnly = CellShape(rawValue: 1 << 8)
    static let monthOnly = CellShape(rawValue: 1 << 9)
    static let dateSame = CellShape(rawValue: 1 << 10)
    static let dateDiffers = CellShape(rawValue: 1 << 11)
    static let dotDate = CellShape(rawValue: 1 << 12)
    static let withClock = CellShape(rawValue: 1 << 13)
    /// Two or three numbers with colons; more than a clock shows; surely a time of day.
    static let clockTwo = CellShape(rawValue: 1 << 14)
    static let clockThree = CellShape(rawValue: 1 << 15)
    static let clockOver = CellShape(rawValue: 1 << 16)
    static let clockSure = CellShape(rawValue: 1 << 17)
    static let duration = CellShape(rawValue: 1 << 18)
    static let yes = CellShape(rawValue: 1 << 19)
    static let no = CellShape(rawValue: 1 << 20)
    /// A yes or no of one letter, which counts only beside its opposite.
    static let truthLetter = CellShape(rawValue: 1 << 21)
    /// Numbers that may be dates: 20260403, and days as Excel counts them.
    static let compactDate = CellShape(rawValue: 1 << 22)
    static let serial = CellShape(rawValue: 1 << 23)
    /// "-", "n/a" and the like; a fault of a formula.
    static let placeholder = CellShape(rawValue: 1 << 24)
    static let fault = CellShape(rawValue: 1 << 25)
    static let words = CellShape(rawValue: 1 << 26)
    /// A number of a workbook, not of a text.
    static let native = CellShape(rawValue: 1 << 27)
    /// A number with a unit or a currency.
    static let unit = CellShape(rawValue: 1 << 28)
    /// A zero before a clock's hour: 06:30.
    static let paddedClock = CellShape(rawValue: 1 << 29)

    static let numbers: CellShape = [.pointOnly, .commaOnly, .numberSame, .numberDiffers]
    static let dates: CellShape = [.dayOnly, .monthOnly, .dateSame, .dateDiffers]
    static let clocks: CellShape = [.clockTwo, .clockThree, .clockOver, .clockSure]

    /// Whether it can be nothing but words.
    var isPlainText: Bool { contains(.words) }
    /// Whether it says that a value is missing.
    var isMissing: Bool { contains(.placeholder) || contains(.fault) }
}

extension CellShape {
    /// The shape of a cell.
    static func of(_ cell: RawCell, in grid: Grid) -> CellShape? {
        let start = Int(cell.start)
        let range = start..<start + Int(cell.length)
        switch cell.kind {
        case .text:
            let range = trimmed(grid.bytes, range)
            return range.isEmpty ? nil : text(grid.bytes, range)
        case .number, .percent:
            var shape = text(grid.bytes, range).intersection([.compactDate])
            if cell.kind == .percent { shape.insert(.percent) }
            if isFraction(grid.bytes, range) { shape.insert(.fraction) }
            return shape.union([.numberSame, .native])
        case .date:
            let hasClock = isFraction(grid.bytes, range)
            return hasClock ? [.dateSame, .withClock, .native] : [.dateSame, .native]
        case .dateTime, .isoDate: return [.dateSame, .withClock, .native]
        case .time: return [.clockThree, .native]
        case .elapsed: return [.duration, .native]
        case .truth: return [grid.bytes[start] == 0x31 ? .yes : .no, .native]
        case .fault: return .fault
        }
    }

    /// Whether a number of a workbook has decimals or an exponent.
    private static func isFraction(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        range.contains { bytes[$0] == 0x2E || bytes[$0] | 0x20 == 0x65 }
    }

    /// The shape of a text without blanks around it.
    static func text(_ bytes: [UInt8], _ range: Range<Int>) -> CellShape {
        if range.isEmpty || range.count > 64 { return .words }
        if range.count <= 12, let word = TruthWords.shape(bytes, range) { return word }
        var (digits, letters, colons) = (0, 0, 0)
        for byte in bytes[range] {
            if NumberText.isDigit(byte) {
                digits += 1
            } else if byte == 0x3A {
                colons += 1
            } else if byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A {
                letters += 1
            }
        }
        if digits == 0 { return .words }
        if colons > 0, let shape = clock(bytes, range) { return shape }
        if digits >= 3, colons > 0 || range.count >= 6, let shape = date(bytes, range) {
            return shape
        }
        if letters > 0 {
            if DurationText.seconds(bytes, range) != nil { return .duration }
            if let shape = clock(bytes, range) { return shape }
        }
        return number(bytes, range) ?? .words
    }

    private static func clock(_ bytes: [UInt8], _ range: Range<Int>) -> CellShape? {
        guard let clock = ClockText(bytes, range) else { return nil }
        if clock.isOnlyTime { return clock.time == nil ? nil : .clockSure }
        if clock.isOnlyDuration { return .clockOver }
        let padded: CellShape = bytes[range.lowerBound] == 0x30 ? .paddedClock : []
        return padded.union(clock.parts == 3 ? .clockThree : .clockTwo)
    }

    private static func date(_ bytes: [UInt8], _ range: Range<Int>) -> CellShape? {
        guard let date = DateText(bytes, range) else { return nil }
        var shape: CellShape
        switch (date.date(.dayFirst), date.date(.monthFirst)) {
        case (let day?, let month?): shape = day == month ? .dateSame : .dateDiffers
        case (.some, nil): shape = .dayOnly
        default: shape = .monthOnly
        }
        if date.form == .numeric, date.separator == 0x2E { shape.insert(.dotDate) }
        if date.clock != nil { shape.insert(.withClock) }
        return shape
    }

    private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> CellShape? {
        guard let number = NumberText(bytes, range) else { return nil }
        let point = number.digits(bytes, .point)
        let comma = number.digits(bytes, .comma)
        guard let digits = point ?? comma else { return nil }
        var shape: CellShape
        switch (point, comma) {
        case (let point?, let comma?):
            shape = point.hasMark == comma.hasMark ? .numberSame : .numberDiffers
        case (.some, nil): shape = .pointOnly
        default: shape = .commaOnly
        }
        if shape != .numberDiffers, digits.hasMark || number.hasExponent { shape.insert(.fraction) }
        if digits.hasLeadingZero { shape.insert(.leadingZero) }
        if digits.count > 15 { shape.insert(.tooLong) }
        if number.isPercent { shape.insert(.percent) }
        if number.unit != 0, !number.isPercent { shape.insert(.unit) }
        if shape == .numberSame, compactDate(bytes, range) != nil { shape.insert(.compactDate) }
        if number.unit == 0, let value = number.value(bytes, point == nil ? .comma : .point) {
            if ExcelSerial.likely.contains(value) { shape.insert(.serial) }
        }
        return shape
    }

    /// The date of eight digits of this or the last century, nil for other numbers.
    static func compactDate(_ bytes: [UInt8], _ range: Range<Int>) -> CivilDate? {
        guard range.count == 8, range.allSatisfy({ NumberText.isDigit(bytes[$0]) }) else {
            return nil
        }
        var place = range.lowerBound
        let digits = wholeNumber(bytes, &place, range.upperBound, digits: 8...8) ?? 0
        guard (1_950...2_099).contains(digits / 10_000) else { return nil }
        return CivilDate(inSheet: digits / 10_000, digits / 100 % 100, digits % 100)
    }
}

/// Words for yes and no, and for nothing, in five languages.
enum TruthWords {
    private static let yes: Set<String> = [
        "yes", "true", "ja", "wahr", "oui", "vrai", "tak", "prawda", "da", "adevărat", "on", "✓",
        "✔", "y", "j",
    ]
    private static let no: Set<String> = [
        "no", "false", "nein", "falsch", "non", "faux", "nie", "fałsz", "nu", "fals", "off", "✗",
        "n",
    ]
    private static let nothing: Set<String> = [
        "-", "--", "–", "—", "n/a", "na", "n.a.", "null", "none", "?", ".", "#n/a", "k.a.", "nan",
        "nil", "brak", "(blank)", "(empty)", "unknown", "tbc", "tba",
    ]

    /// The shape of a word for yes, no or nothing; nil for other words.
    static func shape(_ bytes: [UInt8], _ range: Range<Int>) -> CellShape? {
        // Most cells begin with a digit or are no such word: look at the first byte first.
        let first = bytes[range.lowerBound]
        if NumberText.isDigit(first) { return nil }
        let word = String(decoding: bytes[range], as: UTF8.self).lowercased()
        let letter: CellShape = word.utf8.count == 1 ? .truthLetter : []
        if yes.contains(word) { return letter.union(.yes) }
        if no.contains(word) { return letter.union(.no) }
        if nothing.contains(word) { return .placeholder }
        return first == 0x23 && (word.hasSuffix("!") || word.hasSuffix("?")) ? .fault : nil
    }

    /// Whether a word means yes; nil for other words.
    static func value(_ text: String) -> Bool? {
        let word = text.lowercased()
        if yes.contains(word) { return true }
        return no.contains(word) ? false : nil
    }
}
