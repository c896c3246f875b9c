// Reads times of day and lengths of time: 14:30, 2:30 pm, 26:15, 90 min, 1 h 30 min.

/// Two or three numbers with colons between them.
struct ClockText {
    /// What follows the numbers.
    enum Half: UInt8 { case none, am, pm }

    var isNegative = false
    var first = 0
    var minute = 0
    var second = 0
    var nanosecond = 0
    var parts = 2
    var half = Half.none
    /// Whether "Uhr" or "o'clock" says that it is a time of day.
    var isNamed = false

    /// The clock in a range and nothing else; nil otherwise.
    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        var place = range.lowerBound
        let end = range.upperBound
        guard end - place >= 3, end - place <= 32 else { return nil }
        if bytes[place] == 0x2D {
            isNegative = true
            place += 1
        }
        guard let hours = wholeNumber(bytes, &place, end, digits: 1...5) else { return nil }
        first = hours
        if place < end, bytes[place] == 0x3A {
            place += 1
            guard let minutes = wholeNumber(bytes, &place, end, digits: 2...2), minutes < 60 else {
                return nil
            }
            minute = minutes
            guard readSeconds(bytes, &place, end) else { return nil }
        } else {
            parts = 1
        }
        guard readEnding(bytes, place, end), parts > 1 || half != .none else { return nil }
        if half != .none, !(1...12).contains(first) || isNegative { return nil }
    }

    private mutating func readSeconds(_ bytes: [UInt8], _ place: inout Int, _ end: Int) -> Bool {
        guard place < end, bytes[place] == 0x3A else { return true }
        place += 1
        parts = 3
        guard let seconds = wholeNumber(bytes, &place, end, digits: 2...2), seconds < 60 else {
            return false
        }
        second = seconds
        guard place < end, bytes[place] == 0x2E || bytes[place] == 0x2C else { return true }
        place += 1
        var scale = 100_000_000
        var count = 0
        while place < end, NumberText.isDigit(bytes[place]) {
            nanosecond += Int(bytes[place] & 0x0F) * scale
            scale /= 10
            count += 1
            place += 1
        }
        return (1...9).contains(count)
    }

    /// am, pm or Uhr.
    private mutating func readEnding(_ bytes: [UInt8], _ place: Int, _ end: Int) -> Bool {
        let rest = trimmed(bytes, place..<end)
        if rest.isEmpty { return true }
        switch String(decoding: bytes[rest], as: UTF8.self).lowercased() {
        case "am", "a.m.", "a": half = .am
        case "pm", "p.m.", "p": half = .pm
        case "uhr", "o'clock": isNamed = true
        default: return false
        }
        return true
    }

    /// Whether no clock on a wall shows it.
    var isOnlyDuration: Bool { isNegative || first >= 24 && half == .none && !isNamed }

    /// Whether it can only be a time of day.
    var isOnlyTime: Bool { half != .none || isNamed }

    /// The time of day, nil where no clock shows it.
    var time: LocalTime? {
        if isNegative { return nil }
        let hour =
            switch half {
            case .none: first
            case .am: first % 12
            case .pm: first % 12 + 12
            }
        return LocalTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }

    /// The length of time in seconds.
    func seconds(_ meaning: ClockMeaning) -> Double {
        let isShort = meaning == .minutesSeconds && parts == 2
        let whole = isShort ? first * 60 + minute : first * 3_600 + minute * 60 + second
        let seconds = Double(whole) + Double(nanosecond) / 1e9
        return isNegative ? -seconds : seconds
    }
}

/// Lengths of time with their units.
enum DurationText {
    /// Seconds of "90 min", "1 h 30 min", "1h30" or "7,5 h"; nil for anything else.
    static func seconds(_ bytes: [UInt8], _ range: Range<Int>) -> Double? {
        guard range.count <= 40 else { return nil }
        var place = range.lowerBound
        let end = range.upperBound
        let isNegative = place < end && bytes[place] == 0x2D
        if isNegative { place += 1 }
        var (total, last) = (0.0, Double.infinity)
        while place < end {
            guard let number = decimal(bytes, &place, end) else { return nil }
            skipBlanks(bytes, &place, end)
            let start = place
            while place < end, !NumberText.isDigit(bytes[place]),
                blankLength(bytes, place, end) == 0
            {
                place += 1
            }
            let word = String(decoding: bytes[start..<place], as: UTF8.self).lowercased()
            var unit = UnitWords.seconds(word)
            // "1h30" and "1h 30m" are hours and minutes.
            if unit == nil, last == 3_600, word.isEmpty || word == "m" { unit = 60 }
            guard let unit, unit < last else { return nil }
            total += number * unit
            last = unit
            skipBlanks(bytes, &place, end)
        }
        guard last.isFinite else { return nil }
        return isNegative ? -total : total
    }

    private static func skipBlanks(_ bytes: [UInt8], _ place: inout Int, _ end: Int) {
        while place < end {
            let length = blankLength(bytes, place, end)
            if length == 0 { return }
            place += length
        }
    }

    /// A number of up to nine digits with decimals; three decimals could be thousands.
    private static func decimal(_ bytes: [UInt8], _ place: inout Int, _ end: Int) -> Double? {
        guard let whole = wholeNumber(bytes, &place, end, digits: 1...9) else { return nil }
        guard place + 1 < end, bytes[place] == 0x2E || bytes[place] == 0x2C,
            NumberText.isDigit(bytes[place + 1])
        else { return Double(whole) }
        place += 1
        let start = place
        guard let fraction = wholeNumber(bytes, &place, end, digits: 1...9) else { return nil }
        let count = place - start
        if count == 3, whole > 0 { return nil }
        var scale = 1.0
        for _ in 0..<count { scale *= 10 }
        return Double(whole) + Double(fraction) / scale
    }
}

/// A whole number of so many digits; nil leaves the place anywhere.
func wholeNumber(
    _ bytes: [UInt8], _ place: inout Int, _ end: Int, digits: ClosedRange<Int>
) -> Int? {
    let start = place
    var number = 0
    while place < end, NumberText.isDigit(bytes[place]), place - start <= digits.upperBound {
        number = number * 10 + Int(bytes[place] & 0x0F)
        place += 1
    }
    return digits.contains(place - start) ? number : nil
}
