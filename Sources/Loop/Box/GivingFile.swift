// Where the box gives what it knows: a private file (0600) beside that of the e-mail account.

import Plant
public import Share

/// The file of what is published, and of the number of the next Sparkplug birth.
public struct GivingFile: Sendable {
    private let path: String

    /// In a data folder.
    public init(data: String) { path = data + "/secrets/giving" }

    /// The settings, nil while none are kept or where the file cannot be read as them.
    public func settings() -> GivingSettings? {
        guard let text = PrivateFile.read(path + ".toml") else { return nil }
        do throws(FileFlaw) {
            return try GivingSettings(TOMLDocument(file: "giving.toml", text: text))
        } catch {
            // Written by hand and broken: it is as if none were kept, and the page asks anew.
            return nil
        }
    }

    /// Keeps settings in place of those before.
    public func keep(_ settings: GivingSettings) throws {
        try PrivateFile.write(settings.text, to: path + ".toml")
    }

    /// The number of the next Sparkplug birth, 0 at first.
    public func birthDeath() -> UInt8 {
        PrivateFile.read(path + "-births").flatMap { text in
            UInt8(text.prefix { $0 != "\n" })
        } ?? 0
    }

    /// Keeps the number of the next birth.
    public func keep(birthDeath number: UInt8) throws {
        try PrivateFile.write(String(number), to: path + "-births")
    }
}

extension GivingSettings {
    fileprivate init(_ document: TOMLDocument) throws(FileFlaw) {
        self.init()
        var table = TOMLTableReader(document, path: "", members: document.root)
        isOn = try table.flag("on") ?? false
        broker = try table.text("broker") ?? ""
        isSecure = try table.flag("tls") ?? false
        certificates = try table.text("certificates") ?? ""
        user = try table.text("user") ?? ""
        password = try table.text("password") ?? ""
        hasTopics = try table.flag("topics") ?? true
        hasSparkplug = try table.flag("sparkplug") ?? false
        site = try table.text("site").flatMap { Slug($0) } ?? site
        group = try table.text("group") ?? group
        primaryHost = try table.text("primary_host") ?? ""
        let chosen = try table.texts("machines").compactMap { Slug($0) }
        machines = chosen.isEmpty ? nil : Set(chosen)
    }

    fileprivate var text: String {
        let quoted = FactoryFile.quoted
        let chosen = (machines ?? []).sorted().map { quoted($0.text) }
        return [
            "on = \(isOn)", "broker = \(quoted(broker))", "tls = \(isSecure)",
            "certificates = \(quoted(certificates))", "user = \(quoted(user))",
            "password = \(quoted(password))", "topics = \(hasTopics)",
            "sparkplug = \(hasSparkplug)", "site = \(quoted(site.text))",
            "group = \(quoted(group))", "primary_host = \(quoted(primaryHost))",
            "machines = [" + chosen.joined(separator: ", ") + "]",
        ].joined(separator: "\n")
    }
}
