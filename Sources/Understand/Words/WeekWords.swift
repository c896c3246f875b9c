// A week in sentences: was it better, what to look at first, what got better.

public import Plant

/// What a week lost; nil where too little of it was seen to say.
public struct WeekLoss: Hashable, Sendable {
    /// Time lost in planned time.
    public let time: Elapsed?
    /// What it cost; nil where nobody has said what an hour is worth.
    public let money: Money?

    /// A week's loss.
    public init(time: Elapsed?, money: Money?) {
        self.time = time
        self.money = money
    }
}

/// One reason with its time this week and the week before.
public struct WeekReason: Hashable, Sendable {
    /// The reason as people say it.
    public let name: String
    /// Where its time goes; nil for time that nobody has explained.
    public let loss: LossKind?
    /// Time lost for it this week.
    public let time: Elapsed
    /// The same in the week before.
    public let before: Elapsed
    /// What it cost this week, nil where no hour has a price.
    public let money: Money?
    /// Where and when it came, nil where it was spread.
    public let place: LossPlace?

    /// A reason.
    public init(
        name: String, loss: LossKind?, time: Elapsed, before: Elapsed, money: Money?,
        place: LossPlace?
    ) {
        self.name = name
        self.loss = loss
        self.time = time
        self.before = before
        self.money = money
        self.place = place
    }
}

/// A headline and what stands under it.
public struct WeekAdvice: Hashable, Sendable {
    /// The headline, without a full stop where it is followed by text.
    public let head: String
    /// What more there is to say; may be empty.
    public let text: String
}

/// Sentences of the weekly report, definition `week/1`.
public enum WeekWords {
    /// Changes below this are called none.
    static let leastChange = Elapsed.minutes(30)
    /// A reason is worth a line of advice from this time on.
    static let leastWorth = Elapsed.hours(1)

    /// The first line: better, worse, alike, or why it cannot be said.
    public static func verdict(_ week: WeekLoss, before: WeekLoss?, machines: Int) -> String {
        guard machines > 0 else {
            return "No machine is connected yet, so there is nothing to report."
        }
        guard let lost = week.time else {
            return "Too little was seen of \(Plain.count(Int64(machines), "machine", "machines"))"
                + " this week to say what was lost."
        }
        let worth = week.money.map { ", worth \(Plain.money($0))" } ?? ""
        guard let earlier = before?.time else {
            return "\(hours(lost)) lost\(worth). The week before was not measured."
        }
        let change = lost - earlier
        let bound = max(leastChange, Elapsed(nanoseconds: earlier.nanoseconds / 20))
        let size = change < .zero ? .zero - change : change
        if size < bound {
            return "A week like the one before: \(hours(lost)) lost\(worth)."
        }
        let difference =
            moneyBetween(week.money, before?.money)
            .map { ", worth \(Plain.money($0))" } ?? ""
        return change < .zero
            ? "A better week: \(hours(size)) won back\(difference)."
            : "A worse week: \(hours(size)) more lost\(difference)."
    }

    /// The first line about one working day.
    public static func day(_ date: String, lost: Elapsed?, most: String?, machines: Int) -> String {
        guard machines > 0 else { return "No machine is connected yet." }
        let all = Plain.count(Int64(machines), "machine", "machines")
        guard let lost else { return "\(date): too little was seen of \(all)." }
        guard lost >= .minutes(1), let most else { return "\(date): \(all) lost no time." }
        return "\(date): \(all) lost \(hours(lost)), most of it \(Plain.midSentence(most))."
    }

    private static func moneyBetween(_ one: Money?, _ other: Money?) -> Money? {
        guard let one, let other, one.currency == other.currency else { return nil }
        let (difference, isOver) = one.minor.subtractingReportingOverflow(other.minor)
        guard !isOver, difference != .min else { return nil }
        return Money(minor: abs(difference), currency: one.currency)
    }

    private static func hours(_ length: Elapsed) -> String { Plain.hoursInWords(length) }

    /// What to look at first: the biggest loss that is nobody's plan, with where it came.
    public static func first(_ reasons: [WeekReason]) -> WeekAdvice {
        let candidates = reasons.filter { $0.loss != .planned && $0.time >= leastWorth }
        guard let worst = candidates.max(by: { $0.time < $1.time }) else {
            return WeekAdvice(
                head: "Nothing stands out.", text: "No single reason cost an hour this week.")
        }
        let place = worst.place.map { $0.words.isEmpty ? "" : " " + $0.words } ?? ""
        let halved =
            worst.money.flatMap { money -> String? in
                let half = Money(minor: money.minor / 2, currency: money.currency)
                return half.minor > 0
                    ? " If it halves, that is worth about \(Plain.money(half)) a week." : nil
            } ?? ""
        let length = Plain.capitalised(hours(worst.time))
        return WeekAdvice(
            head: "\(worst.name)\(place).",
            text: "\(length) this week. \(advice(worst.loss))\(halved)")
    }

