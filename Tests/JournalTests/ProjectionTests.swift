// What entries mean: jobs, marks, reasons, bookings, closings, imports; and rebuilding them.

import Plant
import Testing

@testable import Journal

@Suite struct ProjectionTests {
    private func journal(_ events: [FactoryEvent]) async throws -> (TestFolder, JournalStore) {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        _ = try await journal.append(
            events.enumerated().map { draft(UInt64($0.offset + 1), $0.element) })
        return (folder, journal)
    }

    private func start(_ job: String, _ at: Int64) -> FactoryEvent {
        .jobStarted(
            machine: "a", at: minute(at), job: job, product: "P", idealPerPart: .seconds(40),
            isEstimate: true, plannedParts: 9)
    }

    private func end(_ at: Int64) -> FactoryEvent { .jobEnded(machine: "a", at: minute(at)) }

    @Test("a job is found with its runs, its checks and its documents; calls and cuts by time")
    func work() async throws {
        let answer = CheckAnswer(
            job: "J1", machine: "a", list: "first", step: "bore", asked: "Bore", answer: "25.01",
            isGood: true, at: minute(12))
        let document = JobDocument(
            job: "J1", name: "drawing.pdf", sha256: String(repeating: "ab", count: 32), size: 9,
            type: "application/pdf", note: "B")
        let (_, journal) = try await journal([
            start("J1", 10), .helpCalled(machine: "a", at: minute(11), kind: .maintenance),
            .checkAnswered(answer), .documentAttached(document),
            .stopCut(machine: "a", at: minute(13), isCut: true), start("J2", 20), start("J1", 30),
            .stopNoted(machine: "a", at: minute(14), note: "Belt came off"),
        ])
        let runs = try journal.runs(of: "J1")
        #expect(runs.map(\.run.range.start) == [minute(10), minute(30)])
        #expect(runs.map(\.machine) == ["a", "a"])
        #expect(runs[0].run.range.end == minute(20))
        #expect(try journal.checks(of: "J1").map(\.answer) == [answer])
        #expect(try journal.checks(of: "J2").isEmpty)
        #expect(try journal.documents(of: "J1").map(\.document) == [document])
        let wide = TimeRange(start: minute(0), end: minute(99))
        #expect(try journal.jobs(in: wide, limit: 9) == ["J1", "J2"])
        let said = try journal.annotations(of: "a", in: wide)
        #expect(said.calls == [HelpCall(at: minute(11), kind: .maintenance, sequence: 3)])
        #expect(said.cuts == [StopCut(at: minute(13), isCut: true, sequence: 6)])
        #expect(said.notes == [StopNote(at: minute(14), sequence: 9)])
    }

    @Test("an import that is taken back takes its events out of every table, and jobs heal")
    func undoneEvents() async throws {
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        let wide = TimeRange(start: minute(0), end: minute(99))
        func row(_ row: UInt64) -> EventID {
            EventID(time: Timestamp(milliseconds: 1), random: (0, row << 38 | 7))
        }
        _ = try await journal.append([
            draft(1, start("J1", 0)),
            EventDraft(id: row(1), actor: "import", event: start("J2", 20)),
            EventDraft(
                id: row(2), actor: "import",
                event: .stopReason(machine: "a", at: minute(5), reason: "r", detail: "")),
            draft(2, .stopReason(machine: "a", at: minute(6), reason: "r", detail: "own")),
        ])
        #expect(try journal.importedRows(1) == [1, 2])
        #expect(try journal.annotations(of: "a", in: wide).jobs.count == 2)
        _ = try await journal.append([draft(3, .importUndone(number: 1))])
        let after = try journal.annotations(of: "a", in: wide)
        #expect(after.jobs.map(\.job) == ["J1"])
        #expect(after.jobs.first?.range.end == .distantFuture)
        #expect(after.reasons.map(\.detail) == ["own"])
        #expect(try journal.rebuildProjections().isIdentical)
    }

    private func shown(_ journal: JournalStore) throws -> [String] {
        let wide = TimeRange(start: .distantPast, end: .distantFuture)
        return try journal.annotations(of: "a", in: wide).jobs.map { job in
            let from = Int((job.range.start - minute(0)).minutes)
            let isOpen = job.range.end == .distantFuture
            let to = isOpen ? "" : String(Int((job.range.end - minute(0)).minutes))
            return "\(job.job) \(from)-\(to)"
        }
    }

