// The check group of a written key: a Reed-Solomon code that also tells which group is wrong.

/// Computes and checks the two check symbols of sixteen symbols of ten bits.
///
/// The symbols c[0…17] are elements of GF(2¹⁰) modulo x¹⁰ + x³ + 1, and α = x. A key is right when
/// the sum of all c[i] and the sum of all c[i]·αⁱ are 0 (a shortened Reed-Solomon code of distance
/// 3). One or two wrong symbols are always noticed, more of them in all but one of 2²⁰ cases; with
/// one wrong symbol the sums are e and e·αⁱ, which gives its place.
enum CheckGroup {
    /// Symbols of the key itself.
    static let keySymbols = 16

    /// The symbols with their two check symbols behind them.
    static func completed(_ symbols: [UInt16]) -> [UInt16] {
        let (sum, weighted) = sums(symbols)
        // c16 + c17 = sum and c16·α¹⁶ + c17·α¹⁷ = weighted, solved for c16.
        let divisor = power(keySymbols) ^ power(keySymbols + 1)
        let first = product(weighted ^ product(sum, power(keySymbols + 1)), inverse(divisor))
        return symbols + [first, sum ^ first]
    }

    /// Whether a completed row of symbols is right, and if not, which one alone may be wrong.
    static func verdict(_ symbols: [UInt16]) -> (isRight: Bool, suspect: Int?) {
        let (sum, weighted) = sums(symbols)
        if sum == 0, weighted == 0 { return (true, nil) }
        guard sum != 0 else { return (false, nil) }
        return (false, symbols.indices.first { product(sum, power($0)) == weighted })
    }

    private static func sums(_ symbols: [UInt16]) -> (plain: UInt16, weighted: UInt16) {
        var plain: UInt16 = 0
        var weighted: UInt16 = 0
        for (index, symbol) in symbols.enumerated() {
            plain ^= symbol
            weighted ^= product(symbol, power(index))
        }
        return (plain, weighted)
    }

    private static func product(_ left: UInt16, _ right: UInt16) -> UInt16 {
        var result: UInt16 = 0
        var shifted = left
        for bit in 0..<10 {
            if right >> bit & 1 == 1 { result ^= shifted }
            shifted <<= 1
            if shifted & 0x400 != 0 { shifted ^= 0x409 }
        }
        return result
    }

    private static func power(_ exponent: Int) -> UInt16 {
        var result: UInt16 = 1
        for _ in 0..<exponent { result = product(result, 2) }
        return result
    }

    /// The element to the power 1022, since every element but 0 to the power 1023 is 1.
    private static func inverse(_ element: UInt16) -> UInt16 {
        var result: UInt16 = 1
        for _ in 0..<1022 { result = product(result, element) }
        return result
    }
}
