// The word that a person most likely meant.

/// Comparing words by the number of slips between them.
enum NearestWord {
    /// The nearest of some words, nil when all are further off than a third of the word's length.
    ///
    /// Of equally near ones the first.
    static func of(_ word: String, among words: [String]) -> String? {
        let letters = Array(word.lowercased().unicodeScalars.prefix(64))
        guard !letters.isEmpty else { return nil }
        let most = max(1, letters.count / 3)
        var best: (word: String, slips: Int)?
        for candidate in words {
            let slips = slips(letters, Array(candidate.unicodeScalars.prefix(64)))
            if slips <= most, slips < best?.slips ?? .max { best = (candidate, slips) }
        }
        return best?.word
    }

    /// Letters put in, left out, changed or swapped with the next (optimal string alignment).
    static func slips(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...max(1, left.count) where !left.isEmpty {
            var current = [row]
            for column in 1...max(1, right.count) where !right.isEmpty {
                let isSame = left[row - 1] == right[column - 1]
                var least = min(previous[column], current[column - 1]) + 1
                least = min(least, previous[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2],
                    left[row - 2] == right[column - 1]
                {
                    least = min(least, older[column - 2] + 1)
                }
                current.append(least)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
