// Did it pay? A study from its exported file, worked out anew on any machine.

import ArgumentParser
import Foundation
import Loop
import Prove

/// `millwright prove`.
struct ProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Did a change pay? Worked out from a study's file.",
        discussion: """
            Examples:
              millwright prove --from press-brake.study.json
              millwright prove --from press-brake.study.json --json

            The same file gives the same digits on any machine, without a box. The file's format
            stands in docs/formats/study.md, the method in docs/proof.md.
            """)
    @OptionGroup var global: GlobalOptions
    @Option(name: .customLong("from"), help: "The study's file.") var file: String

    func run() async throws {
        let bytes: [UInt8]
        do {
            bytes = try Array(Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw Complaint(
                .notFound, "\(file) cannot be read.", next: "Check its name and its rights.")
        }
        let study: Study
        do {
            study = try Study(bytes: bytes)
        } catch {
            throw Complaint(
                .inputRefused, "\(file): \(error.place): \(error.problem).", next: error.remedy)
        }
        let found = Assessment(of: study)
        let digest = SecretText.digest(String(decoding: study.canonicalBytes, as: UTF8.self))
        if global.json {
            global.console.data(Console.json(document(study, found, digest)))
        } else {
            global.console.data(lines(study, found, digest).joined(separator: "\n"))
        }
    }

    private func lines(_ study: Study, _ found: Assessment, _ digest: String) -> [String] {
        var lines = ["\(study.name), \(study.machine), changed on \(study.change.text)"]
        lines.append(found.verdict.words + ". Confidence: \(found.confidence.rawValue).")
        let unit = study.measure.unit
        if let effect = found.effect {
            lines.append(
                "Better by \(number(effect.benefit)) \(unit) each period, likely between"
                    + " \(number(effect.range95.low)) and \(number(effect.range95.high)).")
            lines.append(
                "Plain before and after says \(number(effect.naive)) \(unit); that is no proof.")
        }
        if let year = found.netPerYear, let middle = found.netMiddle {
            let what = found.isMoney ? "in money, running costs paid" : unit
            lines.append(
                "A year: \(number(middle)) \(what), likely between \(number(year.low)) and"
                    + " \(number(year.high)).")
        }
        if let payback = found.payback {
            lines.append(
                "The money is back within \(study.money.limitWeeks) weeks with a chance of"
                    + " \(number(payback.withinLimit * 100)) %.")
        }
        let missing = study.money.costs.unanswered.map { $0.question }
        if !missing.isEmpty {
            lines.append("Costs that nobody answered: " + missing.joined(separator: "; "))
        }
        lines.append("Seen \(number(found.windows.coverage * 100)) % of the time.")
        if !found.doubts.isEmpty {
            lines.append("What could make this wrong:")
            lines += found.doubts.map { "- " + $0.words }
        }
        lines.append("SHA-256 of the study: \(digest)")
        return lines
    }

    private func document(
        _ study: Study, _ found: Assessment, _ digest: String
    ) -> [String: Any] {
        var document: [String: Any] = [
            "name": study.name, "machine": study.machine.text, "change": study.change.text,
            "verdict": found.verdict.code, "says": found.verdict.words,
            "confidence": found.confidence.rawValue, "coverage": found.windows.coverage,
            "doubts": found.doubts.map { ["kind": $0.kind.rawValue, "says": $0.words] },
            "is_money": found.isMoney, "sha256": digest,
        ]
        if let effect = found.effect {
            document["benefit"] = effect.benefit
            document["range_95"] = [effect.range95.low, effect.range95.high]
            document["naive"] = effect.naive
        }
        if let year = found.netPerYear, let middle = found.netMiddle {
            document["net_per_year"] = middle
            document["net_per_year_90"] = [year.low, year.high]
        }
        if let payback = found.payback { document["within_limit"] = payback.withinLimit }
        return document
    }

    /// Four significant digits, which is more than such figures have.
    private func number(_ value: Double) -> String { String(format: "%.4g", value) }
}
