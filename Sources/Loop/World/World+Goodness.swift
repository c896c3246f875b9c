// The page Quality: how many parts were good, what was wrong with the others, what is watched.

import Historian
import Journal
public import Plant
public import Understand

/// Parts of one machine.
public struct MachineQuality: Sendable, Hashable {
    /// The machine.
    public let machine: Machine
    /// Good, scrap and rework.
    public let parts: PartTotals
    /// Why parts were scrap, as it was booked, the most first; what was counted by the machine has
    /// no cause.
    public let causes: [(cause: String, parts: Int64)]
    /// How many of them were made outside planned time, which figures of time leave out.
    public let unplanned: Int64

    /// Parts of a machine.
    public init(
        machine: Machine, parts: PartTotals, causes: [(cause: String, parts: Int64)],
        unplanned: Int64 = 0
    ) {
        self.machine = machine
        self.unplanned = unplanned
        self.parts = parts
        self.causes = causes
    }

    /// Compares everything.
    public static func == (left: MachineQuality, right: MachineQuality) -> Bool {
        left.machine == right.machine && left.parts == right.parts
            && left.causes.map(\.cause) == right.causes.map(\.cause)
            && left.causes.map(\.parts) == right.causes.map(\.parts)
    }

    /// Feeds what identifies it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(machine.id)
        hasher.combine(parts)
    }
}

/// The page Quality.
public struct QualityOverview: Sendable, Hashable {
    /// The stretch of time, cut at now.
    public let range: TimeRange
    /// The first line.
    public let sentence: String
    /// Machines that count, the most scrap first.
    public let machines: [MachineQuality]
    /// Which chart `shares` is: p, np, c or u.
    public let shareKind: ChartKind
    /// Why there is no such chart, nil where there is one.
    public let shareRefusal: ChartRefusal?
    /// Scrap by shift over the last four weeks as a chart of counts; nil where it is refused.
    public let shares: ControlChart?
    /// The shift of each point.
    public let shifts: [String]
    /// What the p chart says.
    public let shareFindings: [QualityFinding]
    /// Charts of what is watched.
    public let watched: [QualityPicture]

    /// A page.
    public init(
        range: TimeRange, sentence: String, machines: [MachineQuality], shares: ControlChart?,
        shifts: [String], shareFindings: [QualityFinding], watched: [QualityPicture],
        shareKind: ChartKind = .share, shareRefusal: ChartRefusal? = nil
    ) {
        self.shareKind = shareKind
        self.shareRefusal = shareRefusal
        self.range = range
        self.sentence = sentence
        self.machines = machines
        self.shares = shares
        self.shifts = shifts
        self.shareFindings = shareFindings
        self.watched = watched
    }
}

extension World {
    /// The chart of scrap shares reaches back so far.
    private static let shareReach = Elapsed.hours(24 * 28)
    /// Shifts with parts that such a chart needs, and that its limits rest on.
    private static let shareShifts = (least: 8, baseline: 20)

    /// Sizes of points on a chart for a constant size differ by at most so much.
    private static let mostUnequal = 1.25

    /// The page Quality; blocks while it reads.
    ///
    /// `chart` is one of counts: p, np, c or u.
    public func qualityOverview(
        range: TimeRange, chart: ChartKind = .share
    ) throws -> QualityOverview {
        let now = time
        let period = TimeRange(start: range.start, end: max(range.start, min(range.end, now)))
        var machines: [MachineQuality] = []
        for machine in factory.activeMachines where machine.counts != nil {
            let reading = try reading(machine, range)
            guard let ledger = reading.parts else { continue }
            machines.append(
                MachineQuality(
                    machine: machine, parts: ledger.totals(in: period),
                    causes: World.causes(ledger, period),
                    unplanned: reading.oee(period).production.unplanned.made))
        }
        machines.sort {
            ($1.parts.scrap, $0.machine.id) < ($0.parts.scrap, $1.machine.id)
        }
        let reach = TimeRange(start: period.end - World.shareReach, end: period.end)
        let scrap = try scrapByShift(reach)
        var shares: ControlChart?
        var refusal: ChartRefusal?
        do throws(ChartRefusal) {
            shares = try World.chart(chart, of: scrap.map(\.parts))
        } catch {
            refusal = error
        }
        let findings = shares?.findings() ?? []
        let watched = try factory.characteristics.keys.sorted().compactMap {
            try qualityPicture(
                of: $0, range: TimeRange(start: period.end - .hours(24 * 7), end: period.end),
                limits: nil)
        }
        return QualityOverview(
            range: period,
            sentence: World.sentence(
                machines, watched, PeriodWords.words(period, now, zone), factory),
            machines: machines, shares: shares,
            shifts: shares == nil ? [] : scrap.map(\.shift), shareFindings: findings,
            watched: watched, shareKind: chart, shareRefusal: refusal)
    }

