// Names and values of a query or a form, decoded once, kept in order.

/// Decoded `application/x-www-form-urlencoded` text.
struct FormFields: Sendable, Hashable {
    private let fields: [(name: String, value: String)]

    /// Fields of a query or a form body; at most 200 are read.
    init(_ text: some StringProtocol) {
        fields = text.split(separator: "&").prefix(200).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                FormFields.decoded(parts[0]), parts.count > 1 ? FormFields.decoded(parts[1]) : ""
            )
        }
    }

    /// The fields whose names do not meet a condition.
    func without(_ isLeftOut: (String) -> Bool) -> FormFields {
        FormFields(fields: fields.filter { !isLeftOut($0.name) })
    }

    private init(fields: [(name: String, value: String)]) { self.fields = fields }

    /// The first value of a name, nil when the name does not occur.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All names in order, as often as they occur.
    var names: [String] { fields.map(\.name).filter { !$0.isEmpty } }

    /// All values of a name that are not empty, in order.
    func all(_ name: String) -> [String] {
        fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value)
    }

    /// The first value of a name that is not empty.
    func filled(_ name: String) -> String? {
        guard let value = self[name], !value.isEmpty else { return nil }
        return value
    }

    static func == (left: FormFields, right: FormFields) -> Bool {
        left.fields.elementsEqual(right.fields, by: ==)
    }

    func hash(into hasher: inout Hasher) {
        for field in fields { hasher.combine(field.name) }
    }

    /// Percent escapes and plus signs decoded; broken escapes stay as they are.
    private static func decoded(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        bytes.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte == 0x2B {
                bytes.append(0x20)
            } else if byte == 0x25, index + 2 < source.count,
                let high = nibble(source[index + 1]), let low = nibble(source[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 2
            } else {
                bytes.append(byte)
            }
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// A value escaped for use in a query.
    static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x3A, 0x2F:
                bytes.append(byte)
            default: bytes += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
