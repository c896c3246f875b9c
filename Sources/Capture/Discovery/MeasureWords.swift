// What a name says about a value: `apower` is a power in watts, `oil_temp` a temperature.

/// What a signal measures, as far as its name or unit tells.
public enum Measure: String, Hashable, CaseIterable, Sendable {
    case power
    case energy
    case current
    case voltage
    case frequency
    case temperature
    case humidity
    case pressure
    case flow
    case speed
    case weight
    case vibration
    case parts

    /// The unit that goes without saying, as a UCUM code; nil where there is none.
    public var usualUnit: String? {
        switch self {
        case .power: "W"
        case .energy: "kW.h"
        case .current: "A"
        case .voltage: "V"
        case .frequency: "Hz"
        case .temperature: "Cel"
        case .humidity: "%"
        case .pressure: "bar"
        case .parts: "pcs"
        case .vibration: "mm/s"
        case .flow, .speed, .weight: nil
        }
    }

    /// "a power", "parts".
    var words: String {
        switch self {
        case .parts: "parts"
        case .energy: "an energy"
        default: "a \(rawValue)"
        }
    }
}

/// Reads names of topics, fields and signals.
public enum MeasureWords {
    private static let words: [(Measure, Set<String>)] = [
        (.parts, ["parts", "part", "count", "counter", "pieces", "cycles", "partcount", "shots"]),
        (.energy, ["energy", "aenergy", "kwh", "wh", "consumption", "import", "export"]),
        (.power, ["power", "apower", "watt", "watts", "load", "kw"]),
        (.current, ["current", "amps", "ampere", "amp"]),
        (.voltage, ["voltage", "volt", "volts"]),
        (.frequency, ["frequency", "freq", "hz"]),
        (
            .temperature,
            ["temperature", "temp", "temps", "temperatures", "tc", "tf", "celsius", "fahrenheit"]
        ),
        (.humidity, ["humidity", "rh", "hum"]),
        (.pressure, ["pressure", "press", "bar"]),
        (.flow, ["flow", "flowrate"]),
        (.speed, ["speed", "rpm", "velocity"]),
        (.weight, ["weight", "mass", "kg"]),
        (.vibration, ["vibration", "vibrations", "rms"]),
    ]

    private static let units: [String: String] = [
        "kw": "kW", "w": "W", "mw": "MW", "kwh": "kW.h", "wh": "W.h", "ma": "mA", "a": "A",
        "v": "V", "mv": "mV", "hz": "Hz", "rpm": "rpm", "bar": "bar", "mbar": "mbar", "kpa": "kPa",
        "psi": "[psi]", "kg": "kg", "g": "g", "c": "Cel", "degc": "Cel", "celsius": "Cel",
        "tc": "Cel", "tf": "[degF]", "f": "[degF]", "fahrenheit": "[degF]", "degf": "[degF]",
        "k": "K", "mm": "mm", "s": "s", "ms": "ms", "percent": "%",
    ]

    /// What a name measures and in which unit, the last words first; nil where it does not tell.
    ///
    /// Only a unit that fits the measure is taken from the name: `power_kw` is in kW, `power_max`
    /// in the usual W.
    public static func meaning(of name: String) -> (measure: Measure, unit: String?)? {
        let parts = split(name)
        for part in parts.reversed() {
            guard let measure = words.first(where: { $0.1.contains(part) })?.0 else { continue }
            let written = parts.reversed().compactMap { units[$0] }.first { unit in
                guard let code = Unit(unit), let usual = measure.usualUnit.flatMap({ Unit($0) })
                else { return false }
                return code.dimension == usual.dimension
            }
            return (measure, written ?? measure.usualUnit)
        }
        return nil
    }

    /// The measure whose usual unit is of the same kind as a unit; nil for none.
    public static func measure(of unit: String) -> Measure? {
        guard let dimension = Unit(unit)?.dimension else { return nil }
        if dimension == .ratio { return nil }
        return Measure.allCases.first { measure in
            measure.usualUnit.flatMap { Unit($0) }?.dimension == dimension
        }
    }

    /// Words of a name in small letters: `SpindleSpeed_RPM` is spindle, speed, rpm.
    static func split(_ name: String) -> [String] {
        var parts: [String] = []
        var word = ""
        var wasSmall = false
        for character in name.prefix(ScanLimits.textBytes) {
            let isLetter = character.isASCII && character.isLetter
            if !isLetter || (wasSmall && character.isUppercase) {
                if !word.isEmpty { parts.append(word) }
                word = ""
            }
            if isLetter { word += character.lowercased() }
            wasSmall = isLetter && character.isLowercase
        }
        if !word.isEmpty { parts.append(word) }
        return parts
    }
}
