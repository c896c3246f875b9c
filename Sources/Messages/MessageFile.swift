// A message file: one `key = message` on a line, comments behind `#`.

/// A message file as it was read from disk or is kept in the program.
///
/// UTF-8; a line is empty, a comment that begins with `#`, or `key = message`. Spaces round the
/// key and the message do not count. Keys are names with dots between, the first the page:
/// `operator.why.question`. A message that goes on over several lines is not possible.
public struct MessageFile: Sendable {
    /// The name for errors, such as `pl.txt`.
    public let name: String
    /// The language of its messages.
    public let language: MessageLanguage
    /// Its content.
    public let bytes: [UInt8]

    /// A file; its content is checked when a catalogue is made of it.
    public init(name: String, language: MessageLanguage, bytes: [UInt8]) {
        self.name = name
        self.language = language
        self.bytes = bytes
    }
}

/// A line that says a message.
struct MessageLine: Hashable, Sendable {
    let file: String
    let number: Int
    let key: String
    let source: String

    func flaw(_ says: String, _ remedy: String) -> MessageFlaw {
        MessageFlaw(file: file, line: number, key: key, says: says, remedy: remedy)
    }
}

extension MessageFile {
    /// The lines that say a message; flaws are added to the list.
    func lines(_ flaws: inout [MessageFlaw]) -> [MessageLine] {
        guard bytes.count <= MessageLimits.fileBytes else {
            flaws.append(
                flaw(
                    nil, "it has \(bytes.count) bytes; \(MessageLimits.fileBytes) is the limit",
                    "Split it into two files."))
            return []
        }
        var lines: [MessageLine] = []
        var number = 0
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < bytes.count {
            number += 1
            let rest = bytes[start...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            let content = MessageFile.trimmed(bytes[start..<end])
            start = end + 1
            guard let first = content.first, first != UInt8(ascii: "#") else { continue }
            if let line = line(content, number, &flaws) { lines.append(line) }
        }
        return lines
    }

    private func line(
        _ content: ArraySlice<UInt8>, _ number: Int, _ flaws: inout [MessageFlaw]
    ) -> MessageLine? {
        guard let sign = content.firstIndex(of: UInt8(ascii: "=")) else {
            flaws.append(
                flaw(
                    number, "the line has no =",
                    "Write key = message on one line, or # before a comment."))
            return nil
        }
        let keyBytes = MessageFile.trimmed(content[..<sign])
        let textBytes = MessageFile.trimmed(content[(sign + 1)...])
        guard MessageFile.isKey(keyBytes) else {
            flaws.append(
                flaw(
                    number, "\(String(decoding: keyBytes.prefix(40), as: UTF8.self)) is no key",
                    "A key has at least two names with dots between, each of letters and digits"
                        + " with a small letter first, in at most \(MessageLimits.keyBytes) bytes.")
            )
            return nil
        }
        let key = String(decoding: keyBytes, as: UTF8.self)
        func refuse(_ says: String, _ remedy: String) -> MessageLine? {
            flaws.append(
                MessageFlaw(file: name, line: number, key: key, says: says, remedy: remedy))
            return nil
        }
        guard !textBytes.isEmpty else {
            return refuse("the message has no text", "Write the text behind the =.")
        }
        guard textBytes.count <= MessageLimits.messageBytes else {
            return refuse(
                "the message has \(textBytes.count) bytes; \(MessageLimits.messageBytes) is the"
                    + " limit", "Say it shorter, or make two messages of it.")
        }
        guard let source = String(validating: textBytes, as: UTF8.self) else {
            return refuse("the message is not UTF-8", "Save the file as UTF-8.")
        }
        guard !textBytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return refuse(
                "the message has a tab or another character that is not seen",
                "Take it out, or use a space.")
        }
        return MessageLine(file: name, number: number, key: key, source: source)
    }

    private func flaw(_ line: Int?, _ says: String, _ remedy: String) -> MessageFlaw {
        MessageFlaw(file: name, line: line, key: nil, says: says, remedy: remedy)
    }

    /// The bytes without spaces, tabs and carriage returns at both ends.
    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
        var rest = bytes.drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }

    private static func isKey(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count <= MessageLimits.keyBytes else { return false }
        let names = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return names.count >= 2
            && names.allSatisfy { PatternReader.isSlotName(String(decoding: $0, as: UTF8.self)) }
    }
}
