// The cardinal plural rules of the Unicode CLDR for the languages the box speaks.

/// A plural category of CLDR.
public enum PluralCategory: String, Hashable, Sendable, CaseIterable {
    /// Of no language here; known so that its name can be refused with a reason.
    case zero
    /// One of something, in the language's own sense.
    case one
    /// Of no language here, as ``zero``.
    case two
    /// A few: Polish 2 to 4 and their like, Romanian up to 19.
    case few
    /// Many: Polish 5 to 21 and their like.
    case many
    /// Everything else; every language has it.
    case other
}

/// What the rules look at in a number as it is shown, in the terms of UTS 35 part 3.
struct PluralOperands: Hashable, Sendable {
    /// The whole part without its sign (i).
    let whole: UInt64
    /// Count of visible decimals, with trailing zeros (v).
    let decimals: Int
    /// Whether the visible decimals are all zeros, so that n is whole.
    let isWhole: Bool

    init(_ value: Int64) {
        whole = value.magnitude
        decimals = 0
        isWhole = true
    }

    init(_ digits: FixedDigits) {
        whole = digits.whole
        decimals = digits.places
        isWhole = digits.fraction == 0
    }
}

extension MessageLanguage {
    /// The categories that the language's rules can give, `other` last.
    public var pluralCategories: [PluralCategory] {
        switch self {
        case .english, .punjabi, .pseudo: [.one, .other]
        case .polish: [.one, .few, .many, .other]
        case .romanian: [.one, .few, .other]
        }
    }

    /// The category of a whole number: in Polish 22 is `few`.
    public func pluralCategory(_ value: Int64) -> PluralCategory {
        category(PluralOperands(value))
    }

    /// The category of a number shown with decimals: in Romanian 1.5 with one place is `few`.
    ///
    /// Places below 0 count as 0, above ``MessageLimits/decimalPlaces`` as that. Nil when the
    /// number cannot be shown: not finite, or of the size ``MessageLimits/decimalSize``.
    public func pluralCategory(_ value: Double, places: Int) -> PluralCategory? {
        FixedDigits(value, places: places).map { category(PluralOperands($0)) }
    }

    /// The category of what is shown.
    ///
    /// Source: CLDR 48, supplemental/plurals.xml, type cardinal.
    func category(_ number: PluralOperands) -> PluralCategory {
        let (i, v) = (number.whole, number.decimals)
        switch self {
        case .english, .pseudo:
            // one: i = 1 and v = 0
            return i == 1 && v == 0 ? .one : .other
        case .punjabi:
            // one: n = 0..1
            return i <= 1 && number.isWhole ? .one : .other
        case .polish:
            // one: i = 1 and v = 0
            // few: v = 0 and i % 10 = 2..4 and i % 100 != 12..14
            // many: v = 0 and i != 1 and i % 10 = 0..1 or v = 0 and i % 10 = 5..9
            //       or v = 0 and i % 100 = 12..14
            guard v == 0 else { return .other }
            if i == 1 { return .one }
            let isFew = (2...4).contains(i % 10) && !(12...14).contains(i % 100)
            return isFew ? .few : .many
        case .romanian:
            // one: i = 1 and v = 0
            // few: v != 0 or n = 0 or n != 1 and n % 100 = 1..19
            if v == 0 && i == 1 { return .one }
            let isFew = v != 0 || i == 0 || (1...19).contains(i % 100)
            return isFew ? .few : .other
        }
    }
}
