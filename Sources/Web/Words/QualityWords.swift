// A control chart in one sentence.

import Loop
import Plant
import Understand

/// Sentences about control charts.
enum QualityWords {
    /// What the chart says first, with signal and machine.
    static func sentence(_ picture: QualityPicture, _ factory: Factory) -> String {
        let machine = picture.signal.machine.flatMap { factory.machines[$0]?.name }
        let name = ([picture.signal.name] + [machine].compactMap(\.self)).joined(separator: ", ")
        if let refusal = picture.refusal { return name + ": " + refusal.sentence }
        if let first = picture.findings.first { return name + ": " + lowered(first) }
        let count = picture.chart?.points.count ?? 0
        return "\(name): steady, nothing unusual in the newest of \(count) values."
    }

    private static func lowered(_ finding: QualityFinding) -> String {
        Plain.midSentence(finding.sentence)
    }
}
