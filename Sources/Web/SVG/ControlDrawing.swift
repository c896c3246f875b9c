// A control chart as a drawing: points, centre, limits, and what lies beyond.

import Plant
import Understand

/// Draws a chart of single values.
struct ControlDrawing: Sendable, Hashable {
    private static let width = 1000.0
    private static let height = 240.0

    /// The upright scale.
    let scale: Scale
    private let chart: ControlChart
    private let limits: DrawingLimits?
    private let marked: Set<Int>

    /// A drawing, nil without points; `marked` are positions that a rule names.
    init?(_ chart: ControlChart, limits: DrawingLimits?, marked: Set<Int>) {
        let shown =
            chart.points.flatMap { [$0.value, $0.lower, $0.upper] }
            + [limits?.lower, limits?.upper].compactMap(\.self)
        guard let lowest = shown.min(), let highest = shown.max() else { return nil }
        self.chart = chart
        self.limits = limits
        self.marked = marked
        scale = Scale(lowest, highest)
    }

    /// The drawing with a sentence for those who do not see it.
    func drawing(label: String) -> SVGMarkup {
        var elements: [SVGElement] = []
        func across(_ value: Double, _ name: String) {
            elements.append(
                SVGElement("path", class: name).with("d", "M0 \(text(vertical(value)))H1000"))
        }
        if let first = chart.points.first {
            across(first.centre, "ctl-centre")
            across(first.lower, "ctl-limit")
            across(first.upper, "ctl-limit")
        }
        for limit in [limits?.lower, limits?.upper].compactMap(\.self) {
            across(limit, "ctl-drawing")
        }
        var path = ""
        for (index, point) in chart.points.enumerated() {
            path += point.isFirst ? "M" : "L"
            path += text(horizontal(index)) + " " + text(vertical(point.value))
        }
        elements.append(SVGElement("path", class: "line").with("d", path))
        for (index, point) in chart.points.enumerated() {
            let isMarked = marked.contains(index)
            // Short strokes with round ends stay round however the drawing is stretched.
            elements.append(
                SVGElement("path", class: isMarked ? "ctl-point out" : "ctl-point")
                    .with("d", "M\(text(horizontal(index))) \(text(vertical(point.value)))h0"))
        }
        return SVGElement("svg", class: "chart control").with("viewBox", "0 0 1000 240")
            .with("preserveAspectRatio", "none").with("role", "img").with("aria-label", label)
            .containing(elements).markup
    }

    private func horizontal(_ index: Int) -> Double {
        ControlDrawing.width * (Double(index) + 0.5) / Double(chart.points.count)
    }

    private func vertical(_ value: Double) -> Double {
        ControlDrawing.height * (scale.high - value) / (scale.high - scale.low)
    }

    private func text(_ value: Double) -> String { SVGElement.number(value) }
}
