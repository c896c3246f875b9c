// Something odd in a signal: judged by its own last two weeks, never by what came later.

public import Plant

/// In which way a signal is odd.
public enum OddKind: String, Hashable, Sendable, CaseIterable {
    /// Over some hours it is further from what is usual than on any remembered day.
    case level
    /// It has stood still for longer than on any remembered day.
    case still
    /// One reading is twice as far from what is usual as any on a remembered day.
    case reading
}

/// Something odd, known at the moment of the sample that showed it.
public struct OddFinding: Hashable, Sendable {
    /// When it was known.
    public let at: Timestamp
    /// In which way.
    public let kind: OddKind
    /// How far beyond the largest of the remembered days, from 0 (not) towards 1; 0.5 is twice.
    public let score: Double
    /// The value, and what was usual then.
    public let value: Double
    /// What was usual at that moment: the level, or the profile of the day.
    public let usual: Double
    /// How large the departure is (hours for ``OddKind/still``), and the largest remembered one.
    public let size: Double
    /// The largest of the remembered days.
    public let largest: Double
}

/// The settings of the score: one set for every signal.
public struct OddSettings: Hashable, Sendable {
    /// Departures are averaged over about so long.
    public var smooth = Elapsed.hours(6)
    /// Days that are remembered.
    public var days = 14
    /// How many times the largest remembered departure is odd.
    public var step = 1.25
    /// How many times a single reading has to be.
    public var readingStep = 2.0

    /// The settings that are used.
    public init() {}
}

/// The largest value of each remembered day, and whether a new one is beyond all of them.
struct DailyRecord: Hashable, Sendable {
    private var past: [Double] = []
    private var today = 0.0
    private var raised = 0.0
    private var raisedAt = Int64.min
    /// The largest of the days before; nil until three whole days were seen.
    private(set) var largest: Double?

    private static let leastDays = 3
    /// Within a day of a finding it is found again only when so many times as large.
    private static let again = 2.0

    mutating func endDay(_ days: Int) {
        past.append(today)
        today = 0
        if past.count > days { past.removeFirst() }
        if past.count >= DailyRecord.leastDays { largest = past.max() }
    }

    /// Takes a size; says whether it is odd.
    mutating func see(_ size: Double, step: Double, least: Double, at time: Int64) -> Bool {
        today = max(today, size)
        guard let largest, size >= least else { return false }
        if time &- raisedAt > OddWatch.day { raised = 0 }
        guard size > step * largest, size > DailyRecord.again * raised else { return false }
        raised = size
        raisedAt = time
        return true
    }

    /// Forgets the day so far: what it showed has been explained.
    mutating func forgetToday() {
        today = 0
        raised = 0
        raisedAt = .min
    }
}

