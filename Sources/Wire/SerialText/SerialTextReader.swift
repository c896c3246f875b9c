// Turns lines of scales, gauges and old controls into values with unit and quality.

/// One value from a line.
public struct SerialReading: Hashable, Sendable {
    /// How far the value can be trusted.
    public enum Quality: Hashable, Sendable {
        /// The device says nothing else.
        case good
        /// The device says that the value is not at rest.
        case doubtful
        /// The device says that there is no value: overload, underload, not ready.
        case bad
    }

    /// The number; nil when the device has none.
    public var value: Double?
    /// The unit as the device writes it; nil when the pattern does not name it.
    public var unit: String?
    /// How far it can be trusted.
    public var quality: Quality

    /// A value with what the device says of it.
    public init(value: Double?, unit: String?, quality: Quality) {
        self.value = value
        self.unit = unit
        self.quality = quality
    }
}

/// What came of a line.
public enum SerialResult: Hashable, Sendable {
    /// A value.
    case reading(SerialReading)
    /// The line does not fit the pattern.
    case unmatched(String)
    /// The part named value is no number.
    case notNumber(String)
    /// The line was longer than ``SerialLimits/lineBytes`` bytes.
    case tooLong
}

/// How lines are read.
public struct SerialTextSettings: Hashable, Sendable {
    /// What stands before the decimals.
    public enum Decimal: Hashable, Sendable {
        /// A point or a comma, whichever is there; with both, the last one.
        case either
        /// A point; commas group digits.
        case point
        /// A comma; points group digits.
        case comma
    }

    /// The pattern.
    public var pattern: SerialPattern
    /// What stands before the decimals.
    public var decimal: Decimal
    /// Words of the device for a value that is not at rest.
    public var doubtfulMarkers: [String]
    /// Words of the device for no value.
    public var badMarkers: [String]
    /// True to ignore the highest bit of each byte.
    public var sevenBits: Bool

    /// Markers of MT-SICS (S D, S +, S -, S I) and of the form ST,GS / US,GS / OL.
    public init(
        pattern: SerialPattern, decimal: Decimal = .either,
        doubtfulMarkers: [String] = ["D", "SD", "US", "?"],
        badMarkers: [String] = ["+", "-", "I", "OL", "UL"], sevenBits: Bool = false
    ) {
        self.pattern = pattern
        self.decimal = decimal
        self.doubtfulMarkers = doubtfulMarkers.map { $0.uppercased() }
        self.badMarkers = badMarkers.map { $0.uppercased() }
        self.sevenBits = sevenBits
    }
}

/// Reads values from a stream of bytes cut anywhere.
public struct SerialTextReader: Sendable {
    /// How lines are read.
    public let settings: SerialTextSettings
    private var lines: SerialLines

    /// A reader at the start of a stream.
    public init(_ settings: SerialTextSettings) {
        self.settings = settings
        lines = SerialLines(sevenBits: settings.sevenBits)
    }

    /// Forgets the line that has not ended, as after a break of the connection.
    public mutating func reset() { lines.reset() }

    /// Takes bytes as they arrive and gives one result a line.
    public mutating func read(_ bytes: [UInt8]) -> [SerialResult] {
        lines.append(bytes).map { line in
            switch line {
            case .line(let bytes): result(bytes)
            case .tooLong: .tooLong
            }
        }
    }

    /// The result of one line without its end.
    public func result(_ line: [UInt8]) -> SerialResult {
        guard let match = settings.pattern.match(line) else { return .unmatched(Self.text(line)) }
        let quality = quality(line, match)
        let unit = match.range(.unit).map { Self.text(Self.trimmed(line[$0])) }
        guard let place = match.range(.value) else {
            return quality == .bad
                ? .reading(SerialReading(value: nil, unit: unit, quality: .bad))
                : .notNumber(Self.text(line))
        }
        let sign = match.range(.sign).map { Self.trimmed(line[$0]) } ?? []
        guard let value = SerialNumber.value(line[place], sign: sign, settings.decimal) else {
            return quality == .bad
                ? .reading(SerialReading(value: nil, unit: unit, quality: .bad))
                : .notNumber(Self.text(line[place]))
        }
        return .reading(SerialReading(value: value, unit: unit, quality: quality))
    }

