// What the process needs before it can start: millwright.toml, environment and flags (ux 19).

public import Plant

/// Where a setting's value came from.
public enum SettingOrigin: String, Sendable, Hashable {
    /// Built in.
    case builtIn = "default"
    /// From millwright.toml.
    case file
    /// From an environment variable.
    case environment
    /// From the command line.
    case flag
}

/// Whether the demonstrator runs.
public enum DemonstratorChoice: String, Sendable, Hashable, CaseIterable {
    /// Until the first real machine is confirmed.
    case auto
    /// Always shown.
    case on
    /// Never.
    case off
}

/// How other devices reach the pages.
public enum HTTPSMode: String, Sendable, Hashable, CaseIterable {
    /// With a certificate of the box's own authority.
    case own
    /// With a certificate that the site brings.
    case files
    /// Unencrypted; needs `insecure_http = true` as well (S-03).
    case off
}

/// An address to listen on.
public struct ListenAddress: Sendable, Hashable {
    /// Host name or address.
    public let host: String
    /// TCP port; 0 lets the system choose.
    public let port: Int

    /// An address from `host:port`, nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self.host = host
        self.port = port
    }

    /// `host:port`.
    public var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this computer can reach it.
    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

/// A setting as `config show` prints it.
public struct EffectiveSetting: Sendable, Hashable {
    /// Its name such as `ingest.loopback_without_token`.
    public let key: String
    /// Its value as text.
    public let value: String
    /// Where the value came from.
    public let origin: SettingOrigin
    /// One sentence about it.
    public let sentence: String
}

/// All settings of the process, complete and checked.
public struct Settings: Sendable, Hashable {
    /// Where to listen.
    public var listen = ListenAddress(literal: "127.0.0.1", port: 8420)
    /// The data folder.
    public var data = "data"
    /// Whether the demonstrator runs.
    public var demonstrator = DemonstratorChoice.auto
    /// The demonstrator's seed.
    public var seed: UInt64 = 42
    /// How fast the demonstrator's time runs.
    public var speed = 1.0
    /// Zone of a new site.
    public var zone = "Europe/London"
    /// Language of a new site.
    public var language = "en-GB"
    /// How other devices reach the pages; loopback is plain HTTP always (decisions 36).
    public var https = HTTPSMode.own
    /// The site's own certificate chain, a PEM file.
    public var certificateFile = ""
    /// Its private key, a PEM file.
    public var keyFile = ""
    /// Whether plain HTTP may leave this computer (S-03).
    public var isInsecureHTTPAllowed = false
    /// Further host names a browser may use for this box (S-23).
    public var hosts: [String] = []
    /// Whether programs on this computer may send samples without a token (decisions 7).
    public var isLoopbackIngestOpen = false
    /// Whether the MTConnect agent answers the shop network without a token.
    public var isMTConnectOpen = false
    /// Whether `/metrics` answers.
    public var hasMetrics = true
    /// The longest stretch of polled samples that a power cut can cost.
    public var durabilityWindow = Elapsed.seconds(1)
    /// Whether a data folder on a network file system is accepted.
    public var isNetworkFileSystemAllowed = false
    /// Months for which measurements keep every sample, nil for ever (decisions 32).
    public var keptMonths: Int? = 36
    /// Where backups are copied beside the data folder: a folder, or `usb:LABEL`; empty for nowhere.
    public var backupPlace = ""
    /// Hours between two backups; nil for none made by the box itself.
    public var backupHours: Int? = 24
    /// How many backups are kept in each place.
    public var keptBackups = 30
    /// Months for which names and addresses of who came in are kept, nil for ever (S-32).
    public var actMonths: Int? = 24
    /// Months for which names and notes of who said what are kept, nil for ever (S-32).
    public var nameMonths: Int?
    /// Where metrics are sent to in the OpenTelemetry form; empty for nowhere.
    public var telemetryAddress = ""
    /// Folder whose spreadsheets are brought in by themselves; empty for none.
    public var watchedFolder = ""
    /// Mebibytes that the process may hold; nil: a quarter of the memory, at most 1 GiB.
    public var memoryBudget: Int?
    /// Where each value that is not built in came from.
    public var origins: [String: SettingOrigin] = [:]

