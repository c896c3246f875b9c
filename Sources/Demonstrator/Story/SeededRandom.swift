// Randomness from a seed alone: a small generator for stories and a hash for noise.

/// SplitMix64: the same seed gives the same numbers everywhere.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", 2014.
struct SeededRandom {
    private var state: UInt64

    /// A generator for one purpose: the seed and the numbers that name the purpose.
    init(_ seed: UInt64, _ purpose: UInt64...) {
        state = purpose.reduce(seed) { mixed($0 ^ mixed($1)) }
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mixed(state)
    }

    /// A number from 0 up to but not including 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number between two bounds.
    mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// Whole seconds from `low` to below `high`.
    mutating func seconds(_ low: Int64, _ high: Int64) -> Int64 {
        low + Int64(unit() * Double(high - low))
    }

    /// An index below `count`.
    mutating func index(_ count: Int) -> Int { min(count - 1, Int(unit() * Double(count))) }

    /// True in a share of cases.
    mutating func happens(_ share: Double) -> Bool { unit() < share }

    /// A waiting time of mean about 1, exponential up to 3.5.
    ///
    /// Interpolates the quantiles −ln(1 − i/16), so that it needs no mathematics library and
    /// comes out the same everywhere.
    mutating func waiting() -> Double {
        let place = unit() * 16
        let index = min(15, Int(place))
        let low = SeededRandom.quantiles[index]
        return low + (SeededRandom.quantiles[index + 1] - low) * (place - Double(index))
    }

    private static let quantiles: [Double] = [
        0, 0.0645, 0.1335, 0.2076, 0.2877, 0.3747, 0.4700, 0.5754, 0.6931, 0.8267, 0.9808, 1.1632,
        1.3863, 1.6740, 2.0794, 2.7726, 3.5,
    ]
}

/// Spreads the bits of a number: the finaliser of SplitMix64.
@inline(__always)
func mixed(_ value: UInt64) -> UInt64 {
    // Wrapping multiplication is the definition of the hash.
    var bits = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
}

/// Noise from −1 to 1 that depends on the seed and the step alone.
@inline(__always)
func noise(_ seed: UInt64, _ step: Int64) -> Double {
    let bits = mixed(seed &+ UInt64(bitPattern: step) &* 0x9E37_79B9_7F4A_7C15)
    return Double(Int64(bitPattern: bits) >> 11) * 0x1p-52
}

/// Slow noise from −1 to 1: straight lines between random knots 256 s apart.
@inline(__always)
func wander(_ seed: UInt64, _ second: Int64) -> Double {
    let knot = second >> 8
    let left = noise(seed, knot)
    return left + (noise(seed, knot + 1) - left) * (Double(second & 255) * 0x1p-8)
}
