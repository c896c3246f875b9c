// What a customer pays for a machine by use, to the penny, with every gap named.
public import Plant

/// A reading of a cumulative counter, in thousandths of its unit.
public struct RegisterReading: Hashable, Sendable {
    /// When.
    public let time: Timestamp
    /// Thousandths of an hour, cycle or kWh; never falls in one meter.
    public let thousandths: Int64
    /// Which meter.
    public let meter: String

    /// A reading.
    public init(time: Timestamp, thousandths: Int64, meter: String) {
        self.time = time
        self.thousandths = thousandths
        self.meter = meter
    }
}

/// A witnessed change of the meter.
public struct MeterChange: Hashable, Sendable {
    /// When.
    public let time: Timestamp
    /// Last reading of the old meter, thousandths.
    public let oldFinal: Int64
    /// First reading of the new meter, thousandths.
    public let newStart: Int64

    /// A change.
    public init(time: Timestamp, oldFinal: Int64, newStart: Int64) {
        self.time = time
        self.oldFinal = oldFinal
        self.newStart = newStart
    }
}

/// Why a use cannot be stated.
public enum UsageError: Error, Hashable, Sendable {
    /// Fewer than two readings.
    case tooFewReadings
    /// A reading lies before the one above it.
    case notInOrder(place: Int)
    /// The counter fell and no change of the meter was recorded.
    case fellWithoutChange(place: Int)
    /// A change of the meter does not fit the readings around it.
    case changeDoesNotFit(place: Int)
    /// More hours than passed.
    case moreThanElapsed
    /// An amount cannot be held, or a price has another currency.
    case amount

    /// What to do.
    public var remedy: String {
        switch self {
        case .tooFewReadings: "Give the reading at the start and at the end of the period."
        case .notInOrder: "Sort the readings by time."
        case .fellWithoutChange: "Record the change of the meter with its last and first reading."
        case .changeDoesNotFit: "Check the last reading of the old meter and the first of the new."
        case .moreThanElapsed: "Check the counter: it shows more hours than have passed."
        case .amount: "Check rates and their currency."
        }
    }
}

/// Use between the first and the last reading: differences of the register, not sums of samples.
public struct RegisterUse: Hashable, Sendable {
    /// Thousandths of the unit.
    public let thousandths: Int64
    /// Changes of the meter that were bridged.
    public let changes: Int

    /// Adds the differences; missing samples between two readings change nothing.
    public init(
        _ readings: [RegisterReading], changes: [MeterChange] = []
    ) throws(UsageError) {
        guard readings.count >= 2 else { throw .tooFewReadings }
        var sum = Int128(0)
        var bridged = 0
        for place in 1..<readings.count {
            let (earlier, later) = (readings[place - 1], readings[place])
            guard earlier.time < later.time else { throw .notInOrder(place: place) }
            let between = changes.filter { earlier.time < $0.time && $0.time <= later.time }
                .sorted { $0.time < $1.time }
            var from = earlier.thousandths
            for change in between {
                guard change.oldFinal >= from else { throw .changeDoesNotFit(place: place) }
                sum += Int128(change.oldFinal) - Int128(from)
                from = change.newStart
                bridged += 1
            }
            guard later.thousandths >= from else {
                throw between.isEmpty
                    ? .fellWithoutChange(place: place) : .changeDoesNotFit(place: place)
            }
            guard between.isEmpty == false || earlier.meter == later.meter else {
                throw .fellWithoutChange(place: place)
            }
            sum += Int128(later.thousandths) - Int128(from)
        }
        guard let held = Int64(exactly: sum) else { throw .amount }
        thousandths = held
        self.changes = bridged
    }
}

/// The terms of a contract by use.
public struct UsageTerms: Hashable, Sendable {
    /// Price of a unit within the included quantity.
    public let rate: Rate
    /// Price of a unit above it.
    public let rateAbove: Rate
    /// Included quantity, thousandths.
    public let included: Int64
    /// Least charge of a period, minor units.
    public let minimum: Int64
    /// Most that an estimate for lost counts may add, as thousandths of the measured charge.
    public let gapCeiling: Int
    /// Availability aimed at, millionths; nil without a target.
    public let target: Int64?
    /// One step below the target, millionths.
    public let step: Int64
    /// Credit for each full step, thousandths of the charge.
    public let stepCredit: Int
    /// Most that is credited, thousandths of the charge.
    public let creditCeiling: Int

    /// Terms.
    public init(
        rate: Rate, rateAbove: Rate, included: Int64, minimum: Int64, gapCeiling: Int = 50,
        target: Int64? = nil, step: Int64 = 5_000, stepCredit: Int = 20, creditCeiling: Int = 200
    ) {
        self.rate = rate
        self.rateAbove = rateAbove
        self.included = included
        self.minimum = minimum
        self.gapCeiling = gapCeiling
        self.target = target
        self.step = step
        self.stepCredit = stepCredit
        self.creditCeiling = creditCeiling
    }
}

extension UsageTerms {
    /// Whether prices are of one currency and shares lie from 0 to 1,000 thousandths.
    var isSound: Bool {
        rate.currency == rateAbove.currency && rate.millionths >= 0 && rateAbove.millionths >= 0
            && included >= 0 && minimum >= 0
            && [gapCeiling, stepCredit, creditCeiling].allSatisfy { (0...1_000).contains($0) }
    }
}

/// Time that the contract agreed on and what was lost of it, in seconds.
public struct AgreedTime: Hashable, Sendable {
    /// Agreed.
    public let agreed: Int64
    /// Down, the excluded part included.
    public let down: Int64
    /// Down for a reason that the contract excludes, each with its evidence.
    public let excluded: Int64

