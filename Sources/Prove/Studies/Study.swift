// A frozen study: all that an assessment is worked out from, and nothing else.
public import Plant

/// How the time before the change came to be chosen.
public enum BaselineChoice: Hashable, Sendable {
    /// By a rule that was fixed beforehand.
    case fixedBeforehand
    /// Because the machine ran badly in these days, first and last included.
    ///
    /// They are left out, since what is bad by chance gets better by itself.
    case becauseBad(from: CivilDate, through: CivilDate)
    /// Nobody said.
    case unknown
}

/// Days that do not count, first and last included.
public struct StudyExclusion: Hashable, Sendable {
    /// First day.
    public let from: CivilDate
    /// Last day.
    public let through: CivilDate
    /// Why: installation, learning, holiday and so on.
    public let reason: String

    /// Days that do not count.
    public init(from: CivilDate, through: CivilDate, reason: String) {
        self.from = from
        self.through = through
        self.reason = reason
    }
}

/// Something else that changed.
public struct OtherChange: Hashable, Sendable {
    /// When.
    public let date: CivilDate
    /// What.
    public let name: String

    /// Another change.
    public init(date: CivilDate, name: String) {
        self.date = date
        self.name = name
    }
}

/// What is measured.
public struct StudyMeasure: Hashable, Sendable {
    /// Name in words, such as "lost hours".
    public let name: String
    /// Unit, such as `h`.
    public let unit: String
    /// Whether less of it is better.
    public let isLessBetter: Bool
    /// Periods in a week of work.
    public let periodsPerWeek: Int

    /// A measure; `periodsPerWeek` is 1 for weeks, 5 for working days, 10 for two shifts.
    public init(name: String, unit: String, isLessBetter: Bool, periodsPerWeek: Int) {
        self.name = name
        self.unit = unit
        self.isLessBetter = isLessBetter
        self.periodsPerWeek = periodsPerWeek
    }
}

/// One point of a study.
public struct StudyPoint: Hashable, Sendable {
    /// Number of the period, rising; a gap is a gap in the record.
    public let index: Int
    /// Local date on which the period begins.
    public let date: CivilDate
    /// Measured value.
    public let value: Double
    /// Share of the period that was seen, 0 to 1.
    public let coverage: Double
    /// Adjustment columns in the study's order.
    public let columns: [Double]
    /// The same measure on each untouched machine.
    public let untouched: [Double]

    /// A point.
    public init(
        index: Int, date: CivilDate, value: Double, coverage: Double = 1, columns: [Double] = [],
        untouched: [Double] = []
    ) {
        self.index = index
        self.date = date
        self.value = value
        self.coverage = coverage
        self.columns = columns
        self.untouched = untouched
    }
}

/// The money side of a study.
public struct StudyMoney: Hashable, Sendable {
    /// Costs.
    public let costs: AdoptionLedger
    /// How won units turn into money.
    public let basis: WorthBasis
    /// What one unit of the measure is worth, major units: low, likely, high; nil unanswered.
    public let worth: Triangle?
    /// Weeks of work a year over which the benefit is counted.
    public let weeksPerYear: Int
    /// The owner's limit, weeks.
    public let limitWeeks: Int
    /// Discount rate, a share a year.
    public let rate: Double
    /// Horizon, years.
    public let years: Int
    /// Value at the end of the horizon, minor units.
    public let residual: Int64

    /// The money side.
    public init(
        costs: AdoptionLedger, basis: WorthBasis, worth: Triangle?, weeksPerYear: Int = 48,
        limitWeeks: Int = ProveLimits.limitWeeks, rate: Double = 0.08,
        years: Int = ProveLimits.horizonYears, residual: Int64 = 0
    ) {
        self.costs = costs
        self.basis = basis
        self.worth = worth
        self.weeksPerYear = weeksPerYear
        self.limitWeeks = limitWeeks
        self.rate = rate
        self.years = years
        self.residual = residual
    }
}

/// A study as it is frozen and exported (`docs/formats/study.md`).
public struct Study: Hashable, Sendable {
    /// Name of the form and of the method; a method that gives other digits has another name.
    public static let method = "segmented/1"

    /// The change in words.
    public var name: String
    /// The machine.
    public var machine: Slug
    /// What is measured.
    public var measure: StudyMeasure
    /// Day of the change.
    public var change: CivilDate
    /// Day on which measure, window and columns were fixed; nil if nobody fixed them.
    public var registered: CivilDate?
    /// How the time before was chosen.
    public var choice: BaselineChoice
    /// Days that do not count.
    public var exclusions: [StudyExclusion]
    /// What else changed.
    public var others: [OtherChange]
    /// Terms of the model.
    public var terms: SegmentedTerms
    /// Names of the adjustment columns.
    public var columns: [String]
    /// Names of the untouched machines.
    public var untouched: [String]
    /// The series.
    public var points: [StudyPoint]
    /// Money.
    public var money: StudyMoney
    /// Seed of every draw.
    public var seed: UInt64

