// Compares rows with one another: overlaps, repeats, days that are too long.

import Plant

/// Checks over all rows of a table.
enum RowChecks {
    /// Adds what there is to know about the rows together.
    static func check(_ items: [RowItem], zone: ZoneRules, _ warnings: inout WarningBook) {
        var byMachine: [Slug: [Int]] = [:]
        var sayings: Set<RowSaying> = []
        var repeats: [Int] = []
        for (place, item) in items.enumerated() {
            if case .planned = item.content { continue }
            if !sayings.insert(item.saying).inserted { repeats.append(item.row) }
            guard case .stop = item.content, let machine = item.machine else { continue }
            byMachine[machine, default: []].append(place)
        }
        warnings.add(.duplicate, repeats)
        var overlaps: [Int] = []
        var adjacent: [Int] = []
        var longDays: [Int] = []
        for (_, places) in byMachine.sorted(by: { $0.key < $1.key }) {
            let sorted = places.sorted {
                (items[$0].range.start, $0) < (items[$1].range.start, $1)
            }
            neighbours(sorted, items, &overlaps, &adjacent)
            longDays += days(sorted, items, zone)
        }
        warnings.add(.overlap, overlaps)
        warnings.add(.adjacent, adjacent)
        warnings.add(.longDay, longDays)
    }

    /// Rows that begin before one before them has ended, or just when it ends.
    private static func neighbours(
        _ places: [Int], _ items: [RowItem], _ overlaps: inout [Int], _ adjacent: inout [Int]
    ) {
        var last: Int?
        for place in places {
            defer {
                if last.map({ items[$0].range.end < items[place].range.end }) ?? true {
                    last = place
                }
            }
            guard let last else { continue }
            let (before, after) = (items[last], items[place])
            if after.range.start < before.range.end {
                overlaps.append(after.row)
            } else if after.range.start == before.range.end,
                case .stop(let one) = before.content, case .stop(let other) = after.content,
                one.reason != other.reason, one.isPlainStop, other.isPlainStop
            {
                adjacent.append(after.row)
            }
        }
    }

    /// The first row of each day that has more time in its rows than it is long.
    private static func days(
        _ places: [Int], _ items: [RowItem], _ zone: ZoneRules
    ) -> [Int] {
        var long: [Int] = []
        var sums: [CivilDate: (sum: Elapsed, row: Int, length: Elapsed)] = [:]
        for place in places {
            var rest = items[place].range
            while !rest.isEmpty {
                let date = zone.local(rest.start).date
                let next = min(zone.midnight(date.adding(days: 1)), rest.end)
                let length =
                    sums[date]?.length
                    ?? zone.midnight(date.adding(days: 1)) - zone.midnight(date)
                let before = sums[date]?.sum ?? .zero
                let sum = before + (max(next, rest.start) - rest.start)
                if before <= length, sum > length { long.append(items[place].row) }
                sums[date] = (sum, items[place].row, length)
                // Midnight lies after the start but for odd zone tables, which end the walk.
                if next <= rest.start { break }
                rest = TimeRange(start: next, end: rest.end)
            }
        }
        return long
    }
}

extension StopSaying {
    /// Whether it is a stop whose reason is said of the whole standstill.
    var isPlainStop: Bool {
        meaning != .running && meaning.mark == nil && loss != .setup && loss != .planned
            && reason != nil
    }
}
