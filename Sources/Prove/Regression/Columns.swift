// Adjustment columns from dates and shifts.
public import Plant

/// Columns that a study can be given.
public enum Columns {
    /// Two columns of a yearly wave for each date: sine and cosine of the share of the year gone.
    ///
    /// Sensible from a year of record on.
    public static func season(_ dates: [CivilDate]) -> [[Double]] {
        dates.map { date in
            let turn = Double(date.dayOfYear - 1) / 365.25
            return [wave(turn), wave(turn + 0.25)]
        }
    }

    /// A column of 0 and 1 for each name but the first, in order of appearance.
    ///
    /// For shifts, weekdays, jobs or operators' teams.
    public static func indicators(_ names: [String]) -> (names: [String], rows: [[Double]]) {
        var seen: [String] = []
        for name in names where !seen.contains(name) { seen.append(name) }
        let others = Array(seen.dropFirst())
        return (others, names.map { name in others.map { $0 == name ? 1 : 0 } })
    }

    /// Sine of a share of a full turn, from the series alone: the same bits everywhere.
    static func wave(_ turn: Double) -> Double {
        var share = turn - turn.rounded(.down)
        var sign = 1.0
        if share >= 0.5 {
            share -= 0.5
            sign = -1
        }
        if share > 0.25 { share = 0.5 - share }
        let x = 2 * Double.pi * share
        var term = x
        var sum = x
        for step in 1...12 {
            term *= -x * x / Double((2 * step) * (2 * step + 1))
            sum += term
        }
        return sign * sum
    }
}

/// Several measures tried at once: the more are tried, the more look good by chance.
public enum Holm {
    /// Adjusted shares of chance in the order given, each 0 to 1.
    ///
    /// Source: S. Holm 1979.
    public static func adjusted(_ shares: [Double]) -> [Double] {
        let order = shares.indices.sorted { (shares[$0], $0) < (shares[$1], $1) }
        var adjusted = shares
        var largest = 0.0
        for (rank, place) in order.enumerated() {
            largest = Swift.max(largest, Double(shares.count - rank) * shares[place])
            adjusted[place] = Swift.min(1, largest)
        }
        return adjusted
    }
}
