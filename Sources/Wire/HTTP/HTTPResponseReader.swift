// Reads the answers of a web server from whatever pieces they arrive in.

/// The sizes of HTTP answers and requests (R-52).
public enum HTTPLimits {
    /// Bytes of the status line and all headers of one answer, trailers too.
    public static let headerBytes = 16 << 10
    /// Headers of one answer.
    public static let fields = 64
    /// Bytes of one body, unless the reader is told otherwise.
    public static let bodyBytes = 8 << 20
    /// Bytes of the line that tells the size of a chunk.
    public static let chunkLineBytes = 1 << 10
    /// Bytes of a request's target.
    public static let targetBytes = 8 << 10
}

/// The beginning of an answer: what became of the request.
public struct HTTPHead: Hashable, Sendable {
    /// The status, 200 to 599.
    public var status: Int
    /// The words behind the status; empty when there are none.
    public var reason: String
    /// Names in lower case with their values, in the order of the answer.
    public var fields: [(name: String, value: String)] {
        zip(names, values).map { ($0, $1) }
    }

    var names: [String] = []
    var values: [String] = []

    /// The first value of a header, named in lower case; nil when it is not there.
    public subscript(name: String) -> String? {
        names.firstIndex(of: name).map { values[$0] }
    }

    /// Status and words: "404 Not Found".
    public var words: String { reason.isEmpty ? "\(status)" : "\(status) \(reason)" }
}

/// What an answer consists of, in this order.
public enum HTTPResponseEvent: Hashable, Sendable {
    /// The beginning; comes once.
    case head(HTTPHead)
    /// Bytes of the body; any number of times.
    case body([UInt8])
    /// The end; true when the connection can carry another request.
    case end(keepsAlive: Bool)
}

/// Reads one answer after another from a connection.
///
/// Strict: what two readers could take for two different things is an error. Redirects, changes of
/// protocol and compressed bodies, which nobody asked for, are not followed: the first is told as
/// the status that it is, the others are errors. After an error close the connection.
/// Source: RFC 9112 clauses 2 to 7 and 9.
public struct HTTPResponseReader: Sendable {
    private enum State {
        case status
        case fields
        case sized(Int)
        case untilClose
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailers
        case failed
    }

    private static let doing = "reading an HTTP answer"
    private let bodyLimit: Int?
    private var state = State.status
    private var buffer: [UInt8] = []
    private var start = 0
    /// Bytes behind `start` in which no line end was found.
    private var searched = 0
    private var head = HTTPHead(status: 0, reason: "")
    private var headerBytes = 0
    private var bodyBytes = 0
    private var isOld = false

    /// A reader of a new connection; `bodyLimit` is in bytes, nil for a stream without end.
    public init(bodyLimit: Int? = HTTPLimits.bodyBytes) {
        self.bodyLimit = bodyLimit
    }

    /// Bytes kept that have not been returned yet.
    public var pendingBytes: Int { buffer.count - start }

    /// True between two answers, with nothing of the next one here.
    public var isIdle: Bool {
        if case .status = state, pendingBytes == 0, headerBytes == 0 { true } else { false }
    }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next part of an answer; nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> HTTPResponseEvent? {
        do throws(FrameError) {
            return try read()
        } catch {
            state = .failed
            throw error
        }
    }

    /// The other side has closed the connection.
    ///
    /// Returns the end of an answer that ends this way, nil between two answers; throws when the
    /// answer is cut off. First take everything that `next` gives.
    public mutating func closed() throws(FrameError) -> HTTPResponseEvent? {
        if case .untilClose = state {
            state = .status
            return .end(keepsAlive: false)
        }
        guard !isIdle else { return nil }
        throw fault("the connection ended in the middle of the answer")
    }

    private func fault(_ text: String) -> FrameError {
        FrameError(doing: Self.doing, problem: .invalid(text))
    }

    private mutating func read() throws(FrameError) -> HTTPResponseEvent? {
        while true {
            switch state {
            case .status:
                guard let line = try headerLine() else { return nil }
                try status(line)
                state = .fields
            case .fields:
                guard let line = try headerLine() else { return nil }
                guard line.isEmpty else {
                    try field(line)
                    continue
                }
                if let event = try begin() { return event }
            case .sized(0): return finish()
            case .sized(let rest):
                guard let bytes = try body(rest) else { return nil }
                state = .sized(rest - bytes.count)
                return .body(bytes)
            case .untilClose:
                guard let bytes = try body(Int.max) else { return nil }
                return .body(bytes)
            case .chunkSize:
                guard let line = try line(HTTPLimits.chunkLineBytes) else { return nil }
                let size = try chunkSize(line)
                state = size == 0 ? .trailers : .chunk(size)
            case .chunk(let rest):
                guard let bytes = try body(rest) else { return nil }
                state = rest == bytes.count ? .chunkEnd : .chunk(rest - bytes.count)
                return .body(bytes)
            case .chunkEnd:
                guard let line = try line(2) else { return nil }
                guard line.isEmpty else { throw fault("a chunk longer than its size tells") }
                state = .chunkSize
            case .trailers:
                guard let line = try headerLine() else { return nil }
                if line.isEmpty { return finish() }
            case .failed: throw fault("nothing is readable behind an error")
            }
        }
    }

    private mutating func finish() -> HTTPResponseEvent {
        let keepsAlive = keepsAlive
        state = .status
        headerBytes = 0
        return .end(keepsAlive: keepsAlive && pendingBytes == 0)
    }

    private var keepsAlive: Bool {
        let words = (head["connection"] ?? "").lowercased().split { $0 == "," || $0 == " " }
        return isOld ? words.contains("keep-alive") : !words.contains("close")
    }

    // MARK: Lines

