// What a machine is doing: what a model observes, and what that means for the day (decisions 23).

/// What can be seen from the signals alone.
public enum ObservedState: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// No power, or as good as none.
    case off = 0
    /// Powered, not working.
    case idle = 1
    /// Working.
    case running = 2
    /// The machine says that something is wrong.
    case fault = 3
    /// Not seen: neither running nor stopped.
    case unknown = 4

    /// The code in events, files and interfaces.
    public var code: String {
        switch self {
        case .off: "off"
        case .idle: "idle"
        case .running: "running"
        case .fault: "fault"
        case .unknown: "unknown"
        }
    }

    /// A state from its code, nil for anything else.
    public init?(code: String) {
        guard let state = ObservedState.allCases.first(where: { $0.code == code }) else {
            return nil
        }
        self = state
    }
}

/// The state of a machine: the first of these that holds.
public enum MachineState: UInt8, Hashable, Sendable, CaseIterable, BitwiseCopyable {
    /// Not seen.
    case unknown = 0
    /// The machine says that something is wrong.
    case fault = 1
    /// Being prepared for a job.
    case setup = 2
    /// Running below the expected rate.
    case slow = 3
    /// Running.
    case running = 4
    /// Not running and not meant to.
    case planned = 5
    /// Not running although it was meant to.
    case stopped = 6

    /// The code in events, interfaces and exports.
    public var code: String {
        switch self {
        case .unknown: "unknown"
        case .fault: "fault"
        case .setup: "setup"
        case .slow: "slow"
        case .running: "running"
        case .planned: "planned"
        case .stopped: "stopped"
        }
    }

    /// The word on pages.
    public var word: String {
        switch self {
        case .unknown: "No signal"
        case .fault: "Fault"
        case .setup: "Setting up"
        case .slow: "Running slow"
        case .running: "Running"
        case .planned: "Planned stop"
        case .stopped: "Stopped"
        }
    }

    /// Whether the machine is making something.
    public var isProducing: Bool { self == .running || self == .slow }
}

/// A stretch of one observed state.
public struct ObservedEpisode: Hashable, Sendable, BitwiseCopyable {
    /// What was seen.
    public let state: ObservedState
    /// From when until when.
    public var range: TimeRange

    /// An episode.
    public init(state: ObservedState, range: TimeRange) {
        self.state = state
        self.range = range
    }
}

/// A stretch of one machine state, with its reason where a person or the machine gave one.
public struct StateEpisode: Hashable, Sendable {
    /// The state.
    public let state: MachineState
    /// From when until when.
    public var range: TimeRange
    /// Why, nil while nobody has said.
    public var reason: Slug?
    /// What more was said; may be empty.
    public var detail: String
    /// Whether the end is only the edge of what is known so far.
    public var isOpen: Bool

    /// An episode.
    public init(
        state: MachineState, range: TimeRange, reason: Slug? = nil, detail: String = "",
        isOpen: Bool = false
    ) {
        self.state = state
        self.range = range
        self.reason = reason
        self.detail = detail
        self.isOpen = isOpen
    }
}

/// What a reason means for the ISO 22400 time model.
public enum LossKind: String, Hashable, Sendable, CaseIterable {
    /// A malfunction: actual unit delay time.
    case breakdown
    /// A short or other unplanned interruption with an order on the unit: delay time.
    case stoppage
    /// No order, material or operator: actual unit down time.
    case waiting
    /// The next machine takes nothing: actual unit down time.
    case blocked
    /// The machine before gives nothing: actual unit down time.
    case starved
    /// Preparing the unit: actual unit setup time.
    case setup
    /// Agreed not to run: planned down time, outside planned busy time.
    case planned

    /// Whether its time is actual unit down time (ADOT).
    public var isDownTime: Bool { self == .waiting || self == .blocked || self == .starved }
}

/// A reason for a stop, in the site's own words.
public struct StopReason: Hashable, Sendable {
    /// Stable id.
    public let id: Slug
    /// Name as people say it.
    public let name: String
    /// Where its time goes.
    public let loss: LossKind
    /// Finer choices, may be empty.
    public let details: [String]
    /// The name in other languages, by language tag such as `pl`.
    public let names: [String: String]
    /// Its place among the tiles of a tablet, from 1; nil stands behind those that have one.
    public let place: Int64?

    /// A reason.
    public init(
        id: Slug, name: String, loss: LossKind, details: [String] = [],
        names: [String: String] = [:], place: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.loss = loss
        self.details = details
        self.names = names
        self.place = place
    }

    /// The name in a language, the site's own where none is given.
    public func name(in language: String) -> String { names[language] ?? name }
}
