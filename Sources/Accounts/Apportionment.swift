// Parts of a sum that add up to it again, to the penny: the method of the largest remainder.
public import Plant

/// Splitting and rounding of amounts without losing a penny.
public enum Apportionment {
    /// A total split by weights: each part is within one minor unit of its share, and the parts
    /// sum to the total.
    ///
    /// Weights are not below zero and in any unit, such as nanoseconds of each day. What is left
    /// after rounding down goes to the largest remainders, the earlier of equal ones first. Nil
    /// without weights, with one below zero, when all are nothing, or when they cannot be added.
    /// For example £1.00 by 1, 1, 1 is 34 p, 33 p, 33 p.
    public static func split(_ total: Money, by weights: [Int64]) -> [Money]? {
        guard weights.allSatisfy({ $0 >= 0 }) else { return nil }
        var sum: Int128 = 0
        for weight in weights { sum += Int128(weight) }
        guard sum > 0, sum <= Int128(Int64.max) else { return nil }
        // Of a negative total the magnitude is split, so that both signs split alike.
        let isNegative = total.minor < 0
        let magnitude = Int128(total.minor).magnitude
        let shares = weights.map {
            (Int128(magnitude) * Int128($0)).quotientAndRemainder(
                dividingBy: sum)
        }
        let parts = handOut(
            shares.map(\.quotient), remainders: shares.map(\.remainder), total: Int128(magnitude))
        var money: [Money] = []
        money.reserveCapacity(parts.count)
        for part in parts {
            guard let minor = Int64(exactly: isNegative ? -part : part) else { return nil }
            money.append(Money(minor: minor, currency: total.currency))
        }
        return money
    }

    /// Amounts rounded to multiples of `unit` that sum to their sum, rounded half-even once.
    ///
    /// `unit` is in the amounts' own minor units and above zero: 10 rounds thousandths to
    /// hundredths. Nil for a unit of nothing or less, or where a result cannot be held.
    public static func rounded(_ amounts: [Int64], to unit: Int64) -> [Int64]? {
        guard unit > 0 else { return nil }
        guard unit > 1 else { return amounts }
        let divisor = Int128(unit)
        var sum: Int128 = 0
        var floors: [Int128] = []
        var remainders: [Int128] = []
        floors.reserveCapacity(amounts.count)
        remainders.reserveCapacity(amounts.count)
        for amount in amounts {
            let value = Int128(amount)
            sum += value
            let rest = ((value % divisor) + divisor) % divisor
            floors.append((value - rest) / divisor)
            remainders.append(rest)
        }
        let rest = ((sum % divisor) + divisor) % divisor
        var total = (sum - rest) / divisor
        if rest * 2 > divisor || (rest * 2 == divisor && total % 2 != 0) { total += 1 }
        var result: [Int64] = []
        for part in handOut(floors, remainders: remainders, total: total) {
            guard let value = Int64(exactly: part * divisor) else { return nil }
            result.append(value)
        }
        return result
    }

    /// Adds one to the parts with the largest remainders until they sum to the total.
    private static func handOut(
        _ floors: [Int128], remainders: [Int128], total: Int128
    ) -> [Int128] {
        var parts = floors
        var left = total - floors.reduce(0, +)
        guard left > 0 else { return parts }
        let order = remainders.indices.sorted {
            remainders[$0] != remainders[$1] ? remainders[$0] > remainders[$1] : $0 < $1
        }
        for index in order where left > 0 {
            parts[index] += 1
            left -= 1
        }
        return parts
    }
}
