// What a trial shows of the state: by which signal, above which mark, and how that looks now.

import Loop
import Plant
import Understand

/// A draft and its live values, as the step "Check it" sees them.
struct ConnectLooking {
    let draft: ConnectDraft
    let now: Timestamp
    /// What the box would suggest.
    let suggested: DraftState?
    /// How running is seen: as said by a person, else as suggested.
    let state: DraftState?
    /// The signal that tells it; without any, the first that could.
    let signal: DraftSignal?
    let trace: TrialTrace

    init(draft: ConnectDraft, standing: TrialStanding, now: Timestamp) {
        self.draft = draft
        self.now = now
        let suggested = draft.suggestedState(standing.traces)
        let state = draft.state ?? suggested
        let signal =
            draft.signals.first { $0.slug == state?.signal }
            ?? draft.signals.first { $0.isChosen && $0.means != "parts" && $0.means != "energy" }
        self.suggested = suggested
        self.state = state
        self.signal = signal
        trace = signal.flatMap { standing.traces[$0.slug] } ?? TrialTrace()
    }

    /// The mark, nil where there is none.
    var above: Double? { state?.above }

    /// Whether the signal is a number, so that there is a mark to set.
    var isLevel: Bool {
        guard let signal else { return false }
        if case .flag? = trace.last?.value { return false }
        if case .text? = trace.last?.value { return false }
        return !["text", "flag", "bit", "ascii"].contains(signal.options["type"] ?? "")
    }

    var unit: String? { signal.flatMap { $0.unit.isEmpty ? nil : Measure.unit($0.unit) } }

    /// The state as the mark says it.
    var observed: ObservedState {
        var draft = draft
        draft.state = state
        return draft.observed(trace)
    }

    var sentence: String {
        switch observed {
        case .running: "Is this right? \(name) is running."
        case .idle, .off: "Is this right? \(name) is stopped."
        case .fault: "Is this right? \(name) has a fault."
        case .unknown: "Watch \(name) for a minute."
        }
    }

    private var name: String {
        draft.machineName.isEmpty ? "the machine" : draft.machineName
    }

    var lookWords: String {
        isLevel
            ? "Look at the machine. When it works, the line should be above the dashed mark."
            : "Look at the machine. The word above should say what it does."
    }

    /// The suggested mark as the field takes it, nil where there is none for this signal.
    var suggestedMark: String? {
        guard let suggested, suggested.signal == signal?.slug else { return nil }
        return suggested.above.map(ConnectPage.plain)
    }

    var suggestion: String {
        guard let suggested, suggested.signal == signal?.slug else {
            return isLevel
                ? "One level seen so far. Let it work, then stand still for a minute: the mark is"
                    + " suggested by itself."
                : ""
        }
        guard let above = suggested.above else { return "" }
        let text = Measure.joined(Measure.value(above), unit: unit ?? "")
        return "We suggest \(text): halfway between the two levels we saw. Dips under 10 seconds"
            + " are ignored."
    }

    /// What the highest and the lowest line of the drawing stand for.
    var top: String {
        guard let scale = TrialChart(trace: trace, above: above, now: now).scale,
            !trace.numbers.isEmpty
        else { return "" }
        let unit = unit ?? ""
        return Measure.joined(Measure.value(scale.low), unit: unit) + " to "
            + Measure.joined(Measure.value(scale.high), unit: unit)
    }

    var chart: SVGMarkup? {
        let label =
            "\(signal?.name ?? "The signal") in the last two minutes, now "
            + TrialWords.value(trace, unit: signal?.unit ?? "")
        return TrialChart(trace: trace, above: above, now: now).drawing(label: label)
    }
}
