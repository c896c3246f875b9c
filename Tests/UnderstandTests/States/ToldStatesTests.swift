// A machine that nothing is read from: what people tell holds for a while, then nobody knows.

import Plant
import Testing

@testable import Understand

@Suite("A machine told by hand")
struct ToldStatesTests {
    private func told(_ state: ObservedState, _ minute: Int64, _ sequence: Int64 = 1) -> StateTold {
        StateTold(at: origin + .minutes(minute), state: state, sequence: sequence)
    }

    private func text(_ episodes: [ObservedEpisode]) -> String {
        episodes.map { episode in
            let from = Int((episode.range.start - origin).minutes)
            return "\(episode.state.code) \(from)-\(Int((episode.range.end - origin).minutes))"
        }.joined(separator: ", ")
    }

    @Test("a word holds until the next, and no longer than four hours")
    func holds() {
        let episodes = ObservedStates.episodes(
            told: [told(.running, 60), told(.idle, 90), told(.running, 100)],
            range: minutes(0, 480))
        #expect(
            text(episodes) == "unknown 0-60, running 60-90, idle 90-100, running 100-340,"
                + " unknown 340-480")
    }

    @Test("a word from before the range reaches into it; silence is no data")
    func before() {
        #expect(
            text(ObservedStates.episodes(told: [told(.idle, -30)], range: minutes(0, 480)))
                == "idle 0-210, unknown 210-480")
        #expect(text(ObservedStates.episodes(told: [], range: minutes(0, 480))) == "unknown 0-480")
    }

    @Test("of two words for one moment the later entry holds")
    func sameMoment() {
        let episodes = ObservedStates.episodes(
            told: [told(.running, 10, 2), told(.idle, 10, 1)], range: minutes(0, 20))
        #expect(text(episodes) == "unknown 0-10, running 10-20")
    }

    @Test("a correction fills time that nobody told of only where nothing is read")
    func corrections() {
        let unseen = ObservedStates.episodes(told: [], range: minutes(0, 100))
        let word = StateCorrection(range: minutes(20, 40), state: .idle, sequence: 1)
        #expect(text(ObservedStates.corrected(unseen, by: [word])) == "unknown 0-100")
        #expect(
            text(ObservedStates.corrected(unseen, by: [word], isToldByHand: true))
                == "unknown 0-20, idle 20-40, unknown 40-100")
    }
}