/// Watches one signal sample by sample, definition `odd/1`.
///
/// What is usual is the profile of the day in 24 steps where that explains the signal better than
/// its level, both forgetting over two weeks. Departures from it are averaged over some hours. A
/// departure is odd when it is beyond the largest of every remembered day by the step; so is
/// standing still for longer, and a single reading by twice. It needs three whole days. Every
/// finding is known from the samples up to it alone, and only sums and quotients enter, so it is
/// the same on every machine. Source: `domain/data-trust.md`; measured on the Numenta Anomaly
/// Benchmark (`benchmarks odd`).
public struct OddWatch: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "odd/1"
    static let day: Int64 = 86_400_000_000_000
    private static let slots = 24
    /// The profile is used while its mean error is below this share of the plain level's.
    private static let explains = 0.7

    private let settings: OddSettings
    private var seen = 0.0
    private var level = 0.0
    private var profile = [Double](repeating: 0, count: OddWatch.slots)
    private var profileSeen = [Double](repeating: 0, count: OddWatch.slots)
    private var levelError = 0.0
    private var profileError = 0.0
    private var smooth = 0.0
    private var dayStart: Int64 = 0
    private var lastTime: Int64 = 0
    private var lastValue = 0.0
    private var stillSince: Int64 = 0
    private var departures = DailyRecord()
    private var standing = DailyRecord()
    private var readings = DailyRecord()
    /// Until when what is usual moves to the present level, and how far it has to.
    private var settlesUntil: Int64?
    private var settlingSum = 0.0
    private var settlingCount = 0.0

    /// How large the present departure is beside the largest remembered one; 0 until that is
    /// known.
    public private(set) var ratio = 0.0

    /// A watch that has seen nothing.
    public init(settings: OddSettings = OddSettings()) { self.settings = settings }

    /// Whether enough days were seen to judge.
    var isKnown: Bool { departures.largest != nil }
    /// Whether anything was seen.
    var hasSeen: Bool { seen > 0 }

    /// The level that the signal has from now on is as it should be: over the next hours what is
    /// usual moves to it, and nothing is judged until it has.
    public mutating func explain() {
        settlesUntil = .max
        settlingSum = 0
        settlingCount = 0
    }

    /// Takes the next sample; values that are not finite change nothing.
    ///
    /// Samples of a stretch that was `explained` are not judged and teach nothing.
    public mutating func see(
        _ value: Double, at time: Timestamp, explained: Bool = false
    ) -> OddFinding? {
        guard value.isFinite else { return nil }
        let time = time.nanoseconds
        if explained, seen > 0 {
            lastTime = max(lastTime, time)
            stillSince = time
            return nil
        }
        if seen == 0 {
            level = value
            lastValue = value
            lastTime = time
            stillSince = time
            dayStart = time
        }
        seen += 1
        // A gap counts as one day at most, a step back as nothing.
        let days = min(1, max(0, Double(time &- lastTime) / Double(OddWatch.day)))
        let slot = OddWatch.slot(time)
        let profiled = profileSeen[slot] > 0 ? profile[slot] : level
        let usual = profileError < OddWatch.explains * levelError ? profiled : level
        let departure = value - usual
        if let until = settlesUntil {
            settle(departure, at: time, until: until)
            lastValue = value
            return nil
        }
        let hours = settings.smooth.hours
        smooth += max(OddWatch.share(days * 24, hours), 1 / seen) * (departure - smooth)
        if value != lastValue || time < stillSince { stillSince = time }
        if time &- dayStart >= OddWatch.day { endDay(time) }
        let finding = judge(value, usual, departure, time)
        learn(value, profiled, slot, days)
        lastValue = value
        lastTime = time
        return finding
    }

    /// One sample of the hours in which what is usual moves to the present level.
    private mutating func settle(_ departure: Double, at time: Int64, until: Int64) {
        if until == .max { settlesUntil = time &+ settings.smooth.nanoseconds }
        settlingSum += departure
        settlingCount += 1
        lastTime = time
        stillSince = time
        if time &- dayStart >= OddWatch.day { endDay(time) }
        guard let end = settlesUntil, time >= end else { return }
        let offset = settlingSum / settlingCount
        level += offset
        for slot in profile.indices where profileSeen[slot] > 0 { profile[slot] += offset }
        smooth = 0
        settlesUntil = nil
        departures.forgetToday()
        standing.forgetToday()
        readings.forgetToday()
    }

    private mutating func judge(
        _ value: Double, _ usual: Double, _ departure: Double, _ time: Int64
    ) -> OddFinding? {
        let floor = 1e-6 * abs(level) + 1e-12
        let still = Double(time &- stillSince) / 3.6e12
        var best: OddFinding?
        func note(_ kind: OddKind, _ size: Double, _ largest: Double?, _ isOdd: Bool) {
            guard isOdd, let largest else { return }
            let score = 1 - largest / size
            guard score > (best?.score ?? 0) else { return }
            best = OddFinding(
                at: Timestamp(nanoseconds: time), kind: kind, score: score, value: value,
                usual: usual, size: size, largest: largest)
        }
        let size = abs(smooth)
        ratio = departures.largest.map { $0 > 0 ? size / $0 : 0 } ?? 0
        let isLevel = departures.see(size, step: settings.step, least: floor, at: time)
        note(.level, size, departures.largest, isLevel)
        let isStill = standing.see(
            still, step: settings.step, least: settings.smooth.hours, at: time)
        // What often stands still for half a day is not watched for it.
        note(.still, still, standing.largest, isStill && (standing.largest ?? 0) <= 12)
        let isReading = readings.see(
            abs(departure), step: settings.readingStep, least: floor, at: time)
        note(.reading, abs(departure), readings.largest, isReading)
        return best
    }

    private mutating func learn(_ value: Double, _ profiled: Double, _ slot: Int, _ days: Double) {
        let memory = Double(settings.days)
        let share = max(OddWatch.share(days, memory), 1 / seen)
        levelError += share * (abs(value - level) - levelError)
        profileError += share * (abs(value - profiled) - profileError)
        level += share * (value - level)
        profileSeen[slot] += 1
        let own = max(
            OddWatch.share(min(1, days * Double(OddWatch.slots)), memory), 1 / profileSeen[slot])
        profile[slot] += own * (value - profile[slot])
    }

    private mutating func endDay(_ time: Int64) {
        dayStart = time
        departures.endDay(settings.days)
        standing.endDay(settings.days)
        readings.endDay(settings.days)
    }

    /// The part that a step takes of a memory: close to 1 − e^(−step/memory), without a library
    /// function whose last bit differs between machines.
    private static func share(_ step: Double, _ memory: Double) -> Double {
        step / (memory + step)
    }

    private static func slot(_ time: Int64) -> Int {
        let inDay = time % day
        return Int((inDay < 0 ? inDay + day : inDay) / (day / Int64(slots)))
    }
}

