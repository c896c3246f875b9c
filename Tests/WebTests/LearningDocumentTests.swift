// What the interface says about states learnt from a trace.

import Foundation
import HTTPTypes
import HummingbirdTesting
import Plant
import Synchronization
import Testing
import Understand

@testable import Web

@Suite("Learning over HTTP") struct LearningDocumentTests {
    private func json(_ harness: WebHarness, _ path: String, _ status: Int) async throws
        -> [String: Any]
    {
        let answer = try await harness.ask(path)
        #expect(answer.status.code == status, "\(path): \(answer.text)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any])
    }

    @Test("where nothing was learnt it says why")
    func notYet() async throws {
        let found = try await json(WebHarness(), "/api/v1/machines/lathe-1/learning", 200)
        #expect(found["outcome"] as? String == "not-yet")
        #expect(found["seen_s"] as? Double == 1_200)
        #expect(found["event"] is NSNull)
        let doubts = try #require(found["doubts"] as? [[String: String]])
        #expect(doubts.map { $0["code"] } == ["tooShort"])
    }

    @Test("levels, limits and confidence of what was learnt")
    func learnt() async throws {
        let harness = WebHarness()
        var times: [Int64] = []
        var amperes: [Double] = []
        for row in 0..<14_400 {
            times.append(FixtureDay.start.nanoseconds + Int64(row) * 1_000_000_000)
            let level = row / 900 % 2 == 0 ? 2.0 : 9.0
            amperes.append(level + Double(row * 31 % 20) / 20)
        }
        let series = SampleSeries(times: times, values: .numbers(amperes), quality: [])
        harness.box.world.learningOutcome.withLock {
            $0 = StateLearning.learn(series, hold: .seconds(30))
        }
        let found = try await json(harness, "/api/v1/machines/lathe-1/learning", 200)
        #expect(found["outcome"] as? String == "learnt")
        #expect(found["is_sure"] as? Bool == true)
        let levels = try #require(found["levels"] as? [[String: Any]])
        #expect(levels.compactMap { $0["role"] as? String } == ["idle", "running"])
        let running = try #require(found["running"] as? [String: Double])
        #expect(running["fall"] ?? 0 > 3 && running["rise"] ?? 99 < 9)
        #expect(found["idle"] is NSNull)
    }

    @Test(
        "what is not there is named",
        arguments: [
            ("/api/v1/machines/nowhere/learning", 404, "nowhere"),
            ("/api/v1/machines/lathe-1/learning?signal=no-such", 404, "no-such"),
            ("/api/v1/machines/lathe-1/learning?signal=No%20Slug", 400, "signal"),
        ])
    func refused(_ path: String, _ status: Int, _ word: String) async throws {
        let answer = try await WebHarness().ask(path)
        #expect(answer.status.code == status)
        #expect(answer.text.contains(word))
    }
}
