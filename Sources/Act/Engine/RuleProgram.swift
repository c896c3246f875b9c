// Rules made ready to run: flat nodes, and which of them each signal and machine moves.

import Plant

/// A test or a join of one instance.
struct RuleNode: Sendable, BitwiseCopyable {
    enum Kind: UInt8, Sendable, BitwiseCopyable {
        /// A test whose answer comes from a reader or from a machine.
        case leaf
        case all
        case any
        case held
    }

    let kind: Kind
    /// Where its parts stand in the list of children.
    let firstChild: Int32
    let childCount: Int32
    /// Nanoseconds for which it must hold.
    let length: Int64
    /// Machine whose state must be known for the test to say anything; −1 for none.
    var seenMachine: Int32 = -1
    /// Place of the test in the rule.
    let test: Int32

    // What a leaf was told last.
    var told = Truth.unknown
    var toldSince = Int64.min
    var toldOrigin = Int64.min
    var toldValue = Double.nan

    // What it says now.
    var truth = Truth.unknown
    var since = Int64.min
    var origin = Int64.min
    /// When a length of time is over; `.max` while nothing runs.
    var due = Int64.max
    /// Whether it was true when its part became unknown.
    var isFrozen = false
    /// Whether its wait is over for as long as the firing lasts.
    var isServed = false
}

/// How a leaf reads a machine.
struct MachineLeaf: Sendable, BitwiseCopyable {
    enum Kind: UInt8, Sendable, BitwiseCopyable {
        case state
        case noReason
        case noSignal
    }

    let node: Int32
    let kind: Kind
    let states: UInt8
}

/// One rule on one machine; trivial, because it is looked at for every event.
struct RuleInstance: Sendable, BitwiseCopyable {
    let rule: Int
    let window: Int
    let firstNode: Int
    /// The node that decides: the last one.
    let root: Int
    let overAfter: Int64

    var isFiring = false
    var since = Int64.min
    var endDue = Int64.max
    /// The soonest wake that is on the heap.
    var wake = Int64.max
    var isDirty = false
}

/// What an instance is called.
struct InstanceNames: Sendable {
    /// The machine that is told of; nil for rules of the box.
    let machine: Slug?
    /// The machine filled in for "any machine"; nil for rules that name theirs.
    let own: Slug?
    /// The raise that is under way.
    var raise: RaiseID?
}

/// A reader by its kind and place.
enum ReaderPlace: Sendable, BitwiseCopyable {
    case limit(Int)
    case rate(Int)
    case drift(Int)
    case deadline(Int)
}

/// What a machine was last told to be.
struct MachineNow: Sendable {
    var state = MachineState.unknown
    var isKnown = false
    var since = Int64.min
    var hasReason = false
    var isLinkDown = false
    var linkSince = Int64.min
    /// The newest start of a state that was told, waiting ones included.
    var newest = Int64.min
    var leaves: [MachineLeaf] = []
    var tallies: [Int] = []
    /// Instances that need the state to be known.
    var watchers: [Int32] = []
}

/// Everything of a set of rules that can be worked out before the first event.
struct RuleProgram: Sendable {
    var rules: [Rule] = []
    var nodes: [RuleNode] = []
    /// The instance of each node.
    var owners: [Int32] = []
    var children: [Int32] = []
    var instances: [RuleInstance] = []
    var names: [InstanceNames] = []
    var windows: [WindowSchedule] = []
    var instancesOfWindow: [[Int32]] = []
    var machines: [MachineNow] = []
    var machineIndex: [Slug: Int] = [:]
    var signalIndex: [UInt32: Int] = [:]
    var readersOfSignal: [[ReaderPlace]] = []
    var limits: [LimitReader] = []
    var rates: [RateReader] = []
    var drifts: [DriftReader] = []
    var deadlines: [DeadlineReader] = []
    var tallies: [TallyReader] = []
    var backups: [Int] = []
    var certificates: [Int] = []

