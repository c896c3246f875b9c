// Encoding, decoding and queries of the historian, measured in this process.

import ArgumentParser
import Foundation
import Historian
import Plant

/// A folder for one benchmark, removed at its end.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "benchmark-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            print("left behind: \(path)")
        }
    }

    /// Bytes of all files.
    var bytes: Int {
        let files = FileManager.default.enumerator(atPath: path)?.allObjects ?? []
        return files.compactMap { $0 as? String }.reduce(0) { sum, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }
}

extension SampleStore {
    /// A store with a workload as sealed chunks; gives its samples.
    static func filled(_ scratch: Scratch, _ scale: Scale) async throws -> (SampleStore, Int) {
        let store = try SampleStore.open(folder: scratch.path)
        var workload = Workload(seed: scale.seed)
        var samples = 0
        for hour in 0..<scale.hours {
            let batches = workload.batches(from: hour * 3_600, seconds: 3_600)
            samples += try await store.append(batches).stored
            if hour % 4 == 3 { _ = try await store.seal(upTo: .distantFuture) }
        }
        _ = try await store.seal(upTo: .distantFuture)
        return (store, samples)
    }
}

/// Chunks from columns.
struct Encode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Columns into sealed chunks: seconds a million samples, bytes a sample.")
    @OptionGroup var scale: Scale

    func run() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        var workload = Workload(seed: scale.seed)
        var samples = 0
        var processor = 0.0
        for part in 0..<max(1, scale.hours / 4) {
            let batches = workload.batches(from: part * 14_400, seconds: 14_400)
            let cost = try await Meter.measure {
                samples += try await store.store(history: batches).stored
            }
            processor += cost.processorSeconds
        }
        await store.close()
        report(
            "encode",
            [
                ("samples", Double(samples)), ("cpu_s_per_M", processor / Double(samples) * 1e6),
                ("bytes_per_sample", Double(scratch.bytes) / Double(samples)),
            ])
    }
}

/// Columns from chunks.
struct Decode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sealed chunks into columns: seconds a million samples.")
    @OptionGroup var scale: Scale

    func run() async throws {
        let scratch = try Scratch()
        let (store, samples) = try await SampleStore.filled(scratch, scale)
        let all = TimeRange(start: .distantPast, end: .distantFuture)
        var read = 0
        let cost = try await Meter.measure {
            for machine in 0..<Workload.machines {
                for index in 0..<Workload.signals {
                    read += try store.series(of: Workload.signal(machine, index), in: all).count
                }
            }
        }
        guard read == samples else { throw ExitCode(1) }
        await store.close()
        report(
            "decode",
            [
                ("samples", Double(read)),
                ("cpu_s_per_M", cost.processorSeconds / Double(read) * 1e6),
            ])
    }
}

/// The questions of the interface, without HTTP.
struct Queries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ranges, averages, newest values, time in state: milliseconds of the clock.")
    @OptionGroup var scale: Scale

    @Option(help: "How often each is asked; the middle one counts.")
    var repeats = 9

    func run() async throws {
        let scratch = try Scratch()
        let (store, _) = try await SampleStore.filled(scratch, scale)
        let start = Timestamp(nanoseconds: Workload.start)
        let range = TimeRange(start: start, end: start + .hours(Int64(scale.hours)))
        let all = (0..<Workload.signals).map { Workload.signal(6, $0) }
        let thousand = try TimeCells(range, count: 1_000)
        let minutes = try TimeCells(range, step: .minutes(1), offset: .zero)
        let hours = try TimeCells(range, step: .hours(1), offset: .zero)
        let states = (0..<Workload.machines).map { Workload.signal($0, 19) }
        try await median("one signal, 1,000 parts") {
            _ = try store.figures(of: [all[0]], over: thousand)
        }
        try await median("20 signals, 1-minute parts") {
            _ = try store.figures(of: all, over: minutes)
        }
        try await median("one signal, hours") { _ = try store.figures(of: [all[0]], over: hours) }
        try await median("newest of 400 signals") { _ = store.lastValues() }
        try await median("time in state of 20 machines, hours") {
            _ = try store.stateTime(of: states, over: hours, hold: .untilNext)
        }
        try await median("one signal, every sample") {
            _ = try store.series(of: all[0], in: range)
        }
        await store.close()
    }

    private func median(_ name: String, _ work: () async throws -> Void) async throws {
        var times: [Double] = []
        for _ in 0..<max(1, repeats) {
            times.append(try await Meter.measure(work).wallSeconds * 1_000)
        }
        times.sort()
        report(name, [("wall_ms", times[times.count / 2]), ("least_ms", times[0])])
    }
}
