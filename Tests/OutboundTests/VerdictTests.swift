// What was seen of a transfer decides what became of the message, and never too hopefully.

import CCurl
import Glibc
import Plant
import Testing

@testable import Outbound

@Suite struct VerdictTests {
    private let verdict = Verdict(
        place: "mail.example.org:587", connectTime: .seconds(15), totalTime: .seconds(180))

    private func seen(
        _ code: CURLcode, _ change: (inout TransferOutcome) -> Void = { _ in }
    ) -> TransferOutcome {
        var outcome = TransferOutcome()
        outcome.code = code.rawValue
        outcome.isConnected = true
        change(&outcome)
        return outcome
    }

    private func cause(_ delivery: Delivery) -> DeliveryProblem.Cause? {
        switch delivery {
        case .accepted: nil
        case .refused(let problem), .unknown(let problem): problem.cause
        }
    }

    private func isUnknown(_ delivery: Delivery) -> Bool {
        if case .unknown = delivery { true } else { false }
    }

    @Test(arguments: [
        CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_OPERATION_TIMEDOUT,
        CURLE_ABORTED_BY_CALLBACK,
        CURLE_WEIRD_SERVER_REPLY, CURLE_PARTIAL_FILE,
    ])
    func `an e-mail whose last reply was lost is unknown, whatever went wrong`(_ code: CURLcode) {
        let lost = verdict.mail(
            seen(code) {
                $0.stage = .finishing
                $0.isBodySent = true
                $0.reply = MailReply(stage: .sending, code: 354, words: "go on")
            })
        #expect(isUnknown(lost))
        #expect(cause(lost) == .replyLost)
    }

    @Test func `a refusal after the message is a refusal, not a loss`() {
        for (code, expected) in [
            (451, DeliveryProblem.Cause.serverBusy(code: 451)), (552, .tooLarge),
            (554, .serverRefused(code: 554)), (421, .serverBusy(code: 421)),
        ] {
            let delivery = verdict.mail(
                seen(CURLE_WEIRD_SERVER_REPLY) {
                    $0.stage = .finishing
                    $0.isBodySent = true
                    $0.reply = MailReply(stage: .finishing, code: code, words: "no")
                })
            #expect(delivery == .refused(DeliveryProblem(expected, at: verdict.place, words: "no")))
        }
    }

    @Test func `a reply that took the message counts although the goodbye went wrong`() {
        let delivery = verdict.mail(
            seen(CURLE_RECV_ERROR) {
                $0.stage = .finishing
                $0.isBodySent = true
                $0.reply = MailReply(stage: .finishing, code: 250, words: "queued")
            })
        #expect(delivery == .accepted("queued"))
    }

    @Test func `a reply to an earlier command says nothing about a later loss`() {
        let delivery = verdict.mail(
            seen(CURLE_RECV_ERROR) {
                $0.stage = .recipient
                $0.reply = MailReply(stage: .greeting, code: 502, words: "no EHLO here")
            })
        #expect(cause(delivery) == .dropped(.addressing))
    }

    @Test(arguments: [
        (MailStage.greeting, 554, DeliveryProblem.Cause.serverRefused(code: 554)),
        (.greeting, 421, .serverBusy(code: 421)), (.signingIn, 535, .signInRefused),
        (.signingIn, 454, .serverBusy(code: 454)), (.sender, 530, .signInRefused),
        (.sender, 552, .tooLarge), (.sender, 553, .senderRefused),
        (.recipient, 550, .recipientRefused),
        (.recipient, 451, .serverBusy(code: 451)), (.sending, 554, .serverRefused(code: 554)),
    ])
    func `a reply means what the command was`(
        _ stage: MailStage, _ code: Int, _ expected: DeliveryProblem.Cause
    ) {
        let delivery = verdict.mail(
            seen(CURLE_SEND_ERROR) {
                $0.stage = stage
                $0.reply = MailReply(stage: stage, code: code, words: "")
            })
        #expect(cause(delivery) == expected)
        #expect(!isUnknown(delivery))
    }

