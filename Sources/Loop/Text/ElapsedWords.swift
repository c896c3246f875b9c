// Lengths of time as people write them in files and on the command line: 250ms, 10s, 5 min, 2h, 3d.

public import Plant

extension Elapsed {
    /// A length from a number and a unit (ms, s, min, m, h, d), nil for anything else.
    public init?(words text: String) {
        let trimmed = text.filter { $0 != " " }
        let digits = trimmed.prefix { $0.isNumber || $0 == "." }
        guard let number = Double(digits), number >= 0, number < 1e7 else { return nil }
        let unit: Double
        switch trimmed.dropFirst(digits.count) {
        case "ms": unit = 1e6
        case "s", "sec": unit = 1e9
        case "min", "m": unit = 60e9
        case "h": unit = 3600e9
        case "d": unit = 86400e9
        default: return nil
        }
        self.init(nanoseconds: Int64((number * unit).rounded()))
    }

    /// The shortest such text that gives the same length.
    public var settingText: String {
        func whole(_ unit: Int64, _ name: String) -> String? {
            nanoseconds != 0 && nanoseconds % unit == 0 ? "\(nanoseconds / unit)\(name)" : nil
        }
        return whole(86_400_000_000_000, "d") ?? whole(3_600_000_000_000, "h")
            ?? whole(60_000_000_000, "min") ?? whole(1_000_000_000, "s")
            ?? "\(nanoseconds / 1_000_000)ms"
    }
}