    private let plant: RulePlant
    private let start: Timestamp

    /// Rules that are switched on, made ready from a time on.
    init(_ rules: [Rule], plant: RulePlant, start: Timestamp) throws(RuleFlaw) {
        self.plant = plant
        self.start = start
        let running = rules.filter(\.isOn)
        for machine in plant.machines.keys.sorted() {
            machineIndex[machine] = machines.count
            machines.append(MachineNow())
        }
        var seen: Set<Slug> = []
        for rule in running {
            try rule.check()
            guard seen.insert(rule.id).inserted else {
                throw RuleProgram.flaw(rule, "id", "is used twice", "Give each rule its own.")
            }
            guard self.rules.count < ActLimits.rules else {
                throw RuleProgram.flaw(
                    rule, "list", "has more than \(ActLimits.rules) rules", "Switch some off.")
            }
            self.rules.append(rule)
            try add(rule, at: self.rules.count - 1)
        }
    }

    private static func flaw(
        _ rule: Rule, _ part: String, _ reason: String, _ remedy: String
    ) -> RuleFlaw {
        RuleFlaw(rule: rule.id, part: part, reason: reason, remedy: remedy)
    }

    private mutating func add(_ rule: Rule, at place: Int) throws(RuleFlaw) {
        var owns: [Slug?] = [nil]
        if rule.isForAnyMachine {
            let wanted = rule.whole.tests.compactMap(\.signal)
                .filter { $0.subject == .anyMachine }.map(\.signal)
            owns = plant.machines.sorted { $0.key < $1.key }
                .filter { entry in wanted.allSatisfy { entry.value[$0] != nil } }.map(\.key)
            guard !owns.isEmpty else {
                throw RuleProgram.flaw(
                    rule, "condition", "fits no machine",
                    "Name signals that at least one machine has.")
            }
        }
        let window = window(rule.window)
        for own in owns {
            guard instances.count < ActLimits.instances else {
                throw RuleProgram.flaw(
                    rule, "list", "makes more than \(ActLimits.instances) instances",
                    "Name machines instead of any machine.")
            }
            let first = nodes.count
            var tests: Int32 = 0
            _ = try node(rule.whole, rule, own, &tests)
            let number = Int32(instances.count)
            owners += [Int32](repeating: number, count: nodes.count - first)
            instances.append(
                RuleInstance(
                    rule: place, window: window, firstNode: first, root: nodes.count - 1,
                    overAfter: rule.overAfter.nanoseconds))
            names.append(InstanceNames(machine: own ?? rule.firstMachine, own: own))
            instancesOfWindow[window].append(number)
            for node in nodes[first...] where node.seenMachine >= 0 {
                machines[Int(node.seenMachine)].watchers.append(number)
            }
        }
    }

    private mutating func window(_ window: RuleWindow) -> Int {
        if let place = windows.firstIndex(where: { $0.window == window }) { return place }
        windows.append(WindowSchedule(window, start: start, calendar: plant.calendar))
        instancesOfWindow.append([])
        return windows.count - 1
    }

    /// Adds a condition after its parts; gives its place.
    private mutating func node(
        _ condition: Condition, _ rule: Rule, _ own: Slug?, _ tests: inout Int32
    ) throws(RuleFlaw) -> Int32 {
        var parts: [Int32] = []
        var kind = RuleNode.Kind.leaf
        var length: Int64 = 0
        switch condition {
        case .test(let test):
            let place = Int32(nodes.count)
            nodes.append(
                RuleNode(kind: .leaf, firstChild: 0, childCount: 0, length: 0, test: tests))
            tests += 1
            try connect(test, to: place, rule, own)
            return place
        case .all(let inner):
            kind = .all
            for one in inner { parts.append(try node(one, rule, own, &tests)) }
        case .any(let inner):
            kind = .any
            for one in inner { parts.append(try node(one, rule, own, &tests)) }
        case .held(let inner, let held):
            kind = .held
            length = held.nanoseconds
            parts = [try node(inner, rule, own, &tests)]
        }
        nodes.append(
            RuleNode(
                kind: kind, firstChild: Int32(children.count), childCount: Int32(parts.count),
                length: length, test: -1))
        children += parts
        return Int32(nodes.count - 1)
    }

