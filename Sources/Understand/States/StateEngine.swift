// The live reading of one machine's state: samples in, dated changes out.
public import Plant

/// A change of the observed state.
public struct StateChange: Hashable, Sendable, BitwiseCopyable {
    /// What is seen from `from` on.
    public let state: ObservedState
    /// First sample of the run that made the change; durations count from here.
    public let from: Timestamp
    /// When it could first be said; never before `from`.
    public let known: Timestamp

    /// A change.
    public init(state: ObservedState, from: Timestamp, known: Timestamp) {
        self.state = state
        self.from = from
        self.known = known
    }
}

/// Reads the state of one machine from its signals as they arrive.
///
/// A pure step function: the same samples in any split give the same changes, and
/// ``ObservedStates`` gives the same result from stored columns. Definition `states/1`:
/// - a sample holds until the next one; a silence longer than `staleAfter`, or three periods
///   where the period is given and that is longer, is `unknown` from the last good sample plus
///   one period; a value that cannot be used is `unknown` at once;
/// - levels change by two limits with a dead band and count once they have lasted the dwell;
///   they then date back to their first sample (state-inference, method 3);
/// - states that the machine says itself, and its fault signal, count at once;
/// - after a gap or a fault the first sample counts at once.
///
/// Time must not go back. After the wall clock was put back a new engine takes over for the
/// live picture, and the stored states of the doubled time come from ``ObservedStates``.
public struct StateEngine: Sendable {
    private let rules: [Dated<StateRule>]
    private let period: Elapsed?
    private var next = 0
    private var reader: RuleReader?
    private var lastValues: [SignalID: LastValue] = [:]
    private var signals: Set<SignalID> = []
    private var clock = Timestamp.distantPast
    /// The newest change; `unknown` since for ever at the start.
    public private(set) var current = StateChange(
        state: .unknown, from: .distantPast, known: .distantPast)
    /// Samples that came with a time before one already taken; they changed nothing here and need
    /// a recomputation from the store.
    public private(set) var lateCount = 0

    /// An engine of one rule that holds for ever.
    ///
    /// `period` is the expected time between samples where it is known; otherwise it is learned
    /// from the last two gaps.
    public init(rule: StateRule, period: Elapsed? = nil) {
        self.init(rules: [Dated(from: .distantPast, value: rule)], period: period)
    }

    /// An engine of rules that take over from one another; before the first all is `unknown`.
    public init(rules: [Dated<StateRule>], period: Elapsed? = nil) {
        self.rules = rules.sorted { $0.from < $1.from }
        self.period = period
        for rule in rules { signals.formUnion(rule.value.signals) }
    }

    /// Takes the newest samples from before the stream begins, so that a known state carries on.
    public mutating func carryIn(_ before: [SignalID: LastValue]) -> [StateChange] {
        var found: [StateChange] = []
        let mine = before.filter { signals.contains($0.key) }
        let ordered = mine.sorted {
            ($0.value.time, rank($0.key), $0.key) < ($1.value.time, rank($1.key), $1.key)
        }
        for (signal, last) in ordered {
            found += step(
                time: last.time, signal: signal, value: last.value, quality: last.quality)
        }
        return found
    }

    /// Takes one sample; times must not go back across all signals of the machine.
    public mutating func step(
        time: Timestamp, signal: SignalID, value: Scalar, quality: Quality
    ) -> [StateChange] {
        guard signals.contains(signal) else { return [] }
        guard time >= clock else {
            lateCount += 1
            return []
        }
        clock = time
        var found = takeOver(at: time)
        lastValues[signal] = LastValue(time: time, value: value, quality: quality)
        if reader?.see(signal, value, quality, at: time.nanoseconds) == true {
            found += collect()
        }
        return found
    }

    /// Takes the samples of a batch that belong to this machine, in order of time; at one instant
    /// the link counts before the fault, the fault before the level.
    public mutating func step(_ batch: SampleBatch) -> [StateChange] {
        let columns = batch.columns.filter { signals.contains($0.signal) }
            .sorted { rank($0.signal) < rank($1.signal) }
        guard !columns.isEmpty else { return [] }
        var order = Array(batch.times.indices)
        order.sort { (batch.times[$0], $0) < (batch.times[$1], $1) }
        var found: [StateChange] = []
        for row in order {
            for column in columns {
                found += step(
                    time: Timestamp(nanoseconds: batch.times[row]), signal: column.signal,
                    value: column.values[row], quality: column.quality(at: row))
            }
        }
        return found
    }

