// The figures of a closed shift as content of its event, and back.

import Journal
import Plant
import Understand

/// Between the figures of one job in one shift and the numbers that are stored of it.
enum ClosedFigures {
    /// Name and version of what a closing holds.
    static let definition = "closing/2"

    /// One row as members of an event: nanoseconds and large numbers as text.
    static func facts(_ row: FigureRow) -> Fact {
        var members: [String: Fact] = ["job": .text(row.job), "product": .text(row.product)]
        for (name, figure) in zip(ShiftElements.names, numbers(row.figures)) where figure != 0 {
            members[name] = name.hasSuffix("_ns") ? .text(String(figure)) : .whole(figure)
        }
        return .object(members)
    }

    private typealias Element = any WritableKeyPath<TimeElements, Elapsed> & Sendable

    /// Which stored number is which time element: the one list for both directions.
    private static let times: [(index: Int, element: Element)] = {
        let elements: [(String, Element)] = [
            ("calendar_ns", \.calendar), ("outside_ns", \.outside),
            ("planned_down_ns", \.plannedDown), ("unknown_ns", \.unknown),
            ("down_ns", \.downTime), ("delay_ns", \.delayTime), ("setup_ns", \.setupTime),
            ("production_ns", \.productionTime), ("slow_ns", \.slowTime),
            ("order_ns", \.orderTime), ("unplanned_ns", \.unplannedProduction),
            ("breakdown_ns", \.breakdownTime), ("short_ns", \.shortStopTime),
            ("blocked_ns", \.blockedTime), ("starved_ns", \.starvedTime),
            ("indicative_ns", \.indicative), ("doubtful_ns", \.doubtful),
        ]
        return elements.map { (place($0), $1) }
    }()

    private static let step = place("step")
    private static let made = place("made")
    private static let good = place("good")
    private static let scrap = place("scrap")
    private static let rework = place("rework")
    private static let ideal = place("ideal_ns")
    private static let estimate = place("estimate")
    private static let unplannedMade = place("unplanned_made")
    private static let unallocatedParts = place("unallocated")
    private static let startUpRejects = place("start_up_rejects")
    private static let uncounted = place("uncounted")

    /// Where a figure stands among the stored ones; a name that is none is a programmer's error.
    private static func place(_ name: String) -> Int {
        guard let index = ShiftElements.names.firstIndex(of: name) else {
            preconditionFailure("\(name) is no stored figure")
        }
        return index
    }

    /// The numbers in the order of `ShiftElements.names`.
    private static func numbers(_ figures: OEE) -> [Int64] {
        var numbers = [Int64](repeating: 0, count: ShiftElements.names.count)
        for (index, element) in times {
            numbers[index] = figures.time[keyPath: element].nanoseconds
        }
        numbers[step] = figures.time.hasClockStep ? 1 : 0
        let parts = figures.parts
        numbers[made] = parts.made
        numbers[good] = parts.good
        numbers[scrap] = parts.scrap
        numbers[rework] = parts.rework
        // A row is of one job: it has one time per part, if any.
        let lot = figures.production.lots.first { $0.idealPerPart != nil }
        numbers[ideal] = lot?.idealPerPart?.nanoseconds ?? 0
        numbers[estimate] = lot?.isEstimate ?? false ? 1 : 0
        numbers[unplannedMade] = figures.production.unplanned.made
        numbers[unallocatedParts] = figures.production.unallocated
        numbers[startUpRejects] = figures.production.lots.reduce(0) { $0 + $1.startUpRejects }
        numbers[uncounted] = figures.hasUncounted ? 1 : 0
        return numbers
    }

    /// Time elements from stored numbers, or from sums of them.
    static func time(_ stored: [Int64]) -> TimeElements {
        var time = TimeElements()
        for (index, element) in times {
            time[keyPath: element] = Elapsed(nanoseconds: stored[index])
        }
        time.hasClockStep = stored[step] != 0
        return time
    }

    /// Parts made outside planned time.
    static func unplanned(_ stored: [Int64]) -> Int64 { stored[unplannedMade] }
    /// Parts counted across gaps.
    static func unallocated(_ stored: [Int64]) -> Int64 { stored[unallocatedParts] }
    /// Whether the machine did not count its parts.
    static func isUncounted(_ row: ShiftElements) -> Bool { row.figures[uncounted] != 0 }

    /// The parts of a stored row; nil for none and no job.
    static func lot(_ row: ShiftElements) -> ProductLot? {
        let stored = row.figures
        let parts = PartTotals(
            made: stored[made], good: stored[good], scrap: stored[scrap], rework: stored[rework])
        guard parts != PartTotals() || !row.product.isEmpty else { return nil }
        return ProductLot(
            product: row.product,
            idealPerPart: stored[ideal] > 0 ? Elapsed(nanoseconds: stored[ideal]) : nil,
            isEstimate: stored[estimate] != 0, parts: parts,
            startUpRejects: stored[startUpRejects])
    }
}
