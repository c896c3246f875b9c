// A figure as a page shows it: value in words, doubt in words, address of its working.

import Loop
import Plant
import Understand

/// Texts of figures.
enum FigureText {
    /// What a figure is called on pages; the words of standards stand only under "more".
    static func name(_ indicator: Indicator, figure: Figure) -> String {
        switch figure {
        case .runningShare: "Running share"
        case .timeLost: "Time lost"
        case .lostMoney: "What that cost"
        case .reasonsGiven: "Reasons given"
        case .unexplainedShare: "Of it, nobody has said why"
        case .energy: "Power used"
        case .energyCost: "What it cost"
        case .idleEnergy: "Used with nothing running"
        case .idleCost: "What that cost"
        case .parts: "Parts made"
        case .goodParts: "Good parts"
        case .oee: "OEE"
        case .availability: "Availability"
        case .effectiveness: "Effectiveness"
        case .qualityRatio: "Quality"
        case .reasonTime: "Time lost: " + Plain.midSentence(indicator.name)
        case .unseenTime: "Time not seen"
        case .betweenFailures: "Running time between failures"
        case .repairTime: "Time to repair"
        }
    }

    /// What a figure is called where it stands alone.
    static func fullName(_ indicator: Indicator, figure: Figure) -> String {
        switch figure {
        case .lostMoney: "Cost of the lost time"
        case .unexplainedShare: "Share of the lost time that nobody has explained"
        case .energyCost: "Cost of the power used"
        case .idleCost: "Cost of power used with nothing running"
        default: name(indicator, figure: figure)
        }
    }

    /// A figure as the beginning of a sentence: `31 parts were made on Lathe 1`.
    static func said(_ figure: Figure, name: String, value: String, machine: String?) -> String {
        let place = machine.map { " on " + $0 } ?? ""
        let isOne = value == "1" || value.hasPrefix("1" + Measure.space + "part")
        let were = isOne ? " was" : " were"
        switch figure {
        case .timeLost: return value + " were lost" + place
        case .lostMoney: return "The lost time\(place) cost " + value
        case .reasonsGiven:
            return value + (isOne ? " stop\(place) has" : " stops\(place) have") + " a reason"
        case .energy: return value + " were used" + place
        case .energyCost: return "The power used\(place) cost " + value
        case .idleEnergy: return value + " were used\(place) with nothing running"
        case .idleCost: return "Power used\(place) with nothing running cost " + value
        case .parts: return value + were + " made" + place
        case .goodParts: return value + were + " good" + place
        case .unseenTime: return value + " were not seen" + place
        case .runningShare, .oee, .availability, .effectiveness, .qualityRatio, .reasonTime,
            .unexplainedShare, .betweenFailures, .repairTime:
            return name + (machine.map { " of " + $0 } ?? "") + " was " + value
        }
    }

    /// The value with its unit, or the words that stand in its place.
    static func value(_ indicator: Indicator, currency: Currency) -> String {
        switch indicator.value {
        case .amount(let amount): amountText(amount, unit: indicator.unit, currency: currency)
        case .withheld(let words), .undefined(let words): words
        }
    }

    /// An amount in a unit.
    static func amountText(
        _ amount: Double, unit: IndicatorUnit, currency: Currency
    ) -> String {
        switch unit {
        case .ratio: Plain.percent(amount)
        case .seconds: Measure.duration(seconds: amount)
        case .parts:
            Plain.number(Int64(amount.rounded())) + Measure.space
                + (amount.rounded() == 1 ? "part" : "parts")
        case .kilowattHours:
            Plain.decimal(amount, places: amount.magnitude < 10 ? 1 : 0) + Measure.space + "kWh"
        case .minorMoney: Plain.money(Money(minor: Int64(amount.rounded()), currency: currency))
        case .count: Plain.number(Int64(amount.rounded()))
        }
    }

    /// An amount to the last digit that matters, for recomputing by hand.
    static func exact(_ amount: Double, unit: IndicatorUnit, currency: Currency) -> String {
        switch unit {
        case .ratio: Plain.decimal(amount, places: 4)
        case .seconds: Plain.decimal(amount, places: 0) + Measure.space + "s"
        case .parts, .count: Plain.number(Int64(amount.rounded()))
        case .kilowattHours: Plain.decimal(amount, places: 2) + Measure.space + "kWh"
        case .minorMoney:
            Money(minor: Int64(amount.rounded()), currency: currency).text + Measure.space
                + currency.code
        }
    }

    /// How sure the figure is, nil when it is exact.
    static func doubt(_ indicator: Indicator, currency: Currency) -> String? {
        guard case .range(let low, let high, let words) = indicator.certainty else { return nil }
        let from = amountText(low, unit: indicator.unit, currency: currency)
        let to = amountText(high, unit: indicator.unit, currency: currency)
        return "Between \(from) and \(to) " + words
    }

    /// The address under which a figure opens (D6).
    static func address(_ key: FigureKey) -> String {
        var query = "from=\(key.range.start.millisecondsSince1970)"
        query += "&to=\(key.range.end.millisecondsSince1970)"
        if let machine = key.machine { query += "&machine=\(machine.text)" }
        if let reason = key.reason { query += "&reason=\(reason.text)" }
        return "/how/\(key.figure.rawValue)?\(query)"
    }
}
