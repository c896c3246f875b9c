// The ledger's figures as indicators that can be opened: name, value, unit, coverage, working.
public import Plant

extension JobLedger {
    /// The cost of the job, with hours, energy and material as its working.
    public var cost: Indicator { JobLedger.cost(total, name: "What the job cost") }

    /// The cost of one machine's part of the job, with hours, energy and material as its working.
    public static func cost(of line: JobLine) -> Indicator {
        cost(line.account, name: "What the job cost on \(line.name)")
    }

    /// The cost of one good part, with the total and the parts as its working.
    public var costPerGoodPart: Indicator {
        var parts: [WorkingPart] = []
        if let all = total.totalCost.value {
            parts.append(
                WorkingPart(
                    name: "What the job cost", value: Double(all.minor), unit: .minorMoney,
                    note: total.totalCost.words))
        }
        if let good = total.parts.value?.good {
            parts.append(WorkingPart(name: "Good parts", value: Double(good), unit: .parts))
        }
        return JobLedger.indicator(
            "Cost of a good part", total.costPerGoodPart, .minorMoney, { Double($0.minor) },
            formula: "What the job cost, divided by its good parts, rounded once", rule: .ratio,
            parts: parts)
    }

    /// Good parts over planned parts, with both as its working.
    public var done: Indicator {
        var parts: [WorkingPart] = []
        if let good = total.parts.value?.good {
            parts.append(WorkingPart(name: "Good parts", value: Double(good), unit: .parts))
        }
        if let planned = total.planned.value {
            parts.append(WorkingPart(name: "Planned parts", value: Double(planned), unit: .parts))
        }
        return JobLedger.indicator(
            "Share of the job that is done", total.done, .ratio, { $0 },
            formula: "Good parts divided by planned parts", rule: .ratio, parts: parts)
    }

    /// How much longer it ran than planned, with both times as its working.
    public var overrun: Indicator {
        var parts = [
            WorkingPart(name: "Running", value: total.times.running.seconds, unit: .seconds)
        ]
        if let expected = total.expected.value {
            parts.append(
                WorkingPart(
                    name: "Planned time for all parts made", value: expected.seconds,
                    unit: .seconds))
        }
        return JobLedger.indicator(
            "Running time against plan", total.difference, .seconds, \.seconds,
            formula: "Running time less planned time per part × parts made", rule: .difference,
            parts: parts)
    }

    private static func cost(_ account: JobAccount, name: String) -> Indicator {
        let parts: [(String, JobFigure<Money>)] = [
            ("Machine hours", account.hoursCost), ("Energy", account.energyCost),
            ("Material", account.materialCost),
        ]
        return indicator(
            name, account.totalCost, .minorMoney, { Double($0.minor) },
            formula: "Machine hours, energy and material of every part made. Of it went into"
                + " scrap: \(account.scrapCost.words)", rule: .sum,
            parts: parts.compactMap { label, figure in
                figure.value.map {
                    WorkingPart(
                        name: label, value: Double($0.minor), unit: .minorMoney,
                        note: figure.words)
                }
            })
    }

    private static func indicator<Value>(
        _ name: String, _ figure: JobFigure<Value>, _ unit: IndicatorUnit,
        _ number: (Value) -> Double, formula: String, rule: WorkingRule, parts: [WorkingPart]
    ) -> Indicator {
        let value: IndicatorValue =
            if let known = figure.value {
                .amount(number(known))
            } else {
                .undefined(figure.reason ?? "")
            }
        let bound: [String] =
            switch figure.bound {
            case .exact: []
            case .atLeast: ["A part is missing: it really is this much or more."]
            case .open: ["Parts are missing: it may really be more or less."]
            }
        return Indicator(
            name: name, value: value, unit: unit, coverage: figure.coverage,
            definition: definition,
            working: Working(
                formula: formula, rule: rule, parts: parts, gaps: bound + figure.gaps))
    }
}
