// Settings of MTConnect: the agent, and the device and data item of each value.

import Plant
import Wire

/// The declared settings of MTConnect.
enum MTConnectFields {
    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 5000),
                "Where the agent answers; `http://` in front may be left out."),
            ConfigurationField(
                "device", .text(maxBytes: 256),
                "The name or uuid of the only device to read; without it all of the agent is "
                    + "read."),
            ConfigurationField(
                "interval", .duration(.milliseconds(10)...(.minutes(1))), default: "500ms",
                "The shortest time between two parts of the stream."),
            ConfigurationField(
                "heartbeat", .duration(.milliseconds(100)...(.minutes(10))), default: "10s",
                "The longest silence of an agent that is well; twice as long is the end."),
            ConfigurationField(
                "timeout", .duration(.milliseconds(100)...(.minutes(1))), default: "10s",
                "How long an answer may take; the model of many devices is long."),
            ConfigurationField(
                "stream", .flag, default: "true",
                "false: the agent is asked again and again instead of streaming."),
        ],
        signalOptions: [
            ConfigurationField(
                "type", .choice(ValueKind.allCases.map(\.word)), default: "number",
                "What the value is.")
        ])
}

/// One value to take from observations.
struct MTConnectPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    /// Name, uuid or identifier of the device; nil for the first that has the key.
    let device: String?
    /// Name, source or identifier of the data item.
    let key: String
    /// Which part of a value that has several; nil for all of it.
    let part: String?
    /// The address as configured, for people.
    let text: String

    /// The point of a signal, checked.
    init(_ signal: Signal, device fallback: String?) throws(ConfigurationError) {
        let reader = try MTConnectFields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        let address = try Self.address(signal.source.address, reader)
        device = address.device ?? fallback
        (key, part) = (address.key, address.part)
        try reader.checkKind(of: signal)
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
    }

    /// Device, key and part of `device/key#part`.
    static func address(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> (device: String?, key: String, part: String?) {
        let halves = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (halves.first ?? "").split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let key = names.last, names.allSatisfy({ !$0.isEmpty }), !key.contains("/"),
            halves.count < 2 || !halves[1].isEmpty
        else {
            throw reader.error(
                "read", "\"\(text.prefix(80))\" names no data item",
                "Write for example read = \"Mazak01/execution\".")
        }
        return (
            names.count == 2 ? String(names[0]) : nil, String(key),
            halves.count == 2 ? String(halves[1]) : nil
        )
    }
}
