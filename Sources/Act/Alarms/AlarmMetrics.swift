// How many alarms people get, against what ISA-18.2 and EEMUA 191 hold for bearable.

public import Plant

/// One activation of an alarm.
public struct AlarmActivation: Hashable, Sendable {
    /// Which alarm.
    public let key: AlarmKey
    /// When it was raised.
    public let raised: Timestamp
    /// When its condition was gone; nil while it holds.
    public let cleared: Timestamp?
    /// How much it pressed.
    public let priority: AlarmPriority

    /// An activation from its parts.
    public init(
        key: AlarmKey, raised: Timestamp, cleared: Timestamp?, priority: AlarmPriority
    ) {
        self.key = key
        self.raised = raised
        self.cleared = cleared
        self.priority = priority
    }
}

/// Limits of what a person can bear (ISA-18.2, performance targets per operator).
public enum AlarmTargets {
    /// Length of a period in which alarms are counted.
    public static let period = Elapsed.minutes(10)
    /// More alarms than this within a period are too many, and begin a flood.
    public static let most = 10
    /// A flood ends when fewer than this came within a period.
    public static let calm = 5
    /// As many activations of one alarm within ``chatterTime`` are chatter.
    public static let chatter = 3
    /// See ``chatter``.
    public static let chatterTime = Elapsed.minutes(1)
    /// Shorter activations pass before a person can act.
    public static let fleeting = Elapsed.seconds(10)
    /// Active for longer is stale.
    public static let stale = Elapsed.hours(24)
    /// Alarms a day that a person can work with.
    public static let perDay = 150.0
}

/// Figures of the alarms of a stretch of time, for one person on duty unless divided.
public struct AlarmMetrics: Hashable, Sendable {
    /// Alarms in each fixed period of ten minutes, the last one may be short.
    public let perPeriod: [Int]
    /// Share of periods with more than ten, 0 to 1.
    public let overloadedShare: Double
    /// The most alarms in one fixed period.
    public let peak: Int
    /// Alarms for each person and day.
    public let perPersonDay: Double
    /// Floods by the sliding window.
    public let floods: [TimeRange]
    /// Share of time in flood, 0 to 1.
    public let floodShare: Double
    /// Alarms that chattered.
    public let chattering: [AlarmKey]
    /// Activations that passed before a person could act.
    public let fleeting: Int
    /// Alarms that were active for more than a day.
    public let stale: [AlarmKey]
    /// Share of all activations that the ten most frequent alarms had, 0 to 1.
    public let topTenShare: Double
    /// Share of each priority, low to high, 0 to 1.
    public let priorities: [Double]

    /// Figures of a stretch; activations outside of it are left out.
    ///
    /// `people` is how many were on duty, at least 1.
    public init(_ activations: [AlarmActivation], in range: TimeRange, people: Int = 1) {
        let inside = activations.filter { range.contains($0.raised) }
            .sorted { ($0.raised, $0.key) < ($1.raised, $1.key) }
        let step = AlarmTargets.period.nanoseconds
        let length = max(0, range.elapsed.nanoseconds)
        var bins = [Int](repeating: 0, count: Int((length + step - 1) / max(1, step)))
        for one in inside {
            bins[Int((one.raised - range.start).nanoseconds / step)] += 1
        }
        perPeriod = bins
        let over = bins.count { $0 > AlarmTargets.most }
        overloadedShare = bins.isEmpty ? 0 : Double(over) / Double(bins.count)
        peak = bins.max() ?? 0
        let days = Double(length) / 86_400e9
        perPersonDay = days > 0 ? Double(inside.count) / days / Double(max(1, people)) : 0
        floods = AlarmMetrics.floods(inside.map(\.raised), end: range.end)
        let flooded = floods.reduce(Elapsed.zero) { $0 + $1.elapsed }
        floodShare = length > 0 ? Double(flooded.nanoseconds) / Double(length) : 0
        let own = Dictionary(grouping: inside, by: \.key)
        chattering = own.filter { AlarmMetrics.chatters($0.value.map(\.raised)) }
            .map(\.key).sorted()
        fleeting = inside.count {
            guard let cleared = $0.cleared else { return false }
            return cleared - $0.raised < AlarmTargets.fleeting
        }
        stale = Set(
            inside.filter { ($0.cleared ?? range.end) - $0.raised > AlarmTargets.stale }
                .map(\.key)
        ).sorted()
        let top = own.values.map(\.count).sorted(by: >).prefix(10).reduce(0, +)
        topTenShare = inside.isEmpty ? 0 : Double(top) / Double(inside.count)
        priorities = AlarmPriority.allCases.map { priority in
            let count = inside.count { $0.priority == priority }
            return inside.isEmpty ? 0 : Double(count) / Double(inside.count)
        }
    }

    /// Floods: begun by the alarm that makes it more than ten in ten minutes, ended when fewer
    /// than five came in the last ten.
    static func floods(_ times: [Timestamp], end: Timestamp) -> [TimeRange] {
        var watch = FloodWatch()
        var floods: [TimeRange] = []
        var began: Timestamp?
        func note(_ change: FloodWatch.Change?) {
            switch change {
            case .began(let at): began = at
            case .ended(let at):
                if let start = began { floods.append(TimeRange(start: start, end: at)) }
                began = nil
            case nil: break
            }
        }
        for time in times {
            note(watch.pass(to: time))
            note(watch.raise(at: time))
        }
        note(watch.pass(to: end))
        if let began { floods.append(TimeRange(start: began, end: end)) }
        return floods
    }

    private static func chatters(_ times: [Timestamp]) -> Bool {
        let back = AlarmTargets.chatter - 1
        return times.indices.dropFirst(back).contains { index in
            times[index] - times[index - back] < AlarmTargets.chatterTime
        }
    }
}

/// Whether alarms come faster than people can work, as time goes on.
public struct FloodWatch: Hashable, Sendable {
    /// A flood begins or ends.
    public enum Change: Hashable, Sendable {
        /// From this time on.
        case began(Timestamp)
        /// Since this time no longer.
        case ended(Timestamp)
    }

    /// Whether there is a flood.
    public private(set) var isFlood = false
    /// The newest alarms, oldest first: as many as decide.
    private var recent: [Timestamp] = []

    /// No flood.
    public init() {}

    /// An alarm was raised; call ``pass(to:)`` first.
    public mutating func raise(at time: Timestamp) -> Change? {
        if recent.count > AlarmTargets.most { recent.removeFirst() }
        recent.append(time)
        let count = recent.count { time - $0 < AlarmTargets.period }
        guard !isFlood, count > AlarmTargets.most else { return nil }
        isFlood = true
        return .began(time)
    }

    /// Time has passed.
    public mutating func pass(to time: Timestamp) -> Change? {
        guard isFlood, recent.count >= AlarmTargets.calm else { return nil }
        // Fewer than five remain once the fifth newest is ten minutes old.
        let end = recent[recent.count - AlarmTargets.calm] + AlarmTargets.period
        guard end <= time else { return nil }
        isFlood = false
        return .ended(end)
    }
}
