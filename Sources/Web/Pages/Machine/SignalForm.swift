// What kind of thing a signal tells: a measured value, a count that grows, a code, a switch.

import Loop
import Plant
import Understand

/// How the values of a signal are drawn and said.
enum SignalForm: Sendable, Hashable {
    /// A measured value: a line with its spread.
    case measured
    /// A count or a meter that only grows.
    case counted(isWhole: Bool)
    /// A whole number that stands for something, with the words that are known for it.
    case coded([String: String])
    /// On or off.
    case switched

    /// The form of a signal by what its machine uses it for.
    init(_ signal: Signal, on machine: Machine) {
        let isWhole = signal.kind == .integer
        if signal.kind == .flag {
            self = .switched
        } else if machine.counts?.total == signal.id || machine.counts?.scrap == signal.id {
            self = .counted(isWhole: isWhole)
        } else if case .register(signal.id)? = machine.energy {
            self = .counted(isWhole: isWhole)
        } else if case .explicit(signal.id, let meanings)? = machine.stateRules.last?.value.source {
            self = .coded(meanings.mapValues(\.code))
        } else {
            self = isWhole && signal.unit.isEmpty ? .coded([:]) : .measured
        }
    }

    /// Whether values hold until the next one, so that they are drawn as steps.
    var isStepped: Bool {
        switch self {
        case .measured, .counted(isWhole: false): false
        case .counted(isWhole: true), .coded, .switched: true
        }
    }

    /// Whether only whole numbers make sense as marks.
    var isWhole: Bool { isStepped }
}

/// The values of a chart as sentences.
struct ChartWords: Sendable {
    /// How the signal is said.
    let form: SignalForm
    /// The unit as people write it; may be empty.
    let unit: String
    /// Decimals that tell the values apart.
    let places: Int

    init(_ chart: SignalChart, form: SignalForm, last: LastValue?) {
        self.form = form
        unit = Measure.unit(chart.signal.unit)
        let seen = chart.buckets.filter { $0.count > 0 }
        var values = seen.flatMap { [$0.minimum, $0.maximum] }
        if let last, !last.quality.isBad, let value = last.value.asDouble { values.append(value) }
        places = form.isWhole ? 0 : Measure.places(values)
    }

    /// A value alone.
    func number(_ value: Double) -> String {
        guard value.isFinite else { return "not a number" }
        if form == .switched { return value == 0 ? "off" : value == 1 ? "on" : percent(value) }
        return Plain.decimal(value, places: places)
    }

    /// A mean alone; codes have none.
    func mean(_ value: Double) -> String {
        switch form {
        case .switched: percent(value)
        case .coded: ""
        case .measured, .counted: number(value)
        }
    }

    private func percent(_ value: Double) -> String { Plain.percent(value) + " on" }

    /// A value with its unit, or with what it stands for.
    func value(_ value: Double) -> String {
        if case .coded(let meanings) = form {
            let code = Scalar.number(value).asText
            return number(value) + (meanings[code].map { " (\($0))" } ?? "")
        }
        return Measure.joined(number(value), unit: unit)
    }

    /// All of a chart in a few words: what is now, what was.
    func sentence(_ chart: SignalChart, last: LastValue?, when: String) -> String {
        let seen = chart.buckets.filter { $0.count > 0 }
        guard let first = seen.first, let final = seen.last,
            let least = seen.map(\.minimum).min(), let most = seen.map(\.maximum).max()
        else { return "Nothing seen, \(when)." }
        var newest = ""
        if let last {
            let number = last.quality.isBad ? nil : last.value.asDouble
            newest = number.map { "It is \(value($0)) now. " } ?? "It is not seen now. "
        }
        if form == .switched { return newest + switched(seen, when: when) }
        if least == most { return newest + "It stayed at \(value(least)), \(when)." }
        if case .counted = form, first.first == least, final.last == most {
            let grown = Measure.joined(number(most - least), unit: unit)
            return newest + "It grew by \(grown), \(when)."
        }
        return newest + "It lay between \(value(least)) and \(value(most)), \(when)."
    }

    private func switched(_ seen: [Bucket], when: String) -> String {
        let on = seen.reduce(0.0) { $0 + $1.mean * $1.range.elapsed.seconds }
        if on <= 0 { return "It stayed off, \(when)." }
        if seen.allSatisfy({ $0.minimum == 1 }) { return "It stayed on, \(when)." }
        return "It was on for about \(Measure.duration(seconds: on)), \(when)."
    }
}
