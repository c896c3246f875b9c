// Which cells a query asks for: equal parts, steps, or the site's shifts.

import Plant

/// Cells of a query with what they are called.
struct CellChoice: Sendable {
    /// All cells side by side.
    let cells: TimeCells
    /// Cells that the answer shows; between shifts there are some that it does not.
    let shown: [Int]
    /// Ids of shifts, empty for other cells.
    let shifts: [String]

    /// Cells of a request: `points`, `every` with `offset`, or `by=shift`; one cell otherwise.
    init(_ ask: Ask, _ range: TimeRange) throws {
        if let by = ask.query.filled("by") {
            guard by == "shift" else {
                throw Problem(
                    .badRequest, "by is not known here.",
                    errors: [.init(field: "by", says: "shift, or points or every instead")])
            }
            try self.init(shiftsOf: ask.world.calendar, range)
            return
        }
        do throws(TimeCells.Flaw) {
            let cells = try CellChoice.cells(ask, range)
            self.init(cells: cells, shown: Array(0..<cells.count), shifts: [])
        } catch {
            throw CellChoice.problem(error)
        }
    }

    private init(cells: TimeCells, shown: [Int], shifts: [String]) {
        self.cells = cells
        self.shown = shown
        self.shifts = shifts
    }

    private static func cells(_ ask: Ask, _ range: TimeRange) throws(TimeCells.Flaw) -> TimeCells {
        if let every = try elapsed(ask, "every") {
            let offset = try elapsed(ask, "offset") ?? .zero
            return try TimeCells(range, step: every, offset: offset)
        }
        let points = ask.query.filled("points").map { Int($0) ?? -1 } ?? 1
        return try TimeCells(range, count: points)
    }

    private init(shiftsOf calendar: ShiftCalendar, _ range: TimeRange) throws {
        var edges = [range.start.nanoseconds]
        var shown: [Int] = []
        var names: [String] = []
        for shift in calendar.shifts(in: range) {
            guard let part = shift.range.intersection(range), !part.isEmpty else { continue }
            if part.start.nanoseconds > edges[edges.count - 1] {
                edges.append(part.start.nanoseconds)
            }
            shown.append(edges.count - 1)
            names.append(shift.id)
            edges.append(part.end.nanoseconds)
        }
        guard !shown.isEmpty else {
            throw Problem(
                .notFound, "There is no shift in this range.",
                errors: [.init(field: "by", says: "every=8h, or shifts set up for this site")])
        }
        do throws(TimeCells.Flaw) {
            self.init(cells: try TimeCells(edges: edges), shown: shown, shifts: names)
        } catch {
            throw CellChoice.problem(error)
        }
    }

    /// How long values count: `hold` as a length of time, or `next`.
    static func hold(_ ask: Ask) throws -> Hold {
        if ask.query.filled("hold") == "next" { return .untilNext }
        guard let elapsed = try elapsedOrProblem(ask, "hold") else {
            return .atMost(.minutes(5))
        }
        return .atMost(elapsed)
    }

    private static func elapsed(_ ask: Ask, _ name: String) throws(TimeCells.Flaw) -> Elapsed? {
        guard let text = ask.query.filled(name) else { return nil }
        guard let elapsed = Elapsed(interfaceText: text) else { throw .notInOrder }
        return elapsed
    }

    private static func elapsedOrProblem(_ ask: Ask, _ name: String) throws -> Elapsed? {
        guard let text = ask.query.filled(name) else { return nil }
        guard let elapsed = Elapsed(interfaceText: text) else {
            throw Problem(
                .badRequest, "\(name) is not a length of time.",
                errors: [.init(field: name, says: "e.g. 90s, 5m, 8h, or whole milliseconds")])
        }
        return elapsed
    }

    private static func problem(_ flaw: TimeCells.Flaw) -> Problem {
        switch flaw {
        case .notInOrder:
            Problem(
                .badRequest, "The range cannot be divided so.",
                errors: [
                    .init(
                        field: "every",
                        says: "points from 1 to \(TimeCells.limit), or every such as 1m, 8h or"
                            + " 60000 (milliseconds)")
                ])
        case .tooMany(let count):
            Problem(
                .badRequest, "\(count) cells are more than one answer has.",
                errors: [
                    .init(
                        field: "every",
                        says: "longer steps, so that at most"
                            + " \(TimeCells.limit) are left")
                ])
        }
    }
}

extension Elapsed {
    /// A length of time from `90s`, `5m`, `8h`, `2d`, `500ms` or whole milliseconds; nil else.
    ///
    /// Only lengths above zero and up to a hundred years.
    init?(interfaceText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count >= 0 else { return nil }
        let factor: Int64
        switch text.dropFirst(digits.count) {
        case "", "ms": factor = 1
        case "s": factor = 1000
        case "m": factor = 60_000
        case "h": factor = 3_600_000
        case "d": factor = 86_400_000
        default: return nil
        }
        let (milliseconds, isOver) = count.multipliedReportingOverflow(by: factor)
        guard !isOver, milliseconds <= 3_155_760_000_000 else { return nil }
        self = .milliseconds(milliseconds)
    }
}
