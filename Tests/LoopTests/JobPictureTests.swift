// Jobs, documents and machines told by hand, through the world.

import Journal
import Plant
import Testing
import Understand

@testable import Loop

struct JobPictureTests {
    private let drill: Slug = Slug("drill")
    let test: TestWorld

    init() async throws {
        test = try TestWorld()
        try await test.apply(Workshop.text())
    }

    @Test func `a document comes back byte for byte, and a flipped byte is not given out`()
        async throws
    {
        let bytes = Array("drawing \u{00E4}".utf8)
        _ = try await test.world.attach(
            bytes, name: "a.pdf", type: "application/pdf", note: "B", to: "J1", actor: "Sam")
        let name = FileDigest.sha256(bytes)
        let found = try #require(try test.world.document(name, of: "J1"))
        #expect(found.bytes == bytes)
        #expect(found.document.name == "a.pdf")
        #expect(try test.world.document(name, of: "J2") == nil)
        let shelf = DocumentShelf(test.world.folder)
        #expect(shelf.names == [name])
        try PrivateFile.write("drawing x", to: shelf.path(name))
        #expect(try #require(try test.world.document(name, of: "J1")).bytes == nil)
        for hostile in ["../core.db", "", String(repeating: "/", count: 64)] {
            #expect(shelf.bytes(hostile) == nil)
        }
    }

    @Test func `a job from the list to its end has runs, parts and what was said`() async throws {
        let world = test.world
        let start = test.clock.now
        try await world.say(
            .machineAdded(id: drill, name: "Drill", area: nil), actor: "Sam")
        try await world.say(
            .jobPlanned(PlannedJob(job: "J1", product: "Pin", quantity: 40)), actor: "Sam")
        #expect(try world.jobsPicture().open.map(\.job) == ["J1"])
        #expect(try #require(try world.jobPicture("J1")).flaw?.isEmpty == false)
        try await world.say(
            .jobStarted(
                machine: drill, at: start, job: "J1", product: "Pin",
                idealPerPart: .seconds(60), isEstimate: false, plannedParts: 40), actor: "Sam")
        try await world.say(
            .stateTold(machine: drill, at: start, state: .running), actor: "tablet")
        test.clock.now = start + .minutes(30)
        try await world.say(
            .countBooked(
                machine: drill,
                range: TimeRange(start: start + .minutes(29), end: start + .minutes(29)),
                good: 25, scrap: 1, rework: 0, cause: "bore"), actor: "tablet")
        let picture = try #require(try world.jobPicture("J1"))
        #expect(picture.summary.good == 25)
        #expect(picture.summary.quantity == 40)
        #expect(picture.summary.runningOn.map(\.name) == ["Drill"])
        #expect(picture.ledger?.total.times.running == .minutes(30))
        #expect(picture.said.map(\.actor).contains("tablet"))
        try await world.say(.jobEnded(machine: drill, at: test.clock.now), actor: "Sam")
        try await world.say(.jobClosed(job: "J1", isClosed: true), actor: "Sam")
        #expect(try world.jobsPicture().open.isEmpty)
        #expect(try world.jobsPicture().closed.map(\.job) == ["J1"])
    }

    @Test func `a machine told by hand is believed for four hours and then not known`() async throws
    {
        let world = test.world
        let start = test.clock.now
        try await world.say(.machineAdded(id: drill, name: "Drill", area: nil), actor: "Sam")
        #expect(try world.machinePicture(drill)?.state == .unknown)
        try await world.say(.stateTold(machine: drill, at: start, state: .running), actor: "t")
        test.clock.now = start + .hours(3)
        #expect(try world.machinePicture(drill)?.state == .running)
        #expect(try world.operatorPicture(drill)?.isToldByHand == true)
        test.clock.now = start + .hours(5)
        #expect(try world.machinePicture(drill)?.state == .unknown)
    }

    @Test func `what signals see is not told by hand`() async throws {
        do {
            try await test.world.say(
                .stateTold(machine: Workshop.lathe, at: test.clock.now, state: .idle), actor: "t")
            Issue.record("it was taken")
        } catch {
            #expect((error as? RefusedEvent)?.field == "machine")
        }
    }

    @Test func `the rows of a table are stored once, and taken back as one`() async throws {
        let world = test.world
        try await world.say(.machineAdded(id: drill, name: "Drill", area: nil), actor: "Sam")
        let from = test.clock.now - .hours(3)
        let number = try await world.beginTable(file: "a.csv", sha256: "00", actor: "Sam")
        let drafts = (1...3).map { row in
            EventDraft(
                id: EventID(
                    time: Timestamp(milliseconds: Int64(number)),
                    random: (0, UInt64(row) << 38)), actor: "import",
                event: .stateCorrected(
                    machine: drill,
                    range: TimeRange(
                        start: from + .minutes(Int64(row) * 20),
                        end: from + .minutes(Int64(row) * 20 + 10)), state: .idle))
        }
        for _ in 0..<2 {
            try await world.storeTable(
                number, drafts: drafts, samples: [], jobs: [], taken: 3, refused: 0, actor: "Sam"
            ) { part in #expect(part == 1) }
        }
        let range = TimeRange(start: from, end: test.clock.now)
        let around = try world.tableSurroundings(
            file: "a.csv", sha256: "00", range: range, machines: [drill])
        #expect(around.rows == [1, 2, 3])
        #expect(around.events.count == 3)
        let stood = try world.episodes(drill, range: range).filter { $0.state != .unknown }
        #expect(stood.count == 3)
        #expect(try await world.takeBack(import: number, actor: "Sam"))
        #expect(
            try world.episodes(drill, range: range).allSatisfy { $0.state == .unknown })
        #expect(
            try world.tableSurroundings(
                file: "a.csv", sha256: "00", range: range, machines: [drill]
            ).rows.isEmpty)
    }
}
