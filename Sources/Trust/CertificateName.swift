// A name under which browsers open the box: a host name or an address.

/// A host name or an IP address, as it stands in a certificate and in a browser's address bar.
///
/// Equal names compare equal: host names are lower case without a final dot, addresses are bytes.
public enum CertificateName: Hashable, Sendable, CustomStringConvertible {
    /// A host name in lower case, such as `millwright.local`.
    case host(String)
    /// An IPv4 address: four bytes, most significant first.
    case addressV4([UInt8])
    /// An IPv6 address: sixteen bytes, most significant first.
    case addressV6([UInt8])

    /// Reads a host name, an IPv4 address or an IPv6 address.
    ///
    /// - Parameter text: For example `box.local`, `192.168.1.20`, `fd00::20` or `[fd00::20]`.
    ///   No port, no zone (`%eth0`), no wildcard.
    /// - Throws: ``TrustError/badName(_:)`` when it is none of these.
    public init(_ text: String) throws(TrustError) {
        guard let name = Self.read(text, wildcards: false) else {
            throw .badName(shown(text))
        }
        self = name
    }

    /// The name as written in an address bar; IPv6 in the short form of RFC 5952.
    ///
    /// IPv6 addresses come without brackets.
    public var description: String {
        switch self {
        case .host(let name): name
        case .addressV4(let bytes): bytes.map { String($0) }.joined(separator: ".")
        case .addressV6(let bytes): Self.shortForm(bytes)
        }
    }

    /// Tells whether a certificate with this name is valid for another name.
    ///
    /// A leading `*` stands for exactly one part of a host name (RFC 6125, 6.4.3).
    ///
    /// - Parameter other: The name that a browser opens.
    /// - Returns: True if both are equal, or the wildcard fits.
    public func covers(_ other: CertificateName) -> Bool {
        if self == other { return true }
        guard case .host(let pattern) = self, case .host(let name) = other,
            pattern.hasPrefix("*."), let dot = name.firstIndex(of: ".")
        else { return false }
        return dot != name.startIndex && pattern.dropFirst(1) == name[dot...]
    }
}

extension CertificateName {
    /// Reads a name; wildcards occur only in certificates that others issued.
    static func read(_ text: String, wildcards: Bool) -> CertificateName? {
        guard text.utf8.count <= TrustLimits.hostNameCharacters + 1 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            return addressV6(in: text).map { .addressV6($0) }
        }
        if let address = addressV4(in: text[...]) { return .addressV4(address) }
        return hostName(in: text, wildcards: wildcards).map { .host($0) }
    }

    /// An address from the bytes in a certificate; nil unless there are four or sixteen.
    static func address(_ bytes: [UInt8]) -> CertificateName? {
        switch bytes.count {
        case 4: .addressV4(bytes)
        case 16: .addressV6(bytes)
        default: nil
        }
    }

    private static func hostName(in text: String, wildcards: Bool) -> String? {
        var name = text.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, name.utf8.count <= TrustLimits.hostNameCharacters else { return nil }
        var labels = name.split(separator: ".", omittingEmptySubsequences: false)
        // Names ending in a number would be read as an address by browsers (WHATWG URL, 3.5).
        guard labels.last?.utf8.allSatisfy(isDigit) == false else { return nil }
        if wildcards && labels.count > 2 && labels.first == "*" { labels.removeFirst() }
        return labels.allSatisfy(isLabel) ? name : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let dash = UInt8(ascii: "-")
        return (1...TrustLimits.labelCharacters).contains(label.utf8.count)
            && label.utf8.first != dash && label.utf8.last != dash
            && label.utf8.allSatisfy { byte in
                isDigit(byte) || byte == dash
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    private static func addressV4(in text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero means octal to some readers and decimal to others: refused.
            let isPlain = part == "0" || part.utf8.first != UInt8(ascii: "0")
            guard isPlain, part.utf8.allSatisfy(isDigit), let byte = UInt8(part) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func addressV6(in text: String) -> [UInt8]? {
        var body = text[...]
        if body.hasPrefix("[") && body.hasSuffix("]") { body = body.dropFirst().dropLast() }
        guard let gap = doubleColon(in: body) else {
            let bytes = words(in: body)
            return bytes?.count == 16 ? bytes : nil
        }
        let before = body[..<gap]
        let after = body[body.index(gap, offsetBy: 2)...]
        guard doubleColon(in: after) == nil,
            let head = before.isEmpty ? [] : words(in: before, mayEndInV4: false),
            let tail = after.isEmpty ? [] : words(in: after), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func doubleColon(in text: Substring) -> Substring.Index? {
        zip(text.indices, text.indices.dropFirst())
            .first { text[$0] == ":" && text[$1] == ":" }?.0
    }

    private static func words(in text: Substring, mayEndInV4: Bool = true) -> [UInt8]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInV4 && index == parts.count - 1, let v4 = addressV4(in: part) {
                bytes += v4
                continue
            }
            guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                let word = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(word >> 8), UInt8(word & 0xFF)]
        }
        return bytes
    }

    private static func shortForm(_ bytes: [UInt8]) -> String {
        let words = stride(from: 0, to: bytes.count - 1, by: 2)
            .map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        let texts = words.map { String($0, radix: 16) }
        guard let gap = longestZeroRun(in: words) else { return texts.joined(separator: ":") }
        return texts[..<gap.lowerBound].joined(separator: ":") + "::"
            + texts[gap.upperBound...].joined(separator: ":")
    }

    /// The first of the longest runs of two or more zero words (RFC 5952, 4.2).
    private static func longestZeroRun(in words: [UInt16]) -> Range<Int>? {
        var longest = 0..<1
        var start = 0
        for (index, word) in words.enumerated() {
            if word != 0 {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<index + 1
            }
        }
        return longest.count > 1 ? longest : nil
    }
}

/// A text of unknown origin, fit to stand in a message: short, printable, on one line.
func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(TrustLimits.shownCharacters + 1)
        .map { isPrintable($0) ? Character($0) : " " }
    return scalars.count > TrustLimits.shownCharacters
        ? String(scalars.prefix(TrustLimits.shownCharacters)) + "…" : String(scalars)
}

/// Control characters, and those that change the direction of writing, are not repeated.
private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
    default: true
    }
}

/// Names in a row for a message; the ones beyond the limit are counted.
func shown(_ names: [CertificateName]) -> String {
    let first = names.prefix(TrustLimits.namesShown).map(\.description).joined(separator: ", ")
    let others = names.count - TrustLimits.namesShown
    return others > 0 ? "\(first) and \(others) more" : first
}
