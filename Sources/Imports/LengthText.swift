// Reads lengths of time in columns that are too mixed to be read as such: 90, 1h20, 0:45, 1,5 h.

/// Lengths of time as people write them.
enum LengthText {
    /// Seconds; a number without a unit takes `unit`; nil for anything else.
    static func seconds(_ text: String, unit: Double?) -> Double? {
        let bytes = Array(text.lowercased().utf8.filter { $0 > 0x20 })
        guard !bytes.isEmpty, bytes.count <= 32 else { return nil }
        if bytes.contains(0x3A) { return clock(bytes) }
        var place = 0
        var total = 0.0
        var last = Double.infinity
        while place < bytes.count {
            guard let number = number(bytes, &place) else { return nil }
            let start = place
            while place < bytes.count, !isDigit(bytes[place]) { place += 1 }
            let word = String(decoding: bytes[start..<place], as: UTF8.self)
            let size: Double?
            if word.isEmpty {
                size = last == 3_600 ? 60 : last.isInfinite ? unit : nil
            } else {
                size = units[word]
            }
            guard let size, size < last else { return nil }
            total += number * size
            last = size
        }
        return total
    }

    /// Hours and minutes, and seconds where there are three numbers.
    private static func clock(_ bytes: [UInt8]) -> Double? {
        let parts = bytes.split(separator: 0x3A, omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        var total = 0
        for (index, part) in parts.enumerated() {
            guard (1...(index == 0 ? 5 : 2)).contains(part.count), part.allSatisfy(isDigit),
                let number = Int(String(decoding: part, as: UTF8.self)), index == 0 || number < 60
            else { return nil }
            total = total * 60 + number
        }
        return Double(parts.count == 2 ? total * 60 : total)
    }

    /// Up to nine digits with a decimal point or comma.
    private static func number(_ bytes: [UInt8], _ place: inout Int) -> Double? {
        let start = place
        var mark = 0
        while place < bytes.count, isDigit(bytes[place]) || [0x2E, 0x2C].contains(bytes[place]) {
            if !isDigit(bytes[place]) { mark += 1 }
            place += 1
        }
        guard place > start, place - start <= 10, mark <= 1, isDigit(bytes[start]),
            isDigit(bytes[place - 1])
        else { return nil }
        let text = String(
            decoding: bytes[start..<place].map { $0 == 0x2C ? 0x2E : $0 }, as: UTF8.self)
        return Double(text)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static let units: [String: Double] = [
        "h": 3_600, "hr": 3_600, "hrs": 3_600, "hour": 3_600, "hours": 3_600, "std": 3_600,
        "std.": 3_600, "godz": 3_600, "godz.": 3_600, "ore": 3_600, "m": 60, "min": 60,
        "min.": 60, "mins": 60, "minute": 60, "minutes": 60, "minuten": 60, "mn": 60, "'": 60,
        "minut": 60, "minuty": 60, "minutos": 60, "s": 1, "sec": 1, "secs": 1, "sek": 1,
        "sek.": 1, "seconds": 1,
    ]
}
