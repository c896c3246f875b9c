// Where a person allows to look: one address, a part of the network, or a name.

/// Why a range cannot be taken.
public struct ScanRangeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The part of the range that is wrong, as written.
    public let part: String
    /// What is wrong, in one sentence.
    public let says: String
    /// What to write instead.
    public let remedy: String

    /// The error in one line.
    public var description: String { "“\(part)”: \(says) \(remedy)" }
}

/// An address of the box itself, as the system tells it.
public struct NetworkInterface: Hashable, Sendable {
    /// The system's name: `eth0`.
    public let name: String
    /// Its IPv4 address.
    public let address: String
    /// How many leading bits are the network's, 0 to 32.
    public let prefix: Int

    /// An interface from its parts.
    public init(name: String, address: String, prefix: Int) {
        self.name = name
        self.address = address
        self.prefix = prefix
    }
}

/// The addresses of a scan, in order and without repetition.
///
/// Grammar: parts separated by commas, each `192.168.1.40`, `192.168.1.40-60`,
/// `192.168.1.250-192.168.2.5`, `192.168.1.0/24`, or a host name; a single address or name may
/// have a port: `127.0.0.1:5020`. Ranges must lie in private networks. Of a network the first and
/// the last address, which belong to no host, are left out.
public struct ScanRange: Hashable, Sendable, CustomStringConvertible {
    /// One host, and a port where one was written.
    public struct Host: Hashable, Sendable {
        /// Address or name.
        public let name: String
        /// The only port to be asked; nil for the usual ones.
        public let port: Int?
    }

    /// The range as written.
    public let text: String
    /// The hosts in order, 1 to ``ScanLimits/addresses``.
    public let hosts: [Host]

    /// The range as written.
    public var description: String { text }

    /// Reads a range.
    ///
    /// Throws what is wrong with it and what to write instead; nothing is looked up.
    public init(_ text: String) throws(ScanRangeError) {
        let shown = String(text.prefix(ScanLimits.shownCharacters))
        guard text.utf8.count <= ScanLimits.textBytes else {
            throw ScanRangeError(
                part: shown, says: "This is too long.", remedy: "Write one range at a time.")
        }
        var hosts: [Host] = []
        var seen: Set<Host> = []
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= ScanLimits.parts else {
            throw ScanRangeError(
                part: shown, says: "These are \(parts.count) parts.",
                remedy: "Write at most \(ScanLimits.parts).")
        }
        for part in parts {
            for host in try Self.hosts(Self.trimmed(part)) where seen.insert(host).inserted {
                hosts.append(host)
            }
            guard hosts.count <= ScanLimits.addresses else {
                throw Self.tooMany(shown, hosts.count)
            }
        }
        self.text = text
        self.hosts = hosts
    }

    /// Ranges that suit the box's own networks.
    ///
    /// The whole of a small network, else the 256 addresses around the box. Loopback, public
    /// addresses and networks of containers are left out.
    public static func suggestedRanges(_ interfaces: [NetworkInterface]) -> [ScanRange] {
        var ranges: [ScanRange] = []
        for interface in interfaces {
            let isVirtual = ["lo", "docker", "br-", "veth", "virbr", "tun", "tap", "wg"]
                .contains { interface.name.hasPrefix($0) }
            guard !isVirtual, let address = IPv4Address(interface.address), address.isLocal,
                !address.isLoopback, (8...30).contains(interface.prefix)
            else { continue }
            let prefix = interface.prefix < smallestPrefix ? 24 : interface.prefix
            let network = IPv4Address(number: address.number & mask(prefix))
            do throws(ScanRangeError) {
                let range = try ScanRange("\(network)/\(prefix)")
                if !ranges.contains(range) { ranges.append(range) }
            } catch { continue }  // Not a network for people; nothing is lost.
        }
        return ranges
    }

    /// The longest network that fits: 1,024 addresses.
    private static let smallestPrefix = 22