    /// One thing to try, by the kind of loss.
    static func advice(_ loss: LossKind?) -> String {
        switch loss {
        case nil: "Ask why each time it stands: two taps on the tablet are enough."
        case .breakdown: "Ask maintenance which part gives way, and what changing it in time costs."
        case .stoppage: "Stand by the machine for half an hour and note what jams or runs out."
        case .waiting: "Have the next job’s material and papers at the machine the evening before."
        case .blocked: "Look at the machine behind it: that one sets the pace."
        case .starved: "Look at the machine before it: that one sets the pace."
        case .setup: "Write down the steps of one change, and do beforehand what can be."
        case .planned: "Ask whether it is still agreed."
        }
    }

    /// What fell most against the week before.
    public static func better(_ reasons: [WeekReason], isCompared: Bool) -> WeekAdvice {
        guard isCompared else {
            return WeekAdvice(
                head: "Nothing to compare with yet.", text: "The week before was not measured.")
        }
        let fallen = reasons.filter {
            $0.before - $0.time >= leastChange
                && ($0.before - $0.time).nanoseconds >= $0.before.nanoseconds / 5
        }
        guard let best = fallen.max(by: { $0.before - $0.time < $1.before - $1.time }) else {
            return WeekAdvice(
                head: "No loss fell clearly.",
                text: "None is smaller than the week before by half an hour and a fifth.")
        }
        return WeekAdvice(
            head:
                "\(best.name) fell from \(Plain.hours(best.before)) to \(Plain.hours(best.time)).",
            text: "One week can be chance: look again in three weeks.")
    }
}

/// Where and when a loss came: the machine, the days and the hours that hold most of it.
public struct LossPlace: Hashable, Sendable {
    /// The machine that holds at least half of it, nil when none does.
    public let machine: String?
    /// Days of the week that hold at least 70 per cent of it, at most two; Monday is 1.
    public let weekdays: [Int]
    /// Hours on the wall clock that hold at least 60 per cent of it, nil when it was spread.
    public let hours: Range<Int>?

    /// Where the stops of a reason lay; nil without any.
    ///
    /// `stops` are machine and time; `zone` is the site's.
    public init?(_ stops: [(machine: String, range: TimeRange)], zone: ZoneRules) {
        let whole = stops.reduce(0) { $0 + $1.range.elapsed.seconds }
        guard whole > 0 else { return nil }
        var machines: [String: Double] = [:]
        var days: [Int: Double] = [:]
        var clock = Array(repeating: 0.0, count: 24)
        for stop in stops {
            machines[stop.machine, default: 0] += stop.range.elapsed.seconds
            for (hour, seconds) in LossPlace.hours(of: stop.range, zone: zone) {
                clock[hour.hour] += seconds
                days[hour.weekday, default: 0] += seconds
            }
        }
        machine = machines.max { ($0.value, $1.key) < ($1.value, $0.key) }
            .flatMap { $0.value >= whole / 2 ? $0.key : nil }
        let ranked = days.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(2)
        let isTwo = ranked.reduce(0) { $0 + $1.value } >= whole * 0.7 && days.count > 2
        weekdays = isTwo ? ranked.map(\.key).sorted() : []
        // The window of four hours that holds most, if it holds enough.
        let windows = (0...20).map { start in
            (start, clock[start..<(start + 4)].reduce(0, +))
        }
        let best = windows.max { ($0.1, $1.0) < ($1.1, $0.0) }
        hours = best.flatMap { $0.1 >= whole * 0.6 ? $0.0..<($0.0 + 4) : nil }
    }

    /// `on Press brake, on Tuesdays and Fridays, mostly between 06:00 and 10:00`.
    public var words: String {
        var parts: [String] = []
        if let machine { parts.append("on " + machine) }
        if !weekdays.isEmpty {
            parts.append(
                "on " + weekdays.map { LossPlace.names[$0 - 1] }.joined(separator: " and "))
        }
        if let hours {
            func text(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }
            parts.append("mostly between \(text(hours.lowerBound)) and \(text(hours.upperBound))")
        }
        return parts.joined(separator: ", ")
    }

    private static let names = [
        "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays",
    ]

    /// A stretch of time cut at the hours of the wall clock.
    private static func hours(
        of range: TimeRange, zone: ZoneRules
    ) -> [((weekday: Int, hour: Int), Double)] {
        var found: [((weekday: Int, hour: Int), Double)] = []
        var start = range.start
        while start < range.end {
            let local = zone.local(start)
            let passed = Elapsed.seconds(Int64(local.secondsOfDay % 3_600))
            let end = min(range.end, start + .hours(1) - passed)
            guard end > start else { break }
            let place = (
                weekday: Int(local.date.weekday.rawValue), hour: min(23, local.secondsOfDay / 3_600)
            )
            found.append((place, (end - start).seconds))
            start = end
        }
        return found
    }
}
