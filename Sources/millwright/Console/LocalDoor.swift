// How commands on the same computer find and enter a running box: two files in its data folder.

import Foundation
import Loop
import Plant

/// The address and the key that a running box leaves in its data folder, readable by its owner only.
enum LocalDoor {
    private static func addressFile(_ data: String) -> String { data + "/run-address" }

    /// Where the box on a folder answers, as `host:port`; nil when none left its address.
    static func address(in data: String) -> String? {
        guard let text = try? String(contentsOfFile: addressFile(data), encoding: .utf8) else {
            return nil
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The key of the folder's box, nil when it cannot be read.
    static func token(in data: String) -> String? {
        let path = data + "/secrets/local-key"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Leaves the address of a running box.
    static func leave(address: String, in data: String) throws {
        try address.write(toFile: addressFile(data), atomically: true, encoding: .utf8)
    }

    /// Takes the address away again.
    static func withdraw(in data: String) {
        unsafe unlink(addressFile(data))
    }
}

/// Lengths of time on the command line.
enum LengthWords {
    /// Nanoseconds of a text such as `30s`, nil for anything else.
    static func nanoseconds(_ text: String) -> Int64? { Elapsed(words: text)?.nanoseconds }
}
