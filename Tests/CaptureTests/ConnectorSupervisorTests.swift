// The shell around the decisions: start, stop switch, one connection a device, what is stored.

import Logging
import Plant
import Synchronization
import Testing
import Wire

@testable import Capture

/// A Modbus device in memory that answers at once; can be switched off.
final class ModelPeer: ByteChannel {
    private let model: Mutex<ModbusServerModel>
    private let answers = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingNewest(64))
    private let book: PeerBook

    init(book: PeerBook) {
        self.book = book
        model = Mutex(
            ModbusServerModel(bank: ModbusBank(holdingRegisters: [7, 8, 9, 10])))
    }

    func send(_ bytes: [UInt8]) async throws(ConnectorError) {
        if Task.isCancelled { throw .cancelled }
        book.counts.withLock { $0.requests += 1 }
        guard !book.counts.withLock({ $0.isDead }) else { return }
        let answer = model.withLock { $0.respond(to: Array(bytes.dropFirst(7))) }
        let frame = ModbusTCPFrame(
            transaction: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), unit: bytes[6], pdu: answer)
        answers.continuation.yield(frame.encoded())
    }

    func receive(within limit: Elapsed) async throws(ConnectorError) -> [UInt8] {
        if book.counts.withLock({ $0.isDead }) { throw .timedOut(doing: "reading", after: limit) }
        for await answer in answers.stream { return answer }
        throw Task.isCancelled ? .cancelled : .closed(doing: "reading")
    }

    func close() async {
        answers.continuation.finish()
        book.counts.withLock { $0.open -= 1 }
    }
}

/// What a device saw.
final class PeerBook: Sendable {
    struct Counts: Sendable {
        var attempts: [Elapsed] = []
        var open = 0
        var mostOpen = 0
        var requests = 0
        var isDead = false
        var refusesConnections = false
    }

    let counts = Mutex(Counts())
    var now: Counts { counts.withLock { $0 } }

    func connect(_ clock: ManualClock) throws(ConnectorError) -> any ByteChannel {
        let isRefused = counts.withLock { counts in
            counts.attempts.append(clock.elapsed)
            guard !counts.refusesConnections else { return true }
            counts.open += 1
            counts.mostOpen = max(counts.mostOpen, counts.open)
            return false
        }
        if isRefused { throw .refused(by: "device", detail: "nothing listens") }
        return ModelPeer(book: self)
    }
}

/// Remembers log lines.
struct BookedLog: LogHandler {
    let lines: LogBook
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
        lines.lines.withLock { $0.append("\(event.level): \(event.message)") }
    }
}

/// Log lines so far.
final class LogBook: Sendable {
    let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
}

@Suite("The supervisor")
struct ConnectorSupervisorTests {
    private let clock = ManualClock()
    private let sink = MemorySink()
    private let book = PeerBook()
    private let log = LogBook()

    private func plan(_ id: Slug, address: String = "plc", every: String = "1s") -> ConnectionPlan {
        ConnectionPlan(
            connection: Connection(id: id, kind: "modbus-tcp", settings: ["address": address]),
            signals: [
                Signal(
                    id: SignalID(1), name: "level", kind: .number, unit: "",
                    source: SignalSource(
                        connection: id, address: "holding:0",
                        options: ["every": every, "scale": "2"]))
            ],
            link: SignalID(50))
    }

    private func supervisor() -> ConnectorSupervisor {
        let (clock, book, log) = (clock, book, log)
        let io = testIO(
            clock.capture, logger: Logger(label: "t", factory: { _ in BookedLog(lines: log) })
        ) { (_) async throws(ConnectorError) in try book.connect(clock) }
        return ConnectorSupervisor(io: io, sink: sink)
    }

    /// Runs a supervisor beside some steps.
    private func running(
        _ supervisor: ConnectorSupervisor, _ steps: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await supervisor.run() }
            try await steps()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func values(_ signal: UInt32) -> [String] {
        sink.snapshot.accepted.flatMap { batch in
            batch.columns.filter { $0.signal.number == signal }.flatMap { column in
                batch.times.indices.map {
                    let quality = column.quality(at: $0)
                    return column.values[$0].asText + (quality == .good ? "" : " \(quality.word)")
                }
            }
        }
    }

    @Test("polls, transforms, hands on and stores the link")
    func polls() async throws {
        let supervisor = supervisor()
        supervisor.apply([plan(Slug("gw"))])
        try await running(supervisor) {
            #expect(await clock.run(for: .seconds(30)) { values(1).count >= 5 })
            let status = try #require(supervisor.statuses().first)
            #expect(status.phase == .connected)
            #expect(status.lostPolls == 0)
        }
        #expect(Set(values(1)) == ["14"])
        #expect(values(50) == ["true", "false"])
        #expect(book.now.open == 0)
        // Normal operation is silent.
        #expect(log.all.isEmpty)
    }

