// The upright scale of a chart: round marks that hold all values and never read alike.

import Plant
import Understand

/// Marks at equal distances.
struct Scale: Sendable, Hashable {
    /// The lowest mark.
    let low: Double
    /// The distance of two marks: 1, 2 or 5 times a power of ten.
    let step: Double
    /// How many distances there are, 1 to 5.
    let count: Int

    /// The highest mark.
    var high: Double { low + step * Double(count) }

    /// A scale that holds both values; `whole` allows only whole numbers as marks.
    ///
    /// It begins at 0 where that costs less than half of the height.
    init(_ lowest: Double, _ highest: Double, whole: Bool = false) {
        var lowest = lowest
        var highest = highest
        if highest - lowest <= lowest.magnitude * 1e-12 {
            let room = whole ? 1 : max(lowest.magnitude * 0.1, 1)
            (lowest, highest) = (lowest - room, highest + room)
        } else if lowest >= 0, lowest < highest - lowest {
            lowest = 0
        }
        let least = (highest - lowest) / 4
        var power = 1.0
        let size = Measure.magnitude(least)
        for _ in 0..<abs(size) { power = size > 0 ? power * 10 : power / 10 }
        let steps = [1, 2, 5, 10, 20].map { $0 * power }
        let slack = 1 - 1e-9
        step =
            steps.first { step in
                step >= least * slack && (!whole || (step >= 1 && step == step.rounded()))
            } ?? max(1, power * 10)
        let first = (lowest / step + 1e-9).rounded(.down)
        low = first * step
        count = max(1, Int((highest / step - first - 1e-9).rounded(.up)))
    }

    /// The marks from the highest down, as text.
    var marks: [String] {
        let places = Measure.places(step: step)
        return (0...count).reversed().map {
            Plain.decimal(low + step * Double($0), places: places)
        }
    }
}
