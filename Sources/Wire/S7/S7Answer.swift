// Answers of S7 controllers: the agreed size, items that were read, identification.

/// What came of one item of a read.
public enum S7ItemResult: Hashable, Sendable {
    /// The bytes of the range.
    case data([UInt8])
    /// The controller refused this item.
    case refused(S7ItemCode)
}

/// What a controller answers.
public enum S7Answer: Hashable, Sendable {
    /// The agreed bytes of a message.
    case setUp(pduBytes: Int)
    /// One result an item, in the order of the request.
    case items([S7ItemResult])
    /// What the controller says it is.
    case identification(S7Identification)
    /// The controller refused the whole request.
    case refused(S7Refusal)

    /// The reference of a message, nil when it is too short to have one.
    public static func reference(of message: [UInt8]) -> UInt16? {
        guard message.count >= 6 else { return nil }
        return UInt16(message[4]) << 8 | UInt16(message[5])
    }

    /// Reads the answer to a request.
    ///
    /// Throws when the message does not follow the protocol or does not fit the request.
    public static func decode(
        _ message: [UInt8], for request: S7Request
    ) throws(FrameError) -> S7Answer {
        var reader = S7Reader(message, doing: doing(request))
        let header = try reader.header()
        if case .identify = request {
            guard header.kind == 7 else { throw reader.wrong("kind", Int(header.kind), "7") }
            return try status(&reader, header)
        }
        guard header.kind == 2 || header.kind == 3 else {
            throw reader.wrong("kind", Int(header.kind), "2 or 3")
        }
        if header.error != 0 { return .refused(S7Refusal(code: header.error)) }
        switch request {
        case .setUp(let asked):
            try reader.require(8)
            guard try reader.byte() == 0xF0 else { throw reader.wrong("function", nil, "0xF0") }
            _ = try reader.bytes(5)
            let size = Int(try reader.uint16())
            guard
                (S7Limits.smallestPDUBytes...max(S7Limits.smallestPDUBytes, asked))
                    .contains(size)
            else { throw reader.wrong("message size", size, "64 to \(asked)") }
            return .setUp(pduBytes: size)
        case .read(let ranges): return try items(&reader, ranges)
        default: throw reader.wrong("function", nil, "none")
        }
    }

    private static func doing(_ request: S7Request) -> String {
        switch request {
        case .read(let ranges):
            "reading " + ranges.prefix(3).map(\.description).joined(separator: ", ")
                + (ranges.count > 3 ? " and \(ranges.count - 3) more" : "")
        case .identify: "reading the identification of an S7 controller"
        default: "opening an S7 connection"
        }
    }

    private static func items(
        _ reader: inout S7Reader, _ ranges: [S7Range]
    ) throws(FrameError) -> S7Answer {
        let function = try reader.byte()
        guard function == 0x04 else { throw reader.wrong("function", Int(function), "4") }
        let count = Int(try reader.byte())
        guard count == ranges.count else {
            throw reader.wrong("items", count, "\(ranges.count)")
        }
        var results: [S7ItemResult] = []
        for (index, range) in ranges.enumerated() {
            let code = S7ItemCode(code: try reader.byte())
            let size = try reader.byte()
            let length = Int(try reader.uint16())
            guard code == .success else {
                // Some devices give a length with an error and no data behind it.
                results.append(.refused(code))
                continue
            }
            // Sizes 3, 4 and 5 count bits, the others bytes.
            let bytes = (3...5).contains(size) ? (length + 7) / 8 : length
            guard bytes == range.byteCount else {
                throw reader.error(.length(found: bytes, expected: range.byteCount))
            }
            results.append(.data(try reader.bytes(bytes)))
            if bytes % 2 == 1, index < ranges.count - 1 { _ = try reader.byte() }
        }
        return .items(results)
    }

    private static func status(
        _ reader: inout S7Reader, _ header: S7Reader.Header
    ) throws(FrameError) -> S7Answer {
        guard header.parameters >= 12 else {
            throw reader.error(.tooShort(found: header.parameters, minimum: 12))
        }
        _ = try reader.bytes(10)
        let error = try reader.uint16()
        _ = try reader.bytes(header.parameters - 12)
        if error != 0 { return .refused(S7Refusal(code: error)) }
        let code = S7ItemCode(code: try reader.byte())
        _ = try reader.byte()
        let length = Int(try reader.uint16())
        guard code == .success else { return .refused(S7Refusal(code: 0x8100 | UInt16(code.code))) }
        // A list longer than a message goes on in further ones; its beginning has the names.
        let data = try reader.bytes(min(length, reader.remaining))
        return .identification(try S7Identification(list: data))
    }
}

/// A position in an S7 message.
struct S7Reader {
    struct Header {
        var kind: UInt8
        var parameters: Int
        var data: Int
        /// Class and code of an error, 0 for none.
        var error: UInt16
    }

    let message: [UInt8]
    let doing: String
    private(set) var offset = 0

    init(_ message: [UInt8], doing: String) {
        self.message = message
        self.doing = doing
    }

    var remaining: Int { message.count - offset }

    func error(_ problem: FrameError.Problem) -> FrameError {
        FrameError(doing: doing, problem: problem, offset: offset)
    }

    /// A wrong field; without a value that of the byte before this position.
    func wrong(_ field: String, _ found: Int?, _ expected: String) -> FrameError {
        let before = offset > 0 ? Int(message[offset - 1]) : 0
        return error(.value(field: field, found: found ?? before, expected: expected))
    }

    func require(_ count: Int) throws(FrameError) {
        if remaining < count {
            throw error(.tooShort(found: message.count, minimum: offset + count))
        }
    }

    mutating func byte() throws(FrameError) -> UInt8 {
        try require(1)
        offset += 1
        return message[offset - 1]
    }

    mutating func uint16() throws(FrameError) -> UInt16 {
        try require(2)
        offset += 2
        return UInt16(message[offset - 2]) << 8 | UInt16(message[offset - 1])
    }

    mutating func bytes(_ count: Int) throws(FrameError) -> [UInt8] {
        guard count >= 0 else { throw error(.invalid("a negative length")) }
        try require(count)
        offset += count
        return Array(message[offset - count..<offset])
    }

    /// The header, whose lengths must be those of the message.
    mutating func header() throws(FrameError) -> Header {
        let id = try byte()
        guard id == 0x32 else { throw wrong("protocol", Int(id), "0x32") }
        let kind = try byte()
        _ = try bytes(4)
        let parameters = Int(try uint16())
        let data = Int(try uint16())
        let code = kind == 2 || kind == 3 ? try uint16() : 0
        guard remaining == parameters + data else {
            throw error(.length(found: message.count, expected: offset + parameters + data))
        }
        return Header(kind: kind, parameters: parameters, data: data, error: code)
    }
}
