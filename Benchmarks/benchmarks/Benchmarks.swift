// Measures the historian and the way of samples into it; figures as JSON, one line each.

import ArgumentParser

/// All benchmarks.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks",
        abstract: "Measure encoding, decoding, ingest, queries, start-up and memory.",
        discussion: """
            Figures come as JSON, one line each. Seconds are of the processor, not of the clock, \
            unless the name says wall. The workload is 20 machines with 20 signals at one sample \
            a second, made from a seed.
            """,
        subcommands: [
            Encode.self, Decode.self, Ingest.self, Queries.self, Startup.self, Memory.self,
            Real.self, Learning.self, Odd.self, Figures.self, Digest.self,
            Thresholds.self,
        ])
}

/// What every benchmark can be told.
struct Scale: ParsableArguments {
    @Option(help: "Hours of samples, 1 to 168.")
    var hours = 6

    @Option(help: "Seed of the workload.")
    var seed: UInt64 = 42

    func validate() throws {
        guard (1...168).contains(hours) else {
            throw ValidationError("--hours is \(hours); it is 1 to 168.")
        }
    }
}
