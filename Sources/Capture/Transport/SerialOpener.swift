// Serial lines as connectors see them: what a port is set to, and who opens it.

import Plant

/// Whether each character of a serial line carries a check bit.
public enum SerialParity: String, Hashable, CaseIterable, Sendable {
    /// No check bit.
    case none
    /// An even number of ones.
    case even
    /// An odd number of ones.
    case odd
}

/// A serial port and how it is set.
public struct SerialSettings: Hashable, Sendable {
    /// Speeds that every Linux knows, in bits a second.
    public static let bauds = [
        1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600,
    ]

    /// The device file, such as `/dev/ttyUSB0`.
    public var path: String
    /// Bits a second; one of ``bauds``.
    public var baud: Int
    /// The check bit.
    public var parity: SerialParity
    /// Data bits of a character, 7 or 8.
    public var dataBits: Int
    /// Stop bits of a character, 1 or 2.
    public var stopBits: Int

    /// A port with its settings.
    public init(path: String, baud: Int, parity: SerialParity, dataBits: Int = 8, stopBits: Int = 1)
    {
        self.path = path
        self.baud = baud
        self.parity = parity
        self.dataBits = dataBits
        self.stopBits = stopBits
    }
}

/// Opens serial ports; the real one is ``system``, tests pass one in memory.
public struct SerialOpener: Sendable {
    /// Opens a port; what had been received before is thrown away.
    public let open: @Sendable (SerialSettings) async throws(ConnectorError) -> any ByteChannel

    /// An opener from a function.
    public init(
        open:
            @escaping @Sendable (SerialSettings) async throws(ConnectorError) -> any ByteChannel
    ) {
        self.open = open
    }

    /// Ports of this computer, each on a thread of its own.
    public static let system = SerialOpener { (settings) async throws(ConnectorError) in
        try await SerialPort.open(settings)
    }
}

/// Where the bytes of a serial line come from: a port of the box, or a serial server.
struct SerialPlace: Hashable, Sendable, CustomStringConvertible {
    private enum End: Hashable {
        case port(String)
        case server(Endpoint)
    }

    private let end: End
    private let settings: SerialSettings

    /// The declarations of the settings; 8 data bits when `choosesDataBits` is false.
    static func fields(
        baud: Int, parity: SerialParity, choosesDataBits: Bool
    ) -> [ConfigurationField] {
        let dataBits = [
            ConfigurationField(
                "data_bits", .choice(["7", "8"]), default: "8", "Data bits of a character.")
        ]
        return [
            ConfigurationField(
                "port", .text(maxBytes: 200),
                "The serial port of the box, such as `/dev/ttyUSB0`, or better one of the names "
                    + "under `/dev/serial/by-id`, which stay when plugs change."),
            ConfigurationField(
                "address", .address(defaultPort: 4001),
                "Instead of `port`: a serial server in the network that passes bytes on as they "
                    + "are."),
            ConfigurationField(
                "baud", .choice(SerialSettings.bauds.map { String($0) }), default: String(baud),
                "Speed of the line in bits a second."),
            ConfigurationField(
                "parity", .choice(SerialParity.allCases.map(\.rawValue)),
                default: parity.rawValue, "The check bit of each character."),
        ] + (choosesDataBits ? dataBits : []) + [
            ConfigurationField(
                "stop_bits", .choice(["1", "2"]), default: "1", "Stop bits of a character.")
        ]
    }

    /// The place that a connection's settings name: a port or an address, not both.
    init(_ reader: ConfigurationReader) throws(ConfigurationError) {
        let port = reader.text("port") ?? ""
        settings = SerialSettings(
            path: port, baud: Int(reader.whole("baud") ?? 9_600),
            parity: SerialParity(rawValue: reader.text("parity") ?? "none") ?? .none,
            dataBits: Int(reader.whole("data_bits") ?? 8),
            stopBits: Int(reader.whole("stop_bits") ?? 1))
        if let endpoint = reader.endpoint("address") {
            guard port.isEmpty else {
                throw reader.error(
                    "port", "there is an address as well",
                    "Give the port of the box or the address of a serial server, not both.")
            }
            end = .server(endpoint)
            return
        }
        guard !port.isEmpty else {
            throw reader.error(
                "port", "this setting is missing",
                "Add a line such as port = \"/dev/ttyUSB0\" or address = \"192.168.1.50:4001\".")
        }
        guard port.hasPrefix("/dev/"), !port.split(separator: "/").contains("..") else {
            throw reader.error(
                "port", "\"\(port.prefix(80))\" is no serial port",
                "Write for example port = \"/dev/ttyUSB0\".")
        }
        end = .port(port)
    }

    /// True when seven bits of each byte count.
    var hasSevenBits: Bool { settings.dataBits == 7 }

    /// Bits of one character with start, check and stop bits.
    private var characterBits: Int {
        1 + settings.dataBits + (settings.parity == .none ? 0 : 1) + settings.stopBits
    }

    /// The time that so many characters take on the line.
    func duration(ofBytes count: Int) -> Elapsed {
        let bits = Int64(characterBits * count)
        return Elapsed(nanoseconds: bits * 1_000_000_000 / Int64(max(1, settings.baud)))
    }

    /// The speed in bits a second.
    var baud: Int { settings.baud }

    /// Opens the port or connects to the server.
    func open(_ io: ConnectorIO) async throws(ConnectorError) -> any ByteChannel {
        switch end {
        case .port: try await io.serial.open(settings)
        case .server(let endpoint):
            try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        }
    }

    /// The port's file or `host:port`.
    var description: String {
        switch end {
        case .port(let path): path
        case .server(let endpoint): endpoint.description
        }
    }
}
