// What a chart says, as one plain sentence for each finding.

/// How neighbouring values of a series hang together.
public enum Autocorrelation {
    /// The correlation of each value with the one before; 0 of fewer than three or no spread.
    public static func first(_ values: [Double]) -> Double {
        guard values.count >= 3 else { return 0 }
        let centre = Spread.mean(values)
        let total = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        guard total > 0 else { return 0 }
        let pairs = zip(values, values.dropFirst())
            .reduce(0) { $0 + ($1.0 - centre) * ($1.1 - centre) }
        return pairs / total
    }
}

/// A finding on a chart, the newest first that a person should hear.
public struct QualityFinding: Hashable, Sendable {
    /// How urgent it is.
    public enum Weight: Int, Hashable, Sendable, Comparable {
        /// Good to know.
        case note
        /// Something changed, the parts are still good.
        case watch
        /// Parts may be bad.
        case act

        /// Orders by urgency.
        public static func < (left: Weight, right: Weight) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// How urgent it is.
    public let weight: Weight
    /// The sentence.
    public let sentence: String
    /// Position of the point it rests on, nil for the whole chart.
    public let index: Int?

    /// A finding.
    public init(_ weight: Weight, _ sentence: String, index: Int? = nil) {
        self.weight = weight
        self.sentence = sentence
        self.index = index
    }
}

extension ControlChart {
    /// Findings about the newest points, the most urgent first; empty when there is nothing.
    ///
    /// `limits` are those of the drawing where the chart shows single values or means.
    public func findings(
        rules: [RunRule]? = nil, limits: DrawingLimits? = nil
    ) -> [QualityFinding] {
        guard let last = points.indices.last else { return [] }
        var findings: [QualityFinding] = []
        let newest = points[last].value
        let isInside = limits?.allows(newest)
        if isInside == false {
            findings.append(
                QualityFinding(.act, "The newest value is outside the drawing limits.", index: last)
            )
        }
        let still = isInside == true ? " Still inside the drawing limits." : ""
        for signal in signals(rules ?? RunRule.standard(kind)) where signal.index == last {
            let way = signal.isAbove == true ? "high" : "low"
            let side = signal.isAbove == true ? "above" : "below"
            let sentence: String
            switch signal.rule {
            case .beyondLimit:
                sentence = "The newest value is unusually \(way).\(still)"
            case .nineOnOneSide, .eightOnOneSide:
                sentence =
                    "\(Plain.capitalised(Plain.word(signal.rule.window))) values in a row lie \(side) the usual middle: the level has moved.\(still)"
            case .sixSteady:
                sentence = "Drifting \(signal.isAbove == true ? "up" : "down").\(still)"
            case .twoOfThree, .fourOfFive:
                sentence = "Running unusually \(way).\(still)"
            case .fourteenAlternating:
                sentence = "Going up and down by turns: two sources may be mixed.\(still)"
            case .fifteenNear:
                sentence = "Unusually close to the middle: the limits may be too wide."
            case .eightFar:
                sentence = "Avoiding the middle: two sources may be mixed.\(still)"
            }
            findings.append(
                QualityFinding(isInside == false ? .act : .watch, sentence, index: last))
        }
        if Autocorrelation.first(points.map(\.value)) > 0.3, kind == .individuals,
            points.count >= 20
        {
            findings.append(
                QualityFinding(
                    .note,
                    "Neighbouring values are alike: take fewer of them, or the limits are too tight."
                ))
        }
        return findings.sorted { $0.weight > $1.weight }
    }
}
