// Replaces the references of XML texts and normalises their line ends.

extension XMLReader {
    /// Appends a text of the document with its references replaced.
    ///
    /// Line ends become line feeds; in attributes every space character becomes a space
    /// (XML 1.0 clauses 2.11 and 3.3.3).
    func append(
        _ bytes: RawSpan, _ range: Range<Int>, isAttribute: Bool, to text: inout [UInt8]
    ) throws(FrameError) {
        guard range.count <= XMLLimits.textBytes else {
            throw fault(
                "a text of more than \(XMLLimits.textBytes) bytes", at: range.lowerBound)
        }
        text.reserveCapacity(text.count + range.count)
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = bytes.byte(place)
            switch byte {
            case 0x26:
                place = try reference(bytes, place, end: range.upperBound, to: &text)
                continue
            case 0x0D:
                let isPair = place + 1 < range.upperBound && bytes.byte(place + 1) == 0x0A
                if !isPair { text.append(isAttribute ? 0x20 : 0x0A) }
            case 0x09, 0x0A: text.append(isAttribute ? 0x20 : byte)
            case 0..<0x20: throw fault("the control character \(byte)", at: place)
            case 0x3E where !isAttribute && place >= range.lowerBound + 2:
                if bytes.byte(place - 1) == 0x5D, bytes.byte(place - 2) == 0x5D {
                    throw fault("\"]]>\" outside of a CDATA section", at: place - 2)
                }
                text.append(byte)
            case 0xEF where Self.isNoCharacter(bytes, place):
                throw fault("a code that is no character", at: place)
            default: text.append(byte)
            }
            place += 1
        }
    }

    /// True at U+FFFE and U+FFFF, which no document may hold.
    static func isNoCharacter(_ bytes: RawSpan, _ place: Int) -> Bool {
        place + 2 < bytes.byteCount && bytes.byte(place + 1) == 0xBF
            && bytes.byte(place + 2) >= 0xBE
    }

    /// Appends what a reference stands for and returns the place behind it.
    private func reference(
        _ bytes: RawSpan, _ start: Int, end: Int, to text: inout [UInt8]
    ) throws(FrameError) -> Int {
        var semicolon = start + 1
        while semicolon < min(end, start + 12), bytes.byte(semicolon) != 0x3B { semicolon += 1 }
        guard semicolon < end, bytes.byte(semicolon) == 0x3B else {
            throw fault("\"&\" without a reference", at: start)
        }
        let name = start + 1..<semicolon
        if name.count > 1, bytes.byte(name.lowerBound) == 0x23 {
            guard let scalar = scalar(bytes, name) else {
                throw fault("the reference &\(bytes.text(name)); is not a character", at: start)
            }
            text.append(contentsOf: String(scalar).utf8)
        } else if bytes.spells(name, "amp") {
            text.append(0x26)
        } else if bytes.spells(name, "lt") {
            text.append(0x3C)
        } else if bytes.spells(name, "gt") {
            text.append(0x3E)
        } else if bytes.spells(name, "quot") {
            text.append(0x22)
        } else if bytes.spells(name, "apos") {
            text.append(0x27)
        } else {
            throw fault("the entity &\(bytes.text(name)); is not known", at: start)
        }
        return semicolon + 1
    }

    /// The character of `#65` or `#x41`, when XML allows it.
    private func scalar(_ bytes: RawSpan, _ name: Range<Int>) -> UnicodeScalar? {
        let isHex = bytes.byte(name.lowerBound + 1) == 0x78
        let digits = name.lowerBound + (isHex ? 2 : 1)..<name.upperBound
        guard !digits.isEmpty, digits.count <= 8 else { return nil }
        var code: UInt64 = 0
        for place in digits {
            let byte = bytes.byte(place)
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46 where isHex: digit = byte - 0x41 + 10
            case 0x61...0x66 where isHex: digit = byte - 0x61 + 10
            default: return nil
            }
            code = code * (isHex ? 16 : 10) + UInt64(digit)
        }
        guard code >= 0x20 || code == 0x09 || code == 0x0A || code == 0x0D,
            code != 0xFFFE, code != 0xFFFF, code <= 0x10FFFF
        else { return nil }
        return UnicodeScalar(UInt32(code))
    }
}

extension RawSpan {
    /// True when the bytes of a range spell an ASCII word.
    @inline(__always)
    func spells(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for place in 0..<range.count {
            let letter = unsafe word.utf8Start[place]
            if byte(range.lowerBound + place) != letter { return false }
        }
        return true
    }

    /// True when two ranges hold the same bytes.
    func isEqual(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        for place in 0..<one.count
        where byte(one.lowerBound + place) != byte(other.lowerBound + place) { return false }
        return true
    }

    /// The bytes of a range as text; ill-formed UTF-8 is replaced.
    func text(_ range: Range<Int>) -> String {
        String(decoding: array(range), as: UTF8.self)
    }
}
