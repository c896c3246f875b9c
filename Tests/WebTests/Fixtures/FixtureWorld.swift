// A world that answers from a story, with figures that are really added up from its strips.

import Plant
import Synchronization
import Understand
import Web

@testable import Loop

/// A fixed world.
final class FixtureWorld: WorldDoor, Sendable {
    let story: FixtureStory
    let kind: WorldKind
    let time = FixtureDay.now
    let factory: Factory
    let calendar: ShiftCalendar
    let said = Mutex<[StoredEvent]>([])
    let written = Mutex<[[UInt8]]>([])
    let outcome = Mutex(WriteOutcome(stored: 2, refusedCount: 0, refused: []))
    let trouble = Mutex<WriteTrouble?>(nil)
    let learningOutcome = Mutex(LearningOutcome.notYet(.tooShort, seen: .minutes(20)))
    let notRecording = Mutex<String?>(nil)
    /// A stretch of which only figures are kept of signal 1.
    let thinnedPart = Mutex<TimeRange?>(nil)

    init(_ story: FixtureStory, kind: WorldKind = .demonstrator) {
        self.story = story
        self.kind = kind
        factory = FixtureWorld.factory(story)
        calendar = factory.calendar(
            zone: ZoneRules(name: "Europe/London", firstOffsetSeconds: 0, changes: []))
    }

    var recordingTrouble: String? { notRecording.withLock { $0 } }

    func quality(
        _ id: SignalID, range: TimeRange, limits: DrawingLimits?, kind: ChartKind?, subgroup: Int?
    ) async throws -> QualityPicture? {
        guard let signal = factory.signals[id] else { return nil }
        var values: [Double] = (0..<60).map { 10 + Double($0 * 37 % 11) / 10 }
        values[59] += 2.4
        let times = values.indices.map { time - .minutes(Int64(60 - $0) * 10) }
        let baseline = try IndividualsBaseline(Array(values.prefix(25)))
        let chart = try ControlChart.individuals(values, baseline: baseline)
        return QualityPicture(
            signal: signal, range: range, times: times, chart: chart, refusal: nil,
            baselineCount: 25, valueCount: 600, limits: limits,
            capability: limits.flatMap {
                Capability(values, limits: $0, within: baseline.sigma)
            }, findings: chart.findings(limits: limits))
    }

    func measure(_ signal: SignalID, value: Double, at time: Timestamp) async throws {
        written.withLock { $0.append(Array("\(signal.number)=\(value)".utf8)) }
    }

    func learning(
        of machine: Slug, signal: Slug?, range: TimeRange?
    ) async throws -> LearningPicture {
        guard factory.machines[machine] != nil else { throw LearningRefused.noMachine(machine) }
        let own = factory.signals.values.filter { $0.machine == machine }.sorted { $0.id < $1.id }
        guard let found = own.first(where: { signal == nil || $0.slug == signal }) else {
            throw signal.map { LearningRefused.noSignal($0) } ?? .nothingMeasured
        }
        let stretch = range ?? TimeRange(start: time - .hours(24), end: time)
        return LearningPicture(
            machine: machine, signal: found, range: stretch,
            outcome: learningOutcome.withLock { $0 }, event: nil)
    }

    func thinned(_ signal: SignalID, range: TimeRange) async throws -> TimeRange? {
        signal.number == 1 ? thinnedPart.withLock { $0?.intersection(range) } : nil
    }

    private static func factory(_ story: FixtureStory) -> Factory {
        var factory = Factory()
        factory.name =
            story == .longNames
            ? "Hollins & Sons Precision Valve and Fitting Works" : "Hollins Valves"
        for reason in FixtureDay.reasons { factory.reasons[reason.id] = reason }
        var number: UInt32 = 1
        for machine in FixtureDay.machines(story) {
            factory.machines[machine.id] = Machine(
                id: machine.id, name: machine.name, area: nil, addedAt: FixtureDay.start)
            for (slug, name, kind, unit) in [
                (Slug("motor-current"), "Motor current", ValueKind.number, "A"),
                (Slug("part-counter"), "Part counter", .integer, "{part}"),
                (Slug("program"), "Program", .text, ""),
            ] {
                var signal = Signal(
                    id: SignalID(number), name: name, kind: kind, unit: unit,
                    source: SignalSource(
                        connection: Slug("gateway-1"), address: "input:\(30000 + number)"))
                signal.machine = machine.id
                signal.slug = slug
                factory.signals[signal.id] = signal
                number += 1
            }
        }
        let early = ShiftPattern(
            id: Slug("early"), name: "Early",
            days: [.monday, .tuesday, .wednesday, .thursday, .friday],
            hours: ClockSpan(from: 6 * 3600, to: 14 * 3600), breaks: [])
        factory.calendarVersions = [
            CalendarVersion(
                validFrom: CivilDate(dayNumber: 20_000), shifts: [early], daysOff: [])
        ]
        return factory
    }

