// A signal over time: smallest to largest in each pixel, the mean as a line, gaps as gaps.

import Loop
import Plant

/// Draws buckets of one signal.
struct LineChart: Sendable, Hashable {
    private static let width = 1000.0
    private static let height = 180.0

    /// The buckets.
    let chart: SignalChart
    /// How its values are drawn.
    let form: SignalForm
    /// The upright scale.
    let scale: Scale
    /// The times along the bottom.
    let axis: TimeAxis

    /// A chart, nil when nothing was seen.
    init?(_ chart: SignalChart, form: SignalForm, axis: TimeAxis) {
        let seen = chart.buckets.filter {
            $0.count > 0 && $0.minimum.isFinite && $0.maximum.isFinite
        }
        guard let lowest = seen.map(\.minimum).min(), let highest = seen.map(\.maximum).max()
        else { return nil }
        self.chart = chart
        self.form = form
        self.axis = axis
        scale =
            form == .switched
            ? Scale(0, 1, whole: true) : Scale(lowest, highest, whole: form.isWhole)
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
        let rows = (0...scale.count).map { part in
            "M0 \(text(LineChart.height * Double(part) / Double(scale.count)))H1000"
        }
        let columns = axis.marks.map { "M\(text(horizontal($0.time))) 0V180" }
        elements.append(
            SVGElement("path", class: "grid-line").with("d", (rows + columns).joined()))
        for gap in gaps {
            let start = horizontal(gap.start)
            elements.append(
                SVGElement("rect", class: "b-nodata").with("x", start).with("y", 80)
                    .with("width", max(1, horizontal(gap.end) - start)).with("height", 20))
        }
        for run in runs {
            if form.isStepped {
                elements.append(SVGElement("path", class: "line").with("d", steps(run)))
                continue
            }
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
        LineChart.height - (value - scale.low) / (scale.high - scale.low) * LineChart.height
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

    /// Values that hold until the next one: across, then straight up or down.
    private func steps(_ run: [Bucket]) -> String {
        guard let first = run.first, let last = run.last else { return "" }
        var value = first.first
        var path = "M" + text(horizontal(first.range.start)) + " " + text(vertical(value))
        for bucket in run where bucket.minimum != value || bucket.maximum != value {
            path += "H" + text(horizontal(bucket.range.start))
            for next in [bucket.minimum, bucket.maximum, bucket.last] where next != value {
                path += "V" + text(vertical(next))
                value = next
            }
        }
        return path + "H" + text(horizontal(last.range.end))
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
