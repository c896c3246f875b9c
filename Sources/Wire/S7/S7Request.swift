// The messages that this program may send to an S7 controller: connect, set up, read, identify.

/// How a connection names its two ends.
///
/// Source: RFC 1006 and ISO 8073 clause 13.3; the meaning of the two bytes is Siemens'.
public struct S7Route: Hashable, Sendable {
    /// Kind of connection: 1 programming device, 2 operator panel, 3 basic.
    public var kind: UInt8
    /// Rack of the CPU, 0 to 7.
    public var rack: UInt8
    /// Slot of the CPU: 2 in S7-300, often 3 in S7-400, 1 (or 0) in S7-1200 and S7-1500.
    public var slot: UInt8

    /// A route to a CPU; rack and slot are held in their ranges.
    public init(rack: UInt8 = 0, slot: UInt8, kind: UInt8 = 1) {
        self.kind = min(max(1, kind), 3)
        self.rack = min(rack, 7)
        self.slot = min(slot, 31)
    }

    /// The TSAP of the CPU.
    var remote: UInt16 { UInt16(kind) << 8 | UInt16(rack) << 5 | UInt16(slot) }
}

/// A list of the system status that tells what a controller is.
public enum S7StatusList: UInt16, Hashable, CaseIterable, Sendable {
    /// Order number and versions.
    case moduleIdentification = 0x0011
    /// Names and serial number.
    case componentIdentification = 0x001C
}

/// Everything that can be asked of a controller; there is no case that changes one.
public enum S7Request: Hashable, Sendable {
    /// Opens the transport connection.
    case connect(S7Route)
    /// Agrees on the bytes of a message (function F0).
    case setUp(pduBytes: Int)
    /// Reads ranges (function 04).
    case read([S7Range])
    /// Reads a list of the system status.
    case identify(S7StatusList)

    /// The frame with its reference, which the answer repeats.
    ///
    /// Throws when a read has no item, more than 20, or an item out of range.
    public func encoded(reference: UInt16) throws(FrameError) -> [UInt8] {
        switch self {
        case .connect(let route):
            let remote = route.remote
            // Reference 1, class 0; TPDU size 1,024, calling and called TSAP.
            return Self.frame([
                0x11, 0xE0, 0, 0, 0, 1, 0, 0xC0, 1, 0x0A, 0xC1, 2, 1, 0, 0xC2, 2,
                UInt8(remote >> 8), UInt8(truncatingIfNeeded: remote),
            ])
        case .setUp(let pduBytes):
            let size = min(max(S7Limits.smallestPDUBytes, pduBytes), S7Limits.largestPDUBytes)
            var parameters: [UInt8] = [0xF0, 0, 0, 1, 0, 1]
            parameters.append(bigEndian: UInt16(size))
            return Self.message(kind: 1, reference, parameters, [])
        case .read(let ranges):
            return Self.message(kind: 1, reference, try Self.parameters(ranges), [])
        case .identify(let list):
            var data: [UInt8] = [0xFF, 0x09, 0, 4]
            data.append(bigEndian: list.rawValue)
            data.append(bigEndian: UInt16(0))
            return Self.message(kind: 7, reference, [0, 1, 0x12, 4, 0x11, 0x44, 1, 0], data)
        }
    }

    private static func frame(_ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [3, 0]
        bytes.append(bigEndian: UInt16(4 + body.count))
        return bytes + body
    }

    private static func message(
        kind: UInt8, _ reference: UInt16, _ parameters: [UInt8], _ data: [UInt8]
    ) -> [UInt8] {
        var body: [UInt8] = [2, 0xF0, 0x80, 0x32, kind, 0, 0]
        body.append(bigEndian: reference)
        body.append(bigEndian: UInt16(parameters.count))
        body.append(bigEndian: UInt16(data.count))
        return frame(body + parameters + data)
    }

    private static func parameters(_ ranges: [S7Range]) throws(FrameError) -> [UInt8] {
        let doing = "writing an S7 read request"
        guard (1...S7Limits.items).contains(ranges.count) else {
            throw FrameError(
                doing: doing,
                problem: .value(field: "items", found: ranges.count, expected: "1 to 20"))
        }
        var bytes: [UInt8] = [0x04, UInt8(ranges.count)]
        for range in ranges {
            let isBytes = range.elementBytes == 1
            let last = isBytes ? S7Limits.lastByte : Int(UInt16.max)
            guard range.offset >= 0, range.offset <= last,
                (1...S7Limits.largestPDUBytes).contains(range.count),
                range.offset + range.count - 1 <= last
            else { throw FrameError(doing: doing, problem: .invalid("\(range) is out of range")) }
            // Transport size BYTE, or the area's own code for timers and counters.
            bytes += [0x12, 0x0A, 0x10, isBytes ? 0x02 : range.area.rawValue]
            bytes.append(bigEndian: UInt16(range.count))
            bytes.append(bigEndian: range.block)
            bytes.append(
                bigEndian: UInt32(range.area.rawValue) << 24
                    | UInt32(isBytes ? range.offset * 8 : range.offset))
        }
        return bytes
    }
}
