// What was made in a period, product by product: the second half of OEE, kept as sums.
public import Plant

/// Parts of one product at one planned time per part.
public struct ProductLot: Hashable, Sendable {
    /// What was made; empty when no job was on the machine.
    public let product: String
    /// Planned run time per item (PRI), nil when unknown.
    public let idealPerPart: Elapsed?
    /// Whether that time is an estimate.
    public let isEstimate: Bool
    /// How many.
    public var parts: PartTotals
    /// Scrap and rework among them that was made while the machine was being set up.
    public var startUpRejects: Int64

    /// A lot.
    public init(
        product: String, idealPerPart: Elapsed?, isEstimate: Bool, parts: PartTotals,
        startUpRejects: Int64 = 0
    ) {
        self.startUpRejects = startUpRejects
        self.product = product
        self.idealPerPart = idealPerPart
        self.isEstimate = isEstimate
        self.parts = parts
    }
}

/// Everything that was made in a period; additive over periods and machines.
public struct Production: Hashable, Sendable {
    /// Lots in the order of their first appearance.
    public private(set) var lots: [ProductLot] = []
    /// Parts made outside planned time; in no ratio.
    public var unplanned = PartTotals()
    /// Parts counted across gaps; in no ratio.
    public var unallocated: Int64 = 0
    /// Journal numbers of the bookings that entered.
    public var entries: [Int64] = []

    /// Nothing made.
    public init() {}

    /// A production of known lots.
    public init(lots: [ProductLot], unallocated: Int64 = 0) {
        for lot in lots { add(lot) }
        self.unallocated = unallocated
    }

    /// Parts of all lots.
    public var totals: PartTotals { lots.reduce(PartTotals()) { $0 + $1.parts } }

    /// Products whose time per part is not known although parts were made, by name.
    public var withoutIdeal: [String] {
        lots.filter { $0.idealPerPart == nil && $0.parts.made != 0 }.map(\.product)
    }

    /// Products whose time per part is an estimate, by name.
    public var estimated: [String] {
        lots.filter { $0.isEstimate && $0.idealPerPart != nil && $0.parts.made != 0 }.map(\.product)
    }

    /// Σ PRI·PQ: ideal time of all parts; nil when a product's time per part is not known.
    public var idealTimeMade: Elapsed? { ideal(\.made) }
    /// Σ PRI·GQ: ideal time of good parts; nil when a product's time per part is not known.
    public var idealTimeGood: Elapsed? { ideal(\.good) }

    /// The sum of two productions.
    public static func + (left: Production, right: Production) -> Production {
        var sum = left
        for lot in right.lots { sum.add(lot) }
        sum.unplanned = left.unplanned + right.unplanned
        let (unallocated, overflow) = left.unallocated.addingReportingOverflow(right.unallocated)
        sum.unallocated = overflow ? .max : unallocated
        sum.entries = Array(
            (left.entries + right.entries).prefix(UnderstandLimits.workingEntries))
        return sum
    }

    /// Adds parts of a job, or of no job.
    mutating func add(_ parts: PartTotals, of job: JobRun?, startUpRejects: Int64 = 0) {
        guard parts != PartTotals() || job != nil else { return }
        add(
            ProductLot(
                product: job?.product ?? "", idealPerPart: job?.idealPerPart,
                isEstimate: job?.isEstimate ?? false, parts: parts,
                startUpRejects: startUpRejects))
    }

    /// Σ PRI·(SQ+RQ) of start-up rejects; nil when a product's time per part is not known.
    public var idealTimeOfStartUpRejects: Elapsed? {
        var sum = Elapsed.zero
        for lot in lots where lot.startUpRejects != 0 {
            guard let ideal = lot.idealPerPart, ideal > .zero else { return nil }
            let (time, overflow) = ideal.nanoseconds.multipliedReportingOverflow(
                by: lot.startUpRejects)
            guard !overflow else { return nil }
            sum += Elapsed(nanoseconds: time)
        }
        return sum
    }

    private mutating func add(_ lot: ProductLot) {
        let found = lots.firstIndex {
            $0.product == lot.product && $0.idealPerPart == lot.idealPerPart
                && $0.isEstimate == lot.isEstimate
        }
        if let found {
            lots[found].parts = lots[found].parts + lot.parts
            lots[found].startUpRejects += lot.startUpRejects
        } else {
            lots.append(lot)
        }
    }

    private func ideal(_ count: KeyPath<PartTotals, Int64>) -> Elapsed? {
        var sum: Int64 = 0
        for lot in lots where lot.parts[keyPath: count] != 0 {
            guard let ideal = lot.idealPerPart, ideal > .zero else { return nil }
            let (time, overflow) = ideal.nanoseconds.multipliedReportingOverflow(
                by: lot.parts[keyPath: count])
            let (next, isTooLong) = sum.addingReportingOverflow(time)
            guard !overflow, !isTooLong else { return nil }
            sum = next
        }
        return Elapsed(nanoseconds: sum)
    }
}

/// The time per part, estimated where nobody knows it.
public enum IdealTime {
    /// The 10th percentile of at least 30 stable cycle times of one product, nil for fewer.
    ///
    /// An estimate is frozen by whoever stores it: estimating anew would hide lost speed.
    /// Cycle times in any order; linear between the two nearest (percentile definition 7).
    public static func estimate(cycleTimes: [Elapsed]) -> Elapsed? {
        let sorted = cycleTimes.filter { $0 > .zero }.sorted()
        guard sorted.count >= UnderstandLimits.leastCycles else { return nil }
        let place = UnderstandLimits.idealPercentile * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        let share = place - Double(low)
        let step = Double((sorted[high] - sorted[low]).nanoseconds) * share
        return sorted[low] + Elapsed(nanoseconds: Int64(step.rounded()))
    }

    /// Planned time per item of a cycle that gives several parts at once.
    public static func perPart(cycle: Elapsed, goodCavities: Int64) -> Elapsed? {
        guard goodCavities > 0, cycle > .zero else { return nil }
        return Elapsed(nanoseconds: cycle.nanoseconds / goodCavities)
    }
}
