// Pass phrases that many people use: the system's word list where one is installed, and rules that
// make the usual ones (S-10).

/// Looks words up in the word lists of the system; none is kept in memory.
enum CommonWords {
    /// Word lists of Debian: of `cracklib-runtime`, and of the package `wamerican` and its like.
    static let lists = ["/usr/share/dict/cracklib-small", "/usr/share/dict/words"]
    /// Longer lists are not read; bytes.
    private static let longest = 16 << 20

    /// Whether a text is one word of a list, perhaps with digits and signs around it.
    static func isWord(_ text: String, lists: [String] = lists) -> Bool {
        let letters = text.lowercased().drop { !$0.isLetter }
        let end = letters.lastIndex { $0.isLetter }.map(letters.index(after:))
        let word = Array(String(letters[..<(end ?? letters.startIndex)]).utf8)
        guard word.count >= 4 else { return false }
        return lists.contains { list in
            guard let bytes = PrivateFile.bytes(list, atMost: longest) else { return false }
            return holds(bytes, word)
        }
    }

    /// Whether a line of a file is a word, whatever its capitals.
    private static func holds(_ bytes: [UInt8], _ word: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            var end = start
            var isSame = true
            while end < bytes.count, bytes[end] != 0x0A {
                let place = end - start
                if place >= word.count || lowered(bytes[end]) != word[place] { isSame = false }
                end += 1
            }
            if isSame, end - start == word.count { return true }
            start = end + 1
        }
        return false
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
    }
}