    /// Agreed time; nil unless 0 ≤ excluded ≤ down ≤ agreed and something is left.
    public init?(agreed: Int64, down: Int64, excluded: Int64) {
        guard 0 <= excluded, excluded <= down, down <= agreed, agreed > excluded else {
            return nil
        }
        self.agreed = agreed
        self.down = down
        self.excluded = excluded
    }

    /// Availability in millionths, rounded down: excluded time is taken out of both.
    public var availability: Int64 {
        Int64(Int128(agreed - down) * 1_000_000 / Int128(agreed - excluded))
    }
}

/// The statement of one period; the sum of its lines is the sum.
public struct UsageStatement: Hashable, Sendable {
    /// One printed line.
    public struct Line: Hashable, Sendable {
        /// What for.
        public let text: String
        /// Amount, rounded half-even once.
        public let amount: Money
    }
    /// Lines in order.
    public let lines: [Line]
    /// Sum of the lines.
    public let total: Money
    /// Availability, millionths; nil without agreed time.
    public let availability: Int64?

    /// Works out a period.
    ///
    /// `use` in thousandths measured; `estimated` in thousandths for counts that were lost, by the
    /// rule of the contract (the median of the same weekday's hours in the four weeks before),
    /// flagged in a line of its own and held to its ceiling.
    public init(
        _ terms: UsageTerms, use: Int64, estimated: Int64 = 0, time: AgreedTime? = nil
    ) throws(UsageError) {
        let currency = terms.rate.currency
        guard terms.isSound, use >= 0, estimated >= 0 else { throw .amount }
        let within = Swift.min(use, terms.included)
        var lines = [
            Line(
                text: "\(UsageStatement.text(within)) at \(terms.rate.text)",
                amount: try UsageStatement.price(within, terms.rate))
        ]
        if use > terms.included {
            lines.append(
                Line(
                    text: "\(UsageStatement.text(use - within)) at \(terms.rateAbove.text)",
                    amount: try UsageStatement.price(use - within, terms.rateAbove)))
        }
        let measured = try UsageStatement.sum(lines, currency)
        if estimated > 0 {
            let rate = use >= terms.included ? terms.rateAbove : terms.rate
            let full = try UsageStatement.price(estimated, rate)
            let ceiling = try UsageStatement.share(measured, terms.gapCeiling)
            lines.append(
                Line(
                    text: "estimated \(UsageStatement.text(estimated)) for lost counts",
                    amount: full.minor <= ceiling.minor ? full : ceiling))
        }
        let charged = try UsageStatement.sum(lines, currency)
        if charged.minor < terms.minimum {
            lines.append(
                Line(
                    text: "up to the least charge",
                    amount: Money(minor: terms.minimum - charged.minor, currency: currency)))
        }
        availability = time?.availability
        if let target = terms.target, let reached = time?.availability, reached < target,
            terms.step > 0
        {
            let base = try UsageStatement.sum(lines, currency)
            // Credit for more than a thousand steps has reached any ceiling.
            let steps = Int(Swift.min(1_000, (target - reached) / terms.step))
            let credit = steps > 0 ? Swift.min(terms.creditCeiling, steps * terms.stepCredit) : 0
            let amount = try UsageStatement.share(base, -credit)
            if credit > 0 {
                lines.append(Line(text: "credit for \(steps) steps below target", amount: amount))
            }
        }
        self.lines = lines
        total = try UsageStatement.sum(lines, currency)
    }

    private static func price(_ thousandths: Int64, _ rate: Rate) throws(UsageError) -> Money {
        let (product, overflow) = (Int128(thousandths) * Int128(rate.millionths))
            .multipliedReportingOverflow(by: Int128(rate.currency.minorUnits))
        guard !overflow,
            let money = Money(product, dividedBy: 1_000_000_000, currency: rate.currency)
        else { throw .amount }
        return money
    }

    private static func share(_ money: Money, _ thousandths: Int) throws(UsageError) -> Money {
        let product = Int128(money.minor) * Int128(thousandths)
        guard let part = Money(product, dividedBy: 1_000, currency: money.currency) else {
            throw .amount
        }
        return part
    }

    private static func sum(_ lines: [Line], _ currency: Currency) throws(UsageError) -> Money {
        var sum = Money(minor: 0, currency: currency)
        for line in lines {
            guard let next = sum.adding(line.amount) else { throw .amount }
            sum = next
        }
        return sum
    }

    /// `173.4` from thousandths.
    private static func text(_ thousandths: Int64) -> String {
        let rest = thousandths % 1_000
        guard rest != 0 else { return String(thousandths / 1_000) }
        var digits = String(rest + 1_000).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(thousandths / 1_000).\(digits)"
    }
}

/// The estimate for counts that were lost.
public enum GapEstimate {
    /// Median hourly use of the same hours in the weeks before, times the length of the gap.
    ///
    /// `hourly` in thousandths an hour, one for each earlier week; nil of none.
    public static func thousandths(hourly: [Int64], elapsed: Elapsed) -> Int64? {
        guard !hourly.isEmpty, hourly.allSatisfy({ $0 >= 0 }), elapsed.nanoseconds >= 0 else {
            return nil
        }
        let sorted = hourly.sorted()
        let half = sorted.count / 2
        // Twice the median, so that an even count stays exact.
        let twice =
            sorted.count % 2 == 1
            ? 2 * Int128(sorted[half]) : Int128(sorted[half - 1]) + Int128(sorted[half])
        return Int64(
            exactly: twice * Int128(elapsed.nanoseconds) / (2 * 3_600_000_000_000))
    }
}
