// Reads dates: ISO, day and month in both orders, months by name in five languages.

import Plant

/// A date in a text, before it is known whether its day or its month comes first.
struct DateText {
    /// How it is written.
    enum Form: UInt8 {
        /// Year, month, day.
        case yearFirst
        /// Day and month in one order or the other.
        case numeric
        /// The month by its name.
        case named
    }

    private(set) var form = Form.numeric
    /// Day or month of a numeric date, else the day.
    private(set) var first = 0
    /// Month or day of a numeric date, else the month.
    private(set) var second = 0
    private(set) var year = 0
    private(set) var separator: UInt8 = 0
    private(set) var clock: ClockText?
    /// Seconds ahead of UTC, nil where the text does not say.
    private(set) var utcOffset: Int?

    /// The date, and the time of day behind it, in a range and nothing else; nil otherwise.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var place = range.lowerBound
        let end = range.upperBound
        guard end - place >= 6, end - place <= 60 else { return nil }
        if NumberText.isDigit(bytes[place]) {
            guard readDigitsFirst(bytes, &place, end) else { return nil }
        } else {
            guard readWordFirst(bytes, &place, end) else { return nil }
        }
        guard readClock(bytes, place, end) else { return nil }
        guard date(.dayFirst) != nil || date(.monthFirst) != nil else { return nil }
    }

    /// The date under an order; nil when there is no such day.
    func date(_ order: DateOrder) -> CivilDate? {
        let isMonthFirst = form == .numeric && order == .monthFirst
        return CivilDate(
            inSheet: year, isMonthFirst ? first : second, isMonthFirst ? second : first)
    }

    private mutating func readDigitsFirst(
        _ bytes: [UInt8], _ place: inout Int, _ end: Int
    ) -> Bool {
        let start = place
        guard let number = wholeNumber(bytes, &place, end, digits: 1...4), place < end else {
            return false
        }
        let count = place - start
        separator = bytes[place]
        let isSign = separator == 0x2D || separator == 0x2F || separator == 0x2E
        if isSign, place + 1 < end, NumberText.isDigit(bytes[place + 1]) {
            place += 1
            guard count == 4 || count <= 2,
                let middle = wholeNumber(bytes, &place, end, digits: 1...2), place < end,
                bytes[place] == separator
            else { return false }
            place += 1
            if count == 4 {
                guard let day = wholeNumber(bytes, &place, end, digits: 1...2) else { return false }
                (form, year, second, first) = (.yearFirst, number, middle, day)
                return true
            }
            (first, second) = (number, middle)
            return readYear(bytes, &place, end)
        }
        guard count <= 2 else { return false }
        form = .named
        first = number
        skipOrdinal(bytes, &place, end)
        skipSigns(bytes, &place, end)
        guard let month = Self.word(bytes, &place, end).flatMap({ MonthWords.months[$0] }) else {
            return false
        }
        second = month
        skipSigns(bytes, &place, end)
        return readYear(bytes, &place, end)
    }

    /// "April 3, 2026", or a day of the week before any date.
    private mutating func readWordFirst(
        _ bytes: [UInt8], _ place: inout Int, _ end: Int
    ) -> Bool {
        guard let word = Self.word(bytes, &place, end) else { return false }
        skipSigns(bytes, &place, end)
        guard place < end else { return false }
        let before = place
        if let month = MonthWords.months[word] {
            if let day = wholeNumber(bytes, &place, end, digits: 1...2), place < end,
                bytes[place] == 0x2C || bytes[place] == 0x20
            {
                (form, first, second) = (.named, day, month)
                skipSigns(bytes, &place, end)
                if readYear(bytes, &place, end) { return true }
            }
            place = before
        }
        guard MonthWords.weekdays.contains(word), NumberText.isDigit(bytes[place]) else {
            return false
        }
        return readDigitsFirst(bytes, &place, end)
    }

    /// Four digits, or two: 69 to 99 are of the last century.
    private mutating func readYear(_ bytes: [UInt8], _ place: inout Int, _ end: Int) -> Bool {
        let start = place
        guard let number = wholeNumber(bytes, &place, end, digits: 2...4) else { return false }
        switch place - start {
        case 2: year = number + (number < 69 ? 2_000 : 1_900)
        case 4: year = number
        default: return false
        }
        return true
    }

    private mutating func readClock(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
        if start == end { return true }
        var place = start
        let byte = bytes[place]
        guard byte == 0x54 || byte == 0x2C || blankLength(bytes, place, end) > 0 else {
            return false
        }
        if byte == 0x54 || byte == 0x2C { place += 1 }
        var rest = trimmed(bytes, place..<end)
        if rest.isEmpty { return byte != 0x54 }
        rest = readOffset(bytes, rest)
        guard let clock = ClockText(bytes, rest), clock.time != nil else { return false }
        self.clock = clock
        return true
    }

    /// `Z`, `+02:00` or `-0500` at the end.
    private mutating func readOffset(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        let end = range.upperBound
        if bytes[end - 1] == 0x5A {
            utcOffset = 0
            return range.lowerBound..<end - 1
        }
        for length in [6, 5] where range.count > length + 3 {
            var place = end - length
            let sign = bytes[place]
            guard sign == 0x2B || sign == 0x2D else { continue }
            place += 1
            let hoursEnd = place + 2
            guard let hours = wholeNumber(bytes, &place, hoursEnd, digits: 2...2), hours < 15
            else { continue }
            if length == 6 {
                guard bytes[place] == 0x3A else { continue }
                place += 1
            }
            guard let minutes = wholeNumber(bytes, &place, end, digits: 2...2), place == end,
                minutes < 60
            else { continue }
            let seconds = hours * 3_600 + minutes * 60
            utcOffset = sign == 0x2D ? -seconds : seconds
            return range.lowerBound..<end - length
        }
        return range
    }

    /// The letters of "3rd" and "1er".
    private func skipOrdinal(_ bytes: [UInt8], _ place: inout Int, _ end: Int) {
        let start = place
        let isOrdinal = Self.word(bytes, &place, end).map {
            ["st", "nd", "rd", "th", "er"].contains($0)
        }
        if isOrdinal != true { place = start }
    }

    /// Points, commas, dashes, strokes and blanks between the parts.
    private func skipSigns(_ bytes: [UInt8], _ place: inout Int, _ end: Int) {
        while place < end {
            let byte = bytes[place]
            let isSign = byte == 0x2E || byte == 0x2C || byte == 0x2D || byte == 0x2F
            let length = isSign ? 1 : blankLength(bytes, place, end)
            if length == 0 { return }
            place += length
        }
    }

    /// The letters at a place, in lower case; nil for none or for a very long word.
    private static func word(_ bytes: [UInt8], _ place: inout Int, _ end: Int) -> String? {
        let start = place
        while place < end,
            bytes[place] | 0x20 >= 0x61 && bytes[place] | 0x20 <= 0x7A
                || bytes[place] >= 0x80 && blankLength(bytes, place, end) == 0
        {
            place += 1
        }
        guard place > start, place - start <= 16 else { return nil }
        return String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
    }
}