    /// Lets time pass: silence becomes `unknown`, dwells end, later rules take over.
    public mutating func advance(to time: Timestamp) -> [StateChange] {
        guard time >= clock else { return [] }
        clock = time
        var found = takeOver(at: time)
        reader?.stepper.advance(to: time.nanoseconds)
        found += collect()
        return found
    }

    private func rank(_ signal: SignalID) -> Int {
        let rule = reader?.rule ?? rules.first?.value
        return signal == rule?.link ? 0 : signal == rule?.fault ? 1 : 2
    }

    private mutating func collect() -> [StateChange] {
        let found = reader?.stepper.takeChanges() ?? []
        if let last = found.last { current = last }
        return found
    }

    private mutating func takeOver(at time: Timestamp) -> [StateChange] {
        var found: [StateChange] = []
        while next < rules.count, rules[next].from <= time {
            let rule = rules[next]
            next += 1
            reader?.stepper.advance(to: rule.from.nanoseconds)
            found += collect()
            var successor = RuleReader(rule: rule.value, period: period)
            successor.carryIn(lastValues)
            successor.stepper.takeOver(at: rule.from.nanoseconds)
            let state = successor.stepper.state
            reader = successor
            if state != current.state {
                current = StateChange(state: state, from: rule.from, known: rule.from)
                found.append(current)
            }
        }
        return found
    }
}

/// One rule with its stepper: decides which of its signals a sample belongs to.
struct RuleReader: Sendable {
    let rule: StateRule
    var stepper: StateStepper
    private let source: SignalID
    private let meanings: [String: ObservedState]?

    init(rule: StateRule, period: Elapsed?) {
        self.rule = rule
        stepper = StateStepper(rule: rule, period: period)
        switch rule.source {
        case .explicit(let signal, let meanings):
            source = signal
            self.meanings = meanings
        case .level(let signal, _, _):
            source = signal
            meanings = nil
        }
    }

    /// Takes a sample of one of the rule's signals; false when it belongs to none of them.
    mutating func see(
        _ signal: SignalID, _ value: Scalar, _ quality: Quality, at time: Int64
    ) -> Bool {
        var isMine = false
        if signal == rule.link {
            stepper.see(linkUp: RuleReader.isOn(value, quality), at: time)
            isMine = true
        }
        if signal == rule.fault {
            stepper.see(fault: RuleReader.isOn(value, quality), at: time)
            isMine = true
        }
        guard signal == source else { return isMine }
        if !quality.isUsable {
            stepper.lose(at: time)
        } else if let meanings {
            stepper.see(said: meanings[value.asText] ?? .unknown, at: time)
        } else {
            stepper.see(level: value.asDouble ?? .nan, at: time)
        }
        return true
    }

    /// Takes the last values from before, oldest first.
    mutating func carryIn(_ values: [SignalID: LastValue]) {
        let mine = Array(Set(rule.signals)).compactMap { signal in
            values[signal].map { (signal, $0) }
        }
        let ordered = mine.sorted {
            ($0.1.time, rank($0.0), $0.0) < ($1.1.time, rank($1.0), $1.0)
        }
        for (signal, last) in ordered {
            _ = see(signal, last.value, last.quality, at: last.time.nanoseconds)
        }
    }

    /// Whether a switch is on; a value that cannot be used is off.
    static func isOn(_ value: Scalar, _ quality: Quality) -> Bool {
        guard quality.isUsable else { return false }
        switch value {
        case .flag(let flag): return flag
        case .integer(let number): return number != 0
        case .number(let number): return number.isFinite && number != 0
        case .text(let text): return text == "true" || text == "1"
        }
    }

    private func rank(_ signal: SignalID) -> Int {
        signal == rule.link ? 0 : signal == rule.fault ? 1 : 2
    }
}
