// The list of all connectors: one line each.

public import Plant

/// The connectors that this program knows.
public enum ConnectorCatalog {
    /// One line for each connector, in order of their names.
    public static let all: [any Connector.Type] = [
        HTTPConnector.self,
        ModbusRTUConnector.self,
        ModbusTCPConnector.self,
        MQTTConnector.self,
        MTConnectConnector.self,
        OPCUAConnector.self,
        S7Connector.self,
        SerialTextConnector.self,
        SHDRConnector.self,
        SparkplugBConnector.self,
    ]

    /// The connector of a kind, nil when there is none.
    public static func type(of kind: String) -> (any Connector.Type)? {
        all.first { $0.kind == kind }
    }

    /// Names of all kinds, sorted.
    public static var kinds: [String] { all.map { $0.kind }.sorted() }

    /// A checked connector for a connection and its signals.
    public static func connector(
        for connection: Connection, signals: [Signal]
    ) throws(ConfigurationError) -> any Connector {
        guard let type = type(of: connection.kind) else {
            throw ConfigurationError(
                path: "connection.\(connection.id.text).kind",
                reason: "there is no connector \"\(connection.kind)\"",
                suggestion: Nearest.name(to: connection.kind, among: kinds),
                remedy: "Use one of \(kinds.joined(separator: ", ")).")
        }
        return try type.init(connection: connection, signals: signals)
    }
}
