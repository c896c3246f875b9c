// What is read from a list of work orders: jobs that are clear, questions, and what is refused.
public import Plant

/// A job that an ERP system plans.
public struct OrderedJob: Hashable, Sendable {
    /// The job's number as the ERP system has it.
    public let job: String
    /// What is to be made.
    public let product: String
    /// How many parts, at least 1.
    public let quantity: Int64
    /// The day it is due, nil where none is given.
    public let due: CivilDate?
    /// The machine as the ERP system calls it, nil where none is given; only a hint.
    public let machineHint: String?

    /// An ordered job.
    public init(
        job: String, product: String, quantity: Int64, due: CivilDate? = nil,
        machineHint: String? = nil
    ) {
        self.job = job
        self.product = product
        self.quantity = quantity
        self.due = due
        self.machineHint = machineHint
    }
}

/// Something in a row that a person must decide.
public struct PlanQuestion: Hashable, Sendable {
    /// The row of the file, counted from 1 with the head.
    public let row: Int
    /// The question in plain words.
    public let asks: String
    /// What the row would become, one for each answer; at least one.
    public let choices: [OrderedJob]

    /// A question.
    public init(row: Int, asks: String, choices: [OrderedJob]) {
        self.row = row
        self.asks = asks
        self.choices = choices
    }
}

/// A row that is not taken.
public struct PlanRefusal: Hashable, Sendable {
    /// The row of the file, counted from 1 with the head.
    public let row: Int
    /// Why, in plain words.
    public let says: String

    /// A refusal.
    public init(row: Int, says: String) {
        self.row = row
        self.says = says
    }
}

/// What a list of work orders says: every order is in exactly one of the three.
public struct PlanReading: Hashable, Sendable {
    /// Jobs that are clear, in order of the file.
    public let jobs: [OrderedJob]
    /// Jobs that a person must decide about.
    public let questions: [PlanQuestion]
    /// Rows that are not taken.
    public let refused: [PlanRefusal]
}
