// When a message is tried again, and when not.

import Plant
import Testing

@testable import Outbound

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy()
    private let busy = problem(.serverBusy(code: 451))

    private func waits(_ attempts: ClosedRange<Int>, seed: UInt64) -> [Double] {
        attempts.compactMap {
            policy.next(after: $0, busy, since: .zero, now: .zero, seed: seed)?.seconds
        }
    }

    @Test(arguments: [UInt64(0), 1, 42, .max])
    func `waits double from half a minute to an hour, moved by a fifth at most`(_ seed: UInt64) {
        let plain: [Double] = [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]
        let moved = waits(1...10, seed: seed)
        #expect(moved.count == plain.count)
        for (wait, middle) in zip(moved, plain) {
            #expect(wait >= middle * 0.8 && wait <= middle * 1.2)
        }
    }

    @Test func `the same seed gives the same waits, another seed others`() {
        #expect(waits(1...8, seed: 7) == waits(1...8, seed: 7))
        #expect(waits(1...8, seed: 7) != waits(1...8, seed: 8))
    }

    @Test func `the server's wish is the least, up to six hours`() {
        let asked = DeliveryProblem(.serverBusy(code: 429), at: "a", askedWait: .minutes(10))
        #expect(
            policy.next(after: 1, asked, since: .zero, now: .seconds(5), seed: 1) == .seconds(605))
        let greedy = DeliveryProblem(.serverBusy(code: 429), at: "a", askedWait: .hours(1_000))
        #expect(policy.next(after: 1, greedy, since: .zero, now: .zero, seed: 1) == .hours(6))
    }

    @Test func `after a day it is given up`() {
        #expect(policy.next(after: 30, busy, since: .zero, now: .hours(22), seed: 1) != nil)
        #expect(policy.next(after: 30, busy, since: .zero, now: .hours(24), seed: 1) == nil)
        #expect(policy.next(after: .max, busy, since: .zero, now: .zero, seed: 1) != nil)
        #expect(policy.next(after: .min, busy, since: .zero, now: .zero, seed: 1) != nil)
    }

    @Test(arguments: [
        DeliveryProblem.Cause.recipientRefused, .tooLarge, .replyLost, .signInRefused, .notOnList,
        .certificateExpired, .machineNetwork(address: "10.0.0.1"), .serverRefused(code: 550),
    ])
    func `what does not get better by waiting is not tried again`(_ cause: DeliveryProblem.Cause) {
        #expect(policy.next(after: 1, problem(cause), since: .zero, now: .zero, seed: 1) == nil)
    }

    @Test func `every problem says what happened and what to do, in two plain sentences`() {
        let flaw = OutboundFlaw(field: "to[0]", reason: "is not an e-mail address")
        let causes: [DeliveryProblem.Cause] = [
            .addressNotFound, .nothingListens, .noRoute, .slow(.greeting, after: .seconds(30)),
            .dropped(.sending), .certificateNotTrusted, .certificateExpired,
            .certificateNotYetValid,
            .certificateWrongName, .certificateFileUnreadable, .encryptionFailed,
            .encryptionNotOffered,
            .signInRefused, .senderRefused, .recipientRefused, .serverRefused(code: 554),
            .serverBusy(code: 451), .addressGone(code: 404), .redirected(to: "https://a.org:443"),
            .notOnList, .machineNetwork(address: "10.0.0.1"), .privateAddress(address: "10.0.0.1"),
            .tooLarge, .unfitMessage(flaw), .unfitSettings(flaw), .replyLost, .notUnderstood,
            .stopped,
            .boxFailed,
        ]
        for cause in causes {
            let found = problem(cause, words: "the server's words")
            for sentence in [found.sentence, found.remedy] {
                let begins = sentence.first?.isUppercase == true || sentence.hasPrefix("mail.")
                #expect(sentence.hasSuffix(".") && begins, "\(sentence)")
                let lower = sentence.lowercased()
                for banned in ["please", "!", "oops", "simply", "successfully", "failed to", "  "] {
                    #expect(!lower.contains(banned), "\(sentence)")
                }
            }
        }
        #expect(Set(causes.map { problem($0).sentence }).count == causes.count)
    }

    @Test func `a server's words are one short line without tricks`() {
        #expect(ServerWords.trimmed(" 5.7.8\r\n\tno\u{0}\u{202E}way ") == "5.7.8 no way")
        let long = ServerWords.trimmed(String(repeating: "ä", count: 5_000))
        #expect(long.unicodeScalars.count == OutboundLimits.wordCharacters + 1)
        #expect(
            problem(.serverBusy(code: 451), words: "Greylisted.").sentence
                == "mail.example.org cannot take the message now, code 451: Greylisted.")
    }
}
