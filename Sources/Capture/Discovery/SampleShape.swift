// The shape of a short series: its bounds, whether it only rises, how many values it takes.

/// What is known of a series of numbers after the fact, in constant memory.
public struct SampleShape: Hashable, Sendable {
    /// Numbers that were seen.
    public private(set) var count = 0
    /// The smallest; 0 before the first.
    public private(set) var smallest = 0.0
    /// The largest; 0 before the first.
    public private(set) var largest = 0.0
    /// The first; 0 before it.
    public private(set) var first = 0.0
    /// The last; 0 before the first.
    public private(set) var last = 0.0
    /// Steps up.
    public private(set) var rises = 0
    /// Steps down.
    public private(set) var falls = 0
    /// The largest step up.
    public private(set) var largestRise = 0.0
    /// Whether every number was whole.
    public private(set) var isWhole = true
    /// The different numbers, at most ``distinctLimit``; further ones are not kept.
    public private(set) var distinct: [Double] = []

    /// Different numbers that are remembered.
    public static let distinctLimit = 8

    /// A series before its first number.
    public init() {}

    /// A series of numbers, oldest first; what is not finite is left out.
    public init(_ numbers: [Double]) {
        for number in numbers { note(number) }
    }

    /// Takes the next number; what is not finite is left out.
    public mutating func note(_ number: Double) {
        guard number.isFinite else { return }
        if count == 0 {
            first = number
            smallest = number
            largest = number
        } else {
            let step = number - last
            if step > 0 { rises += 1 }
            if step < 0 { falls += 1 }
            largestRise = max(largestRise, step)
        }
        count += 1
        last = number
        smallest = min(smallest, number)
        largest = max(largest, number)
        isWhole = isWhole && number == number.rounded()
        if distinct.count < Self.distinctLimit, !distinct.contains(number) {
            distinct.append(number)
        }
    }

    /// Whether it rose at least once and never fell.
    public var onlyRises: Bool { rises > 0 && falls == 0 }

    /// Whether it never changed, over at least two numbers.
    public var isStill: Bool { count > 1 && rises == 0 && falls == 0 }

    /// Whether it took no other numbers than 0 and 1, and both of them.
    public var isSwitch: Bool { distinct.count == 2 && Set(distinct) == [0, 1] }
}