    @Test("a job lasts until the next one starts or it is ended, whatever the order of saying")
    func jobs() async throws {
        let cases: [([FactoryEvent], [String])] = [
            ([start("A", 0)], ["A 0-"]),
            ([start("A", 0), start("B", 10)], ["A 0-10", "B 10-"]),
            ([start("B", 10), start("A", 0)], ["A 0-10", "B 10-"]),
            ([start("A", 0), end(5), start("B", 10)], ["A 0-5", "B 10-"]),
            ([start("A", 0), end(5), end(7)], ["A 0-7"]),
            ([start("A", 0), start("B", 10), end(5)], ["A 0-5", "B 10-"]),
            ([start("A", 0), end(20), start("B", 10)], ["A 0-10", "B 10-20"]),
            ([start("A", 0), start("B", 0)], ["B 0-"]),
            ([start("A", 0), start("C", 10), start("B", 0)], ["B 0-10", "C 10-"]),
            ([start("A", 0), end(0)], []),
            ([end(5)], []),
            ([start("A", 10), end(5)], ["A 10-"]),
            (
                [start("A", 0), start("C", 20), start("B", 10), end(30)],
                ["A 0-10", "B 10-20", "C 20-30"]
            ),
        ]
        for (events, expected) in cases {
            let (folder, journal) = try await journal(events)
            #expect(try shown(journal) == expected, "in \(folder.path)")
        }
    }

