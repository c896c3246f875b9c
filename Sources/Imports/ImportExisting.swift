// What is stored already in the time that a file is about, as the host finds it.

public import Plant

/// The time and the machines that a file is about.
public struct ImportSpan: Hashable, Sendable {
    /// From the start of the first row to the end of the last; nil where no row has a time.
    public let range: TimeRange?
    /// The machines in it.
    public let machines: Set<Slug>
}

/// What is stored already for a span.
public struct ImportExisting: Sendable {
    /// Rows that an earlier import of the same file brought in and that still count.
    public var rows: Set<RowKey>
    /// Stops that signals saw, by machine, in any order.
    public var seenStops: [Slug: [TimeRange]]
    /// How often each event is stored; whoever says it, it says the same.
    public private(set) var events: [FactoryEvent: Int] = [:]
    /// Ranges of bookings, by machine.
    private(set) var bookings: [Slug: [TimeRange]] = [:]

    /// What is stored: rows of the same file, stops that were seen, and events of the span.
    public init(
        rows: Set<RowKey> = [], seenStops: [Slug: [TimeRange]] = [:], events: [FactoryEvent] = []
    ) {
        self.rows = rows
        self.seenStops = seenStops.mapValues { $0.sorted { $0.start < $1.start } }
        for event in events {
            self.events[event, default: 0] += 1
            if case .countBooked(let machine, let range, _, _, _, _) = event {
                bookings[machine, default: []].append(range)
            }
        }
        for machine in bookings.keys {
            bookings[machine]?.sort { ($0.start, $0.end) < ($1.start, $1.end) }
        }
    }

    /// Takes one of the stored events of a kind; false when there is none left.
    mutating func take(_ event: FactoryEvent) -> Bool {
        guard let count = events[event], count > 0 else { return false }
        events[event] = count - 1
        return true
    }

    /// Seen stops of a machine that a row is about: those at least half inside, else the one that
    /// shares most.
    func stops(of machine: Slug, in range: TimeRange) -> [TimeRange] {
        guard let stops = seenStops[machine] else { return [] }
        var low = 0
        var high = stops.count
        // Stops of one machine do not overlap, so their ends are in order too.
        while low < high {
            let middle = (low + high) / 2
            if stops[middle].end <= range.start { low = middle + 1 } else { high = middle }
        }
        var inside: [TimeRange] = []
        var best: (shared: Elapsed, stop: TimeRange)?
        while low < stops.count, stops[low].start < range.end {
            let stop = stops[low]
            low += 1
            guard let shared = stop.intersection(range)?.elapsed else { continue }
            if shared.nanoseconds >= stop.elapsed.nanoseconds / 2 { inside.append(stop) }
            if shared > best?.shared ?? .zero { best = (shared, stop) }
            if inside.count == ImportsLimits.stopsOfRow { break }
        }
        return inside.isEmpty ? [best?.stop].compactMap(\.self) : inside
    }

    /// Whether parts are booked already for a time that a row is about.
    func isBooked(_ machine: Slug, _ range: TimeRange) -> Bool {
        guard let ranges = bookings[machine] else { return false }
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].start < range.end { low = middle + 1 } else { high = middle }
        }
        // Bookings seldom overlap one another: the few before the end are looked at.
        return ranges[..<low].suffix(ImportsLimits.stopsOfRow).contains { $0.overlaps(range) }
    }
}
