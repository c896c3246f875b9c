// Text to expression: a hand-written parser whose errors name the place.

/// Parses one query.
struct PromParser {
    /// Longest query in bytes.
    static let longest = 8_192
    /// Deepest nesting.
    static let deepest = 32

    private let text: [UInt8]
    private var place = 0
    private var depth = 0

    private static let aggregations: Set<String> = ["sum", "avg", "min", "max", "count"]
    private static let refusedWords: Set<String> = [
        "and", "or", "unless", "on", "ignoring", "group_left", "group_right", "topk", "bottomk",
        "stddev", "stdvar", "quantile", "group", "count_values",
    ]

    /// The expression of a query.
    static func parse(_ query: String) throws(PromFault) -> PromExpression {
        guard query.utf8.count <= longest else {
            throw PromFault("the query has \(query.utf8.count) bytes, at most \(longest) are read")
        }
        var parser = PromParser(text: Array(query.utf8))
        let expression = try parser.comparison()
        try parser.demandEnd()
        return expression
    }

    /// The matchers of a series selector, as `match[]` has them.
    static func selector(_ query: String) throws(PromFault) -> PromSelector {
        guard case .selector(let selector) = try parse(query), selector.window == nil else {
            throw PromFault("match[] takes a series selector such as millwright_state")
        }
        return selector
    }

    private init(text: [UInt8]) { self.text = text }

    // Levels of precedence, loosest first.

