// Where messages may go: servers by name, and never into the network of the machines.

/// A server: its name or address as it was entered, and its port.
public struct ServerPlace: Hashable, Sendable, CustomStringConvertible {
    /// Name or address, lower case, without a dot at its end.
    public let host: String
    /// Port, 1 to 65,535.
    public let port: Int

    /// A place from its parts.
    public init(host: String, port: Int) {
        let lower = host.lowercased()
        var name =
            lower.hasPrefix("[") && lower.hasSuffix("]") ? lower.dropFirst().dropLast() : lower[...]
        if name.hasSuffix("."), name.count > 1 { name = name.dropLast() }
        self.host = String(name)
        self.port = port
    }

    /// `host:port`, IPv6 in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Where the messages of one channel may go (security, B12).
///
/// The name is compared before anything is sent; the address that the name leads to is looked
/// at when the connection opens, so that a name cannot move between check and use.
public struct AllowList: Hashable, Sendable {
    /// Why an address is refused.
    public enum Refusal: Hashable, Sendable {
        /// It lies in a network of machines.
        case machineNetwork
        /// It is private, of this box itself or of no single computer, and not listed.
        case privateAddress
    }

    /// Servers that an administrator has named for the channel.
    public var servers: Set<ServerPlace>
    /// Networks of machines: always refused.
    public var machineNetworks: [AddressRange]
    /// Private networks that may be reached, such as the office with its mail server.
    public var privateNetworks: [AddressRange]

    /// A list from its parts.
    public init(
        servers: Set<ServerPlace>, machineNetworks: [AddressRange],
        privateNetworks: [AddressRange] = []
    ) {
        self.servers = servers
        self.machineNetworks = machineNetworks
        self.privateNetworks = privateNetworks
    }

    /// Whether a server is named on the list.
    public func allows(_ place: ServerPlace) -> Bool { servers.contains(place) }

    /// Why an address must not be reached; nil when it may.
    public func refusal(of address: InternetAddress) -> Refusal? {
        if machineNetworks.contains(where: { $0.contains(address) }) { return .machineNetwork }
        let isPublic = !AllowList.notPublic.contains { $0.contains(address) }
        if isPublic || privateNetworks.contains(where: { $0.contains(address) }) { return nil }
        return .privateAddress
    }

    /// What the IANA registries of special-purpose addresses do not call globally reachable,
    /// and the addresses of many computers at once.
    private static let notPublic: [AddressRange] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/96",
        "64:ff9b:1::/48",
        "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    ].compactMap(AddressRange.init)
}
