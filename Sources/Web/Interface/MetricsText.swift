// Figures about the box as Prometheus text, version 0.0.4.

/// Writing of the text format.
enum MetricsText {
    /// All figures, those of one name together, sorted.
    static func text(_ metrics: [BoxMetric]) -> String {
        let groups = Dictionary(grouping: metrics, by: \.name).sorted { $0.key < $1.key }
        var text = ""
        for (name, group) in groups {
            guard let first = group.first else { continue }
            let full = "millwright_" + name
            text += "# HELP \(full) \(escaped(first.help, quotes: false))\n"
            text += "# TYPE \(full) \(first.kind.rawValue)\n"
            let lines = group.map { full + labels($0.labels) + " " + value($0.value) }
            text += lines.sorted().joined(separator: "\n") + "\n"
        }
        return text
    }

    private static func labels(_ labels: [String: String]) -> String {
        if labels.isEmpty { return "" }
        let parts = labels.sorted { $0.key < $1.key }.map {
            "\($0.key)=\"\(escaped($0.value, quotes: true))\""
        }
        return "{" + parts.joined(separator: ",") + "}"
    }

    private static func value(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return JSONText.plain(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.append(character)
            }
        }
        return result
    }
}
