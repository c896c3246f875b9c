// Reads a rule's sentences word by word; says where a word does not fit and which one would.

import Plant

/// One word or mark of a sentence.
struct RuleToken: Hashable, Sendable {
    let text: String
    let word: String
    /// Counted from 1.
    let column: Int
}

/// A reader over one sentence.
struct RuleReader {
    let key: String
    let names: RuleNames
    private let tokens: [RuleToken]
    private let endColumn: Int
    private(set) var position = 0

    static let example =
        "When press-brake is stopped for more than 10 min during any shift,"
        + " send phone to dave"
    static let elseExample = "If nobody answers in 15 min, also tell sarah"

    init(_ text: String, key: String, names: RuleNames) throws(RuleTextError) {
        self.key = key
        self.names = names
        guard text.utf8.count <= ActLimits.textBytes else {
            throw RuleTextError(
                key: key, column: 1, found: "\(text.utf8.count) bytes",
                expected: "at most \(ActLimits.textBytes) bytes", nearest: nil, example: "")
        }
        (tokens, endColumn) = RuleReader.split(text)
    }

    private static func split(_ text: String) -> ([RuleToken], Int) {
        var tokens: [RuleToken] = []
        var letters = ""
        var start = 0
        var column = 0
        func close(_ into: inout [RuleToken]) {
            var body = letters
            let hasStop = body.count > 1 && body.last == "."
            if hasStop { body.removeLast() }
            if !body.isEmpty {
                into.append(RuleToken(text: body, word: body.lowercased(), column: start))
            }
            if hasStop {
                into.append(RuleToken(text: ".", word: ".", column: start + body.count))
            }
            letters = ""
        }
        for character in text {
            column += 1
            if character.isWhitespace || ",()%".contains(character) {
                close(&tokens)
                if !character.isWhitespace {
                    let mark = String(character)
                    tokens.append(RuleToken(text: mark, word: mark, column: column))
                }
                continue
            }
            if letters.isEmpty { start = column }
            letters.append(character)
        }
        close(&tokens)
        return (tokens, column + 1)
    }

    /// The word some places ahead, empty at the end.
    func peek(_ ahead: Int = 0) -> String {
        position + ahead < tokens.count ? tokens[position + ahead].word : ""
    }

    var isAtEnd: Bool { position >= tokens.count }

    mutating func take(_ words: String...) -> Bool {
        for (index, word) in words.enumerated() where peek(index) != word { return false }
        position += words.count
        return true
    }

    mutating func expect(_ words: String...) throws(RuleTextError) {
        for word in words where !take(word) { throw fail("\"\(word)\"", among: [word]) }
    }

    func fail(
        _ expected: String, among words: [String] = [], example: String? = nil
    ) -> RuleTextError {
        let isEnd = position >= tokens.count
        let found = isEnd ? "" : tokens[position].text
        return RuleTextError(
            key: key, column: isEnd ? endColumn : tokens[position].column,
            found: String(found.prefix(64)), expected: expected,
            nearest: NearestWord.of(found, among: words),
            example: example ?? (key == "else" ? RuleReader.elseExample : RuleReader.example))
    }

    /// One of some words.
    mutating func word<Value>(
        _ expected: String, _ choices: [(String, Value)]
    ) throws(RuleTextError) -> Value {
        let word = peek()
        for (text, value) in choices where text == word {
            position += 1
            return value
        }
        throw fail(expected, among: choices.map(\.0))
    }

    /// An id, and one of the known ones where they are known.
    mutating func slug(_ what: String, among known: [Slug]?) throws(RuleTextError) -> Slug {
        guard !isAtEnd, let slug = Slug(tokens[position].text) else {
            throw fail(
                what + ", an id of a to z, digits and hyphens",
                among: (known ?? []).map(\.text))
        }
        if let known, !known.contains(slug) {
            throw fail(what + " that exists", among: known.map(\.text).sorted())
        }
        position += 1
        return slug
    }

    /// A signal's two ids, joined by a stroke.
    mutating func signal() throws(RuleTextError) -> RuleSignal {
        let parts = tokens[position].text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let machine = Slug(String(parts[0])),
            let signal = Slug(String(parts[1]))
        else { throw fail("machine/signal", example: "moulder-3/oil-temperature") }
        let isAny = parts[0] == "its"
        if let machines = names.machines {
            let known =
                isAny ? machines.values.flatMap(\.self) : machines[machine] ?? []
            guard known.contains(signal) else {
                let all = machines.flatMap { entry in
                    entry.value.map { (isAny ? "its" : entry.key.text) + "/" + $0.text }
                }
                throw fail("a signal that exists", among: Set(all).sorted())
            }
        }
        position += 1
        return RuleSignal(subject: isAny ? .anyMachine : .machine(machine), signal: signal)
    }

    var isSignal: Bool { !isAtEnd && tokens[position].text.contains("/") }

    /// A decimal number.
    mutating func number() throws(RuleTextError) -> Double {
        let text = isAtEnd ? "" : tokens[position].text
        guard let number = RuleReader.decimal(text) else {
            throw fail("a number", example: "65, 4.5 or -3")
        }
        position += 1
        return number
    }

    static func decimal(_ text: String) -> Double? {
        let plain = text.hasPrefix("\u{2212}") ? "-" + text.dropFirst() : text[...]
        let isPlain = plain.utf8.allSatisfy { byte in
            (byte >= 0x30 && byte <= 0x39) || [0x2B, 0x2D, 0x2E, 0x65, 0x45].contains(byte)
        }
        guard isPlain, plain.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }),
            let number = Double(plain), number.isFinite
        else { return nil }
        return number
    }

    private static let units: [(String, Int64)] = [
        ("min", 60_000_000_000), ("s", 1_000_000_000), ("h", 3_600_000_000_000),
        ("days", 86_400_000_000_000), ("day", 86_400_000_000_000),
        ("minutes", 60_000_000_000), ("minute", 60_000_000_000), ("seconds", 1_000_000_000),
        ("second", 1_000_000_000), ("hours", 3_600_000_000_000), ("hour", 3_600_000_000_000),
        ("ms", 1_000_000), ("ns", 1),
    ]

    /// A length of time such as `10 min`, `1.5 h`, `3 days`.
    mutating func elapsed() throws(RuleTextError) -> Elapsed {
        let example = "90 s, 10 min, 2 h or 3 days"
        let text = isAtEnd ? "" : tokens[position].text
        let digits = String(text.prefix { $0.isNumber || $0 == "." })
        guard !digits.isEmpty, let amount = RuleReader.decimal(digits) else {
            throw fail("a length of time", example: example)
        }
        var unit = String(text.dropFirst(digits.count)).lowercased()
        if unit.isEmpty {
            position += 1
            unit = peek()
        }
        guard let factor = RuleReader.units.first(where: { $0.0 == unit })?.1 else {
            throw fail("a unit of time", among: RuleReader.units.map(\.0), example: example)
        }
        var nanoseconds: Int64?
        if let whole = Int64(digits) {
            let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
            nanoseconds = overflow ? nil : product
        } else if amount * Double(factor) < 9e18 {
            nanoseconds = Int64((amount * Double(factor)).rounded())
        }
        guard let nanoseconds, nanoseconds > 0,
            nanoseconds <= ActLimits.longest.nanoseconds
        else { throw fail("a length of time up to 366 days", example: example) }
        position += 1
        return Elapsed(nanoseconds: nanoseconds)
    }

    /// The end of the text, or of one of several sentences.
    mutating func expectEnd() throws(RuleTextError) {
        _ = take(".")
        guard isAtEnd else { throw fail("the end of the sentence", among: ["and"]) }
    }
}
