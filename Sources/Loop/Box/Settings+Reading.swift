// Settings from a file's text and from the environment; every flaw names its place and remedy.

import Plant

extension Settings {
    /// Takes over what millwright.toml says.
    public mutating func read(file: String, text: String) throws(FileFlaw) {
        let document = try TOMLDocument(file: file, text: text)
        var root = TOMLTableReader(document, path: "", members: document.root)
        if let text = try root.text("listen") { try set("listen", text, in: root, key: "listen") }
        if let text = try root.text("data") { try set("data", text, in: root, key: "data") }
        if let text = try root.text("demo") { try set("demo", text, in: root, key: "demo") }
        if let text = try root.text("zone") { try set("zone", text, in: root, key: "zone") }
        if let text = try root.text("language") {
            try set("language", text, in: root, key: "language")
        }
        if let flag = try root.flag("insecure_http") {
            isInsecureHTTPAllowed = flag
            origins["insecure_http"] = .file
        }
        let names = try root.texts("hosts")
        if !names.isEmpty {
            hosts = names
            origins["hosts"] = .file
        }
        try readTables(&root)
        try root.refuseRest()
    }

    private mutating func readTables(_ root: inout TOMLTableReader) throws(FileFlaw) {
        try readTexts(&root, "https", ["mode", "certificate", "key"])
        try readTexts(&root, "privacy", ["keep_acts", "keep_names"])
        try readTexts(&root, "memory", ["budget"])
        try readTexts(&root, "durability", ["window"])
        try readTexts(&root, "import", ["watch"])
        if var backup = try root.table("backup") {
            try readTexts(&backup, prefix: "backup.", ["to", "every"])
            if let count = try backup.integer("keep") {
                try set("backup.keep", String(count), in: backup, key: "keep")
            }
            try backup.refuseRest()
        }
        if var ingest = try root.table("ingest") {
            if let flag = try ingest.flag("loopback_without_token") {
                isLoopbackIngestOpen = flag
                origins["ingest.loopback_without_token"] = .file
            }
            try ingest.refuseRest()
        }
        if var mtconnect = try root.table("mtconnect") {
            if let flag = try mtconnect.flag("open") {
                isMTConnectOpen = flag
                origins["mtconnect.open"] = .file
            }
            try mtconnect.refuseRest()
        }
        if var telemetry = try root.table("telemetry") {
            if let flag = try telemetry.flag("metrics") {
                hasMetrics = flag
                origins["telemetry.metrics"] = .file
            }
            try readTexts(&telemetry, prefix: "telemetry.", ["otlp"])
            try telemetry.refuseRest()
        }
        if var storage = try root.table("storage") {
            try readTexts(&storage, prefix: "storage.", ["keep_measurements"])
            if let flag = try storage.flag("allow_network_fs") {
                isNetworkFileSystemAllowed = flag
                origins["storage.allow_network_fs"] = .file
            }
            try storage.refuseRest()
        }
    }

    /// A table of texts alone.
    private mutating func readTexts(
        _ root: inout TOMLTableReader, _ name: String, _ keys: [String]
    ) throws(FileFlaw) {
        guard var table = try root.table(name) else { return }
        try readTexts(&table, prefix: name + ".", keys)
        try table.refuseRest()
    }

    private mutating func readTexts(
        _ table: inout TOMLTableReader, prefix: String, _ keys: [String]
    ) throws(FileFlaw) {
        for key in keys {
            if let text = try table.text(key) {
                try set(prefix + key, text, in: table, key: key)
            }
        }
    }

    private mutating func set(
        _ name: String, _ text: String, in table: TOMLTableReader, key: String
    ) throws(FileFlaw) {
        if let refusal = set(name, text, origin: .file) {
            throw table.flaw(key, refusal.says, remedy: refusal.remedy)
        }
    }

    /// Sets one setting by name; nil when it took, else what is wrong and what to do.
    public mutating func set(
        _ key: String, _ text: String, origin: SettingOrigin
    ) -> (says: String, remedy: String)? {
        switch key {
        case "listen":
            guard let address = ListenAddress(text) else {
                return ("“\(text)” is no address.", "Write host and port, such as 127.0.0.1:8420.")
            }
            listen = address
        case "data":
            guard !text.isEmpty else {
                return ("The folder has no name.", "Write data = \"data\".")
            }
            data = text
        case "demo":
            guard let choice = DemonstratorChoice(rawValue: text) else {
                return ("“\(text)” is no choice.", "Write auto, on or off.")
            }
            demonstrator = choice
        case "zone": zone = text
        case "language": language = text
        case "https.mode":
            guard let mode = HTTPSMode(rawValue: text) else {
                return ("“\(text)” is no mode.", "Write own, files or off.")
            }
            https = mode
        case "https.certificate": certificateFile = text
        case "https.key": keyFile = text
        case "import.watch": watchedFolder = text
        case "durability.window", "storage.keep_measurements", "backup.to", "backup.every",
            "backup.keep", "privacy.keep_acts", "privacy.keep_names", "memory.budget",
            "telemetry.otlp":
            if let refusal = setKept(key, text) { return refusal }
        case "insecure_http", "ingest.loopback_without_token", "telemetry.metrics",
            "storage.allow_network_fs", "mtconnect.open":
            guard text == "true" || text == "false" else {
                return ("“\(text)” is neither true nor false.", "Write true or false.")
            }
            setFlag(key, text == "true")
        case "hosts": hosts = text.split(separator: ",").map { $0.filter { $0 != " " } }
        default:
            let nearest = NearestWord.find(key, among: Settings.sentences.map(\.key))
            return (
                "`\(key)` is not a setting.",
                nearest.map { "Did you mean `\($0)`?" } ?? "See them all: millwright config show"
            )
        }
        origins[key] = origin
        return nil
    }

