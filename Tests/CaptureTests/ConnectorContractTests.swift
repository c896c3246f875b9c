// The contract that every connector keeps, checked with the case folders of its kind.

import Foundation
import Plant
import Testing

@testable import Capture

@Suite("Every connector")
struct ConnectorContractTests {
    @Test("has case folders")
    func hasFolders() {
        for kind in ConnectorCatalog.kinds {
            #expect(ContractCase.all.contains { $0.kind == kind }, "Fixtures/connectors/\(kind)")
        }
    }

    @Test("gives the expected samples of each conversation", arguments: ContractCase.all)
    func givesSamples(_ example: ContractCase) async throws {
        let played = try await example.play()
        #expect(played.peer.mismatch == nil)
        #expect(played.peer.isFinished)
        #expect(played.samples == example.expected)
        #expect(played.peer.isClosed)
        // Behind the end of the conversation the peer hangs up: said once, by throwing.
        #expect(played.end != nil)
    }

    @Test("survives replies that are cut anywhere", arguments: ContractCase.all)
    func survivesCuts(_ example: ContractCase) async throws {
        for (index, step) in example.script.enumerated() {
            guard case .send(let bytes) = step else { continue }
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 12)) {
                let cut = example.script[..<index] + [.send(Array(bytes[..<length])), .silence]
                let played = try await example.play(Array(cut), isLenient: true)
                #expect(played.end != nil, "step \(index) cut to \(length) bytes")
                #expect(played.peer.isClosed)
            }
        }
    }

    @Test("survives replies with any byte wrong", arguments: ContractCase.all)
    func survivesCorruption(_ example: ContractCase) async throws {
        var generator = SeededGenerator(seed: 7)
        for (index, step) in example.script.enumerated() {
            guard case .send(let bytes) = step else { continue }
            for place in bytes.indices {
                var wrong = bytes
                wrong[place] ^= UInt8.random(in: 1...255, using: &generator)
                var steps = example.script
                steps[index] = .send(wrong)
                let played = try await example.play(steps, isLenient: true)
                #expect(played.end != nil)
                #expect(played.peer.isClosed)
            }
        }
    }

    @Test("keeps batches bounded and shaped, and times in order", arguments: ContractCase.all)
    func keepsBatches(_ example: ContractCase) async throws {
        let clock = SkippingClock()
        let peer = ScriptedPeer(example.script, clock: clock)
        let sink = MemorySink()
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let io = testIO(clock.capture, registry: sink) { _ in peer }
        await #expect(throws: ConnectorError.self) {
            try await connector.run(io, into: sink)
        }
        let content = sink.snapshot
        for batch in content.accepted + content.stored {
            #expect(batch.flaw == nil)
            #expect(batch.sampleCount <= CaptureLimits.queuedSamples)
        }
        if example.kind == "modbus-tcp" {
            for signal in example.signals {
                let times = content.accepted
                    .filter { $0.columns.contains { $0.signal == signal.id } }.flatMap(\.times)
                #expect(times == times.sorted())
            }
        }
    }

    @Test("stops at once when cancelled", arguments: ContractCase.all)
    func stops(_ example: ContractCase) async throws {
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let peer = SilentPeer()
        let io = testIO(ManualClock().capture) { _ in peer }
        let returned = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await connector.run(io, into: MemorySink())
                return true
            }
            for _ in 0..<100 { await Task.yield() }
            group.cancelAll()
            return try await group.next() ?? false
        }
        #expect(returned)
        #expect(peer.isClosed)
    }

    @Test("says what an unreachable address means", arguments: ConnectorCatalog.kinds)
    func unreachable(_ kind: String) async throws {
        let example = try #require(ContractCase.all.first { $0.kind == kind })
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let io = testIO(SkippingClock().capture) { (endpoint) async throws(ConnectorError) in
            throw .unreachable(address: endpoint.description, detail: "no route")
        }
        await #expect(
            throws: ConnectorError.self,
            performing: { try await connector.run(io, into: MemorySink()) })
        await #expect(
            throws: ConnectorError.self, performing: { _ = try await connector.probe(io) })
    }

    @Test("probes each signal")
    func probes() async throws {
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "modbus-tcp/basic" })
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let clock = SkippingClock()
        let peer = ScriptedPeer(example.script, clock: clock)
        let report = try await connector.probe(testIO(clock.capture) { _ in peer })
        #expect(report.findings.map(\.value) == ["true", "-100", "100000"])
        #expect(report.findings.allSatisfy { $0.problem == nil })
        #expect(report.summary == "192.168.1.47:502 answers; 3 of 3 signals have a value.")
        #expect(peer.isClosed)
    }

    @Test("probes a broker by listening")
    func probesBroker() async throws {
        let example = try #require(
            ContractCase.all.first { $0.testDescription == "mqtt/plain-and-json" })
        let connector = try ConnectorCatalog.connector(
            for: example.connection, signals: example.signals)
        let clock = SkippingClock()
        let script: [ScriptStep] = [
            example.script[1], .send([0x90, 5, 0, 1, 0, 0, 0]), example.script[4],
            .send([0x30, 7, 0, 2, 0x78, 0x79, 0x31, 0x32, 0x33]), .silence,
        ]
        let peer = ScriptedPeer(script, clock: clock, isLenient: true)
        let report = try await connector.probe(testIO(clock.capture) { _ in peer })
        #expect(report.findings.map(\.value) == ["12300", nil, nil, nil])
        #expect(report.findings[1].problem == "no message on this topic yet")
        #expect(report.summary == "broker.local:1883 answers; 2 topics were heard.")
        #expect(peer.isClosed)
        #expect(clock.elapsed == CaptureLimits.probeListening)
    }
}

/// SplitMix64, for reproducible tests.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
