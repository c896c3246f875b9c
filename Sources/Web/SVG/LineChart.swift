// A signal over time: smallest to largest in each pixel, the mean as a line, gaps as gaps.

import Loop
import Plant

/// Draws buckets of one signal.
struct LineChart: Sendable, Hashable {
    private static let width = 1000.0
    private static let height = 180.0

    /// The buckets.
    let chart: SignalChart
    /// Lowest and highest value of the scale.
    let low: Double
    /// Highest value of the scale.
    let high: Double

    /// A chart, nil when nothing was seen.
    init?(_ chart: SignalChart) {
        let seen = chart.buckets.filter {
            $0.count > 0 && $0.minimum.isFinite && $0.maximum.isFinite
        }
        guard let lowest = seen.map(\.minimum).min(), let highest = seen.map(\.maximum).max()
        else { return nil }
        self.chart = chart
        (low, high) = LineChart.scale(lowest, highest)
    }

    /// Round ends that hold both values: 1, 2 or 5 times a power of ten apart.
    static func scale(_ lowest: Double, _ highest: Double) -> (Double, Double) {
        let span = highest - lowest
        if span <= 0 {
            let room = max(lowest.magnitude * 0.1, 1)
            return (lowest - room, lowest + room)
        }
        var step = 1.0
        while step * 10 <= span { step *= 10 }
        while step > span { step /= 10 }
        let wide = span / step
        step = wide > 5 ? step : wide > 2 ? step / 2 : step / 5
        let low = lowest >= 0 && lowest < span ? 0 : (lowest / step).rounded(.down) * step
        return (low, (highest / step).rounded(.up) * step)
    }

    /// Runs of buckets that were seen without a hole longer than three usual distances.
    var runs: [[Bucket]] {
        let seen = chart.buckets.filter { $0.count > 0 }
        guard seen.count > 1 else { return seen.isEmpty ? [] : [seen] }
        var distances: [Int64] = []
        for (index, bucket) in seen.enumerated().dropFirst() {
            let before = seen[index - 1].range.start
            distances.append((bucket.range.start - before).nanoseconds)
        }
        let usual = distances.sorted()[distances.count / 2]
        var runs: [[Bucket]] = [[seen[0]]]
        for (index, bucket) in seen.enumerated().dropFirst() {
            if distances[index - 1] > usual * 3 {
                runs.append([bucket])
            } else {
                runs[runs.count - 1].append(bucket)
            }
        }
        return runs
    }

    /// Stretches in which nothing was seen.
    var gaps: [TimeRange] {
        let covered = runs.compactMap { run -> TimeRange? in
            guard let first = run.first, let last = run.last else { return nil }
            return TimeRange(start: first.range.start, end: last.range.end)
        }
        let least = chart.range.elapsed.nanoseconds / 100
        return chart.range.subtracting(covered).filter { $0.elapsed.nanoseconds > least }
    }

    /// The drawing with a sentence for those who do not see it.
    func drawing(label: String) -> SVGMarkup {
        var elements: [SVGElement] = []
        for part in 0...4 {
            let height = LineChart.height * Double(part) / 4
            elements.append(
                SVGElement("path", class: "grid-line").with("d", "M0 \(text(height))H1000"))
        }
        for gap in gaps {
            let start = horizontal(gap.start)
            elements.append(
                SVGElement("rect", class: "b-nodata").with("x", start).with("y", 80)
                    .with("width", max(1, horizontal(gap.end) - start)).with("height", 20))
        }
        for run in runs {
            elements.append(SVGElement("path", class: "band").with("d", band(run)))
            elements.append(SVGElement("path", class: "line").with("d", line(run)))
        }
        return SVGElement("svg", class: "chart").with("viewBox", "0 0 1000 180")
            .with("preserveAspectRatio", "none").with("role", "img").with("aria-label", label)
            .containing(elements).markup
    }

    private func middle(_ bucket: Bucket) -> Timestamp {
        bucket.range.start + Elapsed(nanoseconds: bucket.range.elapsed.nanoseconds / 2)
    }

    private func horizontal(_ time: Timestamp) -> Double {
        let whole = chart.range.elapsed.seconds
        return whole > 0 ? (time - chart.range.start).seconds / whole * LineChart.width : 0
    }

    private func vertical(_ value: Double) -> Double {
        LineChart.height - (value - low) / (high - low) * LineChart.height
    }

    private func text(_ value: Double) -> String { SVGElement.number(value) }

    private func line(_ run: [Bucket]) -> String {
        var path = ""
        for (index, bucket) in run.enumerated() {
            path += index == 0 ? "M" : "L"
            path += text(horizontal(middle(bucket))) + " " + text(vertical(bucket.mean))
        }
        // A single seen bucket is a short dash, not nothing.
        return run.count == 1 ? path + "h2" : path
    }

    private func band(_ run: [Bucket]) -> String {
        var path = ""
        for (index, bucket) in run.enumerated() {
            path += index == 0 ? "M" : "L"
            path += text(horizontal(middle(bucket))) + " " + text(vertical(bucket.maximum))
        }
        for bucket in run.reversed() {
            path += "L" + text(horizontal(middle(bucket))) + " " + text(vertical(bucket.minimum))
        }
        return path + "z"
    }
}
