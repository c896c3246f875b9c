// Swift text with comments and string literals blanked, so that rules look at code alone.

import Glibc

/// A string literal of a file.
struct StringLiteral: Sendable {
    /// Line on which it begins, counted from 1.
    let line: Int
    /// Its text between the quotes, interpolations as they are written.
    let text: String
    /// The code on its line before it, blanked like the rest.
    let before: String
    /// The expressions inside `\(…)`.
    let interpolations: [String]
}

/// The code of a file.
struct SwiftCode: Sendable {
    /// Lines of code; where a comment, string or quoted name stood there are spaces.
    let lines: [Substring]
    /// String literals in order.
    let literals: [StringLiteral]
    /// The same code as bytes, for quick questions.
    private let bytes: [UInt8]
    /// Where each line starts in the bytes.
    private let starts: [Int]

    /// Reads the text once.
    init(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        scanner.code(untilClosing: false)
        bytes = scanner.masked + [0]
        starts = [0] + scanner.breaks.map { $0 + 1 }
        lines = String(decoding: scanner.masked, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        literals = scanner.literals
    }

    /// Lines that hold a word, counted from 1, when the closure agrees.
    func lines(
        with needle: String, where agrees: (Substring) -> Bool = { _ in true }
    ) -> [(number: Int, text: Substring)] {
        var found: [(Int, Substring)] = []
        var line = -1
        for offset in offsets(of: needle, in: bytes) {
            let next = starts.partition { $0 > offset } - 1
            guard next != line else { continue }
            line = next
            if agrees(lines[line]) { found.append((line + 1, lines[line])) }
        }
        return found
    }

    /// Whether the code holds a word anywhere; the C library's search, since most files do not.
    func holds(_ needle: String) -> Bool {
        contains(bytes, needle)
    }
}

/// Whether text holds a word: `strstr`, because most files do not and debug builds are slow.
func contains(_ bytes: [UInt8], _ word: String) -> Bool {
    unsafe bytes.withUnsafeBytes { text in
        guard let start = unsafe text.bindMemory(to: CChar.self).baseAddress else { return false }
        return unsafe strstr(start, word) != nil
    }
}

/// Every place where a word begins.
private func offsets(of word: String, in bytes: [UInt8]) -> [Int] {
    unsafe bytes.withUnsafeBytes { text in
        guard let start = unsafe text.bindMemory(to: CChar.self).baseAddress else { return [] }
        var found: [Int] = []
        var rest = unsafe start
        while let place = unsafe strstr(rest, word) {
            found.append(unsafe UnsafePointer(place) - start)
            unsafe rest = UnsafePointer(place) + 1
        }
        return found
    }
}

extension [Int] {
    /// The index of the first element that fits, in a list whose fitting elements come last.
    fileprivate func partition(where fits: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if fits(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// Walks the bytes once; a state machine with a stack made of calls.
private struct Scanner {
    let bytes: [UInt8]
    var masked: [UInt8]
    var position = 0
    var line = 1
    var literals: [StringLiteral] = []
    /// Where lines end.
    var breaks: [Int] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
        masked = bytes
    }

    func at(_ offset: Int) -> UInt8 {
        position + offset < bytes.count ? bytes[position + offset] : 0
    }

    mutating func blank() {
        guard position < bytes.count else { return }
        if bytes[position] == UInt8(ascii: "\n") {
            line += 1
            breaks.append(position)
        } else {
            masked[position] = UInt8(ascii: " ")
        }
        position += 1
    }

    mutating func pass() {
        if bytes[position] == UInt8(ascii: "\n") {
            line += 1
            breaks.append(position)
        }
        position += 1
    }

    /// Reads code to the end, or to the bracket that closes an interpolation.
    mutating func code(untilClosing: Bool) {
        var depth = 0
        while position < bytes.count {
            switch (bytes[position], at(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "/")): lineComment()
            case (UInt8(ascii: "/"), UInt8(ascii: "*")): blockComment()
            case (UInt8(ascii: "\""), _): string(hashes: 0)
            case (UInt8(ascii: "#"), UInt8(ascii: "\"")), (UInt8(ascii: "#"), UInt8(ascii: "#")):
                rawString()
            case (UInt8(ascii: "`"), _): quotedName()
            case (UInt8(ascii: "("), _):
                depth += 1
                pass()
            case (UInt8(ascii: ")"), _):
                if untilClosing && depth == 0 { return }
                depth -= 1
                pass()
            default: pass()
            }
        }
    }

    mutating func lineComment() {
        while position < bytes.count && bytes[position] != UInt8(ascii: "\n") { blank() }
    }

    mutating func blockComment() {
        var depth = 0
        repeat {
            if bytes[position] == UInt8(ascii: "/") && at(1) == UInt8(ascii: "*") {
                depth += 1
                blank()
            } else if bytes[position] == UInt8(ascii: "*") && at(1) == UInt8(ascii: "/") {
                depth -= 1
                blank()
            }
            blank()
        } while depth > 0 && position < bytes.count
    }

    mutating func quotedName() {
        blank()
        while position < bytes.count && bytes[position] != UInt8(ascii: "`")
            && bytes[position] != UInt8(ascii: "\n")
        { blank() }
        blank()
    }

    mutating func rawString() {
        var hashes = 0
        while at(hashes) == UInt8(ascii: "#") { hashes += 1 }
        guard at(hashes) == UInt8(ascii: "\"") else {
            for _ in 0..<hashes { pass() }
            return
        }
        for _ in 0..<hashes { blank() }
        string(hashes: hashes)
    }

    mutating func string(hashes: Int) {
        let startLine = line
        let before = codeBefore()
        let isLong = at(1) == UInt8(ascii: "\"") && at(2) == UInt8(ascii: "\"")
        let quotes = isLong ? 3 : 1
        for _ in 0..<quotes { blank() }
        let start = position
        var interpolations: [String] = []
        var end = position
        while position < bytes.count {
            if closes(quotes: quotes, hashes: hashes) {
                end = position
                for _ in 0..<(quotes + hashes) { blank() }
                break
            }
            if !isLong && bytes[position] == UInt8(ascii: "\n") {
                end = position
                break
            }
            if bytes[position] == UInt8(ascii: "\\") && escapes(hashes) {
                for _ in 0...hashes { blank() }
                if at(0) == UInt8(ascii: "(") {
                    interpolations.append(interpolation())
                } else {
                    blank()
                }
            } else {
                blank()
            }
            end = position
        }
        literals.append(
            StringLiteral(
                line: startLine, text: String(decoding: bytes[start..<end], as: UTF8.self),
                before: before, interpolations: interpolations))
    }

    mutating func interpolation() -> String {
        blank()
        let start = position
        code(untilClosing: true)
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if position < bytes.count { blank() }
        return text
    }

    func codeBefore() -> String {
        var start = position
        while start > 0 && bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return String(decoding: masked[start..<position], as: UTF8.self)
    }

    func closes(quotes: Int, hashes: Int) -> Bool {
        for index in 0..<quotes where at(index) != UInt8(ascii: "\"") { return false }
        for index in 0..<hashes where at(quotes + index) != UInt8(ascii: "#") { return false }
        return true
    }

    func escapes(_ hashes: Int) -> Bool {
        for index in 0..<hashes where at(1 + index) != UInt8(ascii: "#") { return false }
        return true
    }
}
