// Finds the parts of a streamed answer, in whatever pieces it arrives.

/// One part of a streamed answer.
public struct MTConnectPart: Hashable, Sendable {
    /// The value of its content type header; empty when it has none.
    public var contentType: String
    /// The document.
    public var body: [UInt8]

    /// A part from its header and document.
    public init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }
}

/// Finds the parts of an answer of the type multipart/mixed or multipart/x-mixed-replace.
///
/// A part with a length is complete with its last byte; one without when the next boundary has
/// come. After an error the stream has lost its borders: close the connection.
/// Source: RFC 2046 clause 5.1; MTConnect Part 1, streaming.
public struct MTConnectMultipart: Sendable {
    private enum State {
        /// Before a boundary; text counts only before the first one.
        case boundary(isFirst: Bool)
        /// In the headers of a part.
        case headers
        /// In a part of a known length.
        case sized(Int)
        /// In a part that ends at the next boundary.
        case unsized
        /// Behind the last boundary.
        case finished
    }

    private let core: [UInt8]
    private let limit: Int
    private var state = State.boundary(isFirst: true)
    private var buffer: [UInt8] = []
    private var start = 0
    /// Bytes behind `start` in which no line end or boundary was found.
    private var searched = 0
    private var headerBytes = 0
    private var preambleBytes = 0
    private var contentType = ""
    private var length: Int?

    /// A reader for an answer with this content type.
    ///
    /// The boundary may stand in quotes and may begin with dashes that are not part of it: some
    /// agents declare the dashes of the delimiter too. Throws when the type is not multipart or has
    /// no boundary. `maximumBytes` is the size of the largest part, 16 MiB by default.
    public init(
        contentType: String, maximumBytes: Int = XMLLimits.documentBytes
    ) throws(FrameError) {
        guard Self.isMultipart(contentType) else {
            throw Self.fault("the content type \(contentType) is not multipart")
        }
        let boundary = Self.parameter("boundary", of: contentType) ?? ""
        core = Array(boundary.utf8.drop { $0 == 0x2D })
        guard !core.isEmpty, core.count <= MTConnectLimits.boundaryBytes else {
            throw Self.fault("the content type \(contentType) has no boundary")
        }
        limit = maximumBytes
    }

    /// True when a content type is one of those in which agents stream.
    public static func isMultipart(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.lowercased()
        return type.hasPrefix("multipart/mixed") || type.hasPrefix("multipart/x-mixed-replace")
    }

    /// True when the sender has ended the stream in good order.
    public var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Bytes kept that have not been returned yet.
    public var pendingBytes: Int { buffer.count - start }

    /// Takes bytes as they arrive; what comes behind the end is dropped.
    public mutating func append(_ bytes: [UInt8]) {
        guard !isFinished else { return }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole part, or nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> MTConnectPart? {
        while true {
            switch state {
            case .boundary(let isFirst):
                guard let line = try line(MTConnectLimits.preambleBytes) else { return nil }
                try boundary(line, isFirst: isFirst)
            case .headers:
                guard let line = try line(MTConnectLimits.partHeaderBytes) else { return nil }
                try header(line)
            case .sized(let length):
                guard pendingBytes >= length else { return nil }
                let body = Array(buffer[start..<start + length])
                take(length)
                state = .boundary(isFirst: false)
                return MTConnectPart(contentType: contentType, body: body)
            case .unsized:
                guard let part = try unsizedPart() else { return nil }
                return part
            case .finished: return nil
            }
        }
    }

    private static func fault(_ text: String) -> FrameError {
        FrameError(doing: "reading a streamed answer", problem: .invalid(text))
    }

    private mutating func take(_ count: Int) {
        start += count
        searched = 0
    }

    /// Takes a line without its end; nil until it is whole.
    private mutating func line(_ limit: Int) throws(FrameError) -> [UInt8]? {
        var place = start + searched
        while place < buffer.count, buffer[place] != 0x0A { place += 1 }
        guard place - start <= limit else {
            throw Self.fault("a line of more than \(limit) bytes")
        }
        guard place < buffer.count else {
            searched = place - start
            return nil
        }
        var line = Array(buffer[start..<place])
        if line.last == 0x0D { line.removeLast() }
        take(place + 1 - start)
        return line
    }

    /// What a line says as a boundary: nil for none, true for the last one.
    private func isLastBoundary(_ line: some Collection<UInt8>) -> Bool? {
        let dashes = line.prefix { $0 == 0x2D }.count
        guard dashes >= 2 else { return nil }
        let name = line.dropFirst(dashes)
        guard name.starts(with: core) else { return nil }
        let rest = name.dropFirst(core.count)
        if rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return false }
        return rest.starts(with: [0x2D, 0x2D]) ? true : nil
    }

