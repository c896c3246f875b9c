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

    /// The numbers in the order of `ShiftElements.names`.
    private static func numbers(_ figures: OEE) -> [Int64] {
        let time = figures.time
        // A row is of one job: it has one time per part, if any.
        let lot = figures.production.lots.first { $0.idealPerPart != nil }
        let parts = figures.parts
        let isEstimate = lot?.isEstimate ?? false
        return [
            time.calendar, time.outside, time.plannedDown, time.unknown, time.downTime,
            time.delayTime, time.setupTime, time.productionTime, time.slowTime, time.orderTime,
            time.unplannedProduction, time.breakdownTime, time.shortStopTime, time.blockedTime,
            time.starvedTime,
        ].map(\.nanoseconds) + [
            time.hasClockStep ? 1 : 0, parts.made, parts.good, parts.scrap, parts.rework,
            lot?.idealPerPart?.nanoseconds ?? 0, isEstimate ? 1 : 0,
            figures.production.unplanned.made, figures.production.unallocated,
            time.indicative.nanoseconds,
            figures.production.lots.reduce(0) { $0 + $1.startUpRejects },
            figures.uncounted.calendar > .zero ? 1 : 0,
        ]
    }

    /// Time elements from stored numbers, or from sums of them.
    static func time(_ stored: [Int64]) -> TimeElements {
        func elapsed(_ index: Int) -> Elapsed { Elapsed(nanoseconds: stored[index]) }
        var time = TimeElements()
        time.calendar = elapsed(0)
        time.outside = elapsed(1)
        time.plannedDown = elapsed(2)
        time.unknown = elapsed(3)
        time.downTime = elapsed(4)
        time.delayTime = elapsed(5)
        time.setupTime = elapsed(6)
        time.productionTime = elapsed(7)
        time.slowTime = elapsed(8)
        time.orderTime = elapsed(9)
        time.unplannedProduction = elapsed(10)
        time.breakdownTime = elapsed(11)
        time.shortStopTime = elapsed(12)
        time.blockedTime = elapsed(13)
        time.starvedTime = elapsed(14)
        time.hasClockStep = stored[15] != 0
        time.indicative = elapsed(24)
        return time
    }

    /// Parts made outside planned time.
    static func unplanned(_ stored: [Int64]) -> Int64 { stored[22] }
    /// Parts counted across gaps.
    static func unallocated(_ stored: [Int64]) -> Int64 { stored[23] }
    /// Whether the machine did not count its parts.
    static func isUncounted(_ row: ShiftElements) -> Bool { row.figures[26] != 0 }

    /// The parts of a stored row; nil for none and no job.
    static func lot(_ row: ShiftElements) -> ProductLot? {
        let stored = row.figures
        let parts = PartTotals(
            made: stored[16], good: stored[17], scrap: stored[18], rework: stored[19])
        guard parts != PartTotals() || !row.product.isEmpty else { return nil }
        return ProductLot(
            product: row.product,
            idealPerPart: stored[20] > 0 ? Elapsed(nanoseconds: stored[20]) : nil,
            isEstimate: stored[21] != 0, parts: parts, startUpRejects: stored[25])
    }
}
