// Finds the separator of a CSV file and turns its characters into UTF-8.

/// How a CSV file is written.
public struct CSVDialect: Hashable, Sendable {
    /// How the characters are coded.
    public enum Encoding: String, Hashable, Sendable {
        /// UTF-8, with or without its mark.
        case utf8 = "utf-8"
        /// UTF-16, low byte first.
        case utf16LittleEndian = "utf-16le"
        /// UTF-16, high byte first.
        case utf16BigEndian = "utf-16be"
        /// Windows-1252, as Western European spreadsheets save.
        case windows1252 = "windows-1252"
    }

    /// The separators that are looked for.
    public static let separators: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// How the characters are coded.
    public var encoding: Encoding
    /// The byte between cells.
    public var separator: UInt8

    /// A dialect from its parts.
    public init(encoding: Encoding = .utf8, separator: UInt8 = 0x2C) {
        self.encoding = encoding
        self.separator = separator
    }

    /// The dialect of a file from its beginning; a few kilobytes are enough.
    ///
    /// Coding: by the mark, else UTF-16 when every other byte is zero, else UTF-8 when it is
    /// well-formed up to a cut end, else Windows-1252. Separator: the one that gives the same
    /// number of cells, above one, in most of the rows; comma when none does.
    public static func detect(_ beginning: [UInt8]) -> CSVDialect {
        let encoding = CSVText.encoding(of: beginning)
        var decoder = CSVText(encoding)
        let text = decoder.decode(beginning)
        var best = (score: 0, separator: UInt8(0x2C))
        for separator in separators {
            let score = score(text, separator)
            if score > best.score { best = (score, separator) }
        }
        return CSVDialect(encoding: encoding, separator: best.separator)
    }

    /// How many rows share the commonest number of cells, weighed with that number.
    private static func score(_ text: [UInt8], _ separator: UInt8) -> Int {
        var reader = CSVReader(separator: separator)
        let prefix = Array(text.prefix(CSVReader.rowLimit))
        // A file that this separator cannot read does not have it.
        guard let rows = try? reader.read(prefix) else { return 0 }
        var counts: [Int: Int] = [:]
        for row in rows where row.cells.count > 1 { counts[row.cells.count, default: 0] += 1 }
        if rows.isEmpty, let row = try? reader.finish(), row.cells.count > 1 {
            counts[row.cells.count] = 1
        }
        return counts.map { $0.value * 1_000 + min($0.key, 999) }.max() ?? 0
    }
}

/// Turns the bytes of a file into UTF-8, in any pieces.
public struct CSVText: Sendable {
    private let encoding: CSVDialect.Encoding
    private var isAtStart = true
    private var pending: [UInt8] = []
    private var highSurrogate: UInt16?

    /// A decoder for one file.
    public init(_ encoding: CSVDialect.Encoding) { self.encoding = encoding }

    /// The coding of a file from its beginning.
    public static func encoding(of beginning: [UInt8]) -> CSVDialect.Encoding {
        if beginning.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
        if beginning.starts(with: [0xFF, 0xFE]) { return .utf16LittleEndian }
        if beginning.starts(with: [0xFE, 0xFF]) { return .utf16BigEndian }
        let sample = beginning.prefix(4_096)
        if sample.count >= 4 {
            let zeros = sample.indices.reduce(into: [0, 0]) { zeros, index in
                if sample[index] == 0 { zeros[index % 2] += 1 }
            }
            if zeros[1] > sample.count * 2 / 5, zeros[0] == 0 { return .utf16LittleEndian }
            if zeros[0] > sample.count * 2 / 5, zeros[1] == 0 { return .utf16BigEndian }
        }
        let end = beginning.count - cutBytes(beginning)
        return unsafe UTF8Check.isValid(beginning.span.bytes, 0..<end) ? .utf8 : .windows1252
    }

    /// How many bytes at the end begin a character of UTF-8 that is cut there.
    private static func cutBytes(_ bytes: [UInt8]) -> Int {
        for cut in 1...3 where cut <= bytes.count {
            let byte = bytes[bytes.count - cut]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
            return byte <= 0xF4 && length > cut ? cut : 0
        }
        return 0
    }

    /// The next bytes as UTF-8; the mark at the start of the file is left out.
    public mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        switch encoding {
        case .utf8: decodeUTF8(bytes, &output)
        case .windows1252:
            for byte in bytes { Self.append(Self.scalar(windows1252: byte), &output) }
        case .utf16LittleEndian, .utf16BigEndian:
            for byte in bytes {
                pending.append(byte)
                guard pending.count == 2 else { continue }
                let isLittle = encoding == .utf16LittleEndian
                let low = UInt16(isLittle ? pending[0] : pending[1])
                let high = UInt16(isLittle ? pending[1] : pending[0])
                pending.removeAll(keepingCapacity: true)
                append(unit: high << 8 | low, &output)
            }
        }
        return output
    }

    /// What is left at the end of the file: a replacement character for a cut one.
    public mutating func finish() -> [UInt8] {
        if isAtStart, encoding == .utf8 { return pending }
        return pending.isEmpty && highSurrogate == nil ? [] : [0xEF, 0xBF, 0xBD]
    }

    private mutating func decodeUTF8(_ bytes: [UInt8], _ output: inout [UInt8]) {
        guard isAtStart else {
            output.append(contentsOf: bytes)
            return
        }
        pending.append(contentsOf: bytes)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        if pending.count < 3, mark.starts(with: pending) { return }
        isAtStart = false
        output.append(contentsOf: pending.starts(with: mark) ? pending.dropFirst(3) : pending[...])
        pending.removeAll()
    }

    private mutating func append(unit: UInt16, _ output: inout [UInt8]) {
        let isMark = isAtStart && unit == 0xFEFF
        isAtStart = false
        if isMark { return }
        if let high = highSurrogate {
            highSurrogate = nil
            if unit & 0xFC00 == 0xDC00 {
                let scalar = 0x10000 + (UInt32(high) - 0xD800) << 10 + UInt32(unit) - 0xDC00
                Self.append(scalar, &output)
                return
            }
            Self.append(0xFFFD, &output)
        }
        if unit & 0xFC00 == 0xD800 {
            highSurrogate = unit
        } else {
            Self.append(UInt32(unit), &output)
        }
    }

    private static func append(_ scalar: UInt32, _ output: inout [UInt8]) {
        guard scalar >= 0x80 else {
            output.append(UInt8(scalar))
            return
        }
        output.append(contentsOf: String(UnicodeScalar(scalar) ?? "\u{FFFD}").utf8)
    }

    /// The character of a byte of Windows-1252; the five unused bytes stay control characters.
    private static func scalar(windows1252 byte: UInt8) -> UInt32 {
        (0x80...0x9F).contains(byte) ? UInt32(windows1252[Int(byte) - 0x80]) : UInt32(byte)
    }

    private static let windows1252: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]
}
