// The ways on which a message can leave: the settings of each.

/// One way to one person or place.
public enum Channel: Hashable, Sendable {
    /// E-mail through a mail server.
    case email(EmailSettings)
    /// A phone alert through ntfy.
    case ntfy(NtfySettings)
    /// The incoming address of a Teams channel.
    case teams(IncomingAddress)
    /// The incoming address of a Slack channel.
    case slack(IncomingAddress)
    /// Any address on the web, by POST with a template.
    case post(PostSettings)
    /// A text message through a gateway.
    case sms(SMSSettings)
}

/// How the way to a mail server is encrypted.
public enum MailSecurity: String, Hashable, Sendable, CaseIterable {
    /// From the first byte, usually port 465.
    case tls
    /// By STARTTLS, or not at all; usually port 587.
    case startTLS
    /// By STARTTLS where the server offers it; with a password it is required all the same.
    case startTLSIfOffered
    /// Not at all; refused with a password.
    case none
}

/// How a mail server is told who we are.
public enum MailSignIn: String, Hashable, Sendable, CaseIterable {
    /// PLAIN, or LOGIN where only that is offered.
    case automatic
    /// PLAIN only (RFC 4616).
    case plain
    /// LOGIN only, for old servers.
    case login
}

/// User name and password of a server.
public struct Credentials: Hashable, Sendable {
    /// User name; not secret.
    public let user: String
    /// Password.
    public let password: SecretText

    /// Credentials from their parts.
    public init(user: String, password: SecretText) {
        self.user = user
        self.password = password
    }
}

/// A mail server, who sends and who receives.
public struct EmailSettings: Hashable, Sendable {
    /// Name or address of the mail server.
    public var host: String
    /// Port, 1 to 65,535.
    public var port: Int
    /// How the way there is encrypted.
    public var security: MailSecurity
    /// User name and password; nil for a server that asks for none.
    public var credentials: Credentials?
    /// How to sign in.
    public var signIn: MailSignIn
    /// A file of certificates (PEM) that are trusted too, such as the firm's own authority.
    public var trustedCertificates: String?
    /// The sender's address.
    public var from: String
    /// The sender's name, any letters; nil for the address alone.
    public var fromName: String?
    /// Recipients; when the server refuses one, nothing is sent to the others either.
    public var to: [String]

    /// Settings from their parts.
    public init(
        host: String, port: Int, security: MailSecurity, credentials: Credentials? = nil,
        signIn: MailSignIn = .automatic, trustedCertificates: String? = nil, from: String,
        fromName: String? = nil, to: [String]
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.credentials = credentials
        self.signIn = signIn
        self.trustedCertificates = trustedCertificates
        self.from = from
        self.fromName = fromName
        self.to = to
    }
}

/// An address on the web that takes posts, and how to reach it.
public struct IncomingAddress: Hashable, Sendable {
    /// The whole address; secret, because whoever knows it can post.
    public var address: SecretText
    /// Whether an address that begins with `http://`, without encryption, is accepted.
    public var allowsPlain: Bool
    /// A file of certificates (PEM) that are trusted too.
    public var trustedCertificates: String?

    /// Settings from their parts.
    public init(
        _ address: SecretText, allowsPlain: Bool = false, trustedCertificates: String? = nil
    ) {
        self.address = address
        self.allowsPlain = allowsPlain
        self.trustedCertificates = trustedCertificates
    }
}

/// A topic of an ntfy server, one's own or a public one.
public struct NtfySettings: Hashable, Sendable {
    /// The server's address without the topic.
    public var server: IncomingAddress
    /// The topic, as people subscribe to it.
    public var topic: String
    /// An access token; nil when the topic is open.
    public var token: SecretText?

    /// Settings from their parts.
    public init(server: IncomingAddress, topic: String, token: SecretText? = nil) {
        self.server = server
        self.topic = topic
        self.token = token
    }
}

/// A header field of a post; its value may be a secret.
public struct HeaderField: Hashable, Sendable {
    /// Name of the field.
    public let name: String
    /// Value of the field.
    public let value: SecretText

    /// A field from its parts.
    public init(_ name: String, _ value: SecretText) {
        self.name = name
        self.value = value
    }
}

/// An address with the body that it takes.
public struct PostSettings: Hashable, Sendable {
    /// Where to.
    public var target: IncomingAddress
    /// The body with its places for words.
    public var template: PostTemplate
    /// Header fields of one's own, such as `Authorization`.
    public var fields: [HeaderField]

    /// Settings from their parts.
    public init(target: IncomingAddress, template: PostTemplate, fields: [HeaderField] = []) {
        self.target = target
        self.template = template
        self.fields = fields
    }
}

/// A phone number and the gateway that reaches it.
public struct SMSSettings: Hashable, Sendable {
    /// How the gateway is reached.
    public enum Gateway: Hashable, Sendable {
        /// By e-mail; `to` of the settings holds the gateway's address for this number.
        case email(EmailSettings)
        /// By a post; the template has the place `{number}`.
        case post(PostSettings)
    }

    /// The number: digits, a plus before them for the country.
    public var number: String
    /// The gateway.
    public var gateway: Gateway

    /// Settings from their parts.
    public init(number: String, gateway: Gateway) {
        self.number = number
        self.gateway = gateway
    }
}
