// Settings of Sparkplug B: the broker, the id of this host, and the metric of each signal.

import Plant
import Wire

/// The declared settings of Sparkplug B.
enum SparkplugBFields {
    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 1883), "Where the broker answers."),
            ConfigurationField(
                "host_id", .text(maxBytes: SparkplugLimits.idBytes),
                "The id of this host application, which no other program may use. Without it: "
                    + "`millwright-` and the connection's id."),
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
                "keep_alive", .duration(.seconds(5)...(.hours(1))), default: "30s",
                "The longest silence before the broker is asked whether it is there."),
            ConfigurationField(
                "late", .duration(.milliseconds(100)...(.minutes(1))), default: "2s",
                "How long a missing message may be late before it counts as lost."),
            ConfigurationField(
                "rebirth", .duration(.seconds(5)...(.hours(1))), default: "1min",
                "The shortest time between two requests for a rebirth to one node; it doubles "
                    + "while there is no answer."),
        ],
        signalOptions: [
            ConfigurationField(
                "type", .choice(ValueKind.allCases.map(\.word)), default: "number",
                "What the value is.")
        ])
}

/// One metric to take.
struct SparkplugBPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    let source: SparkplugSource
    let metric: String
    /// The address as configured, for people.
    let text: String

    /// The point of a signal, checked.
    init(_ signal: Signal) throws(ConfigurationError) {
        let reader = try SparkplugBFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        (source, metric) = try Self.address(signal.source.address, reader)
        try reader.checkKind(of: signal)
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
    }

    /// Source and metric from `group/node:metric` or `group/node/device:metric`.
    static func address(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> (SparkplugSource, String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let ids = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty, (2...3).contains(ids.count) else {
            throw reader.error(
                "read", "\"\(text.prefix(80))\" names no metric",
                "Write for example read = \"Plant/Edge1/Press:Motor/Current\".")
        }
        do throws(FrameError) {
            let node = try SparkplugNode(group: ids[0], name: ids[1])
            guard ids.count == 3 else { return (SparkplugSource(node), String(parts[1])) }
            // The same rules hold for the id of a device as for that of a node.
            _ = try SparkplugNode(group: ids[0], name: ids[2])
            return (SparkplugSource(node, device: ids[2]), String(parts[1]))
        } catch {
            throw reader.error(
                "read", error.description,
                "Write for example read = \"Plant/Edge1/Press:Motor/Current\".")
        }
    }
}
