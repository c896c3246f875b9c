// The table of things to buy; a price stands here only with the page on which it was read.

import Plant

/// Things to buy.
public enum HardwareParts {
    /// All parts, in the order of their names' list.
    public static var all: [HardwarePart] { PartID.allCases.map(part) }

    /// The day on which the sources were read.
    static let read = CivilDate(dayNumber: 20_784)

    /// The source of the meter's price.
    static let meterSource = PriceSource(
        title: "Meter Market, Eastron SDM630 Modbus V2",
        address: "https://www.metermarket.co.uk/product/"
            + "eastron-sdm630-v2-100a-three-phase-multifunction-din-rail-energy-meter",
        dated: "the page has no date; the price includes VAT", read: read)

    /// The part of a name.
    static func part(_ id: PartID) -> HardwarePart {
        switch id {
        case .tablet, .holder, .computer, .disk, .scanner: bench(id)
        case .clamp, .meter, .rs485, .pairCable: electrical(id)
        case .inputs, .supply, .relay, .sensor, .bracket: sensing(id)
        case .networkCable, .networkSwitch, .rs232: cabling(id)
        }
    }

    private static func made(
        _ id: PartID, _ name: String, does: String, choose: String, profiles: [String] = [],
        price: PartPrice = .ask
    ) -> HardwarePart {
        HardwarePart(
            id: id, name: name, does: does, choose: choose, profiles: profiles, price: price)
    }

    private static func bench(_ id: PartID) -> HardwarePart {
        switch id {
        case .holder:
            made(
                id, "Holder for the tablet", does: "Keeps the tablet in reach and charged.",
                choose: "One that locks, away from coolant and swarf, outside all guards.")
        case .computer:
            made(
                id, "Small computer", does: "Runs this program day and night.",
                choose: "A Raspberry Pi 5 with 4 GB or more, its own 27 W supply and a cooled case,"
                    + " or a mini PC with 4 GB or more. 2 GB is the least.")
        case .disk:
            made(
                id, "Solid-state disk", does: "Keeps years of history safe.",
                choose: "128 GB or more, NVMe or SATA. 32 GB is the least. Not a memory card: cards"
                    + " wear out.")
        case .scanner:
            made(
                id, "Hand scanner", does: "Reads the code on a job card.",
                choose: "One that types like a keyboard and reads QR codes.",
                profiles: ["honeywell-vuquest-3310g"])
        default:
            made(
                id, "Tablet, 10 inches", does: "People say what the machine does, with two taps.",
                choose: "A bright screen and a current browser. A case that takes a fall.")
        }
    }

    private static func electrical(_ id: PartID) -> HardwarePart {
        switch id {
        case .meter:
            made(
                id, "Energy meter for the panel", does: "Measures power and energy.",
                choose: "Three-phase, Modbus, as many amps as the supply. Above 100 A: one with"
                    + " current transformers.",
                profiles: [
                    "eastron-sdm630", "carlo-gavazzi-em24", "abb-b23", "schneider-iem3155",
                    "siemens-pac2200",
                ], price: .found(PoundRange(low: 114_00, high: 114_00), meterSource))
        case .rs485:
            made(
                id, "USB to RS-485", does: "Joins a pair of wires to the small computer.",
                choose: "An isolated one: a fault in the panel then stops at it.")
        case .pairCable:
            made(
                id, "Screened pair cable", does: "Carries RS-485 from the panel to the box.",
                choose: "Twisted pair with a screen and a common wire, 120 ohm, rated for the"
                    + " voltage in the panel.")
        default:
            made(
                id, "Clamp with its reader", does: "Sees the current of one wire without contact.",
                choose: "A clamp that opens and is larger than the wire, for the amps of the"
                    + " motor. The reader needs a fused supply in the panel.",
                profiles: ["shelly-em", "shelly-3em", "shelly-pro-3em", "peacefair-pzem-016"])
        }
    }

    private static func sensing(_ id: PartID) -> HardwarePart {
        switch id {
        case .supply:
            made(
                id, "24 V plug-in supply", does: "Feeds the input box and the sensor.",
                choose: "24 V DC, 1 A, with a moulded plug. No mains wire is then touched.")
        case .relay:
            made(
                id, "Interface relay", does: "Keeps the lamp's circuit and the input apart.",
                choose: "A coil for the voltage of the lamp, one contact with gold for 24 V.")
        case .sensor:
            made(
                id, "Inductive sensor", does: "Switches once when metal comes near.",
                choose: "M12 or M18, 10 to 30 V DC, PNP, normally open, with a plug.")
        case .bracket:
            made(
                id, "Bracket for the sensor", does: "Holds the sensor to a fixed part.",
                choose: "Two nuts and a plate. Never fixed to a guard or to its switch.")
        default:
            made(
                id, "24 V input box", does: "Reads contacts and counts their changes.",
                choose: "Isolated inputs for 24 V DC; a counter on each input for fast strokes.",
                profiles: [
                    "brainboxes-ed-516", "brainboxes-ed-588", "moxa-iologik-e1210",
                    "waveshare-modbus-rtu-io-8ch",
                ])
        }
    }

    private static func cabling(_ id: PartID) -> HardwarePart {
        switch id {
        case .networkSwitch:
            made(
                id, "Small network switch", does: "Joins machines on a network of their own.",
                choose: "Five ports or more, no settings, for 24 V or with a plug.")
        case .rs232:
            made(
                id, "USB to RS-232 with cable", does: "Reads the line of an old control or scale.",
                choose: "Isolated, with the 9 or 25 pin plug of the machine. The manual shows"
                    + " the pins.")
        default:
            made(
                id, "Network cable", does: "Joins the machine to the machines' network.",
                choose: "Screened, as long as the way round, not across it.")
        }
    }
}
