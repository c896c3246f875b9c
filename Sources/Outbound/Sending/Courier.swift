// Sends one message at a time over a channel, on a thread of its own.

public import Plant

/// How long a transfer may take.
public struct DeliveryTimes: Hashable, Sendable {
    /// Time for the connection and for the whole transfer.
    public struct Pair: Hashable, Sendable {
        /// Until the connection stands, encryption included.
        public var connect: Elapsed
        /// For everything, the answer included.
        public var total: Elapsed

        /// Times from their parts.
        public init(connect: Elapsed, total: Elapsed) {
            self.connect = connect
            self.total = total
        }
    }

    /// For e-mail.
    public var mail: Pair
    /// For posts.
    public var post: Pair

    /// Times from their parts.
    public init(mail: Pair, post: Pair) {
        self.mail = mail
        self.post = post
    }

    /// The times of ``OutboundLimits``.
    public static let standard = DeliveryTimes(
        mail: Pair(connect: OutboundLimits.connectTime, total: OutboundLimits.mailTime),
        post: Pair(connect: OutboundLimits.connectTime, total: OutboundLimits.postTime))
}

/// Sends messages one after another; a slow server holds up this courier and nothing else.
///
/// It tries once and never again: when to try again is for ``RetryPolicy`` and
/// ``OutboundQueue``. When the calling task is cancelled the transfer ends within a second.
public actor Courier {
    private let thread: DeliveryThread
    private let list: AllowList
    private let times: DeliveryTimes

    /// The thread on which this actor runs.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe thread.asUnownedSerialExecutor()
    }

    /// A courier that may reach what the list allows; nil when the system has no thread to give.
    public init?(allowing list: AllowList, times: DeliveryTimes = .standard) {
        guard let thread = DeliveryThread() else { return nil }
        self.thread = thread
        self.list = list
        self.times = times
    }

    /// Sends a message once and says what became of it.
    public func deliver(_ message: OutboundMessage, over channel: Channel) async -> Delivery {
        let stop = StopFlag()
        return await withTaskCancellationHandler {
            do throws(DeliveryProblem) {
                return try send(message, over: channel, stop)
            } catch {
                return .refused(error)
            }
        } onCancel: {
            stop.raise()
        }
    }

    private func send(
        _ message: OutboundMessage, over channel: Channel, _ stop: StopFlag
    ) throws(DeliveryProblem) -> Delivery {
        // Called off while another message was being sent.
        guard !stop.isRaised else { throw DeliveryProblem(.stopped, at: "") }
        do throws(OutboundFlaw) {
            try message.check()
        } catch { throw DeliveryProblem(.unfitMessage(error), at: "") }
        switch channel {
        case .email(let settings): return try sendMail(message, settings, stop)
        case .ntfy(let settings):
            return try sendPost(stop) { () throws(OutboundFlaw) in try .ntfy(message, settings) }
        case .teams(let target):
            return try sendPost(stop) { () throws(OutboundFlaw) in try .teams(message, target) }
        case .slack(let target):
            return try sendPost(stop) { () throws(OutboundFlaw) in try .slack(message, target) }
        case .post(let settings):
            return try sendPost(stop) { () throws(OutboundFlaw) in
                try .template(message, settings)
            }
        case .sms(let settings): return try sendSMS(message, settings, stop)
        }
    }

    private func sendSMS(
        _ message: OutboundMessage, _ settings: SMSSettings, _ stop: StopFlag
    ) throws(DeliveryProblem) -> Delivery {
        let digits =
            settings.number.hasPrefix("+") ? settings.number.dropFirst() : settings.number[...]
        // E.164: at most 15 digits.
        guard (3...15).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else {
            let flaw = OutboundFlaw(field: "number", reason: "is not a phone number")
            throw DeliveryProblem(.unfitSettings(flaw), at: "")
        }
        switch settings.gateway {
        case .email(let mail): return try sendMail(message.asSMS(keepsLinks: false), mail, stop)
        case .post(let post):
            return try sendPost(stop) { () throws(OutboundFlaw) in
                try .template(message.asSMS(keepsLinks: true), post, number: settings.number)
            }
        }
    }

    private func sendMail(
        _ message: OutboundMessage, _ settings: EmailSettings, _ stop: StopFlag
    ) throws(DeliveryProblem) -> Delivery {
        let place = ServerPlace(host: settings.host, port: settings.port)
        let mail: MailText
        do throws(OutboundFlaw) {
            mail = try MailText(message, settings)
            try check(settings)
        } catch { throw DeliveryProblem(.unfitSettings(error), at: "\(place)") }
        let scheme = settings.security == .tls ? "smtps" : "smtp"
        // The address is read by the library too; whatever it makes of it must be on the list.
        guard let address = WebAddress("\(scheme)://\(place)"), address.place == place,
            !address.hasUser, address.path == "/" || address.path.isEmpty
        else {
            let flaw = OutboundFlaw(field: "host", reason: "is not the name of a server")
            throw DeliveryProblem(.unfitSettings(flaw), at: "")
        }
        try checkList(place)
        let run = TransferRun(body: mail.bytes, list: list, stop: stop)
        guard
            var transfer = CurlTransfer(
                address, protocols: scheme, times: times.mail,
                certificates: settings.trustedCertificates)
        else { throw DeliveryProblem(.boxFailed, at: "\(place)") }
        transfer.mail(mail, settings, run)
        let secrets = settings.credentials.map { [$0.password.revealed] } ?? []
        return verdict(place, times.mail).mail(transfer.outcome(run).masking(secrets))
    }

    private func sendPost(
        _ stop: StopFlag, _ make: () throws(OutboundFlaw) -> PostRequest
    ) throws(DeliveryProblem) -> Delivery {
        let request: PostRequest
        do throws(OutboundFlaw) {
            request = try make()
        } catch {
            let isOfMessage = error.field == "text"
            throw DeliveryProblem(
                isOfMessage ? .unfitMessage(error) : .unfitSettings(error), at: "")
        }
        let address = try checkedAddress(request)
        let run = TransferRun(body: request.body, list: list, stop: stop)
        guard
            var transfer = CurlTransfer(
                address, protocols: address.scheme, times: times.post,
                certificates: request.trustedCertificates)
        else { throw DeliveryProblem(.boxFailed, at: "\(address.place)") }
        transfer.post(request, run)
        // A server may repeat all of a secret address or the one part that matters.
        let secrets =
            [address.path] + address.path.split(separator: "/").map(String.init)
            + request.ownFields.map(\.value.revealed)
        return verdict(address.place, times.post).post(transfer.outcome(run).masking(secrets))
    }

    private func checkedAddress(_ request: PostRequest) throws(DeliveryProblem) -> WebAddress {
        func refused(_ reason: String) -> DeliveryProblem {
            DeliveryProblem(
                .unfitSettings(OutboundFlaw(field: "address", reason: reason)), at: "")
        }
        guard let address = WebAddress(request.address.revealed) else {
            throw refused("is not an address on the web")
        }
        guard !address.hasUser else { throw refused("holds a user name or password") }
        switch address.scheme {
        case "https": break
        case "http" where request.allowsPlain: break
        case "http": throw refused("begins with http, which is not encrypted")
        default: throw refused("does not begin with https")
        }
        try checkList(address.place)
        return address
    }

    private func checkList(_ place: ServerPlace) throws(DeliveryProblem) {
        guard list.allows(place) else { throw DeliveryProblem(.notOnList, at: "\(place)") }
    }

    private func check(_ settings: EmailSettings) throws(OutboundFlaw) {
        guard (1...65_535).contains(settings.port) else {
            throw OutboundFlaw(field: "port", reason: "is from 1 to 65,535")
        }
        guard let credentials = settings.credentials else { return }
        guard settings.security != .none else {
            throw OutboundFlaw(
                field: "security",
                reason: "has to be TLS or STARTTLS, so that nobody reads the password")
        }
        // SASL PLAIN divides its parts by NUL (RFC 4616, 2).
        try OutboundFlaw.refuseControls(credentials.user, field: "user")
        try OutboundFlaw.refuseControls(credentials.password.revealed, field: "password")
    }

    private func verdict(_ place: ServerPlace, _ times: DeliveryTimes.Pair) -> Verdict {
        Verdict(place: place.description, connectTime: times.connect, totalTime: times.total)
    }
}

extension TransferOutcome {
    /// The same without secrets that the other side repeats in its words.
    func masking(_ secrets: [String]) -> TransferOutcome {
        var masked = self
        for secret in secrets where secret.utf8.count >= OutboundLimits.shortestMasked {
            masked.words = masked.words.replacing(secret, with: "•••")
            masked.answer = masked.answer.replacing(secret, with: "•••")
            if var reply = masked.reply {
                reply.words = reply.words.replacing(secret, with: "•••")
                masked.reply = reply
            }
        }
        return masked
    }
}
