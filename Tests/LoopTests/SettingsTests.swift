// Settings of the process: where each may come from, which wins, and how a bad one is refused.

import Plant
import Testing

@testable import Loop

struct SettingsTests {
    private func origin(_ settings: Settings, _ key: String) -> SettingOrigin? {
        settings.effective.first { $0.key == key }?.origin
    }

    @Test func `every setting is built in until somebody says otherwise`() {
        let effective = Settings().effective
        #expect(effective.map(\.key) == Settings.sentences.map(\.key))
        #expect(effective.allSatisfy { $0.origin == .builtIn && !$0.sentence.isEmpty })
        #expect(effective.first?.value == "127.0.0.1:8420")
        #expect(Settings().listen.isLoopback)
    }

    @Test func `a flag wins over the environment, which wins over the file`() throws {
        var settings = Settings()
        try settings.read(
            file: "millwright.toml",
            text: """
                listen = "127.0.0.1:1"
                data = "from-file"
                demo = "off"
                [telemetry]
                metrics = false
                [durability]
                window = "2s"
                """)
        try settings.read(environment: [
            "MILLWRIGHT_LISTEN": "127.0.0.1:2", "MILLWRIGHT_DATA": "from-environment",
            "MILLWRIGHT_TELEMETRY__METRICS": "true", "PATH": "/bin",
            "MILLWRIGHT_REFERENCE_DATA": "/nowhere",
        ])
        #expect(settings.set("listen", "127.0.0.1:3", origin: .flag) == nil)
        #expect(settings.listen.port == 3)
        #expect(settings.data == "from-environment")
        #expect(settings.demonstrator == .off)
        #expect(settings.hasMetrics)
        #expect(settings.durabilityWindow == .seconds(2))
        #expect(origin(settings, "listen") == .flag)
        #expect(origin(settings, "data") == .environment)
        #expect(origin(settings, "telemetry.metrics") == .environment)
        #expect(origin(settings, "demo") == .file)
        #expect(origin(settings, "durability.window") == .file)
        #expect(origin(settings, "hosts") == .builtIn)
    }

    @Test func `all settings of a file take effect`() throws {
        var settings = Settings()
        try settings.read(
            file: "millwright.toml",
            text: """
                listen = "[::1]:9000"
                zone = "Europe/Warsaw"
                language = "pl"
                insecure_http = true
                hosts = ["box.local", "factory"]
                [https]
                mode = "off"
                [ingest]
                loopback_without_token = true
                [storage]
                allow_network_fs = true
                """)
        #expect(settings.listen.host == "::1")
        #expect(settings.listen.text == "[::1]:9000")
        #expect(settings.listen.isLoopback)
        #expect(settings.zone == "Europe/Warsaw")
        #expect(settings.language == "pl")
        #expect(settings.isInsecureHTTPAllowed)
        #expect(settings.hosts == ["box.local", "factory"])
        #expect(settings.isLoopbackIngestOpen)
        #expect(settings.isNetworkFileSystemAllowed)
        let told = settings.effective.filter { $0.origin == .file }.map(\.key)
        #expect(
            told == [
                "listen", "zone", "language", "https.mode", "insecure_http", "hosts",
                "ingest.loopback_without_token", "storage.allow_network_fs",
            ])
    }

    struct BadFile: Sendable, CustomTestStringConvertible {
        let text: String
        let line: Int
        let column: Int
        let says: String
        let remedy: String
        var testDescription: String { text }
    }

    static let badFiles = [
        BadFile(
            text: "\nlisen = \"127.0.0.1:1\"", line: 2, column: 1, says: "`lisen`",
            remedy: "Did you mean `listen`?"),
        BadFile(
            text: "listen = \"8420\"", line: 1, column: 1, says: "“8420” is no address.",
            remedy: "127.0.0.1:8420"),
        BadFile(
            text: "listen = 8420", line: 1, column: 1, says: "a whole number", remedy: "in quotes"),
        BadFile(
            text: "demo = \"maybe\"", line: 1, column: 1, says: "“maybe”", remedy: "auto, on or off"
        ),
        BadFile(
            text: "data = \"\"", line: 1, column: 1, says: "no name", remedy: "data = \"data\""),
        BadFile(
            text: "[telemetry]\n  metrics = \"yes\"", line: 2, column: 3, says: "a text",
            remedy: "without quotes"),
        BadFile(
            text: "[telemetry]\nmetric = true", line: 2, column: 1, says: "`metric`",
            remedy: "Did you mean `metrics`?"),
        BadFile(
            text: "[durability]\nwindow = \"1 hour\"", line: 2, column: 1, says: "“1 hour”",
            remedy: "0.1 s to 10 s"),
        BadFile(
            text: "[durability]\nwindow = \"50ms\"", line: 2, column: 1, says: "“50ms”",
            remedy: "0.1 s to 10 s"),
        BadFile(
            text: "[https]\nmode = \"maybe\"", line: 2, column: 1, says: "no mode",
            remedy: "own, files or off"),
        BadFile(
            text: "hosts = \"box\"", line: 1, column: 1, says: "a list of texts",
            remedy: "hosts = ["),
        BadFile(
            text: "listen = \"127.0.0.1:8420", line: 1, column: 0, says: "", remedy: "Correct"),
        BadFile(
            text: "telemetry = true", line: 1, column: 1, says: "a table is needed",
            remedy: "[telemetry]"),
    ]

    @Test(arguments: badFiles)
    func `a bad file is refused with its place, what is wrong, and what to write`(
        _ bad: BadFile
    ) throws {
        var settings = Settings()
        let flaw = #expect(throws: FileFlaw.self) {
            try settings.read(file: "millwright.toml", text: bad.text)
        }
        #expect(flaw?.file == "millwright.toml")
        #expect(flaw?.line == bad.line)
        if bad.column > 0 { #expect(flaw?.column == bad.column) }
        #expect(flaw?.says.contains(bad.says) == true || bad.says.isEmpty)
        #expect(flaw?.remedy.contains(bad.remedy) == true)
    }

    @Test func `an unknown variable is refused with the nearest setting`() throws {
        var settings = Settings()
        let flaw = #expect(throws: FileFlaw.self) {
            try settings.read(environment: ["MILLWRIGHT_LISTN": "127.0.0.1:1"])
        }
        #expect(flaw?.path == "MILLWRIGHT_LISTN")
        #expect(flaw?.remedy == "Did you mean `listen`?")
        #expect(flaw?.place == "environment: MILLWRIGHT_LISTN")
    }

    @Test(arguments: [
        ("insecure_http", "yes"), ("listen", "host:99999"), ("listen", ":80"), ("nothing", "1"),
        ("durability.window", "11s"),
    ])
    func `a bad flag is refused and changes nothing`(_ key: String, _ text: String) {
        var settings = Settings()
        #expect(settings.set(key, text, origin: .flag) != nil)
        #expect(settings == Settings())
    }

    @Test(
        arguments: [
            ("250ms", 250), ("10s", 10_000), ("5 min", 300_000), ("2h", 7_200_000),
            ("1.5s", 1_500),
        ] as [(String, Int64)])
    func `lengths of time are read as people write them`(_ text: String, _ milliseconds: Int64) {
        #expect(Elapsed(words: text) == .milliseconds(milliseconds))
        let again = Elapsed.milliseconds(milliseconds).settingText
        #expect(Elapsed(words: again) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "10", "-1s", "1 week", "1e3s", "10ss"])
    func `other texts are no length of time`(_ text: String) {
        #expect(Elapsed(words: text) == nil)
    }
}
