// Products, jobs on the list, checks, documents and calls, in the form the journal stores.

extension FactoryEvent {
    /// Kinds of this file that change the configuration.
    static let workConfiguringKinds: Set<String> = [
        "product.set", "product.retired", "job.planned", "job.closed", "check.list",
    ]
    /// Kinds of this file that are said about the work.
    static let workSaidKinds: Set<String> = [
        "help.called", "state.told", "stop.cut", "stop.noted", "check.answered",
        "document.attached",
    ]

    var workKind: String? {
        switch self {
        case .productSet: "product.set"
        case .productRetired: "product.retired"
        case .jobPlanned: "job.planned"
        case .jobClosed: "job.closed"
        case .checkListSet: "check.list"
        case .helpCalled: "help.called"
        case .stateTold: "state.told"
        case .stopCut: "stop.cut"
        case .stopNoted: "stop.noted"
        case .checkAnswered: "check.answered"
        case .documentAttached: "document.attached"
        default: nil
        }
    }

    var workFacts: Fact? {
        switch self {
        case .productSet(let product, let from):
            .object([
                "id": .text(product.id.text), "name": .text(product.name),
                "cycle_ns": product.cycle.map { .text(String($0.nanoseconds)) } ?? .none,
                "estimate": .flag(product.isEstimate), "cavities": .whole(product.cavities),
                "material_millionths": product.material.map { .text(String($0.millionths)) }
                    ?? .none,
                "currency": product.material.map { .text($0.currency.code) } ?? .none,
                "from": .text(from.rfc3339),
            ])
        case .productRetired(let id, let isRetired):
            .object(["id": .text(id.text), "retired": .flag(isRetired)])
        case .jobPlanned(let job):
            .object([
                "job": .text(job.job), "product": .text(job.product),
                "machine": job.machine.map { .text($0.text) } ?? .none,
                "quantity": job.quantity.map(Fact.whole) ?? .none,
                "due": job.due.map { .text($0.text) } ?? .none, "note": .text(job.note),
            ])
        case .jobClosed(let job, let isClosed):
            .object(["job": .text(job), "closed": .flag(isClosed)])
        case .checkListSet(let list):
            .object([
                "id": .text(list.id.text), "name": .text(list.name),
                "moment": .text(list.moment.rawValue), "product": .text(list.product),
                "steps": .list(list.steps.map(\.facts)),
            ])
        case .helpCalled(let machine, let at, let kind):
            .object([
                "machine": .text(machine.text), "at": .text(at.rfc3339),
                "kind": .text(kind.rawValue),
            ])
        case .stateTold(let machine, let at, let state):
            .object([
                "machine": .text(machine.text), "at": .text(at.rfc3339),
                "state": .text(state.code),
            ])
        case .stopCut(let machine, let at, let isCut):
            .object([
                "machine": .text(machine.text), "at": .text(at.rfc3339), "cut": .flag(isCut),
            ])
        case .stopNoted(let machine, let at, let note):
            .object([
                "machine": .text(machine.text), "at": .text(at.rfc3339), "note": .text(note),
            ])
        case .checkAnswered(let answer): answer.facts
        case .documentAttached(let document):
            .object([
                "job": .text(document.job), "name": .text(document.name),
                "sha256": .text(document.sha256), "size": .whole(document.size),
                "type": .text(document.type), "note": .text(document.note),
            ])
        default: nil
        }
    }

    static func work(_ fields: FactFields) throws(EventFactError) -> FactoryEvent? {
        switch fields.kind {
        case "product.set":
            .productSet(try Product(fields), from: try fields.time("from"))
        case "product.retired":
            .productRetired(id: try fields.slug("id"), isRetired: try fields.flag("retired"))
        case "job.planned":
            .jobPlanned(
                PlannedJob(
                    job: try fields.text("job"), product: try fields.text("product"),
                    machine: try fields.optionalSlug("machine"),
                    quantity: try fields.optionalWhole("quantity"),
                    due: try fields.optional("due") == nil ? nil : fields.date("due"),
                    note: try fields.text("note")))
        case "job.closed":
            .jobClosed(job: try fields.text("job"), isClosed: try fields.flag("closed"))
        case "check.list": .checkListSet(try CheckList(fields))
        case "help.called":
            .helpCalled(
                machine: try fields.slug("machine"), at: try fields.time("at"),
                kind: try fields.word("kind", of: HelpKind.self))
        case "state.told":
            .stateTold(
                machine: try fields.slug("machine"), at: try fields.time("at"),
                state: try ObservedState.read(fields, "state"))
        case "stop.cut":
            .stopCut(
                machine: try fields.slug("machine"), at: try fields.time("at"),
                isCut: try fields.flag("cut"))
        case "stop.noted":
            .stopNoted(
                machine: try fields.slug("machine"), at: try fields.time("at"),
                note: try fields.text("note"))
        case "check.answered": .checkAnswered(try CheckAnswer(fields))
        case "document.attached":
            .documentAttached(
                JobDocument(
                    job: try fields.text("job"), name: try fields.text("name"),
                    sha256: try fields.text("sha256"), size: try fields.whole("size"),
                    type: try fields.text("type"), note: try fields.text("note")))
        default: nil
        }
    }
}

extension Product {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        let cavities = try fields.whole("cavities")
        guard (1...999).contains(cavities) else { throw fields.fail("cavities", "1 to 999") }
        var material: Rate?
        if fields.optional("material_millionths") != nil {
            material = Rate(
                millionths: try fields.wholeText("material_millionths"),
                currency: try fields.currency("currency"))
        }
        self.init(
            id: try fields.slug("id"), name: try fields.text("name"),
            cycle: try fields.optionalElapsed("cycle_ns"),
            isEstimate: try fields.flag("estimate"), cavities: cavities, material: material)
    }
}

extension CheckStep {
    fileprivate var facts: Fact {
        .object([
            "id": .text(id.text), "says": .text(says), "kind": .text(kind.rawValue),
            "required": .flag(isRequired),
            "lower": lower.map { .text($0.description) } ?? .none,
            "upper": upper.map { .text($0.description) } ?? .none, "unit": .text(unit),
        ])
    }

    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        self.init(
            id: try fields.slug("id"), says: try fields.text("says"),
            kind: try fields.word("kind", of: CheckKind.self),
            isRequired: try fields.flag("required"), lower: try fields.optionalDecimal("lower"),
            upper: try fields.optionalDecimal("upper"), unit: try fields.text("unit"))
    }
}

extension CheckList {
    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        var steps: [CheckStep] = []
        for step in try fields.fieldsList("steps") { steps.append(try CheckStep(step)) }
        self.init(
            id: try fields.slug("id"), name: try fields.text("name"),
            moment: try fields.word("moment", of: CheckMoment.self),
            product: try fields.text("product"), steps: steps)
    }
}

extension CheckAnswer {
    fileprivate var facts: Fact {
        .object([
            "job": .text(job), "machine": .text(machine.text), "list": .text(list.text),
            "step": .text(step.text), "asked": .text(asked), "answer": .text(answer),
            "good": isGood.map(Fact.flag) ?? .none, "at": .text(at.rfc3339),
        ])
    }

    fileprivate init(_ fields: FactFields) throws(EventFactError) {
        self.init(
            job: try fields.text("job"), machine: try fields.slug("machine"),
            list: try fields.slug("list"), step: try fields.slug("step"),
            asked: try fields.text("asked"), answer: try fields.text("answer"),
            isGood: try fields.optional("good") == nil ? nil : fields.flag("good"),
            at: try fields.time("at"))
    }
}
