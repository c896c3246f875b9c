// A wiring drawing: boxes in two columns, wires of a kind between them, all labels as text.

/// Draws how a machine is wired, schematically: shapes and words, no colour is needed.
struct WiringDrawing: Sendable, Hashable {
    /// The sign in a box.
    enum Sign: Sendable, Hashable {
        /// No sign.
        case none
        /// A circle with M.
        case motor
        /// A circle with a cross.
        case lamp
        /// A switch that is open.
        case contact
        /// A diamond in a frame: a sensor without contact.
        case sensor
    }

    /// A thing.
    struct Box: Sendable, Hashable {
        /// 0 at the left, 1 at the right.
        let column: Int
        /// From 0 at the top.
        let row: Int
        /// Its name, one or two lines.
        let lines: [String]
        /// Its sign.
        var sign = Sign.none
        /// Whether it is inside the panel.
        var isInPanel = false
    }

    /// A kind of wire.
    enum Kind: Sendable, Hashable {
        /// Three phases as one thick line with three strokes.
        case mains
        /// Three phases, each on its own; with a clamp round one of them, or without.
        case phases(isClamped: Bool)
        /// Low voltage.
        case low
        /// Data.
        case data
        /// No wire: air.
        case air
    }

    /// Wires between a box and its neighbour at the right or below.
    struct Wire: Sendable, Hashable {
        /// Column of the box at the left or above.
        let column: Int
        /// Row of that box.
        let row: Int
        /// Whether it goes down; else to the right.
        let isDown: Bool
        /// Its kind.
        let kind: Kind
        /// One label for each wire.
        let labels: [String]
    }

    /// The sentence for those who do not see it.
    let says: String
    /// Things.
    let boxes: [Box]
    /// Wires.
    let wires: [Wire]

    static let width = 460.0
    private static let boxWidth = 160.0
    private static let boxHeight = 78.0
    private static let pitch = 134.0
    private static let top = 32.0

    /// The drawing.
    var drawing: SVGMarkup {
        let rows = (boxes.map(\.row).max() ?? 0) + 1
        let height = WiringDrawing.top + Double(rows) * WiringDrawing.pitch - 44
        return SVGElement("svg", class: "wiring")
            .with("viewBox", "0 0 460 " + SVGElement.number(height)).with("role", "img")
            .with("aria-label", says)
            .containing(panel + wires.flatMap(drawn) + boxes.flatMap(drawn)).markup
    }

    private func left(_ column: Int) -> Double { column == 0 ? 8 : 292 }

    private func top(_ row: Int) -> Double {
        WiringDrawing.top + Double(row) * WiringDrawing.pitch
    }

    private var panel: [SVGElement] {
        let inside = boxes.filter(\.isInPanel)
        guard let first = inside.map(\.row).min(), let last = inside.map(\.row).max(),
            let side = inside.map(\.column).max(), let other = inside.map(\.column).min()
        else { return [] }
        let x = left(other) - 7
        let y = top(first) - 7
        return [
            SVGElement("rect", class: "w-panel").with("x", x).with("y", y)
                .with("width", left(side) + WiringDrawing.boxWidth + 7 - x)
                .with("height", top(last) + WiringDrawing.boxHeight + 7 - y),
            text(x + 2, y - 7, "In the panel: isolated and locked", "w-text"),
        ]
    }

    private func text(
        _ x: Double, _ y: Double, _ says: String, _ name: String
    ) -> SVGElement {
        SVGElement("text", class: name).with("x", x).with("y", y).saying(says)
    }

    private func path(_ data: String, _ name: String) -> SVGElement {
        SVGElement("path", class: name).with("d", data)
    }

    private func number(_ value: Double) -> String { SVGElement.number(value) }

