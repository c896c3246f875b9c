// What a way costs: parts with known prices, hours, and parts whose price must be asked.

/// Prices that a person was told, by part, in pence with VAT.
public typealias PartQuotes = [PartID: Int64]

/// What one or more ways cost together.
public struct WayCost: Hashable, Sendable {
    /// Parts with a price that is known.
    public let parts: PoundRange
    /// Parts whose price has to be asked, each once for each time it is needed.
    public let asked: [PartID]
    /// Hours of your own people; these have no price here.
    public let ownHours: HourRange
    /// Hours of an electrician.
    public let hiredHours: HourRange
    /// What the electrician costs.
    public let labour: PoundRange

    /// No cost.
    public static let zero = WayCost(
        parts: .zero, asked: [], ownHours: .zero, hiredHours: .zero, labour: .zero)

    private init(
        parts: PoundRange, asked: [PartID], ownHours: HourRange, hiredHours: HourRange,
        labour: PoundRange
    ) {
        self.parts = parts
        self.asked = asked
        self.ownHours = ownHours
        self.hiredHours = hiredHours
        self.labour = labour
    }

    /// The cost of a way; a quote goes before a price that was found.
    public init(_ way: WiringWay, quotes: PartQuotes = [:]) {
        var parts = PoundRange.zero
        var asked: [PartID] = []
        for id in way.parts {
            if let quote = quotes[id] {
                parts = parts + PoundRange(low: quote, high: quote)
            } else if case .found(let range, _) = id.part.price {
                parts = parts + range
            } else {
                asked.append(id)
            }
        }
        self.init(
            parts: parts, asked: asked, ownHours: way.ownHours, hiredHours: way.hiredHours,
            labour: way.hiredHours.cost(at: WorkRules.electricianHour)
                ?? PoundRange(low: 0, high: .max))
    }

    /// The sum of two costs, piece by piece.
    public static func + (left: WayCost, right: WayCost) -> WayCost {
        WayCost(
            parts: left.parts + right.parts, asked: left.asked + right.asked,
            ownHours: left.ownHours + right.ownHours,
            hiredHours: left.hiredHours + right.hiredHours, labour: left.labour + right.labour)
    }

    /// Known parts and the electrician together.
    public var total: PoundRange { parts + labour }

    /// Whether every part has a price.
    public var isWhole: Bool { asked.isEmpty }

    /// In words: "£154 to £184, and 2 prices to ask for".
    public var words: String {
        let count = Set(asked).count
        let rest = count == 1 ? "1 price to ask for" : "\(count) prices to ask for"
        if asked.isEmpty { return total.words }
        return total == .zero ? rest : total.words + ", and " + rest
    }
}

/// Reads a price as people type it.
public enum QuoteText {
    /// Pence from a text such as `85`, `85.50`, `£1,250` or ` 85 `; nil for anything else and for
    /// amounts above ``GuideLimits/mostQuotedPence``.
    public static func pence(_ text: String) -> Int64? {
        guard text.utf8.count <= GuideLimits.quoteBytes else { return nil }
        let bare = text.filter { $0 != " " && $0 != "£" && $0 != "," }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let pounds = digits(parts[0]) else { return nil }
        var rest: Int64 = 0
        if parts.count == 2 {
            guard (1...2).contains(parts[1].utf8.count), let value = digits(parts[1]) else {
                return nil
            }
            rest = parts[1].utf8.count == 1 ? value * 10 : value
        }
        // Twelve digits at most, so that the product cannot overflow.
        let pence = pounds * 100 + rest
        return pence <= GuideLimits.mostQuotedPence ? pence : nil
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(text)
    }
}
