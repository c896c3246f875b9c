// What a trial says, in words: values, what they look like, how the device does.

import Loop
import Plant
import Understand

/// Words about values that are only looked at.
enum TrialWords {
    /// The newest value with its unit.
    static func value(_ trace: TrialTrace?, unit: String) -> String {
        guard let last = trace?.last else { return "nothing yet" }
        guard last.isUsable else { return "not seen" }
        return SignalText.value(
            LastValue(time: last.time, value: last.value, quality: .good), unit: unit)
    }

    /// What the values look like so far.
    static func seen(
        _ signal: DraftSignal, _ trace: TrialTrace?, refused: String?, in draft: ConnectDraft
    ) -> String {
        if let refused { return refused }
        guard let trace, let last = trace.last else { return "" }
        switch last.value {
        case .flag, .text:
            let kinds = Set(trace.values.map(\.asText))
            return kinds.count > 1 ? "Changing" : "Has not changed yet"
        case .number, .integer: return draft.guess(signal, trace)
        }
    }

    /// How the device does.
    static func standing(_ standing: TrialStanding, place: String) -> String {
        if let problem = standing.problem {
            return "No answer from \(place): \(problem). \(standing.remedy)"
        }
        guard standing.isUp else { return "Asking \(place)…" }
        let complaint = standing.complaint.map { " It refused something: \($0)." } ?? ""
        return standing.traces.isEmpty
            ? "It answers; the first values come in a moment." + complaint
            : "It answers. These are its values now." + complaint
    }

    /// The state in words, with the code of pages.
    static func state(_ state: ObservedState) -> (word: String, code: String) {
        switch state {
        case .running: ("Running", "running")
        case .idle, .off: ("Stopped", "stopped")
        case .fault: ("Fault", "fault")
        case .unknown: ("Not known yet", "unknown")
        }
    }

    /// Signals as rows.
    static func rows(
        _ draft: ConnectDraft, _ standing: TrialStanding, chosenOnly: Bool
    ) -> [ConnectModel.Row] {
        draft.signals.filter { !chosenOnly || $0.isChosen }.map { signal in
            let trace = standing.traces[signal.slug]
            let isNumber = trace?.last.map { $0.value.asDouble != nil && !$0.value.isFlag } ?? true
            let type = signal.options["type"] ?? ""
            let isTexty = ["text", "flag", "bit", "ascii"].contains(type)
            let scale = signal.options["scale"].map { "read × \($0)" }
            let order = signal.options["order"].map { "byte order \($0)" }
            let fixed = [scale, order].compactMap(\.self).joined(separator: ", ")
            return ConnectModel.Row(
                id: signal.slug.text, title: signal.name, read: signal.read,
                isChosen: signal.isChosen, value: value(trace, unit: signal.unit),
                seen: seen(
                    signal, trace, refused: standing.refused[signal.slug], in: draft),
                isNumber: isNumber && !isTexty,
                hasOrder: draft.kind.hasPrefix("modbus")
                    && (type.contains("32") || type.contains("64")),
                fixed: fixed.isEmpty ? nil : fixed)
        }
    }
}

extension Scalar {
    fileprivate var isFlag: Bool { if case .flag = self { true } else { false } }
}
