// What is read together, in which requests, and how answers become columns. No I/O.

import Plant
import Wire

/// The points of one period with the requests that fetch them.
struct S7PollGroup: Sendable {
    /// One item of a request with the points in it.
    struct Item: Sendable {
        var range: S7Range
        /// Point and first byte of each value in the range.
        var slices: [S7Plan.Slice]
    }

    let period: Elapsed
    let points: [S7Point]
    private(set) var requests: [[Item]] = []
    /// Points for which one answer of this controller has no room.
    private(set) var tooLong: [Int] = []
    private var limits = S7Plan.Limits(pduBytes: S7Limits.pduBytes)
    /// Points that are read as items of their own, because a joined range was refused.
    private var apart: Set<Int> = []

    init(period: Elapsed, points: [S7Point]) {
        self.period = period
        self.points = points
    }

    /// Plans for the size of messages that was agreed.
    mutating func plan(_ limits: S7Plan.Limits) {
        self.limits = limits
        tooLong = []
        requests = []
        var alone = limits
        alone.isJoining = false
        add(points.indices.filter { !apart.contains($0) }, limits)
        add(apart.sorted(), alone)
    }

    /// Plans the points of a refused range anew, each for itself.
    ///
    /// - Returns: The requests that read them now; empty when there was only one.
    mutating func split(_ item: Item) -> [[Item]] {
        guard item.slices.count > 1 else { return [] }
        let chosen = item.slices.map(\.address)
        apart.formUnion(chosen)
        plan(limits)
        var alone = limits
        alone.isJoining = false
        return requests(chosen, alone)
    }

    private mutating func add(_ chosen: [Int], _ limits: S7Plan.Limits) {
        requests += requests(chosen, limits)
    }

    /// The requests for some points; those that are too long are noted and left out.
    private mutating func requests(_ chosen: [Int], _ limits: S7Plan.Limits) -> [[Item]] {
        var rest = chosen
        while !rest.isEmpty {
            do throws(S7Plan.Fault) {
                return try S7Plan(rest.map { points[$0].address }, limits: limits).requests
                    .map { request in
                        request.map { item in
                            Item(
                                range: item.range,
                                slices: item.slices.map { slice in
                                    var slice = slice
                                    slice.address = rest[slice.address]
                                    return slice
                                })
                        }
                    }
            } catch {
                switch error {
                case .tooLong(let index, _, _): tooLong.append(rest.remove(at: index))
                }
            }
        }
        return []
    }
}

/// What one poll gives: a row, or several where the controller is too slow for one instant.
struct S7Poll {
    /// The longest time between the first and the last answer of one row.
    let longest: Elapsed
    /// Why the last refused request was refused.
    var refusal: S7Refusal?
    /// Points that the controller refused, with its reason.
    private(set) var refused: [(point: Int, code: S7ItemCode)] = []
    private var rows: [SampleBatch] = []
    private var time: Timestamp?
    private var columns: [SignalColumn] = []

    init(longest: Elapsed) { self.longest = longest }

    /// Adds the values of one answer; gives the refused items that have several values in them,
    /// which are to be read one by one.
    mutating func take(
        _ results: [S7ItemResult], to items: [S7PollGroup.Item], of points: [S7Point],
        at arrival: Timestamp
    ) -> [S7PollGroup.Item] {
        if let time, arrival - time > longest { close() }
        if time == nil { time = arrival }
        var joined: [S7PollGroup.Item] = []
        for (item, result) in zip(items, results) {
            switch result {
            case .data(let data):
                columns += item.slices.map { Self.column(points[$0.address], $0, data) }
            case .refused(let code):
                if item.slices.count > 1 {
                    joined.append(item)
                } else {
                    refused += item.slices.map { ($0.address, code) }
                    miss([item], of: points)
                }
            }
        }
        return joined
    }

    /// Adds missing values for items that no answer came for.
    mutating func miss(_ items: [S7PollGroup.Item], of points: [S7Point]) {
        columns += items.flatMap(\.slices).map { slice in
            let signal = points[slice.address].signal
            return .missing(signal.id, kind: signal.kind, quality: .badComm)
        }
    }

    /// The rows so far; none while no answer has arrived.
    var batches: [SampleBatch] {
        var poll = self
        poll.close()
        return poll.rows
    }

    private mutating func close() {
        if let time, !columns.isEmpty {
            rows.append(SampleBatch(times: [time.nanoseconds], columns: columns))
        }
        time = nil
        columns = []
    }

    /// The value of a point in a range; nil when it cannot be decoded.
    static func value(_ point: S7Point, _ slice: S7Plan.Slice, _ data: [UInt8]) -> S7Value? {
        let end = slice.offset + point.address.type.byteCount
        guard slice.offset >= 0, end <= data.count else { return nil }
        do throws(FrameError) {
            return try point.address.type.decode(
                Array(data[slice.offset..<end]), bit: point.address.bit)
        } catch {
            return nil  // Such as a REAL that is no number: this value alone is bad.
        }
    }

    private static func column(
        _ point: S7Point, _ slice: S7Plan.Slice, _ data: [UInt8]
    ) -> SignalColumn {
        .single(point.signal, value(point, slice, data)?.scalar(point.signal.kind))
    }
}

extension S7Value {
    /// The value as a signal of a kind keeps it, nil when it has no such value.
    func scalar(_ kind: ValueKind) -> Scalar? {
        switch (kind, self) {
        case (.text, .text(let text)):
            return text.utf8.count <= CaptureLimits.textBytes ? .text(text) : nil
        case (.text, .localTime): return .text(words)
        case (.integer, .integer(let number)), (.integer, .milliseconds(let number)):
            return .integer(number)
        case (.integer, .unsigned(let number)): return Int64(exactly: number).map { .integer($0) }
        case (.flag, .bool(let flag)): return .flag(flag)
        case (.text, _): return nil
        default: return double.flatMap { Scalar.number($0).converted(to: kind) }
        }
    }

    /// The value as people read it; moments without a zone, as the controller has none.
    var words: String {
        switch self {
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .unsigned(let number): String(number)
        case .number(let number): String(number)
        case .text(let text): text
        case .milliseconds(let number): "\(number) ms"
        case .localTime(let moment): String(RFC3339.text(moment).prefix { $0 != "Z" })
        }
    }
}
