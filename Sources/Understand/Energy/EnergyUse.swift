// Where a machine's energy went: by state, by job and by price, from its meter and its timeline.
public import Plant

/// Energy with what it cost.
public struct EnergyAmount: Hashable, Sendable {
    /// kWh.
    public private(set) var kilowattHours = 0.0
    /// For how long it is known.
    public private(set) var seen = Elapsed.zero
    /// kWh at each price, by the tariff's band.
    public private(set) var atPrice: [PricedBand: Double] = [:]

    /// Nothing.
    public init() {}

    mutating func add(_ energy: Double, _ length: Elapsed, _ price: PricedBand?) {
        kilowattHours += energy
        seen += length
        if let price { atPrice[price, default: 0] += energy }
    }

    /// The sum of two amounts.
    public static func + (left: EnergyAmount, right: EnergyAmount) -> EnergyAmount {
        var sum = left
        sum.kilowattHours += right.kilowattHours
        sum.seen += right.seen
        for (price, energy) in right.atPrice { sum.atPrice[price, default: 0] += energy }
        return sum
    }

    /// What it cost, rounded half-even once; nil without a price, or in several currencies.
    ///
    /// Energy enters in whole milliwatt hours, so that it is the same penny everywhere.
    public var cost: Money? {
        guard let currency = atPrice.keys.first?.rate.currency,
            atPrice.keys.allSatisfy({ $0.rate.currency == currency })
        else { return nil }
        var product: Int128 = 0
        for (price, energy) in atPrice {
            guard energy.magnitude < 1e12 else { return nil }
            product += Int128((energy * 1e6).rounded()) * Int128(price.rate.millionths)
        }
        // mWh × millionths × units / (10⁶ × 10⁶).
        return Money(
            product * Int128(currency.minorUnits), dividedBy: 1_000_000_000_000,
            currency: currency)
    }

    /// kWh that no price is known for.
    public var unpriced: Double {
        let priced = atPrice.keys.sorted { $0.band < $1.band }
            .reduce(0.0) { $0 + (atPrice[$1] ?? 0) }
        return max(0, kilowattHours - priced)
    }
}

/// A price of one kWh with the band of the tariff that it comes from.
public struct PricedBand: Hashable, Sendable {
    /// The band's name; empty outside of all bands.
    public let band: String
    /// The price.
    public let rate: Rate

    /// A price.
    public init(band: String, rate: Rate) {
        self.band = band
        self.rate = rate
    }
}

/// A stretch with one state, one job and one price.
public struct EnergyCell: Hashable, Sendable {
    /// From when until when.
    public let range: TimeRange
    /// What the machine did.
    public let state: MachineState
    /// The job on it, empty without one.
    public let job: String
    /// What a kWh cost, nil where nobody has said.
    public let price: PricedBand?

    /// A cell.
    public init(range: TimeRange, state: MachineState, job: String, price: PricedBand?) {
        self.range = range
        self.state = state
        self.job = job
        self.price = price
    }
}

/// A meter value that cannot be right, or should be looked at.
public enum MeterFinding: Hashable, Sendable {
    /// Power below zero: the clamp is the wrong way round, or energy goes back.
    case negative(samples: Int)
    /// The register fell so many times: it was set back, or rolled over.
    case fell(times: Int)
    /// The meter said the same value for so long while the machine changed its state.
    case stuck(Elapsed)
    /// A register grew by more in one step than the power of such a machine allows.
    case jump(kilowatts: Double, at: Timestamp)
    /// So much of the time was not measured.
    case missing(share: Double)

    /// In plain words, with what to do.
    public var sentence: String {
        switch self {
        case .negative(let samples):
            "\(Plain.count(Int64(samples), "value lies", "values lie")) below zero: turn the clamp"
                + " round, or say that energy goes back."
        case .fell(let times):
            "The meter went back \(Plain.count(Int64(times), "time", "times")). It is counted on"
                + " from its new value."
        case .stuck(let length):
            "The meter said the same for \(Plain.duration(length)) while the machine changed."
                + " Check the meter and its cable."
        case .jump(let kilowatts, _):
            "The meter jumped as if \(Plain.decimal(kilowatts, places: 0)) kW had been used. It is"
                + " counted; check the ratio that is set in the meter."
        case .missing(let share):
            "The meter was not seen \(Plain.percent(share)) of the time; that energy is left out."
        }
    }
}

