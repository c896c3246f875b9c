// The box from opening to closing: its folder, which world is shown, what it leaves in files.

import Plant
import Synchronization
import Testing
import Understand

@testable import Loop

/// Texts heard in order.
final class Heard: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

/// The batch reading of states, the second way to the same result.
enum ObservedReading {
    static func episodes(
        _ machine: Machine, _ series: [SignalID: SampleSeries], _ before: [SignalID: LastValue],
        _ range: TimeRange
    ) -> [ObservedEpisode] {
        ObservedStates.episodes(
            rules: machine.stateRules, series: series, range: range, before: before)
    }
}

struct BoxTests {
    let folder: TestFolder
    let clock = TurnedClock(MadeUp.now)

    init() throws { folder = try TestFolder() }

    private func open(
        _ choice: DemonstratorChoice = .off, isCommand: Bool = false
    ) async throws -> Box {
        try await Box.open(
            MadeUp.settings(folder, choice), environment: MadeUp.environment(clock),
            isCommand: isCommand)
    }

    @Test func `an open box holds its folder and leaves keys for its owner only`() async throws {
        let box = try await open()
        #expect(try folder.permissions("data") == 0o700)
        #expect(try folder.permissions("data/secrets") == 0o700)
        #expect(try folder.permissions("data/secrets/local-key") == 0o600)
        #expect(folder.text("data/secrets/local-key") == box.access.localKey + "\n")
        await #expect(throws: DataFolderRefused.self) { try await open() }
        try await box.close()
    }

    @Test func `keys are new at every start (S-01)`() async throws {
        let first = try await open()
        let key = first.access.localKey
        try await first.close()
        withExtendedLifetime(first) {}
        #expect(key.count == 43)
        let other = try TestFolder()
        let second = try await Box.open(
            MadeUp.settings(other, .off), environment: MadeUp.environment(clock))
        #expect(second.access.localKey != key)
        try await second.close()
    }

    @Test func `the setup code stands in a private file until there is an owner (S-02)`()
        async throws
    {
        let box = try await open()
        let code = try #require(try await box.offerSetupCode())
        #expect(folder.text("data/secrets/setup-code") == code + "\n")
        #expect(try folder.permissions("data/secrets/setup-code") == 0o600)
        _ = try await box.access.claim(
            code: code, name: "Sarah", passPhrase: TestAccess.passPhrase, site: "")
        let none = try await box.offerSetupCode()
        #expect(none == nil)
        #expect(folder.text("data/secrets/setup-code") == nil)
        try await box.close()
    }

    @Test(arguments: [DemonstratorChoice.off, .auto, .on])
    func `one command opens without the made-up factory`(_ choice: DemonstratorChoice) async throws
    {
        let box = try await open(choice, isCommand: true)
        #expect(box.world(.demonstrator) == nil)
        #expect(box.shown.kind == .real)
        try await box.close()
    }

    @Test func `facts and figures tell what the box holds and what is amiss`() async throws {
        let box = try await open()
        let facts = try box.facts()
        #expect(facts.version == "0.1.0-test")
        #expect(facts.world == .real)
        #expect(facts.started == MadeUp.now)
        #expect(!facts.hasOwner)
        #expect(facts.samples == 0)
        #expect(box.isReady)
        box.real.health.setRecording("the disk is full")
        #expect(!box.isReady)
        #expect(try box.facts().warnings.first == "Not recording: the disk is full")
        #expect(box.real.drops.add(stage: "intake", reason: "full", count: 3))
        #expect(!box.real.drops.add(stage: "intake", reason: "full", count: 4))
        #expect(
            try box.facts().warnings.contains("7 samples were dropped (intake/full)."))
        let figures = box.figures()
        #expect(figures.first { $0.name == "recording" }?.value == 0)
        #expect(figures.first { $0.name == "dropped_total" }?.value == 7)
        #expect(
            figures.first { $0.name == "dropped_total" }?.labels
                == ["world": "real", "stage": "intake", "reason": "full"])
        try await box.close()
    }

    @Test func `readings that block run beside the pool of tasks and give their result`()
        async throws
    {
        let box = try await open()
        let picture = try await box.read { try box.real.nowPicture() }
        #expect(picture.machines.isEmpty)
        #expect(picture.figures.isEmpty)
        await #expect(throws: UnknownThing.machine(Slug("x"))) {
            try await box.read { try box.real.machineSentence(Slug("x")) }
        }
        try await box.close()
    }

    @Test func `a listener that is slow loses the oldest messages, not the newest`() async throws {
        let feed = LiveFeed()
        let messages = feed.messages()
        #expect(feed.listenerCount == 1)
        let count = LoopLimits.liveMessagesPerClient + 10
        for second in 0..<count { feed.tell(.tick(Timestamp(seconds: Int64(second)))) }
        feed.finish()
        var heard: [LiveMessage] = []
        for await message in messages { heard.append(message) }
        #expect(heard.count == LoopLimits.liveMessagesPerClient)
        #expect(heard.last == .tick(Timestamp(seconds: Int64(count - 1))))
    }
}
