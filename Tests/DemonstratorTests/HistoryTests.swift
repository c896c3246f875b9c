// History has the shape that pollers and senders would have given it.

import Demonstrator
import Plant
import Testing

struct HistoryTests {
    @Test func `batches are sound, bounded, in time order and about 25 million samples`() {
        var samples = 0
        var last: [SignalID: Int64] = [:]
        friday.eachBatch { batch in
            #expect(batch.flaw == nil)
            #expect(batch.times.count <= DemonstratorLimits.batchRows)
            samples += batch.sampleCount
            let key = batch.columns[0].signal
            #expect((last[key] ?? .min) < batch.times[0])
            last[key] = batch.times.last
            for row in stride(from: 1, to: batch.times.count, by: 7)
            where batch.times[row - 1] >= batch.times[row] {
                Issue.record("row \(row) is not after the one before")
            }
        }
        #expect((24_000_000...27_000_000).contains(samples))
        for time in last.values {
            let before = friday.now - Timestamp(nanoseconds: time)
            #expect(before > .zero && before <= .seconds(1))
        }
    }

    @Test func `polled machines have equally spaced rows`() {
        var steps: [Int64: Int] = [:]
        var previous: Int64?
        friday.history(of: Slug("press-brake")) { batch in
            for time in batch.times {
                if let previous { steps[(time - previous) / 1_000_000_000, default: 0] += 1 }
                previous = time
            }
        }
        #expect(Set(steps.keys) == [1, 10])
        #expect((86_380...86_410).contains(steps[1] ?? 0))
        #expect((steps[10] ?? 0) == 41 * 8640)
    }

    @Test func `counters and meters never go down`() {
        let configured = factory(friday)
        let counters = Set(
            configured.activeMachines.flatMap { machine in
                [machine.counts?.total, machine.counts?.scrap].compactMap(\.self)
                    + (machine.energy.map { if case .register(let id) = $0 { [id] } else { [] } }
                        ?? [])
            })
        #expect(counters.count == 6 * 2 + 1 + 4)
        var last: [SignalID: Double] = [:]
        friday.eachBatch { batch in
            for column in batch.columns where counters.contains(column.signal) {
                var before = last[column.signal] ?? -1
                for row in stride(from: 0, to: batch.times.count, by: 5) {
                    let value = column.values[row].asDouble ?? -1
                    if value < before { Issue.record("signal \(column.signal) went down") }
                    before = value
                }
                last[column.signal] = before
            }
        }
        #expect(last.count == counters.count)
    }

    @Test func `counter differences are the true parts and scrap`() {
        let configured = factory(friday)
        let first = instant("2026-10-20T00:00:00Z")
        let second = instant("2026-11-01T12:00:00Z")
        let truth = friday.truth(in: TimeRange(start: first, end: second))
        for machine in truth.machines {
            guard let counts = configured.machines[machine.machine]?.counts else { continue }
            func value(_ id: SignalID, _ time: Timestamp) -> Int64 {
                let reading = friday.reading(machine.machine, at: time).first { $0.signal == id }
                guard case .integer(let count)? = reading?.value else { return -1 }
                return count
            }
            #expect(value(counts.total, second) - value(counts.total, first) == machine.parts)
            guard let scrap = counts.scrap else { continue }
            #expect(value(scrap, second) - value(scrap, first) == machine.scrap)
            #expect(machine.scrap > 0)
        }
    }

    @Test func `history and readings agree to the last bit`() {
        for machine in friday.machines {
            var checked = 0
            friday.history(of: machine) { batch in
                for row in stride(from: 17, to: batch.times.count, by: 4001) {
                    let time = Timestamp(nanoseconds: batch.times[row])
                    let readings = friday.reading(machine, at: time)
                    for (index, column) in batch.columns.enumerated() {
                        #expect(readings[index].signal == column.signal)
                        #expect(readings[index].value == column.values[row])
                        checked += 1
                    }
                }
            }
            #expect(checked > 500)
        }
    }

    @Test func `the true state can be read off the signals that the rule names`() {
        let configured = factory(friday)
        for machine in configured.activeMachines {
            guard let rule = machine.stateRules.last?.value else {
                Issue.record("\(machine.id) has no rule")
                continue
            }
            let observed = friday.truth(in: friday.historyRange).machine(machine.id)?.observed ?? []
            var place = 0
            var wrong = 0
            friday.history(of: machine.id) { batch in
                let fault = batch.columns.first { $0.signal == rule.fault }?.values
                let shown = batch.columns.first { $0.signal == rule.source.signal }?.values
                for row in stride(from: 0, to: batch.times.count, by: 3) {
                    let time = Timestamp(nanoseconds: batch.times[row])
                    while observed[place].range.end <= time { place += 1 }
                    let state = rule.source.state(shown?[row], fault: fault?[row])
                    if state != observed[place].state { wrong += 1 }
                }
            }
            #expect(wrong == 0, "\(machine.id)")
        }
    }

    @Test func `batches by shift hold the same samples as batches by machine`() async {
        var one = Checksum()
        friday.eachBatch { one.add($0) }
        var other = Checksum()
        await friday.history { batches in
            for batch in batches { other.add(batch) }
        }
        #expect(one == other)
    }

    @Test func `the continuation goes on where history ended`() async {
        var last: [SignalID: Int64] = [:]
        for machine in friday.machines {
            friday.history(of: machine) { last[$0.columns[0].signal] = $0.times.last }
        }
        var first: [SignalID: Int64] = [:]
        let range = TimeRange(start: friday.now - .hours(1), end: friday.now + .minutes(20))
        await friday.continuation(in: range) { batches in
            for batch in batches where first[batch.columns[0].signal] == nil {
                first[batch.columns[0].signal] = batch.times.first
            }
        }
        #expect(first.count == 8)
        for (signal, time) in first { #expect(time - (last[signal] ?? 0) == 1_000_000_000) }
    }
}

extension StateSource {
    /// The signal that shows the state.
    var signal: SignalID {
        switch self {
        case .explicit(let signal, _), .level(let signal, _, _): signal
        }
    }

    /// The state of one sample; a level between two limits is none.
    func state(_ value: Scalar?, fault: Scalar?) -> ObservedState? {
        if fault == .flag(true) { return .fault }
        switch self {
        case .explicit(_, let meanings): return value.flatMap { meanings[$0.asText] }
        case .level(_, let running, let idle):
            guard let level = value?.asDouble else { return nil }
            if level >= running.rise { return .running }
            guard let idle, level <= running.fall else { return level > running.fall ? nil : .idle }
            return level >= idle.rise ? .idle : level <= idle.fall ? .off : nil
        }
    }
}
