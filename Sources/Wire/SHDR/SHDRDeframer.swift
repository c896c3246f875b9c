// Finds lines in the stream of an adapter, and assets that stand on several lines.

/// Finds lines in a stream that is cut anywhere.
///
/// A line that ends in `--multiline--TAG` goes on until a line that is `--multiline--TAG` alone;
/// it is returned as one, with line feeds inside. Space at the end of lines is dropped, empty
/// lines are skipped. A line that is too long is reported once and skipped to its end.
public struct SHDRDeframer: Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var isSkipping = false
    private var body: [UInt8]?
    private var terminator: [UInt8] = []
    private static let mark = Array("--multiline--".utf8)

    /// A reader at the start of a stream.
    public init() {}

    /// Bytes kept that have not been returned yet.
    public var pendingBytes: Int { buffer.count - start + (body?.count ?? 0) }

    /// Takes bytes as they arrive.
    public mutating func append(_ bytes: [UInt8]) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Forgets everything, as for a new connection.
    public mutating func reset() { self = SHDRDeframer() }

    /// The next whole line without its end, or nil until more bytes arrive.
    public mutating func next() throws(FrameError) -> [UInt8]? {
        while let line = try line() {
            if var open = body {
                if line == terminator {
                    body = nil
                    return open
                }
                open.append(0x0A)
                open += line
                guard open.count <= SHDRLimits.assetBytes else {
                    body = nil
                    throw Self.tooLong(open.count, SHDRLimits.assetBytes)
                }
                body = open
            } else if line.isEmpty {
                continue
            } else if let place = Self.firstMark(line) {
                body = Array(line[..<place])
                terminator = Array(line[place...])
            } else {
                return line
            }
        }
        return nil
    }

    private static func tooLong(_ found: Int, _ limit: Int) -> FrameError {
        FrameError(
            doing: "reading lines of an adapter", problem: .tooLong(found: found, limit: limit))
    }

    /// Takes a line without the space at its end.
    private mutating func line() throws(FrameError) -> [UInt8]? {
        while true {
            guard let end = buffer[(start + searched)...].firstIndex(of: 0x0A) else {
                searched = buffer.count - start
                guard searched > SHDRLimits.lineBytes else { return nil }
                let found = searched
                drop(found)
                if isSkipping { return nil }
                isSkipping = true
                throw Self.tooLong(found, SHDRLimits.lineBytes)
            }
            let range = start..<end
            drop(end + 1 - start)
            if isSkipping {
                isSkipping = false
                continue
            }
            guard range.count <= SHDRLimits.lineBytes else {
                throw Self.tooLong(range.count, SHDRLimits.lineBytes)
            }
            var line = buffer[range]
            while let last = line.last, SHDRFields.isSpace(last) { line = line.dropLast() }
            return Array(line)
        }
    }

    private mutating func drop(_ count: Int) {
        start += count
        searched = 0
    }

    private static func firstMark(_ line: [UInt8]) -> Int? {
        guard line.count >= mark.count else { return nil }
        return (0...line.count - mark.count).first { line[$0...].starts(with: mark) }
    }
}
