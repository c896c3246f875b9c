// What a scan asks: which hosts, in which languages, at which ports.

public import Plant

/// A language that a scan speaks.
public enum ScanProtocol: String, Hashable, CaseIterable, Sendable {
    case modbus
    case opcua
    case s7
    case mtconnect
    case shdr
    case mqtt
    case http
    case ethernetIP = "ethernet-ip"

    /// The port that is asked unless a person says otherwise.
    public var port: Int {
        switch self {
        case .modbus: 502
        case .opcua: 4_840
        case .s7: 102
        case .mtconnect: 5_000
        case .shdr: 7_878
        case .mqtt: 1_883
        case .http: 80
        case .ethernetIP: 44_818
        }
    }

    /// Its name for people.
    public var name: String {
        switch self {
        case .modbus: "Modbus"
        case .opcua: "OPC UA"
        case .s7: "S7"
        case .mtconnect: "MTConnect"
        case .shdr: "SHDR"
        case .mqtt: "MQTT"
        case .http: "HTTP"
        case .ethernetIP: "EtherNet/IP"
        }
    }

    /// The language of a word that a person wrote; nil for an unknown one.
    public init?(word: String) {
        let plain = word.lowercased().filter { $0.isLetter || $0.isNumber }
        switch plain {
        case "modbus", "modbustcp": self = .modbus
        case "opcua", "ua", "opc": self = .opcua
        case "s7", "siemens": self = .s7
        case "mtconnect": self = .mtconnect
        case "shdr": self = .shdr
        case "mqtt": self = .mqtt
        case "http", "web": self = .http
        case "ethernetip", "enip", "cip": self = .ethernetIP
        default: return nil
        }
    }
}

/// One thing that is asked: a language at a port of a host.
public struct ScanTarget: Hashable, Sendable, CustomStringConvertible {
    /// Where.
    public let endpoint: Endpoint
    /// In which language.
    public let language: ScanProtocol

    /// `192.168.1.47:502 Modbus`.
    public var description: String { "\(endpoint) \(language.name)" }
}

/// What a scan asks.
public struct ScanPlan: Hashable, Sendable {
    /// Where a person allowed to look.
    public var range: ScanRange
    /// The languages, in the order in which one address is asked.
    public var languages: [ScanProtocol]
    /// The Modbus units that are tried in this order, at most ``ScanLimits/units``.
    public var units: [UInt8]
    /// The ports of Modbus; 503 and 5020 only where a person says so.
    public var modbusPorts: [Int]
    /// Whether every known sign of a device is looked for: more requests to a Modbus unit.
    public var looksCloser: Bool
    /// How long each broker is listened to.
    public var listening: Elapsed

    /// A scan of a range in all languages, unless told otherwise.
    public init(
        _ range: ScanRange, languages: [ScanProtocol] = ScanProtocol.allCases,
        units: [UInt8] = [1, 255, 0], modbusPorts: [Int] = [ScanProtocol.modbus.port],
        looksCloser: Bool = false, listening: Elapsed = ScanLimits.brokerListening
    ) {
        self.range = range
        self.languages = languages
        self.units = Array(units.prefix(ScanLimits.units))
        self.modbusPorts = modbusPorts
        self.looksCloser = looksCloser
        self.listening = min(max(.seconds(1), listening), ScanLimits.longestListening)
    }

    /// What is asked of one host, in order.
    ///
    /// A port that was written is asked in the language that it usually speaks; where that is not
    /// known, in each chosen language until one answers.
    public func targets(of host: ScanRange.Host) -> [ScanTarget] {
        if let port = host.port {
            let endpoint = Endpoint(host: host.name, port: port)
            let usual = languages.filter { ports(of: $0).contains(port) }
            return (usual.isEmpty ? languages : usual)
                .map { ScanTarget(endpoint: endpoint, language: $0) }
        }
        return languages.flatMap { language in
            ports(of: language).map {
                ScanTarget(endpoint: Endpoint(host: host.name, port: $0), language: language)
            }
        }
    }

    private func ports(of language: ScanProtocol) -> [Int] {
        language == .modbus ? modbusPorts : [language.port]
    }

    /// How many things are asked at most.
    public var targetCount: Int { range.hosts.reduce(0) { $0 + targets(of: $1).count } }

    /// How long the scan takes when nobody answers at all.
    public var longestSilence: Elapsed {
        let count = Int64(targetCount)
        let byRate = Elapsed(
            nanoseconds: count * 1_000_000_000 / ScanLimits.connectionsPerSecond)
        let atOnce = Int64(min(ScanLimits.addressesAtOnce, range.hosts.count))
        let each = ScanLimits.connectTimeout.nanoseconds
        let byWaiting = Elapsed(nanoseconds: (count + atOnce - 1) / max(1, atOnce) * each)
        return max(byRate, byWaiting) + ScanLimits.connectTimeout
    }
}
