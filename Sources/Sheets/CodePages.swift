// Turns the bytes of a text file into UTF-8; what does not fit is never replaced.

/// How the characters of a text file are coded.
public enum TextEncoding: String, Hashable, Sendable, CaseIterable {
    /// UTF-8, with or without its mark.
    case utf8 = "utf-8"
    /// UTF-16, low byte first.
    case utf16LittleEndian = "utf-16le"
    /// UTF-16, high byte first.
    case utf16BigEndian = "utf-16be"
    /// Windows-1252, as Western European spreadsheets save.
    case windows1252 = "windows-1252"
    /// Windows-1250, as Central European spreadsheets save.
    case windows1250 = "windows-1250"
    /// ISO-8859-1, as old machines and databases write.
    case latin1 = "iso-8859-1"
    /// UTF-8, with bytes of Windows-1252 where it is not well-formed.
    case mixed = "utf-8 and windows-1252"

    /// The name for people.
    public var name: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16LittleEndian, .utf16BigEndian: "UTF-16"
        case .windows1252: "Western European (Windows-1252)"
        case .windows1250: "Central European (Windows-1250)"
        case .latin1: "ISO-8859-1"
        case .mixed: "UTF-8 with some Windows-1252 in it"
        }
    }
}

/// The length of the well-formed UTF-8 character at a place, 0 where none is.
///
/// Source: The Unicode Standard, table 3-7.
func utf8Length(_ bytes: [UInt8], _ place: Int) -> Int {
    let first = bytes[place]
    if first < 0x80 { return 1 }
    func isNext(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        place + offset < bytes.count && range.contains(bytes[place + offset])
    }
    switch first {
    case 0xC2...0xDF: return isNext(1) ? 2 : 0
    case 0xE0: return isNext(1, 0xA0...0xBF) && isNext(2) ? 3 : 0
    case 0xED: return isNext(1, 0x80...0x9F) && isNext(2) ? 3 : 0
    case 0xE1...0xEF: return isNext(1) && isNext(2) ? 3 : 0
    case 0xF0: return isNext(1, 0x90...0xBF) && isNext(2) && isNext(3) ? 4 : 0
    case 0xF1...0xF3: return isNext(1) && isNext(2) && isNext(3) ? 4 : 0
    case 0xF4: return isNext(1, 0x80...0x8F) && isNext(2) && isNext(3) ? 4 : 0
    default: return 0
    }
}

/// The first byte that is not well-formed UTF-8, nil when all are.
func firstFlaw(_ bytes: [UInt8], from start: Int = 0) -> Int? {
    var place = start
    while place < bytes.count {
        if bytes[place] < 0x80 {
            place += 1
            continue
        }
        let length = utf8Length(bytes, place)
        if length == 0 { return place }
        place += length
    }
    return nil
}

/// Decoders of the codings; all results are well-formed UTF-8.
enum CodePages {
    /// The bytes of a file as UTF-8, without the mark at its start.
    static func decode(
        _ bytes: [UInt8], as encoding: TextEncoding, file: String
    ) throws(SheetError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(min(bytes.count + 16, SheetsLimits.textBytes))
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        switch encoding {
        case .utf8:
            if let flaw = firstFlaw(bytes) {
                throw .undecodable(file: file, offset: flaw, encoding: encoding)
            }
            output.append(contentsOf: bytes[body...])
        case .utf16LittleEndian, .utf16BigEndian:
            let isLittle = encoding == .utf16LittleEndian
            if let flaw = decodeUTF16(bytes, isLittle: isLittle, into: &output) {
                throw .undecodable(file: file, offset: flaw, encoding: encoding)
            }
        case .windows1252, .windows1250, .latin1:
            for byte in bytes { append(scalar(byte, encoding), to: &output) }
        case .mixed:
            var place = body
            while place < bytes.count {
                let length = utf8Length(bytes, place)
                if length == 0 {
                    append(scalar(bytes[place], .windows1252), to: &output)
                } else {
                    output.append(contentsOf: bytes[place..<place + length])
                }
                place += max(length, 1)
            }
        }
        guard output.count <= SheetsLimits.textBytes else {
            throw .tooLarge(
                file: file, what: "Its text has over \(SheetsLimits.textBytes >> 20) MB")
        }
        return output
    }

