// Reads the source of a message: our subset of ICU MessageFormat.

/// What is wrong with the source of a message, and what to do.
struct PatternFlaw: Error, Hashable, Sendable {
    let says: String
    let remedy: String
}

/// Reads one message.
///
/// The subset: `{name}`; `{name, plural, =0 {…} one {…} other {# …}}`;
/// `{name, select, word {…} other {…}}`; blocks inside each other to four levels. An apostrophe
/// begins quoted text before a brace, and before `#` directly inside a plural branch; two of them
/// are one apostrophe; any other is an apostrophe (ICU's DOUBLE_OPTIONAL). Stricter than ICU: a
/// closing brace without its opening one, a quotation without its end, and `#` in a select branch
/// inside a plural one (where ICU shows it as it is) are refused. Not in the subset: offsets,
/// numbered slots, `selectordinal`, number, date and time formats.
struct PatternReader {
    private let bytes: [UInt8]
    private let language: MessageLanguage
    private var place = 0

    private init(_ source: String, _ language: MessageLanguage) {
        bytes = Array(source.utf8)
        self.language = language
    }

    /// Reads a message of a language.
    static func read(
        _ source: String, _ language: MessageLanguage
    ) throws(PatternFlaw) -> MessagePattern {
        // Most messages are plain text.
        let needsReading = source.utf8.contains {
            $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "'")
        }
        guard needsReading else { return MessagePattern(parts: [.literal(source)]) }
        var reader = PatternReader(source, language)
        let pattern = try reader.message(Surroundings())
        guard reader.place == reader.bytes.count else {
            throw PatternFlaw(
                says: "a } at character \(reader.column) closes nothing",
                remedy: "Take it out, or write it as '}'.")
        }
        return pattern
    }

    /// What stands around the text being read.
    private struct Surroundings {
        /// The slot that `#` shows; nil outside plural branches.
        var hash: String?
        /// Whether a plural block stands further out, with a select between.
        var isSelectInPlural = false
        /// Open blocks.
        var depth = 0
    }

    private var column: Int { String(decoding: bytes[..<place], as: UTF8.self).count + 1 }

    private mutating func message(_ around: Surroundings) throws(PatternFlaw) -> MessagePattern {
        var parts: [MessagePart] = []
        var literal: [UInt8] = []
        func flush() {
            guard !literal.isEmpty else { return }
            parts.append(.literal(String(decoding: literal, as: UTF8.self)))
            literal.removeAll(keepingCapacity: true)
        }
        while place < bytes.count {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: "{"):
                flush()
                parts.append(try block(around))
            case UInt8(ascii: "}"):
                flush()
                return MessagePattern(parts: parts)
            case UInt8(ascii: "'"):
                try apostrophe(around, &literal)
            case UInt8(ascii: "#") where around.isSelectInPlural:
                throw PatternFlaw(
                    says: "a # in a select branch inside a plural one shows no number",
                    remedy: "Write the slot's name in braces, or put the plural inside the select.")
            case UInt8(ascii: "#"):
                place += 1
                guard let slot = around.hash else {
                    literal.append(byte)
                    continue
                }
                flush()
                parts.append(.slot(slot, isHash: true))
            default:
                literal.append(byte)
                place += 1
            }
        }
        flush()
        return MessagePattern(parts: parts)
    }

    /// Reads from an apostrophe on: one apostrophe, or quoted text.
    private mutating func apostrophe(
        _ around: Surroundings, _ literal: inout [UInt8]
    ) throws(PatternFlaw) {
        let quote = UInt8(ascii: "'")
        let opening = column
        place += 1
        guard place < bytes.count else { return literal.append(quote) }
        let next = bytes[place]
        if next == quote {
            literal.append(quote)
            place += 1
            return
        }
        let isBrace = next == UInt8(ascii: "{") || next == UInt8(ascii: "}")
        guard isBrace || (next == UInt8(ascii: "#") && around.hash != nil) else {
            return literal.append(quote)
        }
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            guard byte == quote else {
                literal.append(byte)
                continue
            }
            guard place < bytes.count, bytes[place] == quote else { return }
            literal.append(quote)
            place += 1
        }
        throw PatternFlaw(
            says: "the quotation that begins at character \(opening) does not end",
            remedy: "Write a second apostrophe behind what is quoted.")
    }

    /// Reads a slot or a block from its opening brace on.
    private mutating func block(_ around: Surroundings) throws(PatternFlaw) -> MessagePart {
        let opening = column
        place += 1
        skipSpaces()
        let name = word()
        guard PatternReader.isSlotName(name) else {
            throw PatternFlaw(
                says: name.isEmpty
                    ? "the brace at character \(opening) is not followed by a name"
                    : "\(name) is no name for a slot",
                remedy: "Name the slot with letters and digits, the first a small letter; write a"
                    + " brace that is to be seen as '{'.")
        }
        skipSpaces()
        if take("}") { return .slot(name, isHash: false) }
        guard take(",") else { throw unclosed(opening) }
        skipSpaces()
        let kind = word()
        guard kind == "plural" || kind == "select" else {
            throw PatternFlaw(
                says: (kind.isEmpty ? "nothing" : kind)
                    + " stands where plural or select is expected",
                remedy: "Only {name}, plural and select can be used; numbers are written in the"
                    + " reader's way without being told.")
        }
        skipSpaces()
        guard take(",") else { throw unclosed(opening) }
        guard around.depth < MessageLimits.depth else {
            throw PatternFlaw(
                says: "plural and select blocks stand more than \(MessageLimits.depth) deep",
                remedy: "Make two messages of it.")
        }
        return kind == "plural"
            ? try plural(name, around, opening) : try select(name, around, opening)
    }

    private mutating func plural(
        _ name: String, _ around: Surroundings, _ opening: Int
    ) throws(PatternFlaw) -> MessagePart {
        var inside = Surroundings()
        inside.hash = name
        inside.depth = around.depth + 1
        var branches: [PluralBranch] = []
        while let word = try branchWord(branches.count, name, opening) {
            let selector = try selector(word, name)
            guard !branches.contains(where: { $0.selector == selector }) else {
                throw PatternReader.twice(word, name)
            }
            branches.append(
                PluralBranch(selector: selector, pattern: try branch(word, inside, opening)))
        }
        guard branches.contains(where: { $0.selector == .category(.other) }) else {
            throw PatternReader.noOther(name)
        }
        return .plural(name, branches)
    }

    private mutating func select(
        _ name: String, _ around: Surroundings, _ opening: Int
    ) throws(PatternFlaw) -> MessagePart {
        var inside = Surroundings()
        inside.isSelectInPlural = around.hash != nil || around.isSelectInPlural
        inside.depth = around.depth + 1
        var branches: [SelectBranch] = []
        while let word = try branchWord(branches.count, name, opening) {
            guard PatternReader.isSlotName(word) else {
                throw PatternFlaw(
                    says: "\(word) is no word to select {\(name)} by",
                    remedy: "Use letters and digits, the first a small letter.")
            }
            guard !branches.contains(where: { $0.word == word }) else {
                throw PatternReader.twice(word, name)
            }
            branches.append(SelectBranch(word: word, pattern: try branch(word, inside, opening)))
        }
        guard branches.contains(where: { $0.word == "other" }) else {
            throw PatternReader.noOther(name)
        }
        return .select(name, branches)
    }

    /// The word before a branch; nil behind the block's closing brace.
    private mutating func branchWord(
        _ count: Int, _ name: String, _ opening: Int
    ) throws(PatternFlaw) -> String? {
        skipSpaces()
        if take("}") { return nil }
        let word = word()
        guard !word.isEmpty else { throw unclosed(opening) }
        guard count < MessageLimits.branches else {
            throw PatternFlaw(
                says: "{\(name)} has more than \(MessageLimits.branches) branches",
                remedy: "Make several messages of it.")
        }
        return word
    }

    /// The inside of a branch with its braces.
    private mutating func branch(
        _ word: String, _ inside: Surroundings, _ opening: Int
    ) throws(PatternFlaw) -> MessagePattern {
        skipSpaces()
        guard take("{") else {
            throw PatternFlaw(
                says: "the branch \(word) has no text in braces",
                remedy: "Write it as \(word) {…}.")
        }
        let pattern = try message(inside)
        guard take("}") else { throw unclosed(opening) }
        return pattern
    }

    private func selector(
        _ word: String, _ name: String
    ) throws(PatternFlaw) -> PluralBranch.Selector {
        if word.hasPrefix("=") {
            let digits = word.dropFirst()
            guard digits.utf8.count <= MessageLimits.exactDigits,
                digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let value = Int64(digits)
            else {
                throw PatternFlaw(
                    says: "\(word) is no exact number",
                    remedy: "Write = and at most \(MessageLimits.exactDigits) digits, such as =0.")
            }
            return .exact(value)
        }
        let known = language.pluralCategories.map(\.rawValue).joined(separator: ", ")
        guard let category = PluralCategory(rawValue: word) else {
            throw PatternFlaw(
                says: "\(word) is no plural category of {\(name)}",
                remedy: "\(language.englishName) has \(known); exact numbers are written as =0.")
        }
        guard language.pluralCategories.contains(category) else {
            throw PatternFlaw(
                says: "\(language.englishName) has no plural category \(word), so its branch is"
                    + " never shown",
                remedy: "Use \(known); exact numbers are written as =2.")
        }
        return .category(category)
    }

    private mutating func skipSpaces() {
        while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    /// The bytes up to a space, a comma or a brace.
    private mutating func word() -> String {
        let start = place
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "{"), UInt8(ascii: "}"):
                return String(decoding: bytes[start..<place], as: UTF8.self)
            default: place += 1
            }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    private func unclosed(_ opening: Int) -> PatternFlaw {
        PatternFlaw(
            says: "the { at character \(opening) is not closed where it should be",
            remedy: "Count the braces: each { needs its }; a brace to be seen is written '{'.")
    }

    private static func noOther(_ name: String) -> PatternFlaw {
        PatternFlaw(
            says: "the block of {\(name)} has no branch other",
            remedy: "Add other {…}: it is shown when no other branch fits.")
    }

    private static func twice(_ word: String, _ name: String) -> PatternFlaw {
        PatternFlaw(
            says: "the block of {\(name)} has the branch \(word) twice",
            remedy: "Keep one of them.")
    }

    /// Whether a text names a slot: letters and digits, the first a small letter.
    static func isSlotName(_ text: String) -> Bool {
        var isFirst = true
        for byte in text.utf8 {
            let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard isSmall || (!isFirst && (isCapital || isDigit)) else { return false }
            isFirst = false
        }
        return !isFirst
    }
}
