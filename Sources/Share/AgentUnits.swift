// What MTConnect calls a signal of a unit, and how its numbers are turned into its units.

/// The type and unit that MTConnect has for numbers of a UCUM unit.
///
/// `value = number · factor + offset`. Source: MTConnect Part 2, types of category SAMPLE and the
/// units of each; all are in version 1.3 or are older.
struct AgentUnit: Hashable, Sendable {
    /// The type, for example `AMPERAGE`.
    let type: String
    /// The unit that the type demands, for example `AMPERE`.
    let units: String
    /// What a number is multiplied by.
    let factor: Double
    /// What is added then.
    let offset: Double
    /// True for what belongs to the electrical supply.
    let isElectric: Bool

    private init(
        _ type: String, _ units: String, _ factor: Double = 1, plus offset: Double = 0,
        isElectric: Bool = false
    ) {
        self.type = type
        self.units = units
        self.factor = factor
        self.offset = offset
        self.isElectric = isElectric
    }

    /// The type of numbers of a UCUM unit; nil where the standard has no type with a unit for it.
    init?(ucum: String) {
        guard let found = Self.electric[ucum] ?? Self.other[ucum] else { return nil }
        self = found
    }

    /// A number of the signal in the unit of the type; nil when it has no finite one.
    func converted(_ number: Double) -> Double? {
        let value = number * factor + offset
        return value.isFinite ? value : nil
    }

    private static func electric(_ type: String, _ units: String, _ factor: Double) -> AgentUnit {
        AgentUnit(type, units, factor, isElectric: true)
    }

    private static let electric: [String: AgentUnit] = [
        "A": electric("AMPERAGE", "AMPERE", 1), "mA": electric("AMPERAGE", "AMPERE", 1e-3),
        "kA": electric("AMPERAGE", "AMPERE", 1e3), "V": electric("VOLTAGE", "VOLT", 1),
        "mV": electric("VOLTAGE", "VOLT", 1e-3), "kV": electric("VOLTAGE", "VOLT", 1e3),
        "W": electric("WATTAGE", "WATT", 1), "kW": electric("WATTAGE", "WATT", 1e3),
        "MW": electric("WATTAGE", "WATT", 1e6),
        "W.h": electric("ELECTRICAL_ENERGY", "WATT_SECOND", 3_600),
        "kW.h": electric("ELECTRICAL_ENERGY", "WATT_SECOND", 3_600_000),
        "MW.h": electric("ELECTRICAL_ENERGY", "WATT_SECOND", 3_600_000_000),
        "V.A": electric("VOLT_AMPERE", "VOLT_AMPERE", 1),
        "kV.A": electric("VOLT_AMPERE", "VOLT_AMPERE", 1e3),
        "Hz": electric("FREQUENCY", "HERTZ", 1), "kHz": electric("FREQUENCY", "HERTZ", 1e3),
        "Ohm": electric("RESISTANCE", "OHM", 1), "kOhm": electric("RESISTANCE", "OHM", 1e3),
    ]

    private static let other: [String: AgentUnit] = [
        "Cel": AgentUnit("TEMPERATURE", "CELSIUS"),
        "K": AgentUnit("TEMPERATURE", "CELSIUS", plus: -273.15),
        "[degF]": AgentUnit("TEMPERATURE", "CELSIUS", 5.0 / 9, plus: -160.0 / 9),
        "Pa": AgentUnit("PRESSURE", "PASCAL"), "kPa": AgentUnit("PRESSURE", "PASCAL", 1e3),
        "MPa": AgentUnit("PRESSURE", "PASCAL", 1e6), "mbar": AgentUnit("PRESSURE", "PASCAL", 100),
        "bar": AgentUnit("PRESSURE", "PASCAL", 1e5),
        "[psi]": AgentUnit("PRESSURE", "PASCAL", 6_894.757_293_168),
        "%": AgentUnit("LOAD", "PERCENT"),
        "/min": AgentUnit("ROTARY_VELOCITY", "REVOLUTION/MINUTE"),
        "{rpm}": AgentUnit("ROTARY_VELOCITY", "REVOLUTION/MINUTE"),
        "mm": AgentUnit("POSITION", "MILLIMETER"), "um": AgentUnit("POSITION", "MILLIMETER", 1e-3),
        "cm": AgentUnit("POSITION", "MILLIMETER", 10),
        "m": AgentUnit("POSITION", "MILLIMETER", 1e3),
        "mm/s": AgentUnit("VELOCITY", "MILLIMETER/SECOND"),
        "mm/min": AgentUnit("VELOCITY", "MILLIMETER/SECOND", 1.0 / 60),
        "m/s": AgentUnit("VELOCITY", "MILLIMETER/SECOND", 1e3),
        "m/min": AgentUnit("VELOCITY", "MILLIMETER/SECOND", 1_000.0 / 60),
        "mm/s2": AgentUnit("ACCELERATION", "MILLIMETER/SECOND^2"),
        "m/s2": AgentUnit("ACCELERATION", "MILLIMETER/SECOND^2", 1e3),
        "N": AgentUnit("LINEAR_FORCE", "NEWTON"), "kN": AgentUnit("LINEAR_FORCE", "NEWTON", 1e3),
        "N.m": AgentUnit("TORQUE", "NEWTON_METER"), "g": AgentUnit("MASS", "KILOGRAM", 1e-3),
        "kg": AgentUnit("MASS", "KILOGRAM"), "t": AgentUnit("MASS", "KILOGRAM", 1e3),
        "L/min": AgentUnit("FLOW", "LITER/SECOND", 1.0 / 60),
        "L/s": AgentUnit("FLOW", "LITER/SECOND"),
        "m3/h": AgentUnit("FLOW", "LITER/SECOND", 1.0 / 3.6),
        "deg": AgentUnit("ANGLE", "DEGREE"),
        "deg/s": AgentUnit("ANGULAR_VELOCITY", "DEGREE/SECOND"),
        "dB": AgentUnit("SOUND_LEVEL", "DECIBEL"),
        "[pH]": AgentUnit("PH", "PH"),
    ]
}
