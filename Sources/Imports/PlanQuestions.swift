// Asks what a plan leaves open once its columns are known: units, days, signals of measured values.

import Plant
import Sheets

/// The open questions of a plan whose columns are all known.
struct PlanQuestions {
    let plan: ImportPlan
    let kind: TableKind
    let table: TableGuess
    let site: ImportSite

    /// All of them, in the order in which they are asked.
    var all: [ImportQuestion] { [durationUnit, dayMeaning].compactMap(\.self) + signals }

    private func column(_ role: ColumnRole) -> ColumnGuess? {
        table.columns.first { plan.roles[$0.index] == role }
    }

    /// Minutes, hours or seconds, where numbers are lengths of time and nothing says which.
    private var durationUnit: ImportQuestion? {
        guard plan.durationUnit == nil, let column = column(.minutes),
            [.whole, .decimal, .text].contains(column.kind)
        else { return nil }
        let example = column.examples.first { !$0.isEmpty } ?? ""
        return ImportQuestion(
            .durationUnit, "\(example.quoted) in \(column.name.quoted): minutes, hours or seconds?",
            [.minutes, .hours, .seconds].map {
                .init("\(example) \($0.rawValue)", .durationUnit($0))
            })
    }

    /// What a day means, where rows have no times, or where a night belongs to the day before.
    private var dayMeaning: ImportQuestion? {
        guard plan.dayMeaning == nil, plan.knows(.day), kind != .jobs, !plan.has(.shift) else {
            return nil
        }
        let hasTimes = plan.has(.start) || plan.has(.hour)
        if hasTimes {
            let isClock = plan.has(.hour) || column(.start)?.kind != .dateTime
            guard isClock, site.hasNightShift else { return nil }
        } else if site.calendar.versions.allSatisfy(\.shifts.isEmpty) {
            // Without shifts a day can only be a day of the calendar.
            return nil
        }
        let text =
            hasTimes
            ? "Which day do times after midnight belong to: their own, or that of the shift which"
                + " began the evening before?"
            : "From when until when is a day in this file?"
        return ImportQuestion(
            .dayMeaning, text, DayMeaning.allCases.map { .init($0.words, .dayMeaning($0)) })
    }

    /// The signal of each column of measured values.
    private var signals: [ImportQuestion] {
        guard kind == .measurements else { return [] }
        return table.columns.compactMap { column in
            guard plan.roles[column.index] == .measurement(nil) else { return nil }
            let key = NameIndex.key(column.name)
            let known = site.signals.values
                .filter { $0.kind == .number || $0.kind == .integer }
                .map { (signal: $0, score: NearText.score(key, NameIndex.key($0.name))) }
                .sorted { ($1.score, $0.signal.id) < ($0.score, $1.signal.id) }
                .prefix(ImportsLimits.previewRows)
            let choices = known.map { entry in
                let owner = entry.signal.machine.map { ", " + site.name($0) } ?? ""
                return ImportQuestion.Choice(
                    entry.signal.name + owner,
                    .roles([column.index: .measurement(.signal(entry.signal.id))]))
            }
            return ImportQuestion(
                .column(column.index), "Which signal are the values of \(column.name.quoted)?",
                choices + [.init("Leave them out", .roles([column.index: .ignore]))])
        }
    }
}
