// What could make the answer wrong, in sentences for the owner.
import Plant
import Understand

/// The doubts of a study, gravest first.
enum Doubts {
    static func list(
        _ study: Study, _ windows: StudyWindows, _ effect: EffectFigures?
    ) -> [Doubt] {
        overlaps(study) + baseline(study) + record(study, windows) + money(study)
            + (effect.map { numbers(study, windows, $0) } ?? [])
    }

    private static func overlaps(_ study: Study) -> [Doubt] {
        let near = study.others.filter {
            abs($0.date.dayNumber - study.change.dayNumber) <= ProveLimits.overlapDays
        }
        return near.map {
            Doubt(
                .overlap,
                "Two things changed at once. \($0.name) came on \($0.date.text). "
                    + "The two cannot be told apart.", isDisqualifying: true)
        }
    }

    private static func baseline(_ study: Study) -> [Doubt] {
        var doubts: [Doubt] = []
        switch study.choice {
        case .fixedBeforehand: break
        case .becauseBad(let from, let through):
            doubts.append(
                Doubt(
                    .chosenBaseline,
                    "The machine was chosen because it ran badly from \(from.text) to "
                        + "\(through.text). Bad weeks get better by themselves, so those days "
                        + "are left out."))
        case .unknown:
            doubts.append(
                Doubt(
                    .unknownBaseline,
                    "Nobody said how the time before was chosen. If it was a bad stretch, part "
                        + "of the gain would have come by itself.", isDisqualifying: true))
        }
        let isLate = study.registered.map { $0 > study.change } ?? true
        if isLate {
            doubts.append(
                Doubt(
                    .lateRegistration,
                    "What is measured was not fixed before the change. A figure picked "
                        + "afterwards looks better than it is."))
        }
        return doubts
    }

    private static func record(_ study: Study, _ windows: StudyWindows) -> [Doubt] {
        var doubts: [Doubt] = []
        if windows.coverage < ProveLimits.coverage {
            doubts.append(
                Doubt(
                    .coverage,
                    "Only \(Int(windows.coverage * 100)) % of the time was seen; 90 % is needed."))
        }
        if Swift.min(windows.before.count, windows.after.count) < 2 * ProveLimits.leastPoints {
            doubts.append(
                Doubt(
                    .thin,
                    "There are \(windows.before.count) points before and "
                        + "\(windows.after.count) after. 24 on each side are better."))
        }
        if let first = study.points.first?.date, let last = study.points.last?.date,
            last.dayNumber - first.dayNumber < 365, !study.columns.contains("season"),
            study.untouched.isEmpty
        {
            doubts.append(
                Doubt(
                    .season,
                    "The record is shorter than a year, so a change of season looks like a "
                        + "change of the machine."))
        }
        return doubts
    }

    private static func money(_ study: Study) -> [Doubt] {
        var doubts: [Doubt] = []
        let open = study.money.costs.unanswered
        if !open.isEmpty {
            let names = open.prefix(3).map(\.question).joined(separator: "; ")
            doubts.append(
                Doubt(.costs, "\(open.count) cost lines were not answered: \(names)."))
        }
        if study.money.basis == .unanswered || study.money.worth == nil {
            doubts.append(
                Doubt(
                    .worth,
                    "Nobody said what the time won is worth, so it is shown without money."))
        }
        return doubts
    }

    private static func numbers(
        _ study: Study, _ windows: StudyWindows, _ effect: EffectFigures
    ) -> [Doubt] {
        var doubts: [Doubt] = []
        if effect.model.plain.durbinWatson < ProveLimits.durbinWatson {
            doubts.append(
                Doubt(
                    .alike,
                    "Good days follow good days. \(effect.model.plain.count) points are worth "
                        + "about \(Int(effect.model.effectiveCount)); the range allows for it."))
        }
        if effect.bootstrap95.width > 1.25 * effect.range95.width {
            doubts.append(
                Doubt(.bootstrap, "Another way to work out the range gives a wider one."))
        }
        if let found = effect.breakSearch, found.isFound, let first = windows.after.first,
            let at = (windows.before + windows.after).first(where: { $0.index == found.index }),
            abs(found.index - first.index) > 2 * study.measure.periodsPerWeek
        {
            doubts.append(
                Doubt(
                    .breakElsewhere,
                    "The clearest break in the record is on \(at.date.text), not at the change."))
        }
        if !study.untouched.isEmpty,
            let trend = DifferenceInDifferences.trendBefore(StudyWindows.periods(windows.before)),
            trend.range.excludesZero
        {
            doubts.append(
                Doubt(
                    .trendBefore,
                    "The untouched machines moved differently before the change already."))
        }
        return doubts
    }
}
