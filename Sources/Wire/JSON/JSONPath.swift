// Paths into JSON documents as people write them: "a.b[0].c".

/// A path to a value in a JSON document.
///
/// Grammar: names joined by dots, indices in brackets: `line.motors[2].speed`, `[0].value`. A name
/// with dots, brackets or spaces stands in brackets and quotes: `["spindle.speed"].value`, with
/// `\"` and `\\` for quote and backslash. The empty path is the whole document.
public struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    /// One step down.
    public enum Step: Hashable, Sendable {
        /// The member of an object.
        case name(String)
        /// The element of an array, from 0.
        case index(Int)
    }

    /// Why a text is not a path.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// The text that was to be read.
        public var text: String
        /// Offset of the fault in bytes, from 0.
        public var offset: Int

        /// A fault at a byte.
        public init(text: String, offset: Int) {
            self.text = text
            self.offset = offset
        }

        /// The fault in one line.
        public var description: String {
            "path \"\(text)\" is wrong at byte \(offset); write it like motors[0].speed"
        }
    }

    /// The steps from the document down.
    public var steps: [Step]

    /// A path from its steps.
    public init(steps: [Step]) { self.steps = steps }

    /// Reads a path from text.
    public init(_ text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        steps = []
        var offset = 0
        while offset < bytes.count {
            let start = offset
            if bytes[offset] == 0x5B {
                offset += 1
                guard let step = Self.bracketed(bytes, &offset) else {
                    throw Fault(text: text, offset: start)
                }
                steps.append(step)
                continue
            }
            if bytes[offset] == 0x2E {
                guard !steps.isEmpty else { throw Fault(text: text, offset: offset) }
                offset += 1
            } else if !steps.isEmpty {
                throw Fault(text: text, offset: offset)
            }
            let first = offset
            while offset < bytes.count, ![0x2E, 0x5B, 0x5D].contains(bytes[offset]) {
                offset += 1
            }
            guard offset > first, offset == bytes.count || bytes[offset] != 0x5D else {
                throw Fault(text: text, offset: offset)
            }
            steps.append(.name(String(decoding: bytes[first..<offset], as: UTF8.self)))
        }
    }

    /// An index or a quoted name with the closing bracket; nil when it is none.
    private static func bracketed(_ bytes: [UInt8], _ offset: inout Int) -> Step? {
        guard offset < bytes.count else { return nil }
        var content: [UInt8] = []
        let isQuoted = bytes[offset] == 0x22
        if isQuoted {
            offset += 1
            while offset < bytes.count, bytes[offset] != 0x22 {
                if bytes[offset] == 0x5C { offset += 1 }
                guard offset < bytes.count else { return nil }
                content.append(bytes[offset])
                offset += 1
            }
            offset += 1
        } else {
            while offset < bytes.count, (0x30...0x39).contains(bytes[offset]), content.count < 10 {
                content.append(bytes[offset])
                offset += 1
            }
        }
        guard offset < bytes.count, bytes[offset] == 0x5D else { return nil }
        offset += 1
        let text = String(decoding: content, as: UTF8.self)
        return isQuoted ? .name(text) : Int(text).map { .index($0) }
    }

    /// The path in the grammar above.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index): text += "[\(index)]"
            case .name(let name):
                let isPlain =
                    !name.isEmpty
                    && name.utf8.allSatisfy {
                        $0 > 0x20 && ![0x2E, 0x5B, 0x5D, 0x22, 0x5C].contains($0)
                    }
                if isPlain {
                    text += text.isEmpty ? name : "." + name
                } else {
                    text += "[\""
                    for scalar in name.unicodeScalars {
                        if scalar == "\"" || scalar == "\\" { text += "\\" }
                        text.unicodeScalars.append(scalar)
                    }
                    text += "\"]"
                }
            }
        }
        return text
    }
}
