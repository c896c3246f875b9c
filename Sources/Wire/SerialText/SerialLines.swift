// Finds lines of text in a stream of bytes cut anywhere.

/// A piece of a serial stream.
public enum SerialLine: Hashable, Sendable {
    /// A line without its end, never empty.
    case line([UInt8])
    /// A line of more than ``SerialLimits/lineBytes`` bytes; it is left out to its end.
    case tooLong
}

/// Finds lines that end with CR, LF, CR LF or ETX; STX begins one and drops what stood before it.
///
/// Empty lines are left out, so the pair CR LF needs no rule, and neither does the order LF CR.
public struct SerialLines: Sendable {
    private var line: [UInt8] = []
    private var isTooLong = false
    private let mask: UInt8

    /// A reader at the start of a stream.
    ///
    /// With `sevenBits` the highest bit of each byte is ignored: parity that was not checked.
    public init(sevenBits: Bool = false) { mask = sevenBits ? 0x7F : 0xFF }

    /// Bytes of the line that has not ended yet.
    public var pendingBytes: Int { line.count }

    /// Forgets the line that has not ended, as after a break of the connection.
    public mutating func reset() {
        line = []
        isTooLong = false
    }

    /// Takes bytes as they arrive and gives the lines that end in them.
    public mutating func append(_ bytes: [UInt8]) -> [SerialLine] {
        var lines: [SerialLine] = []
        for byte in bytes {
            switch byte & mask {
            case 0x0A, 0x0D, 0x03:
                if !isTooLong, !line.isEmpty { lines.append(.line(line)) }
                reset()
            case 0x02: reset()
            case 0x00: break
            case let character:
                if isTooLong { continue }
                if line.count == SerialLimits.lineBytes {
                    lines.append(.tooLong)
                    line = []
                    isTooLong = true
                } else {
                    line.append(character)
                }
            }
        }
        return lines
    }
}
