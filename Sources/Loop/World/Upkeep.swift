// What a world does for its stores beside recording: sealing, compacting, thinning, scrubbing.

import Historian
import Journal
import Logging
import NIOPosix
import Plant

/// Months for which things are kept; nil: for ever.
struct KeptTimes: Sendable, Hashable {
    /// Measurements with every sample.
    let measurements: Int?
    /// Names and addresses of who came in.
    let acts: Int?
    /// Names and notes of who said what.
    let names: Int?

    /// What the settings say.
    init(_ settings: Settings) {
        measurements = settings.keptMonths
        acts = settings.actMonths
        names = settings.nameMonths
    }
}

/// The upkeep of one world, once a minute; every job has its own rhythm.
struct Upkeep {
    private let world: World
    private let space: SpaceWatch
    private let kept: KeptTimes
    private let closer: ShiftCloser
    private let logger: Logger
    private var minute = 0

    /// Upkeep of a world.
    init(world: World, space: SpaceWatch, kept: KeptTimes, logger: Logger) {
        self.world = world
        self.space = space
        self.kept = kept
        self.logger = logger
        closer = ShiftCloser(world: world)
    }

    /// Does what is due; a job that fails is told and tried again in its next turn.
    mutating func turn() async {
        minute += 1
        await attempt("closing shifts") { try await closer.closeDueShifts() }
        await salvageDamaged()
        if minute % LoopLimits.sealingMinutes == 0 {
            await attempt("sealing") {
                _ = try await world.samples.seal(
                    upTo: world.time - .hours(1), atLeast: LoopLimits.sealedRows)
                try await world.samples.reclaim()
            }
            if space.level >= .short { await attempt("thinning") { try await thinEarly() } }
        }
        if minute % LoopLimits.compactingMinutes == 0 {
            await attempt("compacting") { _ = try await world.samples.compact() }
            await attempt("thinning") { try await thin() }
            await attempt("removing old names") { try await forget() }
        }
    }

    /// Names, notes and addresses go when their time is over; entries and hashes stay (S-32).
    private func forget() async throws {
        guard world.kind == .real else { return }
        for (purpose, months) in [
            (PersonalPurpose.security, kept.acts), (.work, kept.names),
        ] {
            guard let months else { continue }
            let start = Upkeep.monthStart(world.time, back: months)
            let journal = world.journal
            let count = try await NIOThreadPool.singleton.runIfActive {
                try journal.forget(purpose, unusedSince: start)
            }
            guard count > 0 else { continue }
            let note = AccessNote(act: "words-removed", object: String(count))
            try await world.say(.accessNoted(note), actor: "box")
        }
    }

    /// Saves what is whole of month files that cannot be used.
    func salvageDamaged() async {
        guard !world.samples.damagedFiles.isEmpty else { return }
        await attempt("salvage") { try await salvage() }
    }

    private func attempt(_ job: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch is CancellationError {
            return  // The box stops.
        } catch {
            logger.error("upkeep, \(job): \(error)")
        }
    }

    private func salvage() async throws {
        for report in try await world.samples.salvage() {
            let lost = report.lost.map { "\($0) were lost" } ?? "how many are lost is not known"
            logger.error(
                "\(report.file) was damaged: \(report.chunks) pieces were saved, \(lost); it is kept as \(report.kept)"
            )
        }
    }

    private func thin() async throws {
        guard let months = kept.measurements else { return }
        tell(try await world.samples.thin(policy(months)))
    }

    /// The oldest months first, for as long as room is short.
    private func thinEarly() async throws {
        guard kept.measurements != nil else { return }
        let space = space
        tell(
            try await world.samples.thin(policy(LoopLimits.leastKeptMonths)) {
                space.level >= .short
            })
    }

    private func policy(_ months: Int) -> RetentionPolicy {
        RetentionPolicy(
            measurements: world.factory.measurements,
            before: Upkeep.monthStart(world.time, back: months))
    }

    private func tell(_ report: ThinReport) {
        guard !report.items.isEmpty else { return }
        let samples = report.items.reduce(0) { $0 + $1.samples }
        logger.info(
            "\(samples) old samples gave way to figures of minutes; \(report.bytesBefore - report.bytesAfter) bytes less"
        )
    }

    /// The first instant of the month of UTC that lies some months back.
    static func monthStart(_ time: Timestamp, back months: Int) -> Timestamp {
        let date = time.utcDate.date
        let index = date.year * 12 + date.month - 1 - months
        guard let first = CivilDate(year: index / 12, month: index % 12 + 1, day: 1) else {
            return .distantPast
        }
        return Timestamp(nanoseconds: Int64(first.dayNumber) * 86_400_000_000_000)
    }
}

extension Factory {
    /// Units of what states, counts and energy are worked out from, now or by a later rule.
    private static let keptUnits: Set<String> = [
        "A", "mA", "W", "kW", "MW", "W.h", "kW.h", "MW.h", "J", "kJ", "MJ",
    ]

    /// Signals of which old samples may give way to figures.
    ///
    /// Numbers that nothing is worked out from: states, counts and energy stay functions of the
    /// samples themselves (decisions 32).
    var measurements: Set<SignalID> {
        var used: Set<SignalID> = []
        for machine in machines.values {
            used.formUnion(machine.stateRules.flatMap(\.value.signals))
            used.formUnion([machine.counts?.total, machine.counts?.scrap].compactMap(\.self))
            used.formUnion([machine.energy?.signal].compactMap(\.self))
        }
        let free = signals.values.filter { signal in
            signal.kind == .number && !used.contains(signal.id)
                && !Factory.keptUnits.contains(signal.unit)
        }
        return Set(free.map(\.id))
    }
}
