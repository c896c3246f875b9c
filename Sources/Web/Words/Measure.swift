// Measured values, units and sizes in words: what the plain writing of `Understand` leaves to pages.

import Plant
import Understand

/// Writing of measured values.
enum Measure {
    /// A no-break space, which keeps a number and its unit together.
    static let space = "\u{a0}"

    /// A length of time from seconds with their fraction.
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 9e9 else { return "not known" }
        return Plain.duration(Elapsed(nanoseconds: Int64((seconds * 1e9).rounded())))
    }

    /// A measured value alone: as it was measured when that is short, else three figures.
    ///
    /// Short means at most three decimals and five figures: 25.019 stays, 12.345678 is 12.3.
    static func value(_ value: Double) -> String {
        let size = value.magnitude
        let usual = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        let most = size >= 10_000 ? 0 : size >= 1000 ? 1 : size >= 100 ? 2 : 3
        let places = needed([value], atMost: most) ?? usual
        var text = Plain.decimal(value, places: places)
        guard places > 0, text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// Decimals for values that stand beside each other: enough to tell them apart, none that the
    /// measurement does not have.
    ///
    /// The spread gets three figures; a value that never changed gets six.
    static func places(_ values: [Double]) -> Int {
        let known = values.filter(\.isFinite)
        guard let low = known.min(), let high = known.max() else { return 0 }
        let isFlat = high - low <= max(low.magnitude, high.magnitude) * 1e-12
        let size = isFlat ? high.magnitude : high - low
        let most = min(6, max(0, (isFlat ? 5 : 2) - magnitude(size)))
        return needed(known, atMost: most) ?? most
    }

    /// Decimals for round marks that are `step` apart.
    static func places(step: Double) -> Int {
        needed([step], atMost: 9) ?? 9
    }

    /// The power of ten at or under a size: 0 for 1 to 9.99, −2 for 0.05.
    static func magnitude(_ size: Double) -> Int {
        guard size > 0, size.isFinite else { return 0 }
        var power = 0
        var rest = size
        while rest >= 10, power < 300 { (rest, power) = (rest / 10, power + 1) }
        while rest < 1, power > -300 { (rest, power) = (rest * 10, power - 1) }
        return power
    }

    /// The fewest decimals that write all values as they are, nil when more than `most` are needed;
    /// noise of single precision does not count.
    private static func needed(_ values: [Double], atMost most: Int) -> Int? {
        var scale = 1.0
        for places in 0...max(0, most) {
            let fits = values.allSatisfy { value in
                let scaled = value * scale
                return (scaled - scaled.rounded()).magnitude <= max(1e-9, scaled.magnitude * 2e-7)
                    && (scaled - scaled.rounded()).magnitude < 0.01
            }
            if fits { return places }
            scale *= 10
        }
        return nil
    }

    /// A value with its unit; per cent stands close, as in shares.
    static func joined(_ text: String, unit: String) -> String {
        unit.isEmpty ? text : unit == "%" ? text + unit : text + space + unit
    }

    /// The short name of a UCUM unit as people write it.
    static func unit(_ code: String) -> String {
        if let name = unitNames[code] { return name }
        var words = ""
        var letterBefore = false
        for character in code where !"{}[]".contains(character) {
            // A digit after a letter is a power: m3/min is m³/min.
            switch character {
            case "2" where letterBefore: words.append("²")
            case "3" where letterBefore: words.append("³")
            case ".": words.append("·")
            default: words.append(character)
            }
            letterBefore = character.isLetter
        }
        if words.hasPrefix("1/") { return "per " + words.dropFirst(2) }
        if words.hasPrefix("/") { return "per " + words.dropFirst() }
        return words.hasPrefix("u") && words.count > 1 && !code.hasPrefix("{")
            ? "µ" + words.dropFirst() : words
    }

    /// Units whose name is not their code.
    private static let unitNames = [
        "1": "", "Cel": "°C", "[degF]": "°F", "deg": "°", "kW.h": "kWh", "W.h": "Wh",
        "MW.h": "MWh", "kV.A": "kVA", "Ohm": "Ω", "{part}": "parts", "{parts}": "parts",
        "m[H2O]": "mH₂O", "mm[Hg]": "mmHg", "[in_i]": "in", "[ft_i]": "ft", "[lb_av]": "lb",
        "[gal_us]": "gal", "u": "u", "us": "µs",
    ]

    /// A size on disk: `1.2 GB`.
    static func size(bytes: Int) -> String {
        let steps: [(Double, String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        for (step, name) in steps where Double(bytes) >= step {
            return Plain.decimal(Double(bytes) / step, places: 1) + space + name
        }
        return Plain.count(Int64(bytes), "byte", "bytes")
    }
}