    /// Settings about what is kept: how long, how often, where.
    private mutating func setKept(
        _ key: String, _ text: String
    ) -> (says: String, remedy: String)? {
        switch key {
        case "durability.window":
            guard let window = Elapsed(words: text), window >= .milliseconds(100),
                window <= .seconds(10)
            else { return ("“\(text)” is no window.", "Write 0.1 s to 10 s, such as \"1s\".") }
            durabilityWindow = window
        case "storage.keep_measurements":
            guard let months = Settings.keptMonths(text) else {
                return (
                    "“\(text)” is no time to keep samples.",
                    "Write 3 months or more, such as \"36 months\", or \"forever\"."
                )
            }
            keptMonths = months.count
        case "privacy.keep_acts", "privacy.keep_names":
            guard let months = Settings.keptMonths(text) else {
                return (
                    "“\(text)” is no time to keep names.",
                    "Write 3 months or more, such as \"24 months\", or \"forever\"."
                )
            }
            if key == "privacy.keep_acts" {
                actMonths = months.count
            } else {
                nameMonths = months.count
            }
        case "memory.budget":
            guard let budget = Settings.mebibytes(text) else {
                return (
                    "“\(text)” is no memory.", "Write 64 MiB or more, such as \"512 MiB\", or auto."
                )
            }
            memoryBudget = budget.count
        case "telemetry.otlp":
            guard text.isEmpty || Settings.isAddress(text) else {
                return (
                    "“\(text)” is no address.",
                    "Write such as http://192.0.2.7:4318: a host and a port of 1 to 65535, no user."
                )
            }
            telemetryAddress = text
        case "backup.to": backupPlace = text
        case "backup.every":
            guard let hours = Settings.hours(text) else {
                return (
                    "“\(text)” is no time between backups.",
                    "Write such as \"1 day\" or \"6 hours\", or \"never\"."
                )
            }
            backupHours = hours.count
        case "backup.keep":
            guard let count = Int(text), (2...1_000).contains(count) else {
                return ("“\(text)” is no number of backups.", "Write 2 to 1000.")
            }
            keptBackups = count
        default: return nil
        }
        return nil
    }

    /// `1 day`, `6 hours` or `never`, nil for anything else.
    private static func hours(_ text: String) -> (count: Int?, text: String)? {
        if text == "never" { return (nil, text) }
        let words = text.split(separator: " ")
        guard words.count == 2, let count = Int(words[0]), (1...365).contains(count) else {
            return nil
        }
        switch words[1] {
        case "day", "days": return (count * 24, text)
        case "hour", "hours": return (count, text)
        default: return nil
        }
    }

    /// Whether a text is `http://host:port` or `https://…`, perhaps with a path.
    public static func isAddress(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
            return false
        }
        let place = text.dropFirst(scheme.count).prefix { $0 != "/" }
        guard !place.isEmpty, !place.contains("@"), !place.contains(where: \.isWhitespace) else {
            return false
        }
        // What stands behind the last colon outside of brackets is the port.
        guard let colon = place.lastIndex(of: ":"), !place.hasSuffix("]") else { return true }
        guard let port = Int(place[place.index(after: colon)...]) else { return false }
        return (1...65_535).contains(port) && colon > place.startIndex
    }

    /// `512 MiB` or `auto`, nil for anything else.
    private static func mebibytes(_ text: String) -> (count: Int?, text: String)? {
        if text == "auto" { return (nil, text) }
        let words = text.split(separator: " ")
        guard words.count == 2, words[1] == "MiB", let count = Int(words[0]),
            (64...65_536).contains(count)
        else { return nil }
        return (count, text)
    }

    /// `36 months` or `forever`, nil for anything else.
    private static func keptMonths(_ text: String) -> (count: Int?, text: String)? {
        if text == "forever" { return (nil, text) }
        let words = text.split(separator: " ")
        guard words.count == 2, words[1] == "months", let count = Int(words[0]),
            (LoopLimits.leastKeptMonths...1_200).contains(count)
        else { return nil }
        return (count, text)
    }

    private mutating func setFlag(_ key: String, _ value: Bool) {
        switch key {
        case "insecure_http": isInsecureHTTPAllowed = value
        case "ingest.loopback_without_token": isLoopbackIngestOpen = value
        case "mtconnect.open": isMTConnectOpen = value
        case "telemetry.metrics": hasMetrics = value
        default: isNetworkFileSystemAllowed = value
        }
    }

    /// Takes over variables such as `MILLWRIGHT_LISTEN` and `MILLWRIGHT_TELEMETRY__METRICS`.
    ///
    /// `variables` are those of the process; unknown ones that begin so are refused.
    public mutating func read(environment variables: [String: String]) throws(FileFlaw) {
        let notSettings: Set<String> = ["MILLWRIGHT_CONFIG", "MILLWRIGHT_REFERENCE_DATA"]
        for (name, text) in variables.sorted(by: { $0.key < $1.key })
        where name.hasPrefix("MILLWRIGHT_") && !notSettings.contains(name) {
            var key = String(name.dropFirst("MILLWRIGHT_".count)).lowercased()
            while let double = key.firstRange(of: "__") { key.replaceSubrange(double, with: ".") }
            if let refusal = set(key, text, origin: .environment) {
                throw FileFlaw(
                    file: "environment", line: 0, column: 0, path: name, says: refusal.says,
                    remedy: refusal.remedy)
            }
        }
    }
}
