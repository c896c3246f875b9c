// The language of the Prometheus-compatible interface, as a tree; a subset, and no more.

/// Why a query is refused: what, and where in its text.
struct PromFault: Error, Hashable {
    /// What is wrong, for the person who wrote the query.
    let says: String

    /// A fault without a place.
    init(_ says: String) { self.says = says }

    /// A fault at a character, counted from 1.
    init(_ says: String, at place: Int) { self.says = "\(says) (at character \(place + 1))" }
}

/// How a label has to look.
struct PromMatcher: Hashable, Sendable {
    /// The comparison.
    enum Operation: String, Sendable {
        case equal = "="
        case notEqual = "!="
        case matches = "=~"
        case doesNotMatch = "!~"
    }

    /// Name of the label; `__name__` is the metric.
    let label: String
    /// The comparison.
    let operation: Operation
    /// The text to compare with.
    let value: String
    /// The pattern, for the two comparisons that have one.
    let pattern: PromPattern?

    /// A matcher; throws where the pattern cannot be read.
    init(label: String, operation: Operation, value: String) throws(PromFault) {
        self.label = label
        self.operation = operation
        self.value = value
        let hasPattern = operation == .matches || operation == .doesNotMatch
        pattern = hasPattern ? try PromPattern(value) : nil
    }

    /// Whether a set of labels fits; a missing label is empty.
    func accepts(_ labels: PromLabels) throws(PromFault) -> Bool {
        let text = labels[label] ?? ""
        switch operation {
        case .equal: return text == value
        case .notEqual: return text != value
        case .matches: return try pattern?.match(text) != nil
        case .doesNotMatch: return try pattern?.match(text) == nil
        }
    }
}

/// Labels of a series by name.
typealias PromLabels = [String: String]

/// A selector of series.
struct PromSelector: Hashable, Sendable {
    /// What the labels have to be.
    var matchers: [PromMatcher]
    /// Length of the window in milliseconds, nil for the newest sample.
    var window: Int64?
    /// How far back from the instant, in milliseconds.
    var offset: Int64 = 0
}

/// An expression.
indirect enum PromExpression: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// A text, only as an argument.
    case text(String)
    /// Series.
    case selector(PromSelector)
    /// A sign before an expression.
    case negated(PromExpression)
    /// Arithmetic or comparison; `isBool` gives 0 and 1 instead of leaving out.
    case binary(String, PromExpression, PromExpression, isBool: Bool)
    /// A function.
    case call(String, [PromExpression])
    /// One series of several: which labels stay (`by`) or go (`without`).
    case aggregate(String, PromExpression, labels: [String], isWithout: Bool)
}
