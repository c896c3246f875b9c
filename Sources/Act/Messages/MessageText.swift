// The words of a message: machine, what, how long; since when, job, what is known; address.

public import Plant

/// What a message says besides the firing: names and facts, all handed in.
public struct MessageWords: Hashable, Sendable {
    /// The machine's name; nil for the box.
    public var machine: String?
    /// What a signal beyond its limit means, such as "oil too hot"; nil makes one of its name.
    public var trouble: String?
    /// The signal's name, such as "Oil".
    public var signal: String?
    /// The signal's unit, such as "°C".
    public var unit: String
    /// The job and its product, such as "Job 4410, Brackets"; nil for none.
    public var job: String?
    /// The reason given; nil while nobody said.
    public var reason: String?
    /// What the machine does now; nil when it is not known.
    public var state: MachineState?
    /// The link; nil for none.
    public var link: String?
    /// What the box has to say, such as "The USB stick is full."; nil for nothing.
    public var note: String?
    /// The site's zone.
    public var zone: ZoneRules

    /// Words for a message.
    public init(
        machine: String?, trouble: String? = nil, signal: String? = nil, unit: String = "",
        job: String? = nil, reason: String? = nil, state: MachineState? = nil,
        link: String? = nil, note: String? = nil, zone: ZoneRules
    ) {
        self.machine = machine
        self.trouble = trouble
        self.signal = signal
        self.unit = unit
        self.job = job
        self.reason = reason
        self.state = state
        self.link = link
        self.note = note
        self.zone = zone
    }
}

/// A message in words: one line, and what follows.
public struct MessageText: Hashable, Sendable {
    /// One line.
    public let subject: String
    /// What follows, the link at its end.
    public let body: String

    /// Characters of both with the break between them.
    public var count: Int { subject.count + (body.isEmpty ? 0 : 1) + body.count }

    /// Joins sentences, leaving out the last ones until it fits; the link stays where it can.
    init(subject: String, sentences: [String], link: String?) {
        let limit = ActLimits.messageCharacters
        let line = MessageText.cut(subject, to: limit)
        var kept = sentences.filter { !$0.isEmpty }
        func body(_ link: String?) -> String {
            (kept + [link].compactMap(\.self)).joined(separator: " ")
        }
        func fits(_ link: String?) -> Bool {
            let text = body(link)
            return line.count + (text.isEmpty ? 0 : 1) + text.count <= limit
        }
        let shown = line.count + 1 + (link?.count ?? 0) <= limit ? link : nil
        while !kept.isEmpty, !fits(shown) { kept.removeLast() }
        self.subject = line
        self.body = body(shown)
    }

    private static func cut(_ text: String, to count: Int) -> String {
        text.count <= count ? text : String(text.prefix(count - 1)) + "\u{2026}"
    }

    /// That a rule fired; `now` is when the message goes out.
    public init(began firing: Firing, words: MessageWords, now: Timestamp) {
        let writer = MessageWriter(words: words, now: now)
        let (subject, sentences) = writer.began(firing)
        self.init(subject: subject, sentences: sentences, link: words.link)
    }

    /// That nobody has answered yet.
    public init(unanswered firing: Firing, words: MessageWords, now: Timestamp) {
        let writer = MessageWriter(words: words, now: now)
        let (subject, sentences) = writer.began(firing)
        let waited = MessageWriter.elapsed(now - firing.at)
        self.init(
            subject: subject, sentences: ["Nobody has answered for \(waited)."] + sentences,
            link: words.link)
    }

    /// That it is over; `value` is the last value of its signal.
    public init(
        over firing: Firing, began: Timestamp, value: Double?, words: MessageWords
    ) {
        let writer = MessageWriter(words: words, now: firing.at)
        let lasted = MessageWriter.elapsed(firing.at - began)
        let time = writer.clock(firing.at)
        var sentences: [String] = []
        if let value, let signal = words.signal {
            sentences = [
                "\(signal) \(writer.value(value)) at \(time).",
                "It was over the limit for \(lasted).",
            ]
        } else {
            sentences = ["Since \(time).", "It lasted \(lasted)."]
        }
        self.init(
            subject: "\(words.machine ?? "This box"): back to normal", sentences: sentences,
            link: nil)
    }

    /// One summary in place of many messages.
    public init(summary count: Int, mostly machine: String?, link: String?) {
        self.init(
            subject: count == 1
                ? "1 more message in the last hour" : "\(count) more messages in the last hour",
            sentences: [
                machine.map { "Mostly \($0)." } ?? "",
                link == nil ? "See them together on the alarms page." : "See them together:",
            ], link: link)
    }
}

/// Writes the sentences of one message.
struct MessageWriter {
    let words: MessageWords
    let now: Timestamp

