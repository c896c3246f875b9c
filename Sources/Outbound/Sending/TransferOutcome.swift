// What was seen of one transfer, as a value that can be judged without a network.

/// How far a conversation with a mail server has come.
enum MailStage: Hashable, Sendable {
    case greeting
    case signingIn
    case sender
    case recipient
    case sending
    case finishing

    /// The step that a person reads.
    var step: DeliveryStep {
        switch self {
        case .greeting: .greeting
        case .signingIn: .signingIn
        case .sender, .recipient: .addressing
        case .sending: .sending
        case .finishing: .finishing
        }
    }
}

/// The last complete reply of a mail server, and to what.
struct MailReply: Hashable, Sendable {
    var stage: MailStage
    var code: Int
    var words: String
}

/// An address that was not connected to.
struct RefusedAddress: Hashable, Sendable {
    var address: InternetAddress
    var reason: AllowList.Refusal
}

/// What was seen of one transfer.
struct TransferOutcome: Hashable, Sendable {
    /// The library's result: 0 when all went well.
    var code: UInt32 = 0
    /// The library's own words.
    var words = ""
    /// The system's error of the connection, 0 when there was none.
    var systemError: Int = 0
    /// The result of checking the certificate, as OpenSSL counts them; 0 when fine.
    var verification: Int = 0
    /// Whether the connection stood, encryption included.
    var isConnected = false
    /// Whether all bytes of the body were handed over to be sent.
    var isBodySent = false
    /// Whether any byte of the body was handed over.
    var isBodyBegun = false
    /// How far the conversation with a mail server came.
    var stage = MailStage.greeting
    /// Whether the first words were not those of a mail server.
    var isStrange = false
    /// The mail server's last reply.
    var reply: MailReply?
    /// The status of an answer over HTTP; 0 when there was none.
    var status = 0
    /// The beginning of an answer's body.
    var answer = ""
    /// Seconds that the server asks us to wait; 0 when it does not.
    var askedSeconds: Int64 = 0
    /// Where the server sends us, without path.
    var redirect = ""
    /// Whether a connection to an address that is allowed was begun.
    var hasTried = false
    /// An address that was not connected to.
    var refusedAddress: RefusedAddress?
}
