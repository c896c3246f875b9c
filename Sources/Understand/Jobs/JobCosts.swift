// What a job cost on one machine: hours, energy, material, and what of it went into scrap.
import Plant

/// Money of the stretches of one job on one machine.
struct JobCosts {
    let stretches: [JobStretch]
    let times: JobTimes
    let currency: Currency
    let steps: ClockSteps

    private var name: String { stretches.first?.name ?? "" }
    /// millionths × ns → minor units: × units / (10⁶ × 3.6 × 10¹²).
    private static let divisor: Int128 = 3_600_000_000_000_000_000

    /// Machine hours: every second that was seen running, stopped or being set up, at the rate of
    /// its moment; rounded half-even once (decisions 29).
    ///
    /// Planned stops cost nothing. Time that was not seen is left out and makes it "at least".
    var hours: JobFigure<Money> {
        let sum = HourSum(stretches, currency: currency, steps: steps)
        var gaps: [String] = []
        if let sentence = Sentences.notSeen(name, times.unseen) { gaps.append(sentence) }
        if times.isDoubted { gaps.append(doubt) }
        if times.busy <= .zero {
            return times.unseen > .zero
                ? JobFigure(missing: gaps, coverage: times.coverage)
                : JobFigure(Money(minor: 0, currency: currency), coverage: times.coverage)
        }
        if sum.unpriced > .zero { gaps.append(unpriced(sum)) }
        guard sum.priced > .zero else { return JobFigure(missing: gaps, coverage: times.coverage) }
        guard !sum.isTooLarge, let money = amount(sum.all, dividedBy: JobCosts.divisor) else {
            return JobFigure(missing: tooLarge, coverage: times.coverage)
        }
        return JobFigure(
            money, bound: times.isDoubted ? .open : gaps.isEmpty ? .exact : .atLeast,
            coverage: times.coverage, gaps: gaps)
    }

    /// Energy of all stretches in kWh.
    var energy: JobFigure<Double> {
        let measured = stretches.compactMap(\.energy)
        let gaps = energyGaps(priced: false)
        guard !measured.isEmpty else { return JobFigure(missing: gaps, coverage: 0) }
        let sum = measured.reduce(0) { $0 + $1.kilowattHours }
        return JobFigure(
            sum, bound: gaps.isEmpty ? .exact : (sum < 0 ? .open : .atLeast),
            coverage: energyCoverage, gaps: gaps)
    }

    /// What the energy of all stretches cost.
    var energyCost: JobFigure<Money> {
        let known = stretches.compactMap(\.energy?.cost)
        let gaps = energyGaps(priced: true)
        guard var sum = known.first else {
            return JobFigure(missing: gaps, coverage: energyCoverage)
        }
        if let other = known.first(where: { $0.currency != currency }) {
            return JobFigure(
                missing: "The energy of \(name) is priced in \(other.currency.code),"
                    + " not in \(currency.code).", coverage: energyCoverage)
        }
        for cost in known.dropFirst() {
            guard let next = sum.adding(cost) else {
                return JobFigure(missing: tooLarge, coverage: energyCoverage)
            }
            sum = next
        }
        return JobFigure(
            sum, bound: gaps.isEmpty ? .exact : (sum.minor < 0 ? .open : .atLeast),
            coverage: energyCoverage, gaps: gaps)
    }

    /// Material of every part made, good or not.
    var material: JobFigure<Money> { material { $0.made } }