    private func drawn(_ box: Box) -> [SVGElement] {
        let (x, y) = (left(box.column), top(box.row))
        var elements = [
            SVGElement("rect", class: "w-box").with("x", x).with("y", y)
                .with("width", WiringDrawing.boxWidth).with("height", WiringDrawing.boxHeight)
        ]
        elements += sign(box.sign, x + 24, y + 39)
        let start = box.sign == .none ? x + 12 : x + 46
        let first = y + 44 - Double(box.lines.count - 1) * 10
        for (index, line) in box.lines.enumerated() {
            elements.append(text(start, first + Double(index) * 20, line, "w-name"))
        }
        return elements
    }

    private func sign(_ sign: Sign, _ x: Double, _ y: Double) -> [SVGElement] {
        func circle() -> SVGElement {
            SVGElement("circle", class: "w-sign").with("cx", x).with("cy", y).with("r", 14)
        }
        let (a, b) = (number(x - 10), number(y - 10))
        switch sign {
        case .none: return []
        case .motor: return [circle(), text(x - 7, y + 6, "M", "w-name")]
        case .lamp: return [circle(), path("M\(a) \(b)l20 20m0 -20l-20 20", "w-sign")]
        case .contact:
            return [path("M\(number(x)) \(number(y - 18))v10m0 18v10m0 -10l-12 -16", "w-sign")]
        case .sensor:
            return [
                path("M\(number(x - 14)) \(number(y - 14))h28v28h-28z", "w-sign"),
                path("M\(number(x)) \(b)l10 10l-10 10l-10 -10z", "w-sign"),
            ]
        }
    }

    private func drawn(_ wire: Wire) -> [SVGElement] {
        wire.isDown ? down(wire) : across(wire)
    }

    private func across(_ wire: Wire) -> [SVGElement] {
        let x = left(0) + WiringDrawing.boxWidth
        let middle = top(wire.row) + WiringDrawing.boxHeight / 2
        return wire.labels.enumerated().flatMap { index, label in
            let y = middle + (Double(index) - Double(wire.labels.count - 1) / 2) * 25 + 4
            return [
                path("M\(number(x)) \(number(y))H292", name(wire.kind)),
                text(x + 8, y - 5, label, "w-text"),
            ]
        }
    }

    private func down(_ wire: Wire) -> [SVGElement] {
        let x = left(wire.column) + 60
        let y = top(wire.row) + WiringDrawing.boxHeight
        let end = top(wire.row + 1)
        if case .phases(let isClamped) = wire.kind { return phases(x, y, end, isClamped, wire) }
        let line = path("M\(number(x)) \(number(y))V\(number(end))", name(wire.kind))
        var elements = [line]
        if wire.kind == .mains {
            for step in [-6.0, 0, 6] {
                let place = (y + end) / 2 + step
                elements.append(path("M\(number(x - 8)) \(number(place + 4))l16 -8", "w-low"))
            }
        }
        return elements
            + wire.labels.map { text(x + 14, (y + end) / 2 + 5, $0, "w-text") }
    }

    /// Three wires; the clamp sits round the one at the right, and its lead goes to the reader in
    /// the other column of the same row.
    private func phases(
        _ x: Double, _ y: Double, _ end: Double, _ isClamped: Bool, _ wire: Wire
    ) -> [SVGElement] {
        var elements: [SVGElement] = []
        for (index, label) in ["L3", "L2", "L1"].enumerated() {
            let place = x - 32 + Double(index) * 32
            elements.append(path("M\(number(place)) \(number(y))V\(number(end))", "w-mains"))
            elements.append(text(place + 5, y + 16, label, "w-text"))
        }
        guard isClamped else { return elements }
        let middle = y + 34
        elements.append(
            SVGElement("ellipse", class: "w-clamp").with("cx", x + 32).with("cy", middle)
                .with("rx", 15).with("ry", 9))
        elements.append(
            path("M\(number(x + 47)) \(number(middle))H372V\(number(y))", "w-low"))
        elements += wire.labels.map { text(x + 66, middle + 17, $0, "w-text") }
        return elements
    }

    private func name(_ kind: Kind) -> String {
        switch kind {
        case .mains, .phases: "w-mains"
        case .low: "w-low"
        case .data: "w-data"
        case .air: "w-air"
        }
    }
}
