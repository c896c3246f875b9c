// Finds values in JSON by their path, reading bytes once and building nothing for the rest.

/// A pull reader of JSON for payloads of machines.
///
/// Finds one value by its path, or lists all numbers with their paths. What is skipped costs no
/// memory, but is checked: a document is accepted only when it is JSON from its first byte to its
/// last. Source: RFC 8259; depth limit R-52.
public struct JSONScanner: Sendable {
    /// Nested arrays and objects allowed.
    public static let depthLimit = 32

    /// A value that was found.
    public enum Value: Hashable, Sendable {
        /// The value null.
        case null
        /// True or false.
        case bool(Bool)
        /// A number, always finite.
        case number(Double)
        /// A text without its quotes and escapes.
        case string(String)
        /// An array; the range holds its bytes with the brackets.
        case array(Range<Int>)
        /// An object; the range holds its bytes with the braces.
        case object(Range<Int>)

        /// The value as a number: numbers themselves, true as 1, false as 0, nil for others.
        public var double: Double? {
            switch self {
            case .number(let number): number
            case .bool(let bool): bool ? 1 : 0
            default: nil
            }
        }
    }

    /// Nothing but the rules of the format, so there is nothing to configure.
    private init() {}

    /// The value at a path, nil when the document has no such member or element.
    ///
    /// A name that is there twice counts the first time.
    public static func value(
        at path: JSONPath, in bytes: [UInt8]
    ) throws(JSONError) -> Value? {
        try unsafe value(at: path, in: bytes.span.bytes)
    }

    /// The value at a path, nil when the document has no such member or element.
    public static func value(
        at path: JSONPath, in bytes: RawSpan
    ) throws(JSONError) -> Value? {
        var cursor = JSONCursor()
        var found: Value?
        cursor.skipSpace(bytes)
        try find(path.steps[...], bytes, &cursor, &found)
        try cursor.finish(bytes)
        return found
    }

    /// All numbers and booleans with their paths, in the order of the document.
    ///
    /// Booleans count as 1 and 0; texts and nulls are left out. Throws when there are more than
    /// `limit`.
    public static func numbers(
        in bytes: [UInt8], limit: Int = 10_000
    ) throws(JSONError) -> [(path: JSONPath, value: Double)] {
        try unsafe numbers(in: bytes.span.bytes, limit: limit)
    }

    /// All numbers and booleans with their paths, in the order of the document.
    public static func numbers(
        in bytes: RawSpan, limit: Int = 10_000
    ) throws(JSONError) -> [(path: JSONPath, value: Double)] {
        var cursor = JSONCursor()
        var walk = JSONWalk(limit: limit)
        cursor.skipSpace(bytes)
        try walk.visit(bytes, &cursor)
        try cursor.finish(bytes)
        return walk.found
    }

    private static func find(
        _ steps: ArraySlice<JSONPath.Step>, _ bytes: RawSpan, _ cursor: inout JSONCursor,
        _ found: inout Value?
    ) throws(JSONError) {
        guard let step = steps.first else {
            found = try cursor.value(bytes)
            return
        }
        let kind = cursor.peek(bytes)
        switch (step, kind) {
        case (.name(let name), 0x7B):
            var isSearching = true
            try cursor.enter(bytes)
            while try cursor.nextMember(bytes) {
                let key = try cursor.stringRange(bytes)
                try cursor.colon(bytes)
                if isSearching, cursor.equals(key, name, bytes) {
                    isSearching = false
                    try find(steps.dropFirst(), bytes, &cursor, &found)
                } else {
                    try cursor.skipValue(bytes)
                }
            }
        case (.index(let wanted), 0x5B):
            var index = 0
            try cursor.enter(bytes)
            while try cursor.nextElement(bytes) {
                if index == wanted {
                    try find(steps.dropFirst(), bytes, &cursor, &found)
                } else {
                    try cursor.skipValue(bytes)
                }
                index += 1
            }
        default: try cursor.skipValue(bytes)
        }
    }
}

/// Walks a whole document and collects its numbers.
private struct JSONWalk {
    let limit: Int
    var path = JSONPath(steps: [])
    var found: [(path: JSONPath, value: Double)] = []

    init(limit: Int) { self.limit = limit }

    mutating func visit(_ bytes: RawSpan, _ cursor: inout JSONCursor) throws(JSONError) {
        switch cursor.peek(bytes) {
        case 0x7B:
            try cursor.enter(bytes)
            while try cursor.nextMember(bytes) {
                let key = try cursor.stringRange(bytes)
                try cursor.colon(bytes)
                path.steps.append(.name(cursor.text(key, bytes)))
                try visit(bytes, &cursor)
                path.steps.removeLast()
            }
        case 0x5B:
            var index = 0
            try cursor.enter(bytes)
            while try cursor.nextElement(bytes) {
                path.steps.append(.index(index))
                try visit(bytes, &cursor)
                path.steps.removeLast()
                index += 1
            }
        case 0x22, 0x6E: try cursor.skipValue(bytes)
        default:
            let start = cursor.offset
            guard let number = try cursor.value(bytes).double else { return }
            guard found.count < limit else {
                throw JSONError(reason: .tooManyValues(limit: limit), offset: start)
            }
            found.append((path: path, value: number))
        }
    }
}

/// Why bytes are not JSON, with the place.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The document ends in the middle.
        case endOfText
        /// A byte that cannot stand here.
        case unexpected(UInt8)
        /// Something behind the document.
        case textAfterEnd
        /// More nested arrays and objects than allowed.
        case tooDeep(limit: Int)
        /// A number with a wrong form.
        case numberInvalid
        /// A number beyond what a Double holds.
        case numberTooLarge
        /// An escape that JSON does not have, or half of a surrogate pair.
        case escapeInvalid
        /// A text that is not UTF-8.
        case notUTF8
        /// More values than the caller takes.
        case tooManyValues(limit: Int)
    }

    /// What is wrong.
    public var reason: Reason
    /// Offset of the fault in bytes, from 0.
    public var offset: Int

    /// A fault at a byte.
    public init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// Place and reason in one line: "byte 12: the text ends in the middle".
    public var description: String {
        let text =
            switch reason {
            case .endOfText: "the text ends in the middle"
            case .unexpected(let byte):
                (0x21...0x7E).contains(byte)
                    ? "\"\(Character(UnicodeScalar(byte)))\" cannot stand here"
                    : "the byte \(byte) cannot stand here"
            case .textAfterEnd: "there is text behind the end"
            case .tooDeep(let limit): "more than \(limit) nested levels"
            case .numberInvalid: "the number is not valid"
            case .numberTooLarge: "the number is too large"
            case .escapeInvalid: "the escape is not valid"
            case .notUTF8: "the text is not UTF-8"
            case .tooManyValues(let limit): "more than \(limit) values"
            }
        return "byte \(offset): \(text)"
    }
}
