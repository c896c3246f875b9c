// One event of every case, with the values that are hard to store.

import Plant

enum EventSamples {
    static let noon = Timestamp(nanoseconds: 1_763_035_200_123_456_789)
    private static let range = TimeRange(start: noon, end: noon + .minutes(40))

    private static let signal: Signal = {
        var signal = Signal(
            id: SignalID(.max), name: "Strøm \"1\"", kind: .number, unit: "A",
            source: SignalSource(
                connection: "gateway-1", address: "input:30012",
                options: ["scale": "0.01", "order": "big"]))
        signal.machine = "lathe-1"
        signal.slug = "current"
        signal.assignedFrom = .distantPast
        signal.isRetired = true
        return signal
    }()

    private static let calendar = CalendarVersion(
        validFrom: CivilDate(dayNumber: 20_500),
        shifts: [
            ShiftPattern(
                id: "night", name: "Night", days: [.friday, .monday],
                hours: ClockSpan(from: 79_200, to: 21_600),
                breaks: [ClockSpan(from: 7200, to: 9000), ClockSpan(from: 0, to: 60)]),
            ShiftPattern(
                id: "none", name: "", days: [], hours: ClockSpan(from: 0, to: 86_400), breaks: []),
        ],
        daysOff: [CivilDate(dayNumber: 20_501), CivilDate(dayNumber: 20_600)])

    private static let explicit = StateRule(
        source: .explicit(
            SignalID(3), meanings: ["ACTIVE": .running, "läuft": .running, "": .off]),
        fault: SignalID(4), runningDwell: .zero, stoppedDwell: Elapsed(nanoseconds: .max),
        staleAfter: .milliseconds(1500), link: SignalID(5))

    private static let level = StateRule(
        source: .level(
            SignalID(3), running: Threshold(rise: 4.1, fall: 3.9),
            idle: Threshold(rise: 0.1 + 0.2, fall: 1e-9)))

