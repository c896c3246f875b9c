// Whether a product, a job on the list, a check, a document or a call may be said.

import Plant
import Understand

/// Checks what is said about the work.
enum WorkCheck {
    static func check(
        _ event: FactoryEvent, _ factory: Factory, now: Timestamp
    ) throws(RefusedEvent) {
        switch event {
        case .productSet(let product, _): try check(product, factory)
        case .productRetired(let id, _):
            guard factory.products[id] != nil else {
                throw RefusedEvent(
                    field: "id", says: "There is no product `\(id)`.",
                    remedy: "See the page Products.")
            }
        case .jobPlanned(let job): try check(job, factory)
        case .jobClosed(let job, _): try named(job)
        case .checkListSet(let list): try check(list)
        case .helpCalled(let machine, let at, _), .stopCut(let machine, let at, _):
            try EventCheck.known(machine: machine, factory)
            try EventCheck.past(at, now)
        case .stopNoted(let machine, let at, let note):
            try EventCheck.known(machine: machine, factory)
            try EventCheck.past(at, now)
            guard note.contains(where: { !$0.isWhitespace }) else {
                throw RefusedEvent(field: "note", says: "The note is empty.", remedy: "Write it.")
            }
            try EventCheck.short(note, "note", 500)
        case .stateTold(let machine, let at, _):
            try EventCheck.known(machine: machine, factory)
            try EventCheck.past(at, now)
            guard factory.machines[machine]?.stateRules.isEmpty == true else {
                throw RefusedEvent(
                    field: "machine", says: "`\(machine)` is seen by its signals.",
                    remedy: "Where they are wrong, put it right on the page of its states.")
            }
        case .checkAnswered(let answer):
            try EventCheck.known(machine: answer.machine, factory)
            try EventCheck.past(answer.at, now)
            try named(answer.job)
            try EventCheck.short(answer.answer, "answer", 500)
            try EventCheck.short(answer.asked, "asked", 300)
        case .documentAttached(let document): try check(document)
        default: break
        }
    }

    private static func named(_ job: String) throws(RefusedEvent) {
        guard !job.isEmpty, job != ".", job != ".." else {
            throw RefusedEvent(
                field: "job", says: "A job has a number or a name.", remedy: "Give it.")
        }
        try EventCheck.short(job, "job", 120)
    }

    private static func check(_ product: Product, _ factory: Factory) throws(RefusedEvent) {
        guard !product.name.isEmpty else {
            throw RefusedEvent(field: "name", says: "A product has a name.", remedy: "Give it.")
        }
        try EventCheck.short(product.name, "name", 120)
        let same = factory.products.first { id, versions in
            id != product.id && !factory.retiredProducts.contains(id)
                && versions.last?.value.name.lowercased() == product.name.lowercased()
        }
        if let same {
            throw RefusedEvent(
                field: "name", says: "There is a product of this name already, `\(same.key)`.",
                remedy: "Change that one, or choose another name.")
        }
        if let cycle = product.cycle, cycle <= .zero || cycle > .hours(24 * 30) {
            throw RefusedEvent(
                field: "cycle", says: "The time of a cycle lies between nothing and 30 days.",
                remedy: "Give it in seconds, or leave it out.")
        }
        if product.material != nil, product.materialMoney == nil {
            throw RefusedEvent(
                field: "material", says: "The material of a part is counted in whole pence.",
                remedy: "Round it, or name a product of ten or a hundred parts.")
        }
        if let material = product.material,
            material.millionths < 0 || material.currency != factory.currency
        {
            throw RefusedEvent(
                field: "material",
                says: "The material of a part costs nothing or more, in \(factory.currency.code).",
                remedy: "Check the amount.")
        }
    }

    private static func check(_ job: PlannedJob, _ factory: Factory) throws(RefusedEvent) {
        try named(job.job)
        try EventCheck.short(job.product, "product", 120)
        try EventCheck.short(job.note, "note", 500)
        if let machine = job.machine { try EventCheck.known(machine: machine, factory) }
        if let quantity = job.quantity, !(1...100_000_000).contains(quantity) {
            throw RefusedEvent(
                field: "quantity", says: "\(quantity) is no number of parts for a job.",
                remedy: "Give one from 1 to 100,000,000, or leave it out.")
        }
    }

    private static func check(_ list: CheckList) throws(RefusedEvent) {
        try EventCheck.short(list.name, "name", 120)
        try EventCheck.short(list.product, "product", 120)
        guard list.steps.count <= LoopLimits.checkSteps else {
            throw RefusedEvent(
                field: "steps",
                says: "A list has at most \(LoopLimits.checkSteps) steps; this has"
                    + " \(list.steps.count).", remedy: "Make two lists of it.")
        }
        guard Set(list.steps.map(\.id)).count == list.steps.count else {
            throw RefusedEvent(
                field: "steps", says: "Two steps are the same.", remedy: "Say each once.")
        }
        for step in list.steps {
            try EventCheck.short(step.says, "steps", 300)
            if let lower = step.lower, let upper = step.upper, lower > upper {
                throw RefusedEvent(
                    field: "steps", says: "“\(step.says)”: the lower limit is above the upper one.",
                    remedy: "Check both limits.")
            }
        }
    }

    private static func check(_ document: JobDocument) throws(RefusedEvent) {
        try named(document.job)
        try EventCheck.short(document.name, "name", 200)
        try EventCheck.short(document.note, "note", 500)
        let isHash =
            document.sha256.utf8.count == 64
            && document.sha256.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isHash, document.size >= 0 else {
            throw RefusedEvent(
                field: "sha256", says: "A document is named by the SHA-256 of its bytes.",
                remedy: "Send it on the page of the job.")
        }
    }
}
