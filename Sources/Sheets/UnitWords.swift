// The units and currencies that are known behind, or before, a number.

/// Units by word; all others make a cell text, so that job 12A stays job 12A.
enum UnitWords {
    /// Names of the units as they are shown; index 0 is none.
    static let names = [
        "", "%", "£", "€", "$", "¥", "CHF", "zł", "lei", "kg", "g", "t", "lb", "mm", "cm", "m",
        "km", "m²", "m³", "l", "ml", "kWh", "kW", "W", "V", "A", "bar", "psi", "°C", "Hz", "rpm",
        "N", "Nm", "pieces", "MWh", "Wh", "m/s", "m/min", "mm/min", "µm", "in", "kN", "ppm",
    ]

    /// Index of per cent.
    static let percent = 1

    private static let others: [String: String] = [
        "gbp": "£", "eur": "€", "euro": "€", "usd": "$", "jpy": "¥", "pln": "zł", "ron": "lei",
        "leu": "lei", "sfr": "CHF", "fr.": "CHF", "kgs": "kg", "kilo": "kg", "lbs": "lb",
        "m2": "m²", "m3": "m³", "cbm": "m³", "ltr": "l", "litre": "l", "litres": "l", "liter": "l",
        "u/min": "rpm", "1/min": "rpm", "c": "°C", "pcs": "pieces", "pc": "pieces",
        "pcs.": "pieces", "ea": "pieces", "piece": "pieces", "parts": "pieces", "stk": "pieces",
        "stk.": "pieces", "stück": "pieces", "st.": "pieces", "szt": "pieces", "szt.": "pieces",
        "buc": "pieces", "buc.": "pieces", "pce": "pieces", "pièces": "pieces", "um": "µm",
        "tonnes": "t", "tonne": "t",
    ]

    private static let index: [String: Int] = {
        var index: [String: Int] = [:]
        for (number, name) in names.enumerated() where number > 0 {
            index[name.lowercased()] = number
        }
        for (word, name) in others { index[word] = names.firstIndex(of: name) }
        return index
    }()

    /// The unit that a word names; one letter counts only with a blank before it.
    static func unit(_ bytes: [UInt8], _ word: Range<Int>, isApart: Bool) -> Int? {
        guard !word.isEmpty, word.count <= 12 else { return nil }
        let text = String(decoding: bytes[word], as: UTF8.self)
        guard isApart || word.count > 1 || text == "$" else { return nil }
        return index[text.lowercased()]
    }

    /// The unit of a head such as "Weight (kg)".
    static func unit(named text: String) -> Int? { index[text.lowercased()] }

    /// Money before a number, and how many bytes its sign has.
    static func money(_ bytes: [UInt8], _ range: Range<Int>) -> (unit: Int, length: Int)? {
        var end = range.lowerBound
        while end < range.upperBound, end - range.lowerBound < 8 {
            let byte = bytes[end]
            if NumberText.isDigit(byte) || byte <= 0x20 || byte == 0x2D || byte == 0x2B { break }
            if byte == 0xC2, end + 1 < range.upperBound, bytes[end + 1] == 0xA0 { break }
            end += 1
        }
        guard end > range.lowerBound else { return nil }
        let word = String(decoding: bytes[range.lowerBound..<end], as: UTF8.self)
        guard let unit = index[word.lowercased()], (2...8).contains(unit) else { return nil }
        return (unit, end - range.lowerBound)
    }

    /// Seconds of a unit of time, nil for other words.
    static func seconds(_ word: String) -> Double? {
        switch word {
        case "s", "sec", "secs", "sek", "sek.", "second", "seconds", "sekunden", "sekunde",
            "secondes", "sekundy", "sekund", "secunde", "sec.":
            1
        case "min", "mins", "min.", "minute", "minutes", "minuten", "minut", "minuty", "minuta",
            "mn":
            60
        case "h", "hr", "hrs", "hour", "hours", "std", "std.", "stunde", "stunden", "heure",
            "heures", "godz", "godz.", "godzina", "godziny", "godzin", "oră", "ore", "h.":
            3_600
        case "day", "days", "tag", "tage", "jour", "jours", "dni", "dzień", "zile", "zi", "d":
            86_400
        default: nil
        }
    }
}
