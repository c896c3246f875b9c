// The score of what is odd, by the rule of the Numenta Anomaly Benchmark.

import ArgumentParser
import Foundation
import LabelledTraces
import Plant
import Understand

/// How well something odd is found.
struct Odd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Anomaly scores by the rule of the Numenta Anomaly Benchmark.",
        discussion: """
            One set of settings for all files, every finding a detection, standard profile. \
            Beside it, for the files that are there, what published detectors gave at the \
            threshold that was published with them.
            """)

    @Argument(help: "Folder with data, windows.json and detector-traces.")
    var folder: String

    @Option(help: "Hours over which departures are averaged.")
    var smooth: Int64 = 6

    @Option(help: "Days that are remembered.")
    var days = 14

    @Option(help: "How many times the largest remembered departure is odd.")
    var step = 1.25

    func run() async throws {
        var settings = OddSettings()
        settings.smooth = .hours(smooth)
        settings.days = days
        settings.step = step
        let files = try AnomalyFile.all(in: folder)
        var raw = 0.0
        for file in files {
            var scores: [Double] = []
            let cost = try await Meter.measure { scores = Odd.scores(file, settings) }
            let result = AnomalyScore.score(file, scores, threshold: 1e-9, exponential: exp)
            raw += result.raw
            report(
                file.name,
                [
                    ("raw", result.raw), ("windows", Double(file.windows.count)),
                    ("found", Double(result.found)), ("outside", Double(result.wrong)),
                    ("ns_per_sample", cost.processorSeconds * 1e9 / Double(file.values.count)),
                ])
        }
        let windows = files.reduce(0) { $0 + $1.windows.count }
        report(
            "all files",
            [("raw", raw), ("of_100", AnomalyScore.corpus(raw, windows: windows))])
        guard let machine = files.first(where: { $0.name.contains("machine_temperature") }) else {
            return
        }
        for (name, threshold) in [("numenta", 0.542187690735), ("windowedGaussian", 1.0)] {
            let path = folder + "/detector-traces/" + name + "_machine_temperature.csv"
            guard let scores = try? AnomalyFile.published(path) else { continue }
            let result = AnomalyScore.score(
                machine, scores, threshold: threshold, exponential: exp)
            report(
                machine.name + " by " + name,
                [
                    ("raw", result.raw), ("found", Double(result.found)),
                    ("outside", Double(result.wrong)),
                ])
        }
    }

    /// The score of every row, known when the row was.
    static func scores(_ file: AnomalyFile, _ settings: OddSettings) -> [Double] {
        var watch = OddWatch(settings: settings)
        return zip(file.times, file.values).map { time, value in
            watch.see(value, at: Timestamp(seconds: time))?.score ?? 0
        }
    }
}
