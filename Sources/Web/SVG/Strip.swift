// A machine's day as a strip: one bar form for each state, history in ink, colour only now.

import Loop
import Plant
import Understand

/// Draws states over time.
struct Strip: Sendable, Hashable {
    /// Bar forms: how high, and which class.
    enum Form: String, Sendable, Hashable, CaseIterable {
        /// Running: 10 px, quiet grey-green.
        case run
        /// Running slow: 10 px with two amber lines.
        case slow
        /// Being prepared: 15 px hatched ink.
        case setup
        /// Planned stop: 4 px.
        case planned
        /// Not seen: 10 px hatched the other way.
        case nodata
        /// A stop too short to ask about: 14 px, lighter ink.
        case brief
        /// A stop that has its reason: 16 px ink.
        case was
        /// A stop whose reason nobody has said: 20 px hollow ink.
        case open
        /// A fault that is over: 20 px ink.
        case past
        /// A stop that needs a person now.
        case stop
        /// A fault that needs a person now.
        case fault

        /// The bar from one place to another; a past fault has a slit, so that it differs from an
        /// explained stop without colour.
        func path(from start: Double, to end: Double, scale: Double, middle: Double) -> String {
            let (top, height) = box
            let bars =
                self == .past
                ? [(top, height / 2 - 2), (top + height / 2 + 2, height / 2 - 2)]
                : [(top, height)]
            return bars.map { top, height in
                let upper = middle + (top - 10) * scale
                return "M\(SVGElement.number(start)) \(SVGElement.number(upper))"
                    + "H\(SVGElement.number(end))v\(SVGElement.number(height * scale))"
                    + "H\(SVGElement.number(start))z"
            }.joined()
        }

        /// Top and height on a strip of 20.
        var box: (top: Double, height: Double) {
            switch self {
            case .run, .slow, .nodata: (5, 10)
            case .setup: (2.5, 15)
            case .planned: (8, 4)
            case .brief: (3, 14)
            case .was: (2, 16)
            case .open: (1, 18)
            case .past, .stop, .fault: (0, 20)
            }
        }
    }

    private static let width = 1000.0

    /// The stretch of time the strip stands for.
    let range: TimeRange
    /// States in it.
    let episodes: [StateEpisode]
    /// Where the mark of now stands, nil for none.
    let now: Timestamp?
    /// Whether a person is needed: only then may its open stops be coloured (D4).
    let needsPerson: Bool
    /// Stops shorter than this need no reason.
    let shortStop: Elapsed
    /// How many columns it is cut into: about one for each pixel of its usual width.
    let columns: Int

    /// A strip of a range.
    init(
        range: TimeRange, episodes: [StateEpisode], now: Timestamp? = nil,
        needsPerson: Bool = false, shortStop: Elapsed = UnderstandLimits.shortStop,
        columns: Int = Strip.usualColumns
    ) {
        self.range = range
        self.episodes = episodes
        self.now = now
        self.needsPerson = needsPerson
        self.shortStop = shortStop
        self.columns = columns
    }

    /// Columns of a strip that is as wide as a panel.
    static let usualColumns = 500

    /// The form of an episode.
    func form(_ episode: StateEpisode) -> Form {
        switch episode.state {
        case .running: .run
        case .slow: .slow
        case .setup: .setup
        case .planned: .planned
        case .unknown: .nodata
        case .fault: needsPerson && episode.isOpen ? .fault : .past
        case .stopped: stopForm(episode)
        }
    }

    private func stopForm(_ episode: StateEpisode) -> Form {
        if episode.reason != nil { return .was }
        if isShort(episode) { return .brief }
        let isStopNow = episodes.last?.state == .stopped
        return needsPerson && isStopNow ? .stop : .open
    }

    /// Whether an episode is a stop that nobody needs to explain; one under way that calls a
    /// person is none.
    func isShort(_ episode: StateEpisode) -> Bool {
        episode.state == .stopped && episode.reason == nil
            && episode.range.elapsed < shortStop && !(needsPerson && episode.isOpen)
    }

