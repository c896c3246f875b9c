// What lines of an adapter say: observations, assets, commands.

/// The sizes of what an adapter sends.
public enum SHDRLimits {
    /// Bytes of one line.
    public static let lineBytes = 64 << 10
    /// Bytes of an asset that stands on several lines, 1 MiB.
    public static let assetBytes = 1 << 20
    /// Fields of one line.
    public static let fields = 4_096
    /// Longest heartbeat that is taken, milliseconds: half an hour.
    public static let heartbeatMilliseconds = 1_800_000
}

/// How many fields a data item takes and what they mean.
public struct SHDRItem: Hashable, Sendable {
    /// The form of the fields.
    public enum Kind: Hashable, Sendable {
        /// A number.
        case sample
        /// Numbers that belong together, separated by space.
        case numbers
        /// A text.
        case event
        /// Native code and text.
        case message
        /// The alarm of old versions: code, native code, severity, state, text.
        case alarm
        /// The type of an asset and its identifier.
        case assetEvent
        /// Level, native code, native severity, qualifier, text.
        case condition
        /// Count, rate in hertz, numbers separated by space.
        case timeSeries
        /// Keys with values.
        case dataSet
        /// Keys with rows of cells in braces.
        case table

        /// How many fields follow the key.
        var fields: Int {
            switch self {
            case .sample, .numbers, .event, .dataSet, .table: 1
            case .message, .assetEvent: 2
            case .timeSeries: 3
            case .alarm, .condition: 5
            }
        }
    }

    /// The form of the fields.
    public var kind: Kind
    /// True when a value may end in ":" and why it began anew.
    public var hasResetTrigger: Bool

    /// A form of fields.
    public init(_ kind: Kind, hasResetTrigger: Bool = false) {
        self.kind = kind
        self.hasResetTrigger = hasResetTrigger
    }

    /// The form of the fields of a data item of a device model.
    public init(_ item: MTConnectDataItem) {
        hasResetTrigger = item.resetTrigger != nil
        switch (item.representation, item.category) {
        case (.timeSeries, _): kind = .timeSeries
        case (.dataSet, _): kind = .dataSet
        case (.table, _): kind = .table
        case (_, .condition): kind = .condition
        case (_, .sample):
            kind = item.units?.hasSuffix("_3D") == true ? .numbers : .sample
        case (_, .event):
            switch item.type {
            case "MESSAGE": kind = .message
            case "ALARM": kind = .alarm
            case "ASSET_CHANGED", "ASSET_REMOVED": kind = .assetEvent
            default: kind = .event
            }
        }
    }
}

/// The time that a line tells.
public enum SHDRTime: Hashable, Sendable {
    /// Nanoseconds since 1970.
    case absolute(Int64)
    /// None: the time at which the line arrived.
    case arrival
    /// A number in place of a time: by the protocol milliseconds on the adapter's own clock.
    case relative(Double)

    /// The time in nanoseconds since 1970, given that of arrival; relative times count as arrival.
    public func nanoseconds(arrival: Int64) -> Int64 {
        if case .absolute(let time) = self { time } else { arrival }
    }
}

/// A line with observations.
public struct SHDRLine: Hashable, Sendable {
    /// When they were observed.
    public var time: SHDRTime
    /// Seconds that the values cover; nil when they are of one instant.
    public var duration: Double?
    /// The observations in the order of the line.
    public var entries: [SHDREntry] = []
    /// Keys that the lookup does not know.
    public var unknownKeys: [String] = []
    /// What could not be read; the other entries of the line are good.
    public var faults: [FrameError] = []

    /// A line with observations.
    public init(time: SHDRTime, duration: Double? = nil, entries: [SHDREntry] = []) {
        self.time = time
        self.duration = duration
        self.entries = entries
    }
}

/// One observation of a line.
public struct SHDREntry: Hashable, Sendable {
    /// The device that the key names; nil for the adapter's own.
    public var device: String?
    /// The key: name, source or identifier of the data item.
    public var key: String
    /// What it tells.
    public var value: MTConnectValue
    /// Why the value began anew; nil when it did not.
    public var resetTriggered: String?
    /// The type of the asset that an asset event is about.
    public var assetType: String?

    /// An observation from its parts.
    public init(
        device: String? = nil, key: String, value: MTConnectValue,
        resetTriggered: String? = nil, assetType: String? = nil
    ) {
        self.device = device
        self.key = key
        self.value = value
        self.resetTriggered = resetTriggered
        self.assetType = assetType
    }
}

/// What an adapter says of assets.
public enum SHDRAsset: Hashable, Sendable {
    /// An asset is there or has changed. The document is kept as it was sent: it may be broken.
    case added(id: String, type: String, document: String)
    /// Parts of an asset have changed: names with new values, or elements as XML.
    case updated(id: String, changes: [String])
    /// An asset is gone.
    case removed(id: String)
    /// All assets, or all of a type, are gone.
    case allRemoved(type: String?)
}

/// What one line of an adapter says.
public enum SHDRMessage: Hashable, Sendable {
    /// Observations.
    case observations(SHDRLine)
    /// Something about an asset.
    case asset(SHDRAsset, time: SHDRTime)
    /// The answer to a ping; nil when it tells no heartbeat in milliseconds.
    case pong(heartbeatMilliseconds: Int?)
    /// A question for a sign of life.
    case ping
    /// Any other line that begins with "* ": what is told and its value.
    case command(key: String, value: String)
}