    func episodes(_ machine: FixtureMachine) -> [StateEpisode] {
        machine.episodes.enumerated().map { index, row in
            StateEpisode(
                state: row.state,
                range: TimeRange(
                    start: FixtureDay.start + Elapsed(nanoseconds: Int64(row.from * 60e9)),
                    end: FixtureDay.start + Elapsed(nanoseconds: Int64((row.to * 60e9).rounded()))),
                reason: row.reason, isOpen: index == machine.episodes.count - 1)
        }
    }

    func view(_ machine: FixtureMachine) -> MachineNow {
        let strip = episodes(machine)
        let last = strip.last
        let state = last?.state ?? .unknown
        let needs = state == .fault || (state == .stopped && last?.reason == nil)
        let range = TimeRange(start: FixtureDay.start, end: time)
        let sample = state == .unknown || story == .partly ? time - .minutes(2) : time - .seconds(1)
        var known =
            factory.machines[machine.id]
            ?? Machine(id: machine.id, name: machine.name, area: nil, addedAt: time)
        known.stateRules = [
            Dated(
                from: .distantPast,
                value: StateRule(source: .explicit(SignalID(1), meanings: ["1": .running])))
        ]
        return MachineNow(
            machine: known,
            state: state, since: last?.range.start,
            reason: last?.reason.flatMap { factory.reasons[$0] }, detail: "",
            job: JobRun(
                job: "", product: machine.job, idealPerPart: nil, isEstimate: false,
                plannedParts: machine.plan, range: range, sequence: 1),
            strip: strip, stripRange: FixtureDay.shift,
            parts: machine.parts == 0
                ? nil
                : FixtureFigures.indicator(
                    FigureKey(figure: .parts, machine: machine.id, range: range), world: self),
            plannedParts: machine.plan == 0 ? nil : machine.plan, needsPerson: needs,
            isSeen: false, lastSample: sample, call: nil, isHelpComing: false)
    }

    func keyed(_ key: FigureKey, remark: String = "") -> KeyedIndicator {
        KeyedIndicator(
            key: key, indicator: FixtureFigures.indicator(key, world: self), remark: remark)
    }

    var soFar: TimeRange { TimeRange(start: FixtureDay.start, end: time) }

    func now() async throws -> NowPicture {
        let machines = FixtureDay.machines(story).map(view)
        let running = machines.filter(\.state.isProducing).count
        let needing = machines.filter(\.needsPerson).count
        let words = ["Nobody is needed.", "One needs a person.", "Two need a person."]
        let sentence =
            machines.isEmpty
            ? "No machine is connected yet."
            : "\(running) of \(machines.count) machines are running. " + words[needing]
        let figures: [(Figure, String)] = [
            (.runningShare, "71% last Friday"), (.timeLost, "1 h 06 min on the press brake"),
            (.lostMoney, "at £38 a machine hour"), (.reasonsGiven, "2 waiting for a reason"),
            (.energy, "about £84"),
        ]
        return NowPicture(
            site: factory.name, shift: calendar.shift(at: time), time: time, sentence: sentence,
            machines: machines,
            figures: machines.isEmpty
                ? [] : figures.map { keyed(FigureKey(figure: $0.0, range: soFar), remark: $0.1) })
    }

    func machineNow(_ id: Slug) async throws -> MachineNow? {
        FixtureDay.machines(story).first { $0.id == id }.map(view)
    }

    func machineSentence(_ id: Slug) async throws -> String {
        guard let now = try await machineNow(id), let since = now.since else {
            return "Nothing has been seen of it yet."
        }
        let minutes = Int((time - since).minutes)
        let words: String =
            switch now.state {
            case .running: "has been running"
            case .slow: "has been running slow"
            case .setup: "has been set up"
            case .stopped: "has been stopped"
            case .fault: "has had a fault"
            case .planned: "has been in a planned stop"
            case .unknown: "has given no signal"
            }
        return "\(now.machine.name) \(words) for \(minutes)\u{a0}min."
    }

