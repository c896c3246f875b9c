// What is made and for whom: products, planned jobs, check lists, documents, calls for help.

/// Something that is made, as it holds from a time on.
public struct Product: Hashable, Sendable {
    /// Stable id.
    public let id: Slug
    /// Name as people say it; jobs name their product by it.
    public let name: String
    /// Ideal time of one cycle, nil while nobody knows.
    public let cycle: Elapsed?
    /// Whether that time is an estimate.
    public let isEstimate: Bool
    /// Parts that come out of one cycle, 1 to 999.
    public let cavities: Int64
    /// What the material of one part costs, nil while nobody has said.
    public let material: Rate?

    /// A product; `cavities` is held between 1 and 999.
    public init(
        id: Slug, name: String, cycle: Elapsed?, isEstimate: Bool = false, cavities: Int64 = 1,
        material: Rate? = nil
    ) {
        self.id = id
        self.name = name
        self.cycle = cycle
        self.isEstimate = isEstimate
        self.cavities = min(999, max(1, cavities))
        self.material = material
    }

    /// What the material of one part costs, nil where nobody has said or it is no whole amount of
    /// the currency's smallest coin.
    public var materialMoney: Money? {
        guard let material else { return nil }
        let coin = 1_000_000 / material.currency.minorUnits
        guard material.millionths % coin == 0 else { return nil }
        return Money(minor: material.millionths / coin, currency: material.currency)
    }

    /// Planned run time per item (PRI): the cycle shared among its cavities.
    public var idealPerPart: Elapsed? {
        cycle.map { Elapsed(nanoseconds: $0.nanoseconds / cavities) }
    }
}

/// A job on the list, whether it has begun or not.
public struct PlannedJob: Hashable, Sendable {
    /// The job's number or name as people write it; it names the job.
    public let job: String
    /// What is made; may be empty.
    public let product: String
    /// On which machine, nil for any.
    public let machine: Slug?
    /// Parts to be made, nil when not said.
    public let quantity: Int64?
    /// When it is due, nil when not said.
    public let due: CivilDate?
    /// Anything else; may be empty.
    public let note: String

    /// A job on the list.
    public init(
        job: String, product: String, machine: Slug? = nil, quantity: Int64? = nil,
        due: CivilDate? = nil, note: String = ""
    ) {
        self.job = job
        self.product = product
        self.machine = machine
        self.quantity = quantity
        self.due = due
        self.note = note
    }
}

/// Who is called to a machine.
public enum HelpKind: String, Hashable, Sendable, CaseIterable {
    /// Whoever leads the shift.
    case leader
    /// Whoever mends machines.
    case maintenance
}

/// A call for help.
public struct HelpCall: Hashable, Sendable {
    /// When it was made.
    public let at: Timestamp
    /// Who is called.
    public let kind: HelpKind
    /// The journal's sequence number.
    public let sequence: Int64

    /// A call.
    public init(at: Timestamp, kind: HelpKind, sequence: Int64) {
        self.at = at
        self.kind = kind
        self.sequence = sequence
    }
}

/// What a person at a machine said that it does from a moment on.
public struct StateTold: Hashable, Sendable {
    /// From when on.
    public let at: Timestamp
    /// What it does.
    public let state: ObservedState
    /// The journal's sequence number: the latest for a moment holds.
    public let sequence: Int64

    /// A word about a machine.
    public init(at: Timestamp, state: ObservedState, sequence: Int64) {
        self.at = at
        self.state = state
        self.sequence = sequence
    }
}

/// Whether a stop is parted in two at a moment.
public struct StopCut: Hashable, Sendable {
    /// The moment.
    public let at: Timestamp
    /// False when the parts were joined again.
    public let isCut: Bool
    /// The journal's sequence number: the latest for a moment holds.
    public let sequence: Int64

    /// A cut.
    public init(at: Timestamp, isCut: Bool, sequence: Int64) {
        self.at = at
        self.isCut = isCut
        self.sequence = sequence
    }
}

/// How a step of a check list is answered.
public enum CheckKind: String, Hashable, Sendable, CaseIterable {
    /// Done or not done.
    case tick
    /// Good or not good.
    case good
    /// A measured value.
    case value
    /// Words.
    case text
}

/// One step of a check list.
public struct CheckStep: Hashable, Sendable {
    /// Stable id within the list.
    public let id: Slug
    /// What is to be done or looked at.
    public let says: String
    /// How it is answered.
    public let kind: CheckKind
    /// Whether the list is not done without it.
    public let isRequired: Bool
    /// Least value that is good, nil for none.
    public let lower: Double?
    /// Largest value that is good, nil for none.
    public let upper: Double?
    /// Unit of the value; may be empty.
    public let unit: String

