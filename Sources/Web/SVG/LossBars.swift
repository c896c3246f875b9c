// A ranked loss as a bar from zero, with the period before as a line across.

/// Draws one loss against the biggest.
enum LossBars {
    /// A bar of `seconds` on a scale that ends at `largest`.
    static func bar(seconds: Double, previous: Double, largest: Double) -> SVGMarkup {
        let scale = largest > 0 ? 1000 / largest : 0
        var elements = [
            SVGElement("path", class: "axis").with("d", "M0 13H1000v1H0z"),
            SVGElement("rect", class: "loss").with("x", 0).with("y", 2)
                .with("width", max(seconds > 0 ? 2 : 0, seconds * scale)).with("height", 10),
        ]
        if previous > 0 {
            elements.append(
                SVGElement("rect", class: "before").with("x", min(996, previous * scale))
                    .with("y", 0).with("width", 4).with("height", 14))
        }
        return SVGElement("svg", class: "lossbar").with("viewBox", "0 0 1000 14")
            .with("preserveAspectRatio", "none").with("aria-hidden", "true")
            .containing(elements).markup
    }
}
