// Says in words what a row will store.

import Plant
import Sheets

/// Sentences about rows.
enum RowWords {
    /// What a row says, as it will be stored.
    static func sentence(_ item: RowItem, names: NameReader, plan: ImportPlan, site: ImportSite)
        -> String
    {
        let machine = item.machine.map { names.name($0) } ?? ""
        let when =
            item.isOpen || item.range.isEmpty
            ? WallTime.words(item.range.start, plan.zone) : WallTime.words(item.range, plan.zone)
        switch item.content {
        case .stop(let saying):
            let reason = saying.reason.map { names.name(reason: $0) } ?? "no reason given"
            let detail = saying.detail.isEmpty ? "" : " (\(saying.detail))"
            let note = saying.note.isEmpty ? "" : " Note: \(saying.note)"
            let why = saying.meaning == .running ? "" : ": \(reason)\(detail)"
            return "\(machine) \(saying.meaning.verb), \(when)\(why).\(note)"
        case .parts(let saying):
            var text = "\(machine), \(item.isOpen ? "from " : "")\(when)"
            if saying.hasCounts {
                let cause = saying.cause.isEmpty ? "" : " (\(saying.cause))"
                text +=
                    ": \(saying.good) good, \(saying.scrap) scrap, \(saying.rework) rework\(cause)"
            }
            if let job = saying.job {
                text += ". Job \(job.job)" + (job.product.isEmpty ? "" : ", \(job.product)")
            }
            return text + "." + (saying.note.isEmpty ? "" : " Note: \(saying.note)")
        case .planned(let job): return sentence(job, names)
        case .values(let values):
            let list = values.map { "\(site.signals[$0.signal]?.name ?? "") \($0.value.asText)" }
            return "\(when): \(list.joined(separator: ", "))."
        }
    }

    private static func sentence(_ job: JobRow, _ names: NameReader) -> String {
        var parts = [job.job.isEmpty ? "A job" : "Job \(job.job)"]
        if let quantity = job.quantity { parts.append("\(quantity) parts") }
        if !job.product.isEmpty { parts.append(job.product) }
        if let machine = job.machine { parts.append("on \(names.name(machine))") }
        if let due = job.due {
            parts.append("due \(due.spoken)" + (job.dueTime.map { " " + $0.text } ?? ""))
        }
        return parts.joined(separator: ", ") + "."
    }

    /// A value without an empty decimal.
    static func plain(_ value: Double) -> String {
        let text = String(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