    @Test(arguments: [
        (200, nil as DeliveryProblem.Cause?), (204, nil),
        (301, .redirected(to: "https://b.org:443")),
        (400, .serverRefused(code: 400)), (401, .signInRefused), (403, .signInRefused),
        (404, .addressGone(code: 404)), (410, .addressGone(code: 410)), (413, .tooLarge),
        (429, .serverBusy(code: 429)), (500, .serverBusy(code: 500)),
        (501, .serverRefused(code: 501)),
        (503, .serverBusy(code: 503)),
    ])
    func `an answer over the web means what its status says`(
        _ status: Int, _ expected: DeliveryProblem.Cause?
    ) {
        let delivery = verdict.post(
            seen(CURLE_OK) {
                $0.status = status
                $0.isBodySent = true
                $0.redirect = "https://b.org:443"
            })
        #expect(cause(delivery) == expected)
        #expect(!isUnknown(delivery))
    }

    @Test func `a post without an answer is unknown once all was sent, refused before`() {
        for code in [CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_OPERATION_TIMEDOUT] {
            #expect(isUnknown(verdict.post(seen(code) { $0.isBodySent = true })))
            #expect(
                isUnknown(
                    verdict.post(
                        seen(code) {
                            $0.isBodySent = true
                            $0.status = 100
                        })))
            #expect(!isUnknown(verdict.post(seen(code))))
        }
        let slow = verdict.post(seen(CURLE_OPERATION_TIMEDOUT) { $0.isConnected = false })
        #expect(cause(slow) == .slow(.connecting, after: .seconds(15)))
    }

    @Test func `Teams says in words that it did not take the message`() {
        let delivery = verdict.post(
            seen(CURLE_OK) {
                $0.status = 200
                $0.answer = "Webhook message delivery failed with error: HTTP error 429"
            })
        #expect(cause(delivery) == .serverBusy(code: 200))
    }

    @Test func `a failed connection is told by its cause, the list first when nothing was tried`()
        throws
    {
        let address = try #require(InternetAddress("10.0.0.1"))
        let machine = RefusedAddress(address: address, reason: .machineNetwork)
        for (error, tried, expected) in [
            (ECONNREFUSED, true, DeliveryProblem.Cause.nothingListens),
            (EHOSTUNREACH, true, .noRoute),
            (ECONNRESET, true, .dropped(.connecting)),
            (0, false, .machineNetwork(address: "10.0.0.1")),
            (ETIMEDOUT, true, .slow(.connecting, after: .seconds(15))),
        ] {
            let delivery = verdict.post(
                seen(CURLE_COULDNT_CONNECT) {
                    $0.systemError = Int(error)
                    $0.hasTried = tried
                    $0.refusedAddress = machine
                })
            #expect(cause(delivery) == expected)
        }
    }

    @Test(arguments: [
        (0, DeliveryProblem.Cause.certificateWrongName), (1, .certificateWrongName),
        (9, .certificateNotYetValid), (10, .certificateExpired),
        (18, .certificateNotTrusted), (19, .certificateNotTrusted), (20, .certificateNotTrusted),
        (62, .certificateWrongName),
    ])
    func `a certificate's fault is named`(_ code: Int, _ expected: DeliveryProblem.Cause) {
        #expect(
            cause(verdict.post(seen(CURLE_PEER_FAILED_VERIFICATION) { $0.verification = code }))
                == expected)
    }

    @Test func `a page of markup is not shown as the server's words, nor is a secret`() {
        let page = verdict.post(
            seen(CURLE_OK) {
                $0.status = 502
                $0.answer = " <html>Bad gateway</html>"
            })
        guard case .refused(let problem) = page else { return #expect(Bool(false)) }
        #expect(problem.words == "")
        let echo = seen(CURLE_OK) { $0.answer = "no /services/T0/abcdef here" }
        #expect(echo.masking(["/services/T0/abcdef", "abcdef", "no"]).answer == "no ••• here")
    }
}
