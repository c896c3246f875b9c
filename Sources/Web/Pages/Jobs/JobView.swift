// A job's picture as its pages show it.

import Loop
import Plant
import Understand

/// Turns what is known of a job into what a template shows.
struct JobView {
    private let picture: JobPicture
    private let ask: Ask

    init(_ picture: JobPicture, _ ask: Ask) {
        self.picture = picture
        self.ask = ask
    }

    private var summary: JobSummary { picture.summary }

    func model(trouble: String?) -> JobModel {
        let now = ask.world.time
        let clock = ask.clock
        let address = JobAddress.page(summary.job)
        let product = summary.product
        let here = Set(summary.runningOn.map(\.id))
        return JobModel(
            frame: ask.frame(
                title: "Job " + summary.job, ask: "How is job \(summary.job)?",
                sentence: sentence,
                cells: [
                    ask.siteCell,
                    .init(label: "Product", value: product.isEmpty ? "Not said" : product),
                    .init(
                        label: "Due",
                        value: summary.planned?.due.map { Plain.date($0) } ?? "Not said"),
                ]),
            paper: ask.site.assets.address("paper.css"), job: summary.job, address: address,
            product: product,
            quantity: summary.quantity.map { Plain.number($0) } ?? "not said",
            due: summary.planned?.due.map { Plain.longDate($0) } ?? "not said",
            note: (summary.planned?.note).flatMap { $0.isEmpty ? nil : $0 },
            plainQuantity: summary.planned?.quantity.map { String($0) } ?? "",
            plainDue: summary.planned?.due?.text ?? "",
            isClosed: summary.isClosed, firstOff: firstOff,
            checkedAt: (summary.runningOn + summary.machines.filter { !here.contains($0.id) })
                .map { .init(value: $0.id.text, name: $0.name, isHere: here.contains($0.id)) },
            hasBegun: !summary.machines.isEmpty,
            isRunning: !summary.runningOn.isEmpty,
            runningOn: summary.runningOn.map {
                .init(value: $0.id.text, name: $0.name, isHere: true)
            },
            machines: ask.world.factory.activeMachines.filter { !here.contains($0.id) }.map {
                .init(
                    value: $0.id.text, name: $0.name, isHere: $0.id == summary.planned?.machine)
            }, figures: figures, hasFigures: picture.ledger != nil, flaw: picture.flaw,
            lines: lines,
            runs: picture.runs.map { run in
                .init(
                    machine: ask.world.factory.machines[run.machine]?.name ?? run.machine.text,
                    from: clock.moment(run.run.range.start, today: .distantPast),
                    to: run.run.range.end > now
                        ? "still on" : clock.moment(run.run.range.end, today: .distantPast))
            }, hasRuns: !picture.runs.isEmpty, gaps: gaps, hasGaps: !gaps.isEmpty,
            documents: documents, hasDocuments: !picture.documents.isEmpty, lists: lists,
            hasLists: !picture.lists.isEmpty, answers: answers,
            hasAnswers: !picture.checks.isEmpty, said: said, hasSaid: !picture.said.isEmpty,
            drawing: QRDrawing.drawing(ask.own(address), label: "Address of job " + summary.job),
            codeAddress: ask.own(address),
            site: ask.world.factory.name.isEmpty ? "Not named yet" : ask.world.factory.name,
            printed: clock.day(now) + " \(clock.zone.local(now).date.year), " + clock.minute(now),
            trouble: trouble)
    }

    private var firstOff: String? {
        CheckList.firstOffWrong(picture.lists, picture.checks).map {
            "The first part was not right at \(ask.clock.moment($0, today: ask.world.time))."
                + " Nobody has said since that it is."
        }
    }

    private var sentence: String {
        let name = "Job \(summary.job)"
        if summary.isClosed { return "\(name) is finished." }
        let made =
            summary.good.map { good -> String in
                let all = summary.quantity.map { " of " + Plain.number($0) } ?? ""
                return ", \(Plain.number(good))\(all) good parts so far"
            } ?? ""
        guard !summary.runningOn.isEmpty else {
            return picture.runs.isEmpty ? "\(name) has not begun." : "\(name) is paused\(made)."
        }
        return "\(name) is on \(summary.runningOn.map(\.name).joined(separator: " and "))\(made)."
    }

