// Settings of S7: the controller, and the address of each value.

import Plant
import Wire

/// The declared settings of S7.
enum S7Fields {
    static let schema = ConfigurationSchema(
        settings: [
            ConfigurationField(
                required: "address", .address(defaultPort: 102), "Where the controller answers."),
            ConfigurationField(
                "rack", .whole(0...7), default: "0", "The rack of the CPU; 0 in nearly all."),
            ConfigurationField(
                "slot", .whole(0...31), default: "1",
                "The slot of the CPU: 1 in S7-1200 and S7-1500, 2 in S7-300, often 3 in S7-400."),
            ConfigurationField(
                "every", .duration(.milliseconds(50)...(.hours(24))), default: "1s",
                "Time between two reads, unless a signal says otherwise."),
            ConfigurationField(
                "timeout", .duration(.milliseconds(100)...(.seconds(30))), default: "2s",
                "How long an answer may take."),
            ConfigurationField(
                "max_gap", .whole(0...200), default: "0",
                "How many unused bytes may be read along to save a request; some blocks have "
                    + "addresses that a controller refuses."),
            ConfigurationField(
                "max_requests_per_second", .whole(1...100), default: "20",
                "The controller never gets more requests a second than this."),
        ],
        signalOptions: [
            ConfigurationField(
                "every", .duration(.milliseconds(50)...(.hours(24))),
                "Time between two reads, when it differs from the connection's.")
        ])
}

/// One value to read.
struct S7Point: Hashable, Sendable {
    let signal: RegisteredSignal
    /// The address as configured, for people.
    let text: String
    let address: S7Address
    let period: Elapsed

    /// The point of a signal, checked.
    init(_ signal: Signal, connection: ConfigurationReader) throws(ConfigurationError) {
        let reader = try S7Fields.schema.reader(
            options: signal.source.options, path: signal.configurationPath)
        _ = try PipelineOptions(reader, signal: signal)
        address = try S7Point.address(signal.source.address, reader)
        text = signal.source.address
        period = reader.duration("every") ?? connection.duration("every") ?? .seconds(1)
        self.signal = RegisteredSignal(id: signal.id, kind: signal.kind)
        if address.type.givesText != (signal.kind == .text) {
            throw reader.error(
                "read", "a \(signal.kind.word) cannot be read as \(address.type)",
                address.type.givesText
                    ? "Add a new signal for this text."
                    : "Use STRING, CHAR, DATE_AND_TIME or DTL for texts, and only for them.")
        }
    }

    static func address(
        _ text: String, _ reader: ConfigurationReader
    ) throws(ConfigurationError) -> S7Address {
        do { return try S7Address(text) } catch {
            throw reader.error(
                "read", error.description, "Write for example read = \"DB1.DBD4:REAL\".")
        }
    }
}

extension S7Type {
    /// Whether values are texts: characters, and moments of the controller's own clock.
    var givesText: Bool {
        switch self {
        case .char, .string, .dateAndTime, .dtl: true
        default: false
        }
    }

    /// Whether values are whole numbers.
    var isWhole: Bool {
        switch self {
        case .byte, .sint, .word, .int, .dword, .dint, .lword, .lint, .counter: true
        default: false
        }
    }
}
