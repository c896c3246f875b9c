// Internet addresses and ranges of them, to know where a name really leads.

import Glibc

/// An IPv4 or IPv6 address.
///
/// An IPv4 address that hides in an IPv6 one (RFC 4291, 2.5.5.2; RFC 6052) is the IPv4 address.
public struct InternetAddress: Hashable, Sendable, CustomStringConvertible {
    fileprivate let isSix: Bool
    fileprivate let high: UInt64
    fileprivate let low: UInt64

    /// An address from its 4 or 16 bytes in network order; nil for another number of bytes.
    public init?(bytes: [UInt8]) {
        func number(_ slice: ArraySlice<UInt8>) -> UInt64 {
            slice.reduce(0) { ($0 << 8) | UInt64($1) }
        }
        switch bytes.count {
        case 4:
            isSix = false
            high = 0
            low = number(bytes[...])
        case 16:
            let (upper, lower) = (number(bytes[0..<8]), number(bytes[8..<16]))
            let isMapped = upper == 0 && lower >> 32 == 0xFFFF
            let isTranslated = upper == 0x0064_FF9B_0000_0000 && lower >> 32 == 0
            let isFour = isMapped || isTranslated
            isSix = !isFour
            high = isFour ? 0 : upper
            low = isFour ? lower & 0xFFFF_FFFF : lower
        default: return nil
        }
    }

    /// An address from its text; nil when it is none.
    public init?(_ text: String) {
        let isSix = text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isSix ? 16 : 4)
        guard unsafe inet_pton(isSix ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
        self.init(bytes: bytes)
    }

    /// The address in the usual way of writing; IPv6 without shortening.
    public var description: String {
        if isSix {
            return stride(from: 48, through: 0, by: -16).map { group(high, $0) }.joined(
                separator: ":") + ":"
                + stride(from: 48, through: 0, by: -16).map { group(low, $0) }.joined(
                    separator: ":")
        }
        return stride(from: 24, through: 0, by: -8).map { String(low >> UInt64($0) & 0xFF) }
            .joined(separator: ".")
    }

    private func group(_ half: UInt64, _ shift: Int) -> String {
        String(half >> UInt64(shift) & 0xFFFF, radix: 16)
    }
}

/// A range of addresses, as `192.168.10.0/24` or one address alone.
public struct AddressRange: Hashable, Sendable {
    private let first: InternetAddress
    private let bits: Int

    /// A range from its text; nil when it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, let first = InternetAddress(String(head)) else { return nil }
        let width = first.isSix ? 128 : 32
        if parts.count == 2 {
            // The bits of an IPv4 range written as IPv6 count from the wrong end.
            guard first.isSix == head.contains(":"), let bits = Int(parts[1]),
                (0...width).contains(bits)
            else { return nil }
            self.bits = bits
        } else {
            bits = width
        }
        self.first = first
    }

    /// Whether an address lies inside.
    public func contains(_ address: InternetAddress) -> Bool {
        guard address.isSix == first.isSix else { return false }
        if first.isSix {
            return AddressRange.agree(address.high, first.high, min(bits, 64), of: 64)
                && AddressRange.agree(address.low, first.low, max(0, bits - 64), of: 64)
        }
        return AddressRange.agree(address.low, first.low, bits, of: 32)
    }

    private static func agree(_ a: UInt64, _ b: UInt64, _ bits: Int, of width: Int) -> Bool {
        bits == 0 || (a ^ b) >> UInt64(width - bits) == 0
    }
}
