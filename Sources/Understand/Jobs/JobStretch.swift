// What is known of one stretch of a job on one machine: the input of the job ledger.
public import Plant

/// What a machine used over a stretch, with its cost.
public struct JobEnergy: Hashable, Sendable {
    /// All that was used, in kWh; negative where energy went back.
    public let kilowattHours: Double
    /// What the priced part of it cost, nil while nobody has said what a kWh costs.
    public let cost: Money?
    /// The part of it without a price, in kWh, at least 0.
    public let unpriced: Double
    /// Share of the stretch for which energy is known, 0 to 1.
    public let coverage: Double

    /// Energy as it was measured.
    public init(kilowattHours: Double, cost: Money?, unpriced: Double = 0, coverage: Double = 1) {
        self.kilowattHours = kilowattHours
        self.cost = cost
        self.unpriced = unpriced
        self.coverage = coverage
    }

    /// The energy of a meter over the stretch.
    ///
    /// What a register counted over gaps belongs to no price and enters as unpriced.
    public init(_ use: EnergyUse) {
        self.init(
            kilowattHours: use.total, cost: use.placed.cost,
            unpriced: use.placed.unpriced + use.unplaced, coverage: use.coverage)
    }
}

/// One stretch of a job on one machine.
public struct JobStretch: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// Its name as people say it.
    public let name: String
    /// The run of the job that the stretch belongs to.
    public let job: JobRun
    /// From when until when, cut at the present while the job runs.
    public let range: TimeRange
    /// Whether the end of the range is the present and the job is still on the machine.
    public let isRunning: Bool
    /// What the machine did; time that no episode covers was not seen.
    public let episodes: [StateEpisode]
    /// Planned working time, nil when all of the stretch is.
    ///
    /// Outside of it nothing is missed: a machine that is off at night was not meant to run.
    public let working: [TimeRange]?
    /// Parts counted and booked, nil when they are neither counted nor booked.
    public let parts: PartTotals?
    /// Parts that were counted over gaps, at least 0; they belong to no instant.
    public let unplacedParts: Int64
    /// Energy, nil when it is not measured.
    public let energy: JobEnergy?
    /// Share of its working time that was seen, 0 to 1; nil to work it out from the episodes.
    ///
    /// Where both are known the smaller one holds, and amounts of a smaller one stay open.
    public let coverage: Double?
    /// What an hour of the machine costs, by date; empty when nobody has said.
    public let hourRates: [Dated<Rate>]
    /// What the material of one part costs that begins here, nil when nobody has said.
    ///
    /// Nothing (0) on a machine that goes on with parts whose material another one has brought in.
    public let materialPerPart: Money?

    /// A stretch.
    public init(
        machine: Slug, name: String, job: JobRun, range: TimeRange, isRunning: Bool = false,
        episodes: [StateEpisode], working: [TimeRange]? = nil, parts: PartTotals?,
        unplacedParts: Int64 = 0,
        energy: JobEnergy? = nil, coverage: Double? = nil, hourRates: [Dated<Rate>] = [],
        materialPerPart: Money? = nil
    ) {
        self.machine = machine
        self.name = name
        self.job = job
        self.range = range
        self.isRunning = isRunning
        self.episodes = episodes.sorted { $0.range.start < $1.range.start }
        self.working = working
        self.parts = parts
        self.unplacedParts = unplacedParts
        self.energy = energy
        self.coverage = coverage
        self.hourRates = hourRates.sorted { $0.from < $1.from }
        self.materialPerPart = materialPerPart
    }

    /// The stretches of a job in a machine's timeline, in order of time.
    ///
    /// Where jobs overlap the later one owns the time, as everywhere else. `ledger` is nil when
    /// parts are neither counted nor booked; `energy` gives what was used over a stretch, nil where
    /// it is not measured; `isLive` says that the end of the timeline is the present.
    public static func stretches(
        of job: String, machine: Slug, name: String, timeline: MachineTimeline,
        ledger: PartLedger?, isLive: Bool = false, hourRates: [Dated<Rate>] = [],
        materialPerPart: Money? = nil, energy: (TimeRange) -> JobEnergy? = { _ in nil }
    ) -> [JobStretch] {
        let runs = timeline.annotations.jobs
            .sorted { ($0.range.start, $0.sequence) < ($1.range.start, $1.sequence) }
        var found: [JobStretch] = []
        for (index, run) in runs.enumerated() where run.job == job {
            let later = runs[(index + 1)...].map(\.range)
            for piece in run.range.subtracting(later) {
                guard let range = piece.intersection(timeline.range) else { continue }
                found.append(
                    JobStretch(
                        machine: machine, name: name, job: run, range: range,
                        isRunning: isLive && range.end == timeline.range.end
                            && run.range.end > range.end,
                        episodes: timeline.slice(range).episodes, working: timeline.working,
                        parts: ledger?.totals(in: range),
                        unplacedParts: ledger?.counted.unallocated(in: range) ?? 0,
                        energy: energy(range), hourRates: hourRates,
                        materialPerPart: materialPerPart))
            }
        }
        return found.sorted { $0.range.start < $1.range.start }
    }
}

/// Why stretches cannot be made into a ledger.
public enum JobFlaw: Error, Hashable, Sendable {
    /// There is no stretch.
    case noStretch
    /// More stretches, or more episodes in one, than a ledger takes.
    case tooMany(Int)
    /// The stretches belong to several jobs.
    case severalJobs(String, String)
    /// Two stretches of one machine share time.
    case overlap(Slug)
    /// Two states of one machine share time.
    case statesOverlap(Slug)
    /// A share that is not between 0 and 1.
    case notAShare(Slug)
    /// Energy that is no number, or an unpriced part below zero.
    case notEnergy(Slug)
    /// A rate, or what the material of a part costs, below zero.
    case belowZero(Slug)

    /// What does not fit, in words.
    public var words: String {
        switch self {
        case .noStretch: "The job has not been on a machine yet."
        case .tooMany(let count): "\(count) pieces are more than one job can have."
        case .severalJobs(let first, let second):
            "These stretches belong to the jobs \(first) and \(second)."
        case .overlap(let machine): "Two stretches of the job on \(machine) share time."
        case .statesOverlap(let machine): "Two states of \(machine) share time."
        case .notAShare(let machine): "What was seen of \(machine) is not between 0 and 1."
        case .notEnergy(let machine): "The energy of \(machine) is not a number that can be used."
        case .belowZero(let machine): "A rate or a price of material of \(machine) is below zero."
        }
    }
}
