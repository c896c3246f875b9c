// The value of an expression at each step of a range.

/// The instants at which a query is evaluated, in milliseconds.
struct PromSteps: Sendable {
    /// First instant.
    let start: Int64
    /// From one to the next.
    let step: Int64
    /// How many.
    let count: Int

    /// The instant of a step.
    func time(_ index: Int) -> Int64 { start + Int64(index) * step }
    /// The last instant.
    var end: Int64 { time(count - 1) }
}

/// One series of an answer: a value or none at each step.
struct PromRow: Sendable {
    /// Its labels.
    var labels: PromLabels
    /// A value for each step.
    var values: [Double?]
}

/// What an expression gives.
enum PromValue: Sendable {
    /// A number for each step.
    case scalar([Double])
    /// Series.
    case vector([PromRow])
    /// A text.
    case text(String)
}

/// Evaluates expressions over steps.
///
/// Both ends of a window belong to it, as in Prometheus before version 3.
struct PromEvaluator {
    /// A sample counts for so long, milliseconds.
    static let lookback: Int64 = 300_000

    private let steps: PromSteps
    private let series: [PromSeries]
    private var reader: PromReader

    /// An evaluator over the series of a world.
    init(steps: PromSteps, series: [PromSeries], reader: PromReader) {
        self.steps = steps
        self.series = series
        self.reader = reader
    }

    /// The value of an expression.
    mutating func value(of expression: PromExpression) async throws -> PromValue {
        switch expression {
        case .number(let number):
            return .scalar([Double](repeating: number, count: steps.count))
        case .text(let text): return .text(text)
        case .selector(let selector):
            guard selector.window == nil else {
                throw PromFault("a range such as [5m] belongs inside a function such as rate()")
            }
            return .vector(try await newest(selector))
        case .negated(let inner):
            switch try await value(of: inner) {
            case .scalar(let numbers): return .scalar(numbers.map { -$0 })
            case .vector(let rows): return .vector(rows.map { $0.mapped { -$0 } })
            case .text: throw PromFault("a text has no sign")
            }
        case .binary(let operation, let left, let right, let isBool):
            return try PromArithmetic.value(
                operation, try await value(of: left), try await value(of: right), isBool: isBool)
        case .aggregate(let name, let inner, let labels, let isWithout):
            guard case .vector(let rows) = try await value(of: inner) else {
                throw PromFault("\(name) takes series, not a number")
            }
            return .vector(
                PromArithmetic.aggregated(
                    name, rows, labels: labels, isWithout: isWithout, steps: steps.count))
        case .call(let name, let arguments): return try await call(name, arguments)
        }
    }

    private mutating func call(
        _ name: String, _ arguments: [PromExpression]
    ) async throws -> PromValue {
        if let window = PromWindow(rawValue: name) { return try await over(window, arguments) }
        var values: [PromValue] = []
        for argument in arguments { values.append(try await value(of: argument)) }
        return try PromArithmetic.call(name, values, times: (0..<steps.count).map(steps.time))
    }

    private func chosen(_ selector: PromSelector) throws -> [PromSeries] {
        var found: [PromSeries] = []
        for one in series {
            var isIn = true
            for matcher in selector.matchers where isIn {
                isIn = try matcher.accepts(one.labels)
            }
            if isIn { found.append(one) }
        }
        return found
    }

    /// The newest sample at each step, no older than the look-back.
    private mutating func newest(_ selector: PromSelector) async throws -> [PromRow] {
        var rows: [PromRow] = []
        for one in try chosen(selector) {
            let samples = try await reader.samples(
                of: one, from: steps.start - selector.offset - Self.lookback,
                through: steps.end - selector.offset)
            let values = (0..<steps.count).map { index -> Double? in
                let time = steps.time(index) - selector.offset
                let count = samples.count(through: time)
                guard count > 0, samples.times[count - 1] >= time - Self.lookback else {
                    return nil
                }
                return samples.values[count - 1]
            }
            if values.contains(where: { $0 != nil }) {
                rows.append(PromRow(labels: one.labels, values: values))
            }
        }
        return rows
    }

    private mutating func over(
        _ window: PromWindow, _ arguments: [PromExpression]
    ) async throws -> PromValue {
        let isQuantile = window == .quantile
        guard arguments.count == (isQuantile ? 2 : 1),
            case .selector(let selector)? = arguments.last, let length = selector.window
        else {
            throw PromFault(
                isQuantile
                    ? "\(window.rawValue) takes a number and a range such as x[5m]"
                    : "\(window.rawValue) takes a range such as x[5m]")
        }
        var share = 0.0
        if isQuantile {
            guard case .scalar(let numbers) = try await value(of: arguments[0]),
                let first = numbers.first
            else { throw PromFault("\(window.rawValue) takes a number first") }
            share = first
        }
        var rows: [PromRow] = []
        for one in try chosen(selector) {
            let samples = try await reader.samples(
                of: one, from: steps.start - selector.offset - length,
                through: steps.end - selector.offset)
            let values = (0..<steps.count).map { index -> Double? in
                let end = steps.time(index) - selector.offset
                let first = samples.count(through: end - length - 1)
                let last = samples.count(through: end)
                guard first < last else { return nil }
                return window.value(
                    times: samples.times[first..<last], values: samples.values[first..<last],
                    from: end - length, through: end, share: share)
            }
            guard values.contains(where: { $0 != nil }) else { continue }
            var labels = one.labels
            if window != .last { labels["__name__"] = nil }
            rows.append(PromRow(labels: labels, values: values))
        }
        return .vector(rows)
    }
}

extension PromRow {
    /// Values changed one by one; the metric's name goes, as the value is another quantity.
    func mapped(_ change: (Double) -> Double?) -> PromRow {
        var row = self
        row.labels["__name__"] = nil
        row.values = values.map { $0.flatMap(change) }
        return row
    }
}