    @Test("silences all traffic without any time passing, and resumes")
    func stopSwitch() async throws {
        let supervisor = supervisor()
        supervisor.apply([
            plan(Slug("a"), address: "plc-1"), plan(Slug("b"), address: "plc-2", every: "60s"),
        ])
        try await running(supervisor) {
            #expect(await clock.run(for: .seconds(30)) { book.now.open == 2 })
            supervisor.silence()
            // No virtual time is needed at all, so 2 s are kept on any machine.
            #expect(await settled { book.now.open == 0 })
            let requests = book.now.requests
            let attempts = book.now.attempts.count
            _ = await clock.run(for: .seconds(20), step: .seconds(1)) { false }
            #expect(book.now.requests == requests)
            #expect(book.now.attempts.count == attempts)
            #expect(supervisor.statuses().map(\.phase) == [.stopped, .stopped])
            #expect(supervisor.statuses().allSatisfy { $0.polls > 0 })
            await #expect(throws: ConnectorError.silenced) {
                try await supervisor.probe(plan(Slug("c"), address: "x").connection, signals: [])
            }
            supervisor.resume()
            #expect(await clock.run(for: .seconds(30)) { book.now.open == 2 })
        }
    }

    @Test("tries a dead device at most once a second and speaks once")
    func deadDevice() async throws {
        book.counts.withLock { $0.refusesConnections = true }
        let supervisor = supervisor()
        supervisor.apply([plan(Slug("gw"))])
        try await running(supervisor) {
            let reached = await clock.run(for: .seconds(200), step: .milliseconds(100)) {
                book.now.attempts.count >= 6
            }
            #expect(reached)
            #expect(supervisor.statuses().first?.phase == .retrying)
            book.counts.withLock { $0.refusesConnections = false }
            let isBack = await clock.run(for: .seconds(200), step: .milliseconds(100)) {
                values(1).contains("14")
            }
            #expect(isBack)
        }
        let attempts = book.now.attempts
        for (one, next) in zip(attempts, attempts.dropFirst()) {
            #expect(next - one >= .seconds(1))
        }
        #expect(log.all.count == 2)
        #expect(log.all.first?.hasPrefix("warning: gw: device said no") == true)
        #expect(log.all.last?.hasPrefix("notice: gw: connected again") == true)
        // One marker of the gap before the first good value.
        #expect(values(1).prefix(2) == ["0 missing", "14"])
    }

    @Test("keeps one connection to a device")
    func oneConnection() async throws {
        let supervisor = supervisor()
        supervisor.apply([plan(Slug("a")), plan(Slug("b"))])
        try await running(supervisor) {
            #expect(await clock.run(for: .seconds(30)) { values(1).count >= 3 })
            #expect(supervisor.statuses().map(\.phase) == [.connected, .misconfigured])
            await #expect(throws: ConnectorError.self) {
                try await supervisor.probe(plan(Slug("c")).connection, signals: [])
            }
        }
        #expect(book.now.mostOpen == 1)
    }

    @Test("starts connections 50 ms apart (R-48)")
    func staggered() async throws {
        let supervisor = supervisor()
        supervisor.apply((0..<4).map { plan(Slug("c\($0)") ?? Slug("c"), address: "plc-\($0)") })
        try await running(supervisor) {
            #expect(await clock.run(for: .seconds(5)) { book.now.attempts.count == 4 })
        }
        let attempts = book.now.attempts
        #expect(zip(attempts, attempts.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(50) })
    }

    @Test("restarts what changed and leaves the rest alone")
    func changes() async throws {
        let supervisor = supervisor()
        supervisor.apply([plan(Slug("a"), address: "plc-1"), plan(Slug("b"), address: "plc-2")])
        try await running(supervisor) {
            #expect(await clock.run(for: .seconds(30)) { book.now.open == 2 })
            supervisor.apply([
                plan(Slug("a"), address: "plc-1"), plan(Slug("b"), address: "plc-3"),
            ])
            #expect(await clock.run(for: .seconds(30)) { book.now.attempts.count == 3 })
            supervisor.apply([])
            #expect(await settled { book.now.open == 0 })
            #expect(supervisor.statuses().isEmpty)
        }
    }

    @Test("reconnects after three requests without an answer")
    func silentDevice() async throws {
        let supervisor = supervisor()
        supervisor.apply([plan(Slug("gw"))])
        try await running(supervisor) {
            #expect(await clock.run(for: .seconds(30)) { values(1).count >= 2 })
            book.counts.withLock { $0.isDead = true }
            #expect(await clock.run(for: .seconds(60)) { values(50) == ["true", "false"] })
            book.counts.withLock { $0.isDead = false }
            #expect(await clock.run(for: .seconds(60)) { values(50) == ["true", "false", "true"] })
            #expect(await clock.run(for: .seconds(60)) { values(1).last == "14" })
        }
        #expect(values(1).filter { $0 == "0 missing" }.count == 1)
        #expect(log.all.count == 2)
    }
}
