// A strip cut into columns: each shows one state that was so in it, and all together the shares.

import Plant

extension Strip {
    /// What each column shows, nil where nothing is known yet.
    ///
    /// A column shows the state that held longest in it. Time that a column could not show is not
    /// forgotten but counts for the next column in which that state occurs: so a saw that cuts for
    /// 20 s and waits for 10 s shows two columns in three as running, whatever the length of the
    /// range, and no state is drawn where it was not. A problem under way is always shown.
    func cut() -> [Form?] {
        let length = range.elapsed.seconds / Double(columns)
        guard length > 0 else { return [] }
        let parts = episodes.compactMap { episode -> Part? in
            guard let part = episode.range.intersection(range), !part.isEmpty else { return nil }
            return Part(
                form: form(episode), from: (part.start - range.start).seconds,
                to: (part.end - range.start).seconds, isUrgent: isUrgent(episode))
        }
        var result: [Form?] = []
        result.reserveCapacity(columns)
        var waiting: [Form?: Double] = [:]
        var next = 0
        for column in 0..<columns {
            let start = Double(column) * length
            let end = start + length
            var seen: [Form?: Double] = [:]
            var urgent: Form?
            while next < parts.count, parts[next].to <= start { next += 1 }
            var index = next
            while index < parts.count, parts[index].from < end {
                let time = min(end, parts[index].to) - max(start, parts[index].from)
                if time > 0 { seen[parts[index].form, default: 0] += time }
                if parts[index].isUrgent { urgent = parts[index].form }
                index += 1
            }
            let rest = length - seen.values.reduce(0, +)
            if rest > length * 1e-6 { seen[nil] = rest }
            for (form, time) in seen { waiting[form, default: 0] += time }
            // Ties go to the state that comes first in the list, so that drawings repeat.
            let order = Form.allCases.map(Optional.some) + [nil]
            let longest = order.filter { seen[$0] != nil }.max {
                (waiting[$0] ?? 0) + length * 1e-9 < (waiting[$1] ?? 0)
            }
            let chosen = urgent ?? (longest ?? nil)
            waiting[chosen, default: 0] -= length
            result.append(chosen)
        }
        return result
    }

    /// A piece of an episode, in seconds from the start of the range.
    private struct Part {
        let form: Form
        let from: Double
        let to: Double
        let isUrgent: Bool
    }

    /// Whether an episode is a problem under way that must not vanish in a wide column.
    private func isUrgent(_ episode: StateEpisode) -> Bool {
        guard episode.isOpen else { return false }
        return switch form(episode) {
        case .fault, .stop, .past: true
        case .open: !isShort(episode)
        default: false
        }
    }
}