    func time(range: TimeRange, machine: Slug?) async throws -> TimePicture {
        let machines = FixtureDay.machines(story).filter { machine == nil || $0.id == machine }
        let losses = FixtureFigures.losses(machines, range: range, world: self)
        let top = losses.first
        let seconds = top?.time.indicator.value.amount ?? 0
        let hours = (seconds / 360).rounded() / 10
        let stop = machines.compactMap { view($0) }.first { $0.needsPerson && $0.state == .stopped }
        return TimePicture(
            range: range,
            previous: TimeRange(start: range.start - range.elapsed, end: range.start),
            machine: machine,
            sentence: top.map {
                "Most lost time was \($0.name.lowercased()): \(hours) hours today."
            }
                ?? "No stops yet. After the first shift this page shows where the time went.",
            losses: losses,
            total: keyed(FigureKey(figure: .timeLost, machine: machine, range: range)),
            money: keyed(FigureKey(figure: .lostMoney, machine: machine, range: range)),
            strips: machines.map {
                MachineStrip(
                    machine: view($0).machine, episodes: episodes($0),
                    runningShare: keyed(
                        FigureKey(figure: .runningShare, machine: $0.id, range: range)))
            },
            oee: machines.isEmpty
                ? []
                : [Figure.oee, .availability, .effectiveness, .qualityRatio].map {
                    keyed(FigureKey(figure: $0, machine: machine, range: range))
                },
            unexplainedShare: keyed(
                FigureKey(figure: .unexplainedShare, machine: machine, range: range)),
            bigLosses: machines.isEmpty
                ? []
                : [
                    BigLoss(name: "Breakdowns", factor: "availability", time: .minutes(35)),
                    BigLoss(name: "Running slow", factor: "performance", time: nil),
                ],
            changeovers: machines.isEmpty
                ? nil : "One change of product took 23 min from good part to good part.",
            moneyRules: machines.isEmpty
                ? [] : ["Elsewhere a lost hour is worth only what it costs in overtime."],
            biggestUnexplained: stop.map {
                LongestUnexplained(
                    machine: $0.machine, range: TimeRange(start: $0.since ?? time, end: time))
            },
            gaps: story == .partly ? ["Lathe 2: 3 h 15 min not seen. Figures leave this out."] : [])
    }

    func machines() async throws -> MachinesPicture {
        let machines = FixtureDay.machines(story).map(view)
        let lasts = lastValues()
        let stray = Signal(
            id: SignalID(900), name: "workshop temperature", kind: .number, unit: "Cel",
            source: SignalSource(connection: Slug("line-protocol"), address: "climate value"))
        return MachinesPicture(
            sentence: machines.isEmpty
                ? "No machine is connected yet."
                : "\(machines.count) machines. All of them are sending.",
            machines: machines.map { now in
                MachineSignals(
                    now: now,
                    signals: factory.signals(of: now.machine.id).map {
                        SignalNow(signal: $0, last: lasts[$0.id], isStale: story == .partly)
                    })
            },
            connections: [
                ConnectionHealth(
                    id: Slug("gateway-1"), kind: "modbus-tcp", address: "192.168.1.47:502",
                    isUp: story != .partly,
                    words: story == .partly
                        ? "No answer since 11:23. Check network and power there."
                        : "Answers since 06:00.", since: FixtureDay.start, polls: 19_508,
                    lostPolls: 0)
            ],
            unassigned: story == .empty
                ? [] : [SignalNow(signal: stray, last: lasts[SignalID(900)], isStale: false)])
    }

    func strip(_ machine: Slug, range: TimeRange) async throws -> [StateEpisode] {
        FixtureDay.machines(story).first { $0.id == machine }.map(episodes)?
            .filter { $0.range.overlaps(range) } ?? []
    }

    func chart(_ signal: SignalID, range: TimeRange, points: Int) async throws -> SignalChart {
        guard let known = factory.signals[signal] else { throw FixtureTrouble.noSignal }
        let step = range.elapsed.nanoseconds / Int64(points)
        let buckets = (0..<points).map { index -> Bucket in
            let start = range.start + Elapsed(nanoseconds: step * Int64(index))
            let isGap = (points / 2..<points * 3 / 5).contains(index)
            let wave = 4.0 + 3.0 * (Double(index % 97) / 97) + (index % 31 == 0 ? 4 : 0)
            return Bucket(
                range: TimeRange(start: start, end: start + Elapsed(nanoseconds: step)),
                count: isGap ? 0 : 5, minimum: wave - 0.4, maximum: wave + 0.6, mean: wave,
                first: wave, last: wave)
        }
        return SignalChart(signal: known, range: range, buckets: buckets, coverage: 0.9)
    }

    func figures(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold?
    ) async throws -> [[CellFigures]] {
        signals.map { signal in
            (0..<cells.count).map { cell in
                // The second cell is a gap.
                let isGap = cell == 1
                return CellFigures(
                    count: isGap ? 0 : 10, minimum: Double(signal.number), maximum: 9.5, sum: 55,
                    mean: 5.5, first: 1, last: 9.25, held: isGap || hold == nil ? 0 : 4_500_000_000,
                    integral: 4_500_000_000 * 5)
            }
        }
    }

