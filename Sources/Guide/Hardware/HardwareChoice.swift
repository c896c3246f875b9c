// The chooser: which ways fit a machine, best first, with why.

/// The kind of a machine.
public enum MachineKind: String, CaseIterable, Hashable, Sendable {
    /// A lathe or mill without a control.
    case manual
    /// A milling machine or machining centre with a control.
    case cncMill = "cnc-mill"
    /// A lathe with a control.
    case cncLathe = "cnc-lathe"
    /// A press brake.
    case pressBrake = "press-brake"
    /// A power press.
    case powerPress = "power-press"
    /// An injection moulder.
    case moulder
    /// A compressor.
    case compressor
    /// A bandsaw.
    case bandsaw
    /// A laser or plasma table.
    case cutter
    /// A packaging line or an oven.
    case line

    /// In words.
    public var words: String {
        switch self {
        case .manual: "Manual lathe or mill"
        case .cncMill: "CNC mill"
        case .cncLathe: "CNC lathe"
        case .pressBrake: "Hydraulic press brake"
        case .powerPress: "Power press"
        case .moulder: "Injection moulder"
        case .compressor: "Compressor"
        case .bandsaw: "Bandsaw"
        case .cutter: "Laser or plasma table"
        case .line: "Packaging line or oven"
        }
    }

    /// Whether it repeats one stroke quickly, so that strokes tell that it runs.
    var repeats: Bool { self == .powerPress || self == .moulder || self == .line }

    /// Whether something comes by once for each part.
    var hasStroke: Bool { repeats || self == .pressBrake || self == .bandsaw }
}

/// What a machine has to connect to; none of these leaves its motor cable.
public enum MachineFeature: String, CaseIterable, Hashable, Sendable {
    /// A network port on the control.
    case network
    /// A serial port.
    case serial
    /// A stack light, or a spare relay contact.
    case light
    /// A drive with a Modbus port.
    case drive

    /// In words.
    public var words: String {
        switch self {
        case .network: "A network port on the control"
        case .serial: "A serial port (9 or 25 pins)"
        case .light: "A stack light, or a spare relay contact"
        case .drive: "A motor drive with Modbus"
        }
    }
}

/// A way that fits, with its cost and why.
public struct RankedWay: Hashable, Sendable {
    /// The way.
    public let way: WiringWay
    /// What of the wanted things it tells.
    public let tells: [WantedFact]
    /// What it costs.
    public let cost: WayCost
    /// Why it stands where it stands.
    public let why: String

    /// A way that fits.
    public init(way: WiringWay, tells: [WantedFact], cost: WayCost, why: String) {
        self.way = way
        self.tells = tells
        self.cost = cost
        self.why = why
    }
}

/// Chooses ways for a machine.
///
/// Every choice gives at least the tablet.
public struct HardwareChoice: Hashable, Sendable {
    /// The machine.
    public let kind: MachineKind
    /// What it has.
    public let features: Set<MachineFeature>
    /// What is to be known; nothing wanted counts as whether it runs.
    public let wanted: Set<WantedFact>
    /// Prices that were told.
    public let quotes: PartQuotes

    /// A choice.
    public init(
        _ kind: MachineKind, has features: Set<MachineFeature>, wanted: Set<WantedFact>,
        quotes: PartQuotes = [:]
    ) {
        self.kind = kind
        self.features = features
        self.wanted = wanted.isEmpty ? [.state] : wanted
        self.quotes = quotes
    }

    /// Ways that fit, best first.
    ///
    /// Those that tell most by themselves come first, then those without an electrician, then
    /// those with less work. What people do by hand comes last.
    public var ways: [RankedWay] {
        let fitting = WayID.allCases.filter { fits($0) && !told(by: $0).isEmpty }
        let sorted = fitting.sorted { key($0).lexicographicallyPrecedes(key($1)) }
        let ids = sorted.contains(.tablet) ? sorted : sorted + [.tablet]
        return ids.prefix(GuideLimits.rankedWays).map { id in
            RankedWay(
                way: id.way, tells: told(by: id), cost: WayCost(id.way, quotes: quotes),
                why: why(id))
        }
    }

    /// The cheapest way that tells by itself whether the machine runs.
    ///
    /// "Cheapest" is the least money that is known, then the fewest prices to ask for, then the
    /// least work. A clamp fits every machine with a motor, so there always is one.
    public var firstStep: WiringWay {
        let able = WayID.allCases.filter { fits($0) && !isByHand($0) && tells($0).contains(.state) }
        let best = able.min { left, right in
            effort(left).lexicographicallyPrecedes(effort(right))
        }
        return (best ?? .clamp).way
    }

    /// Whether the machine has what a way needs.
    public func fits(_ id: WayID) -> Bool {
        switch id {
        case .tablet, .scanner, .clamp, .meter: true
        case .computer: false
        case .network: features.contains(.network)
        case .serial: features.contains(.serial)
        case .inputs: features.contains(.light)
        case .drive: features.contains(.drive)
        case .stroke: kind.hasStroke
        }
    }

    /// What a way tells of this kind of machine.
    public func tells(_ id: WayID) -> Set<WantedFact> {
        switch id {
        case .tablet, .network: [.state, .parts]
        case .scanner, .serial: [.parts]
        case .inputs, .clamp, .drive: [.state]
        case .stroke: kind.repeats ? [.state, .parts] : [.parts]
        case .meter: [.state, .energy]
        case .computer: []
        }
    }

    private func told(by id: WayID) -> [WantedFact] {
        WantedFact.allCases.filter { wanted.contains($0) && tells(id).contains($0) }
    }

    private func isByHand(_ id: WayID) -> Bool { id == .tablet || id == .scanner }

    private func key(_ id: WayID) -> [Int64] {
        let way = id.way
        return [
            isByHand(id) ? 1 : 0, Int64(-told(by: id).count), way.who == .electrician ? 1 : 0,
            way.ownHours.high + way.hiredHours.high,
        ]
    }

    private func effort(_ id: WayID) -> [Int64] {
        let cost = WayCost(id.way, quotes: quotes)
        return [
            cost.total.low, Int64(cost.asked.count), cost.ownHours.low + cost.hiredHours.low,
        ]
    }

    private func why(_ id: WayID) -> String {
        let told = told(by: id)
        let missing = WantedFact.allCases.filter { wanted.contains($0) && !told.contains($0) }
        let list = told.map(\.words).joined(separator: " and ")
        var words: String
        if told.isEmpty {
            words = "It tells none of this by itself. People can say when it ran, from today."
        } else if isByHand(id) {
            words = "People tell it \(list), from today."
        } else {
            words = "It tells \(list) by itself."
        }
        if !told.isEmpty, !missing.isEmpty {
            words += " Not: " + missing.map(\.words).joined(separator: ", ") + "."
        }
        return words
    }
}