/// What a machine used over a stretch of time, definition `energy.split/1`.
///
/// A register counts by its differences, where a fall is a new start; the difference is spread
/// evenly over its stretch. Power counts by the trapezoid. Stretches longer than the longest gap
/// belong to no state: a register's energy over them is counted as unplaced, power's is unknown.
/// Source: `domain/energy.md`, quantities.
public struct EnergyUse: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "energy.split/1"

    /// By what the machine did.
    public private(set) var byState: [MachineState: EnergyAmount] = [:]
    /// By job; the empty name is time without one.
    public private(set) var byJob: [String: EnergyAmount] = [:]
    /// All that could be placed in time.
    public private(set) var placed = EnergyAmount()
    /// kWh of a register over gaps, which belong to no state.
    public private(set) var unplaced = 0.0
    /// What should be looked at.
    public private(set) var findings: [MeterFinding] = []
    /// The stretch.
    public let range: TimeRange

    /// Everything that was used, in kWh.
    public var total: Double { placed.kilowattHours + unplaced }

    /// Share of the stretch for which energy is known, 0 to 1.
    public var coverage: Double {
        range.isEmpty ? 0 : min(1, placed.seen.seconds / range.elapsed.seconds)
    }

    /// Energy while nothing was made: stopped, fault and planned standstill.
    public var idle: EnergyAmount {
        [MachineState.stopped, .fault, .planned].reduce(EnergyAmount()) {
            $0 + (byState[$1] ?? EnergyAmount())
        }
    }

    /// The energy of a meter over cells, which are in order of time and tile the range.
    ///
    /// `series` reaches `longestGap` beyond the range, `before` is the newest sample before it.
    public init(
        _ rule: EnergyRule, series: SampleSeries, before: LastValue?, cells: [EnergyCell],
        range: TimeRange, longestGap: Elapsed
    ) {
        self.range = range
        var walk = Walk(rule: rule, cells: cells, range: range, longestGap: longestGap)
        if let before, before.quality.isUsable, let value = before.value.asDouble, value.isFinite,
            range.start - before.time <= longestGap
        {
            walk.previous = (before.time, value)
        }
        for index in series.times.indices {
            let time = Timestamp(nanoseconds: series.times[index])
            guard series.quality(at: index).isUsable, let value = series.values[index].asDouble,
                value.isFinite
            else {
                walk.lose()
                continue
            }
            walk.see(value, at: time)
        }
        for (cell, amount) in zip(cells, walk.amounts) where amount.seen > .zero {
            byState[cell.state] = (byState[cell.state] ?? EnergyAmount()) + amount
            byJob[cell.job] = (byJob[cell.job] ?? EnergyAmount()) + amount
            placed = placed + amount
        }
        unplaced = walk.unplaced
        findings = walk.findings(cells)
        if coverage < 0.995, !series.times.isEmpty {
            findings.append(.missing(share: 1 - coverage))
        }
    }

    /// kWh for each good part, nil without good parts.
    public func perPart(_ good: Int64) -> Double? { good > 0 ? total / Double(good) : nil }
}

/// One pass over the samples of a meter.
private struct Walk {
    let rule: EnergyRule
    let cells: [EnergyCell]
    let range: TimeRange
    let longestGap: Elapsed
    var previous: (time: Timestamp, value: Double)?
    var amounts: [EnergyAmount]
    var unplaced = 0.0
    private var cell = 0
    private var negative = 0
    private var fell = 0
    private var jump: (kilowatts: Double, at: Timestamp)?
    private var rates: [Double] = []
    private var stuckSince: Timestamp?
    private var longestStuck: TimeRange?

    /// Power that a single step must reach before it can be a jump, and how far beyond the usual.
    private static let least = (kilowatts: 50.0, times: 20.0)

    init(rule: EnergyRule, cells: [EnergyCell], range: TimeRange, longestGap: Elapsed) {
        self.rule = rule
        self.cells = cells
        self.range = range
        self.longestGap = longestGap
        amounts = [EnergyAmount](repeating: EnergyAmount(), count: cells.count)
    }

    mutating func lose() {
        if case .power = rule { previous = nil }
    }

    mutating func see(_ value: Double, at time: Timestamp) {
        defer { previous = (time, value) }
        if value < 0, range.contains(time) { negative += 1 }
        guard let last = previous, time > last.time else { return }
        noteStuck(value, last, time)
        let stretch = TimeRange(start: last.time, end: time)
        let isShort = stretch.elapsed <= longestGap
        switch rule {
        case .power:
            guard isShort, let inside = stretch.intersection(range) else { return }
            each(inside) { cell, part in
                cell.add(Walk.energy(stretch, last.value, value, part), part.elapsed)
            }
        case .register:
            if value < last.value, range.contains(time) { fell += 1 }
            let grown = value >= last.value ? value - last.value : value
            noteJump(grown, stretch)
            guard let inside = stretch.intersection(range) else { return }
            if isShort {
                let rate = grown / stretch.elapsed.seconds
                each(inside) { cell, part in
                    cell.add(rate * part.elapsed.seconds, part.elapsed)
                }
            } else if range.contains(time) {
                unplaced += grown
            }
        }
    }

