// IPv4 addresses as numbers: written, read, and whether they belong to a shop's own network.

/// An IPv4 address.
struct IPv4Address: Hashable, Comparable, Sendable, CustomStringConvertible {
    let number: UInt32

    init(number: UInt32) { self.number = number }

    /// Four numbers with dots; nil for anything else, leading zeros too.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.count == 1 || !part.hasPrefix("0"),
                part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let byte = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(byte)
        }
        self.number = number
    }

    var description: String {
        [24, 16, 8, 0].map { String(number >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }

    static func < (left: IPv4Address, right: IPv4Address) -> Bool { left.number < right.number }

    /// Private, shared, link-local or loopback (RFC 1918, 6598, 3927, 1122).
    var isLocal: Bool {
        lies(in: 0x0A00_0000, 8) || lies(in: 0xAC10_0000, 12) || lies(in: 0xC0A8_0000, 16)
            || lies(in: 0x6440_0000, 10) || lies(in: 0xA9FE_0000, 16) || isLoopback
    }

    /// This computer itself.
    var isLoopback: Bool { lies(in: 0x7F00_0000, 8) }

    /// No single host: 0.0.0.0/8, multicast, reserved.
    var isNoHost: Bool { number >> 24 == 0 || number >> 28 >= 0xE }

    private func lies(in network: UInt32, _ prefix: UInt32) -> Bool {
        number >> (32 - prefix) == network >> (32 - prefix)
    }
}
