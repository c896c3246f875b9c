// What the tests of this room share: a site, a zone, workbooks made in memory, events as words.

import Plant
import Sheets
import Testing

@testable import Imports

/// Europe/London from 2025 to 2027.
let london = ZoneRules(
    name: "Europe/London", firstOffsetSeconds: 0,
    changes: [
        ("2025-03-30T01:00:00Z", 3_600), ("2025-10-26T01:00:00Z", 0),
        ("2026-03-29T01:00:00Z", 3_600), ("2026-10-25T01:00:00Z", 0),
        ("2027-03-28T01:00:00Z", 3_600), ("2027-10-31T01:00:00Z", 0),
    ].compactMap { text, offset in
        Timestamp(rfc3339: text).map { ZoneRules.Change(at: $0, offsetSeconds: offset) }
    })

/// An instant from its text.
func at(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? .distantPast }

/// A site of three machines, of which Press 4 is seen by its signals, and three shifts.
func madeSite(hasShifts: Bool = true) -> ImportSite {
    var factory = Factory()
    let early = ShiftPattern(
        id: Slug("early"), name: "Early", days: Set(Weekday.allCases),
        hours: ClockSpan(from: 6 * 3_600, to: 14 * 3_600), breaks: [])
    let late = ShiftPattern(
        id: Slug("late"), name: "Late", days: Set(Weekday.allCases),
        hours: ClockSpan(from: 14 * 3_600, to: 22 * 3_600), breaks: [])
    let night = ShiftPattern(
        id: Slug("night"), name: "Night", days: Set(Weekday.allCases),
        hours: ClockSpan(from: 22 * 3_600, to: 6 * 3_600), breaks: [])
    var events: [FactoryEvent] = [
        .machineAdded(id: Slug("lathe-1"), name: "Lathe 1", area: nil),
        .machineAdded(id: Slug("lathe-2"), name: "Lathe 2", area: nil),
        .machineAdded(id: Slug("press-4"), name: "Press 4", area: nil),
    ]
    let reasons: [(StaticString, String, LossKind, [String])] = [
        ("no-material", "No material", .waiting, ["Pallet missing"]),
        ("tooling", "Tooling", .stoppage, ["Worn insert", "Broken tool"]),
        ("changeover", "Changeover", .setup, []),
        ("breakdown", "Breakdown", .breakdown, ["Hydraulic leak"]),
        ("planned-maintenance", "Planned maintenance", .planned, []),
    ]
    for (id, name, loss, details) in reasons {
        events.append(
            .reasonSet(StopReason(id: Slug(id), name: name, loss: loss, details: details)))
    }
    if hasShifts, let first = CivilDate("2020-01-01") {
        events.append(
            .calendarSet(
                CalendarVersion(validFrom: first, shifts: [early, late, night], daysOff: [])))
    }
    let source = SignalSource(connection: Slug("import"), address: "a")
    for (number, name, kind) in [(1, "Temperature", ValueKind.number), (2, "Count", .integer)] {
        let signal = Signal(
            id: SignalID(UInt32(number)), name: name, kind: kind, unit: "", source: source)
        events.append(.signalAdded(signal))
    }
    events.append(
        .signalAssigned(
            id: SignalID(1), machine: Slug("lathe-1"), slug: Slug("temperature"),
            from: .distantPast))
    events.append(
        .stateRuleSet(
            machine: Slug("press-4"),
            rule: StateRule(source: .explicit(SignalID(1), meanings: [:])), from: .distantPast))
    for event in events { factory.apply(event, recorded: at("2020-01-01T00:00:00Z")) }
    return ImportSite(factory, zone: london)
}

/// An import of a test.
func stamp(number: UInt32 = 7, hash: String = "ab12", now: String = "2026-11-27T12:00:00Z")
    -> ImportStamp
{
    ImportStamp(number: number, fileHash: hash, sheet: "a.csv", now: at(now))
}

/// A table with what is guessed and planned about it.
struct Bench {
    var table: TableGuess
    var guess: RoleGuess
    var plan: ImportPlan
    var site: ImportSite

