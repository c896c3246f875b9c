// Finds how the characters of a text file are coded, and asks where more than one coding fits.

/// How a text file is coded, and how that is known.
public struct EncodingFinding: Hashable, Sendable {
    /// The coding, or the likeliest where a question is open.
    public let encoding: TextEncoding
    /// How it is known, in one sentence.
    public let why: String
    /// The question, nil where the bytes leave no doubt.
    public let question: Question?
}

extension EncodingFinding {
    /// The coding of a whole file; nil when the bytes are no text.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0xFF, 0xFE]) {
            self.init(.utf16LittleEndian, "The file begins with the mark of UTF-16.")
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            self.init(.utf16BigEndian, "The file begins with the mark of UTF-16.")
        } else if let encoding = Self.unmarkedUTF16(bytes) {
            self.init(encoding, "Every second byte is zero, as in UTF-16.")
        } else if bytes.contains(0) {
            return nil
        } else {
            self.init(bytesWithoutZeros: bytes)
        }
    }

    private init(_ encoding: TextEncoding, _ why: String, _ question: Question? = nil) {
        (self.encoding, self.why, self.question) = (encoding, why, question)
    }

    private init(bytesWithoutZeros bytes: [UInt8]) {
        let count = Count(bytes)
        let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        if count.flaws == 0 {
            let why =
                hasMark
                ? "The file begins with the mark of UTF-8."
                : count.characters == 0
                    ? "It has only plain letters, which are the same in every coding."
                    : "All its accents and signs are well-formed UTF-8."
            self.init(.utf8, why)
        } else if hasMark || count.characters > 0 {
            self.init(mixedBytes: bytes, count)
        } else {
            self.init(singleBytes: bytes)
        }
    }

    /// UTF-16 without a mark: nearly half of the bytes are zero, all in the same places.
    private static func unmarkedUTF16(_ bytes: [UInt8]) -> TextEncoding? {
        let sample = bytes.prefix(4_096)
        guard sample.count >= 4 else { return nil }
        var zeros = (even: 0, odd: 0)
        for index in sample.indices where sample[index] == 0 {
            if index % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        if zeros.odd > sample.count / 3, zeros.even == 0 { return .utf16LittleEndian }
        return zeros.even > sample.count / 3 && zeros.odd == 0 ? .utf16BigEndian : nil
    }

    /// A file that is partly UTF-8: which part is damaged, only a person can see.
    private init(mixedBytes bytes: [UInt8], _ count: Count) {
        let candidates: [TextEncoding] = [.mixed, .windows1252]
        let times = count.flaws == 1 ? "once" : "\(count.flaws) times"
        let places = [count.flaw, count.character].compactMap(\.self)
        self.init(
            .mixed,
            "Most of it is UTF-8, but \(times) there are bytes that UTF-8 does not have,"
                + " first in line \(count.flawLine).",
            Question.encoding(candidates, bytes: bytes, places: places))
    }

    /// A file with one byte a character.
    private init(singleBytes bytes: [UInt8]) {
        let western = Plausibility(bytes, .windows1252)
        let central = Plausibility(bytes, .windows1250)
        if western.unused == nil, western.strange == nil, !western.differs {
            self.init(
                .windows1252,
                "It is not UTF-8, and read as Western European its words look right.")
        } else if western.isPlausible, !central.isPlausible {
            self.init(
                .windows1252,
                "It is not UTF-8, and only as Western European do its words look right.")
        } else if central.isPlausible, !western.isPlausible {
            self.init(
                .windows1250,
                "It is not UTF-8, and only as Central European do its words look right.")
        } else {
            var candidates: [TextEncoding] = []
            if western.unused == nil { candidates.append(.windows1252) }
            if central.unused == nil { candidates.append(.windows1250) }
            candidates.append(.latin1)
            let place = western.unused ?? western.strange ?? western.difference ?? 0
            self.init(
                candidates[0], "It is not UTF-8, and its accents can be read in more than one way.",
                Question.encoding(candidates, bytes: bytes, places: [place]))
        }
    }

    /// Characters of UTF-8 and bytes that are none.
    private struct Count {
        var characters = 0
        var flaws = 0
        var flawLine = 0
        var flaw: Int?
        var character: Int?

        init(_ bytes: [UInt8]) {
            var line = 1
            var place = 0
            while place < bytes.count {
                let byte = bytes[place]
                if byte == 0x0A { line += 1 }
                let length = byte < 0x80 ? 1 : utf8Length(bytes, place)
                if length == 0 {
                    if flaws == 0 { (flaw, flawLine) = (place, line) }
                    flaws += 1
                } else if length > 1 {
                    // The mark at the start says nothing about the rest.
                    if place > 0 || byte != 0xEF {
                        characters += 1
                        if character == nil { character = place }
                    }
                }
                place += max(length, 1)
            }
        }
    }
}

/// How well a coding of one byte a character fits.
private struct Plausibility {
    /// The first byte that the coding does not use.
    var unused: Int?
    /// The first sign that stands between letters where no language has it.
    var strange: Int?
    /// The first letter that Western and Central European read differently.
    var difference: Int?
    /// Letters outside ASCII that some language of the coding has.
    var foreign = 0

