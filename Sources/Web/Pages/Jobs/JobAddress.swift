// A job's address: its name as people write it, safe in a path.

import Hummingbird

/// Addresses of jobs.
enum JobAddress {
    /// `/j/4711`; everything but letters, digits and `-._~` is escaped.
    static func page(_ job: String) -> String { "/j/" + escaped(job) }

    /// A text as it may stand in a path or a query.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            if isPlain {
                result.append(Character(UnicodeScalar(byte)))
            } else {
                result += "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 15)])
            }
        }
    }

    /// The job that a path names.
    static func job(_ ask: Ask) throws -> String {
        let raw = ask.context?.parameters.get("job") ?? ""
        // A name without escapes of its own reads the same decoded once or twice.
        let job = FormFields("job=" + raw.replacing("+", with: "%2B"))["job"] ?? ""
        guard !job.isEmpty else { throw Problem(.notFound, "There is no job of that name.") }
        return job
    }
}