    /// A table of a text, with decisions about the sheet.
    init(
        _ text: String, _ decisions: [Question.Subject: Answer] = [:],
        site: ImportSite = madeSite(hasShifts: false)
    ) throws {
        try self.init(bytes: Array(text.utf8), decisions, site: site)
    }

    /// A table of a file.
    init(
        bytes: [UInt8], name: String = "a.csv", sheet: Int = 0,
        _ decisions: [Question.Subject: Answer] = [:], site: ImportSite = madeSite(hasShifts: false)
    ) throws {
        self.site = site
        let opened = try Workbook.open(bytes: bytes, name: name).sheet(sheet)
        var wanted = Decisions(answers: decisions)
        table = try opened.guess(wanted)
        guess = RoleGuess(table, site: site)
        if !guess.wishes.isEmpty {
            wanted.kinds = guess.wishes
            table = try opened.guess(wanted)
            guess = RoleGuess(table, site: site)
        }
        plan = ImportPlan(guess, zone: london)
    }

    /// All that is open, about the file first.
    var open: [String] {
        table.open.map(\.text) + plan.open(table, guess: guess, site: site).map(\.text)
    }

    /// The questions about names.
    func nameQuestions() throws -> [ImportQuestion] {
        try ImportSurvey(table, plan: plan, site: site).open(plan, site: site)
    }

    /// The role of a column by its heading.
    func role(_ heading: String) -> ColumnRole? {
        table.columns.first { $0.name == heading }.flatMap { plan.roles[$0.index] }
    }

    /// What comes of it.
    func outcome(_ existing: ImportExisting = ImportExisting(), stamp: ImportStamp = stamp()) throws
        -> ImportOutcome
    {
        let run = try ImportRun(table: table, guess: guess, plan: plan, site: site, stamp: stamp)
        let outcome = try run.outcome(existing: { _ in existing })
        #expect(outcome.preview.counts.sum == table.rowCount)
        return outcome
    }

    /// The drafts in short words.
    func drafts(_ existing: ImportExisting = ImportExisting()) throws -> [String] {
        try outcome(existing).drafts.map { short($0.event) }
    }

    /// The refused rows in short words.
    func refusals() throws -> [String] {
        try outcome().preview.refused.map { "\($0.row) \($0.column ?? "-"): \($0.reason)" }
    }
}

/// An event in short words.
func short(_ event: FactoryEvent) -> String {
    func span(_ range: TimeRange) -> String { minute(range.start) + " " + minute(range.end) }
    switch event {
    case .stateCorrected(let machine, let range, let state):
        return "\(machine) \(state.code) \(span(range))"
    case .stopReason(let machine, let at, let reason, let detail):
        return "\(machine) because \(reason) \(minute(at))" + (detail.isEmpty ? "" : " \(detail)")
    case .periodMarked(let machine, let range, let kind, let reason):
        return "\(machine) \(kind.rawValue) \(span(range)) \(reason?.text ?? "-")"
    case .countBooked(let machine, let range, let good, let scrap, let rework, let cause):
        return "\(machine) parts \(span(range)) \(good)/\(scrap)/\(rework)"
            + (cause.isEmpty ? "" : " \(cause)")
    case .jobStarted(let machine, let at, let job, let product, let ideal, _, let planned):
        let more = [ideal.map { "\($0.seconds)s" }, planned.map(String.init)].compactMap(\.self)
        return ["\(machine) job \(job) \(product) \(minute(at))"].joined()
            + (more.isEmpty ? "" : " " + more.joined(separator: " "))
    case .jobEnded(let machine, let at): return "\(machine) job ends \(minute(at))"
    case .reasonSet(let reason): return "new reason \(reason.id) \(reason.loss.rawValue)"
    case .machineAdded(let id, let name, _): return "new machine \(id) \(name)"
    default: return event.kind
    }
}

/// `11-13T10:00` in UTC; seconds only where there are any.
func minute(_ time: Timestamp) -> String {
    let text = String(time.rfc3339.dropFirst(5).dropLast())
    return text.hasSuffix(":00") ? String(text.dropLast(3)) : text
}

/// Numbers that look random and are the same on every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Tag {
    /// Tests of large or many tables, which take seconds.
    @Tag static var large: Self
}
