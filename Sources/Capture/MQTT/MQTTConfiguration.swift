// Settings of MQTT: the broker, and the topic and path of each value.

import Plant
import Wire

/// The declared settings of MQTT.
enum MQTTFields {
    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 1883), "Where the broker answers."),
            ConfigurationField(
                "version", .choice(["3.1.1", "5"]), default: "3.1.1",
                "The version of MQTT to speak."),
            ConfigurationField(
                "client_id", .text(maxBytes: 128),
                "The name at the broker; two clients must not share one. Without it: "
                    + "`millwright-` and the connection's id."),
            ConfigurationField("username", .text(maxBytes: 256), "The user name at the broker."),
            ConfigurationField(
                "password", .secret, "Which secret holds the password; never the password."),
            ConfigurationField(
                "qos", .choice(["0", "1"]), default: "1",
                "1: the broker keeps each message until it is safe here; 0: it does not."),
            ConfigurationField(
                "clean_start", .flag, default: "false",
                "true: the broker keeps nothing while this box is away."),
            ConfigurationField(
                "session_expiry", .duration(.zero...(.hours(24 * 365))), default: "7d",
                "MQTT 5: how long the broker keeps messages while this box is away."),
            ConfigurationField(
                "keep_alive", .duration(.seconds(5)...(.hours(1))), default: "30s",
                "The longest silence before the broker is asked whether it is there."),
            ConfigurationField(
                "discover", .text(maxBytes: 512),
                "A topic filter such as `factory/#`: values on its topics that no signal reads "
                    + "become signals without a machine."),
        ],
        signalOptions: [
            ConfigurationField(
                "type", .choice(ValueKind.allCases.map(\.word)), default: "number",
                "What the value is."),
            ConfigurationField(
                "time", .text(maxBytes: 256),
                "Path to the time inside the message: RFC 3339 text, or seconds, milli-, micro- "
                    + "or nanoseconds since 1970. Without it the time of arrival counts."),
        ])
}

/// One value to take from messages.
struct MQTTPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    let topic: String
    /// Nil: the whole message is the value.
    let path: JSONPath?
    /// Path to the source's time, nil when arrival counts.
    let timePath: JSONPath?
    /// The address as configured, for people.
    let text: String

    /// The point of a signal, checked.
    init(_ signal: Signal) throws(ConfigurationError) {
        let reader = try MQTTFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        (topic, path) = try MQTTPoint.address(signal.source.address, reader)
        timePath = try reader.text("time").map { text throws(ConfigurationError) in
            try MQTTPoint.path(text, "time", reader)
        }
        try reader.checkKind(of: signal)
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
    }

    /// Topic and path from `topic` or `topic#json.path`.
    static func address(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> (topic: String, path: JSONPath?) {
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let topic = parts.first.map(String.init) ?? ""
        guard MQTTTopic.isValidName(topic) else {
            throw reader.error(
                "read", "\"\(text.prefix(80))\" names no single topic",
                "Write for example read = \"factory/lathe-1/power\" or "
                    + "\"factory/lathe-1#motor.current\".")
        }
        guard parts.count == 2 else { return (topic, nil) }
        return (topic, try path(String(parts[1]), "read", reader))
    }

    private static func path(
        _ text: String, _ field: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> JSONPath {
        do { return try JSONPath(text) } catch {
            throw reader.error(field, error.description, "Write a path such as motor.current.")
        }
    }
}
