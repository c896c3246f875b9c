// The meaning of a metric's value under its data type, and the way back to the wire.

/// A value as its data type means it.
public enum SparkplugValue: Hashable, Sendable {
    /// No value: the metric is null.
    case null
    /// Int8 to Int64.
    case integer(Int64)
    /// UInt8 to UInt64.
    case unsigned(UInt64)
    /// Float and Double, always finite.
    case number(Double)
    /// Boolean.
    case bool(Bool)
    /// String, Text and UUID.
    case text(String)
    /// DateTime, milliseconds since 1970 in UTC.
    case time(UInt64)
    /// Bytes and File.
    case bytes([UInt8])
    /// An array.
    case array(SparkplugArray)
    /// A table.
    case dataSet(SparkplugDataSet)
    /// A template definition or instance.
    case template(SparkplugTemplate)

    /// The value as a number: numbers themselves, true as 1, false as 0, nil for others.
    public var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .number(let number): number
        case .bool(let flag): flag ? 1 : 0
        default: nil
        }
    }
}

extension SparkplugScalar {
    /// The value under a data type, nil when the form or the range does not fit.
    ///
    /// UInt32 is read from int_value and from long_value, since the text and the reference
    /// implementation differ. Numbers that are not finite do not fit.
    public func value(as type: SparkplugDataType) -> SparkplugValue? {
        switch type {
        case .int8: signed(bits: 8)
        case .int16: signed(bits: 16)
        case .int32: signed(bits: 32)
        case .int64: signed(bits: 64)
        case .uint8: unsigned(upTo: UInt64(UInt8.max))
        case .uint16: unsigned(upTo: UInt64(UInt16.max))
        case .uint32: unsigned(upTo: UInt64(UInt32.max))
        case .uint64: unsigned(upTo: .max)
        case .float, .double: number
        case .boolean: if case .bool(let flag) = self { .bool(flag) } else { nil }
        case .string, .text, .uuid: if case .string(let text) = self { .text(text) } else { nil }
        case .dateTime: if case .long(let time) = self { .time(time) } else { nil }
        default: nil
        }
    }

    private func signed(bits: Int) -> SparkplugValue? {
        let number: Int64
        switch self {
        // Two's complement of 32 bits; some peers send only as many bits as the type has.
        case .int(let raw) where bits < 64:
            let whole = Int64(Int32(bitPattern: raw))
            let isShort = bits < 32 && raw >> UInt32(bits) == 0
            number = isShort ? (whole << (64 - bits)) >> (64 - bits) : whole
        case .int(let raw): number = Int64(raw)
        case .long(let raw): number = Int64(bitPattern: raw)
        default: return nil
        }
        let unused = 64 - bits
        return (number << unused) >> unused == number ? .integer(number) : nil
    }

    private func unsigned(upTo highest: UInt64) -> SparkplugValue? {
        switch self {
        case .int(let raw): UInt64(raw) <= highest ? .unsigned(UInt64(raw)) : nil
        case .long(let raw): raw <= highest ? .unsigned(raw) : nil
        default: nil
        }
    }

    private var number: SparkplugValue? {
        switch self {
        case .float(let number): number.isFinite ? .number(Double(number)) : nil
        case .double(let number): number.isFinite ? .number(number) : nil
        default: nil
        }
    }
}

extension SparkplugRawValue {
    /// The value under a data type, nil when the form, the range or the length does not fit.
    public func value(as type: SparkplugDataType) -> SparkplugValue? {
        switch (self, type) {
        case (.scalar(let scalar), _): return scalar.value(as: type)
        case (.bytes(let bytes), .bytes), (.bytes(let bytes), .file): return .bytes(bytes)
        case (.bytes(let bytes), _) where type.isArray:
            do { return .array(try SparkplugArray(type, bytes: bytes)) } catch { return nil }
        case (.dataSet(let table), .dataSet): return .dataSet(table)
        case (.template(let template), .template): return .template(template)
        default: return nil
        }
    }

    /// The form of a value under a data type, nil when the value does not fit the type.
    ///
    /// Null has no form: set `isNull` of the metric. UInt32 goes to int_value, as the text of
    /// version 3.0.0 demands.
    public init?(_ value: SparkplugValue, as type: SparkplugDataType) {
        switch (value, type) {
        case (.integer(let number), .int64): self = .scalar(.long(UInt64(bitPattern: number)))
        case (.integer(let number), .int8) where Int8(exactly: number) != nil,
            (.integer(let number), .int16) where Int16(exactly: number) != nil,
            (.integer(let number), .int32) where Int32(exactly: number) != nil:
            self = .scalar(.int(UInt32(truncatingIfNeeded: number)))
        case (.unsigned(let number), .uint64): self = .scalar(.long(number))
        case (.unsigned(let number), .uint8) where number <= UInt8.max,
            (.unsigned(let number), .uint16) where number <= UInt16.max,
            (.unsigned(let number), .uint32) where number <= UInt32.max:
            self = .scalar(.int(UInt32(truncatingIfNeeded: number)))
        case (.number(let number), .float) where Float(number).isFinite:
            self = .scalar(.float(Float(number)))
        case (.number(let number), .double) where number.isFinite: self = .scalar(.double(number))
        case (.bool(let flag), .boolean): self = .scalar(.bool(flag))
        case (.text(let text), .string), (.text(let text), .text), (.text(let text), .uuid):
            self = .scalar(.string(text))
        case (.time(let time), .dateTime): self = .scalar(.long(time))
        case (.bytes(let bytes), .bytes), (.bytes(let bytes), .file): self = .bytes(bytes)
        case (.array(let array), _):
            guard let bytes = array.encoded(as: type) else { return nil }
            self = .bytes(bytes)
        case (.dataSet(let table), .dataSet): self = .dataSet(table)
        case (.template(let template), .template): self = .template(template)
        default: return nil
        }
    }
}

extension SparkplugMetric {
    /// The value under a data type, nil when the value does not fit the type.
    ///
    /// `type` is that of the BIRTH; the metric's own type is used when there is none.
    public func value(as type: SparkplugDataType?) -> SparkplugValue? {
        if isNull == true { return .null }
        guard let value, let type = type ?? datatype else { return nil }
        return value.value(as: type)
    }
}
