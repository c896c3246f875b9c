// What devices say of themselves by multicast DNS, put together from several messages.

/// A service that a device offers.
public struct NetworkService: Hashable, Sendable {
    /// Its own name: `shellyplugs-A1B2C3`.
    public var name: String
    /// The kind of service: `_mqtt._tcp.local`.
    public var service: DNSName
    /// Where it answers: the address that was told, else that of the sender.
    public var address: String
    /// The port.
    public var port: Int
    /// Facts as `key=value`.
    public var texts: [String]
}

/// Puts records together; keeps at most ``instances`` names.
public struct ServiceBook: Sendable {
    /// Names that are remembered at once; later ones are left out.
    public static let instances = 512
    /// The services that are listened for.
    ///
    /// OPC 10000-12 gives `_opcua-tcp._tcp`. For MTConnect no standard service name was found:
    /// `_mtconnect._tcp` is a custom, so an agent that says nothing is found by its port only.
    public static let services = [
        DNSName("_opcua-tcp._tcp.local"), DNSName("_mtconnect._tcp.local"),
        DNSName("_http._tcp.local"), DNSName("_mqtt._tcp.local"), DNSName("_shelly._tcp.local"),
    ]

    private struct Instance {
        var port: UInt16
        var host: DNSName
        var sender: String
    }

    private var instances: [DNSName: Instance] = [:]
    private var texts: [DNSName: [String]] = [:]
    private var addresses: [DNSName: String] = [:]
    private var told: Set<NetworkService> = []

    /// An empty book.
    public init() {}

    /// Takes a message and gives the services that are new or known better now.
    public mutating func note(_ message: DNSMessage, from sender: String) -> [NetworkService] {
        guard message.isAnswer else { return [] }
        for record in message.records where record.seconds > 0 { note(record, from: sender) }
        var found: [NetworkService] = []
        for (name, instance) in instances {
            guard let service = Self.services.first(where: { name.isWithin($0) }) else { continue }
            let label = name.labels.dropLast(service.labels.count).joined(separator: ".")
            let known = NetworkService(
                name: label, service: service,
                address: addresses[instance.host] ?? instance.sender, port: Int(instance.port),
                texts: texts[name] ?? [])
            if told.count < 4 * Self.instances, told.insert(known).inserted { found.append(known) }
        }
        return found.sorted {
            ($0.service.description, $0.name) < ($1.service.description, $1.name)
        }
    }

    private mutating func note(_ record: DNSRecord, from sender: String) {
        let isKnown = instances[record.name] != nil || texts[record.name] != nil
        guard isKnown || instances.count + texts.count + addresses.count < 3 * Self.instances
        else { return }
        switch record.content {
        case .service(let port, let host):
            guard port > 0, Self.services.contains(where: { record.name.isWithin($0) }) else {
                return
            }
            instances[record.name] = Instance(port: port, host: host, sender: sender)
        case .texts(let facts): texts[record.name] = facts
        case .address(let text) where !text.contains(":"): addresses[record.name] = text
        case .pointer, .address, .other: break
        }
    }
}
