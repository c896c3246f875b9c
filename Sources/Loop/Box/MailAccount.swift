// The mailbox that the box writes from, and who gets the morning e-mail: a private file (0600).

public import Plant

/// How the box sends e-mail.
public struct MailAccount: Sendable, Hashable {
    /// How the way to the server is kept safe.
    public enum Safety: String, Sendable, Hashable, CaseIterable {
        /// TLS from the first byte, port 465.
        case tls
        /// TLS after a word, port 587.
        case startTLS = "starttls"
        /// In the open, without a password.
        case open
    }

    /// The mail server.
    public var host: String
    /// Its port, 1 to 65,535.
    public var port: Int
    /// How the way there is kept safe.
    public var safety: Safety
    /// Who signs in; empty for nobody.
    public var user: String
    /// The password; empty for none.
    public var password: String
    /// The sender's address.
    public var from: String
    /// Who gets it.
    public var to: [String]
    /// Minutes after local midnight.
    public var minute: Int
    /// Whether the morning e-mail goes out.
    public var isOn: Bool
    /// How the pages are reached from elsewhere, for links; empty for none.
    public var pages: String
    /// A file of certificates that are trusted for a server of one's own; empty for the system's.
    public var certificates: String

    /// An account.
    public init(
        host: String, port: Int, safety: Safety, user: String, password: String, from: String,
        to: [String], minute: Int, isOn: Bool, pages: String, certificates: String
    ) {
        self.host = host
        self.port = port
        self.safety = safety
        self.user = user
        self.password = password
        self.from = from
        self.to = to
        self.minute = minute
        self.isOn = isOn
        self.pages = pages
        self.certificates = certificates
    }
}

/// The file of the account, and of the day on which the last morning e-mail went out.
public struct MailFile: Sendable {
    private let path: String

    /// In a data folder.
    public init(data: String) { path = data + "/secrets/mail" }

    /// The account, nil while none is kept or where the file cannot be read as one.
    public func account() -> MailAccount? {
        guard let text = PrivateFile.read(path + ".toml") else { return nil }
        do throws(FileFlaw) {
            return try MailAccount(
                TOMLDocument(file: "mail.toml", text: text))
        } catch {
            // Written by hand and broken: it is as if none were kept, and the page asks anew.
            return nil
        }
    }

    /// Keeps the account in place of the one before.
    public func keep(_ account: MailAccount) throws {
        try PrivateFile.write(account.text, to: path + ".toml")
    }

    /// The day of the last morning e-mail.
    public func sentOn() -> CivilDate? {
        PrivateFile.read(path + "-sent").flatMap { CivilDate(String($0.prefix(10))) }
    }

    /// Notes the day before it goes out, so that a restart never sends it twice.
    public func note(sentOn date: CivilDate) throws {
        try PrivateFile.write(date.text, to: path + "-sent")
    }
}

extension MailAccount {
    fileprivate init(_ document: TOMLDocument) throws(FileFlaw) {
        var table = TOMLTableReader(document, path: "", members: document.root)
        let safety = try table.text("safety").flatMap(Safety.init(rawValue:))
        self.init(
            host: try table.text("host") ?? "", port: try table.integer("port") ?? 465,
            safety: safety ?? .tls, user: try table.text("user") ?? "",
            password: try table.text("password") ?? "", from: try table.text("from") ?? "",
            to: try table.texts("to"), minute: try table.integer("minute") ?? 390,
            isOn: try table.flag("on") ?? false, pages: try table.text("pages") ?? "",
            certificates: try table.text("certificates") ?? "")
    }

    fileprivate var text: String {
        let quoted = FactoryFile.quoted
        return [
            "host = \(quoted(host))", "port = \(port)", "safety = \(quoted(safety.rawValue))",
            "user = \(quoted(user))", "password = \(quoted(password))", "from = \(quoted(from))",
            "to = [" + to.map(quoted).joined(separator: ", ") + "]", "minute = \(minute)",
            "on = \(isOn)", "pages = \(quoted(pages))", "certificates = \(quoted(certificates))",
        ].joined(separator: "\n")
    }
}