    /// Takes a line without its end; nil until it is whole.
    private mutating func line(_ limit: Int) throws(FrameError) -> [UInt8]? {
        var place = start + searched
        while place < buffer.count, buffer[place] != 0x0A { place += 1 }
        guard place - start <= limit else {
            throw FrameError(
                doing: Self.doing, problem: .tooLong(found: place - start, limit: limit))
        }
        guard place < buffer.count else {
            searched = place - start
            return nil
        }
        var line = Array(buffer[start..<place])
        if line.last == 0x0D { line.removeLast() }
        start = place + 1
        searched = 0
        guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw fault("a control character in a line")
        }
        return line
    }

    private mutating func headerLine() throws(FrameError) -> [UInt8]? {
        let rest = HTTPLimits.headerBytes - headerBytes
        guard let line = try line(max(0, rest)) else { return nil }
        headerBytes += line.count + 2
        return line
    }

    private mutating func status(_ line: [UInt8]) throws(FrameError) {
        head = HTTPHead(status: 0, reason: "")
        bodyBytes = 0
        let isKnown = line.starts(with: Array("HTTP/1.".utf8)) && line.count >= 12
        guard isKnown, line[7] == 0x30 || line[7] == 0x31, line[8] == 0x20,
            line[9...11].allSatisfy({ (0x30...0x39).contains($0) }),
            line.count == 12 || line[12] == 0x20
        else { throw fault("the first line is none of HTTP/1") }
        isOld = line[7] == 0x30
        let digits = line[9...11].map { Int($0) - 0x30 }
        head.status = digits[0] * 100 + digits[1] * 10 + digits[2]
        guard (100...599).contains(head.status) else {
            throw FrameError(
                doing: Self.doing,
                problem: .value(field: "status", found: head.status, expected: "100 to 599"))
        }
        head.reason = String(decoding: line.dropFirst(13), as: UTF8.self)
    }

    private mutating func field(_ line: [UInt8]) throws(FrameError) {
        guard let colon = line.firstIndex(of: 0x3A), colon > 0,
            line[..<colon].allSatisfy(HTTPToken.allows)
        else { throw fault("a header without a name") }
        guard head.names.count < HTTPLimits.fields else {
            throw fault("more than \(HTTPLimits.fields) headers")
        }
        var value = line[(colon + 1)...]
        while value.first == 0x20 || value.first == 0x09 { value.removeFirst() }
        while value.last == 0x20 || value.last == 0x09 { value.removeLast() }
        head.names.append(String(decoding: line[..<colon], as: UTF8.self).lowercased())
        head.values.append(String(decoding: value, as: UTF8.self))
    }

    // MARK: Bodies

    /// What follows the headers; nil when the answer is only a sign that the real one will come.
    private mutating func begin() throws(FrameError) -> HTTPResponseEvent? {
        if head.status < 200 {
            guard head.status != 101 else { throw fault("a change of protocol") }
            // The budget of headers goes on: a flood of such answers ends at it.
            state = .status
            return nil
        }
        if let coding = head["content-encoding"], coding.lowercased() != "identity" {
            throw fault("a body compressed by \(coding.prefix(40)), which was not asked for")
        }
        let length = try contentLength()
        let codings = all("transfer-encoding")
        if head.status == 204 || head.status == 304 {
            state = .sized(0)
        } else if !codings.isEmpty {
            guard codings.count == 1, codings[0].lowercased() == "chunked", !isOld else {
                throw fault("the transfer encoding \(codings.joined(separator: ", ").prefix(40))")
            }
            guard length == nil else { throw fault("a length and a transfer encoding") }
            state = .chunkSize
        } else if let length {
            state = .sized(length)
        } else {
            state = .untilClose
        }
        headerBytes = 0
        return .head(head)
    }

    private func all(_ name: String) -> [String] {
        head.fields.filter { $0.name == name }.map(\.value)
    }

    private func contentLength() throws(FrameError) -> Int? {
        let values = all("content-length")
        guard let first = values.first else { return nil }
        guard values.allSatisfy({ $0 == first }), !first.isEmpty, first.utf8.count <= 15,
            first.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(first)
        else { throw fault("the length \"\(first.prefix(40))\" is not one number") }
        if let bodyLimit, length > bodyLimit { throw tooLong(length, bodyLimit) }
        return length
    }

    private func tooLong(_ found: Int, _ limit: Int) -> FrameError {
        FrameError(doing: Self.doing, problem: .tooLong(found: found, limit: limit))
    }

    /// The size of a chunk; extensions behind it are passed over.
    private func chunkSize(_ line: [UInt8]) throws(FrameError) -> Int {
        var digits = line.prefix { $0 != 0x3B }
        while digits.last == 0x20 || digits.last == 0x09 { digits.removeLast() }
        let isHex = digits.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
            default: false
            }
        }
        guard !digits.isEmpty, digits.count <= 12, isHex,
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("the size of a chunk is not a number") }
        if let bodyLimit, size > bodyLimit - bodyBytes { throw tooLong(size, bodyLimit) }
        return size
    }

    /// Bytes of the body that are here, at most so many; nil when there are none.
    private mutating func body(_ most: Int) throws(FrameError) -> [UInt8]? {
        let count = min(most, pendingBytes)
        guard count > 0 else { return nil }
        if let bodyLimit {
            guard count <= bodyLimit - bodyBytes else { throw tooLong(count, bodyLimit) }
            bodyBytes += count
        }
        let bytes = Array(buffer[start..<start + count])
        start += count
        searched = 0
        return bytes
    }
}

/// What names in requests and answers are made of.
enum HTTPToken {
    /// True for a character of a name (RFC 9110 clause 5.6.2).
    static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
        default: false
        }
    }
}
