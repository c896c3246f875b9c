// The last two minutes of a signal that is being tried, with the mark above which it runs.

import Loop
import Plant

/// Draws the values of a trial.
struct TrialChart {
    private static let width = 1000.0
    private static let height = 220.0
    private static let span = 120.0

    let trace: TrialTrace
    let above: Double?
    let now: Timestamp

    /// Upright scale with the mark in it.
    var scale: Scale? {
        let numbers = trace.numbers + [above].compactMap(\.self)
        guard let low = numbers.min(), let high = numbers.max() else { return nil }
        return Scale(min(low, 0), high > 0 ? high : 1, whole: false)
    }

    /// The drawing; nil before the first number.
    func drawing(label: String) -> SVGMarkup? {
        guard let scale, !trace.numbers.isEmpty else { return nil }
        func vertical(_ value: Double) -> Double {
            TrialChart.height
                - (value - scale.low) / (scale.high - scale.low) * TrialChart.height
        }
        var path = ""
        var isJoined = false
        for (index, time) in trace.times.enumerated() {
            let age = (now - time).seconds
            guard age <= TrialChart.span else { continue }
            guard trace.isUsable[index], let value = trace.values[index].asDouble, value.isFinite
            else {
                isJoined = false
                continue
            }
            let across = (1 - max(0, age) / TrialChart.span) * TrialChart.width
            path +=
                (isJoined ? "L" : "M") + SVGElement.number(across) + " "
                + SVGElement.number(vertical(value))
            if !isJoined { path += "h1" }
            isJoined = true
        }
        let rows = (0...scale.count).map {
            "M0 \(SVGElement.number(TrialChart.height * Double($0) / Double(scale.count)))H1000"
        }
        var elements = [
            SVGElement("path", class: "grid-line").with("d", rows.joined()),
            SVGElement("path", class: "line").with("d", path),
        ]
        if let above {
            elements.append(
                SVGElement("path", class: "mark-line")
                    .with("d", "M0 \(SVGElement.number(vertical(above)))H1000"))
        }
        return SVGElement("svg", class: "chart trial").with("viewBox", "0 0 1000 220")
            .with("preserveAspectRatio", "none").with("role", "img").with("aria-label", label)
            .containing(elements).markup
    }
}
