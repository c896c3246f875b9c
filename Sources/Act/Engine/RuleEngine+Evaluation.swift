// What the tests and joins of an instance say at one moment, and whether it fires.

import Plant

extension RuleEngine {
    /// Looks at every instance that something has moved, in their order.
    mutating func evaluate(at time: Int64, into firings: inout [Firing]) {
        if dirty.count > 1 { dirty.sort() }
        for number in dirty {
            let index = Int(number)
            program.instances[index].isDirty = false
            evaluateNodes(of: index, at: time)
            settle(index, at: time, into: &firings)
            schedule(index, after: time)
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private mutating func evaluateNodes(of index: Int, at time: Int64) {
        let instance = program.instances[index]
        let isOpen = program.windows[instance.window].isOpen
        let openedAt = program.windows[instance.window].openedAt
        // A firing that outlasts short breaks does not wait anew after each of them.
        let isFiring = instance.isFiring && instance.overAfter > 0
        var steps = 0
        for place in instance.firstNode...instance.root {
            steps += 1 + Int(program.nodes[place].childCount)
            guard steps <= ActLimits.stepsPerEvaluation else { break }
            switch program.nodes[place].kind {
            case .leaf: evaluateLeaf(place, isOpen: isOpen, openedAt: openedAt)
            case .held: evaluateHeld(place, isFiring: isFiring, at: time)
            case .all: evaluateAll(place)
            case .any: evaluateAny(place, at: time)
            }
        }
        mostSteps = max(mostSteps, steps)
    }

    private mutating func evaluateLeaf(_ place: Int, isOpen: Bool, openedAt: Int64) {
        let node = program.nodes[place]
        var truth = node.told
        if node.seenMachine >= 0, program.machines[Int(node.seenMachine)].state == .unknown {
            truth = .unknown
        }
        if !isOpen { truth = .no }
        program.nodes[place].truth = truth
        program.nodes[place].since = max(node.toldSince, openedAt)
        program.nodes[place].origin = max(node.toldOrigin, openedAt)
    }

    private mutating func evaluateHeld(_ place: Int, isFiring: Bool, at time: Int64) {
        var node = program.nodes[place]
        let part = program.nodes[Int(program.children[Int(node.firstChild)])]
        switch part.truth {
        case .no:
            node.truth = .no
            node.due = .max
            node.isFrozen = false
        case .unknown:
            // What was not seen neither ends it nor counts towards it.
            if node.truth == .yes { node.isFrozen = true }
            node.truth = node.isFrozen ? .unknown : .no
            node.due = .max
        case .yes:
            if node.truth == .yes || node.isFrozen || (isFiring && node.isServed) {
                node.truth = .yes
                node.isFrozen = false
            } else {
                let due = part.since.addingReportingOverflow(node.length)
                node.due = due.overflow ? .max : max(due.partialValue, .min)
                node.truth = node.due <= time ? .yes : .no
                if node.truth == .yes {
                    node.since = node.due
                    node.origin = part.origin
                    node.due = .max
                }
            }
            node.isServed = node.truth == .yes
        }
        program.nodes[place] = node
    }

    private mutating func evaluateAll(_ place: Int) {
        let node = program.nodes[place]
        var truth = Truth.yes
        var since = Int64.min
        var origin = Int64.min
        for offset in node.firstChild..<node.firstChild + node.childCount {
            let part = program.nodes[Int(program.children[Int(offset)])]
            if part.truth == .no {
                truth = .no
                break
            }
            if part.truth == .unknown { truth = .unknown }
            since = max(since, part.since)
            origin = max(origin, part.origin)
        }
        program.nodes[place].truth = truth
        program.nodes[place].since = since
        program.nodes[place].origin = origin
    }

    private mutating func evaluateAny(_ place: Int, at time: Int64) {
        let node = program.nodes[place]
        var truth = Truth.no
        var since = Int64.max
        var origin = Int64.max
        for offset in node.firstChild..<node.firstChild + node.childCount {
            let part = program.nodes[Int(program.children[Int(offset)])]
            switch part.truth {
            case .no: continue
            case .unknown: if truth == .no { truth = .unknown }
            case .yes:
                truth = .yes
                since = min(since, part.since)
                origin = min(origin, part.origin)
            }
        }
        // One part may take over from another: it has been true since the first began.
        if truth == .yes, node.truth == .yes {
            since = min(since, node.since)
            origin = min(origin, node.origin)
        }
        program.nodes[place].truth = truth
        program.nodes[place].since = truth == .yes ? since : time
        program.nodes[place].origin = truth == .yes ? origin : time
    }

    /// Begins or ends the firing of an instance.
    private mutating func settle(_ index: Int, at time: Int64, into firings: inout [Firing]) {
        let instance = program.instances[index]
        let root = program.nodes[instance.root]
        let at = Timestamp(nanoseconds: time)
        guard instance.isFiring, let raise = program.names[index].raise else {
            guard root.truth == .yes else { return }
            let id = RaiseID(
                rule: program.rules[instance.rule].id, machine: program.names[index].machine,
                at: at)
            program.names[index].raise = id
            program.instances[index].isFiring = true
            program.instances[index].since = root.origin
            firings.append(
                Firing(
                    raise: id, change: .began, at: at,
                    since: Timestamp(nanoseconds: root.origin), evidence: evidence(index)))
            return
        }
        guard root.truth == .no else {
            program.instances[index].endDue = .max
            return
        }
        let isClosed = !program.windows[instance.window].isOpen
        if instance.endDue == .max {
            program.instances[index].endDue = isClosed ? time : time + instance.overAfter
        }
        guard isClosed || program.instances[index].endDue <= time else { return }
        program.names[index].raise = nil
        program.instances[index].isFiring = false
        for place in instance.firstNode...instance.root {
            program.nodes[place].isServed = false
        }
        program.instances[index].endDue = .max
        firings.append(
            Firing(
                raise: raise, change: .ended(isClosed ? .windowClosed : .cleared), at: at,
                since: Timestamp(nanoseconds: instance.since)))
    }

    private func evidence(_ index: Int) -> [FiringEvidence] {
        let instance = program.instances[index]
        let tests = program.rules[instance.rule].whole.tests
        var found: [FiringEvidence] = []
        for place in instance.firstNode...instance.root {
            let node = program.nodes[place]
            guard node.kind == .leaf, node.truth == .yes, Int(node.test) < tests.count else {
                continue
            }
            found.append(
                FiringEvidence(
                    test: tests[Int(node.test)].filled(program.names[index].own),
                    value: node.toldValue.isNaN ? nil : node.toldValue,
                    since: Timestamp(nanoseconds: node.origin)))
        }
        return found
    }

    private mutating func schedule(_ index: Int, after time: Int64) {
        let instance = program.instances[index]
        var soonest = instance.endDue
        for place in instance.firstNode...instance.root {
            soonest = min(soonest, program.nodes[place].due)
        }
        guard soonest != .max, soonest < instance.wake else { return }
        program.instances[index].wake = soonest
        heap.push(soonest, Int32(index))
    }
}
