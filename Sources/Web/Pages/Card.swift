// A machine's card: name, state, how long, job, strip, parts against plan, what a person can do.

import Loop
import Plant
import Understand

/// What the template of a card shows.
struct Card: Sendable {
    /// The machine's id.
    let id: String
    /// Its name.
    let name: String
    /// Address of its page.
    let address: String
    /// Class of its state.
    let stateClass: String
    /// The state in words.
    let word: String
    /// The shape of the state.
    let mark: SVGMarkup
    /// `for 24 min`, nil when it was never seen.
    let howLong: String?
    /// Since when, machine readable.
    let since: String?
    /// The job, or what stands for it.
    let job: String?
    /// The day as a strip.
    let strip: SVGMarkup
    /// Parts, nil when they are not counted.
    let parts: FigureLink?
    /// `plan 190`, nil when no plan is known.
    let plan: String?
    /// Whether a person is needed.
    let isAbnormal: Bool
    /// What is known about it, as a sentence.
    let remark: String?
    /// Whether somebody should say why.
    let asksWhy: Bool
    /// Address of the page that asks why.
    let whyAddress: String
    /// Whether somebody can say "I am on it".
    let asksWho: Bool
    /// What the card's drawing stands for, in words.
    let isUnseen: Bool

    init(
        _ now: MachineNow, picture time: Timestamp, clock: LocalClock, currency: Currency,
        columns: Int = Card.columns
    ) {
        let machine = now.machine
        let picture = StateMark.mark(now.state, needsPerson: now.needsPerson)
        id = machine.id.text
        name = machine.name
        address = "/m/" + machine.id.text
        stateClass = picture.className
        word = now.state.word
        mark = picture.drawing
        howLong = now.since.map { since in
            let length = time - since
            return length.seconds < 60 ? "just now" : "for " + Plain.age(length)
        }
        since = now.since?.timeText
        job = Card.jobWords(now)
        let strip = Strip(
            range: now.stripRange, episodes: now.strip, now: time, needsPerson: now.needsPerson,
            shortStop: ShortStopRule(idealPerPart: now.job?.idealPerPart).limit, columns: columns)
        self.strip = strip.drawing(
            label: Strip.sentence(
                machine: machine.name, when: "since " + clock.minute(now.stripRange.start),
                episodes: now.strip,
                range: TimeRange(
                    start: now.stripRange.start, end: max(now.stripRange.start, time))))
        parts = now.parts.map { indicator in
            FigureLink(
                indicator,
                key: FigureKey(
                    figure: .parts, machine: machine.id,
                    range: TimeRange(start: now.stripRange.start, end: time)),
                remark: "", currency: currency)
        }
        plan = now.plannedParts.map { "plan " + Plain.number($0) }
        isAbnormal = now.needsPerson
        remark = Card.remark(now)
        // One main action on a card: a stop asks why, a fault asks who.
        asksWhy =
            now.needsPerson && now.reason == nil && (now.state == .stopped || now.isSeen)
        let stop = now.since.map { "?at=\($0.millisecondsSince1970)" } ?? ""
        whyAddress = "/m/" + machine.id.text + "/stop" + stop
        asksWho = now.needsPerson && !now.isSeen && now.state == .fault
        isUnseen = now.state == .unknown
    }

    /// Columns of the strip on a card, which is a quarter of a page wide.
    private static let columns = 250

    private static func jobWords(_ now: MachineNow) -> String? {
        guard let job = now.job else { return nil }
        if job.product.isEmpty { return "Job " + job.job }
        return job.job.isEmpty ? job.product : job.product + " " + job.job
    }

    private static func remark(_ now: MachineNow) -> String? {
        if let reason = now.reason {
            let more = now.detail.isEmpty ? "" : ": " + now.detail
            return reason.name + more + "."
        }
        guard now.needsPerson else { return nil }
        if now.isSeen { return "Somebody is on it." }
        return now.state == .fault
            ? "The machine reports a fault."
            : "Nobody has said why yet."
    }
}

/// A figure that opens.
struct FigureLink: Sendable {
    /// What it is called.
    let name: String
    /// The value in words.
    let value: String
    /// Address of its working.
    let address: String
    /// A line under it, nil for none.
    let remark: String?
    /// Whether there is a value; otherwise words stand in its place.
    let isKnown: Bool

    init(_ keyed: KeyedIndicator, currency: Currency) {
        self.init(keyed.indicator, key: keyed.key, remark: keyed.remark, currency: currency)
    }

    /// `text` is the value where a page writes it in its own way.
    init(
        _ indicator: Indicator, key: FigureKey, remark words: String, currency: Currency,
        value text: String? = nil
    ) {
        name = FigureText.name(indicator, figure: key.figure)
        value = text ?? FigureText.value(indicator, currency: currency)
        address = FigureText.address(key)
        isKnown = indicator.value.amount != nil
        let doubt = isKnown ? FigureText.doubt(indicator, currency: currency) : nil
        let remarks = [words, doubt ?? ""].filter { !$0.isEmpty }
        remark = remarks.isEmpty ? nil : remarks.joined(separator: ". ")
    }
}

/// The legend under strips, always in ink (D4).
struct Legend: Sendable {
    /// A form and its word.
    struct Entry: Sendable {
        let sample: SVGMarkup
        let word: String
    }

    /// From when the strips run.
    let since: String
    /// Forms in reading order.
    let entries: [Entry]

    init(since: String) {
        self.since = since
        let forms: [(Strip.Form, String)] = [
            (.run, "running"), (.slow, "slow"), (.was, "stopped, reason given"),
            (.open, "stopped, no reason yet"), (.brief, "short stop"), (.past, "fault"),
            (.setup, "setting up"),
            (.planned, "planned stop"), (.nodata, "no signal"),
        ]
        entries = forms.map { Entry(sample: Strip.sample($0.0), word: $0.1) }
    }
}
