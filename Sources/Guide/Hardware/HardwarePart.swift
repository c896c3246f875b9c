// A thing to buy: what it does, which ones are known, and what it costs with its source.

public import Plant

/// Where a figure was read.
public struct PriceSource: Hashable, Sendable {
    /// What the page is.
    public let title: String
    /// Its address.
    public let address: String
    /// What it says about its own date.
    public let dated: String
    /// The day on which it was read.
    public let read: CivilDate

    /// A source.
    public init(title: String, address: String, dated: String, read: CivilDate) {
        self.title = title
        self.address = address
        self.dated = dated
        self.read = read
    }
}

/// What a part costs.
public enum PartPrice: Hashable, Sendable {
    /// A price that was read somewhere, with VAT.
    case found(PoundRange, PriceSource)
    /// No price with a source was found: a supplier has to be asked.
    case ask
}

/// The name of a part.
public enum PartID: String, CaseIterable, Hashable, Sendable {
    /// The tablet at a machine.
    case tablet
    /// What holds the tablet.
    case holder
    /// The small computer that is the box.
    case computer
    /// The disk of the small computer.
    case disk
    /// A clamp with its reader.
    case clamp
    /// An energy meter for the rail of a panel.
    case meter
    /// A box that reads 24 V contacts.
    case inputs
    /// A 24 V supply that plugs into a socket.
    case supply
    /// A relay between a lamp and an input.
    case relay
    /// A sensor that sees metal come near.
    case sensor
    /// What holds the sensor.
    case bracket
    /// A network cable.
    case networkCable = "network-cable"
    /// A small network switch.
    case networkSwitch = "network-switch"
    /// A converter from USB to RS-485.
    case rs485
    /// Screened cable for RS-485.
    case pairCable = "pair-cable"
    /// A converter from USB to RS-232 with its cable.
    case rs232
    /// A hand scanner.
    case scanner
}

/// A thing to buy.
public struct HardwarePart: Hashable, Sendable {
    /// Its name in addresses.
    public let id: PartID
    /// What it is.
    public let name: String
    /// What it does.
    public let does: String
    /// What to look for when buying.
    public let choose: String
    /// Ids of files in `Profiles` for models that this box knows; empty where none is needed.
    public let profiles: [String]
    /// What it costs.
    public let price: PartPrice
}

extension PartID {
    /// The part of this name.
    public var part: HardwarePart { HardwareParts.part(self) }
}
