// A way of connecting a machine: parts, work, who may do it, and how it is checked.

/// What a person wants to know of a machine.
public enum WantedFact: String, CaseIterable, Hashable, Sendable {
    /// Whether it runs.
    case state
    /// How many parts it makes.
    case parts
    /// What energy it takes.
    case energy

    /// In words.
    public var words: String {
        switch self {
        case .state: "running or stopped"
        case .parts: "parts made"
        case .energy: "energy used"
        }
    }
}

/// Who must do the work.
public enum WorkPerson: String, CaseIterable, Hashable, Sendable {
    /// Anybody in the firm.
    case anybody
    /// The maintenance engineer.
    case maintenance
    /// A competent electrician.
    case electrician

    /// In words.
    public var words: String {
        switch self {
        case .anybody: "Anybody in the firm"
        case .maintenance: "Your maintenance engineer"
        case .electrician: "A competent electrician"
        }
    }
}

/// The name of a way.
public enum WayID: String, CaseIterable, Hashable, Sendable {
    /// People tell a tablet.
    case tablet
    /// A hand scanner reads job cards.
    case scanner
    /// The small computer itself, once for a site.
    case computer
    /// The network port of the machine's control.
    case network
    /// A 24 V input on the stack light or a relay contact.
    case inputs
    /// A sensor that counts strokes.
    case stroke
    /// The serial line of an old control or a scale.
    case serial
    /// A clamp round one wire of the motor's supply.
    case clamp
    /// The Modbus port of a motor drive.
    case drive
    /// An energy meter in the panel.
    case meter
}

/// A way of connecting a machine.
public struct WiringWay: Hashable, Sendable {
    /// Its name in addresses.
    public let id: WayID
    /// What it is.
    public let name: String
    /// The same as it begins a sentence about it.
    public let about: String
    /// Parts and how many of each.
    public let parts: [PartID]
    /// Tools.
    public let tools: [String]
    /// Steps in order.
    public let steps: [String]
    /// Work of your own people; an estimate.
    public let ownHours: HourRange
    /// Work of an electrician; an estimate.
    public let hiredHours: HourRange
    /// Who must do the wiring.
    public let who: WorkPerson
    /// Why it is they.
    public let because: String
    /// What goes wrong.
    public let wrong: [String]
    /// What is never touched.
    public let never: String
    /// How it is checked.
    public let checks: [String]
}

/// The table of ways.
public enum WiringWays {
    /// All ways, the easiest first.
    public static var all: [WiringWay] { WayID.allCases.map(\.way) }

    /// What holds for every way.
    public static let never =
        "Never in a safety circuit: no wire to an emergency stop, a guard switch, a light curtain,"
        + " a two-hand control, a safety relay or their monitoring, not even to look."
}

extension WayID {
    /// The way of this name.
    public var way: WiringWay {
        switch self {
        case .tablet: HandWays.tablet
        case .scanner: HandWays.scanner
        case .computer: HandWays.computer
        case .network: CableWays.network
        case .serial: CableWays.serial
        case .inputs: SignalWays.inputs
        case .stroke: SignalWays.stroke
        case .clamp: PanelWays.clamp
        case .drive: PanelWays.drive
        case .meter: PanelWays.meter
        }
    }
}
