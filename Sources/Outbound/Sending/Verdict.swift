// From what was seen of a transfer to what became of the message.

import CCurl
import Glibc
import Plant

/// Judges a transfer.
struct Verdict: Sendable {
    /// The server, as people entered it.
    let place: String
    /// The time that a connection had.
    let connectTime: Elapsed
    /// The time that the whole transfer had.
    let totalTime: Elapsed

    /// What became of an e-mail.
    ///
    /// After the last byte of the message only the server's own reply decides: without it the
    /// message may have been taken (RFC 5321, 4.5.3.2.6; RFC 1047).
    func mail(_ outcome: TransferOutcome) -> Delivery {
        if outcome.code == CURLE_OK.rawValue {
            return .accepted(ServerWords.trimmed(outcome.reply?.words ?? ""))
        }
        if outcome.isStrange { return .refused(problem(.notUnderstood, outcome.words)) }
        if let reply = outcome.reply, reply.code >= 400, reply.stage == outcome.stage,
            !isOurOwnEnd(outcome.code)
        {
            return .refused(problem(mailCause(reply), reply.words))
        }
        if outcome.isBodySent {
            // A reply that begins with 2 is the server's word, whatever happened afterwards.
            if let reply = outcome.reply, reply.stage == .finishing, reply.code / 100 == 2 {
                return .accepted(ServerWords.trimmed(reply.words))
            }
            return .unknown(problem(.replyLost, outcome.words))
        }
        return .refused(
            common(outcome, step: outcome.isConnected ? outcome.stage.step : .connecting))
    }

    /// What became of a post.
    func post(_ outcome: TransferOutcome) -> Delivery {
        let words = outcome.answer.drop { $0.isWhitespace }.hasPrefix("<") ? "" : outcome.answer
        switch outcome.status {
        case 200..<300:
            // Teams answers 200 and says in words that the channel did not take it.
            if outcome.answer.hasPrefix("Webhook message delivery failed") {
                return .refused(problem(.serverBusy(code: outcome.status), words))
            }
            return .accepted(ServerWords.trimmed(words))
        case 300...:
            return .refused(
                DeliveryProblem(
                    postCause(outcome), at: place, words: words,
                    askedWait: .seconds(max(0, outcome.askedSeconds))))
        default: break
        }
        let couldHaveArrived: Set<UInt32> = [
            CURLE_OPERATION_TIMEDOUT.rawValue, CURLE_GOT_NOTHING.rawValue,
            CURLE_SEND_ERROR.rawValue, CURLE_RECV_ERROR.rawValue, CURLE_PARTIAL_FILE.rawValue,
            CURLE_ABORTED_BY_CALLBACK.rawValue,
        ]
        if outcome.isBodySent, couldHaveArrived.contains(outcome.code) {
            return .unknown(problem(.replyLost, outcome.words))
        }
        return .refused(
            common(
                outcome,
                step: outcome.isBodyBegun
                    ? .sending : outcome.isConnected ? .greeting : .connecting))
    }

    private func problem(_ cause: DeliveryProblem.Cause, _ words: String) -> DeliveryProblem {
        DeliveryProblem(cause, at: place, words: words)
    }

    /// Whether we ended it ourselves, so that an older reply says nothing about it.
    private func isOurOwnEnd(_ code: UInt32) -> Bool {
        code == CURLE_OPERATION_TIMEDOUT.rawValue || code == CURLE_ABORTED_BY_CALLBACK.rawValue
            || code == CURLE_USE_SSL_FAILED.rawValue
    }

    /// Source: RFC 5321, 4.2; RFC 4954, 6 for the sign-in.
    private func mailCause(_ reply: MailReply) -> DeliveryProblem.Cause {
        if reply.code < 500 { return .serverBusy(code: reply.code) }
        switch (reply.stage, reply.code) {
        case (.signingIn, _), (_, 530), (_, 535): return .signInRefused
        case (.sender, 552), (.sending, 552), (.finishing, 552): return .tooLarge
        case (.sender, _): return .senderRefused
        case (.recipient, _): return .recipientRefused
        default: return .serverRefused(code: reply.code)
        }
    }

    private func postCause(_ outcome: TransferOutcome) -> DeliveryProblem.Cause {
        let status = outcome.status
        switch status {
        case 300..<400: return .redirected(to: outcome.redirect)
        case 401, 403, 407: return .signInRefused
        case 404, 405, 410: return .addressGone(code: status)
        case 408, 425, 429: return .serverBusy(code: status)
        case 413: return .tooLarge
        case 501, 505: return .serverRefused(code: status)
        case 500...: return .serverBusy(code: status)
        default: return .serverRefused(code: status)
        }
    }

    /// What the library's result means for any protocol.
    private func common(_ outcome: TransferOutcome, step: DeliveryStep) -> DeliveryProblem {
        problem(commonCause(outcome, step: step), outcome.words)
    }

    private func commonCause(
        _ outcome: TransferOutcome, step: DeliveryStep
    ) -> DeliveryProblem.Cause {
        switch CURLcode(rawValue: outcome.code) {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .addressNotFound
        case CURLE_COULDNT_CONNECT: connectCause(outcome)
        case CURLE_OPERATION_TIMEDOUT:
            .slow(step, after: step == .connecting ? connectTime : totalTime)
        case CURLE_SSL_CONNECT_ERROR:
            outcome.systemError == Int(ECONNRESET) || outcome.words.contains("SSL_ERROR_SYSCALL")
                || outcome.words.contains("unexpected eof")
                ? .dropped(.connecting) : .encryptionFailed
        case CURLE_PEER_FAILED_VERIFICATION: certificateCause(outcome)
        case CURLE_SSL_CACERT_BADFILE: .certificateFileUnreadable
        case CURLE_USE_SSL_FAILED: .encryptionNotOffered
        case CURLE_LOGIN_DENIED, CURLE_AUTH_ERROR: .signInRefused
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE,
            CURLE_SEND_FAIL_REWIND:
            .dropped(step)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_WRITE_ERROR:
            .notUnderstood
        case CURLE_URL_MALFORMAT:
            .unfitSettings(OutboundFlaw(field: "address", reason: "is not an address"))
        case CURLE_ABORTED_BY_CALLBACK: .stopped
        default: .boxFailed
        }
    }

    private func connectCause(_ outcome: TransferOutcome) -> DeliveryProblem.Cause {
        if let refused = outcome.refusedAddress, !outcome.hasTried {
            return switch refused.reason {
            case .machineNetwork: .machineNetwork(address: refused.address.description)
            case .privateAddress: .privateAddress(address: refused.address.description)
            }
        }
        switch Int32(truncatingIfNeeded: outcome.systemError) {
        case ECONNREFUSED: return .nothingListens
        case ECONNRESET, EPIPE: return .dropped(.connecting)
        case ETIMEDOUT: return .slow(.connecting, after: connectTime)
        default: return .noRoute
        }
    }

    /// Source: OpenSSL, X509_STORE_CTX_get_error; a wrong name is found by libcurl itself, which
    /// then leaves its first value, 1.
    private func certificateCause(_ outcome: TransferOutcome) -> DeliveryProblem.Cause {
        switch outcome.verification {
        case 0, 1, 62, 64: .certificateWrongName
        case 9: .certificateNotYetValid
        case 10: .certificateExpired
        default: .certificateNotTrusted
        }
    }
}
