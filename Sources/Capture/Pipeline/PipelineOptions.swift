// The options that every signal has, whatever its connector: scale, unit, limits, counter.

import Plant

/// How the raw values of one signal become stored ones.
public struct PipelineOptions: Hashable, Sendable {
    /// Stored value = raw × `factor` + `addend`: scale, offset and unit conversion in one.
    public let factor: Double
    /// See `factor`.
    public let addend: Double
    /// The smallest value that the signal can give, nil when not said.
    public let minimum: Double?
    /// The largest value that the signal can give, nil when not said.
    public let maximum: Double?
    /// Width in bits of a counter, nil when the signal is none.
    public let counterBits: Int?

    /// Declarations of the options.
    static let fields: [ConfigurationField] = [
        ConfigurationField(
            "scale", .decimal, default: "1", "The value read is multiplied by this."),
        ConfigurationField(
            "offset", .decimal, default: "0", "This is added after scaling."),
        ConfigurationField(
            "read_unit", .unit,
            "The unit in which the source sends, when it differs from the signal's unit; "
                + "values are converted."),
        ConfigurationField(
            "min", .decimal,
            "The smallest value that is possible; a smaller one is kept but marked as missing."),
        ConfigurationField(
            "max", .decimal,
            "The largest value that is possible; a larger one is kept but marked as missing."),
        ConfigurationField(
            "counter", .choice(["16", "32", "64"]),
            "Says that the signal only counts up, and its width in bits: where it starts again."),
    ]

    /// Whether values stay as they are.
    var isIdentity: Bool { factor == 1 && addend == 0 }

    /// The options of a signal, checked.
    init(_ reader: ConfigurationReader, signal: Signal) throws(ConfigurationError) {
        var factor = reader.decimal("scale") ?? 1
        var addend = reader.decimal("offset") ?? 0
        if let from = reader.text("read_unit"), !from.isEmpty, from != signal.unit {
            guard let source = Unit(from), let target = Unit(signal.unit),
                let step = source.conversion(to: target)
            else {
                throw reader.error(
                    "read_unit", "\(from) cannot be converted to \"\(signal.unit)\"",
                    "Give both units as codes of the same kind, such as W and kW.")
            }
            // (raw × factor + addend) × step.factor + step.offset
            addend = addend * step.factor + step.offset
            factor *= step.factor
        }
        self.factor = factor
        self.addend = addend
        minimum = reader.decimal("min")
        maximum = reader.decimal("max")
        counterBits = reader.whole("counter").map { Int($0) }
        if let minimum, let maximum, minimum > maximum {
            throw reader.error(
                "min", "\(minimum) is above max, \(maximum)", "Make min the smaller one.")
        }
        if signal.kind != .number, !isIdentity {
            throw reader.error(
                ["scale", "offset"].first { reader.isGiven($0) } ?? "read_unit",
                "the signal holds \(signal.kind.word) values, which are kept as they are",
                "Leave it out, or make the signal one of kind number.")
        }
        if counterBits != nil, signal.kind != .integer, signal.kind != .number {
            throw reader.error(
                "counter", "a \(signal.kind.word) cannot count", "Leave counter out.")
        }
    }
}
