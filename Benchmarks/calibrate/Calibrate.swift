// Prints how often the method is right over simulated factories: the table of docs/proof.md.
import Prove
import SimulatedFactories

@main
enum Calibrate {
    /// Seeds of one task.
    static let portion = 50

    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        if let word = arguments.first, ["study", "year"].contains(word) {
            show(word)
            return
        }
        let count = arguments.first.flatMap { Int($0) } ?? 1_000
        let first = arguments.dropFirst().first.flatMap { UInt64($0) } ?? 1
        guard count > 0, count <= 100_000 else {
            print("calibrate [FACTORIES [FIRST_SEED]] | year | study: 1 to 100000 factories")
            return
        }
        var total = Calibration()
        await withTaskGroup(of: Calibration.self) { group in
            for start in stride(from: 0, to: count, by: portion) {
                let seeds = min(portion, count - start)
                group.addTask {
                    Calibration(
                        first: first + UInt64(start), count: seeds, hasBootstrap: true)
                }
            }
            for await part in group { total.merge(part) }
        }
        print(table(total, first: first))
    }

    /// Prints an example study, or the main figures of a year of shifts and how long they took.
    static func show(_ word: String) {
        do throws(ProveError) {
            if word == "study" {
                let study = try SimulatedStudy.season(seed: 11)
                print(String(decoding: study.canonicalBytes, as: UTF8.self))
                return
            }
            let study = try SimulatedStudy.year(seed: 11)
            let start = ContinuousClock.now
            let assessment = Assessment(of: study)
            let elapsed = ContinuousClock.now - start
            print("\(study.points.count) points: \(assessment.verdict.words), \(elapsed)")
        } catch {
            print(error)
        }
    }

    static func table(_ total: Calibration, first: UInt64) -> String {
        var lines = [
            "\(total.all.count) factories, seeds from \(first).", "",
            "| Group | Factories | 95 % holds | 90 % holds | plain fit, 95 % | bootstrap, 95 % "
                + "| claims at 90 % | half width |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            row("all", total.all),
        ]
        for name in total.groups.keys.sorted() {
            if let tally = total.groups[name] { lines.append(row(name, tally)) }
        }
        lines += [
            "", "| No effect, time before chosen because it was bad | Machines | False claims |",
            "| --- | ---: | ---: |",
            "| this method | \(total.chosen.count) | \(percent(total.chosen, total.chosen.claims)) |",
            "| mean after less mean before | \(total.naive.count) "
                + "| \(percent(total.naive, total.naive.claims)) |",
        ]
        return lines.joined(separator: "\n")
    }

    static func row(_ name: String, _ tally: Calibration.Tally) -> String {
        let shares = [
            tally.held95, tally.held90, tally.plainHeld, tally.bootstrapHeld, tally.claims,
        ].map { percent(tally, $0) }
        let half = tally.halfWidths / Double(max(1, tally.count))
        let width = String(Int(half * 10 + 0.5) / 10) + "." + String(Int(half * 10 + 0.5) % 10)
        return "| \(name) | \(tally.count) | \(shares.joined(separator: " | ")) | \(width) min |"
    }

    static func percent(_ tally: Calibration.Tally, _ part: Int) -> String {
        let thousandths = Int(tally.share(part) * 1_000 + 0.5)
        return "\(thousandths / 10).\(thousandths % 10) %"
    }
}
