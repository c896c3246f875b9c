// Figures split by machine, shift, day, job, product, line or site: sums first, ratios last.

import Journal
public import Plant
public import Understand

/// What figures are split by.
public enum FigureSplit: String, Sendable, Hashable, CaseIterable {
    /// One row for the whole site.
    case site
    /// A row for each machine.
    case machine
    /// A row for each shift.
    case shift
    /// A row for each day, by the local date on which its shifts start.
    case day
    /// A row for each job.
    case job
    /// A row for each product.
    case product
}

/// One row of split figures.
public struct FigureTableRow: Sendable, Hashable {
    /// Ids, in the order of the splits; empty for time without a job.
    public let keys: [String]
    /// The same in words.
    public let names: [String]
    /// The sums behind every ratio.
    public let figures: OEE
    /// Closed shifts in it that were changed after they were closed.
    public let revised: Int

    /// A row.
    public init(keys: [String], names: [String], figures: OEE, revised: Int) {
        self.keys = keys
        self.names = names
        self.figures = figures
        self.revised = revised
    }
}

/// Split figures.
public struct FigureTable: Sendable, Hashable {
    /// The stretch of time, cut at now.
    public let range: TimeRange
    /// What they are split by.
    public let splits: [FigureSplit]
    /// Rows in order of their keys.
    public let rows: [FigureTableRow]
    /// What is not in them, as sentences.
    public let gaps: [String]

    /// A table.
    public init(range: TimeRange, splits: [FigureSplit], rows: [FigureTableRow], gaps: [String]) {
        self.range = range
        self.splits = splits
        self.rows = rows
        self.gaps = gaps
    }
}

/// A line with its figures.
public struct LinePicture: Sendable, Hashable {
    /// The line.
    public let line: ProductionLine
    /// Its figures; nil where none of its machines is known.
    public let figures: LineFigures?

    /// A line with its figures.
    public init(line: ProductionLine, figures: LineFigures?) {
        self.line = line
        self.figures = figures
    }
}

/// Sums of one row under way.
private final class FigureSum {
    private var time = TimeElements()
    private var uncounted = TimeElements()
    private var lots: [LotKey: ProductLot] = [:]
    private var order: [LotKey] = []
    private var isPlannedByJobs = false
    private var unplanned: Int64 = 0
    private var unallocated: Int64 = 0
    private var signals: [SignalID] = []
    /// Sums of stored rows, in their order, of all machines and of those that do not count.
    private var stored = [Int64](repeating: 0, count: ShiftElements.names.count)
    private var storedUncounted = [Int64](repeating: 0, count: ShiftElements.names.count)
    var revised = 0

    /// What keeps parts of two times per part apart.
    private struct LotKey: Hashable {
        let product: String
        let ideal: Elapsed?
        let isEstimate: Bool
    }

    func add(_ figures: OEE) {
        time.add(figures.time)
        if figures.uncounted.calendar > .zero { uncounted.add(figures.uncounted) }
        if figures.isPlannedByJobs { isPlannedByJobs = true }
        unplanned += figures.production.unplanned.made
        unallocated += figures.production.unallocated
        for lot in figures.production.lots { add(lot) }
        for signal in figures.signals where !signals.contains(signal) { signals.append(signal) }
    }

    /// Adds a stored row number by number; its parts are one lot.
    func add(_ row: ShiftElements) {
        for index in stored.indices { stored[index] &+= row.figures[index] }
        if ClosedFigures.isUncounted(row) {
            for index in stored.indices { storedUncounted[index] &+= row.figures[index] }
        }
        if let lot = ClosedFigures.lot(row) { add(lot) }
    }

    private func add(_ lot: ProductLot) {
        let key = LotKey(
            product: lot.product, ideal: lot.idealPerPart, isEstimate: lot.isEstimate)
        if let place = lots.index(forKey: key) {
            let parts = lots.values[place].parts + lot.parts
            lots.values[place].parts = parts
            lots.values[place].startUpRejects += lot.startUpRejects
        } else {
            lots[key] = lot
            order.append(key)
        }
    }

    var figures: OEE {
        var production = Production(
            lots: order.compactMap { lots[$0] },
            unallocated: unallocated + ClosedFigures.unallocated(stored))
        production.unplanned = PartTotals(made: unplanned + ClosedFigures.unplanned(stored))
        return OEE(
            time: time + ClosedFigures.time(stored), production: production, signals: signals,
            uncounted: uncounted + ClosedFigures.time(storedUncounted),
            isPlannedByJobs: isPlannedByJobs)
    }
}

extension World {
    /// The longest range that is read sample by sample where no shift is asked for.
    private static let longestReading = Elapsed.hours(24 * 35)

    /// Figures of a range split by one or more things; blocks while it reads.
    ///
    /// By shift or day they come from the closed shifts where those lie whole in the range, and
    /// from the samples elsewhere; without either they come from the samples alone up to 35 days,
    /// and from the shifts beyond, where time outside of all shifts is left out and said.
    public func figureTable(
        range: TimeRange, by splits: [FigureSplit], machine: Slug?
    ) throws -> FigureTable {
        let now = time
        let period = TimeRange(start: range.start, end: max(range.start, min(range.end, now)))
        let machines = try chosen(machine)
        var sums: [[String]: FigureSum] = [:]
        func sum(_ key: [String]) -> FigureSum {
            if let known = sums[key] { return known }
            let new = FigureSum()
            sums[key] = new
            return new
        }
        let isByShift = splits.contains(.shift) || splits.contains(.day)
        var gaps: [String] = []
        if isByShift || period.elapsed > World.longestReading {
            try eachShift(period, machines, splits, sum)
            if !isByShift {
                gaps.append(
                    "Time and parts outside of all shifts are left out: the range is longer than"
                        + " 35 days.")
            }
        } else {
            for found in machines {
                let reading = try reading(found, range)
                for row in reading.rows(period) {
                    sum(key(splits, found.id, nil, row.job, row.product)).add(row.figures)
                }
            }
        }
        let names = ShiftNames(factory: factory, calendar: calendar)
        let rows = sums.keys.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { key in
            sums[key].map { sum in
                FigureTableRow(
                    keys: key, names: names.words(key, splits), figures: sum.figures,
                    revised: sum.revised)
            }
        }
        return FigureTable(range: period, splits: splits, rows: rows, gaps: gaps)
    }