    /// Calls with every cell that shares any of a stretch; stretches come in order of time.
    private mutating func each(
        _ inside: TimeRange, _ body: (inout EnergyPart, TimeRange) -> Void
    ) {
        while cell < cells.count, cells[cell].range.end <= inside.start { cell += 1 }
        var index = cell
        while index < cells.count, cells[index].range.start < inside.end {
            if let part = cells[index].range.intersection(inside) {
                var piece = EnergyPart()
                body(&piece, part)
                amounts[index].add(piece.energy, piece.length, cells[index].price)
            }
            index += 1
        }
    }

    private mutating func noteStuck(
        _ value: Double, _ last: (time: Timestamp, value: Double), _ time: Timestamp
    ) {
        guard value == last.value, time - last.time <= longestGap else {
            stuckSince = nil
            return
        }
        let since = stuckSince ?? last.time
        stuckSince = since
        let run = TimeRange(start: since, end: time)
        if longestStuck.map({ $0.elapsed < run.elapsed }) ?? true { longestStuck = run }
    }

    private mutating func noteJump(_ grown: Double, _ stretch: TimeRange) {
        let rate = grown / stretch.elapsed.hours
        guard range.contains(stretch.end) else { return }
        if rate > 0 { rates.append(rate) }
        if rate >= Walk.least.kilowatts, rate > jump?.kilowatts ?? 0 { jump = (rate, stretch.end) }
    }

    func findings(_ cells: [EnergyCell]) -> [MeterFinding] {
        var found: [MeterFinding] = []
        if negative > 0 { found.append(.negative(samples: negative)) }
        if fell > 0 { found.append(.fell(times: fell)) }
        if let jump, !rates.isEmpty {
            let usual = rates.sorted()[rates.count / 2]
            if jump.kilowatts > usual * Walk.least.times {
                found.append(.jump(kilowatts: jump.kilowatts, at: jump.at))
            }
        }
        // A machine that is off draws the same for hours: only running in it makes it odd.
        if let longestStuck, longestStuck.elapsed >= .minutes(30) {
            let states = Set(
                cells.filter { $0.range.overlaps(longestStuck) && $0.state != .unknown }
                    .map(\.state.isProducing))
            if states.count > 1 { found.append(.stuck(longestStuck.elapsed)) }
        }
        return found
    }

    /// Energy inside a part of a stretch over which power goes in a straight line.
    private static func energy(
        _ stretch: TimeRange, _ first: Double, _ last: Double, _ inside: TimeRange
    ) -> Double {
        guard inside != stretch else { return (first + last) / 2 * stretch.elapsed.hours }
        let middle = ((inside.start - stretch.start) + (inside.end - stretch.start)).seconds / 2
        return (first + (last - first) * (middle / stretch.elapsed.seconds)) * inside.elapsed.hours
    }
}

/// A piece of energy under way.
private struct EnergyPart {
    var energy = 0.0
    var length = Elapsed.zero

    mutating func add(_ energy: Double, _ length: Elapsed) {
        self.energy += energy
        self.length += length
    }
}

extension EnergyCell {
    /// Cells that tile a range: cut where the state, the job or the price changes.
    ///
    /// `price` says what a kWh costs at a moment; it may change on full quarter hours only.
    public static func cells(
        of timeline: MachineTimeline, in range: TimeRange, price: (Timestamp) -> PricedBand?
    ) -> [EnergyCell] {
        var cells: [EnergyCell] = []
        let quarter: Int64 = 900_000_000_000
        let jobs = timeline.annotations.jobs
        for episode in timeline.slice(range).episodes {
            var cuts = [episode.range.start, episode.range.end]
            for job in jobs {
                for edge in [job.range.start, job.range.end]
                where edge > episode.range.start && edge < episode.range.end { cuts.append(edge) }
            }
            var next = (episode.range.start.nanoseconds / quarter + 1) * quarter
            var known = price(episode.range.start)
            while next < episode.range.end.nanoseconds {
                let time = Timestamp(nanoseconds: next)
                let now = price(time)
                if now != known {
                    cuts.append(time)
                    known = now
                }
                next += quarter
            }
            cuts.sort()
            for (start, end) in zip(cuts, cuts.dropFirst()) where start < end {
                cells.append(
                    EnergyCell(
                        range: TimeRange(start: start, end: end), state: episode.state,
                        job: jobs.last { $0.range.contains(start) }?.job ?? "",
                        price: price(start)))
            }
        }
        return cells
    }
}
