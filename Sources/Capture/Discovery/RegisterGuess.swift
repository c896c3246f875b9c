// Which type, order and scale raw Modbus registers may have, and what each would read.

public import Wire

/// One way to read registers.
public struct RegisterCandidate: Hashable, Sendable {
    /// The type.
    public var type: ModbusType
    /// The order of bytes.
    public var order: ModbusWordOrder
    /// The value is the number times this: 1, 0.1, 0.01, 0.001 or larger.
    public var scale: Double
    /// What the last sample reads this way.
    public var reading: Double
}

/// Candidates for a number in registers, the most plausible first.
///
/// Two corrections of a person lead on: "10 times too big" and "wrong byte order".
public struct RegisterGuess: Hashable, Sendable {
    /// Types that are tried.
    static let types: [ModbusType] = [.float32, .uint32, .int32, .uint16, .int16]
    /// Scales that are tried where a plausible range is known.
    static let scales = [1, 0.1, 0.01, 0.001, 10]
    /// Samples that are looked at.
    static let sampleLimit = 600

    /// All candidates, the most plausible first.
    public let candidates: [RegisterCandidate]

    private let samples: [[UInt16]]

    /// Guesses from samples of the same registers, oldest first; each has 1 to 4 registers.
    ///
    /// `expected` is the range in which a person or a name expects the value, nil for unknown: an
    /// `expected` range decides, without one steady and everyday readings come first.
    public init(samples: [[UInt16]], expected: ClosedRange<Double>? = nil) {
        let kept = samples.suffix(Self.sampleLimit).filter { !$0.isEmpty }
        self.samples = Array(kept)
        var scored: [(RegisterCandidate, Double, Int)] = []
        for (rank, type) in Self.types.enumerated() {
            let orders: [ModbusWordOrder] =
                type.registerCount == 1 ? [.abcd, .badc] : [.abcd, .cdab, .badc, .dcba]
            for (place, order) in orders.enumerated() {
                guard let values = Self.values(self.samples, type, order), let last = values.last
                else { continue }
                for scale in expected == nil ? [1] : Self.scales {
                    let score = Self.score(values.map { $0 * scale }, type, scale, expected)
                    scored.append(
                        (
                            RegisterCandidate(
                                type: type, order: order, scale: scale, reading: last * scale),
                            score, rank * 10 + place
                        ))
                }
            }
        }
        candidates = scored.sorted { ($1.1, $0.2) < ($0.1, $1.2) }.map(\.0)
    }

    /// The same, ten times smaller: what "10 times too big" asks for.
    public func tenTimesSmaller(_ candidate: RegisterCandidate) -> RegisterCandidate {
        scaled(candidate, by: 0.1)
    }

    /// The same, ten times bigger: what "10 times too small" asks for.
    public func tenTimesBigger(_ candidate: RegisterCandidate) -> RegisterCandidate {
        scaled(candidate, by: 10)
    }

    private func scaled(_ candidate: RegisterCandidate, by step: Double) -> RegisterCandidate {
        var next = candidate
        // Exact powers of ten, so that 0.1 stays 0.1 after many taps.
        let power = Self.power(of: candidate.scale) + (step < 1 ? -1 : 1)
        next.scale = Self.scale(power: min(9, max(-9, power)))
        let raw = Self.values(samples, candidate.type, candidate.order)?.last
        next.reading = (raw ?? 0) * next.scale
        return next
    }

    /// The next order of bytes that reads something else: what "wrong byte order" asks for.
    ///
    /// Around the end it begins again; nil when all orders read the same.
    public func otherOrder(_ candidate: RegisterCandidate) -> RegisterCandidate? {
        let all = ModbusWordOrder.allCases
        guard let place = all.firstIndex(of: candidate.order) else { return nil }
        let raw = Self.values(samples, candidate.type, candidate.order)?.last
        for step in 1..<all.count {
            let order = all[(place + step) % all.count]
            guard let value = Self.values(samples, candidate.type, order)?.last, value != raw
            else { continue }
            return RegisterCandidate(
                type: candidate.type, order: order, scale: candidate.scale,
                reading: value * candidate.scale)
        }
        return nil
    }

    private static func values(
        _ samples: [[UInt16]], _ type: ModbusType, _ order: ModbusWordOrder
    ) -> [Double]? {
        var values: [Double] = []
        for registers in samples {
            do throws(FrameError) {
                let value = try ModbusRegisters.decode(type, order: order, from: registers, at: 0)
                guard let number = value.double, number.isFinite else { return nil }
                values.append(number)
            } catch {
                return nil  // Fewer registers than this type has: no candidate.
            }
        }
        return values
    }

    /// How plausible values are; more is better.
    private static func score(
        _ values: [Double], _ type: ModbusType, _ scale: Double, _ expected: ClosedRange<Double>?
    ) -> Double {
        var score = 0.0
        if let expected {
            let inside = values.filter { expected.contains($0) }.count
            score += 100 * Double(inside) / Double(max(1, values.count))
            score -= scale == 1 ? 0 : 2
        }
        let everyday = values.filter { $0 == 0 || (1e-3...1e7).contains($0.magnitude) }.count
        score += 20 * Double(everyday) / Double(max(1, values.count))
        // Bits that are no float read as tiny or huge floats; everyday floats are rarely chance.
        if case .float32 = type {
            score += values.contains { $0 != 0 } && everyday == values.count ? 15 : -15
        }
        // The wrong order of bytes makes small steps look like jumps.
        let shape = SampleShape(values)
        let size = max(shape.largest.magnitude, shape.smallest.magnitude)
        var jumps = 0.0
        for (one, next) in zip(values, values.dropFirst()) where size > 0 {
            jumps += min(1, (next - one).magnitude / size)
        }
        score -= 20 * jumps / Double(max(1, values.count - 1))
        // Two registers of which the first is always 0 are more often one number than two.
        if type.registerCount == 2 { score += size >= 65_536 ? -5 : 2 }
        return score
    }

    private static func power(of scale: Double) -> Int {
        (-9...9).first { self.scale(power: $0) >= scale * 0.999 } ?? 0
    }

    private static func scale(power: Int) -> Double {
        var size = 1.0
        for _ in 0..<abs(power) { size *= 10 }
        return power < 0 ? 1 / size : size
    }
}
