// Turns times on the wall into instants, and says where the change of the clocks makes none or two.

import Plant
import Sheets

/// A time of a file before its zone is applied.
enum FileTime: Hashable {
    /// A date and a time of day on the wall.
    case wall(CivilDate, LocalTime)
    /// An instant: the cell says how far it is from UTC.
    case instant(Timestamp)

    /// A date with a time; throws where its year is not believed.
    init(_ time: LocalDateTime) throws(RowRefusal) {
        guard ImportsLimits.years.contains(time.date.year) else {
            throw RowRefusal(nil, "The year \(time.date.year) cannot be right.")
        }
        guard let offset = time.utcOffset else {
            self = .wall(time.date, time.time)
            return
        }
        let wall = WallTime.nanoseconds(time.date, time.time)
        let (shift, overflow) = Int64(offset).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow, let at = wall.held(minus: shift) else {
            throw RowRefusal(nil, "The time \(time.text) cannot be stored.")
        }
        self = .instant(at)
    }

    /// The date on the wall, nil where only an instant is known.
    var date: CivilDate? { if case .wall(let date, _) = self { date } else { nil } }

    /// As it stands in the file.
    var words: String {
        switch self {
        case .wall(let date, let time): "\(time.text) on \(date.spoken)"
        case .instant(let at): at.rfc3339
        }
    }

    /// The instants that it may mean: none, one, or two of which the earlier comes first.
    func instants(_ zone: ZoneRules) -> [Timestamp] {
        switch self {
        case .instant(let at): [at]
        case .wall(let date, let time): WallTime.instants(date, time, zone)
        }
    }
}

/// Times on the wall in one zone.
enum WallTime {
    /// Nanoseconds since 1970 as if the wall were UTC; years 1970 to 2200 always fit.
    static func nanoseconds(_ date: CivilDate, _ time: LocalTime) -> Int64 {
        let seconds = Int64(date.dayNumber) * 86_400 + Int64(secondsOfDay(time))
        return seconds * 1_000_000_000 + Int64(time.nanosecond)
    }

    /// Whole seconds since midnight on the wall.
    static func secondsOfDay(_ time: LocalTime) -> Int {
        time.hour * 3_600 + time.minute * 60 + time.second
    }

    /// The instants at which the wall shows a time: none where clocks skip it, two where it comes
    /// twice.
    static func instants(
        _ date: CivilDate, _ time: LocalTime, _ zone: ZoneRules
    ) -> [Timestamp] {
        let wall = nanoseconds(date, time)
        let day = Elapsed.hours(24)
        let at = Timestamp(nanoseconds: wall)
        // Every offset in force within a day of it is tried.
        let first = zone.offsetSeconds(at: at - day)
        let last = zone.offsetSeconds(at: at + day)
        if first == last, !hasChange(zone, at) {
            return [Timestamp(nanoseconds: wall - Int64(first) * 1_000_000_000)]
        }
        var offsets: Set<Int> = [first, last]
        for change in zone.changes where change.at > at - day && change.at <= at + day {
            offsets.insert(change.offsetSeconds)
        }
        return offsets.map { Timestamp(nanoseconds: wall - Int64($0) * 1_000_000_000) }
            .filter { instant in
                let offset = Int64(zone.offsetSeconds(at: instant)) * 1_000_000_000
                return instant.nanoseconds + offset == wall
            }
            .sorted()
    }

    /// Whether an offset changes within a day of an instant, both ways.
    private static func hasChange(_ zone: ZoneRules, _ at: Timestamp) -> Bool {
        let day = Elapsed.hours(24)
        return zone.changes.contains { $0.at > at - day && $0.at <= at + day }
    }

    /// A time for people: `13 November 2026 10:20`.
    static func words(_ at: Timestamp, _ zone: ZoneRules) -> String {
        let (date, seconds) = zone.local(at)
        return date.spoken + " " + clock(seconds)
    }

    /// A stretch for people; the day is named once where both ends are in it.
    static func words(_ range: TimeRange, _ zone: ZoneRules) -> String {
        let (first, from) = zone.local(range.start)
        let (last, to) = zone.local(range.end)
        let end = first == last ? clock(to) : last.spoken + " " + clock(to)
        return "\(first.spoken) \(clock(from)) to \(end)"
    }

    private static func clock(_ seconds: Int) -> String {
        let text = two(seconds / 3_600) + ":" + two(seconds / 60 % 60)
        return seconds % 60 == 0 ? text : text + ":" + two(seconds % 60)
    }
}

extension Int64 {
    /// The instant some nanoseconds earlier, nil where it cannot be stored.
    fileprivate func held(minus nanoseconds: Int64) -> Timestamp? {
        let (difference, overflow) = subtractingReportingOverflow(nanoseconds)
        return overflow ? nil : Timestamp(nanoseconds: difference)
    }
}

/// Why a row is not stored, and which column is to blame.
struct RowRefusal: Error, Hashable {
    /// The column, nil for the row as a whole.
    var column: String?
    /// Why, in one or two sentences.
    let reason: String
    /// What of it is counted apart, nil for nothing.
    let trouble: ImportWarning.Kind?

    init(_ column: String?, _ reason: String, _ trouble: ImportWarning.Kind? = nil) {
        (self.column, self.reason, self.trouble) = (column, reason, trouble)
    }
}

/// An hour of an hour-by-hour sheet: "6-7", "06:00 – 07:00", "6", "06:00".
struct HourText: Hashable {
    /// Seconds since midnight at which it begins, 0 to 86,340.
    let from: Int
    /// Seconds since the same midnight at which it ends, always after `from`.
    let to: Int

    /// The hour that a text names; nil for anything else.
    init?(_ text: String) {
        let plain = text.lowercased().map { character -> Character in
            "–—−".contains(character) ? "-" : character
        }
        let parts = String(plain).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first.flatMap(HourText.seconds) else {
            return nil
        }
        guard parts.count == 2 else {
            guard first < 86_400, parts[0].contains(":") else { return nil }
            (from, to) = (first, first + 3_600)
            return
        }
        guard let last = HourText.seconds(parts[1]), first < 86_400 else { return nil }
        from = first
        to = last <= first ? last + 86_400 : last
        // An hour-by-hour sheet has short stretches; "6-30" is something else.
        guard to - from <= 4 * 3_600 else { return nil }
    }

    /// The hour that begins at a time of day.
    init(_ time: LocalTime) {
        from = WallTime.secondsOfDay(time)
        to = from + 3_600
    }

    /// The hour of a number from 0 to 23.
    init?(number: Double) {
        guard number >= 0, number <= 23, number == number.rounded() else { return nil }
        from = Int(number) * 3_600
        to = from + 3_600
    }

    /// Seconds since midnight of "6", "06:30" or "6h"; up to 24 hours.
    private static func seconds(_ text: Substring) -> Int? {
        var rest = text.drop { $0 == " " }
        while rest.last == " " || rest.last == "h" { rest.removeLast() }
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2,
            parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), hour <= 24
        else { return nil }
        let minute = parts.count == 2 ? Int(parts[1]) ?? 60 : 0
        guard minute < 60, hour < 24 || minute == 0 else { return nil }
        return hour * 3_600 + minute * 60
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
