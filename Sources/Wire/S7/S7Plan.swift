// Planning of S7 reads: neighbours are read together, many items in one request.

/// A run of bytes, or of timers or counters, that is read as one item.
public struct S7Range: Hashable, Sendable, CustomStringConvertible {
    /// The area.
    public let area: S7Area
    /// Number of the data block, 0 in other areas.
    public let block: UInt16
    /// First byte; first timer or counter.
    public let offset: Int
    /// Bytes; timers or counters.
    public internal(set) var count: Int

    /// A range from its parts.
    ///
    /// Numbers that no request can have are held just beyond the limits, where they are refused.
    public init(_ area: S7Area, block: UInt16 = 0, offset: Int, count: Int) {
        self.area = area
        self.block = block
        self.offset = min(max(-1, offset), S7Limits.lastByte + 1)
        self.count = min(max(0, count), S7Limits.lastByte + 1)
    }

    /// Bytes of one element: timers and counters have two.
    var elementBytes: Int { area == .timer || area == .counter ? 2 : 1 }

    /// Bytes of the data in the answer.
    public var byteCount: Int { count * elementBytes }

    /// The range as people write it: "DB1 bytes 4 to 7".
    public var description: String {
        let name = area == .block ? "DB\(block)" : area.letter
        let what = area == .timer ? "timers" : area == .counter ? "counters" : "bytes"
        return "\(name) \(what) \(offset) to \(offset + max(1, count) - 1)"
    }
}

/// The requests that fetch a set of values.
///
/// Values that touch or overlap are joined; gaps are bridged only when `maxGap` allows it. A value
/// is never cut apart. When a device refuses a joined range, plan anew without joining to find the
/// address that it does not have.
public struct S7Plan: Hashable, Sendable {
    /// What the connection accepts.
    public struct Limits: Hashable, Sendable {
        /// Negotiated bytes of a message.
        public var pduBytes: Int
        /// Items of one request, 1 to 20.
        public var items: Int
        /// Unused bytes that may be read between two values; 0 reads none.
        public var maxGap: Int
        /// False to read each value as an item of its own.
        public var isJoining: Bool

        /// Limits for a negotiated size of messages.
        public init(
            pduBytes: Int, items: Int = S7Limits.items, maxGap: Int = 0, isJoining: Bool = true
        ) {
            self.pduBytes = min(
                max(S7Limits.smallestPDUBytes, pduBytes), S7Limits.largestPDUBytes)
            self.items = min(max(1, items), S7Limits.items)
            self.maxGap = max(0, maxGap)
            self.isJoining = isJoining
        }

        /// Bytes of the largest single item.
        var rangeBytes: Int { pduBytes - S7Limits.answerBytes - S7Limits.answerItemBytes }
    }

    /// Where a value lies in the answer.
    public struct Slice: Hashable, Sendable {
        /// Index of the address in the list given to the plan.
        public var address: Int
        /// First byte in the data of the range.
        public var offset: Int
    }

    /// One item of a request with the values in it.
    public struct Item: Hashable, Sendable {
        /// What is read.
        public var range: S7Range
        /// The values in it.
        public var slices: [Slice]
    }

    /// Why a plan cannot be made.
    public enum Fault: Error, Hashable, Sendable {
        /// The address at this index needs more bytes than one answer may have.
        case tooLong(index: Int, bytes: Int, limit: Int)
    }

    /// The requests: each has up to 20 items.
    public var requests: [[Item]]

    /// Plans the reads of addresses; their order does not matter.
    public init(_ addresses: [S7Address], limits: Limits) throws(Fault) {
        requests = []
        var items: [Item] = []
        let order = addresses.indices.sorted { left, right in
            (addresses[left], left) < (addresses[right], right)
        }
        for index in order {
            let address = addresses[index]
            let range = S7Range(
                address.area, block: address.block, offset: address.offset,
                count: max(1, address.type.byteCount / Self.elementBytes(address.area)))
            guard range.byteCount <= limits.rangeBytes else {
                throw .tooLong(index: index, bytes: range.byteCount, limit: limits.rangeBytes)
            }
            if let last = items.indices.last, limits.isJoining,
                let joined = Self.joined(items[last].range, range, limits)
            {
                let offset = (range.offset - joined.offset) * range.elementBytes
                items[last].range = joined
                items[last].slices.append(Slice(address: index, offset: offset))
            } else {
                items.append(Item(range: range, slices: [Slice(address: index, offset: 0)]))
            }
        }
        pack(items, limits)
    }

    private static func elementBytes(_ area: S7Area) -> Int {
        S7Range(area, offset: 0, count: 1).elementBytes
    }

    private static func joined(_ first: S7Range, _ second: S7Range, _ limits: Limits) -> S7Range? {
        guard first.area == second.area, first.block == second.block else { return nil }
        let gap = second.offset - (first.offset + first.count)
        guard gap <= limits.maxGap else { return nil }
        var both = first
        both.count = max(first.count, second.offset - first.offset + second.count)
        return both.byteCount <= limits.rangeBytes ? both : nil
    }

    /// Fills requests in order, within the items and bytes of request and answer.
    private mutating func pack(_ items: [Item], _ limits: Limits) {
        var request: [Item] = []
        var asked = S7Limits.requestBytes
        var answered = S7Limits.answerBytes
        for item in items {
            // Items but the last are filled up to an even length; counting all is on the safe side.
            let answer = S7Limits.answerItemBytes + (item.range.byteCount + 1) / 2 * 2
            let isFull =
                request.count == limits.items || asked + S7Limits.itemBytes > limits.pduBytes
                || answered + answer > limits.pduBytes
            if isFull, !request.isEmpty {
                requests.append(request)
                request = []
                asked = S7Limits.requestBytes
                answered = S7Limits.answerBytes
            }
            request.append(item)
            asked += S7Limits.itemBytes
            answered += answer
        }
        if !request.isEmpty { requests.append(request) }
    }
}
