// The first line of every page: whole sentences with variants for none, one, some and all.
public import Plant

/// How the machines stand now, as counts.
public struct FloorCount: Hashable, Sendable {
    /// Machines in use.
    public let machines: Int
    /// Those that produce, at speed or slowly.
    public let running: Int
    /// Those that need a person.
    public let needing: Int
    /// Those that need a person and have one: "I am on it".
    public let attended: Int
    /// Those without a signal.
    public let silent: Int
    /// Those in a planned stop.
    public let planned: Int
    /// The only machine's name when there is exactly one.
    public let onlyName: String?

    /// Counts.
    public init(
        machines: Int, running: Int, needing: Int, attended: Int = 0, silent: Int = 0,
        planned: Int = 0, onlyName: String? = nil
    ) {
        self.machines = machines
        self.running = running
        self.needing = needing
        self.attended = attended
        self.silent = silent
        self.planned = planned
        self.onlyName = onlyName
    }

    /// Counts at the end of the machines' timelines.
    public init(_ machines: [(name: String, timeline: MachineTimeline)]) {
        let states = machines.map { $0.timeline.episodes.last?.state ?? .unknown }
        let attention = machines.compactMap { Attention(timeline: $0.timeline) }
        self.init(
            machines: machines.count, running: states.filter(\.isProducing).count,
            needing: attention.count, attended: attention.filter(\.isSeen).count,
            silent: states.filter { $0 == .unknown }.count,
            planned: states.filter { $0 == .planned }.count,
            onlyName: machines.count == 1 ? machines.first?.name : nil)
    }
}

/// First lines and other whole sentences in plain words.
public enum Sentences {
    /// The words for a withheld figure.
    ///
    /// For example "Not enough seen to say (84%)."
    public static func notEnoughSeen(coverage: Double) -> String {
        "Not enough seen to say (\(Plain.percentSeen(coverage)))."
    }

    /// The words for a figure that states without enough certainty may not feed.
    public static let indicative =
        "Running and standing look too much alike to say: the states are indicative."

    /// What to show for a figure that is nil: the reason it is withheld or undefined.
    public static func missing(_ value: IndicatorValue) -> String? {
        switch value {
        case .amount: nil
        case .withheld(let words): words
        case .undefined(let words): Plain.capitalised(words) + "."
        }
    }

    /// What was not seen: "Lathe 2: 3 h 10 min not seen. Figures leave this out."
    public static func notSeen(_ name: String, _ length: Elapsed) -> String? {
        guard length > .zero else { return nil }
        return "\(name): \(Plain.duration(length)) not seen. Figures leave this out."
    }

    /// What a screen reader hears when a state changes.
    ///
    /// For example "Press brake stopped."
    public static func changed(_ name: String, to state: MachineState) -> String {
        switch state {
        case .unknown: "\(name) gives no signal."
        case .fault: "\(name) has a fault."
        case .setup: "\(name) is being set up."
        case .slow: "\(name) is running slow."
        case .running: "\(name) is running."
        case .planned: "\(name) is in a planned stop."
        case .stopped: "\(name) stopped."
        }
    }

    /// How old a page is.
    ///
    /// For example "No news for 2 min. Trying again. Last seen 11:25:08."
    public static func old(lastSeen: Timestamp, now: Timestamp, zone: ZoneRules) -> String {
        "No news for \(Plain.age(now - lastSeen)). Trying again. Last seen "
            + "\(Plain.clock(lastSeen, zone: zone, seconds: true))."
    }

    /// What is happening now: "4 of 8 machines are running. Two need a person."
    public static func now(_ floor: FloorCount) -> String {
        guard floor.machines > 0 else { return "No machine is connected yet." }
        return running(floor) + " " + needing(floor)
    }

    private static func running(_ floor: FloorCount) -> String {
        let all = floor.machines
        if all == 1 {
            let name = floor.onlyName ?? "The one machine"
            if floor.running == 1 { return "\(name) is running." }
            if floor.silent == 1 { return "\(name) gives no signal." }
            return floor.planned == 1
                ? "\(name) is in a planned stop." : "\(name) is not running."
        }
        switch floor.running {
        case 0 where floor.silent == all: return "None of the \(all) machines gives a signal."
        case 0 where floor.planned == all: return "All \(all) machines are in a planned stop."
        case 0: return "None of the \(all) machines is running."
        case 1: return "1 of \(all) machines is running."
        case all: return "All \(all) machines are running."
        default: return "\(floor.running) of \(all) machines are running."
        }
    }

    private static func needing(_ floor: FloorCount) -> String {
        let attended = min(floor.attended, floor.needing)
        if floor.machines == 1, floor.needing == 1 {
            return attended == 1 ? "A person is on it." : "It needs a person."
        }
        switch (floor.needing, attended) {
        case (0, _) where floor.silent == 0: return "Nobody is needed."
        case (0, _) where floor.silent == floor.machines: return "Nothing can be said about them."
        case (0, _) where floor.silent == 1: return "One gives no signal."
        case (0, _): return "\(Plain.word(floor.silent)) give no signal."
        case (1, 0): return "One needs a person."
        case (1, _): return "One needs a person, and somebody is on it."
        case (floor.machines, 0): return "All of them need a person."
        case (let count, 0): return "\(Plain.word(count)) need a person."
        case (let count, let seen) where seen == count:
            return "\(Plain.word(count)) need a person, and somebody is on each."
        case (let count, let seen):
            return "\(Plain.word(count)) need a person, and somebody is on"
                + " \(Plain.word(seen).lowercased()) of them."
        }
    }

