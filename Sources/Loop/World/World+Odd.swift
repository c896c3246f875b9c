// Something odd on a machine: what departs from its own last two weeks, signal by signal and together.

import Historian
import Journal
public import Plant
public import Understand

/// Something odd on a machine.
public struct OddPicture: Sendable, Hashable {
    /// One finding.
    public struct Found: Sendable, Hashable {
        /// The signal; nil where several depart at once.
        public let signal: Signal?
        /// What was found.
        public let finding: OddFinding

        /// A finding.
        public init(signal: Signal?, finding: OddFinding) {
            self.signal = signal
            self.finding = finding
        }
    }

    /// Which machine.
    public let machine: Slug
    /// The stretch in which findings are shown.
    public let range: TimeRange
    /// From when on samples were looked at to know what is usual.
    public let learntFrom: Timestamp
    /// Findings, the newest first.
    public let findings: [Found]
    /// Signals that were watched.
    public let watched: [Signal]

    /// A picture.
    public init(
        machine: Slug, range: TimeRange, learntFrom: Timestamp, findings: [Found],
        watched: [Signal]
    ) {
        self.machine = machine
        self.range = range
        self.learntFrom = learntFrom
        self.findings = findings
        self.watched = watched
    }
}

extension World {
    /// Means of so long are watched: short enough for a shift, long enough to be cheap.
    private static let oddStep = Elapsed.minutes(5)
    /// What is usual is learnt from so long before the stretch that is asked for.
    private static let oddReach = Elapsed.hours(24 * 21)

    /// What was odd on a machine in a range; blocks while it reads.
    ///
    /// Five-minute means of every measured signal that has no counter's habit are watched in order
    /// of time, so each finding was known when its five minutes were over. Setting up, planned
    /// stops and unseen time are not judged, and neither is what people explained.
    public func oddPicture(of id: Slug, range: TimeRange) throws -> OddPicture {
        guard let machine = factory.machines[id] else { throw UnknownThing.machine(id) }
        let step = World.oddStep.nanoseconds
        let end = min(range.end, time).nanoseconds / step * step
        let start = (range.start - World.oddReach).nanoseconds / step * step
        let watched = factory.signals(of: id).filter { signal in
            signal.kind == .number && !signal.isRetired
                && machine.energy != .register(signal.id)
        }
        let wide = TimeRange(
            start: Timestamp(nanoseconds: start), end: Timestamp(nanoseconds: max(start, end)))
        guard end > start, !watched.isEmpty else {
            return OddPicture(
                machine: id, range: range, learntFrom: wide.start, findings: [], watched: watched)
        }
        let cells = Int((end - start) / step)
        let columns = try watched.map {
            try samples.buckets(of: $0.id, in: wide, count: cells)
        }
        let explanations = try journal.annotations(of: id, in: wide).explanations
        let unjudged = try reading(machine, wide).timeline.slice(wide).episodes
            .filter { [.setup, .planned, .unknown].contains($0.state) }.map(\.range)
        var walk = OddWalk(watched, explanations, unjudged)
        for cell in 0..<cells {
            let values = watched.indices.compactMap { index -> (SignalID, Double)? in
                let bucket = columns[index][cell]
                return bucket.count > 0 ? (watched[index].id, bucket.mean) : nil
            }
            walk.see(values, until: Timestamp(nanoseconds: start + Int64(cell + 1) * step))
        }
        return OddPicture(
            machine: id, range: range, learntFrom: wide.start,
            findings: walk.findings.filter { $0.finding.at >= range.start }.reversed(),
            watched: watched)
    }
}

/// One pass over the means of a machine's signals.
private struct OddWalk {
    private var watch: OddMachineWatch
    private let names: [SignalID: Signal]
    private var explanations: ArraySlice<OddExplanation>
    private var unjudged: ArraySlice<TimeRange>
    private(set) var findings: [OddPicture.Found] = []

    init(_ signals: [Signal], _ explanations: [OddExplanation], _ unjudged: [TimeRange]) {
        watch = OddMachineWatch(signals: signals.map(\.id))
        names = Dictionary(uniqueKeysWithValues: signals.map { ($0.id, $0) })
        self.explanations = explanations[...]
        self.unjudged = unjudged[...]
    }

    mutating func see(_ values: [(SignalID, Double)], until time: Timestamp) {
        while let next = explanations.first, next.at < time {
            watch.explain(next.signal)
            explanations = explanations.dropFirst()
        }
        while let next = unjudged.first, next.end < time - .minutes(5) {
            unjudged = unjudged.dropFirst()
        }
        let cell = TimeRange(start: time - .minutes(5), end: time)
        let isExplained = unjudged.first?.overlaps(cell) ?? false
        let found = watch.see(
            values.map { (signal: $0.0, value: $0.1) }, at: time, explained: isExplained)
        for (signal, finding) in found {
            findings.append(
                OddPicture.Found(signal: signal.flatMap { names[$0] }, finding: finding))
        }
    }
}
