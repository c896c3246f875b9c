// Check lists as people type them: a step on a line, its parts between bars.

import Plant

/// Steps of a check list as lines: `Bore | value | 24.98 | 25.02 | mm`, `No burr | good`.
enum CheckLines {
    /// A step as a line; a step that need not be answered begins with a question mark.
    static func line(_ step: CheckStep) -> String {
        var parts = [(step.isRequired ? "" : "? ") + step.says, step.kind.rawValue]
        if step.kind == .value {
            parts += [
                step.lower.map { "\($0)" } ?? "", step.upper.map { "\($0)" } ?? "", step.unit,
            ]
        }
        return parts.joined(separator: " | ")
    }

    /// Steps from lines; throws the line that cannot be read.
    static func steps(_ text: String) throws -> [CheckStep] {
        var steps: [CheckStep] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimming }
            guard var says = parts.first, !says.isEmpty else { continue }
            let isRequired = !says.hasPrefix("?")
            if !isRequired { says = String(says.dropFirst()).trimming }
            let word = parts.count > 1 && !parts[1].isEmpty ? parts[1].lowercased() : "good"
            guard let kind = CheckKind(rawValue: word) else {
                throw RefusedSaying(
                    field: "steps", says: "“\(line)”: \(word) is no kind of answer.",
                    remedy: "Use good, tick, value or text after the first bar.")
            }
            func limit(_ index: Int) throws -> Double? {
                guard index < parts.count, !parts[index].isEmpty else { return nil }
                guard let value = Double(parts[index].replacing(",", with: ".")), value.isFinite
                else {
                    throw RefusedSaying(
                        field: "steps", says: "“\(line)”: \(parts[index]) is no number.",
                        remedy: "Write limits as 24.98, or leave them out.")
                }
                return value
            }
            let base = Slug(name: says, fallback: Slug("step"))
            var id = base
            var number = 2
            while steps.contains(where: { $0.id == id }) {
                id = Slug(name: String(base.text.prefix(36)) + "-\(number)", fallback: base)
                number += 1
            }
            steps.append(
                CheckStep(
                    id: id, says: says, kind: kind, isRequired: isRequired,
                    lower: try limit(2), upper: try limit(3),
                    unit: parts.count > 4 ? parts[4] : ""))
        }
        return steps
    }
}

extension StringProtocol {
    /// The text without blanks at both ends.
    fileprivate var trimming: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
