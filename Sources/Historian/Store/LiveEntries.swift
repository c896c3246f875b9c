// The newest sample of every signal in memory, dense by signal number.

import Plant

/// The newest sample of a signal with what decides between two of the same time.
struct LiveEntry: Hashable, Sendable {
    /// When, nanoseconds since 1970.
    var time: Int64
    /// What.
    var value: Scalar
    /// How far to trust it.
    var quality: Quality
    /// How many samples of the same time came before.
    var revision: UInt32
    /// The import it came with, 0 for none.
    var importNumber: UInt32

    /// The newest row of a column.
    init?(
        times: [Int64], column: BlockColumn, revision: UInt32, importNumber: UInt32
    ) {
        guard let time = times.last else { return nil }
        let row = times.count - 1
        self.init(
            time: time, value: column.values[row],
            quality: column.quality.isEmpty ? .good : column.quality[row], revision: revision,
            importNumber: importNumber)
    }

    /// An entry.
    init(
        time: Int64, value: Scalar, quality: Quality, revision: UInt32, importNumber: UInt32
    ) {
        self.time = time
        self.value = value
        self.quality = quality
        self.revision = revision
        self.importNumber = importNumber
    }

    /// Whether this sample is to be shown rather than another: later, or a newer revision.
    func supersedes(_ other: LiveEntry) -> Bool {
        (time, revision) >= (other.time, other.revision)
    }

    /// The public form.
    var lastValue: LastValue {
        LastValue(time: Timestamp(nanoseconds: time), value: value, quality: quality)
    }
}

/// Entries by signal number; the array grows to the largest number seen.
struct LiveEntries: Sendable {
    private var entries: [LiveEntry?] = []

    /// The entry of a signal.
    subscript(signal: UInt32) -> LiveEntry? {
        get { Int(signal) < entries.count ? entries[Int(signal)] : nil }
        set {
            if Int(signal) >= entries.count {
                entries += [LiveEntry?](repeating: nil, count: Int(signal) + 1 - entries.count)
            }
            entries[Int(signal)] = newValue
        }
    }

    /// Keeps an entry where it supersedes the one before.
    mutating func offer(_ signal: UInt32, _ entry: LiveEntry) {
        if let present = self[signal], !entry.supersedes(present) { return }
        self[signal] = entry
    }

    /// All newest samples.
    var lastValues: [SignalID: LastValue] {
        var values: [SignalID: LastValue] = [:]
        for (number, entry) in entries.enumerated() {
            if let entry { values[SignalID(UInt32(number))] = entry.lastValue }
        }
        return values
    }
}