    @Test("a job carries what was said of it, and another machine's job ends nothing")
    func jobContent() async throws {
        let (_, journal) = try await journal([
            start("A", 0),
            .jobStarted(
                machine: "b", at: minute(5), job: "X", product: "", idealPerPart: nil,
                isEstimate: false, plannedParts: nil),
        ])
        let job = try #require(try journal.annotations(of: "a", in: minutes(100, 101)).jobs.first)
        #expect(
            job
                == JobRun(
                    job: "A", product: "P", idealPerPart: .seconds(40), isEstimate: true,
                    plannedParts: 9, range: TimeRange(start: minute(0), end: .distantFuture),
                    sequence: 2))
        let other = try #require(try journal.annotations(of: "b", in: minutes(100, 101)).jobs.first)
        #expect(other.idealPerPart == nil && other.plannedParts == nil && !other.isEstimate)
    }

    private func mark(_ from: Int64, _ to: Int64?, _ kind: MarkKind = .setup) -> FactoryEvent {
        .periodMarked(
            machine: "a",
            range: TimeRange(start: minute(from), end: to.map(minute) ?? .distantFuture),
            kind: kind, reason: kind == .planned ? "no-orders" : nil)
    }

    @Test(
        "an open mark is ended or taken back from its own moment, or ended by the next open one")
    func marks() async throws {
        let open = Timestamp.distantFuture
        let cases: [([FactoryEvent], [TimeRange])] = [
            ([mark(0, nil)], [TimeRange(start: minute(0), end: open)]),
            ([mark(0, nil), mark(0, 10)], [minutes(0, 10)]),
            ([mark(0, nil), mark(0, 0)], []),
            (
                [mark(0, nil), mark(5, nil, .planned)],
                [minutes(0, 5), TimeRange(start: minute(5), end: open)]
            ),
            (
                [mark(0, nil, .planned), mark(5, 10)],
                [TimeRange(start: minute(0), end: open), minutes(5, 10)]
            ),
            ([mark(5, 20), mark(0, 10)], [minutes(0, 10), minutes(5, 20)]),
            ([mark(0, 10), mark(0, 10, .planned)], [minutes(0, 10), minutes(0, 10)]),
        ]
        for (events, expected) in cases {
            let (_, journal) = try await journal(events)
            let wide = TimeRange(start: .distantPast, end: .distantFuture)
            let found = try journal.annotations(of: "a", in: wide).marks
            #expect(found.map(\.range) == expected)
            #expect(found.allSatisfy { ($0.kind == .planned) == ($0.reason == "no-orders") })
            #expect(try journal.rebuildProjections().isIdentical)
        }
    }

    @Test("what is said of a range is what shares time with it, in order of time")
    func annotations() async throws {
        func reason(_ at: Int64, _ id: Slug) -> FactoryEvent {
            .stopReason(machine: "a", at: minute(at), reason: id, detail: "d")
        }
        func booked(_ from: Int64, _ to: Int64, _ good: Int64) -> FactoryEvent {
            .countBooked(
                machine: "a", range: minutes(from, to), good: good, scrap: -1, rework: 2,
                cause: "bore")
        }
        let (_, journal) = try await journal([
            reason(20, "late"), reason(10, "first"), reason(10, "second"), reason(9, "before"),
            reason(30, "after"), .problemSeen(machine: "a", at: minute(29)),
            .problemSeen(machine: "a", at: minute(11)), .problemSeen(machine: "b", at: minute(12)),
            booked(0, 10, 1), booked(0, 11, 2), booked(29, 40, 3), booked(30, 40, 4),
            booked(10, 10, 5), booked(30, 30, 6),
        ])
        let found = try journal.annotations(of: "a", in: minutes(10, 30))
        #expect(found.reasons.map(\.reason.text) == ["first", "second", "late"])
        #expect(found.reasons.map(\.sequence) == [3, 4, 2])
        #expect(found.seen == [minute(11), minute(29)])
        #expect(found.bookings.map(\.good) == [2, 5, 3])
        #expect(found.bookings[0].cause == "bore" && found.bookings[0].scrap == -1)
        #expect(try journal.annotations(of: "c", in: minutes(10, 30)) == Annotations())
    }

    @Test("the latest word on a shift holds; closings are found by their dates")
    func closings() async throws {
        func closed(_ shift: String, _ revision: Int64, _ parts: Int64) -> FactoryEvent {
            .shiftClosed(
                machine: "a", shift: shift, revision: revision,
                facts: .object(["parts": .whole(parts)]))
        }
        let (_, journal) = try await journal([
            closed("2026-11-13/late", 0, 1), closed("2026-11-13/early", 0, 2),
            closed("2026-11-14/early", 0, 3), closed("2026-11-12/early", 0, 4),
            closed("2026-11-13/early", 1, 5),
        ])
        let date = try #require(CivilDate("2026-11-13"))
        let found = try journal.closings(machine: "a", in: date...date)
        #expect(found.map(\.shift) == ["2026-11-13/early", "2026-11-13/late"])
        #expect(found.map(\.revision) == [1, 0])
        let closing = try #require(try journal.closing(machine: "a", shift: "2026-11-13/early"))
        #expect(closing.facts["parts"]?.whole == 5)
        #expect(closing.sequence == 6)
        #expect(try journal.closing(machine: "b", shift: "2026-11-13/early") == nil)
        let revised = try journal.events(limit: 10, kinds: ["shift.revised"])
        #expect(revised.map(\.sequence) == [6])
    }

    @Test("an import is begun, done and taken back")
    func imports() async throws {
        let (_, journal) = try await journal([
            .importStarted(number: 1, file: "a.csv", sha256: "00"),
            .importDone(number: 1, taken: 35_040, refused: 3),
            .importStarted(number: 2, file: "b.csv", sha256: "11"),
            .importUndone(number: 1), .importUndone(number: 9),
        ])
        let imports = try journal.imports()
        #expect(imports.map(\.number) == [1, 2])
        #expect(imports[0].taken == 35_040 && imports[0].refused == 3 && imports[0].isUndone)
        #expect(imports[1].taken == nil && !imports[1].isUndone && imports[1].file == "b.csv")
    }

    @Test("entries are read in pages, from either end, by kind")
    func paging() async throws {
        let (_, journal) = try await journal([
            end(1), start("A", 0), end(2), end(3), start("B", 5),
        ])
        #expect(try journal.events(after: 2, limit: 2).map(\.sequence) == [3, 4])
        #expect(try journal.events(limit: 2, newestFirst: true).map(\.sequence) == [6, 5])
        #expect(
            try journal.events(before: 5, limit: 2, newestFirst: true).map(\.sequence) == [4, 3])
        #expect(try journal.events(limit: 9, kinds: ["job.ended"]).map(\.sequence) == [2, 4, 5])
        #expect(try journal.events(limit: 9, kinds: []).isEmpty)
        #expect(try journal.events(limit: -1).isEmpty)
    }

    @Test(
        "any history rebuilds bit for bit, and a damaged projection is found and mended",
        arguments: 1...6)
    func rebuild(seed: Int) async throws {
        var history = RandomHistory(seed: UInt64(seed))
        let folder = try TestFolder()
        let journal = try openJournal(folder)
        for _ in 0..<6 {
            _ = try await journal.append(history.next(40))
        }
        let report = try journal.rebuildProjections()
        #expect(report.isIdentical, "seed \(seed)")
        #expect(report.entries == 241)
        #expect(report.tables.allSatisfy { $0.rows > 0 }, "seed \(seed)")

        // Jobs never overlap, whatever was said in whatever order.
        for machine: Slug in ["a", "b"] {
            let wide = TimeRange(start: .distantPast, end: .distantFuture)
            let jobs = try journal.annotations(of: machine, in: wide).jobs
            for (left, right) in zip(jobs, jobs.dropFirst()) {
                #expect(left.range.end <= right.range.start, "seed \(seed)")
            }
        }

        try journal.plant(
            sql: """
                UPDATE p_booking SET good = good + 1
                WHERE seq = (SELECT min(seq) FROM p_booking)
                """)
        let mended = try journal.rebuildProjections()
        #expect(mended.tables.filter { !$0.isIdentical }.map(\.name) == ["p_booking"])
        #expect(mended.tables.map(\.after) == report.tables.map(\.after))
        #expect(try journal.rebuildProjections().isIdentical)
    }
}

