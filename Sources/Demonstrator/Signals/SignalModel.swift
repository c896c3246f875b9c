// A signal of a made-up machine: what it measures, how fine, and where a device would keep it.

import Plant
import Wire

/// Where a value lies in a Modbus device.
struct RegisterPlace: Hashable, Sendable {
    let table: ModbusTable
    let offset: UInt16
    let type: ModbusType
    let order: ModbusWordOrder
    /// Value of one step of the raw number.
    let scale: Double

    /// A register of a type.
    init(
        _ table: ModbusTable, _ offset: UInt16, _ type: ModbusType,
        _ order: ModbusWordOrder = .abcd, scale: Double = 1
    ) {
        self.table = table
        self.offset = offset
        self.type = type
        self.order = order
        self.scale = scale
    }

    /// A discrete input.
    static func discrete(_ offset: UInt16) -> RegisterPlace {
        RegisterPlace(.discrete, offset, .uint16)
    }
}

/// A level that follows the activity, such as a current.
struct LevelShape: Hashable, Sendable {
    /// Usual value by activity.
    let levels: Levels
    /// Share by which fast noise moves it.
    var spread = 0.03
    /// Share by which it wanders over minutes.
    var drift = 0.04
    /// Share by which it swings up and down while producing.
    var swing = 0.0
    /// Seconds of one swing.
    var period: Int64 = 8
    /// Steps in one unit: 100 for two decimals.
    let steps: Double
    /// Whether the kilowatts of the stretch replace the levels.
    var isPower = false

    /// The value at a second of a segment.
    @inline(__always)
    func value(_ seed: UInt64, _ second: Int64, _ segment: Segment) -> Double {
        var mean = isPower ? segment.kilowatts : levels[segment.activity]
        if segment.activity.isProducing {
            if !isPower { mean *= segment.load }
            if swing != 0 { mean *= second % period < period / 2 ? 1 + swing : 1 - swing }
        }
        let factor = 1 + drift * wander(seed, second) + spread * noise(seed ^ 1, second)
        return stepped(mean * factor, steps)
    }
}

/// A temperature that follows the machine's warmth.
struct WarmthShape: Hashable, Sendable {
    /// Value of a cold machine.
    let cold: Double
    /// Value of one that has long been running.
    let hot: Double
    /// Steps in one unit.
    let steps: Double

    /// The value at a second of a segment.
    @inline(__always)
    func value(
        _ seed: UInt64, _ second: Int64, _ segment: Segment, inertia: Double
    ) -> Double {
        let warmth = segment.warmth(at: second, inertia: inertia)
        let room = wander(seed, second >> 4) * 0.6 + noise(seed ^ 1, second) * 0.06
        return stepped(cold + (hot - cold) * warmth + room, steps)
    }
}

/// The pressure of a tank that a compressor fills and the shop empties.
struct TankShape: Hashable, Sendable {
    /// Where loading begins and ends, in bar.
    let low: Double
    let high: Double
    /// Seconds from one loading to the next.
    let period: Int64
    /// Steps in one bar.
    let steps: Double

    /// The value at a second of a segment.
    @inline(__always)
    func value(_ seed: UInt64, _ second: Int64, _ segment: Segment) -> Double {
        let wobble = noise(seed, second) * 0.01
        guard segment.activity.isProducing else {
            let minutes = Double(second - segment.span.start) / 60
            return stepped(low - low * 0.2 * minutes / (1 + minutes) + wobble, steps)
        }
        let half = Double(period / 2)
        let place = Double(second % period)
        let share = place < half ? place / half : (2 * half - place) / half
        return stepped(low + (high - low) * share + wobble, steps)
    }
}

/// A dimension measured on every finished part.
struct BoreShape: Hashable, Sendable {
    /// Usual value in millimetres.
    let usual: Double
    /// How far it has drifted at the end of the drift.
    let drift: Double
    /// Half the spread of single parts.
    let spread: Double
    /// Steps in one millimetre.
    let steps: Double

    /// The value of the part finished last.
    @inline(__always)
    func value(_ seed: UInt64, part: Int64, drifted: Double) -> Double {
        // The sum of two even spreads is nearer to a real gauge's than one.
        let scatter = noise(seed, part) + noise(seed ^ 1, part)
        return stepped(usual + drift * drifted + spread * 0.5 * scatter, steps)
    }
}

/// What a signal shows.
enum SignalShape: Hashable, Sendable {
    case level(LevelShape)
    case warmth(WarmthShape)
    case tank(TankShape)
    case bore(BoreShape)
    /// Counter of all parts.
    case parts
    /// Counter of scrap.
    case scrap
    /// Meter reading in kWh, in hundredths.
    case register
    /// The controller's own word for the state.
    case stateText
    /// The controller's own number for the state.
    case stateNumber
    /// A light that is on during a fault.
    case faultLight

    /// The kind of its values.
    var kind: ValueKind {
        switch self {
        case .level, .warmth, .tank, .bore, .register: .number
        case .parts, .scrap, .stateNumber: .integer
        case .stateText: .text
        case .faultLight: .flag
        }
    }
}

/// One signal of a made-up machine.
struct SignalModel: Hashable, Sendable {
    let slug: Slug
    let name: String
    /// UCUM code.
    let unit: String
    let shape: SignalShape
    /// Where a Modbus device keeps it; nil for machines that send lines.
    let place: RegisterPlace?

    /// A signal.
    init(
        _ slug: StaticString, _ name: String, _ unit: String, _ shape: SignalShape,
        _ place: RegisterPlace? = nil
    ) {
        self.slug = Slug(slug)
        self.name = name
        self.unit = unit
        self.shape = shape
        self.place = place
    }

    /// Name of its field in a line: hyphens become underscores.
    var field: String {
        String(decoding: slug.text.utf8.map { $0 == 0x2D ? 0x5F : $0 }, as: UTF8.self)
    }
}

/// The nearest value a device can show; never negative.
@inline(__always)
func stepped(_ value: Double, _ steps: Double) -> Double {
    let raw = Int64(value * steps + 0.5)
    return Double(raw > 0 ? raw : 0) / steps
}

extension Activity {
    /// The controller's own word.
    var word: String {
        switch self {
        case .off: "off"
        case .idle, .pause: "idle"
        case .run, .slow: "running"
        case .setup: "setup"
        case .fault: "fault"
        }
    }

    /// The controller's own number.
    var number: Int64 {
        switch self {
        case .off: 0
        case .idle, .pause: 1
        case .run, .slow: 2
        case .setup: 3
        case .fault: 4
        }
    }

    /// What a model can see of it.
    var observed: ObservedState {
        switch self {
        case .off: .off
        case .idle, .pause, .setup: .idle
        case .run, .slow: .running
        case .fault: .fault
        }
    }
}

extension RegisterPlace {
    /// The type's name in configuration.
    var typeName: String {
        switch type {
        case .int16: "int16"
        case .uint16: "uint16"
        case .int32: "int32"
        case .uint32: "uint32"
        case .int64: "int64"
        case .uint64: "uint64"
        case .float32: "float32"
        case .float64: "float64"
        case .bcd16: "bcd16"
        case .bcd32: "bcd32"
        case .bit(let bit): "bit" + String(bit)
        case .ascii(let registers): "ascii" + String(registers)
        }
    }
}
