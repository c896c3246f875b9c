// A number that can be opened: value, unit, coverage, doubt, definition, and what it was made from.

/// What an indicator says.
public enum IndicatorValue: Hashable, Sendable {
    /// A figure.
    case amount(Double)
    /// Too little was seen to say; the words tell why.
    case withheld(String)
    /// There is nothing to say, e.g. no planned time; the words tell why.
    case undefined(String)

    /// The figure, nil when withheld or undefined.
    public var amount: Double? {
        if case .amount(let value) = self { value } else { nil }
    }
}

/// The doubt about a figure.
public enum Certainty: Hashable, Sendable {
    /// Counted or measured, nothing estimated.
    case exact
    /// Between two values; the words say of what, e.g. "if unseen time was all lost or all running".
    case range(Double, Double, String)
}

/// The unit of an indicator.
public enum IndicatorUnit: String, Hashable, Sendable {
    /// 0 to 1 (may exceed 1 as a finding).
    case ratio
    /// Seconds of real elapsed time.
    case seconds
    /// Good, scrap or all parts.
    case parts
    /// Kilowatt hours.
    case kilowattHours
    /// Minor units of the site's currency.
    case minorMoney
    /// A plain count of things.
    case count
}

/// How the parts of a working make the whole.
public enum WorkingRule: String, Hashable, Sendable {
    /// The whole is the sum of the parts.
    case sum
    /// The whole is the first part divided by the second.
    case ratio
    /// The whole is the product of the parts.
    case product
    /// The whole is the first part less the others.
    case difference
    /// Read off the stores as they are; the parts only describe.
    case reading
}

/// A line of a working: one part of a whole.
public struct WorkingPart: Hashable, Sendable {
    /// What it is, in words.
    public let name: String
    /// How much, in `unit`.
    public let value: Double
    /// In which unit.
    public let unit: IndicatorUnit
    /// What it was itself made from, or a remark; may be empty.
    public let note: String

    /// A part.
    public init(name: String, value: Double, unit: IndicatorUnit, note: String = "") {
        self.name = name
        self.value = value
        self.unit = unit
        self.note = note
    }
}

/// How a figure was made: enough to recompute it by hand.
public struct Working: Hashable, Sendable {
    /// The formula in words.
    public let formula: String
    /// How the parts make the whole.
    public let rule: WorkingRule
    /// The parts.
    public let parts: [WorkingPart]
    /// Signals whose samples entered.
    public let signals: [SignalID]
    /// Journal sequence numbers of the entries that entered, oldest first; may be cut to the first 200.
    public let entries: [Int64]
    /// What is missing or doubtful, as sentences.
    public let gaps: [String]

    /// A working.
    public init(
        formula: String, rule: WorkingRule, parts: [WorkingPart], signals: [SignalID] = [],
        entries: [Int64] = [], gaps: [String] = []
    ) {
        self.formula = formula
        self.rule = rule
        self.parts = parts
        self.signals = signals
        self.entries = entries
        self.gaps = gaps
    }
}

/// A number as pages and interfaces show it; a pure function of the two stores.
public struct Indicator: Hashable, Sendable {
    /// What it is called in words.
    public let name: String
    /// The figure, or why there is none.
    public let value: IndicatorValue
    /// In which unit.
    public let unit: IndicatorUnit
    /// How much of the time was seen, 0 to 1 (decisions 25).
    public let coverage: Double
    /// Exact, or between two values.
    public let certainty: Certainty
    /// Name and version of its definition such as `iso22400.oee/1`.
    public let definition: String
    /// How it was made.
    public let working: Working

    /// A number with everything that makes it honest.
    public init(
        name: String, value: IndicatorValue, unit: IndicatorUnit, coverage: Double,
        certainty: Certainty = .exact, definition: String, working: Working
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.coverage = coverage
        self.certainty = certainty
        self.definition = definition
        self.working = working
    }
}

extension Indicator {
    /// The same with one more sentence about what is missing.
    public func with(gap: String) -> Indicator {
        Indicator(
            name: name, value: value, unit: unit, coverage: coverage, certainty: certainty,
            definition: definition,
            working: Working(
                formula: working.formula, rule: working.rule, parts: working.parts,
                signals: working.signals, entries: working.entries, gaps: working.gaps + [gap]))
    }
}
