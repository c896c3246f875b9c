// Arithmetic, comparison, aggregation and plain functions on values of a query.

/// Arithmetic on values.
enum PromArithmetic {
    /// Functions of values that are known here.
    static let functions: Set<String> = [
        "abs", "time", "vector", "round", "clamp", "clamp_min", "clamp_max", "label_replace",
    ]

    private static let comparisons: Set<String> = ["==", "!=", "<", ">", "<=", ">="]

    /// The value of an operation.
    static func value(
        _ operation: String, _ left: PromValue, _ right: PromValue, isBool: Bool
    ) throws -> PromValue {
        let isComparison = comparisons.contains(operation)
        guard isComparison || !isBool else { throw PromFault("bool belongs to a comparison") }
        switch (left, right) {
        case (.scalar(let one), .scalar(let other)):
            guard !isComparison || isBool else {
                throw PromFault("two numbers are compared with bool, as in 1 == bool 1")
            }
            return .scalar(
                zip(one, other).map { left, right in
                    result(operation, left, right, isBool: true) ?? .nan
                })
        case (.vector(let rows), .scalar(let numbers)):
            return .vector(
                applied(rows, keepsName: isComparison && !isBool) { value, step in
                    let result = result(operation, value, numbers[step], isBool: isBool)
                    return isComparison && !isBool ? result.map { _ in value } : result
                })
        case (.scalar(let numbers), .vector(let rows)):
            return .vector(
                applied(rows, keepsName: isComparison && !isBool) { value, step in
                    let result = result(operation, numbers[step], value, isBool: isBool)
                    return isComparison && !isBool ? result.map { _ in value } : result
                })
        case (.vector(let rows), .vector(let others)):
            return .vector(try matched(operation, rows, others, isBool: isBool))
        default: throw PromFault("a text cannot be reckoned with")
        }
    }

    /// The result of numbers; nil where a comparison does not hold and is not `bool`.
    private static func result(
        _ operation: String, _ left: Double, _ right: Double, isBool: Bool
    ) -> Double? {
        let holds: Bool
        switch operation {
        case "+": return left + right
        case "-": return left - right
        case "*": return left * right
        case "/": return left / right
        case "%": return left.truncatingRemainder(dividingBy: right)
        case "^": return power(left, right)
        case "==": holds = left == right
        case "!=": holds = left != right
        case "<": holds = left < right
        case ">": holds = left > right
        case "<=": holds = left <= right
        default: holds = left >= right
        }
        if isBool { return holds ? 1 : 0 }
        return holds ? left : nil
    }

