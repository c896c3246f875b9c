// The eight machines of the made-up site, in the order in which their signals are numbered.

import Plant

/// The machines of the site.
enum MachineRoster {
    static let pressBrake = 0
    static let moulder = 1
    static let latheOne = 2
    static let latheTwo = 3
    static let millOne = 4
    static let millTwo = 5
    static let saw = 6
    static let compressor = 7

    /// Areas by id.
    static let areas: [(id: Slug, name: String)] = [
        (Slug("machine-shop"), "Machine shop"), (Slug("press-shop"), "Press shop"),
        (Slug("moulding"), "Moulding"), (Slug("services"), "Services"),
    ]

    /// All machines.
    static func all() -> [MachineModel] {
        [
            pressBrakeModel(), moulderModel(), latheOneModel(), latheTwoModel(), millOneModel(),
            millTwoModel(), sawModel(), compressorModel(),
        ]
    }

    /// The parts counter of a Modbus device at a register.
    static func parts(_ place: RegisterPlace?) -> SignalModel {
        SignalModel("parts", "Parts", "", .parts, place)
    }

    /// The scrap counter of a Modbus device at a register.
    static func scrap(_ place: RegisterPlace?) -> SignalModel {
        SignalModel("scrap", "Scrap", "", .scrap, place)
    }

    /// The fault light.
    static func fault(_ place: RegisterPlace?) -> SignalModel {
        SignalModel("fault", "Fault light", "", .faultLight, place)
    }

    /// A signal of kilowatts that follows the machine's own draw.
    static func power(_ swing: Double, _ period: Int64, _ place: RegisterPlace?) -> SignalModel {
        let none = Levels(off: 0, idle: 0, setup: 0, run: 0, fault: 0)
        var shape = LevelShape(levels: none, steps: 100)
        shape.isPower = true
        shape.swing = swing
        shape.period = period
        return SignalModel("power", "Power", "kW", .level(shape), place)
    }

    /// A level with its noise.
    static func level(
        _ levels: Levels, steps: Double, spread: Double = 0.03, drift: Double = 0.04,
        swing: Double = 0, period: Int64 = 8
    ) -> SignalShape {
        .level(
            LevelShape(
                levels: levels, spread: spread, drift: drift, swing: swing, period: period,
                steps: steps))
    }
}
