// Settings of SHDR: the adapter, and the key and form of each value.

import Plant
import Wire

/// The declared settings of SHDR.
enum SHDRFieldSettings {
    static let forms = [
        "value", "vector", "message", "alarm", "condition", "series", "dataset", "table",
    ]

    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 7878), "Where the adapter answers."),
            ConfigurationField(
                "silence", .duration(.seconds(1)...(.hours(24))), default: "10min",
                "The longest silence of an adapter that has no heartbeat."),
        ],
        signalOptions: [
            ConfigurationField(
                "type", .choice(ValueKind.allCases.map(\.word)), default: "number",
                "What the value is."),
            ConfigurationField(
                "form", .choice(forms), default: "value",
                "How many fields of the line follow the key, and what they mean."),
        ])
}

/// One value to take from lines.
struct SHDRPoint: Hashable, Sendable {
    let signal: RegisteredSignal
    /// The device before the key; nil for the adapter's own.
    let device: String?
    let key: String
    /// Which part of a value that has several; nil for all of it.
    let part: String?
    let form: String
    /// The address as configured, for people.
    let text: String

    /// The point of a signal, checked.
    init(_ signal: Signal) throws(ConfigurationError) {
        let reader = try SHDRFieldSettings.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        (device, key, part) = try Self.address(signal.source.address, reader)
        form = reader.text("form") ?? "value"
        try reader.checkKind(of: signal)
        text = signal.source.address
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
    }

    /// Device, key and part of `device:key#part`.
    static func address(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> (device: String?, key: String, part: String?) {
        let halves = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let names = (halves.first ?? "").split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let key = names.last, names.allSatisfy({ !$0.isEmpty }), !text.contains("|"),
            halves.count < 2 || !halves[1].isEmpty
        else {
            throw reader.error(
                "read", "\"\(text.prefix(80))\" is no key of an adapter",
                "Write for example read = \"execution\" or \"mill-7:execution\".")
        }
        return (
            names.count == 2 ? String(names[0]) : nil, String(key),
            halves.count == 2 ? String(halves[1]) : nil
        )
    }

    /// Whether a key of a line means this value; a key without a device may mean any.
    func matches(_ key: String, _ device: String?) -> Bool {
        self.key == key && (self.device == nil || device == nil || self.device == device)
    }

    /// How many fields follow the key.
    var item: SHDRItem {
        switch form {
        case "vector": SHDRItem(.numbers)
        case "message": SHDRItem(.message)
        case "alarm": SHDRItem(.alarm)
        case "condition": SHDRItem(.condition)
        case "series": SHDRItem(.timeSeries)
        case "dataset": SHDRItem(.dataSet)
        case "table": SHDRItem(.table)
        default: SHDRItem(signal.kind == .number || signal.kind == .integer ? .sample : .event)
        }
    }
}
