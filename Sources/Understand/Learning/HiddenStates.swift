// A hidden Markov model with normal emissions and sticky states.

/// States that are not seen themselves, only through a noisy level.
///
/// Source: L. Rabiner 1989; `domain/state-inference.md`, method 4.
public struct HiddenStates: Hashable, Sendable {
    /// The levels of the states; their weights are the start probabilities.
    public let levels: [MixtureLevel]
    /// Probability to stay from one sample to the next, between 0 and 1.
    public let stay: Double

    /// A model.
    public init(levels: [MixtureLevel], stay: Double) {
        self.levels = levels
        self.stay = stay
    }

    /// Logarithm of the probability to go from a state to another.
    private func logStep(_ from: Int, _ to: Int) -> Double {
        if from == to { return PortableMath.log(stay) }
        return PortableMath.log((1 - stay) / Double(max(1, levels.count - 1)))
    }

    private func logEmission(_ state: Int, _ value: Double) -> Double {
        levels[state].logDensity(value) - PortableMath.log(levels[state].weight)
    }

    /// The most likely path and its log-likelihood; empty for no values.
    public func path(_ values: [Double]) -> (states: [Int], logLikelihood: Double) {
        guard let first = values.first, !levels.isEmpty else { return ([], 0) }
        var scores = levels.indices.map { levels[$0].logDensity(first) }
        var from: [[Int]] = []
        for value in values.dropFirst() {
            var next: [Double] = []
            var back: [Int] = []
            for state in levels.indices {
                var best = (score: -Double.infinity, from: 0)
                for before in levels.indices {
                    let score = scores[before] + logStep(before, state)
                    if score > best.score { best = (score, before) }
                }
                next.append(best.score + logEmission(state, value))
                back.append(best.from)
            }
            scores = next
            from.append(back)
        }
        var state = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        let score = scores[state]
        var path = [state]
        for back in from.reversed() {
            state = back[state]
            path.append(state)
        }
        return (path.reversed(), score)
    }
}