    /// What went into scrap: material of the scrapped parts, and their share of the running time.
    ///
    /// Every part made takes an equal share of the running time's cost; stops and setting up are
    /// not charged to scrap. It stands inside hours and material and is never added to them.
    /// Source: `domain/benefit.md`, money: material and processing already spent, nothing
    /// recovered.
    var scrap: JobFigure<Money> {
        let parts = stretches.compactMap(\.parts).reduce(PartTotals(), +)
        if stretches.allSatisfy({ $0.parts != nil }), parts.scrap == 0,
            stretches.allSatisfy({ $0.unplacedParts == 0 })
        {
            return JobFigure(Money(minor: 0, currency: currency), coverage: times.coverage)
        }
        // Only where parts are known: running time of others made parts that nobody counted.
        let counted = stretches.filter { $0.parts != nil }
        let sum = HourSum(counted, currency: currency, steps: steps)
        let machineTime: JobFigure<Money>
        if stretches.allSatisfy({ $0.parts == nil }) {
            return JobFigure(missing: notCounted, coverage: times.coverage)
        } else if parts.made == 0, parts.scrap == 0 {
            machineTime = JobFigure(missing: partGaps, coverage: times.coverage)
        } else if parts.made <= 0 || parts.scrap > parts.made || parts.scrap < 0 {
            machineTime = JobFigure(
                missing: "More parts of \(name) were scrapped than made. Check the bookings.",
                coverage: times.coverage)
        } else if sum.pricedRunning <= .zero {
            machineTime = JobFigure(
                missing: times.running > .zero
                    ? unpriced(sum) : "\(name) was not seen running.", coverage: times.coverage)
        } else if !sum.isTooLarge, let money = share(sum.running, parts.scrap, of: parts.made) {
            let gaps =
                partGaps + (sum.unpriced > .zero ? [unpriced(sum)] : [])
                + (times.isDoubted ? [doubt] : [])
            let seen = Sentences.notSeen(name, times.unseen).map { [$0] } ?? []
            // Parts counted over gaps may be good or scrap, and share the running time: the
            // share of the scrap that is known could really be more or less.
            let isOpen = times.isDoubted || stretches.contains { $0.unplacedParts > 0 }
            machineTime = JobFigure(
                money,
                bound: isOpen ? .open : (gaps + seen).isEmpty ? .exact : .atLeast,
                coverage: times.coverage, gaps: gaps + seen)
        } else {
            machineTime = JobFigure(missing: tooLarge, coverage: times.coverage)
        }
        return .sum([material { $0.scrap }, machineTime], coverage: times.coverage)
    }

    /// What is missing from the parts, as sentences.
    var partGaps: [String] {
        let unplaced = stretches.reduce(Int64(0)) { sum, stretch in
            let (next, overflow) = sum.addingReportingOverflow(stretch.unplacedParts)
            return overflow ? .max : next
        }
        var gaps: [String] = []
        if stretches.contains(where: { $0.parts == nil }) { gaps.append(notCounted) }
        if unplaced > 0 { gaps.append(Finding.unallocatedParts(unplaced).sentence) }
        return gaps
    }

    private var doubt: String {
        "Only \(Plain.percentSeen(times.coverage)) of \(name) was seen: its states may be wrong."
    }
    private var notCounted: String { "The parts of \(name) are not counted." }
    private var tooLarge: String { "The amount of \(name) is too large to be held." }

    private var energyCoverage: Double {
        let seconds = stretches.map { steps.elapsed($0.range).seconds }
        let all = seconds.reduce(0, +)
        guard all > 0 else { return stretches.contains { $0.energy != nil } ? 1 : 0 }
        return zip(stretches, seconds).reduce(0) { $0 + ($1.0.energy?.coverage ?? 0) * $1.1 } / all
    }

    private func energyGaps(priced: Bool) -> [String] {
        var gaps: [String] = []
        if stretches.contains(where: { $0.energy == nil }) {
            gaps.append("The energy of \(name) is not measured.")
        }
        let measured = stretches.compactMap(\.energy)
        if measured.contains(where: { $0.coverage < 1 }) {
            gaps.append(
                "The energy of \(name) was not seen all of the time. Figures leave this out.")
        }
        guard priced else { return gaps }
        if measured.contains(where: {
            $0.cost == nil && $0.kilowattHours.magnitude >= JobLimits.leastEnergy
                || $0.unpriced >= JobLimits.leastEnergy
        }) || (!measured.isEmpty && measured.allSatisfy { $0.cost == nil }) {
            gaps.append("Nobody has said what all of the energy of \(name) costs.")
        }
        return gaps
    }

