// OEE and its relatives from time elements and production: ratios last, sums first (ISO 22400-2).
public import Plant

/// A ratio of the time model.
public enum TimeFigure: String, Hashable, Sendable, CaseIterable {
    /// APT / PBT.
    case availability
    /// PRI·PQ / APT.
    case effectiveness
    /// Σ PRI·GQ / Σ PRI·PQ: time-weighted, so that the product of the three is OEE.
    case quality
    /// Availability × effectiveness × quality = Σ PRI·GQ / PBT.
    case oee
    /// (AUPT / PBT) × effectiveness × quality: setup is no loss in it.
    case nee
    /// OEE × PBT / calendar time (industry usage).
    case teep
    /// APT / AUBT.
    case utilisationEfficiency
    /// AUBT / PBT.
    case allocationEfficiency
    /// AUST / AUPT.
    case setupRatio
    /// APT / (APT + ADET).
    case technicalEfficiency
    /// SQ / PQ.
    case scrapRatio
    /// RQ / PQ.
    case reworkRatio
    /// AUBT / AOET.
    case allocationRatio
    /// APT / AOET.
    case productionProcessRatio

    /// Name and version of the definition.
    public var definition: String {
        switch self {
        case .availability: "iso22400.availability/1"
        case .effectiveness: "iso22400.effectiveness/1"
        case .quality: "iso22400.quality-time-weighted/1"
        case .oee: "iso22400.oee/1"
        case .nee: "iso22400.nee/1"
        case .teep: "teep/1"
        case .utilisationEfficiency: "iso22400.utilisation-efficiency/1"
        case .allocationEfficiency: "iso22400.allocation-efficiency/1"
        case .setupRatio: "iso22400.setup-ratio/1"
        case .technicalEfficiency: "iso22400.technical-efficiency/1"
        case .scrapRatio: "iso22400.scrap-ratio/1"
        case .reworkRatio: "iso22400.rework-ratio/1"
        case .allocationRatio: "iso22400.allocation-ratio/1"
        case .productionProcessRatio: "iso22400.production-process-ratio/1"
        }
    }

    /// Whether it speaks of parts, or is a factor of one that does, so that machines that do not count them are left out.
    public var needsParts: Bool {
        switch self {
        case .availability, .effectiveness, .quality, .oee, .nee, .teep, .scrapRatio, .reworkRatio:
            true
        default: false
        }
    }

    /// Whether it is withheld when too little was seen (R-40).
    ///
    /// Shares of time and products of them are; the others are shown and marked.
    public var isCombined: Bool {
        switch self {
        case .effectiveness, .quality, .scrapRatio, .reworkRatio: false
        default: true
        }
    }
}

/// The figures of a machine, a shift, a week or a plant: always from sums, never from ratios.
public struct OEE: Hashable, Sendable {
    /// Lengths of time.
    public let time: TimeElements
    /// What was made.
    public let production: Production
    /// Signals whose samples entered, for the workings.
    public let signals: [SignalID]
    /// The part of `time` on machines that do not count their parts: in no figure about parts.
    public let uncounted: TimeElements
    /// Whether time is planned because a job was on, as no shifts are set.
    public let isPlannedByJobs: Bool

    /// Figures from elements and production; `isCounted` says whether parts are counted or booked
    /// at all.
    public init(
        time: TimeElements, production: Production, signals: [SignalID] = [],
        isCounted: Bool = true, isPlannedByJobs: Bool = false
    ) {
        self.init(
            time: time, production: production, signals: signals,
            uncounted: isCounted ? TimeElements() : time, isPlannedByJobs: isPlannedByJobs)
    }

    /// Figures of which a part of the time belongs to machines that do not count.
    public init(
        time: TimeElements, production: Production, signals: [SignalID], uncounted: TimeElements,
        isPlannedByJobs: Bool = false
    ) {
        self.isPlannedByJobs = isPlannedByJobs
        self.time = time
        self.production = production
        self.signals = signals
        self.uncounted = uncounted
    }

    /// The same over the machines that count their parts; nil where none does.
    var counted: OEE? {
        let rest = time - uncounted
        guard rest.calendar > .zero || uncounted.calendar == .zero else { return nil }
        return OEE(
            time: rest, production: production, signals: signals, isPlannedByJobs: isPlannedByJobs)
    }

    /// The same with all of the time, whether parts are counted in it or not: for figures about time
    /// alone.
    public var wholly: OEE {
        OEE(time: time, production: production, signals: signals, isPlannedByJobs: isPlannedByJobs)
    }

    /// Whether some of the time belongs to machines that do not count.
    public var hasUncounted: Bool { uncounted.calendar > .zero }

    /// Figures of two machines or periods together.
    public static func + (left: OEE, right: OEE) -> OEE {
        OEE(
            time: left.time + right.time, production: left.production + right.production,
            signals: left.signals + right.signals.filter { !left.signals.contains($0) },
            uncounted: left.uncounted + right.uncounted,
            isPlannedByJobs: left.isPlannedByJobs || right.isPlannedByJobs)
    }

