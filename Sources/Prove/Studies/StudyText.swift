// A study as canonical JSON: names sorted, no spaces, decimals as texts.
public import Plant

extension Study {
    /// The text that is stored, exported and hashed (`docs/formats/study.md`).
    public var canonicalBytes: [UInt8] { fact.canonicalBytes }

    /// The study as content.
    public var fact: Fact {
        .object([
            "form": .text("study/1"), "method": .text(Study.method), "name": .text(name),
            "machine": .text(machine.text), "measure": measureFact,
            "change": .text(change.text),
            "registered": registered.map { .text($0.text) } ?? .none, "choice": choiceFact,
            "exclusions": .list(
                exclusions.map {
                    .object([
                        "from": .text($0.from.text), "through": .text($0.through.text),
                        "reason": .text($0.reason),
                    ])
                }),
            "others": .list(
                others.map { .object(["date": .text($0.date.text), "name": .text($0.name)]) }),
            "terms": .object([
                "trend": .flag(terms.hasTrend), "slope": .flag(terms.hasSlope),
            ]),
            "columns": .list(columns.map { .text($0) }),
            "untouched": .list(untouched.map { .text($0) }),
            "points": .list(points.map(Study.fact)), "money": moneyFact,
            "seed": .text(String(seed)),
        ])
    }

    private var measureFact: Fact {
        .object([
            "name": .text(measure.name), "unit": .text(measure.unit),
            "better": .text(measure.isLessBetter ? "less" : "more"),
            "periods_per_week": .whole(Int64(measure.periodsPerWeek)),
        ])
    }

    private var choiceFact: Fact {
        switch choice {
        case .fixedBeforehand: .object(["kind": .text("fixed-beforehand")])
        case .unknown: .object(["kind": .text("unknown")])
        case .becauseBad(let from, let through):
            .object([
                "kind": .text("because-bad"), "from": .text(from.text),
                "through": .text(through.text),
            ])
        }
    }

    private static func fact(_ point: StudyPoint) -> Fact {
        .object([
            "index": .whole(Int64(point.index)), "date": .text(point.date.text),
            "value": .text(DecimalText.of(point.value)),
            "coverage": .text(DecimalText.of(point.coverage)),
            "columns": .list(point.columns.map { .text(DecimalText.of($0)) }),
            "untouched": .list(point.untouched.map { .text(DecimalText.of($0)) }),
        ])
    }

    private var moneyFact: Fact {
        var lines: [String: Fact] = [:]
        for (line, amount) in money.costs.answers {
            lines[line.rawValue] = .list([
                .whole(amount.low), .whole(amount.mode), .whole(amount.high),
            ])
        }
        let grants = money.costs.grants.map { grant in
            Fact.object([
                "scheme": .text(grant.scheme), "amount": .whole(grant.amount),
                "source": .text(grant.source), "checked_on": .text(grant.checkedOn.text),
            ])
        }
        return .object([
            "currency": .text(money.costs.currency.code), "costs": .object(lines),
            "grants": .list(grants), "basis": .text(money.basis.rawValue),
            "worth": money.worth.map { worth in
                .list([worth.low, worth.mode, worth.high].map { .text(DecimalText.of($0)) })
            } ?? .none,
            "weeks_per_year": .whole(Int64(money.weeksPerYear)),
            "limit_weeks": .whole(Int64(money.limitWeeks)),
            "rate": .text(DecimalText.of(money.rate)), "years": .whole(Int64(money.years)),
            "residual": .whole(money.residual),
        ])
    }
}

/// Decimal texts that give the same number again.
enum DecimalText {
    /// The shortest text that reads as the same number; a whole number has no point.
    static func of(_ value: Double) -> String {
        if value == 0 { return "0" }
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A finite number from digits, sign, point and exponent; nil otherwise.
    static func number(_ text: String) -> Double? {
        guard (1...40).contains(text.utf8.count),
            text.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
            }), let value = Double(text), abs(value) <= ProveLimits.largest
        else { return nil }
        return value
    }
}