    func stateTime(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold
    ) async throws -> [StateTime] {
        signals.map { _ in
            StateTime(
                states: [.integer(3), .text("off")],
                durations: [
                    (0..<cells.count).map { _ in 1_500_000_000 },
                    (0..<cells.count).map { _ in 250_000_000 },
                ])
        }
    }

    func series(_ signal: SignalID, range: TimeRange) async throws -> SampleSeries {
        guard factory.signals[signal] != nil else { throw FixtureTrouble.noSignal }
        let first = FixtureDay.start.nanoseconds
        let all = (0..<5).map { first + Int64($0) * 1_000_000_000 }
        let values: [Double] = [4.25, .nan, 5, -1.5, 0.1]
        let quality: [Quality] = [.good, .badValue, .uncertainClock, .badComm, .good]
        let inside = all.indices.filter {
            range.contains(Timestamp(nanoseconds: all[$0]))
        }
        return SampleSeries(
            times: inside.map { all[$0] }, values: .numbers(inside.map { values[$0] }),
            quality: inside.map { quality[$0] })
    }

    func indicator(_ key: FigureKey) async throws -> KeyedIndicator { keyed(key) }

    func lastValues() -> [SignalID: LastValue] {
        var lasts: [SignalID: LastValue] = [
            SignalID(900): LastValue(
                time: time - .seconds(4), value: .number(19.25), quality: .good)
        ]
        for signal in factory.signals.values {
            let value: Scalar =
                switch signal.kind {
                case .number: .number(4.2)
                case .integer: .integer(2318)
                case .flag: .flag(true)
                case .text: .text("O1234 <roughing>")
                }
            lasts[signal.id] = LastValue(time: time - .seconds(1), value: value, quality: .good)
        }
        return lasts
    }

    func chain(
        after sequence: Int64, limit: Int
    ) async throws -> [ChainLine] {
        sequence == 0
            ? [
                ChainLine(
                    sequence: 1, entry: #"{"seq":1}"#, hash: String(repeating: "0", count: 64),
                    words: [])
            ] : []
    }

    func events(
        after sequence: Int64, limit: Int, kinds: Set<String>?, newestFirst: Bool
    ) async throws -> [StoredEvent] {
        let all = FixtureFigures.entries + said.withLock { $0 }
        let ordered = newestFirst ? all.reversed() : all
        let rest = ordered.filter {
            newestFirst ? (sequence == 0 || $0.sequence < sequence) : $0.sequence > sequence
        }
        let asked = rest.filter { kinds == nil || kinds?.contains($0.event.kind) == true }
        return Array(asked.prefix(limit))
    }

    func say(_ event: FactoryEvent, id: EventID?, actor: String) async throws -> StoredEvent {
        if case .stopReason(let machine, _, let reason, _) = event {
            guard factory.machines[machine] != nil else {
                throw RefusedSaying(
                    field: "machine", says: "There is no such machine.", remedy: "Choose another.")
            }
            guard factory.reasons[reason] != nil else {
                throw RefusedSaying(
                    field: "reason", says: "This reason is not known.",
                    remedy: "Choose one of the site's reasons.")
            }
        }
        return said.withLock { said in
            if let id, let known = said.first(where: { $0.id == id }) { return known }
            let stored = StoredEvent(
                sequence: Int64(100 + said.count),
                id: id ?? EventID(high: 7, low: UInt64(said.count)),
                recorded: time, actor: actor, event: event)
            said.append(stored)
            return stored
        }
    }

    func ingest(lines: [UInt8], unit: WriteUnit, actor: String) async throws -> WriteOutcome {
        if let trouble = trouble.withLock({ $0 }) { throw trouble }
        written.withLock { $0.append(lines) }
        return outcome.withLock { $0 }
    }

    func importFile(
        _ file: [UInt8], name: String, mapping: String, isDryRun: Bool, actor: String
    ) async throws -> ImportOutcome {
        ImportOutcome(
            number: isDryRun ? nil : 3, taken: 10, refusedCount: 1,
            refused: [RefusedLine(line: 4, column: 2, says: "“32.13.2026” is no date.")],
            samples: 20, notes: ["The first row holds names."])
    }
}

/// Something broken, for tests of broken things.
enum FixtureTrouble: Error {
    case noSignal
    case broken
}

/// Charts of any buckets.
enum FixtureChart {
    static func make(signal: Signal, range: TimeRange, buckets: [Bucket]) -> SignalChart {
        SignalChart(signal: signal, range: range, buckets: buckets, coverage: 1)
    }
}
