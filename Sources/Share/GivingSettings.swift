// Where the box gives what it knows: one broker, which names, which machines.

public import Capture
public import Plant
import Wire

/// In which form something is published.
public enum GivingForm: String, Sendable, Hashable, CaseIterable {
    /// Our own topics with JSON.
    case topics
    /// A Sparkplug B edge node.
    case sparkplug
}

/// A setting that cannot be used: which, what is wrong, what to write.
public struct GivingRefused: Error, Hashable, Sendable {
    /// The field of the form.
    public let field: String
    /// What is wrong.
    public let says: String
    /// What to do.
    public let remedy: String

    /// A refusal.
    public init(_ field: String, _ says: String, _ remedy: String) {
        self.field = field
        self.says = says
        self.remedy = remedy
    }
}

/// What is published where.
public struct GivingSettings: Hashable, Sendable {
    /// Whether anything is published.
    public var isOn = false
    /// The broker, `host` or `host:port`.
    public var broker = ""
    /// Whether the way there is TLS.
    public var isSecure = false
    /// A file of certificates that are trusted for a broker of one's own; empty for the system's.
    public var certificates = ""
    /// The user at the broker; empty for nobody.
    public var user = ""
    /// The password; empty for none.
    public var password = ""
    /// Whether our own topics are published.
    public var hasTopics = true
    /// Whether the Sparkplug edge node is.
    public var hasSparkplug = false
    /// The site's level of the topics, and the edge node's name: a slug.
    public var site: Slug = Slug("site")
    /// The Sparkplug group.
    public var group = "Millwright"
    /// The Sparkplug host without which nothing is published; empty to publish always.
    public var primaryHost = ""
    /// Machines that are given; nil for all.
    public var machines: Set<Slug>?

    /// Settings under which nothing is published.
    public init() {}

    /// Settings of a site that has not said yet.
    public init(siteNamed name: String) {
        site = Slug(name: name, fallback: Slug("site"))
    }

    /// Forms that are published.
    public var forms: [GivingForm] {
        (hasTopics ? [.topics] : []) + (hasSparkplug ? [.sparkplug] : [])
    }

    /// Where the broker is, nil where no broker is named; without a port 1883, with TLS 8883.
    public var endpoint: Endpoint? {
        Endpoint(broker, defaultPort: isSecure ? 8883 : 1883)
    }

    /// Checks that everything can be used; throws what a person has to change.
    public func check() throws(GivingRefused) {
        guard endpoint != nil else {
            throw GivingRefused(
                "broker", "The broker has no address.",
                "Write its name or address, such as 192.168.1.20 or broker.example:1883.")
        }
        guard hasTopics || hasSparkplug else {
            throw GivingRefused(
                "topics", "Nothing is chosen to be published.",
                "Choose topics, Sparkplug, or both.")
        }
        if user.isEmpty, !password.isEmpty {
            throw GivingRefused(
                "user", "A password needs a user name.", "Write the user name at the broker.")
        }
        for (field, text) in [("user", user), ("password", password)]
        where text.utf8.count > ShareLimits.credentialBytes {
            throw GivingRefused(
                field, "It is longer than \(ShareLimits.credentialBytes) bytes.",
                "Choose a shorter one.")
        }
        if !isSecure, !certificates.isEmpty {
            throw GivingRefused(
                "certificates", "Certificates are of no use without TLS.",
                "Choose TLS, or leave them empty.")
        }
        do throws(FrameError) { _ = try SparkplugNode(group: group, name: site.text) } catch {
            throw GivingRefused(
                "group", "The group “\(group)” cannot stand in a topic.",
                "Use letters, digits, spaces and hyphens, without +, / and #.")
        }
        if !primaryHost.isEmpty {
            do throws(FrameError) { _ = try SparkplugNode(group: primaryHost, name: "host") } catch
            {
                throw GivingRefused(
                    "primary_host", "The host “\(primaryHost)” cannot stand in a topic.",
                    "Use its id without +, / and #, or leave it empty.")
            }
        }
        if machines?.isEmpty == true {
            throw GivingRefused(
                "machines", "No machine is chosen.", "Choose at least one, or all.")
        }
    }
}

/// How publishing in one form stands.
public struct GivingStanding: Hashable, Sendable {
    /// Where the connection to the broker stands.
    public enum Phase: String, Hashable, Sendable {
        /// Not connected, and trying.
        case away
        /// Connected, and publishing.
        case giving
        /// Connected, and waiting until the primary host says that it is there.
        case waitingForHost = "waiting-for-host"
    }

    /// In which form.
    public let form: GivingForm
    /// Where the connection stands.
    public internal(set) var phase = Phase.away
    /// When the broker last took a message.
    public internal(set) var lastSuccess: Timestamp?
    /// What went wrong last and what to do, nil while all is well.
    public internal(set) var trouble: String?
    /// Messages that the broker took since the start.
    public internal(set) var sent = 0
    /// Messages and values that wait.
    public internal(set) var waiting = 0
    /// Messages and values that were dropped for want of room since the start.
    public internal(set) var dropped = 0
    /// Orders that came and were not carried out since the start.
    public internal(set) var ignored = 0
    /// The last of these orders, nil for none: where it came from.
    public internal(set) var lastIgnored: String?

    init(_ form: GivingForm) { self.form = form }
}
