// Time passes: what waits is looked at in order, with everything that falls due in between.

import Plant

extension RuleEngine {
    /// Looks at everything before a time.
    mutating func pass(to end: Timestamp) -> [Firing] {
        let end = min(end, Timestamp(nanoseconds: 0) + ActLimits.farthest)
        guard end > passed else { return [] }
        turns.removeAll(keepingCapacity: true)
        let events = release(before: end.nanoseconds)
        readValues(before: end.nanoseconds)
        readEvents(events)
        for index in program.drifts.indices {
            program.drifts[index].advance(to: end.nanoseconds, into: &turns)
        }
        for index in program.deadlines.indices {
            program.deadlines[index].advance(to: end.nanoseconds, into: &turns)
        }
        for index in program.tallies.indices {
            program.tallies[index].advance(to: end.nanoseconds, into: &turns)
        }
        let order = turns.indices.sorted { (turns[$0].time, $0) < (turns[$1].time, $1) }
        var firings: [Firing] = []
        var event = 0
        var turn = 0
        while true {
            let nextEvent = event < events.count ? events[event].time : .max
            let nextTurn = turn < order.count ? turns[order[turn]].time : .max
            let time = min(nextEvent, nextTurn, heap.soonest)
            guard time < end.nanoseconds else { break }
            while event < events.count, events[event].time == time {
                apply(events[event].event, at: time)
                event += 1
            }
            while turn < order.count, turns[order[turn]].time == time {
                apply(turns[order[turn]])
                turn += 1
            }
            while heap.soonest == time { wake(heap.pop(), at: time) }
            evaluate(at: time, into: &firings)
        }
        passed = end
        return firings
    }

    /// The events before a time, in order; those of one time by kind and then as they came.
    private mutating func release(before end: Int64) -> [Waiting] {
        guard !waiting.isEmpty else { return [] }
        var isSorted = true
        for index in waiting.indices.dropFirst() where !RuleEngine.isInOrder(waiting, index) {
            isSorted = false
            break
        }
        if !isSorted {
            let order = waiting.indices.sorted { left, right in
                (waiting[left].time, RuleEngine.rank(waiting[left].event), left)
                    < (waiting[right].time, RuleEngine.rank(waiting[right].event), right)
            }
            waiting = order.map { waiting[$0] }
        }
        let last = waiting.firstIndex { $0.time >= end } ?? waiting.count
        let ready = Array(waiting[..<last])
        waiting.removeFirst(last)
        return ready
    }

    private static func isInOrder(_ waiting: [Waiting], _ index: Int) -> Bool {
        let left = waiting[index - 1]
        let right = waiting[index]
        if left.time != right.time { return left.time < right.time }
        return rank(left.event) <= rank(right.event)
    }

    private static func rank(_ event: RuleEvent) -> Int {
        switch event {
        case .link: 0
        case .state: 1
        case .reason: 2
        default: 3
        }
    }

    private mutating func readValues(before end: Int64) {
        var rest: [Int] = []
        for signal in signalsWaiting {
            for part in values[signal].release(before: end) {
                waitingSamples -= part.last - part.first
                for place in program.readersOfSignal[signal] {
                    switch place {
                    case .limit(let index): program.limits[index].read(part, into: &turns)
                    case .rate(let index): program.rates[index].read(part, into: &turns)
                    case .drift(let index): program.drifts[index].read(part, into: &turns)
                    case .deadline(let index):
                        program.deadlines[index].read(part, into: &turns)
                    }
                }
            }
            if values[signal].count > 0 { rest.append(signal) }
        }
        signalsWaiting = rest
    }

