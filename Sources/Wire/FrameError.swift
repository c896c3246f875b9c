// The error of all binary codecs: what was being done, what is wrong, and where.

/// A message that does not follow its protocol.
///
/// The description reads "reading holding registers 40100–40163: 12 bytes, expected 131".
public struct FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the bytes, with the sizes and values seen.
    public enum Problem: Hashable, Sendable {
        /// The message has another length than its content requires.
        case length(found: Int, expected: Int)
        /// The message ends before a part that must be there.
        case tooShort(found: Int, minimum: Int)
        /// A length is over its limit; nothing was allocated for it.
        case tooLong(found: Int, limit: Int)
        /// A field has a value that is not allowed.
        case value(field: String, found: Int, expected: String)
        /// The check sum does not match the bytes.
        case checksum(found: Int, expected: Int)
        /// Any other fault, in words.
        case invalid(String)
    }

    /// What was being done, as the start of a sentence: "reading holding registers 40100–40163".
    public var doing: String
    /// What is wrong.
    public var problem: Problem
    /// Offset in bytes of the fault from the start of the message.
    public var offset: Int

    /// An error at a byte offset of a message.
    public init(doing: String, problem: Problem, offset: Int = 0) {
        self.doing = doing
        self.problem = problem
        self.offset = offset
    }

    /// The whole error as one line.
    public var description: String {
        switch problem {
        case .length(let found, let expected):
            "\(doing): \(found) bytes, expected \(expected)"
        case .tooShort(let found, let minimum):
            "\(doing): \(found) bytes, expected at least \(minimum)"
        case .tooLong(let found, let limit):
            "\(doing): \(found) bytes, at most \(limit) allowed"
        case .value(let field, let found, let expected):
            "\(doing): \(field) \(found) at byte \(offset), expected \(expected)"
        case .checksum(let found, let expected):
            "\(doing): check sum \(found), expected \(expected)"
        case .invalid(let reason):
            "\(doing): \(reason) at byte \(offset)"
        }
    }
}