    /// Decodes UTF-16; returns the offset of the first unit that makes no sense.
    static func decodeUTF16(
        _ bytes: [UInt8], isLittle: Bool, into output: inout [UInt8]
    ) -> Int? {
        func unit(_ place: Int) -> UInt32 {
            let low = UInt32(bytes[isLittle ? place : place + 1])
            return UInt32(bytes[isLittle ? place + 1 : place]) << 8 | low
        }
        var place = bytes.count >= 2 && unit(0) == 0xFEFF ? 2 : 0
        while place + 1 < bytes.count {
            var scalar = unit(place)
            if scalar & 0xFC00 == 0xD800 {
                guard place + 3 < bytes.count, unit(place + 2) & 0xFC00 == 0xDC00 else {
                    return place
                }
                scalar = 0x1_0000 + ((scalar & 0x3FF) << 10) + (unit(place + 2) & 0x3FF)
                place += 2
            } else if scalar & 0xFC00 == 0xDC00 {
                return place
            }
            append(scalar, to: &output)
            place += 2
        }
        return place < bytes.count ? place : nil
    }

    /// The character of a byte; unused bytes stay what they are, as invisible control characters.
    static func scalar(_ byte: UInt8, _ encoding: TextEncoding) -> UInt32 {
        guard byte >= 0x80 else { return UInt32(byte) }
        switch encoding {
        case .windows1252 where byte < 0xA0: return UInt32(windows1252[Int(byte) - 0x80])
        case .windows1250: return UInt32(windows1250[Int(byte) - 0x80])
        default: return UInt32(byte)
        }
    }

    /// Appends a character; it is never a surrogate.
    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        switch scalar {
        case 0..<0x80: output.append(UInt8(truncatingIfNeeded: scalar))
        case 0x80..<0x800:
            output.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
        case 0x800..<0x1_0000:
            output.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
        default:
            output.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18 & 0x07))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
            output.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
        }
    }

    /// Windows-1252 from 0x80 to 0x9F; the rest is as in ISO-8859-1.
    private static let windows1252: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
    ]

    /// Windows-1250 from 0x80.
    private static let windows1250: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0083, 0x201E, 0x2026, 0x2020, 0x2021, 0x0088, 0x2030, 0x0160,
        0x2039, 0x015A, 0x0164, 0x017D, 0x0179, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x0098, 0x2122, 0x0161, 0x203A, 0x015B, 0x0165, 0x017E, 0x017A, 0x00A0,
        0x02C7, 0x02D8, 0x0141, 0x00A4, 0x0104, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0x015E, 0x00AB,
        0x00AC, 0x00AD, 0x00AE, 0x017B, 0x00B0, 0x00B1, 0x02DB, 0x0142, 0x00B4, 0x00B5, 0x00B6,
        0x00B7, 0x00B8, 0x0105, 0x015F, 0x00BB, 0x013D, 0x02DD, 0x013E, 0x017C, 0x0154, 0x00C1,
        0x00C2, 0x0102, 0x00C4, 0x0139, 0x0106, 0x00C7, 0x010C, 0x00C9, 0x0118, 0x00CB, 0x011A,
        0x00CD, 0x00CE, 0x010E, 0x0110, 0x0143, 0x0147, 0x00D3, 0x00D4, 0x0150, 0x00D6, 0x00D7,
        0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF, 0x0155, 0x00E1, 0x00E2,
        0x0103, 0x00E4, 0x013A, 0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB, 0x011B, 0x00ED,
        0x00EE, 0x010F, 0x0111, 0x0144, 0x0148, 0x00F3, 0x00F4, 0x0151, 0x00F6, 0x00F7, 0x0159,
        0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD, 0x0163, 0x02D9,
    ]
}
