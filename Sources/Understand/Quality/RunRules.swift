// Patterns on a control chart that chance alone makes rarely: Western Electric and Nelson.

/// A rule about the points of a chart.
public enum RunRule: String, Hashable, Sendable, CaseIterable {
    /// One point beyond three sigma.
    case beyondLimit = "N1"
    /// Nine in a row on one side.
    case nineOnOneSide = "N2"
    /// Six in a row rising or falling.
    case sixSteady = "N3"
    /// Fourteen in a row going up and down by turns.
    case fourteenAlternating = "N4"
    /// Two of three beyond two sigma on one side.
    case twoOfThree = "N5"
    /// Four of five beyond one sigma on one side.
    case fourOfFive = "N6"
    /// Fifteen in a row within one sigma.
    case fifteenNear = "N7"
    /// Eight in a row beyond one sigma on both sides.
    case eightFar = "N8"
    /// Eight in a row on one side (Western Electric's fourth).
    case eightOnOneSide = "WE4"

    /// The four rules of Western Electric, 1956.
    public static let westernElectric: [RunRule] = [
        .beyondLimit, .twoOfThree, .fourOfFive, .eightOnOneSide,
    ]
    /// The eight rules of Nelson, 1984.
    public static let nelson: [RunRule] = [
        .beyondLimit, .nineOnOneSide, .sixSteady, .fourteenAlternating, .twoOfThree, .fourOfFive,
        .fifteenNear, .eightFar,
    ]
    /// What is looked at without being asked.
    ///
    /// Each further rule shortens the time between false alarms: the first alone is wrong once
    /// in about 370 points, all four of Western Electric once in about 92.
    public static func standard(_ kind: ChartKind) -> [RunRule] {
        kind.isLocation ? [.beyondLimit, .nineOnOneSide, .twoOfThree] : [.beyondLimit]
    }

    /// Points that the rule looks at.
    public var window: Int {
        switch self {
        case .beyondLimit: 1
        case .twoOfThree: 3
        case .fourOfFive: 5
        case .sixSteady: 6
        case .eightFar, .eightOnOneSide: 8
        case .nineOnOneSide: 9
        case .fourteenAlternating: 14
        case .fifteenNear: 15
        }
    }
}

/// A rule that a point completes.
public struct RunSignal: Hashable, Sendable {
    /// Position of the point.
    public let index: Int
    /// The rule.
    public let rule: RunRule
    /// Whether it happened above the centre, nil where both sides take part.
    public let isAbove: Bool?
}

extension ControlChart {
    /// Where rules hold: each point that completes a pattern or goes on with it.
    ///
    /// A point exactly on a limit or on the centre does not count as beyond it or on a side. No
    /// run reaches across a break. Source: `domain/spc.md`, the reading of R's qcc.
    public func signals(_ rules: [RunRule]) -> [RunSignal] {
        var found: [RunSignal] = []
        var start = 0
        for index in points.indices {
            if points[index].isFirst { start = index }
            for rule in rules {
                if rule == .beyondLimit {
                    if points[index].isOut {
                        let isAbove = points[index].value > points[index].upper
                        found.append(RunSignal(index: index, rule: rule, isAbove: isAbove))
                    }
                    continue
                }
                let first = index - rule.window + 1
                guard first >= start else { continue }
                let part = points[first...index]
                if let side = ControlChart.holds(rule, Array(part)) {
                    found.append(RunSignal(index: index, rule: rule, isAbove: side.isAbove))
                }
            }
        }
        return found
    }

    private struct Side {
        let isAbove: Bool?
    }

    /// Whether a full window shows a pattern, and on which side; nil where it does not.
    private static func holds(_ rule: RunRule, _ part: [ChartPoint]) -> Side? {
        let distances = part.map(\.distance)
        let newest = distances[distances.count - 1]
        func beyond(_ sigmas: Double, needed: Int) -> Side? {
            for isAbove in [true, false] {
                let sign = isAbove ? 1.0 : -1.0
                guard sign * newest > sigmas,
                    distances.count(where: { sign * $0 > sigmas }) >= needed
                else { continue }
                return Side(isAbove: isAbove)
            }
            return nil
        }
        switch rule {
        case .beyondLimit: return nil
        case .nineOnOneSide, .eightOnOneSide: return beyond(0, needed: part.count)
        case .twoOfThree: return beyond(2, needed: 2)
        case .fourOfFive: return beyond(1, needed: 4)
        case .sixSteady:
            let steps = zip(part, part.dropFirst()).map { $1.value - $0.value }
            if steps.allSatisfy({ $0 > 0 }) { return Side(isAbove: true) }
            return steps.allSatisfy { $0 < 0 } ? Side(isAbove: false) : nil
        case .fourteenAlternating:
            let steps = zip(part, part.dropFirst()).map { $1.value - $0.value }
            return zip(steps, steps.dropFirst()).allSatisfy { $0 * $1 < 0 }
                ? Side(isAbove: nil) : nil
        case .fifteenNear:
            return distances.allSatisfy { abs($0) < 1 } ? Side(isAbove: nil) : nil
        case .eightFar:
            let isFar = distances.allSatisfy { abs($0) > 1 }
            let areBoth = distances.contains { $0 > 0 } && distances.contains { $0 < 0 }
            return isFar && areBoth ? Side(isAbove: nil) : nil
        }
    }
}