    /// The built-in settings.
    public init() {}

    /// Every setting's name and sentence, in the order of the reference.
    public static let sentences: [(key: String, sentence: String)] = [
        ("listen", "Address and port of the pages; anything but this computer needs an owner."),
        ("data", "Folder that holds everything this box stores."),
        ("demo", "The made-up factory: auto (until the first real machine), on or off."),
        ("zone", "Time zone of a new site, an IANA name."),
        ("language", "Language of a new site."),
        (
            "https.mode",
            "own (certificates the box makes), files (the site's), or off (needs insecure_http)."
        ),
        ("https.certificate", "The site's own certificate chain, a PEM file; for mode files."),
        ("https.key", "Its private key, a PEM file; for mode files."),
        ("insecure_http", "Whether plain HTTP may leave this computer; a banner says so for ever."),
        ("hosts", "Further names under which browsers may reach this box."),
        ("backup.to", "Where backups are copied too: a folder, or usb:LABEL for a disk."),
        ("backup.every", "Time between backups, such as \"1 day\" or \"6 hours\", or never."),
        ("backup.keep", "How many backups are kept in each place, 2 to 1000."),
        ("import.watch", "Folder whose spreadsheets are brought in by themselves; empty for none."),
        (
            "ingest.loopback_without_token",
            "Whether programs here may send samples without a token."
        ),
        (
            "mtconnect.open",
            "Whether MTConnect clients may read without a token: everybody who reaches the box."
        ),
        ("telemetry.metrics", "Whether /metrics answers."),
        (
            "telemetry.otlp",
            "Address of an OpenTelemetry collector that metrics are sent to, such as"
                + " http://192.0.2.7:4318; empty for none."
        ),
        (
            "privacy.keep_acts",
            "Months until names and addresses of who came in are removed, or forever."
        ),
        (
            "privacy.keep_names",
            "Months until names and notes of who said what are removed, or forever."
        ),
        (
            "memory.budget",
            "Memory of the program, such as \"512 MiB\", or auto: a quarter, at most 1 GiB."
        ),
        (
            "durability.window",
            "The most recent polled samples that a power cut may cost, 0.1 to 10 s."
        ),
        (
            "storage.keep_measurements",
            "Months until measurements are thinned to minutes, at least 3, or forever."
        ),
        ("storage.allow_network_fs", "Whether the data folder may lie on a network drive."),
    ]

    /// All settings with their values and origins.
    public var effective: [EffectiveSetting] {
        let values: [String: String] = [
            "listen": listen.text, "data": data, "demo": demonstrator.rawValue, "zone": zone,
            "language": language, "https.mode": https.rawValue,
            "https.certificate": certificateFile,
            "https.key": keyFile,
            "insecure_http": String(isInsecureHTTPAllowed),
            "hosts": hosts.joined(separator: ", "),
            "backup.to": backupPlace,
            "backup.every": backupHours.map { $0 % 24 == 0 ? "\($0 / 24) days" : "\($0) hours" }
                ?? "never", "backup.keep": String(keptBackups), "import.watch": watchedFolder,
            "ingest.loopback_without_token": String(isLoopbackIngestOpen),
            "mtconnect.open": String(isMTConnectOpen),
            "telemetry.metrics": String(hasMetrics),
            "telemetry.otlp": telemetryAddress,
            "privacy.keep_acts": actMonths.map { "\($0) months" } ?? "forever",
            "privacy.keep_names": nameMonths.map { "\($0) months" } ?? "forever",
            "memory.budget": memoryBudget.map { "\($0) MiB" } ?? "auto",
            "durability.window": durabilityWindow.settingText,
            "storage.keep_measurements": keptMonths.map { "\($0) months" } ?? "forever",
            "storage.allow_network_fs": String(isNetworkFileSystemAllowed),
        ]
        return Settings.sentences.map { entry in
            EffectiveSetting(
                key: entry.key, value: values[entry.key] ?? "",
                origin: origins[entry.key] ?? .builtIn, sentence: entry.sentence)
        }
    }
}

extension ListenAddress {
    /// An address known when the program was written.
    init(literal host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
