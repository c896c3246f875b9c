// Writes points as line protocol.

/// One point to be written as a line.
public struct LinePoint: Hashable, Sendable {
    /// The value of a field to be written.
    public enum Value: Hashable, Sendable {
        /// A finite decimal number.
        case float(Double)
        /// A whole number.
        case int(Int64)
        /// A whole number without sign.
        case uint(UInt64)
        /// True or false.
        case bool(Bool)
        /// A text.
        case string(String)
    }

    /// A tag to be written.
    public struct Tag: Hashable, Sendable {
        /// The name.
        public var key: String
        /// The value, not empty.
        public var value: String

        /// A tag.
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// A field to be written.
    public struct Field: Hashable, Sendable {
        /// The name.
        public var key: String
        /// The value.
        public var value: Value

        /// A field.
        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// The measurement.
    public var measurement: String
    /// Tags in any order; they are written sorted by bytes.
    public var tags: [Tag]
    /// Fields in the order of writing, at least one.
    public var fields: [Field]
    /// Nanoseconds since 1970, nil to leave it out.
    public var time: Int64?

    /// A point with its tags and fields.
    public init(measurement: String, tags: [Tag] = [], fields: [Field], time: Int64? = nil) {
        self.measurement = measurement
        self.tags = tags
        self.fields = fields
        self.time = time
    }
}

/// Writes line protocol that the parser reads back as it was.
public enum LineProtocolEncoder {
    /// Why a point cannot be written.
    public enum Fault: Error, Hashable, Sendable {
        /// A name or tag value is empty.
        case empty(LineError.Part)
        /// A name or tag value has a control character or ends with a backslash.
        case invalid(LineError.Part)
        /// No field.
        case noFields
        /// A number is not finite.
        case notFinite
        /// A tag key is there twice.
        case tagTwice(String)
    }

    /// Appends one line with its newline, and nothing when it throws.
    ///
    /// Times are rounded down to the precision.
    public static func append(
        _ point: LinePoint, precision: LinePrecision = .nanoseconds, to output: inout [UInt8]
    ) throws(Fault) {
        var line: [UInt8] = []
        try append(point.measurement, .measurement, to: &line)
        let tags = point.tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, tag) in tags.enumerated() {
            if index > 0, tags[index - 1].key.utf8.elementsEqual(tag.key.utf8) {
                throw .tagTwice(tag.key)
            }
            line.append(0x2C)
            try append(tag.key, .tagKey, to: &line)
            line.append(0x3D)
            try append(tag.value, .tagValue, to: &line)
        }
        guard !point.fields.isEmpty else { throw .noFields }
        for (index, field) in point.fields.enumerated() {
            line.append(index == 0 ? 0x20 : 0x2C)
            try append(field.key, .fieldKey, to: &line)
            line.append(0x3D)
            try append(field.value, to: &line)
        }
        if let time = point.time {
            line.append(0x20)
            let unit = precision.nanoseconds
            let quotient = time / unit - (time % unit < 0 ? 1 : 0)
            line.append(contentsOf: String(quotient).utf8)
        }
        line.append(0x0A)
        output.append(contentsOf: line)
    }

    private static func append(
        _ text: String, _ part: LineError.Part, to line: inout [UInt8]
    ) throws(Fault) {
        guard !text.isEmpty else { throw .empty(part) }
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte < 0x20 || byte == 0x7F { throw .invalid(part) }
            if byte == 0x2C || byte == 0x20 || byte == 0x3D && part != .measurement {
                line.append(0x5C)
            }
            line.append(byte)
            last = byte
        }
        // A backslash at the end would escape what follows; a # at the start is a comment.
        if last == 0x5C || part == .measurement && text.utf8.first == 0x23 {
            throw .invalid(part)
        }
    }

    private static func append(
        _ value: LinePoint.Value, to line: inout [UInt8]
    ) throws(Fault) {
        switch value {
        case .float(let number):
            guard number.isFinite else { throw .notFinite }
            append(number, to: &line)
        case .int(let number):
            line.append(contentsOf: String(number).utf8)
            line.append(0x69)
        case .uint(let number):
            line.append(contentsOf: String(number).utf8)
            line.append(0x75)
        case .bool(let bool): line.append(contentsOf: bool ? "true".utf8 : "false".utf8)
        case .string(let text):
            line.append(0x22)
            for byte in text.utf8 {
                if byte == 0x22 || byte == 0x5C { line.append(0x5C) }
                line.append(byte)
            }
            line.append(0x22)
        }
    }

    /// The shortest digits that read back the same, in the form of the corpus: with an exponent
    /// below 10^-4 and from 10^6 on, as C's `%g` has it.
    private static func append(_ number: Double, to line: inout [UInt8]) {
        if number == 0 {
            line.append(contentsOf: number.sign == .minus ? "-0".utf8 : "0".utf8)
            return
        }
        var digits: [UInt8] = []
        var point = 0
        var exponent = 0
        var isBehindPoint = false
        let text = Array(number.magnitude.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == 0x2E {
                isBehindPoint = true
            } else if byte == 0x65 {
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                if digits.isEmpty && byte == 0x30 {
                    if isBehindPoint { point -= 1 }
                    continue
                }
                digits.append(byte)
                if !isBehindPoint { point += 1 }
            }
        }
        while digits.last == 0x30 { digits.removeLast() }
        // The value is 0.DIGITS times 10^point.
        point += exponent
        if number < 0 { line.append(0x2D) }
        if point - 1 < -4 || point - 1 >= 6 {
            appendScientific(digits, point - 1, to: &line)
        } else if point <= 0 {
            line.append(contentsOf: "0.".utf8)
            line.append(contentsOf: repeatElement(0x30, count: -point))
            line.append(contentsOf: digits)
        } else {
            for (index, digit) in digits.enumerated() {
                if index == point { line.append(0x2E) }
                line.append(digit)
            }
            line.append(contentsOf: repeatElement(0x30, count: max(0, point - digits.count)))
        }
    }

    private static func appendScientific(
        _ digits: [UInt8], _ exponent: Int, to line: inout [UInt8]
    ) {
        line.append(digits[0])
        if digits.count > 1 {
            line.append(0x2E)
            line.append(contentsOf: digits[1...])
        }
        line.append(0x65)
        line.append(exponent < 0 ? 0x2D : 0x2B)
        if abs(exponent) < 10 { line.append(0x30) }
        line.append(contentsOf: String(abs(exponent)).utf8)
    }
}