    var differs: Bool { difference != nil }
    /// Every byte is used, no sign stands inside a word, and one language has all letters.
    var isPlausible: Bool { unused == nil && strange == nil && foreign == 0 }

    init(_ bytes: [UInt8], _ encoding: TextEncoding) {
        let traits = (0x80...0xFF).map { Traits($0, encoding) }
        var used = Set<UInt32>()
        var isUsed = [Bool](repeating: false, count: 128)
        for (place, byte) in bytes.enumerated() where byte >= 0x80 {
            let trait = traits[Int(byte) - 0x80]
            if unused == nil, trait.isUnused { unused = place }
            if difference == nil, trait.differs { difference = place }
            if trait.isLetter { isUsed[Int(byte) - 0x80] = true }
            guard strange == nil else { continue }
            let before = Self.isPlainLetter(bytes, place - 1)
            let after = Self.isPlainLetter(bytes, place + 1)
            if trait.isLetter {
                if Self.isOutOfPlace(trait.scalar, bytes, place) { strange = place }
            } else if before && after ? !trait.isJoint : (before || after) && !trait.isBeside {
                strange = place
            }
        }
        for (index, trait) in traits.enumerated() where isUsed[index] { used.insert(trait.scalar) }
        let languages = encoding == .windows1252 ? Self.western : Self.central
        let fits = languages.contains { used.subtracting($0).isEmpty }
        foreign = fits ? 0 : used.count
    }

    /// What is known of one byte under a coding.
    private struct Traits {
        let scalar: UInt32
        let isUnused: Bool
        let isLetter: Bool
        /// Whether the other coding has another letter there.
        let differs: Bool
        /// Whether it may stand between letters, and beside one.
        let isJoint: Bool
        let isBeside: Bool

        init(_ number: Int, _ encoding: TextEncoding) {
            let byte = UInt8(truncatingIfNeeded: number)
            let isWestern = encoding == .windows1252
            scalar = CodePages.scalar(byte, encoding)
            let other = CodePages.scalar(byte, isWestern ? .windows1250 : .windows1252)
            let unused: [UInt8] =
                isWestern ? [0x81, 0x8D, 0x8F, 0x90, 0x9D] : [0x81, 0x83, 0x88, 0x90, 0x98]
            isUnused = unused.contains(byte)
            isLetter = Self.isLetter(scalar)
            differs = scalar != other && (isLetter || Self.isLetter(other))
            // A no-break blank, the typographic apostrophe, quotation marks, dashes, money.
            isJoint = [
                0xA0, 0x2019, 0xAB, 0xBB, 0x201A, 0x201C, 0x201D, 0x201E, 0x2018, 0x2013, 0x2014,
                0x2026, 0x20AC, 0xA3, 0xA9, 0xAE, 0x2122, 0x2022, 0x2039, 0x203A, 0xB7, 0xD7,
            ].contains(scalar)
            // Degrees, squares, cubes and paragraphs stand beside letters, not between them.
            isBeside = isJoint || [0xB0, 0xB2, 0xB3, 0xA7].contains(scalar)
        }

        private static func isLetter(_ scalar: UInt32) -> Bool {
            let isOrdinal = scalar == 0xAA || scalar == 0xBA
            return UnicodeScalar(scalar)?.properties.isAlphabetic == true && !isOrdinal
        }
    }

    /// Whether a letter stands where none does: beside a digit or alone, as in “£12” read wrongly.
    private static func isOutOfPlace(_ scalar: UInt32, _ bytes: [UInt8], _ place: Int) -> Bool {
        func neighbour(_ place: Int) -> UInt8 {
            bytes.indices.contains(place) ? bytes[place] : 0x20
        }
        let (before, after) = (neighbour(place - 1), neighbour(place + 1))
        if (0x30...0x39).contains(before) || (0x30...0x39).contains(after) { return true }
        // An l with a stroke that ends "m" is a cubic metre.
        if scalar == 0x142, before == 0x6D, !isPlainLetter(bytes, place + 1) { return true }
        let isAlone =
            before < 0x80 && after < 0x80 && !isPlainLetter(bytes, place - 1)
            && !isPlainLetter(bytes, place + 1)
        return isAlone && ![0xE0, 0xC0, 0xE9, 0xF3, 0xE8, 0xC8].contains(scalar)
    }

    private static func isPlainLetter(_ bytes: [UInt8], _ place: Int) -> Bool {
        guard bytes.indices.contains(place) else { return false }
        return (0x61...0x7A).contains(bytes[place] | 0x20) && bytes[place] < 0x80
    }

    private static func letters(_ text: String) -> Set<UInt32> {
        Set((text + text.uppercased()).unicodeScalars.map(\.value))
    }

    private static let western = [
        letters("äöüßéèàêç"), letters("àâæçèéêëîïôœùûüÿ"), letters("áéíñóúüçàèòï"),
        letters("àèéìíîòóùú"), letters("ãáàâçéêíóôõúü"), letters("åäöæøéü"), letters("éèëïöüáóĳ"),
        letters("áðéíóúýþæö"),
    ]

    private static let central = [
        letters("ąćęłńóśźż"), letters("ăâîşţșț"), letters("áčďéěíňóřšťúůýžäĺľôŕ"),
        letters("áéíóöőúüű"), letters("čćđšž"), letters("äöüß"),
    ]
}
