// The parts of a Sparkplug payload as values, in the form in which they stand on the wire.

/// A value in one of the six simple forms that every value field of the schema offers.
///
/// Negative numbers of 8, 16 and 32 bits stand in `int` as two's complement.
public enum SparkplugScalar: Hashable, Sendable {
    /// Field int_value.
    case int(UInt32)
    /// Field long_value.
    case long(UInt64)
    /// Field float_value.
    case float(Float)
    /// Field double_value.
    case double(Double)
    /// Field boolean_value.
    case bool(Bool)
    /// Field string_value.
    case string(String)
}

/// The value of a metric in the form in which it stands on the wire.
public enum SparkplugRawValue: Hashable, Sendable {
    /// One of the simple forms.
    case scalar(SparkplugScalar)
    /// Field bytes_value: bytes, files and arrays.
    case bytes([UInt8])
    /// Field dataset_value.
    case dataSet(SparkplugDataSet)
    /// Field template_value.
    case template(SparkplugTemplate)
}

/// The content of a Sparkplug message.
///
/// Source: Sparkplug 3.0.0 clause 6.4.4 and the schema of its appendix.
public struct SparkplugPayload: Hashable, Sendable {
    /// When the message was published, milliseconds since 1970 in UTC.
    public var timestamp: UInt64?
    /// The metrics, in the order of the message.
    public var metrics: [SparkplugMetric]
    /// Sequence number, 0 to 255; none in NDEATH, NCMD and DCMD.
    public var seq: UInt64?
    /// Names the meaning of `body`, when one is used.
    public var uuid: String?
    /// Bytes of a meaning of their own.
    public var body: [UInt8]?

    /// A payload from its parts.
    public init(
        timestamp: UInt64? = nil, metrics: [SparkplugMetric] = [], seq: UInt64? = nil,
        uuid: String? = nil, body: [UInt8]? = nil
    ) {
        self.timestamp = timestamp
        self.metrics = metrics
        self.seq = seq
        self.uuid = uuid
        self.body = body
    }
}

/// One metric of a payload.
public struct SparkplugMetric: Hashable, Sendable {
    /// The name; absent in data and commands that use the alias.
    public var name: String?
    /// A number for the name, given in the BIRTH.
    public var alias: UInt64?
    /// When the value was taken, milliseconds since 1970 in UTC.
    public var timestamp: UInt64?
    /// Number of the data type; data may leave it out, the BIRTH has it.
    public var datatypeCode: UInt32?
    /// True for a value of the past that must not replace the present one.
    public var isHistorical: Bool?
    /// True for a value that is not meant to be kept.
    public var isTransient: Bool?
    /// True when there is no value.
    public var isNull: Bool?
    /// More about bytes and files.
    public var metadata: SparkplugMetadata?
    /// Properties, such as Quality and engUnit.
    public var properties: SparkplugPropertySet?
    /// The value; nil when null.
    public var value: SparkplugRawValue?

    /// A metric from its parts.
    public init(
        name: String? = nil, alias: UInt64? = nil, timestamp: UInt64? = nil,
        datatype: SparkplugDataType? = nil, isHistorical: Bool? = nil,
        properties: SparkplugPropertySet? = nil, value: SparkplugRawValue? = nil
    ) {
        self.name = name
        self.alias = alias
        self.timestamp = timestamp
        datatypeCode = datatype?.rawValue
        self.isHistorical = isHistorical
        self.properties = properties
        self.value = value
    }

    /// The data type, nil when absent or unknown.
    public var datatype: SparkplugDataType? {
        datatypeCode.flatMap(SparkplugDataType.init(rawValue:))
    }
}