    /// A step.
    public init(
        id: Slug, says: String, kind: CheckKind, isRequired: Bool = true, lower: Double? = nil,
        upper: Double? = nil, unit: String = ""
    ) {
        self.id = id
        self.says = says
        self.kind = kind
        self.isRequired = isRequired
        self.lower = lower
        self.upper = upper
        self.unit = unit
    }

    /// Whether an answer is good; nil for words, and for a value without limits.
    public func isGood(_ answer: String) -> Bool? {
        switch kind {
        case .tick, .good: return answer == "yes"
        case .text: return nil
        case .value:
            guard let value = Double(answer), value.isFinite else { return false }
            guard lower != nil || upper != nil else { return nil }
            return value >= lower ?? -.infinity && value <= upper ?? .infinity
        }
    }
}

/// When a check list is asked for.
public enum CheckMoment: String, Hashable, Sendable, CaseIterable {
    /// At the first part of a job.
    case firstOff = "first-off"
    /// During a job, as often as people want.
    case during
    /// At the end of a job.
    case last
}

/// A list of things to look at for a job.
public struct CheckList: Hashable, Sendable {
    /// Stable id.
    public let id: Slug
    /// Name as people say it.
    public let name: String
    /// When it is asked for.
    public let moment: CheckMoment
    /// For one product by its name, empty for all.
    public let product: String
    /// Steps in order; without any the list is taken away.
    public let steps: [CheckStep]

    /// A check list.
    public init(
        id: Slug, name: String, moment: CheckMoment, product: String = "", steps: [CheckStep]
    ) {
        self.id = id
        self.name = name
        self.moment = moment
        self.product = product
        self.steps = steps
    }
}

/// One answered step.
public struct CheckAnswer: Hashable, Sendable {
    /// The job.
    public let job: String
    /// Where it was.
    public let machine: Slug
    /// Which list.
    public let list: Slug
    /// Which step.
    public let step: Slug
    /// What the step asked at the time.
    public let asked: String
    /// `yes`, `no`, a number or words.
    public let answer: String
    /// Whether the answer was good by the limits of the time; nil where there are none.
    public let isGood: Bool?
    /// When it was answered.
    public let at: Timestamp

    /// An answer.
    public init(
        job: String, machine: Slug, list: Slug, step: Slug, asked: String, answer: String,
        isGood: Bool?, at: Timestamp
    ) {
        self.job = job
        self.machine = machine
        self.list = list
        self.step = step
        self.asked = asked
        self.answer = answer
        self.isGood = isGood
        self.at = at
    }
}

/// A document that belongs to a job: a drawing, a certificate, a photograph.
public struct JobDocument: Hashable, Sendable {
    /// The job.
    public let job: String
    /// The file's name as it came.
    public let name: String
    /// SHA-256 of its bytes in lower-case hexadecimal: what it is stored under.
    public let sha256: String
    /// Bytes.
    public let size: Int64
    /// Media type such as `application/pdf`.
    public let type: String
    /// What it is; may be empty.
    public let note: String

    /// A document.
    public init(
        job: String, name: String, sha256: String, size: Int64, type: String, note: String
    ) {
        self.job = job
        self.name = name
        self.sha256 = sha256
        self.size = size
        self.type = type
        self.note = note
    }
}

/// An answered step as it was stored.
public struct StoredCheck: Hashable, Sendable {
    /// The answer.
    public let answer: CheckAnswer
    /// Who said it.
    public let actor: String
    /// The journal's sequence number.
    public let sequence: Int64

    /// A stored answer.
    public init(answer: CheckAnswer, actor: String, sequence: Int64) {
        self.answer = answer
        self.actor = actor
        self.sequence = sequence
    }
}

/// An attached document as it was stored.
public struct StoredDocument: Hashable, Sendable {
    /// The document.
    public let document: JobDocument
    /// Who attached it.
    public let actor: String
    /// When.
    public let recorded: Timestamp
    /// The journal's sequence number.
    public let sequence: Int64

    /// A stored document.
    public init(document: JobDocument, actor: String, recorded: Timestamp, sequence: Int64) {
        self.document = document
        self.actor = actor
        self.recorded = recorded
        self.sequence = sequence
    }
}

/// A run of a job on a machine.
public struct MachineJob: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// The run.
    public let run: JobRun

    /// A run.
    public init(machine: Slug, run: JobRun) {
        self.machine = machine
        self.run = run
    }
}