    static let configuring: [FactoryEvent] = [
        .siteNamed(name: "Müller & Søn\n", zone: "Europe/London", currency: .gbp),
        .areaSet(id: "hall-1", name: "Hall 1"),
        .machineAdded(id: "lathe-1", name: "Lathe 1", area: nil),
        .machineAdded(id: "lathe-2", name: "Lathe 2", area: "hall-1"),
        .machineChanged(id: "lathe-1", name: "Lathe one", area: "hall-1"),
        .machineRetired(id: "lathe-1", isRetired: true),
        .connectionSet(
            Connection(
                id: "gateway-1", kind: "modbus-tcp",
                settings: ["address": "10.0.0.5:502", "unit": "1"])),
        .connectionRemoved(id: "gateway-1"),
        .signalAdded(signal),
        .signalAdded(
            Signal(
                id: SignalID(1), name: "", kind: .text, unit: "",
                source: SignalSource(connection: "import", address: ""))),
        .signalAssigned(id: SignalID(1), machine: "lathe-1", slug: "current", from: noon),
        .signalChanged(
            id: SignalID(1), name: "Current", unit: "A",
            source: SignalSource(connection: "import", address: "a", options: [:])),
        .signalRetired(id: SignalID(1), isRetired: false),
        .stateRuleSet(machine: "lathe-1", rule: explicit, from: noon),
        .stateRuleSet(machine: "lathe-1", rule: level, from: .distantPast),
        .countRuleSet(machine: "lathe-1", rule: nil),
        .countRuleSet(
            machine: "lathe-1", rule: CountRule(total: SignalID(1), scrap: nil, bits: 16)),
        .countRuleSet(
            machine: "lathe-1",
            rule: CountRule(total: SignalID(1), scrap: SignalID(2), bits: 64)),
        .energyRuleSet(machine: "lathe-1", rule: nil),
        .energyRuleSet(machine: "lathe-1", rule: .power(SignalID(7))),
        .energyRuleSet(machine: "lathe-1", rule: .register(SignalID(8))),
        .reasonSet(StopReason(id: "no-material", name: "No material", loss: .waiting)),
        .reasonSet(
            StopReason(id: "broken", name: "Broken", loss: .breakdown, details: ["Belt", "Öl"])),
        .reasonSet(
            StopReason(
                id: "no-operator", name: "No operator", loss: .waiting,
                names: ["pl": "Brak operatora"], place: 2)),
        .reasonRetired(id: "broken"),
        .calendarSet(calendar),
        .rateSet(
            kind: .hourSold, rate: Rate(millionths: 38_000_000, currency: .gbp), from: noon),
        .rateSet(
            kind: .kilowattHour, rate: Rate(millionths: .min, currency: .gbp),
            from: .distantFuture),
        .constraintSet(machine: nil),
        .constraintSet(machine: "lathe-1"),
        .lineSet(
            ProductionLine(
                id: "line-1", name: "Flanges", machines: ["lathe-1", "mill-1"],
                bottleneck: "mill-1")),
        .lineSet(ProductionLine(id: "line-2", name: "", machines: [])),
        .tariffSet(
            Tariff(
                source: "Contract of May", rate: Rate(millionths: 251_700, currency: .gbp),
                standing: Rate(millionths: 620_000, currency: .gbp),
                bands: [
                    TariffBand(
                        name: "night", days: [.monday, .friday],
                        hours: ClockSpan(from: 82_800, to: 25_200),
                        rate: Rate(millionths: 142_000, currency: .gbp))
                ]), from: noon),
        .tariffSet(
            Tariff(source: "", rate: Rate(millionths: 0, currency: .gbp)), from: .distantPast),
        .characteristicSet(
            Characteristic(
                signal: SignalID(1), lower: 24.98, upper: 25.02, subgroup: 5, baselineFrom: noon)),
        .characteristicSet(
            Characteristic(signal: SignalID(1), lower: nil, upper: nil, subgroup: 0)),
        .carbonFactorSet(CarbonFactor(year: 2026, millionths: 131_000, source: "The firm")),
        .productSet(
            Product(
                id: "flange", name: "Flange “80”", cycle: .milliseconds(42_500), isEstimate: true,
                cavities: 4, material: Rate(millionths: 310_000, currency: .gbp)), from: noon),
        .productSet(Product(id: "pin", name: "Pin", cycle: nil), from: .distantPast),
        .productRetired(id: "pin", isRetired: true),
        .jobPlanned(
            PlannedJob(
                job: "4711", product: "Flange “80”", machine: "lathe-1", quantity: 400,
                due: CivilDate(dayNumber: 20_520), note: "For Søn & Co")),
        .jobPlanned(PlannedJob(job: "4712", product: "")),
        .jobClosed(job: "4712", isClosed: true),
        .checkListSet(
            CheckList(
                id: "first", name: "First part", moment: .firstOff, product: "Pin",
                steps: [
                    CheckStep(
                        id: "bore", says: "Bore", kind: .value, lower: 24.98, upper: 25.02,
                        unit: "mm"),
                    CheckStep(id: "burr", says: "No burr", kind: .good, isRequired: false),
                ])),
        .checkListSet(CheckList(id: "gone", name: "", moment: .during, steps: [])),
    ]