    private mutating func comparison() throws(PromFault) -> PromExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw PromFault("nested too deeply", at: place) }
        var left = try sum()
        while let operation = take(["==", "!=", "<=", ">=", "<", ">"]) {
            let isBool = takeWord("bool")
            left = .binary(operation, left, try sum(), isBool: isBool)
        }
        skip()
        if let word = peekWord(), Self.refusedWords.contains(word) {
            throw PromFault("“\(word)” is not supported here", at: place)
        }
        return left
    }

    private mutating func sum() throws(PromFault) -> PromExpression {
        var left = try product()
        while let operation = take(["+", "-"]) {
            left = .binary(operation, left, try product(), isBool: false)
        }
        return left
    }

    private mutating func product() throws(PromFault) -> PromExpression {
        var left = try unary()
        while let operation = take(["*", "/", "%"]) {
            left = .binary(operation, left, try unary(), isBool: false)
        }
        return left
    }

    private mutating func unary() throws(PromFault) -> PromExpression {
        if take(["-"]) != nil {
            return .negated(try nested { p throws(PromFault) in try p.unary() })
        }
        if take(["+"]) != nil { return try nested { p throws(PromFault) in try p.unary() } }
        let base = try primary()
        guard take(["^"]) != nil else { return base }
        return .binary(
            "^", base, try nested { p throws(PromFault) in try p.unary() }, isBool: false)
    }

    private mutating func nested(
        _ body: (inout PromParser) throws(PromFault) -> PromExpression
    ) throws(PromFault) -> PromExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw PromFault("nested too deeply", at: place) }
        return try body(&self)
    }

    private mutating func primary() throws(PromFault) -> PromExpression {
        skip()
        guard let byte = peek() else { throw PromFault("the query ends too early", at: place) }
        switch byte {
        case UInt8(ascii: "("):
            place += 1
            let inner = try comparison()
            try demand(")")
            return inner
        case UInt8(ascii: "{"): return .selector(try selector(name: nil))
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try quoted())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."): return .number(try number())
        default: break
        }
        let start = place
        guard let word = takeName() else {
            throw PromFault("“\(Character(UnicodeScalar(byte)))” is not expected", at: place)
        }
        switch word.lowercased() {
        case "nan": return .number(.nan)
        case "inf": return .number(.infinity)
        default: break
        }
        if Self.refusedWords.contains(word) {
            throw PromFault("“\(word)” is not supported here", at: start)
        }
        if Self.aggregations.contains(word) { return try aggregate(word) }
        skip()
        if peek() == UInt8(ascii: "(") {
            guard PromArithmetic.functions.contains(word) || PromWindow(rawValue: word) != nil
            else {
                throw PromFault("the function \(word) is not supported here", at: start)
            }
            return .call(word, try arguments())
        }
        return .selector(try selector(name: word))
    }

    private mutating func arguments() throws(PromFault) -> [PromExpression] {
        try demand("(")
        var arguments: [PromExpression] = []
        if take([")"]) != nil { return arguments }
        repeat { arguments.append(try comparison()) } while take([","]) != nil
        try demand(")")
        return arguments
    }

    private mutating func aggregate(_ name: String) throws(PromFault) -> PromExpression {
        var grouping = try grouping()
        let start = place
        let arguments = try arguments()
        guard arguments.count == 1 else {
            throw PromFault("\(name) takes one argument, not \(arguments.count)", at: start)
        }
        if grouping == nil { grouping = try self.grouping() }
        return .aggregate(
            name, arguments[0], labels: grouping?.labels ?? [],
            isWithout: grouping?.isWithout ?? false)
    }

    private mutating func grouping() throws(PromFault) -> (labels: [String], isWithout: Bool)? {
        let isWithout = takeWord("without")
        guard isWithout || takeWord("by") else { return nil }
        try demand("(")
        var labels: [String] = []
        if take([")"]) != nil { return (labels, isWithout) }
        repeat {
            skip()
            guard let label = takeName() else { throw PromFault("a label is missing", at: place) }
            labels.append(label)
        } while take([","]) != nil
        try demand(")")
        return (labels, isWithout)
    }

    private mutating func selector(name: String?) throws(PromFault) -> PromSelector {
        var matchers: [PromMatcher] = []
        if let name {
            matchers.append(try PromMatcher(label: "__name__", operation: .equal, value: name))
        }
        if take(["{"]) != nil {
            while take(["}"]) == nil {
                matchers.append(try matcher())
                if take([","]) == nil {
                    try demand("}")
                    break
                }
            }
        }
        guard !matchers.isEmpty else { throw PromFault("a selector chooses nothing", at: place) }
        var selector = PromSelector(matchers: matchers)
        if take(["["]) != nil {
            selector.window = try length()
            if take([":"]) != nil {
                throw PromFault("subqueries are not supported here", at: place)
            }
            try demand("]")
        }
        if takeWord("offset") {
            let isNegative = take(["-"]) != nil
            let length = try length()
            selector.offset = isNegative ? -length : length
        }
        if take(["@"]) != nil { throw PromFault("“@” is not supported here", at: place) }
        return selector
    }

    private mutating func matcher() throws(PromFault) -> PromMatcher {
        skip()
        guard let label = takeName() else { throw PromFault("a label is missing", at: place) }
        guard let sign = take(["=~", "!~", "!=", "="]),
            let operation = PromMatcher.Operation(rawValue: sign)
        else { throw PromFault("after \(label) comes =, !=, =~ or !~", at: place) }
        skip()
        guard let byte = peek(), byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
            throw PromFault("a text in quotes is missing", at: place)
        }
        return try PromMatcher(label: label, operation: operation, value: try quoted())
    }

    // Words, numbers, texts.

    private mutating func length() throws(PromFault) -> Int64 {
        skip()
        let start = place
        while let byte = peek(), PromParser.isWordByte(byte) { place += 1 }
        let word = String(decoding: text[start..<place], as: UTF8.self)
        guard let length = PromLength.milliseconds(word), length > 0 else {
            throw PromFault("“\(word)” is no length of time; write 5m or 1h", at: start)
        }
        return length
    }

    private mutating func number() throws(PromFault) -> Double {
        let start = place
        while let byte = peek() {
            let isExponentSign =
                (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && place > start
                && (text[place - 1] | 0x20) == UInt8(ascii: "e")
            guard PromParser.isWordByte(byte) || byte == UInt8(ascii: ".") || isExponentSign else {
                break
            }
            place += 1
        }
        let word = String(decoding: text[start..<place], as: UTF8.self)
        if let value = Double(word) { return value }
        if let length = PromLength.milliseconds(word) { return Double(length) / 1_000 }
        throw PromFault("“\(word)” is no number", at: start)
    }

    private mutating func quoted() throws(PromFault) -> String {
        let mark = text[place]
        let start = place
        place += 1
        var bytes: [UInt8] = []
        while let byte = peek() {
            place += 1
            if byte == mark { return String(decoding: bytes, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), let next = peek() else {
                bytes.append(byte)
                continue
            }
            place += 1
            switch next {
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): bytes.append(next)
            default:
                throw PromFault(
                    "a backslash in a text is written twice, as in \\\\d", at: place - 2)
            }
        }
        throw PromFault("a text has no closing quote", at: start)
    }

    private mutating func takeName() -> String? {
        let start = place
        while let byte = peek(), PromParser.isWordByte(byte) || byte == UInt8(ascii: ":") {
            place += 1
        }
        guard place > start, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[start]) else {
            place = start
            return nil
        }
        return String(decoding: text[start..<place], as: UTF8.self)
    }

    private func peekWord() -> String? {
        var copy = self
        return copy.takeName()
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skip()
        guard peekWord()?.lowercased() == word else { return false }
        place += word.utf8.count
        return true
    }

    private mutating func take(_ signs: [String]) -> String? {
        skip()
        for sign in signs where text[place...].starts(with: sign.utf8) {
            place += sign.utf8.count
            return sign
        }
        return nil
    }

    private mutating func demand(_ sign: String) throws(PromFault) {
        guard take([sign]) != nil else { throw PromFault("“\(sign)” is missing", at: place) }
    }

    private mutating func demandEnd() throws(PromFault) {
        skip()
        guard place == text.count else {
            let rest = String(decoding: text[place...].prefix(20), as: UTF8.self)
            throw PromFault("“\(rest)” is not expected", at: place)
        }
    }

    private func peek() -> UInt8? { place < text.count ? text[place] : nil }

    private mutating func skip() {
        while let byte = peek() {
            if byte == UInt8(ascii: "#") {
                while let next = peek(), next != 0x0A { place += 1 }
            } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                place += 1
            } else {
                return
            }
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }
}

/// Lengths of time as queries write them: `5m`, `1h30m`, `250ms`.
enum PromLength {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
        ("w", 604_800_000), ("y", 31_536_000_000),
    ]

    /// Milliseconds of a text, nil for anything else or more than a hundred years.
    static func milliseconds(_ text: String) -> Int64? {
        var rest = text[...]
        var sum: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let name = String(rest.prefix { $0.isLetter })
            rest = rest.dropFirst(name.count)
            guard let count = Int64(digits), let unit = units.first(where: { $0.name == name })
            else { return nil }
            let (part, isOver) = count.multipliedReportingOverflow(by: unit.milliseconds)
            guard !isOver, part <= 3_155_760_000_000 else { return nil }
            sum += part
        }
        return sum <= 3_155_760_000_000 ? sum : nil
    }
}
