// One line of line protocol as the parser hands it on: places in the buffer and typed values.

/// A piece of text in the buffer that was parsed, perhaps with escapes in it.
///
/// Trivial, so that arrays of it cost no reference counting; read it with `LineText.append` or
/// `LineText.string` while the buffer lives.
public struct LineText: Hashable, Sendable, BitwiseCopyable {
    /// Which bytes a backslash escapes in the text.
    public enum Escapes: UInt8, Hashable, Sendable, BitwiseCopyable {
        /// The text has no escapes: its bytes are its content.
        case none
        /// A measurement: comma and space.
        case measurement
        /// A tag key, tag value or field key: comma, equals and space.
        case key
        /// A string: quote and backslash.
        case string
    }

    let first: Int32
    let length: Int32
    /// How to read the bytes.
    public let escapes: Escapes

    init(start: Int, end: Int, escapes: Escapes) {
        first = Int32(truncatingIfNeeded: start)
        length = Int32(truncatingIfNeeded: end - start)
        self.escapes = escapes
    }

    /// Offset of the first byte in the buffer.
    public var start: Int { Int(first) }
    /// Offset behind the last byte in the buffer.
    public var end: Int { Int(first) + Int(length) }

    /// Appends the content, without escapes.
    public func append(from bytes: RawSpan, to output: inout [UInt8]) {
        var offset = start
        while offset < end { output.append(next(bytes, &offset)) }
    }

    /// The content, without escapes, as a string.
    public func string(in bytes: RawSpan) -> String {
        var content: [UInt8] = []
        content.reserveCapacity(Int(length))
        append(from: bytes, to: &content)
        return String(decoding: content, as: UTF8.self)
    }

    /// The content byte at an offset, which moves on by one or two.
    @inline(__always)
    func next(_ bytes: RawSpan, _ offset: inout Int) -> UInt8 {
        let byte = bytes.byte(offset)
        offset += 1
        guard byte == 0x5C, escapes != .none, offset < end else { return byte }
        let escaped = bytes.byte(offset)
        guard isEscapable(escaped) else { return byte }
        offset += 1
        return escaped
    }

    @inline(__always)
    func isEscapable(_ byte: UInt8) -> Bool {
        switch escapes {
        case .none: false
        case .measurement: byte == 0x2C || byte == 0x20
        case .key: byte == 0x2C || byte == 0x20 || byte == 0x3D
        case .string: byte == 0x22 || byte == 0x5C
        }
    }

    /// Compares contents by bytes: below 0 when this text comes first, 0 when equal.
    func compare(_ other: LineText, in bytes: RawSpan) -> Int {
        var (left, right) = (start, other.start)
        while left < end, right < other.end {
            let (one, two) = (next(bytes, &left), other.next(bytes, &right))
            if one != two { return one < two ? -1 : 1 }
        }
        return (end - left).signum() - (other.end - right).signum()
    }
}

/// A typed value of a field.
public enum LineValue: Hashable, Sendable, BitwiseCopyable {
    /// A decimal number, always finite.
    case float(Double)
    /// A number ending in `i`.
    case int(Int64)
    /// A number ending in `u`.
    case uint(UInt64)
    /// `t`, `true`, `f`, `false` and their capital forms.
    case bool(Bool)
    /// A text in double quotes, without the quotes.
    case string(LineText)
}

/// One tag.
public struct LineTag: Hashable, Sendable, BitwiseCopyable {
    /// The name.
    public let key: LineText
    /// The value, never empty.
    public let value: LineText
}

/// One field.
public struct LineField: Hashable, Sendable, BitwiseCopyable {
    /// The name.
    public let key: LineText
    /// The value.
    public let value: LineValue
}

/// One good line.
public struct LineRecord: Sendable {
    /// The measurement.
    public internal(set) var measurement = LineText(start: 0, end: 0, escapes: .none)
    /// The tags sorted by the bytes of their keys, no key twice.
    public internal(set) var tags: [LineTag] = []
    /// The fields in the order of the line, at least one.
    public internal(set) var fields: [LineField] = []
    /// Nanoseconds since 1970, from the line or the default time.
    public internal(set) var time: Int64 = 0
    /// False when the time is the default time.
    public internal(set) var hasTime = false
    /// Number of the line in the buffer, from 1.
    public internal(set) var number = 0
    /// Measurement and tags as written: equal bytes mean the same series, so a sink can look up
    /// what it knows about them without building the key.
    public internal(set) var head = LineText(start: 0, end: 0, escapes: .none)

    /// Appends the key of the series of one field.
    ///
    /// The canonical form is that of the protocol itself: measurement, tags sorted by bytes, a
    /// space, the field, each with its escapes (decision 5). Equal series have equal bytes.
    public func appendSeriesKey(
        of field: LineField, in bytes: RawSpan, to key: inout [UInt8]
    ) {
        Self.append(measurement, as: .measurement, bytes, &key)
        for tag in tags {
            key.append(0x2C)
            Self.append(tag.key, as: .key, bytes, &key)
            key.append(0x3D)
            Self.append(tag.value, as: .key, bytes, &key)
        }
        key.append(0x20)
        Self.append(field.key, as: .key, bytes, &key)
    }

    private static func append(
        _ text: LineText, as escapes: LineText.Escapes, _ bytes: RawSpan, _ key: inout [UInt8]
    ) {
        let form = LineText(start: 0, end: 0, escapes: escapes)
        var offset = text.start
        while offset < text.end {
            let byte = text.next(bytes, &offset)
            if form.isEscapable(byte) { key.append(0x5C) }
            key.append(byte)
        }
    }
}

/// Takes what the parser finds.
public protocol LineSink {
    /// Takes one good line; its places are valid in `bytes` during the call.
    mutating func accept(_ line: borrowing LineRecord, in bytes: RawSpan)
    /// Takes the refusal of one line; parsing goes on with the next.
    mutating func refuse(_ error: LineError)
}

/// The unit of times in line protocol.
public enum LinePrecision: String, Hashable, CaseIterable, Sendable {
    /// Nanoseconds, the default.
    case nanoseconds = "ns"
    /// Microseconds.
    case microseconds = "us"
    /// Milliseconds.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"

    /// Nanoseconds in one unit.
    public var nanoseconds: Int64 {
        switch self {
        case .nanoseconds: 1
        case .microseconds: 1_000
        case .milliseconds: 1_000_000
        case .seconds: 1_000_000_000
        }
    }

    /// A precision from its name in a query: ns, n, us, u, µs, ms, s; nil for others.
    public init?(name: String) {
        switch name {
        case "ns", "n": self = .nanoseconds
        case "us", "u", "µs", "μs": self = .microseconds
        case "ms": self = .milliseconds
        case "s": self = .seconds
        default: return nil
        }
    }
}

/// Sizes that a line must keep.
public struct LineLimits: Hashable, Sendable {
    /// Bytes of one line.
    public var lineBytes: Int
    /// Bytes of one string value.
    public var stringBytes: Int
    /// Tags of one line.
    public var tags: Int
    /// Fields of one line.
    public var fields: Int

    /// The limits of the reliability rules unless told otherwise.
    public init(
        lineBytes: Int = 65_536, stringBytes: Int = 4_096, tags: Int = 32, fields: Int = 1_024
    ) {
        self.lineBytes = lineBytes
        self.stringBytes = stringBytes
        self.tags = tags
        self.fields = fields
    }
}
