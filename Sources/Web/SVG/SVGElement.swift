// Typed SVG: elements with attributes and children, escaped when written; no styles, only classes.

import Mustache

/// Markup that was made by a typed builder and may stand in a page as it is.
struct SVGMarkup: MustacheCustomRenderable, Sendable, Hashable {
    /// The markup.
    let renderText: String
    /// Never a missing value.
    var isNull: Bool { false }
}

/// An element of a drawing.
struct SVGElement: Sendable, Hashable {
    /// Its name, such as `path`.
    let name: String
    private var attributes: [String] = []
    private var children: [SVGElement] = []
    private var content: String?

    /// An element with a class, or none.
    init(_ name: String, class className: String? = nil) {
        self.name = name
        if let className { attributes.append("class=\"" + SVGElement.escaped(className) + "\"") }
    }

    /// The element with one more attribute.
    func with(_ name: String, _ value: String) -> SVGElement {
        var copy = self
        copy.attributes.append(name + "=\"" + SVGElement.escaped(value) + "\"")
        return copy
    }

    /// The element with one more attribute that is a length, with one decimal.
    func with(_ name: String, _ value: Double) -> SVGElement {
        with(name, SVGElement.number(value))
    }

    /// The element with children.
    func containing(_ elements: [SVGElement]) -> SVGElement {
        var copy = self
        copy.children += elements
        return copy
    }

    /// The element with text.
    func saying(_ text: String) -> SVGElement {
        var copy = self
        copy.content = text
        return copy
    }

    /// The markup.
    var markup: SVGMarkup { SVGMarkup(renderText: text) }

    private var text: String {
        var text = "<" + name
        for attribute in attributes { text += " " + attribute }
        if children.isEmpty, content == nil { return text + "/>" }
        text += ">"
        if let content { text += SVGElement.escaped(content) }
        for child in children { text += child.text }
        return text + "</" + name + ">"
    }

    /// A coordinate with one decimal at most.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = abs(tenths) % 10
        return sign + String(abs(tenths) / 10) + (rest == 0 ? "" : ".\(rest)")
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
