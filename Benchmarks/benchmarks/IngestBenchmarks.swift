// The way of samples in: parsing, interning, the flush; and the thresholds that fail a build.

import ArgumentParser
import Capture
import Foundation
import Historian
import Plant
import Synchronization
import Wire

/// Samples through the doors that programs and connectors use.
struct Ingest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Batches and line protocol into the store, each flushed before it counts.")
    @OptionGroup var scale: Scale

    func run() async throws {
        try await batches()
        try await polls()
        let lines = try await IngestedLines.run(hours: scale.hours, seed: scale.seed)
        report("ingest line protocol", lines.figures)
    }

    private func batches() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        var workload = Workload(seed: scale.seed)
        var samples = 0
        var processor = 0.0
        for part in 0..<scale.hours * 12 {
            let batches = workload.batches(from: part * 300, seconds: 300)
            processor += try await Meter.measure {
                samples += try await store.append(batches).stored
            }.processorSeconds
        }
        await store.close()
        report(
            "ingest batches of 120,000",
            [
                ("samples", Double(samples)), ("cpu_s_per_M", processor / Double(samples) * 1e6),
            ])
    }

    private func polls() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        var workload = Workload(seed: scale.seed)
        var waits: [Double] = []
        for second in 0..<500 {
            let batches = workload.batches(from: second, seconds: 1)
            waits.append(
                try await Meter.measure { _ = try await store.append(batches) }.wallSeconds * 1_000)
        }
        await store.close()
        waits.sort()
        report(
            "acknowledge one poll of 400",
            [("wall_ms_p50", waits[250]), ("wall_ms_p99", waits[495])])
    }
}

/// Line protocol through the parser, the intake and the store.
struct IngestedLines {
    private(set) var samples = 0
    private(set) var processorSeconds = 0.0
    private(set) var allocations: UInt64 = 0
    private(set) var bytes = 0

    /// Seconds of the processor, allocations and stored bytes of each sample.
    var figures: [(String, Double)] {
        [
            ("samples", Double(samples)),
            ("cpu_s_per_M", processorSeconds / Double(samples) * 1e6),
            ("allocations_per_sample", Double(allocations) / Double(samples)),
            ("bytes_per_sample", Double(bytes) / Double(samples)),
        ]
    }

    /// Sends a workload as lines of 20 fields, 5 minutes of 20 machines a request.
    static func run(hours: Int, seed: UInt64) async throws -> IngestedLines {
        var result = IngestedLines()
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let intake = LineProtocolIntake(registry: CountingRegistry(), sink: StoreSink(store: store))
        var workload = Workload(seed: seed)
        for part in 0..<hours * 12 {
            let body = lines(workload.batches(from: part * 300, seconds: 300))
            let arrival = Timestamp(nanoseconds: Workload.start) + .hours(24 * 365)
            let cost = try await Meter.measure {
                let outcome = try await intake.ingest(
                    body, precision: .milliseconds, arrival: arrival)
                result.samples += outcome.samples
                guard outcome.refusedCount == 0 else { throw ExitCode(1) }
            }
            // The first request makes the series.
            guard part > 0 else {
                result.samples = 0
                continue
            }
            result.processorSeconds += cost.processorSeconds
            result.allocations += cost.allocations
        }
        let counted = result.samples
        _ = try await store.seal(upTo: .distantFuture)
        await store.close()
        let months = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/history")
        for month in months {
            let attributes = try FileManager.default.attributesOfItem(
                atPath: scratch.path + "/history/" + month)
            result.bytes += (attributes[.size] as? Int) ?? 0
        }
        result.samples = counted
        return result
    }

    private static func lines(_ batches: [SampleBatch]) -> [UInt8] {
        var out: [UInt8] = []
        for row in batches[0].times.indices {
            for (machine, batch) in batches.enumerated() {
                out += Array("mc,machine=m\(machine) ".utf8)
                for (index, column) in batch.columns.enumerated() {
                    if index > 0 { out.append(0x2C) }
                    switch column.values[row] {
                    case .integer(let value): out += Array("f\(index)=\(value)i".utf8)
                    case let value: out += Array("f\(index)=\(value.asText)".utf8)
                    }
                }
                out += Array(" \(batch.times[row] / 1_000_000)\n".utf8)
            }
        }
        return out
    }
}

/// Numbers in order of asking.
private final class CountingRegistry: SignalRegistry {
    private let next = Mutex<UInt32>(1)

    func signals(for keys: [SeriesKey]) async throws -> [RegisteredSignal] {
        keys.map { key in
            next.withLock { next in
                defer { next += 1 }
                return RegisteredSignal(id: SignalID(next), kind: key.kind)
            }
        }
    }
}

/// The store as a sink.
private struct StoreSink: SampleSink {
    let store: SampleStore

    func accept(_ batches: [SampleBatch]) async {
        do {
            _ = try await store.append(batches)
        } catch {
            print("not stored: \(error)")
        }
    }

    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        _ = try await store.append(batches, cursors: cursor.map { [$0] } ?? [])
    }
}

/// Figures that do not depend on how busy the machine is, against their limits.
struct Thresholds: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fail when a sample costs more memory requests or bytes than its limit.")

    /// Calls of the allocator for each sample of line protocol, 20 to a line, 120,000 to a request.
    static let allocationsPerSample = 0.03
    /// Stored bytes of each sample of an hour of the workload, every file of sealed months counted.
    static let bytesPerSample = 0.46

    func run() async throws {
        let lines = try await IngestedLines.run(hours: 1, seed: 42)
        report("thresholds", lines.figures)
        let allocations = Double(lines.allocations) / Double(lines.samples)
        let bytes = Double(lines.bytes) / Double(lines.samples)
        var isOver = false
        if allocations > Thresholds.allocationsPerSample {
            print("allocations a sample: \(allocations), limit \(Thresholds.allocationsPerSample)")
            isOver = true
        }
        if bytes > Thresholds.bytesPerSample {
            print("bytes a sample: \(bytes), limit \(Thresholds.bytesPerSample)")
            isOver = true
        }
        if isOver { throw ExitCode(1) }
    }
}
