// Reads signals off a timeline: one value at an instant, or a whole column in tight loops.

import Plant

/// Values of one machine's signals in one shift.
struct SignalReader {
    let model: MachineModel
    let machine: Int
    let plan: StoryPlan
    let timeline: ShiftTimeline

    /// The value of a signal at a second of the shift.
    func value(_ index: Int, at second: Int64) -> Scalar {
        column(index, times: [second])[0]
    }

    /// The values of a signal at seconds of the shift, oldest first.
    func column(_ index: Int, times: [Int64]) -> ColumnValues {
        let seed = mixed(plan.seed ^ UInt64(machine) << 40 ^ UInt64(index) << 32 ^ 0x7369_676E)
        switch model.signals[index].shape {
        case .level(let shape):
            return .numbers(numbers(times) { shape.value(seed, $1, $0) })
        case .warmth(let shape):
            let inertia = model.inertia
            return .numbers(numbers(times) { shape.value(seed, $1, $0, inertia: inertia) })
        case .tank(let shape):
            return .numbers(numbers(times) { shape.value(seed, $1, $0) })
        case .bore(let shape):
            let before = timeline.partsBefore
            return .numbers(
                numbers(times) { segment, second in
                    let part = before + Int64(segment.progress(at: second))
                    return shape.value(seed, part: part, drifted: plan.drifted(at: second))
                })
        case .register:
            return .numbers(numbers(times) { Double(Int64($0.wattHours(at: $1) / 10)) / 100 })
        case .parts:
            let before = timeline.partsBefore
            return .integers(integers(times) { before + Int64($0.progress(at: $1)) })
        case .scrap: return .integers(scrap(times))
        case .stateNumber:
            return .integers(integers(times) { segment, _ in segment.activity.number })
        case .stateText: return .texts(repeated(times, \.word))
        case .faultLight: return .flags(repeated(times, \.isFault))
        }
    }

    /// Calls `body` with each segment and the rows that lie in it.
    @inline(__always)
    private func eachSegment(_ times: [Int64], _ body: (Segment, Range<Int>) -> Void) {
        guard let first = times.first else { return }
        var row = 0
        var place = timeline.segments.firstIndex { $0.span.end > first } ?? 0
        while row < times.count, place < timeline.segments.count {
            let segment = timeline.segments[place]
            let isLast = place == timeline.segments.count - 1
            var end = row
            while end < times.count, times[end] < segment.span.end || isLast { end += 1 }
            if end > row { body(segment, row..<end) }
            row = end
            place += 1
        }
    }

    @inline(__always)
    private func numbers(
        _ times: [Int64], _ value: (Segment, Int64) -> Double
    ) -> [Double] {
        var column: [Double] = []
        column.reserveCapacity(times.count)
        eachSegment(times) { segment, rows in
            for row in rows { column.append(value(segment, times[row])) }
        }
        return column
    }

    @inline(__always)
    private func integers(_ times: [Int64], _ value: (Segment, Int64) -> Int64) -> [Int64] {
        var column: [Int64] = []
        column.reserveCapacity(times.count)
        eachSegment(times) { segment, rows in
            for row in rows { column.append(value(segment, times[row])) }
        }
        return column
    }

    /// A column of values that hold for whole segments.
    private func repeated<Value>(
        _ times: [Int64], _ value: (Activity) -> Value
    ) -> [Value] {
        var column: [Value] = []
        column.reserveCapacity(times.count)
        eachSegment(times) { segment, rows in
            column.append(contentsOf: repeatElement(value(segment.activity), count: rows.count))
        }
        return column
    }

    private func scrap(_ times: [Int64]) -> [Int64] {
        var place = 0
        let numbers = timeline.scrapParts
        return integers(times) { segment, second in
            let made = Int64(segment.progress(at: second))
            while place < numbers.count, numbers[place] <= made { place += 1 }
            return timeline.scrapBefore + Int64(place)
        }
    }
}