    /// The drawing with a sentence for those who do not see it; `axis` adds its marks.
    func drawing(label: String, axis: TimeAxis? = nil) -> SVGMarkup {
        var elements = [
            SVGElement("path", class: "axis").with("d", "M0 9.5H1000v1H0z")
        ]
        let marks = (axis?.marks ?? []).map { mark in
            "M\(SVGElement.number(position(mark.time))) 0v20"
        }
        if !marks.isEmpty {
            elements.append(SVGElement("path", class: "grid-line").with("d", marks.joined()))
        }
        var paths: [Form: String] = [:]
        for (form, start, end) in bars() {
            paths[form, default: ""] += form.path(from: start, to: end, scale: 1, middle: 10)
        }
        for form in Form.allCases {
            guard let path = paths[form] else { continue }
            elements.append(SVGElement("path", class: "b-" + form.rawValue).with("d", path))
        }
        if let now, range.contains(now) {
            let place = SVGElement.number(position(now))
            elements.append(
                SVGElement("path", class: "b-now").with("d", "M\(place) 0h2.5v20h-2.5z"))
        }
        return SVGElement("svg", class: "tl").with("viewBox", "0 0 1000 20")
            .with("preserveAspectRatio", "none").with("role", "img").with("aria-label", label)
            .containing(elements).markup
    }

    /// Columns of one form beside each other as one bar, with a small gap before the next.
    private func bars() -> [(form: Form, start: Double, end: Double)] {
        let cut = cut()
        let width = Strip.width / Double(max(1, cut.count))
        var result: [(form: Form, start: Double, end: Double)] = []
        var index = 0
        while index < cut.count {
            let first = index
            while index < cut.count, cut[index] == cut[first] { index += 1 }
            guard let form = cut[first] else { continue }
            let end = Double(index) * width
            let gap = min(0.8, Double(index - first) * width * 0.15)
            result.append((form, Double(first) * width, end - gap))
        }
        return result
    }

    private func position(_ time: Timestamp) -> Double {
        let whole = range.elapsed.seconds
        guard whole > 0 else { return 0 }
        let part = (min(max(time, range.start), range.end) - range.start).seconds
        return part / whole * Strip.width
    }

    /// Seconds in each state within the range, in the order of the states.
    static func totals(
        _ episodes: [StateEpisode], in range: TimeRange
    ) -> [(state: MachineState, seconds: Double)] {
        var sums: [MachineState: Double] = [:]
        for episode in episodes {
            guard let part = episode.range.intersection(range) else { continue }
            sums[episode.state, default: 0] += part.elapsed.seconds
        }
        let order: [MachineState] = [
            .running, .slow, .setup, .stopped, .fault, .planned, .unknown,
        ]
        return order.compactMap { state in sums[state].map { (state, $0) } }
    }

    /// The strip as a sentence: `Lathe 1, since 06:00: running 4 h 12 min, stopped 24 min`.
    static func sentence(
        machine: String, when: String, episodes: [StateEpisode], range: TimeRange
    ) -> String {
        let parts = totals(episodes, in: range).map { total in
            total.state.word.lowercased() + " " + Measure.duration(seconds: total.seconds)
        }
        let list = parts.isEmpty ? "nothing seen" : parts.joined(separator: ", ")
        return "\(machine), \(when): \(list)."
    }

    /// A small sample of a form for the legend.
    static func sample(_ form: Form) -> SVGMarkup {
        let path = form.path(from: 0, to: 26, scale: 0.7, middle: 7)
        return SVGElement("svg").with("viewBox", "0 0 26 14").with("aria-hidden", "true")
            .containing([SVGElement("path", class: "b-" + form.rawValue).with("d", path)]).markup
    }

    /// Patterns that strips of a page refer to; stands once on each page.
    static let patterns: SVGMarkup = {
        func pattern(_ id: String, turn: String, parts: [SVGElement]) -> SVGElement {
            SVGElement("pattern").with("id", id).with("width", "7").with("height", "7")
                .with("patternUnits", "userSpaceOnUse").with("patternTransform", turn)
                .containing(parts)
        }
        func part(_ name: String, _ path: String) -> SVGElement {
            SVGElement("path", class: name).with("d", path)
        }
        let definitions = SVGElement("defs").containing([
            pattern(
                "h-setup", turn: "rotate(45)",
                parts: [part("p-hatch", "M0 0h7v7H0z"), part("p-paper", "M0 0h3v7H0z")]),
            pattern(
                "h-nodata", turn: "rotate(-45)",
                parts: [part("p-paper", "M0 0h7v7H0z"), part("p-nodata", "M0 0h2v7H0z")]),
            pattern(
                "h-slow", turn: "rotate(0)",
                parts: [part("p-run", "M0 0h7v7H0z"), part("p-slow", "M0 4.5h7v2H0z")]),
        ])
        return SVGElement("svg", class: "defs").with("aria-hidden", "true")
            .with("width", "0").with("height", "0").containing([definitions]).markup
    }()
}