    private func material(_ count: (PartTotals) -> Int64) -> JobFigure<Money> {
        var product: Int128 = 0
        var isKnown = false
        var gaps = partGaps
        for stretch in stretches {
            guard let parts = stretch.parts else { continue }
            let wanted = count(parts)
            guard let price = stretch.materialPerPart else {
                if wanted != 0 || parts.made == 0 && stretch.unplacedParts > 0 {
                    gaps.append("Nobody has said what the material of a part on \(name) costs.")
                } else {
                    isKnown = true
                }
                continue
            }
            guard price.currency == currency else {
                gaps.append(
                    "The material on \(name) is priced in \(price.currency.code),"
                        + " not in \(currency.code).")
                continue
            }
            isKnown = true
            let more = Int128(price.minor) * Int128(wanted)
            let (sum, overflow) = product.addingReportingOverflow(more)
            guard !overflow else { return JobFigure(missing: tooLarge, coverage: times.coverage) }
            product = sum
        }
        guard isKnown else { return JobFigure(missing: unique(gaps), coverage: times.coverage) }
        guard let minor = Int64(exactly: product) else {
            return JobFigure(missing: tooLarge, coverage: times.coverage)
        }
        return JobFigure(
            Money(minor: minor, currency: currency), bound: gaps.isEmpty ? .exact : .atLeast,
            coverage: times.coverage, gaps: unique(gaps))
    }

    private func unique(_ gaps: [String]) -> [String] {
        gaps.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func unpriced(_ sum: HourSum) -> String {
        if let code = sum.foreign.min() {
            return "The hour of \(name) is priced in \(code), not in \(currency.code)."
        }
        return sum.priced > .zero
            ? "Nobody has said what an hour of \(name) costs for"
                + " \(Plain.duration(sum.unpriced))."
            : "Nobody has said what an hour of \(name) costs."
    }

    private func share(_ product: Int128, _ part: Int64, of whole: Int64) -> Money? {
        let (shared, overflow) = product.multipliedReportingOverflow(by: Int128(part))
        let (divisor, isTooLarge) = JobCosts.divisor.multipliedReportingOverflow(
            by: Int128(whole))
        guard !overflow, !isTooLarge else { return nil }
        return amount(shared, dividedBy: divisor)
    }

    private func amount(_ product: Int128, dividedBy divisor: Int128) -> Money? {
        let (scaled, overflow) = product.multipliedReportingOverflow(
            by: Int128(currency.minorUnits))
        return overflow ? nil : Money(scaled, dividedBy: divisor, currency: currency)
    }
}

/// Seen time of a job at its rates, added up without rounding.
private struct HourSum {
    /// Σ millionths × ns of running, stopped and setting up.
    private(set) var all: Int128 = 0
    /// Σ millionths × ns of running alone.
    private(set) var running: Int128 = 0
    private(set) var priced = Elapsed.zero
    private(set) var pricedRunning = Elapsed.zero
    private(set) var unpriced = Elapsed.zero
    /// Whether the sum cannot be held.
    private(set) var isTooLarge = false
    /// Codes of currencies that the books are not kept in.
    private(set) var foreign: Set<String> = []

    init(_ stretches: [JobStretch], currency: Currency, steps: ClockSteps) {
        for stretch in stretches {
            for episode in stretch.episodes {
                guard episode.state != .unknown, episode.state != .planned,
                    let inside = episode.range.intersection(stretch.range)
                else { continue }
                add(inside, episode.state.isProducing, stretch.hourRates, currency, steps)
            }
        }
    }

    /// Adds a piece, cut where the rate changes.
    private mutating func add(
        _ range: TimeRange, _ isRunning: Bool, _ rates: [Dated<Rate>], _ currency: Currency,
        _ steps: ClockSteps
    ) {
        var start = range.start
        while start < range.end {
            let next = rates.first { $0.from > start }?.from ?? range.end
            let end = min(next, range.end)
            let length = steps.elapsed(TimeRange(start: start, end: end))
            let rate = rates.last { $0.from <= start }?.value
            if let rate, rate.currency == currency {
                // Each factor has 63 bits, so that one product always fits; their sum may not.
                let product = Int128(rate.millionths) * Int128(length.nanoseconds)
                let (sum, overflow) = all.addingReportingOverflow(product)
                guard !overflow else {
                    isTooLarge = true
                    return
                }
                all = sum
                priced += length
                if isRunning {
                    // Never more than `all`, as no rate is below zero.
                    running += product
                    pricedRunning += length
                }
            } else {
                if let rate { foreign.insert(rate.currency.code) }
                unpriced += length
            }
            start = end
        }
    }
}