    private var figures: [JobModel.Figure] {
        guard let total = picture.ledger?.total else { return [] }
        func figure<Value>(
            _ name: String, _ figure: JobFigure<Value>, _ words: (Value) -> String
        ) -> JobModel.Figure {
            let value = figure.value.map { value in
                (figure.bound == .atLeast ? "at least " : figure.bound == .open ? "about " : "")
                    + words(value)
            }
            return .init(
                name: name, value: value ?? "not known", isKnown: value != nil,
                doubt: figure.gaps.joined(separator: " "))
        }
        let clock = ask.clock
        return [
            figure("What it cost", total.totalCost) { Plain.money($0) },
            figure("Each good part", total.costPerGoodPart) { Plain.money($0) },
            figure("Done", total.done) { Plain.percent($0) },
            figure("Running against the plan", total.difference) { difference in
                let size = difference < .zero ? .zero - difference : difference
                return Plain.duration(size) + (difference < .zero ? " less" : " more")
            },
            figure("Ready", total.finish) {
                clock.moment($0, today: ask.world.time)
            },
            figure("Machine hours", total.hoursCost) { Plain.money($0) },
            figure("Power", total.energyCost) { Plain.money($0) },
            figure("Material", total.materialCost) { Plain.money($0) },
            figure("Of it went into scrap", total.scrapCost) { Plain.money($0) },
        ]
    }

    private var gaps: [String] {
        guard let total = picture.ledger?.total else { return [] }
        let all =
            total.totalCost.gaps + total.parts.gaps + total.done.gaps + total.difference.gaps
        var known: Set<String> = []
        return all.filter { known.insert($0).inserted }
    }

    private var lines: [JobModel.Line] {
        (picture.ledger?.lines ?? []).map { line in
            let times = line.account.times
            return .init(
                machine: line.name, address: "/m/" + line.machine.text,
                running: Plain.duration(times.running), setup: Plain.duration(times.setup),
                stopped: Plain.duration(times.stoppedTime), unseen: Plain.duration(times.unseen),
                parts: line.account.parts.value.map {
                    "\(Plain.number($0.good)) good, \(Plain.number($0.scrap)) scrap"
                } ?? "not counted",
                cost: line.account.totalCost.value == nil
                    ? "not known" : line.account.totalCost.words)
        }
    }

    private var documents: [JobModel.Document] {
        picture.documents.map { stored in
            let document = stored.document
            return .init(
                name: document.name,
                address: JobAddress.page(summary.job) + "/documents/" + document.sha256,
                note: document.note,
                facts: Plain.number(max(1, document.size / 1_000)) + " kB, "
                    + ask.clock.moment(stored.recorded, today: .distantPast) + ", "
                    + stored.actor, number: String(stored.sequence),
                sha256: document.sha256)
        }
    }

    private var lists: [JobModel.List] {
        picture.lists.map { list in
            let words =
                switch list.moment {
                case .firstOff: "at the first part"
                case .during: "while it runs"
                case .last: "at the end"
                }
            return .init(
                id: list.id.text, name: list.name, words: words,
                steps: list.steps.map { step in
                    let last = picture.checks.last {
                        $0.answer.list == list.id && $0.answer.step == step.id
                    }
                    let bounds = [
                        step.lower.map { "from \(Measure.value($0))" },
                        step.upper.map { "to \(Measure.value($0))" },
                        step.unit.isEmpty ? nil : step.unit,
                    ].compactMap(\.self).joined(separator: " ")
                    return .init(
                        id: step.id.text, says: step.says,
                        isChoice: step.kind == .tick || step.kind == .good,
                        isValue: step.kind == .value, isText: step.kind == .text, limits: bounds,
                        isRequired: step.isRequired,
                        last: last.map {
                            "last: " + $0.answer.answer
                                + ($0.answer.isGood == false ? ", not good" : "") + ", "
                                + ask.clock.moment($0.answer.at, today: ask.world.time)
                        } ?? "")
                })
        }
    }

    private var answers: [JobModel.Entry] {
        picture.checks.map { stored in
            .init(
                when: ask.clock.moment(stored.answer.at, today: .distantPast), who: stored.actor,
                what: stored.answer.asked + ": " + stored.answer.answer
                    + (stored.answer.isGood == false ? " (not good)" : ""),
                number: String(stored.sequence))
        }
    }

    private var said: [JobModel.Entry] {
        picture.said.map { stored in
            .init(
                when: ask.clock.moment(stored.recorded, today: .distantPast), who: stored.actor,
                what: EventWords.sentence(
                    stored.event, factory: ask.world.factory, clock: ask.clock,
                    today: .distantPast), number: String(stored.sequence))
        }
    }
}