    /// By the part named status; without one by the words before the value.
    private func quality(_ line: [UInt8], _ match: SerialMatch) -> SerialReading.Quality {
        if settings.pattern.groups.contains(.status) {
            guard let range = match.range(.status) else { return .good }
            let word = Self.text(Self.trimmed(line[range])).uppercased()
            if settings.badMarkers.contains(word) { return .bad }
            return settings.doubtfulMarkers.contains(word) ? .doubtful : .good
        }
        let end = match.range(.value)?.lowerBound ?? line.count
        let words = line[..<end].split { $0 == 0x20 || $0 == 0x2C || $0 == 0x3B || $0 == 0x09 }
            .map { Self.text($0).uppercased() }
        // A sign may stand alone before the value, so it is no marker here.
        if words.contains(where: { $0 != "+" && $0 != "-" && settings.badMarkers.contains($0) }) {
            return .bad
        }
        return words.contains(where: settings.doubtfulMarkers.contains) ? .doubtful : .good
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        while let last = rest.last, last == 0x20 || last == 0x09 { rest = rest.dropLast() }
        return rest
    }

    /// UTF-8 where it is well-formed, else one character a byte (Latin-1).
    private static func text(_ bytes: some Collection<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self)
            ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}

/// Numbers as devices print them.
enum SerialNumber {
    /// A number with spaces, a sign before or behind it, and decimals; nil when it is none.
    static func value(
        _ bytes: ArraySlice<UInt8>, sign: ArraySlice<UInt8>,
        _ decimal: SerialTextSettings.Decimal
    ) -> Double? {
        var rest = bytes.filter { $0 != 0x20 && $0 != 0x09 }[...]
        var isNegative = sign.contains(0x2D)
        let signs = { (byte: UInt8?) in byte == 0x2B || byte == 0x2D }
        if signs(rest.first) {
            if rest.first == 0x2D { isNegative.toggle() }
            rest = rest.dropFirst()
        } else if signs(rest.last) {
            if rest.last == 0x2D { isNegative.toggle() }
            rest = rest.dropLast()
        }
        guard let plain = plain(rest, decimal),
            let number = Double(String(decoding: plain, as: UTF8.self)), number.isFinite
        else { return nil }
        return isNegative ? -number : number
    }

    /// Digits with at most one point; nil for anything else.
    private static func plain(
        _ bytes: ArraySlice<UInt8>, _ decimal: SerialTextSettings.Decimal
    ) -> [UInt8]? {
        guard (1...SerialLimits.digits).contains(bytes.count) else { return nil }
        let marks = bytes.indices.filter { bytes[$0] == 0x2E || bytes[$0] == 0x2C }
        var point: Int?
        switch decimal {
        case .point: point = marks.first { bytes[$0] == 0x2E }
        case .comma: point = marks.first { bytes[$0] == 0x2C }
        case .either:
            if let last = marks.last, marks.count(where: { bytes[$0] == bytes[last] }) == 1 {
                point = last
            }
        }
        var result: [UInt8] = []
        var grouped = 0
        let groups = marks.filter { $0 != point }
        // Grouping marks are of one kind and have three digits behind each.
        if let point, groups.contains(where: { $0 > point || bytes[$0] == bytes[point] }) {
            return nil
        }
        for index in bytes.indices {
            let byte = bytes[index]
            if index == point {
                result.append(0x2E)
            } else if groups.contains(index) {
                let end = groups.first { $0 > index } ?? point ?? bytes.endIndex
                guard end - index == 4, !result.isEmpty, result.count <= 3 || grouped > 0,
                    bytes[groups[0]] == byte
                else { return nil }
                grouped += 1
            } else {
                guard (0x30...0x39).contains(byte) else { return nil }
                result.append(byte)
            }
        }
        return result.contains { $0 != 0x2E } ? result : nil
    }
}
