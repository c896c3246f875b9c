// Made-up factories for page tests: one Friday morning at 11:25:08, told in several ways.

import Plant

/// Which story a fixture tells.
enum FixtureStory: String, CaseIterable, Sendable {
    /// Eight machines, one stop without a reason, one fault.
    case typical
    /// The same machines, nobody needed.
    case normal
    /// No machine yet.
    case empty
    /// One machine hardly seen: figures withheld, no news for two minutes.
    case partly
    /// Names as long as people make them.
    case longNames = "long-names"
}

/// A machine of a story.
struct FixtureMachine: Sendable {
    let id: Slug
    let name: String
    let job: String
    let parts: Int64
    let plan: Int64
    /// Minutes since 06:00, state, reason.
    let episodes: [(from: Double, to: Double, state: MachineState, reason: Slug?)]
}

/// The day of a story.
enum FixtureDay {
    /// Friday 13 November 2026, 06:00 in London.
    static let start = Timestamp(rfc3339: "2026-11-13T06:00:00Z") ?? .distantPast
    /// 11:25:08 on that day.
    static let now = Timestamp(rfc3339: "2026-11-13T11:25:08Z") ?? .distantPast
    /// The early shift.
    static let shift = TimeRange(start: start, end: start + .hours(8))

    static let tooling: Slug = Slug("tooling")
    static let material: Slug = Slug("material")
    static let changeover: Slug = Slug("change-of-job")

    static let lathe: Slug = Slug("lathe-1")
    static let unexplained: Slug = Slug("-unexplained")

    static let reasons: [StopReason] = [
        StopReason(
            id: tooling, name: "Tooling", loss: .breakdown, details: ["Worn insert", "Broken tool"]),
        StopReason(id: material, name: "Waiting for material", loss: .waiting),
        StopReason(id: changeover, name: "Change of job", loss: .setup),
        StopReason(id: Slug("quality"), name: "Quality check", loss: .stoppage),
        StopReason(id: Slug("breakdown"), name: "Breakdown", loss: .breakdown),
    ]

    /// Minutes from 06:00 to now.
    static let nowMinutes = 325.0 + 8.0 / 60

    private static func machine(
        _ id: StaticString, _ name: String, _ job: String, parts: Int64, plan: Int64,
        _ rows: [(Double, MachineState, Slug?)]
    ) -> FixtureMachine {
        var episodes: [(from: Double, to: Double, state: MachineState, reason: Slug?)] = []
        for (index, row) in rows.enumerated() {
            let end = index + 1 < rows.count ? rows[index + 1].0 : nowMinutes
            episodes.append((row.0, end, row.1, row.2))
        }
        return FixtureMachine(
            id: Slug(id), name: name, job: job, parts: parts, plan: plan, episodes: episodes)
    }

    static let brake = machine(
        "press-brake", "Press brake", "Brackets 4410", parts: 142, plan: 190,
        [
            (0, .running, nil), (34, .stopped, tooling), (53, .running, nil),
            (84, .setup, changeover), (122, .running, nil), (162, .planned, nil),
            (177, .running, nil), (223, .stopped, nil), (246, .running, nil),
            (301, .stopped, nil),
        ])
    static let moulder = machine(
        "moulder-3", "Moulder 3", "Caps, blue", parts: 2318, plan: 2400,
        [
            (0, .running, nil), (66, .stopped, material), (80, .setup, changeover),
            (101, .running, nil), (189, .planned, nil), (204, .stopped, tooling),
            (221, .running, nil), (300, .slow, nil), (322, .fault, nil),
        ])
    static let others = [
        machine(
            "lathe-1", "Lathe 1", "Valve body A2", parts: 46, plan: 48,
            [
                (0, .running, nil), (58, .stopped, material), (71, .setup, changeover),
                (95, .running, nil), (175, .planned, nil), (190, .running, nil),
                (238, .stopped, tooling), (253, .running, nil),
            ]),
        machine(
            "lathe-2", "Lathe 2", "Valve stem B", parts: 61, plan: 60,
            [
                (0, .running, nil), (30, .stopped, material), (56, .running, nil),
                (119, .setup, changeover), (160, .running, nil), (210, .planned, nil),
                (225, .running, nil), (271, .stopped, tooling), (287, .running, nil),
            ]),
        machine(
            "mill-1", "Mill 1", "Housing 77", parts: 19, plan: 24,
            [
                (0, .running, nil), (70, .stopped, material), (88, .running, nil),
                (150, .planned, nil), (165, .running, nil), (233, .stopped, material),
                (254, .running, nil), (273, .slow, nil),
            ]),
        machine(
            "mill-2", "Mill 2", "Change to Housing 81", parts: 22, plan: 22,
            [
                (0, .setup, changeover), (33, .running, nil), (129, .stopped, material),
                (151, .running, nil), (200, .planned, nil), (215, .running, nil),
                (280, .stopped, tooling), (308, .setup, changeover),
            ]),
        machine(
            "saw", "Saw", "Bar stock", parts: 88, plan: 90,
            [
                (0, .running, nil), (52, .stopped, material), (83, .running, nil),
                (160, .planned, nil), (175, .running, nil), (246, .stopped, tooling),
                (273, .running, nil), (316, .planned, nil),
            ]),
        machine(
            "compressor", "Compressor", "Air, 7.1 bar", parts: 0, plan: 0, [(0, .running, nil)]),
    ]
    static let silent = machine(
        "lathe-2", "Lathe 2", "Valve stem B", parts: 12, plan: 60,
        [(0, .running, nil), (130, .unknown, nil)])

    static func machines(_ story: FixtureStory) -> [FixtureMachine] {
        switch story {
        case .typical: [brake, moulder] + others
        case .normal: others
        case .empty: []
        case .partly: [others[0], silent]
        case .longNames:
            [
                machine(
                    "long-1",
                    "Horizontal machining centre number four by the north-west loading door",
                    "Gehäuseunterteil Sonderausführung für Großkunden 4410-77-B2", parts: 1_234_567,
                    plan: 1_300_000, [(0, .running, nil), (290, .stopped, nil)]),
                machine(
                    "long-2", "Donaudampfschifffahrtsgesellschaftsmaschine",
                    "<b>Caps & \"lids\"</b>", parts: 7, plan: 9, [(0, .running, nil)]),
            ]
        }
    }
}
