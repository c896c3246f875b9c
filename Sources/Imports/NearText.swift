// How much alike two names are: letters that differ, and words that they share.

/// Comparisons of names in their plain form.
enum NearText {
    /// Likeness of two plain forms, 0 to 1; 1 only for equal ones.
    static func score(_ left: String, _ right: String) -> Double {
        if left == right { return 1 }
        let a = Array(left.unicodeScalars.prefix(ImportsLimits.comparedCharacters))
        let b = Array(right.unicodeScalars.prefix(ImportsLimits.comparedCharacters))
        guard !a.isEmpty, !b.isEmpty else { return 0 }
        let letters = 1 - Double(distance(a, b)) / Double(max(a.count, b.count))
        let best = max(letters, 0.95 * overlap(left, right))
        return min(0.99, (best * 100).rounded() / 100)
    }

    /// Letters to insert, drop, change or swap with their neighbour.
    ///
    /// Source: the optimal string alignment distance, Damerau 1964.
    static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var before = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        var line = before
        for row in 1...a.count {
            line[0] = row
            for column in 1...b.count {
                let cost = a[row - 1] == b[column - 1] ? 0 : 1
                var best = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + cost)
                if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
                    best = min(best, before[column - 2] + 1)
                }
                line[column] = best
            }
            (before, last, line) = (last, line, before)
        }
        return last[b.count]
    }

    /// Twice the shared words over all words, 0 to 1; small words do not count.
    private static func overlap(_ left: String, _ right: String) -> Double {
        let a = telling(left)
        var b = telling(right)
        guard !a.isEmpty, !b.isEmpty else { return 0 }
        let all = a.count + b.count
        var shared = 0.0
        for word in a {
            guard let place = b.firstIndex(where: { isSame(word, $0) }) else { continue }
            // A word that is only nearly the same counts for less.
            shared += b[place] == word ? 1 : 0.9
            b.remove(at: place)
        }
        return 2 * shared / Double(all)
    }

    private static func telling(_ text: String) -> [[Unicode.Scalar]] {
        text.split(separator: " ").filter { !small.contains(String($0)) }
            .prefix(ImportsLimits.comparedCharacters / 4).map { Array($0.unicodeScalars) }
    }

    /// Whether two words are the same, but for one letter or a longer ending.
    private static func isSame(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Bool {
        if a == b { return true }
        guard min(a.count, b.count) >= 4 else { return false }
        if a.starts(with: b) || b.starts(with: a) { return true }
        return abs(a.count - b.count) <= 1 && distance(a, b) <= 1
    }

    private static let small: Set<String> = [
        "a", "an", "the", "of", "for", "to", "on", "at", "in", "and", "or", "with", "der", "die",
        "das", "fur", "von", "und", "de", "du", "la", "le", "les", "et", "i", "na", "do", "z",
        "si", "cu", "el", "y", "en",
    ]
}
