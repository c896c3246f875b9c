// Why a message did not go out: one sentence for an owner, one on what to do.

public import Plant

/// What became of a message.
public enum Delivery: Hashable, Sendable {
    /// The server has taken it; the server's own words.
    case accepted(String)
    /// It did not go out, certainly.
    case refused(DeliveryProblem)
    /// It was sent, but the answer was lost: nobody knows whether it arrived.
    case unknown(DeliveryProblem)
}

/// What was being done when something went wrong.
public enum DeliveryStep: String, Hashable, Sendable, CaseIterable {
    /// Opening the connection, encryption included.
    case connecting
    /// The first words, before the sign-in.
    case greeting
    /// User name and password.
    case signingIn
    /// Saying who sends and who receives.
    case addressing
    /// Sending the message itself.
    case sending
    /// Waiting for the answer to the whole message.
    case finishing

    /// The step in words, to be read after "while".
    public var words: String {
        switch self {
        case .connecting: "connecting"
        case .greeting: "saying hello"
        case .signingIn: "signing in"
        case .addressing: "naming sender and recipient"
        case .sending: "sending the message"
        case .finishing: "waiting for the answer"
        }
    }
}

/// When trying again makes sense.
public enum DeliveryAdvice: Hashable, Sendable {
    /// After a growing wait, and not before the server's own wish.
    case backOff(atLeast: Elapsed)
    /// Not before the settings change; other messages of the channel would fail too.
    case afterChange
    /// Not this message; the next one may pass.
    case never
}

/// Why a message did not go out.
public struct DeliveryProblem: Error, Hashable, Sendable {
    /// The cause, with what is needed to say it.
    public enum Cause: Hashable, Sendable {
        /// The name leads to no address.
        case addressNotFound
        /// Nothing takes connections at this port.
        case nothingListens
        /// No way to the address.
        case noRoute
        /// No answer in time.
        case slow(DeliveryStep, after: Elapsed)
        /// The other side ended the connection.
        case dropped(DeliveryStep)
        /// Nobody we trust vouches for the certificate.
        case certificateNotTrusted
        /// The certificate has ended.
        case certificateExpired
        /// The certificate begins in the future.
        case certificateNotYetValid
        /// The certificate belongs to another name.
        case certificateWrongName
        /// The file of trusted certificates cannot be read.
        case certificateFileUnreadable
        /// The two sides found no common encryption.
        case encryptionFailed
        /// The server offers no encryption, and it is required.
        case encryptionNotOffered
        /// User name and password were refused.
        case signInRefused
        /// The sender's address was refused.
        case senderRefused
        /// The recipient's address was refused.
        case recipientRefused
        /// The server said no for good, with its code.
        case serverRefused(code: Int)
        /// The server said not now, with its code.
        case serverBusy(code: Int)
        /// Nothing takes posts at this address (any more).
        case addressGone(code: Int)
        /// The server sends us elsewhere.
        case redirected(to: String)
        /// The server is not on the list.
        case notOnList
        /// The name leads into a network of machines.
        case machineNetwork(address: String)
        /// The name leads to a private address that is not listed.
        case privateAddress(address: String)
        /// The message is larger than the receiver takes.
        case tooLarge
        /// A field of the message cannot be sent.
        case unfitMessage(OutboundFlaw)
        /// A setting cannot work.
        case unfitSettings(OutboundFlaw)
        /// The answer was lost after everything had been sent.
        case replyLost
        /// What answered does not speak the protocol.
        case notUnderstood
        /// The work was called off.
        case stopped
        /// The box itself could not.
        case boxFailed
    }

    /// The cause.
    public let cause: Cause
    /// The server it is about: `host:port`, never a secret part of an address.
    public let place: String
    /// What the server or the library said, trimmed; empty when nothing was.
    public let words: String
    /// A wait that the server asked for; zero when it did not.
    public let askedWait: Elapsed

    /// A problem from its parts.
    public init(
        _ cause: Cause, at place: String, words: String = "", askedWait: Elapsed = .zero
    ) {
        self.cause = cause
        self.place = place
        self.words = ServerWords.trimmed(words)
        self.askedWait = min(askedWait, OutboundLimits.longestAskedWait)
    }

    /// When trying again makes sense.
    public var advice: DeliveryAdvice {
        switch cause {
        case .addressNotFound, .nothingListens, .noRoute, .slow, .dropped, .certificateNotYetValid,
            .serverBusy, .notUnderstood, .stopped, .boxFailed:
            .backOff(atLeast: askedWait)
        case .certificateNotTrusted, .certificateExpired, .certificateWrongName,
            .certificateFileUnreadable, .encryptionFailed, .encryptionNotOffered, .signInRefused,
            .senderRefused, .addressGone, .redirected, .notOnList, .machineNetwork,
            .privateAddress, .unfitSettings:
            .afterChange
        case .recipientRefused, .serverRefused, .tooLarge, .unfitMessage, .replyLost: .never
        }
    }
}

/// A server's own words, made fit to be shown.
public enum ServerWords {
    /// One line without control characters, at most ``OutboundLimits/wordCharacters`` long.
    public static func trimmed(_ raw: String) -> String {
        var result = ""
        var count = 0
        var isAfterSpace = true
        for scalar in raw.unicodeScalars {
            let isControl =
                scalar.value <= 0x20 || (0x7F...0xA0).contains(scalar.value)
                || (0x2028...0x202F).contains(scalar.value)
                || (0x2066...0x2069).contains(scalar.value)
            if isControl, isAfterSpace { continue }
            if count == OutboundLimits.wordCharacters { return result + "…" }
            result.unicodeScalars.append(isControl ? " " : scalar)
            isAfterSpace = isControl
            count += 1
        }
        while result.hasSuffix(" ") { result.removeLast() }
        return result
    }
}