    private mutating func boundary(_ line: [UInt8], isFirst: Bool) throws(FrameError) {
        guard let isLast = isLastBoundary(line) else {
            guard isFirst || line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
                throw Self.fault("bytes between two parts; a wrong length, or a wrong boundary")
            }
            preambleBytes += line.count + 1
            guard preambleBytes <= MTConnectLimits.preambleBytes else {
                throw Self.fault(
                    "no boundary within \(MTConnectLimits.preambleBytes) bytes")
            }
            return
        }
        preambleBytes = 0
        begin(isLast: isLast)
    }

    private mutating func begin(isLast: Bool) {
        state = isLast ? .finished : .headers
        if isLast {
            buffer.removeAll()
            start = 0
        }
        headerBytes = 0
        contentType = ""
        length = nil
    }

    private mutating func header(_ line: [UInt8]) throws(FrameError) {
        headerBytes += line.count + 2
        guard headerBytes <= MTConnectLimits.partHeaderBytes else {
            throw Self.fault("headers of more than \(MTConnectLimits.partHeaderBytes) bytes")
        }
        if line.isEmpty {
            state = length.map(State.sized) ?? .unsized
            return
        }
        guard let colon = line.firstIndex(of: 0x3A) else {
            throw Self.fault("a header without \":\"")
        }
        let name = XMLText.trimmed(Array(line[..<colon])).lowercased()
        let value = XMLText.trimmed(Array(line[(colon + 1)...]))
        if name == "content-type" { contentType = value }
        guard name == "content-length" else { return }
        guard let number = MTConnectNumber.whole(value) else {
            throw Self.fault("the length \"\(value)\" is not a number")
        }
        guard number <= UInt64(limit) else {
            throw tooLong(Int(clamping: number))
        }
        length = Int(number)
    }

    /// Takes a part up to the next boundary line; nil until that has come.
    private mutating func unsizedPart() throws(FrameError) -> MTConnectPart? {
        var lineStart = start + searched
        while let end = buffer[lineStart...].firstIndex(of: 0x0A) {
            var line = buffer[lineStart..<end]
            if line.last == 0x0D { line = line.dropLast() }
            if let isLast = isLastBoundary(line) {
                var body = Array(buffer[start..<lineStart])
                // The line end before a boundary belongs to the boundary.
                if body.last == 0x0A { body.removeLast() }
                if body.last == 0x0D { body.removeLast() }
                guard body.count <= limit else { throw tooLong(body.count) }
                take(end + 1 - start)
                let part = MTConnectPart(contentType: contentType, body: body)
                begin(isLast: isLast)
                return part
            }
            lineStart = end + 1
        }
        searched = lineStart - start
        // What is not part of a whole line yet may be the boundary.
        guard pendingBytes <= limit + MTConnectLimits.boundaryBytes else {
            throw tooLong(pendingBytes)
        }
        return nil
    }

    private func tooLong(_ found: Int) -> FrameError {
        FrameError(
            doing: "reading a streamed answer", problem: .tooLong(found: found, limit: limit))
    }

    /// The value of a parameter of a content type, without quotes.
    private static func parameter(_ name: String, of contentType: String) -> String? {
        for part in contentType.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2,
                XMLText.trimmed(Array(pair[0].utf8)).lowercased() == name
            else { continue }
            let value = XMLText.trimmed(Array(pair[1].utf8))
            return value.hasPrefix("\"") && value.hasSuffix("\"") && value.utf8.count >= 2
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }
}