    /// A study that passes ``check()``.
    public init(
        name: String, machine: Slug, measure: StudyMeasure, change: CivilDate,
        registered: CivilDate?, choice: BaselineChoice, exclusions: [StudyExclusion] = [],
        others: [OtherChange] = [], terms: SegmentedTerms = .full, columns: [String] = [],
        untouched: [String] = [], points: [StudyPoint], money: StudyMoney, seed: UInt64
    ) throws(ProveError) {
        self.name = name
        self.machine = machine
        self.measure = measure
        self.change = change
        self.registered = registered
        self.choice = choice
        self.exclusions = exclusions
        self.others = others
        self.terms = terms
        self.columns = columns
        self.untouched = untouched
        self.points = points
        self.money = money
        self.seed = seed
        try check()
    }

    /// Refuses what cannot be worked out, with the place and the remedy.
    public func check() throws(ProveError) {
        try checkSizes()
        var previous: StudyPoint?
        for (number, point) in points.enumerated() {
            let place = "points[\(number)]"
            let numbers = [point.value] + point.columns + point.untouched
            guard numbers.allSatisfy({ abs($0) <= ProveLimits.largest }) else {
                throw ProveError(
                    place: place, problem: "a number is not finite or above 10^12",
                    remedy: "Leave the period out or give the number.")
            }
            guard (-ProveLimits.index...ProveLimits.index).contains(point.index) else {
                throw ProveError(
                    place: place + ".index", problem: "larger than \(ProveLimits.index)",
                    remedy: "Number the periods from 0.")
            }
            guard (0...1).contains(point.coverage) else {
                throw ProveError(
                    place: place + ".coverage", problem: "not from 0 to 1",
                    remedy: "Give the seen share of the period.")
            }
            guard point.columns.count == columns.count, point.untouched.count == untouched.count
            else {
                throw ProveError(
                    place: place, problem: "not as many numbers as the study has columns",
                    remedy: "Give one number for each column and untouched machine.")
            }
            if let previous, point.index <= previous.index || point.date < previous.date {
                throw ProveError(
                    place: place, problem: "not after the point before it",
                    remedy: "Sort the points by period; each period stands once.")
            }
            previous = point
        }
    }

    private func checkSizes() throws(ProveError) {
        let first = points.first?.date ?? change
        let last = points.last?.date ?? change
        let span = Swift.max(
            last.dayNumber - first.dayNumber,
            (points.last?.index ?? 0).subtractingReportingOverflow(points.first?.index ?? 0)
                .partialValue)
        let claims: [(Bool, String, String, String)] = [
            (
                points.count <= ProveLimits.points, "points",
                "more than \(ProveLimits.points)", "Use longer periods."
            ),
            (
                columns.count <= ProveLimits.columns, "columns",
                "more than \(ProveLimits.columns)", "Keep those that move the measure."
            ),
            (
                untouched.count <= ProveLimits.comparisons, "untouched",
                "more than \(ProveLimits.comparisons)", "Keep the machines most like this one."
            ),
            (
                span >= 0 && span <= ProveLimits.days * 3, "points",
                "a span of more than ten years", "Shorten the time before the change."
            ),
            (
                (1...100).contains(measure.periodsPerWeek), "measure.periods_per_week",
                "not from 1 to 100", "Give 1 for weeks, 5 for working days."
            ),
            (
                (1...53).contains(money.weeksPerYear), "money.weeks_per_year", "not from 1 to 53",
                "Give the weeks worked in a year."
            ),
            (
                (1...1_040).contains(money.limitWeeks), "money.limit_weeks", "not from 1 to 1040",
                "Give the weeks within which it has to pay; 52 is a year."
            ),
            (
                (1...30).contains(money.years), "money.years", "not from 1 to 30",
                "Give the horizon in years; 3 is usual."
            ),
            (
                money.rate > -0.5 && money.rate <= 10, "money.rate", "not from -0.5 to 10",
                "Give the discount rate as a share: 0.08 for 8 %."
            ),
            (
                money.residual >= 0, "money.residual", "below 0",
                "Give what it is worth at the end, 0 for nothing."
            ),
        ]
        for (holds, place, problem, remedy) in claims where !holds {
            throw ProveError(place: place, problem: problem, remedy: remedy)
        }
    }
}
