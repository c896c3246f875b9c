// What people enter: once each, in order, about machines and reasons that exist.

import Demonstrator
import Plant
import Testing

struct HappeningsTests {
    @Test func `short ranges one after the other give what one long range gives`() {
        let start = friday.now - .hours(30)
        let end = friday.now + .hours(30)
        let whole = friday.happenings(in: TimeRange(start: start, end: end))
        var parts: [(recorded: Timestamp, event: FactoryEvent)] = []
        var cursor = start
        while cursor < end {
            let next = min(end, cursor + .seconds(1117))
            parts += friday.happenings(in: TimeRange(start: cursor, end: next))
            cursor = next
        }
        #expect(whole.count > 200)
        #expect(whole.map(\.recorded) == parts.map(\.recorded))
        #expect(Set(whole.map(\.event)) == Set(parts.map(\.event)))
        #expect(zip(whole, whole.dropFirst()).allSatisfy { $0.recorded <= $1.recorded })
    }

    @Test func `every entry names a machine and a reason of the site`() {
        let configured = factory(friday)
        var kinds: [String: Int] = [:]
        let range = TimeRange(start: .distantPast, end: friday.now + .hours(10))
        for (recorded, event) in friday.happenings(in: range) {
            #expect(recorded >= friday.historyStart)
            switch event {
            case .jobStarted(let machine, let at, let job, _, let ideal, _, let planned):
                #expect(configured.machines[machine] != nil)
                #expect(at == recorded && !job.isEmpty)
                #expect(ideal.map { $0 > .zero } ?? true)
                #expect(planned.map { $0 >= 0 } ?? true)
                kinds["job", default: 0] += 1
            case .stopReason(let machine, let at, let reason, _):
                #expect(configured.machines[machine] != nil && configured.reasons[reason] != nil)
                #expect(at < recorded)
                kinds["reason", default: 0] += 1
            case .periodMarked(let machine, let range, let kind, let reason):
                #expect(configured.machines[machine] != nil && !range.isEmpty)
                #expect(reason.map { configured.reasons[$0] != nil } == true)
                kinds[kind.rawValue, default: 0] += 1
            case .countBooked(_, _, let good, let scrap, _, _):
                #expect(good == -scrap && scrap > 0)
                kinds["scrap", default: 0] += 1
            case .problemSeen: kinds["seen", default: 0] += 1
            default: Issue.record("unexpected entry \(event)")
            }
        }
        #expect(Set(kinds.keys) == ["job", "reason", "setup", "planned", "scrap", "seen"])
        #expect(kinds.values.allSatisfy { $0 > 0 })
    }

    @Test func `a reason lies inside the true stop that it explains`() {
        let truth = friday.truth(in: friday.historyRange)
        for (_, event) in friday.happenings(in: friday.historyRange) {
            guard case .stopReason(let machine, let at, let reason, _) = event else { continue }
            let stop = truth.machine(machine)?.stops.first { $0.range.contains(at) }
            #expect(stop?.reason == reason)
        }
    }
}
