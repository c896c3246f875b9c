// Why a line of line protocol is refused, with line and column.

/// The refusal of one line.
public struct LineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The part of a line.
    public enum Part: String, Hashable, Sendable {
        /// The name before tags and fields.
        case measurement
        /// The name of a tag.
        case tagKey = "tag key"
        /// The value of a tag.
        case tagValue = "tag value"
        /// The name of a field.
        case fieldKey = "field key"
        /// The value of a field.
        case fieldValue = "field value"
    }

    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// The part has no bytes.
        case missing(Part)
        /// No equals sign behind a key.
        case equalsMissing(Part)
        /// The part is not UTF-8.
        case notUTF8(Part)
        /// A comment with control characters.
        case commentInvalid
        /// The value is no number, no boolean and not in double quotes.
        case valueUnknown
        /// Not-a-number or infinity, or a number too large to be finite.
        case notFinite
        /// Not a number.
        case numberInvalid
        /// A whole number beyond 64 bits.
        case outOfRange
        /// Not true or false.
        case boolInvalid
        /// No closing quote.
        case stringUnterminated
        /// Something else than comma or space behind a field.
        case textAfterField
        /// The time is not a whole number.
        case timeInvalid
        /// The time lies outside the years 1678 to 2261.
        case timeOutOfRange
        /// Something behind the time.
        case textAfterTime
        /// A tag key twice.
        case tagTwice
        /// A size over its limit.
        case tooLong(Part, limit: Int)
        /// The whole line over its limit.
        case lineTooLong(limit: Int)
        /// More tags or fields than allowed.
        case tooMany(Part, limit: Int)
    }

    /// Number of the line of the fault in the buffer, from 1.
    public var line: Int
    /// Byte of the fault in that line, from 1.
    public var column: Int
    /// What is wrong.
    public var reason: Reason

    /// A refusal at a place.
    public init(line: Int, column: Int, reason: Reason) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// Place and reason in one line: "line 3, byte 12: the field value is missing".
    public var description: String { "line \(line), byte \(column): \(reasonText)" }

    private var reasonText: String {
        switch reason {
        case .missing(let part): "the \(part.rawValue) is missing"
        case .equalsMissing(let part): "an equals sign is missing behind the \(part.rawValue)"
        case .notUTF8(let part): "the \(part.rawValue) is not UTF-8"
        case .commentInvalid: "the comment has control characters"
        case .valueUnknown: "the value is not a number, a boolean or a text in double quotes"
        case .notFinite: "the number is not finite"
        case .numberInvalid: "the number is not valid"
        case .outOfRange: "the whole number is beyond 64 bits"
        case .boolInvalid: "the value is not true or false"
        case .stringUnterminated: "the closing quote is missing"
        case .textAfterField: "a comma or space is missing behind the field"
        case .timeInvalid: "the time is not a whole number"
        case .timeOutOfRange: "the time lies outside the years 1678 to 2261"
        case .textAfterTime: "there is text behind the time"
        case .tagTwice: "a tag key is there twice"
        case .tooLong(let part, let limit): "the \(part.rawValue) has over \(limit) bytes"
        case .lineTooLong(let limit): "the line has over \(limit) bytes"
        case .tooMany(let part, let limit):
            part == .tagKey ? "more than \(limit) tags" : "more than \(limit) fields"
        }
    }
}
