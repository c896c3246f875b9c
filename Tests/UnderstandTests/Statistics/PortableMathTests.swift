// Elementary functions: near the system's own, exact at the ends, the same bits everywhere.
import Foundation
import Testing

@testable import Understand

@Suite("Elementary functions")
struct PortableMathTests {
    /// Distance in units of the last place of the larger one.
    private func units(_ left: Double, _ right: Double) -> Double {
        abs(left - right) / max(left.magnitude, right.magnitude, .leastNormalMagnitude).ulp
    }

    @Test("exp, log and erfc agree with the system's within a few units of the last place")
    func agreement() {
        var worst = (exp: 0.0, log: 0.0, erfc: 0.0, gamma: 0.0)
        for step in -7_000...7_000 {
            let x = Double(step) / 10 + Double(step % 7) * 1e-4
            worst.exp = max(worst.exp, units(PortableMath.exp(x), Foundation.exp(x)))
            let positive = Foundation.exp(x)
            worst.log = max(worst.log, units(PortableMath.log(positive), Foundation.log(positive)))
        }
        for step in 1...6_000 {
            let near = 1 + Double(step - 3_000) * 1e-6
            worst.log = max(worst.log, units(PortableMath.log(near), Foundation.log(near)))
            let x = Double(step) / 1_000 - 1
            worst.erfc = max(
                worst.erfc, units(PortableMath.complementaryError(x), Foundation.erfc(x)))
            let (gamma, _): (Double, Int) = Foundation.lgamma(Double(step) / 10)
            let ours = PortableMath.logGamma(Double(step) / 10)
            worst.gamma = max(worst.gamma, abs(ours - gamma) / max(1, abs(gamma)))
        }
        #expect(worst.exp <= 2)
        #expect(worst.log <= 2)
        // e^(−x²) carries the rounding of x² into the result.
        #expect(worst.erfc <= 64)
        // Around 30 less around 30 where the recurrence reaches far.
        #expect(worst.gamma <= 1e-14)
    }

    @Test("the ends of their ranges are what IEEE 754 says")
    func ends() {
        #expect(PortableMath.exp(0) == 1)
        #expect(PortableMath.exp(710) == .infinity)
        #expect(PortableMath.exp(-746) == 0)
        #expect(PortableMath.exp(-745) == .leastNonzeroMagnitude)
        #expect(PortableMath.exp(.nan).isNaN)
        #expect(PortableMath.log(1) == 0)
        #expect(PortableMath.log(0) == -.infinity)
        #expect(PortableMath.log(-1).isNaN)
        #expect(PortableMath.log(.infinity) == .infinity)
        #expect(PortableMath.log(.leastNonzeroMagnitude) == -744.4400719213812)
        #expect(PortableMath.complementaryError(0) == 1)
        #expect(PortableMath.complementaryError(30) == 0)
        #expect(PortableMath.complementaryError(-30) == 2)
        #expect(PortableMath.power(3, 0) == 1)
        #expect(PortableMath.power(3, 5) == 243)
        #expect(PortableMath.power(2, -3) == 0.125)
        #expect(PortableMath.logGamma(-1).isNaN)
    }
}
