// Values of any built-in type, alone or in arrays, and values with status and times.

/// One value of a built-in type.
///
/// Source: OPC 10000-6, 5.1.2 and 5.2.2.16; the numbers of the types are table 1.
public indirect enum OPCUAScalar: Hashable, Sendable {
    /// Type 1.
    case boolean(Bool)
    /// Type 2, 8 bits with sign.
    case sbyte(Int8)
    /// Type 3, 8 bits.
    case byte(UInt8)
    /// Type 4.
    case int16(Int16)
    /// Type 5.
    case uint16(UInt16)
    /// Type 6.
    case int32(Int32)
    /// Type 7.
    case uint32(UInt32)
    /// Type 8.
    case int64(Int64)
    /// Type 9.
    case uint64(UInt64)
    /// Type 10.
    case float(Float)
    /// Type 11.
    case double(Double)
    /// Type 12.
    case string(String?)
    /// Type 13.
    case dateTime(OPCUADateTime)
    /// Type 14.
    case guid(OPCUAGuid)
    /// Type 15.
    case byteString([UInt8]?)
    /// Type 16, text in UTF-8.
    case xml([UInt8]?)
    /// Type 17.
    case nodeID(OPCUANodeID)
    /// Type 18.
    case expandedNodeID(OPCUAExpandedNodeID)
    /// Type 19.
    case status(OPCUAStatus)
    /// Type 20.
    case qualifiedName(OPCUAQualifiedName)
    /// Type 21.
    case localizedText(OPCUALocalizedText)
    /// Type 22.
    case structure(OPCUAExtensionObject)
    /// Type 23.
    case dataValue(OPCUADataValue)
    /// Type 24, in arrays only.
    case variant(OPCUAVariant)
    /// Type 25.
    case diagnostics(OPCUADiagnostics)

    /// The number of the built-in type.
    public var type: UInt8 {
        switch self {
        case .boolean: 1
        case .sbyte: 2
        case .byte: 3
        case .int16: 4
        case .uint16: 5
        case .int32: 6
        case .uint32: 7
        case .int64: 8
        case .uint64: 9
        case .float: 10
        case .double: 11
        case .string: 12
        case .dateTime: 13
        case .guid: 14
        case .byteString: 15
        case .xml: 16
        case .nodeID: 17
        case .expandedNodeID: 18
        case .status: 19
        case .qualifiedName: 20
        case .localizedText: 21
        case .structure: 22
        case .dataValue: 23
        case .variant: 24
        case .diagnostics: 25
        }
    }
}

/// An array of values of one built-in type, with its dimensions when it has more than one.
public struct OPCUAArray: Hashable, Sendable {
    /// The number of the built-in type, also when there are no elements.
    public var type: UInt8
    /// The elements, the last dimension running fastest; nil for a null array.
    public var elements: [OPCUAScalar]?
    /// Sizes of the dimensions, whose product is the number of elements; empty for a plain array.
    public var dimensions: [Int32]

    /// An array from its parts.
    public init(type: UInt8, _ elements: [OPCUAScalar]?, dimensions: [Int32] = []) {
        self.type = type
        self.elements = elements
        self.dimensions = dimensions
    }
}

/// A value of any built-in type, or none.
public enum OPCUAVariant: Hashable, Sendable {
    /// No value.
    case null
    /// One value.
    case scalar(OPCUAScalar)
    /// An array of values.
    case array(OPCUAArray)
}

/// A value with its status and times.
///
/// Source: OPC 10000-6, 5.2.2.17.
public struct OPCUADataValue: Hashable, Sendable {
    /// The value, nil when none was sent.
    public var value: OPCUAVariant?
    /// The status; nil means good.
    public var status: OPCUAStatus?
    /// When the source took the value.
    public var sourceTime: OPCUADateTime?
    /// Steps of 10 ps to add to the source time.
    public var sourcePicoseconds: UInt16?
    /// When the server got the value.
    public var serverTime: OPCUADateTime?
    /// Steps of 10 ps to add to the server time.
    public var serverPicoseconds: UInt16?

    /// A value with what is known of it.
    public init(
        _ value: OPCUAVariant? = nil, status: OPCUAStatus? = nil,
        sourceTime: OPCUADateTime? = nil, serverTime: OPCUADateTime? = nil
    ) {
        self.value = value
        self.status = status
        self.sourceTime = sourceTime
        self.serverTime = serverTime
    }
}

extension OPCUAReader {
    /// A value of any type.
    public mutating func variant() throws(FrameError) -> OPCUAVariant {
        try nested { (reader) throws(FrameError) in try reader.variantContent() }
    }

    private mutating func variantContent() throws(FrameError) -> OPCUAVariant {
        let mask = try byte()
        let type = mask & 0x3F
        guard type <= 31 else {
            throw error(.value(field: "type of a value", found: Int(type), expected: "0 to 31"))
        }
        let isArray = mask & 0x80 != 0
        let hasDimensions = mask & 0x40 != 0
        if type == 0 {
            guard mask == 0 else { throw error(.invalid("an array without a type")) }
            return .null
        }
        guard isArray else {
            if hasDimensions { throw error(.invalid("dimensions without an array")) }
            if type == 24 { throw error(.invalid("a value that holds only a value")) }
            return .scalar(try scalar(type))
        }
        let size = Self.leastBytes[Int(type)]
        var elements: [OPCUAScalar]?
        if let count = try count(of: size) {
            var read: [OPCUAScalar] = []
            read.reserveCapacity(count)
            for _ in 0..<count { read.append(try scalar(type)) }
            elements = read
        }
        var dimensions: [Int32] = []
        if hasDimensions {
            dimensions = try array(of: 4) { (reader) throws(FrameError) in try reader.int32() }
            try check(dimensions, of: elements?.count ?? 0)
        }
        return .array(OPCUAArray(type: min(type, 26), elements, dimensions: dimensions))
    }

