// Checks whether bytes are well-formed UTF-8.

/// Well-formedness of UTF-8 (The Unicode Standard, table 3-7).
enum UTF8Check {
    /// True when the bytes of a range are well-formed: no overlong forms, surrogates or cut ends.
    static func isValid(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        var offset = range.lowerBound
        let end = range.upperBound
        while offset < end {
            let first = bytes.byte(offset)
            offset += 1
            if first < 0x80 { continue }
            var lowest: UInt8 = 0x80
            var highest: UInt8 = 0xBF
            let followers: Int
            switch first {
            case 0xC2...0xDF: followers = 1
            case 0xE0...0xEF:
                followers = 2
                if first == 0xE0 { lowest = 0xA0 }
                if first == 0xED { highest = 0x9F }
            case 0xF0...0xF4:
                followers = 3
                if first == 0xF0 { lowest = 0x90 }
                if first == 0xF4 { highest = 0x8F }
            default: return false
            }
            guard end - offset >= followers else { return false }
            for place in 0..<followers {
                let next = bytes.byte(offset + place)
                let isAllowed =
                    place == 0 ? next >= lowest && next <= highest : next & 0xC0 == 0x80
                guard isAllowed else { return false }
            }
            offset += followers
        }
        return true
    }
}
