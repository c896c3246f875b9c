// The data types of Sparkplug metrics, properties and arrays.

/// The type of a metric, property, parameter or column, with its number on the wire.
///
/// Source: Sparkplug 3.0.0 clause 6.4.16 (tck-id-payloads-metric-datatype-value).
public enum SparkplugDataType: UInt32, Hashable, CaseIterable, Sendable {
    /// Signed, 8 bits.
    case int8 = 1
    /// Signed, 16 bits.
    case int16 = 2
    /// Signed, 32 bits.
    case int32 = 3
    /// Signed, 64 bits.
    case int64 = 4
    /// Unsigned, 8 bits.
    case uint8 = 5
    /// Unsigned, 16 bits.
    case uint16 = 6
    /// Unsigned, 32 bits.
    case uint32 = 7
    /// Unsigned, 64 bits.
    case uint64 = 8
    /// Binary32.
    case float = 9
    /// Binary64.
    case double = 10
    /// True or false.
    case boolean = 11
    /// Text.
    case string = 12
    /// Milliseconds since 1970 in UTC.
    case dateTime = 13
    /// Longer text.
    case text = 14
    /// A UUID as text.
    case uuid = 15
    /// A table.
    case dataSet = 16
    /// Bytes.
    case bytes = 17
    /// The bytes of a file, named by the metadata.
    case file = 18
    /// A definition or an instance of a template.
    case template = 19
    /// Properties; only as the type of a property.
    case propertySet = 20
    /// A list of property sets; only as the type of a property.
    case propertySetList = 21
    /// Signed 8-bit numbers.
    case int8Array = 22
    /// Signed 16-bit numbers.
    case int16Array = 23
    /// Signed 32-bit numbers.
    case int32Array = 24
    /// Signed 64-bit numbers.
    case int64Array = 25
    /// Unsigned 8-bit numbers.
    case uint8Array = 26
    /// Unsigned 16-bit numbers.
    case uint16Array = 27
    /// Unsigned 32-bit numbers.
    case uint32Array = 28
    /// Unsigned 64-bit numbers.
    case uint64Array = 29
    /// Binary32 numbers.
    case floatArray = 30
    /// Binary64 numbers.
    case doubleArray = 31
    /// Bits with their count.
    case booleanArray = 32
    /// Texts, each ended by a zero byte.
    case stringArray = 33
    /// Milliseconds since 1970 in UTC.
    case dateTimeArray = 34

    /// True for the types 22 to 34.
    public var isArray: Bool { rawValue >= Self.int8Array.rawValue }

    /// Bytes of one element of an array; 0 where elements have no whole number of bytes.
    var elementBytes: Int {
        switch self {
        case .int8Array, .uint8Array: 1
        case .int16Array, .uint16Array: 2
        case .int32Array, .uint32Array, .floatArray: 4
        case .int64Array, .uint64Array, .doubleArray, .dateTimeArray: 8
        default: 0
        }
    }
}
