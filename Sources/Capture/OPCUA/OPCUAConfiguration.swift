// Settings of OPC UA: the server, its security, and the node of each value.

import Plant
import Wire

/// The declared settings of OPC UA.
enum OPCUAFields {
    static let policies: [(word: String, policy: OPCUASecurityPolicy)] = [
        ("none", .none), ("aes128", .aes128Sha256RsaOaep), ("basic256sha256", .basic256Sha256),
        ("aes256", .aes256Sha256RsaPss),
    ]

    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .text(maxBytes: 512),
                "Where the server answers, such as `opc.tcp://192.168.1.60:4840`; port 4840 "
                    + "when none is given."),
            ConfigurationField(
                "security", .choice(["best"] + policies.map(\.word)), default: "best",
                "How messages are protected. `best`: the strongest that the server offers, never "
                    + "none. `none`: not at all."),
            ConfigurationField(
                "mode", .choice(["sign-and-encrypt", "sign"]),
                "With a policy named in `security`: `sign-and-encrypt` unless `sign` is written; "
                    + "`best` chooses by itself."),
            ConfigurationField("username", .text(maxBytes: 256), "The user name at the server."),
            ConfigurationField(
                "password", .secret, "Which secret holds the password; never the password."),
            ConfigurationField(
                "trusted", .text(maxBytes: 1024),
                "The SHA-256 fingerprint of the server's certificate, accepted by a person; "
                    + "several stand with commas between them."),
            ConfigurationField(
                "sampling", .duration(.milliseconds(20)...(.hours(1))), default: "1s",
                "How often the server looks at a value, unless a signal says otherwise."),
            ConfigurationField(
                "publishing", .duration(.milliseconds(100)...(.minutes(1))), default: "500ms",
                "How often the server sends what has changed."),
            ConfigurationField(
                "timeout", .duration(.milliseconds(500)...(.minutes(1))), default: "5s",
                "How long an answer may take."),
        ],
        signalOptions: [
            ConfigurationField(
                "type", .choice(ValueKind.allCases.map(\.word)), default: "number",
                "What the value is."),
            ConfigurationField(
                "every", .duration(.milliseconds(20)...(.hours(1))),
                "How often the server looks at the value, when it differs from `sampling`."),
            ConfigurationField(
                "deadband", .text(maxBytes: 32),
                "Changes up to this are not sent: an amount such as `0.5`, or a part of the "
                    + "value's range such as `2%`."),
            ConfigurationField(
                "queue", .whole(2...10_000),
                "Values that the server keeps until it can send them. Without it: enough for ten "
                    + "times of `publishing`, at least 10."),
        ])

    /// The address of a server: where to connect, and the whole text, which the server wants too.
    static func server(
        _ connection: Connection, _ path: String
    ) throws(ConfigurationError) -> (url: String, endpoint: Endpoint) {
        let text = connection.settings["address"] ?? ""
        let scheme = "opc.tcp://"
        let rest = text.lowercased().hasPrefix(scheme) ? text.dropFirst(scheme.count) : text[...]
        let place = String(rest.prefix { $0 != "/" })
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isPlain, !place.contains("//"), let endpoint = Endpoint(place, defaultPort: 4_840)
        else {
            throw ConfigurationError(
                path: path + ".address",
                reason: text.isEmpty
                    ? "this setting is missing"
                    : "\"\(text.prefix(80))\" is no address of a server",
                remedy: "Write for example address = \"opc.tcp://192.168.1.60:4840\".")
        }
        return (scheme + endpoint.description + rest.dropFirst(place.count), endpoint)
    }

    /// The security that the settings ask for.
    static func security(
        _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> OPCUASecurityChoice {
        let word = reader.text("security") ?? "best"
        let policy = policies.first { $0.word == word }?.policy
        guard let policy, policy != .none else {
            if reader.isGiven("mode") {
                throw reader.error(
                    "mode", "with security = \"\(word)\" there is no mode to choose",
                    "Leave mode out, or name a policy such as security = \"basic256sha256\".")
            }
            return policy == nil ? .best : .exactly(.none, .none)
        }
        return .exactly(policy, reader.text("mode") == "sign" ? .sign : .signAndEncrypt)
    }

    /// The fingerprints that a person has accepted.
    static func trusted(_ reader: ConfigurationReader) throws(ConfigurationError) -> Set<[UInt8]> {
        var accepted: Set<[UInt8]> = []
        for part in (reader.text("trusted") ?? "").split(separator: ",") {
            let digits = part.filter { $0 != ":" && $0 != " " && $0 != "-" }
            let values = digits.compactMap(\.hexDigitValue).map { UInt8($0) }
            guard digits.utf8.count == 64, values.count == 64 else {
                throw reader.error(
                    "trusted", "\"\(part.prefix(80))\" is no SHA-256 fingerprint of 64 digits",
                    "Leave it out: the connection then says the fingerprint of the server.")
            }
            accepted.insert(stride(from: 0, to: 64, by: 2).map { values[$0] << 4 | values[$0 + 1] })
        }
        return accepted
    }
}

/// One value to watch.
struct OPCUAPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    /// The address as configured, for people.
    let text: String
    let item: OPCUAItem

    /// The point of a signal, checked.
    init(_ signal: Signal, connection: ConfigurationReader) throws(ConfigurationError) {
        let reader = try OPCUAFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        let node = try OPCUAPoint.node(signal.source.address, reader)
        try reader.checkKind(of: signal)
        let sampling =
            reader.duration("every") ?? connection.duration("sampling") ?? .seconds(1)
        let publishing = connection.duration("publishing") ?? .milliseconds(500)
        let tenfold = publishing.times(10).nanoseconds / max(1, sampling.nanoseconds)
        item = OPCUAItem(
            node, samplingMilliseconds: sampling.seconds * 1_000,
            deadband: try OPCUAPoint.deadband(reader),
            queueSize: UInt32(reader.whole("queue") ?? min(10_000, max(10, tenfold))))
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
    }

    static func node(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> OPCUAExpandedNodeID {
        guard let node = OPCUAExpandedNodeID(text), text.utf8.count <= 1024 else {
            throw reader.error(
                "read", "\"\(text.prefix(80))\" names no node",
                "Write for example read = \"ns=2;s=Press.Speed\" or \"ns=3;i=1001\".")
        }
        return node
    }

    private static func deadband(
        _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> OPCUADeadband {
        guard let text = reader.text("deadband") else { return .none }
        let isPart = text.hasSuffix("%")
        let digits = isPart ? String(text.dropLast()) : text
        guard let number = Double(digits), number.isFinite, number >= 0, !isPart || number <= 100
        else {
            throw reader.error(
                "deadband", "\"\(text)\" is no amount and no percentage",
                "Write for example deadband = \"0.5\" or deadband = \"2%\".")
        }
        return number == 0 ? .none : isPart ? .percent(number) : .absolute(number)
    }
}
