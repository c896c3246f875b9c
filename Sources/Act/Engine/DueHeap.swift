// Times at which something is due, soonest first.

/// A binary heap of times, each with what wakes.
struct DueHeap: Sendable {
    struct Entry: Sendable, BitwiseCopyable {
        let time: Int64
        /// An instance, or a window as −1 less its place.
        let what: Int32
    }

    private var entries: [Entry] = []

    /// The soonest time, `.max` when nothing is due.
    var soonest: Int64 { entries.isEmpty ? .max : entries[0].time }

    mutating func push(_ time: Int64, _ what: Int32) {
        entries.append(Entry(time: time, what: what))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].time < entries[parent].time else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry {
        let first = entries[0]
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2
            where child < entries.count && entries[child].time < entries[least].time {
                least = child
            }
            guard least != parent else { break }
            entries.swapAt(parent, least)
            parent = least
        }
        return first
    }
}