    private static func mask(_ prefix: Int) -> UInt32 {
        prefix == 0 ? 0 : UInt32.max << UInt32(32 - prefix)
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func tooMany(_ part: String, _ count: Int) -> ScanRangeError {
        ScanRangeError(
            part: part, says: "These are more than \(ScanLimits.addresses) addresses.",
            remedy: "Look at a part of the network first, such as a /24.")
    }

    private static func hosts(_ part: String) throws(ScanRangeError) -> [Host] {
        guard !part.isEmpty else {
            throw ScanRangeError(
                part: part, says: "No address stands here.",
                remedy: "Write for example 192.168.1.0/24 or 192.168.1.40-60.")
        }
        if part.contains("/") { return try network(part) }
        if part.contains("-"), IPv4Address(part.prefix { $0 != "-" }) != nil {
            return try span(part)
        }
        return [try single(part)]
    }

    private static func network(_ part: String) throws(ScanRangeError) -> [Host] {
        if part.contains("//") {
            throw ScanRangeError(
                part: part, says: "This is an address of a page.",
                remedy: "Write only the host, such as 192.168.1.47.")
        }
        let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
        guard pieces.count == 2, let address = IPv4Address(pieces[0]),
            let prefix = Int(pieces[1]), pieces[1].utf8.count <= 2, (0...32).contains(prefix)
        else {
            throw ScanRangeError(
                part: part, says: "This is no network.",
                remedy: "Write four numbers and the length, such as 192.168.1.0/24.")
        }
        if prefix < smallestPrefix { throw tooMany(part, 0) }
        let first = address.number & mask(prefix)
        let last = first | ~mask(prefix)
        let range = prefix >= 31 ? first...last : first + 1...last - 1
        return try all(range, part, isSingle: prefix == 32)
    }

    private static func span(_ part: String) throws(ScanRangeError) -> [Host] {
        let pieces = part.split(separator: "-", omittingEmptySubsequences: false)
        guard pieces.count == 2, let first = IPv4Address(pieces[0]) else {
            throw ScanRangeError(
                part: part, says: "This is no range of addresses.",
                remedy: "Write for example 192.168.1.40-60.")
        }
        var last = IPv4Address(pieces[1])
        if last == nil, pieces[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let end = UInt8(pieces[1])
        {
            last = IPv4Address(number: first.number & 0xFFFF_FF00 | UInt32(end))
        }
        guard let last else {
            throw ScanRangeError(
                part: part, says: "The end “\(pieces[1])” is no address and not 0 to 255.",
                remedy: "Write for example 192.168.1.40-60.")
        }
        guard first <= last else {
            throw ScanRangeError(
                part: part, says: "The end lies before the beginning.",
                remedy: "Write the smaller address first.")
        }
        guard last.number - first.number < UInt32(ScanLimits.addresses) else {
            throw tooMany(part, 0)
        }
        return try all(first.number...last.number, part, isSingle: first == last)
    }

    private static func all(
        _ numbers: ClosedRange<UInt32>, _ part: String, isSingle: Bool
    ) throws(ScanRangeError) -> [Host] {
        var hosts: [Host] = []
        for number in numbers {
            let address = IPv4Address(number: number)
            try check(address, part)
            guard address.isLocal || isSingle else {
                throw ScanRangeError(
                    part: part, says: "\(address) is an address of the public internet.",
                    remedy: "A range must lie in the shop's own network, such as 192.168.1.0/24. "
                        + "One public address alone can be named.")
            }
            hosts.append(Host(name: address.description, port: nil))
        }
        return hosts
    }

    private static func check(_ address: IPv4Address, _ part: String) throws(ScanRangeError) {
        guard address.isNoHost else { return }
        throw ScanRangeError(
            part: part, says: "\(address) is the address of no device.",
            remedy: "Write an address as on the device, such as 192.168.1.47.")
    }

    private static func single(_ part: String) throws(ScanRangeError) -> Host {
        guard let endpoint = Endpoint(part, defaultPort: 1) else {
            throw ScanRangeError(
                part: part, says: "This is no address, range or host name.",
                remedy: "Write for example 192.168.1.47, press2.local or 192.168.1.0/24.")
        }
        let isIPv6 = endpoint.host.contains(":")
        let hasPort = isIPv6 ? part.contains("]:") : part.contains(":")
        if let address = IPv4Address(endpoint.host) {
            try check(address, part)
        } else if !isIPv6, !isName(endpoint.host) {
            throw ScanRangeError(
                part: part, says: "“\(endpoint.host)” is no address and no host name.",
                remedy: "Write four numbers from 0 to 255 with dots, or a name of letters, "
                    + "digits and hyphens.")
        }
        return Host(name: endpoint.host, port: hasPort ? endpoint.port : nil)
    }

    /// Labels of letters, digits and hyphens; the last not a number (RFC 1123, 2.1).
    private static func isName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2D
                        || $0 == 0x5F
                }
        }
        return isPlain && labels.last.map { Int($0) == nil } ?? false
    }
}
