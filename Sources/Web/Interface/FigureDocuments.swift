// Figures with everything they were made from, and the ranking of losses, as documents.

import Hummingbird
import Loop
import Plant

/// Documents about figures.
enum FigureDocuments {
    /// `GET /api/v1/figures/{figure}`.
    static func figure(_ ask: Ask) async throws -> Response {
        let keyed = try await ask.world.indicator(FigureAddress.key(ask))
        let pieces = try await ask.world.pieces(
            of: keyed.indicator.working.signals, range: keyed.key.range)
        guard
            case .object(let members) = document(keyed, currency: ask.world.factory.currency)
        else { return Answer.json(.null) }
        return Answer.json(
            .object(
                members + [
                    ("piece_count", .whole(Int64(pieces.count))),
                    ("pieces", .list(pieces.prefix(WebLimits.pieces).map(piece))),
                ]))
    }

    private static func piece(_ piece: SourcePiece) -> JSONValue {
        .object([
            ("signal", .whole(Int64(piece.signal.number))), ("file", .text(piece.file)),
            ("group", .whole(Int64(piece.group))), ("first", .time(piece.first)),
            ("last", .time(piece.last)), ("revision", .whole(Int64(piece.revision))),
            ("rows", .whole(Int64(piece.rows))), ("is_damaged", .flag(piece.isDamaged)),
        ])
    }

    /// A figure and its working.
    static func document(_ keyed: KeyedIndicator, currency: Currency) -> JSONValue {
        let indicator = keyed.indicator
        let working = indicator.working
        var members: [(String, JSONValue)] = [
            ("figure", .text(keyed.key.figure.rawValue)),
            ("machine", .text(orNull: keyed.key.machine?.text)),
            ("reason", .text(orNull: keyed.key.reason?.text)),
            ("from", .time(keyed.key.range.start)), ("to", .time(keyed.key.range.end)),
        ]
        members += fields(indicator, currency: currency)
        members += [
            ("formula", .text(working.formula)), ("rule", .text(working.rule.rawValue)),
            (
                "parts",
                .list(
                    working.parts.map { part in
                        .object([
                            ("name", .text(part.name)), ("value", .number(part.value)),
                            ("unit", .text(part.unit.code)), ("note", .text(part.note)),
                        ])
                    })
            ),
            ("signals", .list(working.signals.map { .whole(Int64($0.number)) })),
            ("entries", .list(working.entries.map { .whole($0) })),
            ("gaps", .list(working.gaps.map { .text($0) })),
        ]
        return .object(members)
    }

    /// A figure without its working.
    static func short(_ indicator: Indicator) -> JSONValue {
        .object(fields(indicator, currency: nil))
    }

    private static func fields(
        _ indicator: Indicator, currency: Currency?
    ) -> [(String, JSONValue)] {
        let words: String? =
            switch indicator.value {
            case .amount: nil
            case .withheld(let words), .undefined(let words): words
            }
        var members: [(String, JSONValue)] = [
            ("name", .text(indicator.name)),
            ("value", indicator.value.amount.map { .number($0) } ?? .null),
            ("unit", .text(indicator.unit.code)), ("why_none", .text(orNull: words)),
            ("coverage", .number(indicator.coverage)),
            ("definition", .text(indicator.definition)),
        ]
        if case .range(let low, let high, let what) = indicator.certainty {
            members.append(
                (
                    "interval",
                    .object([
                        ("low", .number(low)), ("high", .number(high)), ("of", .text(what)),
                    ])
                ))
        } else {
            members.append(("interval", .null))
        }
        if indicator.unit == .minorMoney, let currency, let amount = indicator.value.amount {
            let money = Money(minor: Int64(amount.rounded()), currency: currency)
            members.append(
                (
                    "money",
                    .object([
                        ("amount", .text(money.text)), ("currency", .text(currency.code)),
                    ])
                ))
        }
        return members
    }

    /// `GET /api/v1/time`.
    static func time(_ ask: Ask) async throws -> Response {
        let machine = try ask.slug(query: "machine")
        if let machine, ask.world.factory.machines[machine] == nil {
            throw Problem(.notFound, "There is no machine with the id \(machine.text).")
        }
        let range = try ask.range(
            fallback: RangeChoice.today.range(
                at: ask.world.time, calendar: ask.world.calendar))
        let picture = try await ask.world.time(range: range, machine: machine)
        let currency = ask.world.factory.currency
        return try TableForm.answer(
            ask, name: "losses", sheets: { LossTable.sheets(picture, ask) },
            rows: { LossTable.rows(picture, currency) },
            document: { document(picture, currency) })
    }

    private static func document(_ picture: TimePicture, _ currency: Currency) -> JSONValue {
        .object([
            ("from", .time(picture.range.start)), ("to", .time(picture.range.end)),
            ("previous_from", .time(picture.previous.start)),
            ("previous_to", .time(picture.previous.end)),
            ("machine", .text(orNull: picture.machine?.text)),
            ("sentence", .text(picture.sentence)),
            ("losses", .list(picture.losses.map(loss))),
            ("total", document(picture.total, currency: currency)),
            ("money", document(picture.money, currency: currency)),
            (
                "strips",
                .list(
                    picture.strips.map { strip in
                        .object([
                            ("machine", .text(strip.machine.id.text)),
                            ("running_share", short(strip.runningShare.indicator)),
                            ("states", .list(strip.episodes.map(MachineDocuments.episode))),
                        ])
                    })
            ),
            ("oee", .list(picture.oee.map { document($0, currency: currency) })),
            ("changeovers", .text(orNull: picture.changeovers)),
            ("money_rules", .list(picture.moneyRules.map { .text($0) })),
            ("gaps", .list(picture.gaps.map { .text($0) })),
        ])
    }

    private static func loss(_ line: LossLine) -> JSONValue {
        .object([
            ("reason", .text(orNull: line.reason?.text)), ("name", .text(line.name)),
            ("is_unexplained", .flag(line.isUnexplained)),
            ("stops", .whole(Int64(line.stops))),
            ("time", short(line.time.indicator)),
            ("previous_s", .number(line.previousSeconds)),
            ("money", line.money.map(short) ?? .null),
        ])
    }
}

extension IndicatorUnit {
    /// The unit's name in the interface.
    var code: String {
        switch self {
        case .ratio: "ratio"
        case .seconds: "s"
        case .parts: "parts"
        case .kilowattHours: "kWh"
        case .minorMoney: "minor_money"
        case .count: "count"
        }
    }
}
