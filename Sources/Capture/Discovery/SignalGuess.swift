// What a signal probably is, from its name, its unit and a short series of its values.

/// What a signal probably is, in words that a person can check at the machine.
public struct SignalGuess: Hashable, Sendable {
    /// What it is.
    public enum Kind: Hashable, Sendable {
        /// It counts parts or cycles: whole, rises by small steps, never falls.
        case partCounter
        /// It counts something else, such as energy.
        case counter
        /// It is on or off.
        case onOff
        /// It measures something.
        case quantity(Measure)
        /// Numbers of an unknown meaning.
        case number
        /// It did not change while it was looked at.
        case still
        /// Nothing was seen.
        case unseen
    }

    /// What it is.
    public let kind: Kind
    /// What it is in words, such as that it looks like a part counter because it only goes up.
    public let says: String
    /// The unit that was given or that goes without saying, a UCUM code; nil for unknown.
    public let unit: String?
    /// Whether it is worth ticking at first.
    public let isSuggested: Bool

    /// The guess for a signal.
    ///
    /// - Parameters:
    ///   - name: Its name or address, such as `motor_current`.
    ///   - unit: Its unit as a UCUM code, nil where it is not known.
    ///   - means: What a device profile says that it is, nil where nothing does.
    ///   - shape: A short series of its values; ten values or more make a good guess.
    public init(name: String, unit: String? = nil, means: String? = nil, shape: SampleShape) {
        let named = MeasureWords.meaning(of: name)
        let measure =
            means.flatMap { Measure(rawValue: $0) } ?? unit.flatMap { MeasureWords.measure(of: $0) }
            ?? named?.measure
        let code = unit ?? (measure == named?.measure ? named?.unit : nil) ?? measure?.usualUnit
        self.unit = code
        let range = Self.range(shape, code)
        if shape.count == 0 {
            (kind, says, isSuggested) = (.unseen, "No value was seen yet.", measure != nil)
        } else if means == "running" || means == "fault" || shape.isSwitch {
            (kind, says, isSuggested) = (.onOff, "This is on or off.", true)
        } else if measure == .parts || (measure == nil && Self.counts(shape)) {
            (kind, says, isSuggested) = Self.parts(shape, isNamed: measure == .parts)
        } else if measure == .energy || (measure == nil && shape.onlyRises && shape.rises > 2) {
            let word = measure == .energy ? "an energy counter" : "a counter"
            let why = shape.onlyRises ? ": it only goes up" : ", which did not change yet"
            (kind, says, isSuggested) = (
                .counter, "This looks like \(word)\(why).", measure == .energy
            )
        } else if let measure {
            (kind, says, isSuggested) = (
                .quantity(measure), "This looks like \(measure.words): \(range).",
                [.power, .current, .temperature, .pressure].contains(measure)
            )
        } else if shape.isStill {
            (kind, says, isSuggested) = (
                .still, "It stayed at \(Self.text(shape.last)) while we looked.", false
            )
        } else {
            (kind, says, isSuggested) = (.number, "A number: \(range).", false)
        }
    }

    /// Whole numbers that rise often by small steps and never fall.
    private static func counts(_ shape: SampleShape) -> Bool {
        shape.isWhole && shape.onlyRises && shape.rises > 1 && shape.smallest >= 0
            && shape.largestRise <= 10
    }

    private static func parts(
        _ shape: SampleShape, isNamed: Bool
    ) -> (Kind, String, Bool) {
        if shape.onlyRises {
            return (.partCounter, "This looks like a part counter: it only goes up.", true)
        }
        if shape.falls > 0 {
            return (
                .partCounter, "By its name this counts parts, but it went down while we looked.",
                false
            )
        }
        return (
            .partCounter,
            "By its name this counts parts; it did not change while we looked. Make one part.",
            isNamed
        )
    }

    private static func range(_ shape: SampleShape, _ unit: String?) -> String {
        let word = unit.map { " " + plain($0) } ?? ""
        if shape.count == 0 { return "" }
        return shape.smallest == shape.largest
            ? "\(text(shape.last))\(word) all the time"
            : "between \(text(shape.smallest)) and \(text(shape.largest))\(word)"
    }

    private static func plain(_ unit: String) -> String {
        switch unit {
        case "Cel": "°C"
        case "[degF]": "°F"
        case "kW.h": "kWh"
        case "W.h": "Wh"
        default: unit
        }
    }

    /// A number with three digits that count, without exponent in everyday sizes.
    static func text(_ number: Double) -> String {
        let size = number.magnitude
        guard size < 1e12, size >= 1e-4 || size == 0 else { return "\(number)" }
        if number == number.rounded() { return String(Int64(number)) }
        var scale = 1.0
        // Rounds to three digits, or to whole numbers from 100 on.
        while size * scale < 100 { scale *= 10 }
        let rounded = (number * scale).rounded() / scale
        return rounded == rounded.rounded() ? String(Int64(rounded)) : "\(rounded)"
    }
}