    /// Sums and deadlines read their events ahead, as readers of values do.
    private mutating func readEvents(_ events: [Waiting]) {
        for entry in events {
            let time = entry.time
            switch entry.event {
            case .counts(let machine, let good, let scrap, _):
                guard let index = program.machineIndex[machine] else { continue }
                for tally in program.machines[index].tallies {
                    program.tallies[tally].add(
                        good: good, scrap: scrap, joules: 0, at: time, into: &turns)
                }
            case .energy(let machine, let joules, _):
                guard let index = program.machineIndex[machine] else { continue }
                for tally in program.machines[index].tallies {
                    program.tallies[tally].add(
                        good: 0, scrap: 0, joules: joules, at: time, into: &turns)
                }
            case .backupMade(let at):
                for index in program.backups {
                    guard let length = program.deadlines[index].length else { continue }
                    let due = (at + Elapsed(nanoseconds: length)).nanoseconds
                    program.deadlines[index].arm(
                        due: due, at: time, origin: at.nanoseconds, into: &turns)
                }
            case .certificate(let ends, _):
                for index in program.certificates {
                    let length = Elapsed(nanoseconds: program.certificateLengths[index] ?? 0)
                    let due = (ends - length).nanoseconds
                    program.deadlines[index].arm(
                        due: due, at: time, origin: due, into: &turns)
                }
            default: continue
            }
        }
    }

    private mutating func apply(_ turn: Turn) {
        let place = Int(turn.node)
        program.nodes[place].told = turn.truth
        program.nodes[place].toldSince = turn.time
        program.nodes[place].toldOrigin = turn.origin
        program.nodes[place].toldValue = turn.value
        mark(program.owners[place])
    }

    private mutating func apply(_ event: RuleEvent, at time: Int64) {
        switch event {
        case .state(let machine, let state, let since, let reason, _):
            guard let index = program.machineIndex[machine] else { return }
            let now = program.machines[index]
            let isSame = now.isKnown && now.state == state
            program.machines[index].state = state
            program.machines[index].isKnown = true
            // A state that is told again goes on; it may have got its reason.
            program.machines[index].hasReason = reason != nil || (isSame && now.hasReason)
            if !isSame { program.machines[index].since = since.nanoseconds }
            tellLeaves(of: index, at: time)
        case .reason(let machine, let reason, _):
            guard let index = program.machineIndex[machine] else { return }
            program.machines[index].hasReason = reason != nil
            tellLeaves(of: index, at: time)
        case .link(let machine, let isUp, _):
            guard let index = program.machineIndex[machine] else { return }
            if program.machines[index].isLinkDown == isUp {
                program.machines[index].isLinkDown = !isUp
                program.machines[index].linkSince = time
            }
            tellLeaves(of: index, at: time)
        default: return
        }
    }

    private mutating func tellLeaves(of index: Int, at time: Int64) {
        let now = program.machines[index]
        for leaf in now.leaves {
            let truth: Truth
            var since = now.since
            let isUnseen = now.state == .unknown || now.isLinkDown
            switch leaf.kind {
            case .state:
                let isWanted = leaf.states & 1 << now.state.rawValue != 0
                truth =
                    !now.isKnown
                    ? .unknown
                    : isWanted ? .yes : now.state == .unknown ? .unknown : .no
            case .noReason:
                truth =
                    !now.isKnown || now.state == .unknown
                    ? .unknown
                    : now.state == .stopped || now.state == .fault
                        ? (now.hasReason ? .no : .yes) : .no
            case .noSignal:
                truth = isUnseen && (now.isKnown || now.isLinkDown) ? .yes : .no
                since = RuleEngine.unseenSince(now)
            }
            let place = Int(leaf.node)
            guard program.nodes[place].told != truth else { continue }
            program.nodes[place].told = truth
            program.nodes[place].toldSince = min(time, since)
            program.nodes[place].toldOrigin = min(time, since)
            mark(program.owners[place])
        }
        for watcher in now.watchers { mark(watcher) }
    }

    private static func unseenSince(_ now: MachineNow) -> Int64 {
        let state = now.isKnown && now.state == .unknown ? now.since : .max
        return min(state, now.isLinkDown ? now.linkSince : .max)
    }

    private mutating func wake(_ entry: DueHeap.Entry, at time: Int64) {
        guard entry.what < 0 else {
            let instance = Int(entry.what)
            if program.instances[instance].wake <= time {
                program.instances[instance].wake = .max
            }
            mark(entry.what)
            return
        }
        let window = Int(-1 - entry.what)
        program.windows[window].move(to: time, calendar: plant.calendar)
        heap.push(program.windows[window].nextEdge, entry.what)
        for instance in program.instancesOfWindow[window] { mark(instance) }
    }

    private mutating func mark(_ instance: Int32) {
        guard !program.instances[Int(instance)].isDirty else { return }
        program.instances[Int(instance)].isDirty = true
        dirty.append(instance)
    }
}
