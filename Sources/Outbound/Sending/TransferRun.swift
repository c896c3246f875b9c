// What libcurl calls back during one transfer: bytes out, bytes in, addresses, the end.

import CCurl
import Glibc
import Synchronization

/// A flag that calls a transfer off from outside its thread.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    func raise() { flag.store(true, ordering: .relaxed) }

    var isRaised: Bool { flag.load(ordering: .relaxed) }
}

/// The state of one transfer; lives on the thread of the transfer alone.
final class TransferRun {
    private let body: [UInt8]
    private let list: AllowList
    private let stop: StopFlag
    private var place = 0
    private var answer: [UInt8] = []
    private var answerCount = 0
    private var replyLines: [String] = []
    private var lastCode = 0
    private var isLeaving = false
    /// What has been seen so far.
    private(set) var outcome = TransferOutcome()

    init(body: [UInt8], list: AllowList, stop: StopFlag) {
        self.body = body
        self.list = list
        self.stop = stop
    }

    /// What was seen, with the beginning of the answer.
    var seen: TransferOutcome {
        var seen = outcome
        seen.answer = String(decoding: answer, as: UTF8.self)
        return seen
    }

    /// Whether libcurl is to end now: called off, only the goodbye is left, or nobody there
    /// speaks our language.
    var isToEnd: Bool { stop.isRaised || isLeaving || outcome.isStrange }

    /// Copies the next bytes of the body; the number of them, 0 at the end.
    func read(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, body.count - place)
        if count > 0 {
            unsafe body.withUnsafeBytes { bytes in
                unsafe target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[place..<place + count]))
            }
            place += count
        }
        outcome.isBodyBegun = true
        if place == body.count {
            outcome.isBodySent = true
            if outcome.stage == .sending { outcome.stage = .finishing }
        }
        return count
    }

    /// Keeps the beginning of the answer; false when it is too long to go on.
    func keep(_ bytes: UnsafeRawBufferPointer) -> Bool {
        answerCount += bytes.count
        let room = max(0, OutboundLimits.answerBytes - answer.count)
        unsafe answer.append(contentsOf: bytes.prefix(room))
        return answerCount <= OutboundLimits.longestAnswerBytes
    }

    /// Opens a socket to an address that the list lets us reach.
    func open(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe Int(ccurl_address_bytes(address, &bytes))
        guard let internet = InternetAddress(bytes: Array(bytes.prefix(count))) else {
            return CURL_SOCKET_BAD
        }
        if let reason = list.refusal(of: internet) {
            outcome.refusedAddress = RefusedAddress(address: internet, reason: reason)
            return CURL_SOCKET_BAD
        }
        outcome.hasTried = true
        return unsafe ccurl_open_socket(address)
    }

    /// Follows the commands that go to a mail server.
    ///
    /// Only their verb is looked at, so that no password is.
    func followCommand(_ bytes: UnsafeRawBufferPointer) {
        // After 334 the line belongs to the sign-in and may look like anything.
        guard lastCode != 334, !isLeaving else { return }
        let verb = unsafe String(
            decoding: bytes.prefix { $0 != 0x20 && $0 != 0x0D && $0 != 0x0A }.prefix(9),
            as: UTF8.self)
        outcome.isConnected = true
        switch verb {
        case "EHLO", "HELO", "STARTTLS": outcome.stage = .greeting
        case "AUTH": outcome.stage = .signingIn
        case "MAIL": outcome.stage = .sender
        case "RCPT": outcome.stage = .recipient
        case "DATA": outcome.stage = .sending
        case "QUIT": isLeaving = true
        default: break
        }
    }

    /// Follows the lines that come from a mail server (RFC 5321, 4.2.1).
    func followReply(_ bytes: UnsafeRawBufferPointer) {
        guard !isLeaving else { return }
        let line = unsafe Array(bytes.prefix(OutboundLimits.answerBytes))
        outcome.isConnected = true
        guard line.count >= 3, line[..<3].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            // libcurl waits on; a mail server's first words have a code.
            if lastCode == 0 { outcome.isStrange = true }
            return
        }
        let code = line[..<3].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        if replyLines.count < OutboundLimits.replyLines {
            replyLines.append(
                ServerWords.trimmed(String(decoding: line.dropFirst(4), as: UTF8.self)))
        }
        guard line.count == 3 || line[3] != 0x2D else { return }
        lastCode = code
        outcome.reply = MailReply(
            stage: outcome.stage, code: code, words: replyLines.joined(separator: " "))
        replyLines = []
    }
}
