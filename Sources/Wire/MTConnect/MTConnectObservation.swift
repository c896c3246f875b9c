// Observations: what a data item told at one time.

/// What one data item told at one time.
public struct MTConnectObservation: Hashable, Sendable {
    /// The place in the agent's buffer, from 1; 0 before an agent has taken it.
    public var sequence: UInt64
    /// When it was observed, nanoseconds since 1970.
    public var timestamp: Int64
    /// The data item that tells.
    public var dataItemID: String
    /// The kind of the data item.
    public var category: MTConnectCategory
    /// The name of its element, for example `Position`; for a condition its type, `SYSTEM`.
    public var type: String
    /// The closer kind, for example `ACTUAL`.
    public var subType: String?
    /// The name of the data item.
    public var name: String?
    /// What it told.
    public var value: MTConnectValue
    /// Why the value began anew, for example `DAY`; nil when it did not.
    public var resetTriggered: String?
    /// Seconds that the value covers, ending at its time; nil when it is the value of one instant.
    public var duration: Double?
    /// How the value was computed, for example `AVERAGE`.
    public var statistic: String?
    /// The type of the asset that an asset event is about.
    public var assetType: String?

    /// An observation from its parts.
    public init(
        sequence: UInt64 = 0, timestamp: Int64, dataItemID: String,
        category: MTConnectCategory, type: String, subType: String? = nil,
        name: String? = nil, value: MTConnectValue, resetTriggered: String? = nil,
        duration: Double? = nil, statistic: String? = nil, assetType: String? = nil
    ) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.dataItemID = dataItemID
        self.category = category
        self.type = type
        self.subType = subType
        self.name = name
        self.value = value
        self.resetTriggered = resetTriggered
        self.duration = duration
        self.statistic = statistic
        self.assetType = assetType
    }
}

/// What a data item told.
public enum MTConnectValue: Hashable, Sendable {
    /// Nothing is known; never the same as 0 or an empty text.
    case unavailable
    /// A measured number, always finite.
    case number(Double)
    /// Measured numbers that belong together, for example a position in space.
    case numbers([Double])
    /// An event as text; also a sample that is not a number.
    case text(String)
    /// A text for people with the machine's own code.
    case message(text: String, nativeCode: String?)
    /// Health.
    case condition(MTConnectCondition)
    /// Numbers taken at a fixed rate.
    case timeSeries(MTConnectTimeSeries)
    /// Keys with values: all of them after a reset, else those that changed.
    case dataSet([MTConnectEntry])
    /// Keys with rows: all of them after a reset, else those that changed.
    case table([MTConnectRow])

    /// The value as a number: numbers and texts that are one; nil for all else.
    public var double: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): MTConnectNumber.decimal(text)
        default: nil
        }
    }

    /// True for the word that agents and adapters write for "not known", in any case.
    static func isUnavailable(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 11 && text.uppercased() == "UNAVAILABLE"
    }
}

/// The health that a condition tells.
public struct MTConnectCondition: Hashable, Sendable {
    /// How bad it is.
    public enum Level: String, Hashable, Sendable, CaseIterable {
        /// All is well.
        case normal = "Normal"
        /// It may become bad, people should look.
        case warning = "Warning"
        /// It is bad, people must do something.
        case fault = "Fault"
    }

    /// How bad it is.
    public var level: Level
    /// The machine's own code.
    public var nativeCode: String?
    /// The machine's own grade.
    public var nativeSeverity: String?
    /// `HIGH` or `LOW`: on which side of its range the value is.
    public var qualifier: String?
    /// The identifier of this one occurrence, since version 2.3.
    public var conditionID: String?
    /// What the machine says, in words.
    public var text: String

    /// A condition from its parts.
    public init(
        level: Level, nativeCode: String? = nil, nativeSeverity: String? = nil,
        qualifier: String? = nil, conditionID: String? = nil, text: String = ""
    ) {
        self.level = level
        self.nativeCode = nativeCode
        self.nativeSeverity = nativeSeverity
        self.qualifier = qualifier
        self.conditionID = conditionID
        self.text = text
    }
}

/// Numbers taken at a fixed rate.
public struct MTConnectTimeSeries: Hashable, Sendable {
    /// Values a second, hertz; nil when the data item tells it.
    public var sampleRate: Double?
    /// The values, oldest first.
    public var values: [Double]

    /// A series from its parts.
    public init(sampleRate: Double?, values: [Double]) {
        self.sampleRate = sampleRate
        self.values = values
    }

    /// The time of each value, nanoseconds since 1970, oldest first.
    ///
    /// The observation's timestamp is the time of the last value (MTConnect, TimeSeries). Nil when
    /// no rate is known, it is not positive, or a time is out of range. `dataItemRate` is the rate
    /// that the data item tells, in hertz; the series' own goes before it.
    public func times(endingAt timestamp: Int64, dataItemRate: Double? = nil) -> [Int64]? {
        guard let rate = sampleRate ?? dataItemRate, rate > 0, rate.isFinite else { return nil }
        let period = 1e9 / rate
        guard period * Double(values.count) < 9e18 else { return nil }
        var times: [Int64] = []
        times.reserveCapacity(values.count)
        for index in values.indices {
            let age = (period * Double(values.count - 1 - index)).rounded()
            let (time, overflows) = timestamp.subtractingReportingOverflow(Int64(age))
            guard !overflows else { return nil }
            times.append(time)
        }
        return times
    }
}

/// One key of a data set, or one cell of a table's row.
public struct MTConnectEntry: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value; empty when removed.
    public var value: String
    /// True when the key no longer exists.
    public var isRemoved: Bool

    /// An entry; removed ones have no value.
    public init(_ key: String, _ value: String, isRemoved: Bool = false) {
        self.key = key
        self.value = value
        self.isRemoved = isRemoved
    }

    /// The value as a number; nil when it is not one.
    public var double: Double? { isRemoved ? nil : MTConnectNumber.decimal(value) }
}

/// One row of a table.
public struct MTConnectRow: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The cells; empty when removed.
    public var cells: [MTConnectEntry]
    /// True when the row no longer exists.
    public var isRemoved: Bool

    /// A row; removed ones have no cells.
    public init(_ key: String, _ cells: [MTConnectEntry], isRemoved: Bool = false) {
        self.key = key
        self.cells = cells
        self.isRemoved = isRemoved
    }
}
