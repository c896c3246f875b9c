// Small words for jobs: a day on a lathe, its rates and its parts.

import Plant

@testable import Understand

let latheOne: Slug = Slug("lathe-1")
let brake: Slug = Slug("brake")

func sterling(_ pence: Int64) -> Money { Money(minor: pence, currency: .gbp) }

func hourRate(_ pence: Int64) -> Rate { Rate(millionths: pence * 10_000, currency: .gbp) }

func rateFrom(_ minutes: Double, _ pence: Int64) -> Dated<Rate> {
    Dated(from: minute(minutes), value: hourRate(pence))
}

func jobRun(
    _ from: Double, _ to: Double, ideal: Elapsed? = .minutes(1), planned: Int64? = nil,
    sequence: Int64 = 1, job: String = "4410", isEstimate: Bool = false
) -> JobRun {
    JobRun(
        job: job, product: "Brackets", idealPerPart: ideal, isEstimate: isEstimate,
        plannedParts: planned, range: minutes(from, to), sequence: sequence)
}

func did(
    _ state: MachineState, _ from: Double, _ to: Double, _ reason: Slug? = nil
) -> StateEpisode {
    StateEpisode(state: state, range: minutes(from, to), reason: reason)
}

/// Two hours on the lathe: 20 min setting up, 60 running, 10 slow, 15 without material, 5 without
/// a reason, 10 planned.
let latheDay = [
    did(.setup, 0, 20), did(.running, 20, 80), did(.stopped, 80, 95, Slug("material")),
    did(.slow, 95, 105), did(.stopped, 105, 110), did(.planned, 110, 120),
]

func jobStretch(
    _ episodes: [StateEpisode] = latheDay, _ start: Double = 0, _ end: Double = 120,
    machine: Slug = latheOne, name: String = "Lathe 1", job: JobRun? = nil, isRunning: Bool = false,
    parts: PartTotals? = PartTotals(made: 50, good: 40, scrap: 8, rework: 2),
    unplaced: Int64 = 0, energy: JobEnergy? = JobEnergy(kilowattHours: 12, cost: sterling(324)),
    coverage: Double? = nil, working: [TimeRange]? = nil, rates: [Dated<Rate>]? = nil,
    material: Money? = sterling(150)
) -> JobStretch {
    JobStretch(
        machine: machine, name: name, job: job ?? jobRun(start, end), range: minutes(start, end),
        isRunning: isRunning, episodes: episodes, working: working, parts: parts,
        unplacedParts: unplaced,
        energy: energy, coverage: coverage, hourRates: rates ?? [rateFrom(-1_000, 3_600)],
        materialPerPart: material)
}

func jobAccount(_ stretches: JobStretch...) throws -> JobAccount {
    try JobLedger(stretches, currency: .gbp).total
}
