// The place of reading in a JSON document: tokens, skipping, numbers and texts.

/// A place in a document, with the kinds of the containers around it.
struct JSONCursor {
    var offset = 0
    private var depth = 0
    /// True right after an opening bracket, where no comma is expected.
    private var isFirst = false

    func peek(_ bytes: RawSpan) -> UInt8? {
        offset < bytes.byteCount ? bytes.byte(offset) : nil
    }

    func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: reason, offset: offset)
    }

    /// The error for the byte at this place, or for the end.
    func unexpected(_ bytes: RawSpan) -> JSONError {
        error(peek(bytes).map { .unexpected($0) } ?? .endOfText)
    }

    mutating func skipSpace(_ bytes: RawSpan) {
        while let byte = peek(bytes),
            byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        {
            offset += 1
        }
    }

    mutating func finish(_ bytes: RawSpan) throws(JSONError) {
        skipSpace(bytes)
        if offset != bytes.byteCount { throw error(.textAfterEnd) }
    }

    /// Takes an opening bracket or brace.
    mutating func enter(_ bytes: RawSpan) throws(JSONError) {
        guard depth < JSONScanner.depthLimit else {
            throw error(.tooDeep(limit: JSONScanner.depthLimit))
        }
        depth += 1
        offset += 1
        isFirst = true
    }

    /// Moves to the next key; takes the closing brace and returns false behind the last.
    mutating func nextMember(_ bytes: RawSpan) throws(JSONError) -> Bool {
        guard try next(bytes, closing: 0x7D) else { return false }
        guard peek(bytes) == 0x22 else { throw unexpected(bytes) }
        return true
    }

    /// Moves to the next element; takes the closing bracket and returns false behind the last.
    mutating func nextElement(_ bytes: RawSpan) throws(JSONError) -> Bool {
        try next(bytes, closing: 0x5D)
    }

    private mutating func next(_ bytes: RawSpan, closing: UInt8) throws(JSONError) -> Bool {
        skipSpace(bytes)
        let wasFirst = isFirst
        isFirst = false
        if peek(bytes) == closing {
            offset += 1
            depth -= 1
            return false
        }
        if wasFirst { return true }
        guard peek(bytes) == 0x2C else { throw unexpected(bytes) }
        offset += 1
        skipSpace(bytes)
        return true
    }

    mutating func colon(_ bytes: RawSpan) throws(JSONError) {
        skipSpace(bytes)
        guard peek(bytes) == 0x3A else { throw unexpected(bytes) }
        offset += 1
        skipSpace(bytes)
    }

    /// Skips one value without recursion; the depth limit bounds the memory of kinds.
    mutating func skipValue(_ bytes: RawSpan) throws(JSONError) {
        // One bit a level, 1 for an object.
        var kinds: UInt64 = 0
        var levels = 0
        repeat {
            switch peek(bytes) {
            case 0x7B, 0x5B:
                kinds = kinds << 1 | (peek(bytes) == 0x7B ? 1 : 0)
                levels += 1
                try enter(bytes)
            default: try skipScalar(bytes)
            }
            // Close what ends here, then stand before the next value.
            while levels > 0 {
                if kinds & 1 == 1 {
                    if try nextMember(bytes) {
                        _ = try stringRange(bytes)
                        try colon(bytes)
                        break
                    }
                } else if try nextElement(bytes) {
                    break
                }
                kinds >>= 1
                levels -= 1
            }
        } while levels > 0
    }

    private mutating func skipScalar(_ bytes: RawSpan) throws(JSONError) {
        switch peek(bytes) {
        case 0x22: _ = try stringRange(bytes)
        case 0x74: try word(bytes, "true")
        case 0x66: try word(bytes, "false")
        case 0x6E: try word(bytes, "null")
        default: _ = try numberRange(bytes)
        }
    }

    /// The value at this place; containers are skipped and given by their range.
    mutating func value(_ bytes: RawSpan) throws(JSONError) -> JSONScanner.Value {
        let start = offset
        switch peek(bytes) {
        case 0x7B:
            try skipValue(bytes)
            return .object(start..<offset)
        case 0x5B:
            try skipValue(bytes)
            return .array(start..<offset)
        case 0x22: return .string(text(try stringRange(bytes), bytes))
        case 0x74:
            try word(bytes, "true")
            return .bool(true)
        case 0x66:
            try word(bytes, "false")
            return .bool(false)
        case 0x6E:
            try word(bytes, "null")
            return .null
        default:
            let range = try numberRange(bytes)
            do throws(LineNumber.Fault) {
                return .number(try LineNumber.float(bytes, range))
            } catch {
                throw JSONError(
                    reason: error == .notFinite ? .numberTooLarge : .numberInvalid, offset: start)
            }
        }
    }

    private mutating func word(_ bytes: RawSpan, _ word: String) throws(JSONError) {
        for byte in word.utf8 {
            guard peek(bytes) == byte else { throw unexpected(bytes) }
            offset += 1
        }
    }

    /// Takes a number in the form of RFC 8259: no plus, no leading zero, digits around the point.
    private mutating func numberRange(_ bytes: RawSpan) throws(JSONError) -> Range<Int> {
        let start = offset
        if peek(bytes) == 0x2D { offset += 1 }
        guard let first = peek(bytes), (0x30...0x39).contains(first) else {
            throw unexpected(bytes)
        }
        takeDigits(bytes)
        if first == 0x30, offset - start > (bytes.byte(start) == 0x2D ? 2 : 1) {
            throw JSONError(reason: .numberInvalid, offset: start)
        }
        if peek(bytes) == 0x2E {
            offset += 1
            guard takeDigits(bytes) else { throw unexpected(bytes) }
        }
        if let letter = peek(bytes), letter | 0x20 == 0x65 {
            offset += 1
            if let sign = peek(bytes), sign == 0x2B || sign == 0x2D { offset += 1 }
            guard takeDigits(bytes) else { throw unexpected(bytes) }
        }
        return start..<offset
    }

    @discardableResult
    private mutating func takeDigits(_ bytes: RawSpan) -> Bool {
        let start = offset
        while let byte = peek(bytes), (0x30...0x39).contains(byte) { offset += 1 }
        return offset > start
    }

    /// Takes a text and checks it; the range lies between the quotes.
    mutating func stringRange(_ bytes: RawSpan) throws(JSONError) -> Range<Int> {
        offset += 1
        let start = offset
        var all: UInt8 = 0
        while let byte = peek(bytes), byte != 0x22 {
            guard byte >= 0x20 else { throw unexpected(bytes) }
            all |= byte
            if byte == 0x5C { try checkEscape(bytes) } else { offset += 1 }
        }
        guard offset < bytes.byteCount else { throw error(.endOfText) }
        if all >= 0x80, !UTF8Check.isValid(bytes, start..<offset) {
            throw JSONError(reason: .notUTF8, offset: start)
        }
        offset += 1
        return start..<offset - 1
    }

    private mutating func checkEscape(_ bytes: RawSpan) throws(JSONError) {
        guard offset + 1 < bytes.byteCount else {
            offset = bytes.byteCount
            throw error(.endOfText)
        }
        switch bytes.byte(offset + 1) {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: offset += 2
        case 0x75:
            guard let unit = Self.unit(bytes, offset) else { throw error(.escapeInvalid) }
            if unit & 0xF800 == 0xD800 {
                guard unit < 0xDC00, let low = Self.unit(bytes, offset + 6), low & 0xFC00 == 0xDC00
                else { throw error(.escapeInvalid) }
                offset += 6
            }
            offset += 6
        default: throw error(.escapeInvalid)
        }
    }

    /// The number of an escape of the form \uXXXX at an offset; nil when there is none.
    private static func unit(_ bytes: RawSpan, _ offset: Int) -> UInt32? {
        guard offset + 6 <= bytes.byteCount, bytes.byte(offset) == 0x5C,
            bytes.byte(offset + 1) == 0x75
        else { return nil }
        var unit: UInt32 = 0
        for place in offset + 2..<offset + 6 {
            let byte = bytes.byte(place)
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// The content of a checked text.
    func text(_ range: Range<Int>, _ bytes: RawSpan) -> String {
        var content: [UInt8] = []
        content.reserveCapacity(range.count)
        var place = range.lowerBound
        while place < range.upperBound { Self.append(bytes, &place, to: &content) }
        return String(decoding: content, as: UTF8.self)
    }

    /// True when a checked text has the content of `name`, byte by byte.
    func equals(_ range: Range<Int>, _ name: String, _ bytes: RawSpan) -> Bool {
        var place = range.lowerBound
        var isPlain = true
        for byte in name.utf8 {
            guard place < range.upperBound else { return false }
            if bytes.byte(place) == 0x5C {
                isPlain = false
                break
            }
            guard bytes.byte(place) == byte else { return false }
            place += 1
        }
        if isPlain { return place == range.upperBound }
        return text(range, bytes).utf8.elementsEqual(name.utf8)
    }

    /// Appends the next byte or escape of a checked text.
    private static func append(
        _ bytes: RawSpan, _ place: inout Int, to content: inout [UInt8]
    ) {
        let byte = bytes.byte(place)
        guard byte == 0x5C else {
            content.append(byte)
            place += 1
            return
        }
        let letter = bytes.byte(place + 1)
        switch letter {
        case 0x62: content.append(0x08)
        case 0x66: content.append(0x0C)
        case 0x6E: content.append(0x0A)
        case 0x72: content.append(0x0D)
        case 0x74: content.append(0x09)
        case 0x75:
            var scalar = unit(bytes, place) ?? 0xFFFD
            if scalar & 0xFC00 == 0xD800, let low = unit(bytes, place + 6) {
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                place += 6
            }
            place += 6
            content.append(contentsOf: String(UnicodeScalar(scalar) ?? "\u{FFFD}").utf8)
            return
        default: content.append(letter)
        }
        place += 2
    }
}
