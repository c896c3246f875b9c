// The known word nearest to a misspelt one, for "did you mean".

/// Finds near words.
public enum NearestWord {
    /// The nearest of some words, nil when none is near: more than a third of its letters differ.
    public static func find(_ word: String, among words: [String]) -> String? {
        var best: (word: String, distance: Int)?
        for candidate in words {
            let distance = self.distance(Array(word), Array(candidate))
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        guard let best, best.distance <= max(2, word.count / 3) else { return nil }
        return best.word
    }

    /// Levenshtein's edit distance.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var previous = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let change = previous[column] + (letter == other ? 0 : 1)
                current.append(min(change, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
