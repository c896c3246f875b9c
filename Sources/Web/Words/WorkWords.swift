// What was said about products, jobs, checks, documents and calls, as sentences.

import Plant
import Understand

/// Sentences about the work.
enum WorkWords {
    /// One event in plain words; nil for those of other kinds.
    static func sentence(
        _ event: FactoryEvent, factory: Factory, clock: LocalClock, today: Timestamp
    ) -> String? {
        func machine(_ id: Slug) -> String { factory.machines[id]?.name ?? id.text }
        func at(_ time: Timestamp) -> String { clock.moment(time, today: today) }
        switch event {
        case .productSet(let product, let from):
            let cycle =
                product.cycle.map {
                    ", \(Plain.seconds($0)) a cycle" + (product.isEstimate ? " (estimated)" : "")
                } ?? ""
            return "\(product.name)\(cycle), from \(at(from))."
        case .productRetired(let id, let isRetired):
            let name = factory.products[id]?.last?.value.name ?? id.text
            return isRetired ? "\(name) is no longer made." : "\(name) is made again."
        case .jobPlanned(let job):
            let amount = [job.quantity.map { Plain.number($0) }, job.product]
                .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
            let facts = [amount, job.due.map { "due " + Plain.date($0) } ?? ""]
                .filter { !$0.isEmpty }.joined(separator: ", ")
            return "Job \(job.job) is on the list" + (facts.isEmpty ? "." : ": \(facts).")
        case .jobClosed(let job, let isClosed):
            return isClosed ? "Job \(job) is finished." : "Job \(job) is on the list again."
        case .checkListSet(let list):
            return list.steps.isEmpty
                ? "The check list \(list.id.text) was taken away."
                : "The check list \(list.name) has "
                    + Plain.count(Int64(list.steps.count), "step", "steps") + "."
        case .helpCalled(let id, let time, let kind):
            return "\(machine(id)) called \(name(kind)) at \(at(time))."
        case .stateTold(let id, let time, let state):
            return "\(machine(id)) \(name(state)) from \(at(time)), told by hand."
        case .stopCut(let id, let time, let isCut):
            return "\(machine(id)): the stop was "
                + (isCut ? "parted at \(at(time))." : "joined again at \(at(time)).")
        case .stopNoted(let id, let time, let note):
            return "\(machine(id)), the stop at \(at(time)): “\(note)”"
        case .checkAnswered(let answer):
            let doubt = answer.isGood == false ? ", not good" : ""
            return "Job \(answer.job), \(answer.asked): \(answer.answer)\(doubt)."
        case .documentAttached(let document):
            return "Job \(document.job) has the document \(document.name)."
        default: return nil
        }
    }

    /// What a machine does, after its name.
    private static func name(_ state: ObservedState) -> String {
        switch state {
        case .running: "ran"
        case .idle: "stood"
        case .off: "was off"
        case .fault: "had a fault"
        case .unknown: "was left to itself"
        }
    }

    /// Who is called.
    static func name(_ kind: HelpKind) -> String {
        switch kind {
        case .leader: "the team leader"
        case .maintenance: "maintenance"
        }
    }
}
