// Tells what kind of file some bytes are by their beginning, not by the name.

/// What a file is, as far as reading it goes.
enum FileKind {
    /// A zip archive, which a workbook is.
    case archive
    /// Text, as far as its beginning tells.
    case text
    /// A kind that is not read, named with its article.
    case other(String)
    /// A workbook behind a password.
    case locked

    /// The kind of a file.
    init(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
            || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
        {
            self = .archive
        } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            self = Self.compound(bytes)
        } else if let known = Self.known.first(where: { bytes.starts(with: $0.0) }) {
            self = .other(known.1)
        } else if bytes.count > 12, Array(bytes[4..<8]) == Array("ftyp".utf8) {
            self = .other("a picture or a video")
        } else if let markup = Self.markup(bytes) {
            self = .other(markup)
        } else {
            self = .text
        }
    }

    /// Old Excel files, and new ones behind a password, are the same container.
    private static func compound(_ bytes: [UInt8]) -> FileKind {
        func holds(_ name: String) -> Bool {
            var pattern: [UInt8] = []
            for byte in name.utf8 { pattern += [byte, 0] }
            // Names stand in 128-byte entries of the directory, anywhere in the file.
            for place in stride(from: 512, to: bytes.count - pattern.count, by: 128)
            where bytes[place] == pattern[0] {
                if bytes[place...].starts(with: pattern) { return true }
            }
            return false
        }
        if holds("EncryptedPackage") { return .locked }
        if holds("Workbook") || holds("Book") { return .other("an old Excel file (.xls)") }
        return .other("an old Office file")
    }

    private static let known: [([UInt8], String)] = [
        (Array("%PDF".utf8), "a PDF"), ([0x89, 0x50, 0x4E, 0x47], "a picture"),
        ([0xFF, 0xD8, 0xFF], "a picture"), (Array("GIF8".utf8), "a picture"),
        (Array("RIFF".utf8), "a picture or a sound"), ([0x49, 0x49, 0x2A, 0x00], "a picture"),
        ([0x4D, 0x4D, 0x00, 0x2A], "a picture"), ([0x1F, 0x8B], "a packed file (.gz)"),
        ([0x52, 0x61, 0x72, 0x21], "a packed file (.rar)"),
        (Array("{\\rtf".utf8), "a text document"),
        ([0x37, 0x7A, 0xBC, 0xAF], "a packed file (.7z)"),
        (Array("SQLite format".utf8), "a database"),
        ([0xFF, 0xFE, 0x00, 0x00], "text in UTF-32"), ([0x00, 0x00, 0xFE, 0xFF], "text in UTF-32"),
    ]

    /// Web pages and XML, which some programs save under the name .xls.
    private static func markup(_ bytes: [UInt8]) -> String? {
        let start = trimmed(bytes, 0..<min(bytes.count, 512))
        let head = String(decoding: bytes[start], as: UTF8.self).lowercased()
        if head.hasPrefix("<!doctype html") || head.hasPrefix("<html") || head.hasPrefix("<table") {
            return "a web page, whatever its name says"
        }
        if head.hasPrefix("<?xml") || head.hasPrefix("<workbook") { return "an XML file" }
        return head.hasPrefix("<!doctype") ? "a web page or an XML file" : nil
    }
}