/// What a metric tells about its bytes.
public struct SparkplugMetadata: Hashable, Sendable {
    /// True when the value comes in several messages.
    public var isMultiPart: Bool?
    /// MIME type.
    public var contentType: String?
    /// Bytes of the whole.
    public var size: UInt64?
    /// Number of this part.
    public var seq: UInt64?
    /// Name of the file.
    public var fileName: String?
    /// Type of the file, such as xml.
    public var fileType: String?
    /// MD5 of the whole.
    public var md5: String?
    /// Any text.
    public var description: String?

    /// Metadata without any part.
    public init() {}
}

/// A table of values.
public struct SparkplugDataSet: Hashable, Sendable {
    /// Names of the columns.
    public var columns: [String]
    /// Numbers of the data types, one a column.
    public var types: [UInt32]
    /// The cells by row; nil for a cell without a value.
    public var rows: [[SparkplugScalar?]]

    /// A table; every row must have as many cells as there are columns.
    public init(columns: [String], types: [SparkplugDataType], rows: [[SparkplugScalar?]]) {
        self.columns = columns
        self.types = types.map(\.rawValue)
        self.rows = rows
    }
}

/// The definition of a template or an instance of one.
public struct SparkplugTemplate: Hashable, Sendable {
    /// A value that an instance sets for its definition.
    public struct Parameter: Hashable, Sendable {
        /// The name.
        public var name: String?
        /// Number of the data type.
        public var type: UInt32?
        /// The value.
        public var value: SparkplugScalar?

        /// A parameter from its parts.
        public init(name: String?, type: SparkplugDataType?, value: SparkplugScalar?) {
            self.name = name
            self.type = type?.rawValue
            self.value = value
        }
    }

    /// The version of the definition.
    public var version: String?
    /// The members.
    public var metrics: [SparkplugMetric]
    /// The parameters.
    public var parameters: [Parameter]
    /// The name of the definition; only in instances.
    public var reference: String?
    /// True for a definition, false for an instance.
    public var isDefinition: Bool?

    /// A template from its parts.
    public init(
        version: String? = nil, metrics: [SparkplugMetric] = [], parameters: [Parameter] = [],
        reference: String? = nil, isDefinition: Bool? = nil
    ) {
        self.version = version
        self.metrics = metrics
        self.parameters = parameters
        self.reference = reference
        self.isDefinition = isDefinition
    }
}

/// Properties by name.
///
/// There is one value a key (tck-id-payloads-propertyset-keys-array-size).
public struct SparkplugPropertySet: Hashable, Sendable {
    /// The value of a property in the form of the wire.
    public enum Content: Hashable, Sendable {
        /// One of the simple forms.
        case scalar(SparkplugScalar)
        /// Properties of a property.
        case set(SparkplugPropertySet)
        /// A list of property sets.
        case list([SparkplugPropertySet])
    }

    /// The value of one property.
    public struct Value: Hashable, Sendable {
        /// Number of the data type.
        public var type: UInt32?
        /// True when there is no value.
        public var isNull: Bool?
        /// The value; nil when null.
        public var content: Content?

        /// A value of a type.
        public init(type: SparkplugDataType?, isNull: Bool? = nil, content: Content?) {
            self.type = type?.rawValue
            self.isNull = isNull
            self.content = content
        }
    }

    /// The names.
    public var keys: [String]
    /// The values, one a name.
    public var values: [Value]

    /// Properties from names and values; only as many as both have.
    public init(_ pairs: [(key: String, value: Value)] = []) {
        keys = pairs.map(\.key)
        values = pairs.map(\.value)
    }

    /// The first property of this name.
    public subscript(key: String) -> Value? {
        guard let index = keys.firstIndex(of: key), index < values.count else { return nil }
        return values[index]
    }

    /// The property Quality: 192 good, 0 bad, 500 stale; nil when absent.
    ///
    /// Source: Sparkplug 3.0.0 clause 6.4.9 (tck-id-payloads-propertyset-quality-value-value).
    public var quality: Int32? {
        guard case .scalar(.int(let code)) = self["Quality"]?.content else { return nil }
        return Int32(bitPattern: code)
    }
}
