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

    /// A measured value with as many digits as help: three figures, no trailing zeros.
    static func value(_ value: Double) -> String {
        let size = value.magnitude
        let places = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3
        var text = Plain.decimal(value, places: places)
        guard places > 0, text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }

    /// A measured value with its unit.
    static func value(_ value: Double, unit: String) -> String {
        unit.isEmpty ? self.value(value) : self.value(value) + space + unit
    }

    /// The short name of a UCUM unit as people write it.
    static func unit(_ code: String) -> String {
        switch code {
        case "Cel": "°C"
        case "m3/h": "m³/h"
        case "1": ""
        case "kW.h": "kWh"
        case "/min": "per min"
        case "{part}", "{parts}": "parts"
        default: code
        }
    }

    /// A size on disk: `1.2 GB`.
    static func size(bytes: Int) -> String {
        let steps: [(Double, String)] = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        for (step, name) in steps where Double(bytes) >= step {
            return Plain.decimal(Double(bytes) / step, places: 1) + space + name
        }
        return Plain.count(Int64(bytes), "byte", "bytes")
    }
}
