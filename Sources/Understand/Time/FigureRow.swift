// Figures split by what was on the machine, and lines of machines as one.
public import Plant

/// What one job, or the time without one, had of a period on one machine.
public struct FigureRow: Hashable, Sendable {
    /// The job as people write it; empty without one.
    public let job: String
    /// What was made; empty without a job.
    public let product: String
    /// Its time and its parts.
    public let figures: OEE

    /// A row.
    public init(job: String, product: String, figures: OEE) {
        self.job = job
        self.product = product
        self.figures = figures
    }

    /// The rows of a period: one for each job and time per part, in order of first appearance.
    ///
    /// They sum to the figures of the whole period. Where jobs overlap the later one owns the
    /// time. `figures` gives those of a part of the period.
    public static func rows(
        in period: TimeRange, jobs: [JobRun], figures: (TimeRange) -> OEE
    ) -> [FigureRow] {
        var cuts = [period.start, period.end]
        for job in jobs {
            for edge in [job.range.start, job.range.end] where period.contains(edge) {
                cuts.append(edge)
            }
        }
        cuts.sort()
        var keys: [JobKey] = []
        var sums: [JobKey: OEE] = [:]
        for (start, end) in zip(cuts, cuts.dropFirst()) where start < end {
            let job = jobs.last { $0.range.contains(start) }
            let key = JobKey(
                job: job?.job ?? "", product: job?.product ?? "", ideal: job?.idealPerPart,
                isEstimate: job?.isEstimate ?? false)
            let part = figures(TimeRange(start: start, end: end))
            if let known = sums[key] {
                sums[key] = known + part
            } else {
                keys.append(key)
                sums[key] = part
            }
        }
        return keys.compactMap { key in
            sums[key].map { FigureRow(job: key.job, product: key.product, figures: $0) }
        }
    }
}

/// What keeps the time of two jobs apart.
private struct JobKey: Hashable {
    let job: String
    let product: String
    let ideal: Elapsed?
    let isEstimate: Bool
}

/// A line of machines as one work unit, definition `line/1`.
///
/// The OEE of a line is that of its bottleneck measured at the line's output: what the bottleneck
/// needs for the good parts that left the last machine, over the bottleneck's planned time. It is
/// never the product of the machines' figures. Source: `domain/oee.md`, edge cases.
public struct LineFigures: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "line/1"

    /// The machine that limits the line.
    public let bottleneck: Slug
    /// Whether the site named it, or it was found by the longest time per part.
    public let isNamed: Bool
    /// The figures of the bottleneck itself.
    public let figures: OEE
    /// Good parts that left the last machine.
    public let output: Int64
    /// The bottleneck's ideal time per part.
    public let idealPerPart: Elapsed?

    /// A line's figures from those of its machines, which stand in the order of the work; nil
    /// without machines.
    public init?(_ line: ProductionLine, machines: [(id: Slug, figures: OEE)]) {
        guard let last = machines.last else { return nil }
        func ideal(_ figures: OEE) -> Elapsed? {
            let parts = figures.parts.made
            guard parts > 0, let time = figures.production.idealTimeMade else { return nil }
            return Elapsed(nanoseconds: time.nanoseconds / parts)
        }
        let named = line.bottleneck.flatMap { id in machines.first { $0.id == id } }
        let slowest = machines.max { (ideal($0.figures) ?? .zero) < (ideal($1.figures) ?? .zero) }
        guard let chosen = named ?? slowest else { return nil }
        bottleneck = chosen.id
        isNamed = named != nil
        figures = chosen.figures
        idealPerPart = ideal(chosen.figures)
        output = last.figures.parts.good
    }

    /// The line's OEE with how it was made.
    public var oee: Indicator {
        let time = figures.time
        let value: IndicatorValue
        if time.plannedBusy <= .zero {
            value = .undefined("nothing planned")
        } else if time.coverage < UnderstandLimits.leastCoverage {
            value = .withheld(Sentences.notEnoughSeen(coverage: time.coverage))
        } else if let idealPerPart, time.seenPlannedBusy > .zero {
            value = .amount(
                Double(output) * idealPerPart.seconds / time.seenPlannedBusy.seconds)
        } else {
            value = .undefined("the time per part of \(bottleneck) is not known")
        }
        return Indicator(
            name: "Planned time of the bottleneck that left the line as good parts", value: value,
            unit: .ratio, coverage: time.coverage, definition: LineFigures.definition,
            working: Working(
                formula: "Good parts of the last machine × ideal time per part of the bottleneck,"
                    + " divided by the bottleneck's planned time that was seen",
                rule: .reading,
                parts: [
                    WorkingPart(
                        name: "Good parts of the last machine", value: Double(output),
                        unit: .parts),
                    WorkingPart(
                        name: "Ideal time per part of \(bottleneck)",
                        value: idealPerPart?.seconds ?? 0, unit: .seconds,
                        note: isNamed ? "named as the bottleneck" : "the longest of the line"),
                    WorkingPart(
                        name: "Planned time of \(bottleneck) that was seen",
                        value: time.seenPlannedBusy.seconds, unit: .seconds),
                ], signals: figures.signals, gaps: figures.gaps))
    }
}

/// One of the six big losses (Nakajima) as the time model has it.
public struct BigLoss: Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// Which part of OEE it lowers: availability, performance or quality.
    public let factor: String
    /// How long; nil where the time per part is not known.
    public let time: Elapsed?

    /// A loss.
    public init(name: String, factor: String, time: Elapsed?) {
        self.name = name
        self.factor = factor
        self.time = time
    }

    /// The six of a period, and beside them the waiting for an order, material or a person.
    ///
    /// With waiting they sum to the seen planned time that did not make good parts at full speed.
    /// Reduced speed is running time less the ideal time of all parts: negative is a finding and
    /// is kept. Start-up rejects are those made while it was being set up.
    public static func six(_ figures: OEE) -> [BigLoss] {
        let time = figures.time
        // Speed and quality are known of machines that count their parts alone.
        let counted = figures.counted
        let made = counted?.production.idealTimeMade
        let good = counted?.production.idealTimeGood
        let producing = counted?.time.productionTime ?? .zero
        let startUp = figures.production.idealTimeOfStartUpRejects
        let rejects = made.flatMap { made in good.map { made - $0 } }
        // Stops that are neither short nor explained as waiting count as breakdowns (ADET).
        let breakdowns = time.delayTime - time.shortStopTime
        return [
            BigLoss(name: "Breakdowns and other stops", factor: "availability", time: breakdowns),
            BigLoss(name: "Setting up", factor: "availability", time: time.setupTime),
            BigLoss(name: "Short stops", factor: "performance", time: time.shortStopTime),
            BigLoss(
                name: "Running slow", factor: "performance",
                time: made.map { producing - $0 }),
            BigLoss(
                name: "Scrap at the start", factor: "quality", time: startUp),
            BigLoss(
                name: "Scrap and rework", factor: "quality",
                time: rejects.flatMap { all in startUp.map { all - $0 } }),
            BigLoss(name: "Waiting", factor: "beside the six", time: time.downTime),
        ]
    }
}