    /// Scrap by what people said, the most first.
    private static func causes(
        _ ledger: PartLedger, _ period: TimeRange
    ) -> [(cause: String, parts: Int64)] {
        var sums: [String: Int64] = [:]
        for booking in ledger.bookings
        where period.contains(booking.range.start) && booking.scrap > 0 && !booking.cause.isEmpty {
            sums[booking.cause, default: 0] += booking.scrap
        }
        return sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { (cause: $0.key, parts: $0.value) }
    }

    /// Parts of each shift that made some, in order of time.
    private func scrapByShift(
        _ range: TimeRange
    ) throws -> [(shift: String, parts: PartTotals)] {
        let table = try figureTable(range: range, by: [.shift], machine: nil)
        let order = Dictionary(
            calendar.shifts(in: range).enumerated().map { ($1.id, $0) }, uniquingKeysWith: min)
        return table.rows.filter { $0.figures.parts.made > 0 && $0.figures.parts.scrap >= 0 }
            .sorted { (order[$0.keys[0]] ?? 0) < (order[$1.keys[0]] ?? 0) }
            .map { ($0.names[0], $0.figures.parts) }
    }

    /// A chart of counts, one point a shift; its middle rests on the oldest shifts.
    ///
    /// Defects are scrap and parts to be worked on again.
    private static func chart(
        _ kind: ChartKind, of shifts: [PartTotals]
    ) throws(ChartRefusal) -> ControlChart {
        guard shifts.count >= shareShifts.least else {
            throw .tooFew(needed: shareShifts.least, found: shifts.count)
        }
        let made = shifts.map { Int($0.made) }
        let scrap = shifts.map { Int($0.scrap) }
        let defects = shifts.map { Int($0.scrap + $0.rework) }
        let usual = min(shareShifts.baseline, shifts.count)
        func rate(_ counts: [Int], _ sizes: [Int]) -> Double {
            Double(counts.prefix(usual).reduce(0, +)) / Double(sizes.prefix(usual).reduce(0, +))
        }
        if kind == .number || kind == .defects {
            guard Double(made.max() ?? 0) <= mostUnequal * Double(made.min() ?? 0) else {
                throw .unequalSizes
            }
        }
        switch kind {
        case .number:
            let size = made.reduce(0, +) / made.count
            return try .numbers(defective: scrap, ofEach: size, baseline: rate(scrap, made))
        case .defects:
            return try .defects(defects, baseline: rate(defects, defects.map { _ in 1 }))
        case .defectsPerUnit:
            return try .defectsPerUnit(
                defects, units: made.map(Double.init), baseline: rate(defects, made))
        default: return try .shares(defective: scrap, of: made, baseline: rate(scrap, made))
        }
    }

    /// What matters most: a characteristic that moves, else how many were good.
    private static func sentence(
        _ machines: [MachineQuality], _ watched: [QualityPicture], _ words: String,
        _ factory: Factory
    ) -> String {
        let urgent = watched.compactMap { picture in
            picture.findings.first { $0.weight > .note }.map { (picture, $0) }
        }.max { $0.1.weight < $1.1.weight }
        if let (picture, finding) = urgent {
            let machine = picture.signal.machine.flatMap { factory.machines[$0]?.name }
            let name = ([picture.signal.name] + [machine].compactMap(\.self))
                .joined(separator: ", ")
            return name + ": " + Plain.midSentence(finding.sentence)
        }
        let all = machines.reduce(PartTotals()) { $0 + $1.parts }
        guard all.made > 0 else {
            return machines.isEmpty
                ? "No machine counts its parts yet." : "No parts were made \(words)."
        }
        return "\(Plain.percent(Double(all.good) / Double(all.made))) of the parts were good"
            + " \(words): \(Plain.number(all.good)) of \(Plain.number(all.made))."
    }
}