    func began(_ firing: Firing) -> (String, [String]) {
        let lasted = MessageWriter.elapsed(firing.at - firing.since)
        let name = words.machine ?? "This box"
        let since = "Since \(clock(firing.since))."
        let telling = firing.evidence.first { MessageWriter.isTelling($0.test) }
        let test = telling ?? firing.evidence.first
        let job = words.job.map { $0 + "." } ?? ""
        switch test?.test {
        case .limit(_, let side, let limit, _):
            let trouble =
                words.trouble ?? "\((words.signal ?? "value").lowercased()) too "
                + (side == .above ? "high" : "low")
            let reached = test?.value.map { ", " + value($0) } ?? ""
            let still = words.state.map { "Still \($0.word.lowercased())." } ?? ""
            return (
                "\(name): \(trouble)\(reached)",
                ["Limit \(value(limit)) since \(clock(test?.since ?? firing.since)).", still, job]
            )
        case .silence, .noSignal:
            return (
                "\(name): no signal for \(lasted)",
                [
                    "Last seen \(clock(firing.since)).",
                    "The machine may be fine: check network and power at the sensor.",
                ]
            )
        case .backupAge: return ("No backup for \(lasted)", [words.note ?? ""])
        case .certificateEnds(let length):
            return (
                "Certificate ends in \(MessageWriter.elapsed(length))", [words.note ?? ""]
            )
        case .rate(_, let movement, let amount, let window):
            let verb =
                switch movement {
                case .rises: "rises"
                case .falls: "falls"
                case .changes: "changes"
                }
            let what = (words.signal ?? "value").lowercased()
            let more = "More than \(value(amount)) in \(MessageWriter.elapsed(window))."
            return ("\(name): \(what) \(verb) fast", [more, since, job])
        case .drift(_, let amount, let window):
            let what = (words.signal ?? "value").lowercased()
            let more = "More than \(value(amount)) in \(MessageWriter.elapsed(window))."
            return ("\(name): \(what) is drifting", [more, since, job])
        case .tally(_, let tally, let side, let amount, let window):
            return tallied(name, tally, side, amount, window, test?.value, job)
        case .state, .noReason, nil:
            let what = words.state.map { $0.word.lowercased() } ?? "needs a look"
            let reason = words.reason.map { "\($0)." } ?? "No reason yet."
            let isStop = words.state == .stopped || words.state == .fault
            let how = firing.at > firing.since ? " " + lasted : ""
            return ("\(name): \(what)\(how)", [since, job, isStop ? reason : ""])
        }
    }

    /// Tests that say more about the trouble than that the machine is in a state.
    private static func isTelling(_ test: RuleTest) -> Bool {
        if case .state = test { false } else { true }
    }

    private func tallied(
        _ name: String, _ tally: Tally, _ side: TallySide, _ amount: Double, _ window: Elapsed,
        _ reached: Double?, _ job: String
    ) -> (String, [String]) {
        let unit =
            switch tally {
            case .parts: " parts"
            case .good: " good parts"
            case .scrap: " scrap"
            case .scrapShare: "% scrap"
            case .energy: "\u{A0}kWh"
            }
        let figure = (reached.map(MessageWriter.short) ?? "\u{2013}") + unit
        let limit = side == .more ? "Limit" : "Expected at least"
        return (
            "\(name): \(figure) in \(MessageWriter.elapsed(window))",
            ["\(limit) \(MessageWriter.short(amount))\(unit).", job]
        )
    }

    func value(_ value: Double) -> String {
        MessageWriter.short(value) + (words.unit.isEmpty ? "" : "\u{A0}" + words.unit)
    }

    /// At most one decimal, a true minus.
    static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\u{2013}" }
        let tenths = Int64((abs(value) * 10).rounded())
        let sign = value < 0 && tenths > 0 ? "\u{2212}" : ""
        return sign + "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)")
    }

    /// `11:01`, with the day where it is another one.
    func clock(_ time: Timestamp) -> String {
        let local = words.zone.local(time)
        let minute = local.secondsOfDay / 60
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let text = two(minute / 60) + ":" + two(minute % 60)
        guard local.date != words.zone.local(now).date else { return text }
        return local.date.weekday.shortName + " " + text
    }

    /// `24 min`, `1 h 12 min`, `2 days`; below a minute in words.
    static func elapsed(_ length: Elapsed) -> String {
        let minutes = length.nanoseconds / 60_000_000_000
        let space = "\u{A0}"
        if minutes < 1 { return "under a minute" }
        if minutes < 60 { return "\(minutes)\(space)min" }
        if minutes < 48 * 60 {
            let rest = minutes % 60
            return "\(minutes / 60)\(space)h" + (rest == 0 ? "" : " \(rest)\(space)min")
        }
        return "\(minutes / 1440)\(space)days"
    }
}
