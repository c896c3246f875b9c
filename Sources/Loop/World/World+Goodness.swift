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
    /// Scrap share by shift over the last four weeks as a p chart; nil where too few shifts have
    /// parts.
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
        shifts: [String], shareFindings: [QualityFinding], watched: [QualityPicture]
    ) {
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

    /// The page Quality; blocks while it reads.
    public func qualityOverview(range: TimeRange) throws -> QualityOverview {
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
        let (shares, shifts) = try scrapShares(reach)
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
            machines: machines, shares: shares, shifts: shifts, shareFindings: findings,
            watched: watched)
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

    /// A chart of scrap shares, one point a shift, in order of time.
    private func scrapShares(_ range: TimeRange) throws -> (ControlChart?, [String]) {
        let table = try figureTable(range: range, by: [.shift], machine: nil)
        let order = Dictionary(
            calendar.shifts(in: range).enumerated().map { ($1.id, $0) }, uniquingKeysWith: min)
        let rows = table.rows.filter { $0.figures.parts.made > 0 && $0.figures.parts.scrap >= 0 }
            .sorted { (order[$0.keys[0]] ?? 0) < (order[$1.keys[0]] ?? 0) }
        guard rows.count >= World.shareShifts.least else { return (nil, []) }
        let scrap = rows.map { Int($0.figures.parts.scrap) }
        let made = rows.map { Int($0.figures.parts.made) }
        let first = min(World.shareShifts.baseline, rows.count)
        let usual =
            Double(scrap.prefix(first).reduce(0, +)) / Double(made.prefix(first).reduce(0, +))
        do throws(ChartRefusal) {
            return (
                try ControlChart.shares(defective: scrap, of: made, baseline: usual),
                rows.map { $0.names[0] }
            )
        } catch {
            return (nil, [])
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
