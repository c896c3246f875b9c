// What fills the slots of a message: texts, whole numbers, numbers with decimals.

/// A value for a slot.
public enum MessageValue: Hashable, Sendable, ExpressibleByStringLiteral,
    ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral
{
    /// Shown as it is: names, codes, clock times, lengths of time.
    case text(String)
    /// A count, written with the language's grouping.
    case whole(Int64)
    /// A number rounded to a count of decimals, 0 to ``MessageLimits/decimalPlaces``.
    ///
    /// One that is not finite or too large is shown as "?" and counted as a gap.
    case decimal(Double, places: Int)

    /// A text.
    public init(stringLiteral value: String) { self = .text(value) }

    /// A whole number.
    public init(integerLiteral value: Int64) { self = .whole(value) }
}

/// The values of a message's slots by their names.
public struct MessageSlots: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    private var names: [String]
    private var values: [MessageValue]

    /// Values by name; where a name comes twice, the first counts.
    public init(dictionaryLiteral elements: (String, MessageValue)...) {
        names = elements.map(\.0)
        values = elements.map(\.1)
    }

    /// The value of a slot; nil when it has none.
    public subscript(name: String) -> MessageValue? {
        get { names.firstIndex(of: name).map { values[$0] } }
        set {
            while let index = names.firstIndex(of: name) {
                names.remove(at: index)
                values.remove(at: index)
            }
            guard let newValue else { return }
            names.append(name)
            values.append(newValue)
        }
    }
}
