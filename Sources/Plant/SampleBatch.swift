// Samples as they cross every boundary: columns over one time column, never single samples.

/// How far a sample can be trusted, in one byte (decisions 13).
public struct Quality: Hashable, Sendable, BitwiseCopyable {
    /// Grade in the upper two bits, reason in the lower six.
    public let code: UInt8

    /// A quality from its stored code.
    public init(code: UInt8) {
        self.code = code
    }

    /// Measured and usable.
    public static let good = Quality(code: 0x00)
    /// Arrival time stands in for a source time that cannot be right.
    public static let uncertainClock = Quality(code: 0x44)
    /// Older than three expected periods.
    public static let uncertainStale = Quality(code: 0x42)
    /// Measured, but the source itself doubts it: a weight that is not at rest.
    public static let uncertainValue = Quality(code: 0x43)
    /// No answer from the machine: the start of a gap.
    public static let badComm = Quality(code: 0x81)
    /// A value that is no number: NaN, infinite, or outside what the signal can give.
    public static let badValue = Quality(code: 0x83)
    /// The stored bytes are damaged.
    public static let badDamaged = Quality(code: 0x85)
    /// Measured, but there was no room to store it: the start of a gap.
    public static let badSpace = Quality(code: 0x86)

    /// Whether the value may enter a figure: good, or uncertain only by its clock.
    public var isUsable: Bool {
        code < 0x80 && code != Quality.uncertainStale.code && code != Quality.uncertainValue.code
    }
    /// Whether the value counts as missing.
    public var isBad: Bool { code >= 0x80 }

    /// The word in interfaces: good, doubtful or missing.
    public var word: String { code < 0x40 ? "good" : code < 0x80 ? "doubtful" : "missing" }
    /// The stored reason: comm, stale, value, clock, damaged, space; nil when good.
    public var reason: String? {
        switch code & 0x3F {
        case 1: "comm"
        case 2: "stale"
        case 3: "value"
        case 4: "clock"
        case 5: "damaged"
        case 6: "space"
        default: nil
        }
    }
}

/// The kind of values a signal carries; fixed for the signal's life.
public enum ValueKind: UInt8, Hashable, Sendable, CaseIterable {
    /// IEEE 754 double.
    case number = 1
    /// Signed 64-bit integer: counters, codes.
    case integer = 2
    /// True or false: switches, lights.
    case flag = 3
    /// Text up to 4 KiB: states, programme names.
    case text = 4

    /// The word in files and interfaces.
    public var word: String {
        switch self {
        case .number: "number"
        case .integer: "integer"
        case .flag: "flag"
        case .text: "text"
        }
    }
}

/// The values of one signal in a batch, oldest first.
public enum ColumnValues: Hashable, Sendable {
    /// Doubles, any bit pattern.
    case numbers([Double])
    /// Whole numbers.
    case integers([Int64])
    /// Switches.
    case flags([Bool])
    /// Texts.
    case texts([String])

    /// Number of values.
    public var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .integers(let values): values.count
        case .flags(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The kind of all values.
    public var kind: ValueKind {
        switch self {
        case .numbers: .number
        case .integers: .integer
        case .flags: .flag
        case .texts: .text
        }
    }

    /// The value at a position, as a scalar.
    public subscript(index: Int) -> Scalar {
        switch self {
        case .numbers(let values): .number(values[index])
        case .integers(let values): .integer(values[index])
        case .flags(let values): .flag(values[index])
        case .texts(let values): .text(values[index])
        }
    }

    /// An empty column of a kind.
    public static func empty(_ kind: ValueKind) -> ColumnValues {
        switch kind {
        case .number: .numbers([])
        case .integer: .integers([])
        case .flag: .flags([])
        case .text: .texts([])
        }
    }

    /// Appends a scalar; one of another kind is refused with false and changes nothing.
    ///
    /// The column is emptied before the values grow, so that they are never copied as a whole.
    public mutating func append(_ scalar: Scalar) -> Bool {
        switch self {
        case .numbers(var values):
            guard case .number(let value) = scalar else { return false }
            self = .numbers([])
            values.append(value)
            self = .numbers(values)
        case .integers(var values):
            guard case .integer(let value) = scalar else { return false }
            self = .integers([])
            values.append(value)
            self = .integers(values)
        case .flags(var values):
            guard case .flag(let value) = scalar else { return false }
            self = .flags([])
            values.append(value)
            self = .flags(values)
        case .texts(var values):
            guard case .text(let value) = scalar else { return false }
            self = .texts([])
            values.append(value)
            self = .texts(values)
        }
        return true
    }
}

/// One value of any kind.
public enum Scalar: Hashable, Sendable {
    /// A double.
    case number(Double)
    /// A whole number.
    case integer(Int64)
    /// A switch.
    case flag(Bool)
    /// A text.
    case text(String)

