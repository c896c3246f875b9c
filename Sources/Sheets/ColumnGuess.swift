// What a column probably holds, and how that is known.

/// What a column holds.
public enum ColumnKind: String, Hashable, Sendable, CaseIterable {
    /// Nothing.
    case empty
    /// Words.
    case text
    /// Whole numbers.
    case whole = "whole numbers"
    /// Numbers with decimals.
    case decimal = "numbers"
    /// Dates.
    case date = "dates"
    /// Times of day.
    case time = "times of day"
    /// Dates with times of day.
    case dateTime = "dates with times"
    /// Lengths of time.
    case duration = "lengths of time"
    /// Yes and no.
    case truth = "yes or no"
}

/// A column and what it probably holds.
public struct ColumnGuess: Hashable, Sendable {
    /// Place in the sheet, counted from 0.
    public let index: Int
    /// The heading, made different from all others, or "Column 3".
    public let name: String
    /// What it probably holds.
    public let kind: ColumnKind
    /// How that is known, in one or two sentences.
    public let why: String
    /// The first cells with content, as they stand in the file.
    public let examples: [String]
    /// Cells with content.
    public let filled: Int
    /// The unit or currency of the numbers, `%` for shares; nil for none.
    public let unit: String?

    let format: ColumnFormat
}

/// How the cells of a column are written.
struct ColumnFormat: Hashable, Sendable {
    var mark = DecimalMark.point
    var order = DateOrder.dayFirst
    var clock = ClockMeaning.timeOfDay
    /// Seconds of one, where the head says that numbers are lengths of time.
    var secondsOfOne: Double?
    /// Numbers of a text that are dates.
    var areNumbersDates = false
    var unit = 0
    var isPercent = false
}

extension ColumnTally {
    /// The kind that at least four of five telling cells have, before any question.
    func kind(head: HeadWords) -> ColumnKind {
        let telling = telling
        guard telling > 0 else { return filled == 0 ? .empty : .text }
        let numbers = self[.numbers]
        let dates = self[.dates]
        let lengths = self[.duration]
        let clocks = self[.clocks]
        let truths = self[[.yes, .no]]
        let enough = (telling * 4 + 4) / 5
        if dates >= enough { return self[.withClock] * 2 >= dates ? .dateTime : .date }
        if numbers >= enough {
            if self[.leadingZero] > 0 || self[.tooLong] > 0 { return .text }
            if head.secondsOfOne != nil { return .duration }
            let isWhole = self[.fraction] + self[.numberDiffers] + self[.percent] == 0
            return isWhole ? .whole : .decimal
        }
        if clocks + lengths >= enough {
            return lengths > 0 || self[.clockOver] > 0 || head.isDuration ? .duration : .time
        }
        // A column of minutes may have a few cells that say so themselves.
        if lengths > 0, head.secondsOfOne != nil, lengths + numbers >= enough { return .duration }
        if truths >= enough {
            let letters = self[.truthLetter]
            let hasBoth = self[.yes] > 0 && self[.no] > 0
            return letters == 0 || hasBoth ? .truth : .text
        }
        return .text
    }
}

/// What the words of a head say about its column.
struct HeadWords {
    /// Seconds of one: 60 for "Downtime (min)".
    private(set) var secondsOfOne: Double?
    /// Whether it names a length of time, a date, or a time of day.
    private(set) var isDuration = false
    private(set) var isDate = false
    private(set) var isTime = false
    /// The form of clocks that it names.
    private(set) var clock: ClockMeaning?

    /// The words of a head.
    init(_ head: String) {
        let text = head.lowercased()
        let words = text.split { !$0.isLetter && $0 != "/" && $0 != ":" }.map(String.init)
        isDuration = words.contains { Self.durations.contains($0) }
        isDate = words.contains { Self.dates.contains($0) || $0.hasPrefix("dat") }
        isTime = words.contains { Self.times.contains($0) }
        if words.contains(where: { ["mm:ss", "m:ss", "min:s", "min:sec"].contains($0) }) {
            clock = .minutesSeconds
        } else if words.contains(where: { ["h:mm", "hh:mm", "h:m", "hh:mm:ss"].contains($0) }) {
            clock = .hoursMinutes
        }
        guard clock == nil else { return }
        // The unit is the last word: "Hours" and "Time (h)", not "Days lost at 24 h service (kg)".
        if let unit = words.last.flatMap(UnitWords.seconds), words.last != "d" {
            secondsOfOne = unit
            isDuration = true
        }
    }

    private static let durations: Set<String> = [
        "duration", "dauer", "durée", "duree", "czas", "durata", "downtime", "stillstand", "length",
        "elapsed", "worked", "runtime", "laufzeit", "lost", "setup", "rüstzeit", "ausfallzeit",
        "dureé", "postój", "arrêt",
    ]
    private static let dates: Set<String> = ["day", "tag", "jour", "dzień", "zi"]
    private static let times: Set<String> = [
        "start", "end", "from", "to", "begin", "beginn", "ende", "von", "bis", "début", "fin",
        "uhrzeit", "clock", "at", "heure", "godzina", "ora", "started", "ended", "finish",
        "finished", "stop", "od", "do", "początek", "koniec", "început", "sfârșit",
    ]
}