/// Several signals of one machine together: odd when they depart at once further than ever, also
/// where none of them alone does.
public struct OddMachineWatch: Hashable, Sendable {
    private var watches: [SignalID: OddWatch]
    private var together = DailyRecord()
    private let settings: OddSettings
    private var dayStart: Int64?
    /// When a single signal was odd last: what it alone explains is not said twice within a day.
    private var lastSingle: Int64?

    /// A watch over signals.
    public init(signals: [SignalID], settings: OddSettings = OddSettings()) {
        self.settings = settings
        watches = Dictionary(
            uniqueKeysWithValues: Set(signals).map { ($0, OddWatch(settings: settings)) })
    }

    /// The present level of a signal, or of all, is as it should be.
    public mutating func explain(_ signal: SignalID?) {
        for id in watches.keys where signal == nil || signal == id { watches[id]?.explain() }
        together.forgetToday()
    }

    /// Takes the values of one instant; findings of single signals by signal, and of the machine
    /// without one.
    public mutating func see(
        _ values: [(signal: SignalID, value: Double)], at time: Timestamp, explained: Bool = false
    ) -> [(signal: SignalID?, finding: OddFinding)] {
        var findings: [(signal: SignalID?, finding: OddFinding)] = []
        for (signal, value) in values {
            if let finding = watches[signal]?.see(value, at: time, explained: explained) {
                findings.append((signal, finding))
            }
        }
        if !findings.isEmpty { lastSingle = time.nanoseconds }
        let seen = watches.keys.sorted().compactMap { watches[$0] }.filter(\.hasSeen)
        guard seen.count > 1, seen.allSatisfy(\.isKnown) else { return findings }
        let ratios = seen.map(\.ratio)
        let start = dayStart ?? time.nanoseconds
        dayStart = start
        if time.nanoseconds &- start >= OddWatch.day {
            dayStart = time.nanoseconds
            together.endDay(settings.days)
        }
        let size =
            (ratios.reduce(0) { $0 + $1 * $1 } / Double(ratios.count)).squareRoot()
        let largest = together.largest
        let isOdd = together.see(size, step: settings.step, least: 1e-9, at: time.nanoseconds)
        let isSaid = lastSingle.map { time.nanoseconds &- $0 < OddWatch.day } ?? false
        if isOdd, !explained, !isSaid, let largest {
            findings.append(
                (
                    nil,
                    OddFinding(
                        at: time, kind: .level, score: 1 - largest / size, value: size,
                        usual: largest, size: size, largest: largest)
                ))
        }
        return findings
    }
}
