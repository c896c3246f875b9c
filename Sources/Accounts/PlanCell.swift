// Quantities and dates in a list of work orders: what they are, what they may be, or why neither.
import Plant

/// What a cell may mean.
enum PlanCell<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Nothing stands in it.
    case empty
    /// One meaning.
    case clear(Value)
    /// Several meanings, with the question that tells them apart.
    case unclear([Value], asks: String)
    /// No meaning, for a reason.
    case wrong(String)
}

extension PlanCell<Int64> {
    /// A number of parts: whole, from 1 up.
    ///
    /// `120`, `120.0`, `1,200.00`, `1.200,00` and `120,0` are clear; `1,200` and `1.200` are asked
    /// about, as one of their marks may be a decimal one.
    static func quantity(_ raw: String) -> PlanCell<Int64> {
        let text = FieldText.trimmed(raw)
        guard !text.isEmpty else { return .empty }
        guard text.utf8.count <= 40,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2C || $0 == 0x2E })
        else {
            return .wrong(
                text.utf8.first == 0x2D
                    ? "The quantity \(text) is below zero." : "The quantity \(text) is no number.")
        }
        let marks = text.filter { $0 == "," || $0 == "." }
        guard let last = marks.last else { return whole(text, "", text) }
        let pieces = text.split(separator: last, omittingEmptySubsequences: false)
        let kinds = Set(marks)
        let groups = text.split(
            omittingEmptySubsequences: false, whereSeparator: { $0 == "," || $0 == "." })
        if marks.count > 1 {
            // The last mark is a decimal one only where the others are all of the other kind.
            let isDecimal = kinds.count == 2 && pieces.count == 2
            let inner = isDecimal ? Array(groups.dropLast()) : groups
            guard kinds.count == 1 || isDecimal, isGrouped(inner) else {
                return .wrong("The quantity \(text) is no number.")
            }
            return whole(inner.joined(), isDecimal ? String(groups.last ?? "") : "", text)
        }
        guard !groups[0].isEmpty, !groups[1].isEmpty else {
            return .wrong("The quantity \(text) is no number.")
        }
        if groups[1].utf8.count == 3, isGrouped(groups), groups[0] != "0" {
            guard case .clear(let grouped) = whole(groups.joined(), "", text) else {
                return whole(groups.joined(), "", text)
            }
            if case .clear(let plain) = whole(String(groups[0]), String(groups[1]), text) {
                return .unclear(
                    [grouped, plain],
                    asks: "Is the quantity \(text) \(grouped) parts or \(plain)?")
            }
            return .unclear([grouped], asks: "Is the quantity \(text) \(grouped) parts?")
        }
        return whole(String(groups[0]), String(groups[1]), text)
    }

    private static func isGrouped(_ groups: [Substring]) -> Bool {
        guard let first = groups.first, (1...3).contains(first.utf8.count) else { return false }
        return groups.dropFirst().allSatisfy { $0.utf8.count == 3 }
    }

    private static func whole(
        _ digits: String, _ fraction: String, _ text: String
    ) -> PlanCell<Int64> {
        guard fraction.utf8.allSatisfy({ $0 == 0x30 }) else {
            return .wrong("The quantity \(text) is not a whole number of parts.")
        }
        guard let value = Int64(digits), value <= AccountsLimits.quantity else {
            return .wrong("The quantity \(text) is too large.")
        }
        return value > 0 ? .clear(value) : .wrong("The quantity is nothing.")
    }
}

extension PlanCell<CivilDate> {
    /// A date, with or without a time of day behind it.
    ///
    /// `2026-11-27`, `27/11/2026`, `27-11-2026` and `27.11.2026` are clear; where day and month
    /// could be either it is asked, unless `order` says. Points are day first. Two-digit years are
    /// refused.
    static func date(_ raw: String, order: DateOrder?) -> PlanCell<CivilDate> {
        let text = FieldText.trimmed(raw)
        guard !text.isEmpty else { return .empty }
        let wrong = PlanCell<CivilDate>.wrong("The date \(text) cannot be read.")
        let day = text.prefix { $0 != " " && $0 != "T" }
        guard hasTimeAtMost(text.dropFirst(day.count)),
            let mark = day.first(where: { $0 == "-" || $0 == "/" || $0 == "." })
        else { return wrong }
        let pieces = day.split(separator: mark, omittingEmptySubsequences: false)
        let numbers = pieces.compactMap { piece -> Int? in
            piece.utf8.count <= 4 && piece.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? Int(piece) : nil
        }
        guard pieces.count == 3, numbers.count == 3 else { return wrong }
        if pieces[0].utf8.count == 4 {
            return dated(numbers[0], numbers[1], numbers[2]).map { .clear($0) } ?? wrong
        }
        guard pieces[2].utf8.count == 4 else { return wrong }
        let dayFirst = dated(numbers[2], numbers[1], numbers[0])
        let monthFirst = mark == "." ? nil : dated(numbers[2], numbers[0], numbers[1])
        switch (dayFirst, monthFirst, order) {
        case (let date?, nil, _): return .clear(date)
        case (nil, let date?, _): return .clear(date)
        case (let date?, _?, .dayFirst): return .clear(date)
        case (_?, let date?, .monthFirst): return .clear(date)
        case (let first?, let second?, nil):
            if first == second { return .clear(first) }
            return .unclear(
                [first, second], asks: "\(day): is it \(words(first)) or \(words(second))?")
        case (nil, nil, _): return wrong
        }
    }

    private static func dated(_ year: Int, _ month: Int, _ day: Int) -> CivilDate? {
        guard AccountsLimits.years.contains(year) else { return nil }
        return CivilDate(year: year, month: month, day: day)
    }

    /// Nothing, or digits, colons, points, a zone: the time of day is not looked at.
    private static func hasTimeAtMost(_ rest: Substring) -> Bool {
        rest.utf8.count <= 24
            && rest.utf8.allSatisfy {
                (0x30...0x3A).contains($0) || $0 == 0x2E || $0 == 0x20 || $0 == 0x54 || $0 == 0x5A
                    || $0 == 0x2B || $0 == 0x2D
            }
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    private static func words(_ date: CivilDate) -> String {
        "\(date.day) \(months[date.month - 1])"
    }
}
