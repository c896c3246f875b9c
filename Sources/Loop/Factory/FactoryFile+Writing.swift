// Writing a site as factory.toml: the same text for the same site, fit for version control.

import Plant

extension FactoryFile {
    /// The text of a site; reading it back gives the same description.
    public static func write(_ description: FactoryDescription) -> String {
        var lines = ["# A whole site as text. Check it: millwright factory check FILE"]
        writeSite(description, into: &lines)
        for (id, name) in description.areas.sorted(by: { $0.key < $1.key }) {
            lines += ["", "[[area]]", "id = \(quoted(id.text))", "name = \(quoted(name))"]
        }
        writeCalendar(description.calendar, into: &lines)
        for reason in description.reasons {
            lines += ["", "[[reason]]", "id = \(quoted(reason.id.text))"]
            let names = reason.names.sorted { $0.key < $1.key }
                .map { ", \(quoted($0.key)) = \(quoted($0.value))" }
            lines.append(
                names.isEmpty
                    ? "name = \(quoted(reason.name))"
                    : "name = { en = \(quoted(reason.name))\(names.joined()) }")
            lines.append("loss = \(quoted(reason.loss.rawValue))")
            if let place = reason.place { lines.append("place = \(place)") }
            if !reason.details.isEmpty { lines.append("details = " + list(reason.details)) }
        }
        for connection in description.connections {
            lines += ["", "[[connection]]", "id = \(quoted(connection.id.text))"]
            lines.append("kind = \(quoted(connection.kind))")
            lines += settings(connection.settings)
        }
        for machine in description.machines { write(machine, into: &lines) }
        writeMoney(description, into: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func writeSite(_ description: FactoryDescription, into lines: inout [String]) {
        lines += ["", "[site]"]
        if let name = description.name { lines.append("name = \(quoted(name))") }
        if let zone = description.zone { lines.append("zone = \(quoted(zone))") }
        if let currency = description.currency {
            lines.append("currency = \(quoted(currency.code))")
        }
        let rates: [(RateKind, String)] = [
            (.hourAvoided, "hour_is_worth"), (.hourSold, "hour_can_be_sold_for"),
            (.hourCost, "hour_costs"),
            (.kilowattHour, "kwh_costs"),
        ]
        for (kind, key) in rates {
            guard let rate = description.rates[kind] else { continue }
            let currency = quoted(rate.currency.code)
            lines.append("\(key) = { amount = \(quoted(rate.text)), currency = \(currency) }")
        }
        if let constraint = description.constraint {
            lines.append("constraint = \(quoted(constraint.text))")
        }
    }

    private static func writeCalendar(_ calendar: CalendarVersion?, into lines: inout [String]) {
        guard let calendar else { return }
        lines += ["", "[calendar]", "from = \(calendar.validFrom.text)"]
        if !calendar.daysOff.isEmpty {
            let days = calendar.daysOff.sorted().map(\.text).joined(separator: ", ")
            lines.append("days_off = [\(days)]")
        }
        for shift in calendar.shifts {
            lines += ["", "[[shift]]", "id = \(quoted(shift.id.text))"]
            lines.append("name = \(quoted(shift.name))")
            lines.append("days = " + list(shift.days.sorted().map(\.shortName)))
            lines += ["from = \(clock(shift.hours.from))", "to = \(clock(shift.hours.to))"]
            if !shift.breaks.isEmpty {
                let breaks = shift.breaks.map {
                    "{ from = \(clock($0.from)), to = \(clock($0.to)) }"
                }
                lines.append("breaks = [" + breaks.joined(separator: ", ") + "]")
            }
        }
    }

    private static func write(_ machine: DescribedMachine, into lines: inout [String]) {
        lines += ["", "[[machine]]", "id = \(quoted(machine.id.text))"]
        lines.append("name = \(quoted(machine.name))")
        if let area = machine.area { lines.append("area = \(quoted(area.text))") }
        for signal in machine.signals {
            lines += ["", "  [[machine.signal]]", "  id = \(quoted(signal.slug.text))"]
            lines.append("  name = \(quoted(signal.name))")
            lines.append("  connection = \(quoted(signal.source.connection.text))")
            lines.append("  read = \(quoted(signal.source.address))")
            lines.append("  kind = \(quoted(signal.kind.word))")
            if !signal.unit.isEmpty { lines.append("  unit = \(quoted(signal.unit))") }
            lines += settings(signal.source.options).map { "  " + $0 }
        }
        if let state = machine.state { write(state, into: &lines) }
        if let counts = machine.counts {
            lines += ["", "  [machine.counts]", "  total = \(quoted(counts.total.text))"]
            if let scrap = counts.scrap { lines.append("  scrap = \(quoted(scrap.text))") }
            lines.append("  bits = \(counts.bits)")
        }
        if let energy = machine.energy {
            let key = energy.isRegister ? "register" : "power"
            lines += ["", "  [machine.energy]", "  \(key) = \(quoted(energy.signal.text))"]
        }
    }

    private static func write(_ state: DescribedState, into lines: inout [String]) {
        lines += ["", "  [machine.state]", "  signal = \(quoted(state.signal.text))"]
        if let running = state.running { lines.append("  running = " + threshold(running)) }
        if let idle = state.idle { lines.append("  idle = " + threshold(idle)) }
        if let fault = state.fault { lines.append("  fault = \(quoted(fault.text))") }
        lines.append("  running_after = \(quoted(state.runningDwell.settingText))")
        lines.append("  stopped_after = \(quoted(state.stoppedDwell.settingText))")
        lines.append("  silent_after = \(quoted(state.staleAfter.settingText))")
        if state.holds { lines.append("  holds = true") }
        if !state.meanings.isEmpty {
            let values = state.meanings.sorted { $0.key < $1.key }.map {
                "\(quoted($0.key)) = \(quoted($0.value.code))"
            }
            lines.append("  values = { " + values.joined(separator: ", ") + " }")
        }
    }

    private static func threshold(_ threshold: Threshold) -> String {
        "{ above = \(threshold.rise), below = \(threshold.fall) }"
    }

    private static func settings(_ settings: [String: String]) -> [String] {
        settings.sorted { $0.key < $1.key }.map { key, value in
            if value.hasPrefix("file:") {
                return "\(key) = { file = \(quoted(String(value.dropFirst(5)))) }"
            }
            return "\(key) = \(quoted(value))"
        }
    }

    static func clock(_ seconds: Int) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let day = seconds % 86400
        return "\(two(day / 3600)):\(two(day / 60 % 60)):\(two(day % 60))"
    }

    static func list(_ texts: [String]) -> String {
        "[" + texts.map(quoted).joined(separator: ", ") + "]"
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
