// The encoding of decimals: whole numbers of tenths, hundredths and so on, exceptions apart.

/// Doubles that are decimals with few digits, exactly; the rest stand apart as exceptions.
///
/// A value v fits scale e when v is bit for bit `Double(n) / 10^e` for a whole number n, or the
/// same through a 32-bit float (`Double(Float(Double(n) / 10^e))`), as many machines send it.
/// Layout: e, form (0 double, 1 single), exceptions (count, then row distance and bits each),
/// then the whole numbers as `PackedIntegers`; an exception repeats the number before it.
enum ScaledDecimal {
    /// How the scaled number becomes a double again.
    struct Scale: Hashable {
        /// Power of ten, 0 to 9.
        let exponent: Int
        /// Whether the value passed through a 32-bit float.
        let isSingle: Bool
    }

    private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
    /// Whole numbers up to here are exact in a double.
    private static let exactLimit = 9_007_199_254_740_992.0

    /// The whole numbers and exceptions of a scale that fits at least 15 of 16 values, or nil.
    static func fit(_ values: [Double]) -> Fit? {
        var refused: Set<Scale> = []
        for _ in 0..<4 {
            guard let scale = guess(values, refused: refused) else { return nil }
            if let fit = fit(values, scale) { return fit }
            refused.insert(scale)
        }
        return nil
    }

    /// Values that fit a scale.
    struct Fit {
        /// The scale.
        let scale: Scale
        /// One whole number for each row.
        let numbers: [Int64]
        /// Rows whose value is kept as it is.
        let exceptions: [(row: Int, bits: UInt64)]
    }

    /// Appends a fit.
    static func encode(
        _ fit: Fit, layout: PackedIntegers.Layout, into output: inout [UInt8]
    ) {
        output.append(UInt8(fit.scale.exponent))
        output.append(fit.scale.isSingle ? 1 : 0)
        RowExceptions.encode(fit.exceptions, into: &output)
        PackedIntegers.encode(fit.numbers, layout: layout, into: &output)
    }

    /// The `count` values that `encode` was given.
    static func decode(_ reader: inout ByteReader, count: Int) throws(ChunkFault) -> [Double] {
        let exponent = Int(try reader.byte())
        let form = try reader.byte()
        guard exponent < powers.count, form <= 1 else {
            throw ChunkFault("a scale of \(exponent) in form \(form)")
        }
        let exceptions = try RowExceptions.decode(&reader, count: count)
        let numbers = try PackedIntegers.decode(&reader, count: count)
        let power = powers[exponent]
        var values: [Double]
        if form == 1 {
            values = numbers.map { Double(Float(Double($0) / power)) }
        } else {
            values = numbers.map { Double($0) / power }
        }
        for exception in exceptions { values[exception.row] = Double(bitPattern: exception.bits) }
        return values
    }

    /// The smallest scale that fits most of a sample of the values.
    private static func guess(_ values: [Double], refused: Set<Scale>) -> Scale? {
        let stride = max(1, values.count / 48)
        var sample: [Double] = []
        var index = 0
        while index < values.count {
            sample.append(values[index])
            index += stride
        }
        for isSingle in [false, true] {
            for exponent in 0..<(isSingle ? 7 : powers.count) {
                let scale = Scale(exponent: exponent, isSingle: isSingle)
                guard !refused.contains(scale) else { continue }
                let fitting = sample.reduce(0) { $0 + (number($1, scale) != nil ? 1 : 0) }
                if fitting * 16 >= sample.count * 15 { return scale }
            }
        }
        return nil
    }

    private static func fit(_ values: [Double], _ scale: Scale) -> Fit? {
        var numbers: [Int64] = []
        numbers.reserveCapacity(values.count)
        var exceptions: [(row: Int, bits: UInt64)] = []
        let allowed = values.count / 16 + 1
        let power = powers[scale.exponent]
        var previous: Int64 = 0
        for (row, value) in values.enumerated() {
            let scaled = (value * power).rounded()
            if scaled.magnitude <= exactLimit {
                let restored =
                    scale.isSingle ? Double(Float(scaled / power)) : scaled / power
                // Minus zero would come back from a whole number as plus zero.
                let isMinusZero = scaled == 0 && value.sign == .minus
                if restored.bitPattern == value.bitPattern, !isMinusZero {
                    previous = Int64(scaled)
                    numbers.append(previous)
                    continue
                }
            }
            exceptions.append((row, value.bitPattern))
            if exceptions.count > allowed { return nil }
            numbers.append(previous)
        }
        return Fit(scale: scale, numbers: numbers, exceptions: exceptions)
    }

    /// The whole number of a value at a scale, nil where it does not give the same bits back.
    static func number(_ value: Double, _ scale: Scale) -> Int64? {
        let power = powers[scale.exponent]
        let scaled = (value * power).rounded()
        guard scaled.magnitude <= exactLimit else { return nil }
        let restored = scale.isSingle ? Double(Float(scaled / power)) : scaled / power
        guard restored.bitPattern == value.bitPattern else { return nil }
        let number = Int64(scaled)
        return number == 0 && value.sign == .minus ? nil : number
    }
}