    static let said: [FactoryEvent] = [
        .jobStarted(
            machine: "lathe-1", at: noon, job: "4711", product: "Flange",
            idealPerPart: .milliseconds(42_500), isEstimate: true, plannedParts: 400),
        .jobStarted(
            machine: "lathe-1", at: noon, job: "", product: "", idealPerPart: nil,
            isEstimate: false, plannedParts: nil),
        .jobEnded(machine: "lathe-1", at: noon),
        .stopReason(machine: "lathe-1", at: noon, reason: "broken", detail: "Belt \\ \u{1F527}"),
        .periodMarked(machine: "lathe-1", range: range, kind: .setup, reason: nil),
        .periodMarked(
            machine: "lathe-1", range: TimeRange(start: noon, end: .distantFuture),
            kind: .planned, reason: "broken"),
        .countBooked(
            machine: "lathe-1", range: range, good: -3, scrap: 3, rework: .max, cause: "bore"),
        .problemSeen(machine: "lathe-1", at: noon),
        .stateCorrected(machine: "lathe-1", range: range, state: .running),
        .oddExplained(machine: "lathe-1", signal: SignalID(3), at: noon, note: "New filter"),
        .oddExplained(machine: "lathe-1", signal: nil, at: noon, note: ""),
        .helpCalled(machine: "lathe-1", at: noon, kind: .maintenance),
        .stopCut(machine: "lathe-1", at: noon, isCut: true),
        .stopNoted(machine: "lathe-1", at: noon, note: "Belt came off, “again”"),
        .stateTold(machine: "lathe-1", at: noon, state: .idle),
        .checkAnswered(
            CheckAnswer(
                job: "4711", machine: "lathe-1", list: "first", step: "bore", asked: "Bore",
                answer: "25.01", isGood: true, at: noon)),
        .checkAnswered(
            CheckAnswer(
                job: "", machine: "lathe-1", list: "first", step: "note", asked: "",
                answer: "läuft", isGood: nil, at: noon)),
        .documentAttached(
            JobDocument(
                job: "4711", name: "Zeichnung Ä.pdf", sha256: String(repeating: "0a", count: 32),
                size: .max, type: "application/pdf", note: "Drawing B")),
        .shiftClosed(
            machine: "lathe-1", shift: "2026-11-13/early", revision: 0,
            facts: .object(["planned_ns": .text("27000000000000"), "gaps": .list([.none])])),
        .shiftClosed(
            machine: "lathe-1", shift: "2026-11-13/early", revision: 2, facts: .none),
        .importStarted(number: .max, file: "a.csv", sha256: String(repeating: "0", count: 64)),
        .importDone(number: 1, taken: 35_040, refused: 0),
        .importUndone(number: 1),
        .boot(id: "b-1", wall: noon, monotonic: Elapsed(nanoseconds: .max)),
        .clockStep(at: noon, by: Elapsed(nanoseconds: -1)),
        .samplesDropped(stage: "intake", reason: "full", count: 17),
        .personSet(id: Slug("sam"), name: "Sam", role: .engineer),
        .personEnded(id: Slug("sam")),
        .accessNoted(
            AccessNote(
                act: "signed-in", object: "Sam", address: "192.168.1.20", outcome: "done")),
        .other(kind: "robot.greased", facts: .object(["arm": .list([.whole(1), .flag(false)])])),
    ]

    static let all = configuring + said

    /// A site to which every sample applies.
    static let factory: Factory = {
        var factory = Factory()
        for event in configuring {
            factory.apply(event, recorded: Timestamp(seconds: 1))
        }
        return factory
    }()

    /// A number for every case; a new case does not compile until it has one and a sample.
    static func caseNumber(_ event: FactoryEvent) -> Int {
        switch event {
        case .siteNamed: 1
        case .areaSet: 2
        case .machineAdded: 3
        case .machineChanged: 4
        case .machineRetired: 5
        case .connectionSet: 6
        case .connectionRemoved: 7
        case .signalAdded: 8
        case .signalAssigned: 9
        case .signalChanged: 10
        case .signalRetired: 11
        case .stateRuleSet: 12
        case .countRuleSet: 13
        case .energyRuleSet: 14
        case .reasonSet: 15
        case .reasonRetired: 16
        case .calendarSet: 17
        case .rateSet: 18
        case .constraintSet: 19
        case .jobStarted: 20
        case .jobEnded: 21
        case .stopReason: 22
        case .periodMarked: 23
        case .countBooked: 24
        case .problemSeen: 25
        case .shiftClosed: 26
        case .importStarted: 27
        case .importDone: 28
        case .importUndone: 29
        case .boot: 30
        case .clockStep: 31
        case .samplesDropped: 32
        case .lineSet: 34
        case .tariffSet: 35
        case .carbonFactorSet: 36
        case .stateCorrected: 37
        case .oddExplained: 38
        case .characteristicSet: 39
        case .personSet: 40
        case .personEnded: 41
        case .accessNoted: 42
        case .productSet: 43
        case .productRetired: 44
        case .jobPlanned: 45
        case .jobClosed: 46
        case .checkListSet: 47
        case .helpCalled: 48
        case .stopCut: 49
        case .checkAnswered: 50
        case .documentAttached: 51
        case .stateTold: 52
        case .stopNoted: 53
        case .other: 33
        }
    }
}