/// Made-up entries of all kinds that something is derived from, in any order of time.
private struct RandomHistory {
    private var numbers: SeededNumbers
    private var count: UInt64 = 0

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func next(_ length: Int) -> [EventDraft] {
        (0..<length).map { _ in
            count += 1
            return draft(count, event())
        }
    }

    private mutating func event() -> FactoryEvent {
        let machine: Slug = Bool.random(using: &numbers) ? "a" : "b"
        let at = minute(Int64.random(in: 0...300, using: &numbers))
        let isOpen = Int.random(in: 0...3, using: &numbers) == 0
        let end = isOpen ? .distantFuture : at + .minutes(Int64.random(in: 0...90, using: &numbers))
        let range = TimeRange(start: at, end: end)
        let number = UInt32.random(in: 1...9, using: &numbers)
        switch Int.random(in: 0...17, using: &numbers) {
        case 0, 1:
            return .jobStarted(
                machine: machine, at: at, job: "J\(count)", product: "P",
                idealPerPart: isOpen ? nil : .seconds(30), isEstimate: isOpen,
                plannedParts: isOpen ? nil : 7)
        case 2: return .jobEnded(machine: machine, at: at)
        case 3: return .stopReason(machine: machine, at: at, reason: "r", detail: "Ø\(count)")
        case 4:
            return .periodMarked(
                machine: machine, range: range, kind: isOpen ? .planned : .setup,
                reason: isOpen ? "r" : nil)
        case 5:
            return .countBooked(
                machine: machine, range: range, good: Int64(number), scrap: 1, rework: 0, cause: "")
        case 6: return .problemSeen(machine: machine, at: at)
        case 7:
            return .shiftClosed(
                machine: machine, shift: "2026-11-1\(number)/early", revision: Int64(number % 2),
                facts: .object([
                    "lots": .list([
                        .object([
                            "job": .text("J\(count)"), "production_ns": .text("60"),
                            "made": .whole(Int64(count)),
                        ])
                    ])
                ]))
        case 10:
            return .stateCorrected(machine: machine, range: range, state: .running)
        case 12: return .helpCalled(machine: machine, at: at, kind: .leader)
        case 16: return .stateTold(machine: machine, at: at, state: isOpen ? .idle : .running)
        case 13: return .stopCut(machine: machine, at: at, isCut: isOpen)
        case 17: return .stopNoted(machine: machine, at: at, note: "n\(count % 3)")
        case 14:
            return .checkAnswered(
                CheckAnswer(
                    job: "J\(number)", machine: machine, list: "l", step: "s", asked: "Bore",
                    answer: "\(count)", isGood: nil, at: at))
        case 15:
            return .documentAttached(
                JobDocument(
                    job: "J\(number)", name: "d", sha256: "", size: 1, type: "", note: "Ø"))
        case 11:
            return .oddExplained(
                machine: machine, signal: isOpen ? nil : SignalID(number), at: at, note: "Ø")
        case 8:
            return isOpen
                ? .importUndone(number: number)
                : .importStarted(number: number, file: "f\(count)", sha256: "")
        default: return .importDone(number: number, taken: Int64(count), refused: 0)
        }
    }
}