    /// Whole powers exactly by multiplying, others not offered (NaN).
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        if exponent == 0.5 { return base.squareRoot() }
        guard exponent == exponent.rounded(), exponent.magnitude <= 1_024 else { return .nan }
        var result = 1.0
        for _ in 0..<Int(exponent.magnitude) { result *= base }
        return exponent < 0 ? 1 / result : result
    }

    private static func applied(
        _ rows: [PromRow], keepsName: Bool, _ body: (Double, Int) -> Double?
    ) -> [PromRow] {
        rows.compactMap { row in
            var result = row
            if !keepsName { result.labels["__name__"] = nil }
            result.values = row.values.enumerated().map { step, value in
                value.flatMap { body($0, step) }
            }
            return result.values.contains { $0 != nil } ? result : nil
        }
    }

    /// Series of the same labels with each other.
    private static func matched(
        _ operation: String, _ rows: [PromRow], _ others: [PromRow], isBool: Bool
    ) throws -> [PromRow] {
        let isFilter = comparisons.contains(operation) && !isBool
        var byLabels: [PromLabels: PromRow] = [:]
        for other in others {
            let key = other.labels.without(["__name__"])
            guard byLabels.updateValue(other, forKey: key) == nil else {
                throw PromFault("several series of the right side have the same labels")
            }
        }
        return rows.compactMap { row in
            guard let other = byLabels[row.labels.without(["__name__"])] else { return nil }
            var result = row
            if !isFilter { result.labels["__name__"] = nil }
            result.values = zip(row.values, other.values).map { left, right in
                guard let left, let right else { return nil }
                let value = self.result(operation, left, right, isBool: isBool)
                return isFilter ? value.map { _ in left } : value
            }
            return result.values.contains { $0 != nil } ? result : nil
        }
    }

    /// One series for each group of labels.
    static func aggregated(
        _ name: String, _ rows: [PromRow], labels: [String], isWithout: Bool, steps: Int
    ) -> [PromRow] {
        var groups: [PromLabels: [PromRow]] = [:]
        for row in rows {
            let key =
                isWithout
                ? row.labels.without(labels + ["__name__"])
                : row.labels.filter { labels.contains($0.key) }
            groups[key, default: []].append(row)
        }
        return groups.map { key, members in
            let values = (0..<steps).map { step -> Double? in
                let present = members.compactMap { $0.values[step] }
                guard !present.isEmpty else { return nil }
                switch name {
                case "sum": return present.reduce(0, +)
                case "avg": return present.reduce(0, +) / Double(present.count)
                case "min": return present.min()
                case "max": return present.max()
                default: return Double(present.count)
                }
            }
            return PromRow(labels: key, values: values)
        }.sorted { $0.labels.sortText < $1.labels.sortText }
    }

    /// A function of values.
    static func call(_ name: String, _ values: [PromValue], times: [Int64]) throws -> PromValue {
        switch (name, values.count) {
        case ("abs", 1): return try each(name, values[0]) { $0.magnitude }
        case ("time", 0): return .scalar(times.map { Double($0) / 1_000 })
        case ("vector", 1):
            guard case .scalar(let numbers) = values[0] else { break }
            return .vector([PromRow(labels: [:], values: numbers)])
        case ("round", 1), ("round", 2):
            let unit = values.count == 2 ? try number(name, values[1]) : 1
            return try each(name, values[0]) { ($0 / unit + 0.5).rounded(.down) * unit }
        case ("clamp_min", 2):
            let low = try number(name, values[1])
            return try each(name, values[0]) { Swift.max($0, low) }
        case ("clamp_max", 2):
            let high = try number(name, values[1])
            return try each(name, values[0]) { Swift.min($0, high) }
        case ("clamp", 3):
            let low = try number(name, values[1])
            let high = try number(name, values[2])
            guard low <= high else { return .vector([]) }
            return try each(name, values[0]) { Swift.min(Swift.max($0, low), high) }
        case ("label_replace", 5): return try labelReplaced(values)
        case ("abs", _), ("time", _), ("vector", _), ("round", _), ("clamp", _), ("clamp_min", _),
            ("clamp_max", _), ("label_replace", _):
            throw PromFault("\(name) has \(values.count) arguments, which is too few or too many")
        default: throw PromFault("the function \(name) is not supported here")
        }
        throw PromFault("\(name) takes something else")
    }

    private static func each(
        _ name: String, _ value: PromValue, _ change: (Double) -> Double
    ) throws -> PromValue {
        guard case .vector(let rows) = value else { throw PromFault("\(name) takes series") }
        return .vector(rows.map { $0.mapped(change) })
    }

    private static func number(_ name: String, _ value: PromValue) throws -> Double {
        guard case .scalar(let numbers) = value, let first = numbers.first else {
            throw PromFault("\(name) takes a number here")
        }
        return first
    }

    private static func labelReplaced(_ values: [PromValue]) throws -> PromValue {
        guard case .vector(let rows) = values[0], case .text(let target) = values[1],
            case .text(let replacement) = values[2], case .text(let source) = values[3],
            case .text(let expression) = values[4]
        else { throw PromFault("label_replace takes series and four texts") }
        let pattern = try PromPattern(expression)
        return .vector(
            try rows.map { row in
                guard let groups = try pattern.match(row.labels[source] ?? "") else { return row }
                var result = row
                var text = replacement
                for (index, group) in groups.enumerated().reversed() {
                    text = text.replacing("${\(index)}", with: group)
                        .replacing("$\(index)", with: group)
                }
                result.labels[target] = text.isEmpty ? nil : text
                return result
            })
    }
}

extension PromLabels {
    /// The labels but for some.
    func without(_ names: [String]) -> PromLabels { filter { !names.contains($0.key) } }

    /// A text that puts sets of labels in one order.
    var sortText: String {
        sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
