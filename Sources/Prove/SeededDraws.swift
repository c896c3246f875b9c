// Random numbers from a recorded seed: the same draws on every machine.
import Understand

/// SplitMix64 (Steele, Lea and Flood 2014) with the few distributions that are drawn here.
public struct SeededDraws: Sendable {
    private var state: UInt64

    /// A stream that is fixed by its seed.
    public init(seed: UInt64) { state = seed }

    /// 64 bits; wraps by design.
    public mutating func bits() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number above 0 and below 1.
    public mutating func share() -> Double { (Double(bits() >> 11) + 0.5) * 0x1p-53 }

    /// A whole number from 0 up to but not including `count`, which is positive.
    public mutating func place(below count: Int) -> Int {
        Int(bits().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// A standard normal number (Marsaglia's polar method, the second of the pair unused).
    public mutating func normal() -> Double {
        while true {
            let u = 2 * share() - 1
            let v = 2 * share() - 1
            let w = u * u + v * v
            if w < 1, w > 0 { return u * (-2 * PortableMath.log(w) / w).squareRoot() }
        }
    }

    /// A number of Student's t with `freedom` degrees of freedom, positive (Bailey 1994).
    public mutating func student(freedom: Double) -> Double {
        while true {
            let u = 2 * share() - 1
            let v = 2 * share() - 1
            let w = u * u + v * v
            guard w < 1, w > 0 else { continue }
            let power = PortableMath.exp(-2 / freedom * PortableMath.log(w))
            return u * (freedom * (power - 1) / w).squareRoot()
        }
    }
}