    /// The raw figure before coverage is looked at; nil where it is undefined.
    public func ratio(_ figure: TimeFigure) -> Double? {
        if hasUncounted, figure.needsParts {
            if figure == .availability, counted == nil { return wholly.ratio(figure) }
            return counted?.ratio(figure)
        }
        return switch figure {
        case .oee: undefinedOEE == nil ? oeeRatio : nil
        case .nee: product([share(time.processing, time.seenPlannedBusy), performed])
        case .teep: product([ratio(.oee), share(time.plannedBusy, time.calendar)])
        case .availability: share(time.productionTime, time.seenPlannedBusy)
        case .effectiveness: share(production.idealTimeMade, time.productionTime)
        case .quality: share(production.idealTimeGood, production.idealTimeMade)
        case .utilisationEfficiency: share(time.productionTime, time.busy)
        case .allocationEfficiency: share(time.busy, time.seenPlannedBusy)
        case .setupRatio: share(time.setupTime, time.processing)
        case .technicalEfficiency:
            share(time.productionTime, time.productionTime + time.delayTime)
        case .scrapRatio: share(parts.scrap, parts.made)
        case .reworkRatio: share(parts.rework, parts.made)
        case .allocationRatio: share(time.busy, time.orderTime)
        case .productionProcessRatio: share(time.productionTime, time.orderTime)
        }
    }

    /// Why a figure has no value, nil where it has one.
    public func undefinedReason(_ figure: TimeFigure) -> String? {
        if hasUncounted, figure.needsParts {
            guard let counted else {
                return figure == .availability
                    ? wholly.undefinedReason(figure) : "its parts are not counted"
            }
            return counted.undefinedReason(figure)
        }
        if time.plannedBusy <= .zero, figure.isCombined { return "nothing planned" }
        switch figure {
        case .oee, .teep: return undefinedOEE
        case .nee, .effectiveness:
            if let missing = missingIdeal { return missing }
            if time.productionTime <= .zero { return "it was not seen running" }
            return ratio(figure) == nil ? "no parts counted" : nil
        case .quality:
            if let missing = missingIdeal { return missing }
            return ratio(figure) == nil ? "no parts counted" : nil
        case .scrapRatio, .reworkRatio: return ratio(figure) == nil ? "no parts counted" : nil
        case .allocationRatio, .productionProcessRatio:
            return ratio(figure) == nil ? "no job was on it" : nil
        case .utilisationEfficiency, .technicalEfficiency, .setupRatio, .availability,
            .allocationEfficiency:
            return ratio(figure) == nil ? "it was not seen in use" : nil
        }
    }

    /// What does not fit; never corrected in silence.
    public var findings: [Finding] {
        var findings: [Finding] = []
        if time.productionTime <= .zero, parts.made > 0 {
            findings.append(.partsWithoutRunning(parts.made))
        }
        if let speed = ratio(.effectiveness), speed > 1 {
            findings.append(.fasterThanIdeal(ratio: speed))
        }
        if let oee = ratio(.oee), oee > 1 { findings.append(.moreThanPlanned(ratio: oee)) }
        if parts.good < 0 || parts.scrap < 0 || parts.rework < 0 || parts.made < 0 {
            findings.append(.negativeParts)
        }
        if production.unplanned.made > 0 {
            findings.append(.unplannedOutput(production.unplanned.made))
        }
        if production.unallocated > 0 {
            findings.append(.unallocatedParts(production.unallocated))
        }
        if time.hasClockStep { findings.append(.clockStep) }
        return findings
    }

    /// OEE if the unseen time was all lost, and if it was all running at the ideal speed with good
    /// parts only; nil where OEE is undefined for another reason.
    public var interval: (allLost: Double, allRunning: Double)? {
        if hasUncounted { return counted?.interval }
        guard time.plannedBusy > .zero, let good = production.idealTimeGood,
            time.unknown > .zero || undefinedOEE == nil
        else { return nil }
        let planned = time.plannedBusy.seconds
        return (good.seconds / planned, (good + time.unknown).seconds / planned)
    }

    /// Parts an hour of job time: PQ / AOET; nil without a job.
    public var partsPerHour: Double? {
        time.orderTime > .zero ? Double(parts.made) / time.orderTime.hours : nil
    }

    /// Parts of all lots.
    public var parts: PartTotals { production.totals }

    /// Why a product's time per part stands in the way, nil when it does not.
    var missingIdeal: String? {
        let names = production.withoutIdeal
        guard !names.isEmpty else { return nil }
        let named = names.filter { !$0.isEmpty }
        return named.isEmpty
            ? "the time per part is not known"
            : "the time per part of \(named.joined(separator: ", ")) is not known"
    }

    private var undefinedOEE: String? {
        if time.plannedBusy <= .zero { return "nothing planned" }
        if time.seenPlannedBusy <= .zero { return "nothing seen" }
        if let missing = missingIdeal { return missing }
        if time.productionTime <= .zero, parts.made > 0 {
            return "parts were counted while it was not seen running"
        }
        return nil
    }

    private var oeeRatio: Double? { share(production.idealTimeGood, time.seenPlannedBusy) }
    private var performed: Double? { share(production.idealTimeGood, time.productionTime) }

    private func share(_ part: Elapsed?, _ whole: Elapsed?) -> Double? {
        guard let part, let whole, whole > .zero else { return nil }
        return part.seconds / whole.seconds
    }

    private func share(_ part: Int64, _ whole: Int64) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }

    private func product(_ factors: [Double?]) -> Double? {
        var result = 1.0
        for factor in factors {
            guard let factor else { return nil }
            result *= factor
        }
        return result
    }
}