    private mutating func connect(
        _ test: RuleTest, to node: Int32, _ rule: Rule, _ own: Slug?
    ) throws(RuleFlaw) {
        switch test {
        case .state(let subject, let states):
            let machine = try machine(subject, rule, own)
            machines[machine].leaves.append(
                MachineLeaf(node: node, kind: .state, states: states.bits))
        case .noReason(let subject):
            let machine = try machine(subject, rule, own)
            machines[machine].leaves.append(
                MachineLeaf(node: node, kind: .noReason, states: 0))
        case .noSignal(let subject):
            let machine = try machine(subject, rule, own)
            machines[machine].leaves.append(
                MachineLeaf(node: node, kind: .noSignal, states: 0))
        case .tally(let subject, let tally, let side, let amount, let window):
            let machine = try machine(subject, rule, own)
            machines[machine].tallies.append(tallies.count)
            if side == .fewer { nodes[Int(node)].seenMachine = Int32(machine) }
            tallies.append(
                TallyReader(
                    node: node, tally: tally, side: side, amount: amount, window: window,
                    start: start.nanoseconds))
        case .backupAge(let length):
            backups.append(deadlines.count)
            addDeadline(node, length: length.nanoseconds)
        case .certificateEnds(let length):
            certificates.append(deadlines.count)
            certificateLengths[deadlines.count] = length.nanoseconds
            addDeadline(node, length: nil)
        case .silence, .limit, .rate, .drift:
            try connectSignal(test, to: node, rule, own)
        }
    }

    /// How long before its end a certificate is told of, by the place of the reader.
    var certificateLengths: [Int: Int64] = [:]

    private mutating func addDeadline(_ node: Int32, length: Int64?) {
        deadlines.append(DeadlineReader(node: node, length: length, start: start.nanoseconds))
    }

    private mutating func connectSignal(
        _ test: RuleTest, to node: Int32, _ rule: Rule, _ own: Slug?
    ) throws(RuleFlaw) {
        guard let signal = test.signal, let machine = signal.subject.machine(own),
            let id = plant.machines[machine]?[signal.signal]
        else {
            throw RuleProgram.flaw(
                rule, "condition",
                "names the signal \(test.signal?.signal.text ?? "")"
                    + ", which is not there", "Choose a signal of the machine.")
        }
        let place: ReaderPlace
        switch test {
        case .limit(_, let side, let limit, let deadband):
            place = .limit(limits.count)
            limits.append(LimitReader(node: node, side: side, limit: limit, deadband: deadband))
        case .rate(_, let movement, let amount, let window):
            place = .rate(rates.count)
            rates.append(
                RateReader(node: node, movement: movement, amount: amount, window: window))
        case .drift(_, let amount, let window):
            place = .drift(drifts.count)
            drifts.append(
                DriftReader(node: node, amount: amount, window: window, start: start.nanoseconds))
        case .silence(_, let length):
            place = .deadline(deadlines.count)
            addDeadline(node, length: length.nanoseconds)
        default: return
        }
        if let known = signalIndex[id.number] {
            readersOfSignal[known].append(place)
        } else {
            signalIndex[id.number] = readersOfSignal.count
            readersOfSignal.append([place])
        }
    }

    private func machine(
        _ subject: RuleSubject, _ rule: Rule, _ own: Slug?
    ) throws(RuleFlaw) -> Int {
        guard let id = subject.machine(own), let index = machineIndex[id] else {
            throw RuleProgram.flaw(
                rule, "condition",
                "names the machine \(subject.machine(own)?.text ?? ""), which is not there",
                "Choose a machine of the site.")
        }
        return index
    }
}