    /// Where the time went.
    ///
    /// For example "Most lost time was waiting for material: 7.4 hours this week."
    /// `period` is words such as "this week", "today", "last Friday".
    public static func time(_ ranking: LossRanking, period: String) -> String {
        let elements = ranking.elements
        if elements.calendar <= .zero {
            return "No stops yet. After the first shift this page shows where the time went."
        }
        if elements.plannedBusy <= .zero { return "Nothing was planned \(period)." }
        if ranking.isWithheld { return notEnoughSeen(coverage: ranking.coverage) }
        guard let top = ranking.lines.first, top.time > .zero else {
            return "No time was lost \(period)."
        }
        let length = Plain.hoursInWords(top.time)
        // Dates need a comma: "7.4 hours, 9 to 13 November", but "7.4 hours this week".
        let when = (period.first?.isNumber == true ? ", " : " ") + period
        let isAll = top.time == ranking.lost
        switch top.key {
        case .unexplained:
            return isAll
                ? "All lost time has no reason yet: \(length)\(when)."
                : "Most lost time has no reason yet: \(length)\(when)."
        case .shortStops:
            return isAll
                ? "All lost time was short stops: \(length)\(when)."
                : "Most lost time was short stops: \(length)\(when)."
        case .fault:
            return isAll
                ? "All lost time was faults: \(length)\(when)."
                : "Most lost time was faults: \(length)\(when)."
        case .reason, .setup:
            let name = Plain.midSentence(top.name)
            return isAll
                ? "All lost time was \(name): \(length)\(when)."
                : "Most lost time was \(name): \(length)\(when)."
        }
    }

    /// How a machine is.
    ///
    /// For example "Lathe 1 has been running for 1 h 12 min."
    public static func machine(
        _ name: String, _ timeline: MachineTimeline, reasons: [Slug: StopReason] = [:]
    ) -> String {
        guard let episode = timeline.episodes.last, let since = timeline.currentSince,
            episode.state != .unknown || timeline.episodes.count > 1
        else { return "Nothing has been seen of \(name) yet." }
        let length = Plain.age(timeline.range.end - since)
        switch episode.state {
        case .unknown: return "\(name) has given no signal for \(length)."
        case .fault: return "\(name) has had a fault for \(length)."
        case .setup: return "\(name) has been setting up for \(length)."
        case .slow: return "\(name) has been running slow for \(length)."
        case .running: return "\(name) has been running for \(length)."
        case .planned: return "\(name) has been in a planned stop for \(length)."
        case .stopped:
            guard let reason = episode.reason else {
                let words = "\(name) has been stopped for \(length)."
                // A short stop needs no reason, so nobody is reminded of it.
                return timeline.range.end - since < UnderstandLimits.shortStop
                    ? words : words + " Nobody has said why yet."
            }
            let words = Plain.midSentence(reasons[reason]?.name ?? reason.text)
            return "\(name) has been stopped for \(length): \(words)."
        }
    }

    /// What is connected: "8 machines. One has been silent for 2 hours."
    ///
    /// `silent` holds how long each silent machine has been so; `unseen` counts those besides that
    /// were never seen.
    public static func machines(count: Int, silent: [Elapsed], unseen: Int = 0) -> String {
        guard count > 0 else { return "No machine is connected yet." }
        guard unseen <= 0 else { return machines(count, silent, neverSeen: unseen) }
        let longest = Plain.durationInWords(silent.max() ?? .zero)
        if count == 1 {
            return silent.isEmpty
                ? "1 machine. It is sending." : "1 machine. It has been silent for \(longest)."
        }
        switch silent.count {
        case 0: return "\(count) machines. All of them are sending."
        case 1: return "\(count) machines. One has been silent for \(longest)."
        case count: return "\(count) machines. None of them is sending."
        default:
            return "\(count) machines. \(Plain.word(silent.count)) are silent, the longest for"
                + " \(longest)."
        }
    }

    private static func machines(
        _ count: Int, _ silent: [Elapsed], neverSeen unseen: Int
    ) -> String {
        guard count > 1 else { return "1 machine. It was never seen yet." }
        guard unseen < count else { return "\(count) machines. None of them was seen yet." }
        let never =
            unseen == 1 ? "One was never seen yet" : "\(Plain.word(unseen)) were never seen yet"
        let longest = Plain.durationInWords(silent.max() ?? .zero)
        switch silent.count {
        case 0:
            let others = count - unseen == 1 ? "the other is" : "the others are"
            return "\(count) machines. \(never), \(others) sending."
        case 1: return "\(count) machines. One has been silent for \(longest). \(never)."
        default:
            return "\(count) machines. \(Plain.word(silent.count)) are silent, the longest for"
                + " \(longest). \(never)."
        }
    }
}