    private func chosen(_ machine: Slug?) throws -> [Machine] {
        guard let machine else { return factory.activeMachines }
        guard let found = factory.machines[machine] else { throw UnknownThing.machine(machine) }
        return [found]
    }

    private func key(
        _ splits: [FigureSplit], _ machine: Slug, _ shift: String?, _ job: String,
        _ product: String
    ) -> [String] {
        splits.map { split in
            switch split {
            case .site: ""
            case .machine: machine.text
            case .shift: shift ?? ""
            case .day: shift.map { String($0.prefix(10)) } ?? ""
            case .job: job
            case .product: product
            }
        }
    }

    /// Every job of every shift in a range: stored where the shift was closed, else worked out.
    private func eachShift(
        _ period: TimeRange, _ machines: [Machine], _ splits: [FigureSplit],
        _ sum: ([String]) -> FigureSum
    ) throws {
        let calendar = self.calendar
        let shifts = calendar.shifts(in: period)
        guard let first = shifts.first, let final = shifts.last else { return }
        let whole = Set(
            shifts.filter { $0.range.start >= period.start && $0.range.end <= period.end }
                .map(\.id))
        let closed = try journal.elements(
            in: min(first.date, final.date)...max(first.date, final.date),
            machines: machines.map(\.id))
        let revised = try journal.revisedShifts(in: first.date...final.date)
        // How many of the whole shifts of each machine are closed.
        var closedShifts: [Slug: Int] = [:]
        // Rows come shift by shift, machine by machine: what is the same as before is kept.
        let isByJob = splits.contains(.job) || splits.contains(.product)
        let isByMachine = splits.contains(.machine)
        var shift = ""
        var machine: Slug?
        var isWhole = false
        var place: FigureSum?
        for row in closed {
            let isNewShift = row.shift != shift
            let isNew = isNewShift || row.machine != machine
            if isNewShift {
                shift = row.shift
                isWhole = whole.contains(shift)
            }
            machine = row.machine
            guard isWhole else { continue }
            if isNew { closedShifts[row.machine, default: 0] += 1 }
            if isByJob || isNewShift || (isNew && isByMachine) || place == nil {
                place = sum(key(splits, row.machine, shift, row.job, row.product))
            }
            place?.add(row)
            if isNew, !revised.isEmpty, revised.contains(row.machine.text + " " + shift) {
                place?.revised += 1
            }
        }
        for machine in machines where !machine.stateRules.isEmpty {
            // Mostly all are: only then is it looked up which are not.
            guard closedShifts[machine.id] != shifts.count else { continue }
            let known = Set(closed.filter { $0.machine == machine.id }.map(\.shift))
                .intersection(whole)
            let missing = shifts.filter { !known.contains($0.id) }
            guard let start = missing.first?.range.start,
                let end = missing.map(\.range.end).max()
            else { continue }
            let hull = TimeRange(start: max(start, period.start), end: min(end, period.end))
            let reading = try reading(machine, hull)
            for shift in missing {
                guard let part = shift.range.intersection(hull), !part.isEmpty else { continue }
                for row in reading.rows(part) {
                    sum(key(splits, machine.id, shift.id, row.job, row.product)).add(row.figures)
                }
            }
        }
    }

    /// Lines as one work unit each, by the machines' figures of a range; blocks while it reads.
    public func linePictures(range: TimeRange) throws -> [LinePicture] {
        let period = TimeRange(start: range.start, end: min(range.end, time))
        return try factory.lines.values.sorted { $0.id < $1.id }.map { line in
            let machines = try line.machines.compactMap { factory.machines[$0] }.map {
                (id: $0.id, figures: try reading($0, range).oee(period))
            }
            return LinePicture(line: line, figures: LineFigures(line, machines: machines))
        }
    }
}

/// Keys of rows in words.
private struct ShiftNames {
    let factory: Factory
    let calendar: ShiftCalendar

    func words(_ key: [String], _ splits: [FigureSplit]) -> [String] {
        zip(key, splits).map { text, split in
            switch split {
            case .site: factory.name
            case .machine: Slug(text).flatMap { factory.machines[$0]?.name } ?? text
            case .shift: shift(text)
            case .day: CivilDate(text).map(Plain.longDate) ?? text
            case .job: text.isEmpty ? "No job" : text
            case .product: text.isEmpty ? "No job" : text
            }
        }
    }

    /// `2026-11-13/early` as people say it.
    private func shift(_ id: String) -> String {
        let parts = id.split(separator: "/")
        guard parts.count == 2, let date = CivilDate(String(parts[0])) else { return id }
        let pattern = calendar.version(on: date)?.shifts.first { $0.id.text == parts[1] }
        return "\(pattern?.name ?? String(parts[1])), \(Plain.longDate(date))"
    }
}