    /// The value as a double where it has one: numbers, integers, and flags as 0 or 1.
    public var asDouble: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        case .flag(let value): value ? 1 : 0
        case .text: nil
        }
    }

    /// The value as text, as state meanings and exports write it.
    public var asText: String {
        switch self {
        case .number(let value):
            value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        case .integer(let value): String(value)
        case .flag(let value): value ? "true" : "false"
        case .text(let value): value
        }
    }
}

/// One signal's part of a batch.
public struct SignalColumn: Hashable, Sendable {
    /// Which signal.
    public let signal: SignalID
    /// One value for each time of the batch; a missing one holds any value and a bad quality.
    public var values: ColumnValues
    /// One quality for each time, or empty when all are good.
    public var quality: [Quality]

    /// A column; `quality` is empty (all good) or has one entry for each value.
    public init(signal: SignalID, values: ColumnValues, quality: [Quality] = []) {
        self.signal = signal
        self.values = values
        self.quality = quality
    }

    /// The quality at a position.
    public func quality(at index: Int) -> Quality { quality.isEmpty ? .good : quality[index] }
}

/// Where samples came from, apart from their quality (decisions 13, 33).
public enum SampleOrigin: Hashable, Sendable {
    /// A machine, meter, broker or program.
    case device
    /// Typed by a person.
    case hand
    /// A file; the number is the import's own and lets the batch be undone.
    case importBatch(UInt32)
}

/// Samples of signals that were read at the same instants: one group (decisions 9).
///
/// Every column has as many values as `times`. Times need not be in order.
public struct SampleBatch: Hashable, Sendable {
    /// Nanoseconds since 1970, one for each row, oldest first where the source allows.
    public var times: [Int64]
    /// Columns in any order; a signal occurs at most once.
    public var columns: [SignalColumn]
    /// Where they came from.
    public var origin: SampleOrigin
    /// Arrival minus source time in nanoseconds for each row, empty where the two are the same.
    public var lateness: [Int64]

    /// A batch of columns over one time column.
    public init(
        times: [Int64], columns: [SignalColumn], origin: SampleOrigin = .device,
        lateness: [Int64] = []
    ) {
        self.times = times
        self.columns = columns
        self.origin = origin
        self.lateness = lateness
    }

    /// Rows times columns.
    public var sampleCount: Int { times.count * columns.count }

    /// What is wrong with the shape, nil when every column fits the time column.
    public var flaw: String? {
        var seen: Set<SignalID> = []
        for column in columns {
            if column.values.count != times.count {
                return "signal \(column.signal.number) has \(column.values.count) values"
                    + " for \(times.count) times"
            }
            if !column.quality.isEmpty, column.quality.count != times.count {
                return "signal \(column.signal.number) has \(column.quality.count) qualities"
                    + " for \(times.count) times"
            }
            if !seen.insert(column.signal).inserted {
                return "signal \(column.signal.number) occurs twice"
            }
        }
        if !lateness.isEmpty, lateness.count != times.count {
            return "\(lateness.count) arrival offsets for \(times.count) times"
        }
        return nil
    }
}

/// How far a source has been read, stored in the same transaction as its samples.
public struct SourceCursor: Hashable, Sendable {
    /// The source's stable name such as `csv/energy.csv`.
    public let source: String
    /// The source's own position, opaque to the store.
    public let position: String

    /// A cursor of a source.
    public init(source: String, position: String) {
        self.source = source
        self.position = position
    }
}