    private func check(_ dimensions: [Int32], of count: Int) throws(FrameError) {
        var product = 1
        for size in dimensions {
            let (next, overflow) = product.multipliedReportingOverflow(by: Int(size))
            guard size >= 0, !overflow else { throw error(.invalid("impossible dimensions")) }
            product = next
        }
        if !dimensions.isEmpty, product != count {
            throw error(
                .value(field: "product of dimensions", found: product, expected: "\(count)"))
        }
    }

    /// A value of a type; types 26 to 31 are unknown and read as byte strings (table 1, note).
    private mutating func scalar(_ type: UInt8) throws(FrameError) -> OPCUAScalar {
        switch type {
        case 1: return .boolean(try boolean())
        case 2: return .sbyte(Int8(bitPattern: try byte()))
        case 3: return .byte(try byte())
        case 4: return .int16(Int16(bitPattern: try uint16()))
        case 5: return .uint16(try uint16())
        case 6: return .int32(try int32())
        case 7: return .uint32(try uint32())
        case 8: return .int64(try int64())
        case 9: return .uint64(try uint64())
        case 10: return .float(Float(bitPattern: try uint32()))
        case 11: return .double(try double())
        case 12: return .string(try string())
        case 13: return .dateTime(try dateTime())
        case 14: return .guid(try guid())
        case 16: return .xml(try byteString())
        case 17: return .nodeID(try nodeID())
        case 18: return .expandedNodeID(try expandedNodeID())
        case 19: return .status(try status())
        case 20: return .qualifiedName(try qualifiedName())
        case 21: return .localizedText(try localizedText())
        case 22: return .structure(try extensionObject())
        case 23: return .dataValue(try dataValue())
        case 24: return .variant(try variant())
        case 25: return .diagnostics(try diagnostics())
        default: return .byteString(try byteString())
        }
    }

    /// Bytes of the shortest value of each type.
    private static let leastBytes = [
        1, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 8, 16, 4, 4, 2, 2, 4, 6, 1, 3, 1, 1, 1, 4, 4, 4, 4,
        4, 4,
    ]

    /// A value with its status and times.
    public mutating func dataValue() throws(FrameError) -> OPCUADataValue {
        try nested { (reader) throws(FrameError) in
            let mask = try reader.byte()
            var value = OPCUADataValue()
            if mask & 0x01 != 0 { value.value = try reader.variant() }
            if mask & 0x02 != 0 { value.status = try reader.status() }
            if mask & 0x04 != 0 { value.sourceTime = try reader.dateTime() }
            if mask & 0x10 != 0 { value.sourcePicoseconds = try reader.uint16() }
            if mask & 0x08 != 0 { value.serverTime = try reader.dateTime() }
            if mask & 0x20 != 0 { value.serverPicoseconds = try reader.uint16() }
            return value
        }
    }
}

extension OPCUAWriter {
    /// Appends a value of any type.
    public mutating func variant(_ variant: OPCUAVariant) {
        switch variant {
        case .null: byte(0)
        case .scalar(let value):
            byte(value.type)
            scalar(value)
        case .array(let array):
            byte(array.type | 0x80 | (array.dimensions.isEmpty ? 0 : 0x40))
            if let elements = array.elements {
                self.array(elements) { $0.scalar($1) }
            } else {
                nullArray()
            }
            if !array.dimensions.isEmpty { self.array(array.dimensions) { $0.int32($1) } }
        }
    }

    private mutating func scalar(_ value: OPCUAScalar) {
        switch value {
        case .boolean(let value): boolean(value)
        case .sbyte(let value): byte(UInt8(bitPattern: value))
        case .byte(let value): byte(value)
        case .int16(let value): uint16(UInt16(bitPattern: value))
        case .uint16(let value): uint16(value)
        case .int32(let value): int32(value)
        case .uint32(let value): uint32(value)
        case .int64(let value): int64(value)
        case .uint64(let value): uint64(value)
        case .float(let value): uint32(value.bitPattern)
        case .double(let value): double(value)
        case .string(let value): string(value)
        case .dateTime(let value): dateTime(value)
        case .guid(let value): guid(value)
        case .byteString(let value), .xml(let value): byteString(value)
        case .nodeID(let value): nodeID(value)
        case .expandedNodeID(let value): expandedNodeID(value)
        case .status(let value): status(value)
        case .qualifiedName(let value): qualifiedName(value)
        case .localizedText(let value): localizedText(value)
        case .structure(let value): extensionObject(value)
        case .dataValue(let value): dataValue(value)
        case .variant(let value): variant(value)
        case .diagnostics(let value): diagnostics(value)
        }
    }

    /// Appends a value with its status and times.
    public mutating func dataValue(_ value: OPCUADataValue) {
        var mask: UInt8 = 0
        if value.value != nil { mask |= 0x01 }
        if value.status != nil { mask |= 0x02 }
        if value.sourceTime != nil { mask |= 0x04 }
        if value.serverTime != nil { mask |= 0x08 }
        if value.sourcePicoseconds != nil { mask |= 0x10 }
        if value.serverPicoseconds != nil { mask |= 0x20 }
        byte(mask)
        if let content = value.value { variant(content) }
        if let status = value.status { self.status(status) }
        if let time = value.sourceTime { dateTime(time) }
        if let steps = value.sourcePicoseconds { uint16(steps) }
        if let time = value.serverTime { dateTime(time) }
        if let steps = value.serverPicoseconds { uint16(steps) }
    }
}
