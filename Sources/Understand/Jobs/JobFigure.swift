// A figure of a job with what is missing from it: never a number without its gaps.
public import Plant

/// How a figure stands to what really was.
public enum JobBound: String, Hashable, Sendable {
    /// Nothing is missing from it.
    case exact
    /// A part is missing, so that it really is this much or more.
    case atLeast
    /// Parts are missing that could make it more or less.
    case open
}

/// A figure of a job, or why there is none.
///
/// A figure without a value always has a reason; one that is not exact always has a gap.
public struct JobFigure<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The figure, nil where it cannot be worked out.
    public let value: Value?
    /// How it stands to what really was; `exact` says nothing where there is no value.
    public let bound: JobBound
    /// How much of the time behind it was seen, 0 to 1.
    public let coverage: Double
    /// What is missing or doubtful, as sentences.
    public let gaps: [String]

    /// A figure with what is missing from it.
    init(_ value: Value, bound: JobBound = .exact, coverage: Double, gaps: [String] = []) {
        self.value = value
        self.bound = bound
        self.coverage = coverage
        self.gaps = gaps
    }

    /// No figure, for a reason.
    init(missing reason: String, coverage: Double) {
        self.init(missing: [reason], coverage: coverage)
    }

    /// No figure, for several reasons.
    init(missing reasons: [String], coverage: Double) {
        value = nil
        bound = .exact
        self.coverage = coverage
        gaps = reasons
    }

    /// Why there is no figure, nil where there is one.
    public var reason: String? { value == nil ? gaps.joined(separator: " ") : nil }

    /// Whether a part is missing from it, so that it really is this much or more.
    public var isAtLeast: Bool { value != nil && bound == .atLeast }
}

extension JobFigure<Money> {
    /// The amount in words.
    ///
    /// For example "£201", "at least £201", "about £201" where it could be more or less, or the
    /// reason why there is none.
    public var words: String {
        guard let value else { return reason ?? "" }
        return switch bound {
        case .exact: Plain.money(value)
        case .atLeast: "at least " + Plain.money(value)
        case .open: "about " + Plain.money(value)
        }
    }

    /// The sum of amounts in one currency.
    ///
    /// An amount that is missing makes the sum "at least"; without a single one there is no sum.
    static func sum(_ parts: [JobFigure<Money>], coverage: Double) -> JobFigure<Money> {
        join(parts, coverage: coverage) { $0.adding($1) }
    }
}

extension JobFigure {
    /// Figures put together by `add`, which gives nil where the sum cannot be held.
    static func join(
        _ parts: [JobFigure<Value>], coverage: Double, add: (Value, Value) -> Value?
    ) -> JobFigure<Value> {
        var gaps: [String] = []
        for gap in parts.flatMap(\.gaps) where !gaps.contains(gap) { gaps.append(gap) }
        let known = parts.compactMap(\.value)
        guard var sum = known.first else { return JobFigure(missing: gaps, coverage: coverage) }
        for value in known.dropFirst() {
            guard let next = add(sum, value) else {
                return JobFigure(
                    missing: "The sum is too large, or in several currencies.", coverage: coverage)
            }
            sum = next
        }
        let bounds = parts.filter { $0.value != nil }.map(\.bound)
        let bound: JobBound =
            if bounds.contains(.open) {
                .open
            } else if known.count < parts.count || bounds.contains(.atLeast) {
                .atLeast
            } else {
                .exact
            }
        return JobFigure(sum, bound: bound, coverage: coverage, gaps: gaps)
    }
}