/// Names of months and of days of the week in English, German, French, Polish and Romanian.
enum MonthWords {
    /// Months, 1 to 12, by every form of their names.
    static let months: [String: Int] = {
        let names = [
            "january jan januar januari janvier janv styczeń stycznia sty ianuarie ian jänner",
            "february feb februar février févr fév fevrier luty lutego lut februarie febr",
            "march mar märz maerz mär mrz mars marzec marca martie mart",
            "april apr avril avr kwiecień kwietnia kwi aprilie",
            "may mai maj maja",
            "june jun juni juin czerwiec czerwca cze iunie iun",
            "july jul juli juillet juil lipiec lipca lip iulie iul",
            "august aug août aout sierpień sierpnia sie",
            "september sep sept septembre wrzesień września wrz septembrie",
            "october oct oktober okt octobre październik października paź octombrie",
            "november nov novembre listopad listopada lis noiembrie noi nov",
            "december dec dezember dez décembre déc decembre grudzień grudnia gru decembrie",
        ]
        var months: [String: Int] = [:]
        for (index, forms) in names.enumerated() {
            for form in forms.split(separator: " ") { months[String(form)] = index + 1 }
        }
        return months
    }()

    /// Days of the week by every form of their names.
    static let weekdays: Set<String> = Set(
        """
        monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat \
        sunday sun montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend \
        sonntag so lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim \
        poniedziałek pon pn wtorek wt środa śr czwartek czw piątek pt sobota sob niedziela ndz niedz \
        luni marți mie miercuri joi vineri vin sâmbătă sâm duminică dum
        """.split(separator: " ").map(String.init))
}
