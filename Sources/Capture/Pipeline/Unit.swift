// The units of a factory as UCUM codes, and the one multiply-add between two of them.

/// A unit by its UCUM code, with what it measures and its place on that scale.
///
/// The codes are a subset of UCUM (ucum.org, "The Unified Code for Units of Measure", version
/// 2.1), plus `rpm` and `pcs`, which people write.
public struct Unit: Hashable, Sendable {
    /// What can be converted into each other.
    public enum Dimension: String, Hashable, Sendable {
        /// W.
        case power
        /// J.
        case energy
        /// A.
        case current
        /// V.
        case voltage
        /// K.
        case temperature
        /// Pa.
        case pressure
        /// m.
        case length
        /// s.
        case time
        /// Hz, turns a second.
        case frequency
        /// 1.
        case ratio
        /// Things.
        case count
        /// m/s.
        case speed
        /// m3/s.
        case flow
        /// m3.
        case volume
        /// kg.
        case mass
        /// N.m.
        case torque
        /// N.
        case force
        /// VA.
        case apparentPower
        /// var.
        case reactivePower
        /// var.s.
        case reactiveEnergy
    }

    /// The code.
    public let code: String
    /// What it measures.
    public let dimension: Dimension
    /// Value in the dimension's own unit = value × `factor` + `offset`.
    public let factor: Double
    /// See `factor`; not 0 only for temperatures.
    public let offset: Double

    private init(_ code: String, _ dimension: Dimension, _ factor: Double, _ offset: Double = 0) {
        self.code = code
        self.dimension = dimension
        self.factor = factor
        self.offset = offset
    }

    /// A unit from its code, nil when it is not in the table.
    public init?(_ code: String) {
        guard let unit = Unit.table.first(where: { $0.code == code }) else { return nil }
        self = unit
    }

    /// All codes, in the order of the table.
    public static var codes: [String] { table.map(\.code) }

    /// The multiply-add that turns values in `self` into values in `target`; nil when the two
    /// measure different things.
    public func conversion(to target: Unit) -> (factor: Double, offset: Double)? {
        guard dimension == target.dimension else { return nil }
        return (factor / target.factor, (offset - target.offset) / target.factor)
    }

    private static let table: [Unit] = [
        Unit("W", .power, 1), Unit("kW", .power, 1e3), Unit("MW", .power, 1e6),
        Unit("[HP]", .power, 745.699_871_582_270_22),
        Unit("J", .energy, 1), Unit("kJ", .energy, 1e3), Unit("MJ", .energy, 1e6),
        Unit("Wh", .energy, 3.6e3), Unit("W.h", .energy, 3.6e3),
        Unit("kWh", .energy, 3.6e6), Unit("kW.h", .energy, 3.6e6),
        Unit("MWh", .energy, 3.6e9), Unit("MW.h", .energy, 3.6e9),
        Unit("A", .current, 1), Unit("mA", .current, 1e-3), Unit("kA", .current, 1e3),
        Unit("V", .voltage, 1), Unit("mV", .voltage, 1e-3), Unit("kV", .voltage, 1e3),
        Unit("K", .temperature, 1), Unit("Cel", .temperature, 1, 273.15),
        Unit("[degF]", .temperature, 5.0 / 9.0, 459.67 * 5.0 / 9.0),
        Unit("Pa", .pressure, 1), Unit("kPa", .pressure, 1e3), Unit("MPa", .pressure, 1e6),
        Unit("bar", .pressure, 1e5), Unit("mbar", .pressure, 1e2),
        Unit("[psi]", .pressure, 6_894.757_293_168_361),
        Unit("m", .length, 1), Unit("cm", .length, 1e-2), Unit("mm", .length, 1e-3),
        Unit("um", .length, 1e-6), Unit("nm", .length, 1e-9), Unit("km", .length, 1e3),
        Unit("[in_i]", .length, 0.0254), Unit("[ft_i]", .length, 0.3048),
        Unit("s", .time, 1), Unit("ms", .time, 1e-3), Unit("us", .time, 1e-6),
        Unit("min", .time, 60), Unit("h", .time, 3600), Unit("d", .time, 86400),
        Unit("Hz", .frequency, 1), Unit("kHz", .frequency, 1e3), Unit("/s", .frequency, 1),
        Unit("rpm", .frequency, 1.0 / 60), Unit("/min", .frequency, 1.0 / 60),
        Unit("{rev}/min", .frequency, 1.0 / 60), Unit("/h", .frequency, 1.0 / 3600),
        Unit("1", .ratio, 1), Unit("%", .ratio, 1e-2), Unit("[ppm]", .ratio, 1e-6),
        Unit("pcs", .count, 1), Unit("{count}", .count, 1),
        Unit("m/s", .speed, 1), Unit("mm/s", .speed, 1e-3), Unit("m/min", .speed, 1.0 / 60),
        Unit("mm/min", .speed, 1e-3 / 60), Unit("km/h", .speed, 1.0 / 3.6),
        Unit("m3/h", .flow, 1.0 / 3600), Unit("m3/s", .flow, 1), Unit("L/min", .flow, 1e-3 / 60),
        Unit("L/s", .flow, 1e-3), Unit("L/h", .flow, 1e-3 / 3600),
        Unit("m3", .volume, 1), Unit("L", .volume, 1e-3), Unit("mL", .volume, 1e-6),
        Unit("kg", .mass, 1), Unit("g", .mass, 1e-3), Unit("t", .mass, 1e3),
        Unit("[lb_av]", .mass, 0.453_592_37),
        Unit("N.m", .torque, 1), Unit("Nm", .torque, 1), Unit("kN.m", .torque, 1e3),
        Unit("N", .force, 1), Unit("kN", .force, 1e3),
        Unit("VA", .apparentPower, 1), Unit("kVA", .apparentPower, 1e3),
        Unit("var", .reactivePower, 1), Unit("kvar", .reactivePower, 1e3),
        Unit("kvarh", .reactiveEnergy, 3.6e6), Unit("kvar.h", .reactiveEnergy, 3.6e6),
    ]
}
