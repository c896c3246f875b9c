// Whether a write may be sent: a permit, or every reason against it in words.

public import Plant

/// Why a write is refused.
public enum WriteRefusal: Hashable, Sendable {
    /// The envelope cannot be used; its own words.
    case envelope(String)
    /// Another envelope was asked for.
    case wrongEnvelope
    /// Everything is set to read only.
    case stopped
    /// The clock cannot be trusted.
    case clock
    /// The journal takes no entries.
    case journal
    /// The permission has ended, or does not hold at this hour.
    case notNow
    /// The request comes from outside the site.
    case outside
    /// This person may not ask.
    case notNamed
    /// The second factor is missing or older than ten minutes.
    case secondFactor
    /// Rules may not write here.
    case noRules
    /// A rule wrote less than ten seconds ago.
    case ruleTooSoon
    /// No reason was given.
    case noReason
    /// The order is too old, or from the future.
    case orderExpired
    /// The unit is not the signal's.
    case unit
    /// The value is no number.
    case notNumber
    /// The value lies outside the range.
    case range
    /// The change is too large.
    case change(Double)
    /// The value is what the machine has.
    case noChange
    /// The value changed meanwhile.
    case changedMeanwhile(Double)
    /// The present value is missing or too old.
    case currentUnknown
    /// Too many writes.
    case rate
    /// Too much change today.
    case day
    /// The machine's state is too old or not seen.
    case stateUnknown
    /// The machine is in a state in which it may not be written.
    case state(MachineState)
    /// Nobody at the machine has allowed it.
    case localEnable
    /// A condition does not hold, or is too old.
    case condition(Slug)
    /// An alarm of the highest priority is active.
    case highAlarm
    /// Another write is under way.
    case pending
    /// A second person has to approve.
    case needsApproval
    /// The approver is who asked.
    case sameApprover
    /// The approver is not named.
    case approverNotNamed
    /// What was approved is not what is asked.
    case approvalDiffers
    /// The approval is too old.
    case approvalExpired

    /// What to read and what to do.
    public var words: String {
        switch self {
        case .envelope(let words): words
        case .wrongEnvelope: "The request names another envelope."
        case .stopped: "Everything is set to read only."
        case .clock: "The clock of this box cannot be trusted now."
        case .journal: "The journal takes no entries. Nothing is written without one."
        case .notNow: "The permission has ended, or does not hold at this hour."
        case .outside: "Only people on site and rules of this box can ask."
        case .notNamed: "This person is not named for it."
        case .secondFactor: "Give the second factor again."
        case .noRules: "Rules may not write here."
        case .ruleTooSoon: "A rule wrote less than 10 s ago."
        case .noReason: "Say why."
        case .orderExpired: "The order is more than 10 s old. Order it again."
        case .unit: "The unit is not the one of the signal."
        case .notNumber: "The value is not a number."
        case .range: "The value lies outside the range."
        case .change(let most): "The change is more than \(RulePrinter.number(most))."
        case .noChange: "The machine has this value already."
        case .changedMeanwhile(let now): "It was changed meanwhile: \(RulePrinter.number(now))."
        case .currentUnknown: "The present value is not known."
        case .rate: "Too many writes within the time. Wait."
        case .day: "Too much was changed today."
        case .stateUnknown: "What the machine does is not known."
        case .state(let state): "The machine is \(state.word.lowercased())."
        case .localEnable: "Nobody at the machine has allowed it."
        case .condition(let id): "The condition \(id) does not hold, or is not known."
        case .highAlarm: "An alarm of the highest priority is active."
        case .pending: "Another write is under way or waits for a person."
        case .needsApproval: "A second person has to approve it."
        case .sameApprover: "Who asks cannot approve."
        case .approverNotNamed: "The approver is not named for it."
        case .approvalDiffers: "It was changed after the approval. Ask again."
        case .approvalExpired: "The approval is more than 10 min old. Ask again."
        }
    }
}

/// Leave to send one value once.
public struct WritePermit: Hashable, Sendable {
    /// The request.
    public let id: EventID
    /// The envelope.
    public let envelope: Slug
    /// The machine.
    public let machine: Slug
    /// The signal.
    public let signal: Slug
    /// The value to send, on the grid of steps.
    public let value: Double
    /// The value before.
    public let before: Double
    /// The last moment at which it may be sent.
    public let sendBy: Timestamp
    /// The value to which it returns.
    public let returnValue: Double
    /// After how long it returns.
    public let returnAfter: Elapsed
    /// How near the value read back must come.
    public let tolerance: WriteTolerance
    /// Whether a rule asked, and no person.
    public let isByRule: Bool
}

/// What the gates say.
public enum WriteDecision: Hashable, Sendable {
    /// It may be sent.
    case permit(WritePermit)
    /// It may not; every reason.
    case refused([WriteRefusal])
}

/// The gates before a write.
public enum WriteGate {
    /// Decides on a request; deny wins over allow.
    ///
    /// Asking is free: the caller spends the allowance when it acts on a permit.
    public static func decide(
        _ request: WriteRequest, approval: WriteApproval?, envelope: WriteEnvelope,
        allowance: WriteAllowance, picture: WritePicture
    ) -> WriteDecision {
        var refusals: [WriteRefusal] = envelope.flaws.map { .envelope($0) }
        func require(_ isGood: Bool, _ refusal: WriteRefusal) {
            if !isGood { refusals.append(refusal) }
        }
        require(envelope.isOn, .envelope("Writing is switched off here."))
        require(request.envelope == envelope.id, .wrongEnvelope)
        require(picture.now < envelope.ends && picture.isInHours, .notNow)
        require(request.unit == envelope.unit, .unit)
        require(
            request.reason.contains { !$0.isWhitespace }
                && request.reason.count <= ActLimits.reasonCharacters, .noReason)
        let isTimely =
            request.asked <= request.ordered && request.ordered <= picture.now
            && picture.now - request.ordered <= ActLimits.orderLife
        require(isTimely, .orderExpired)
        refusals += interlocks(envelope, picture)
        refusals += people(request, approval, envelope, allowance, picture)
        let (value, wrong) = value(request, envelope, allowance, picture)
        refusals += wrong
        guard refusals.isEmpty, let value, let current = picture.current else {
            return .refused(refusals)
        }
        return .permit(
            WritePermit(
                id: request.id, envelope: envelope.id, machine: envelope.machine,
                signal: envelope.signal, value: value, before: current.value,
                sendBy: request.ordered + ActLimits.orderLife,
                returnValue: envelope.returnValue, returnAfter: envelope.returnAfter,
                tolerance: envelope.tolerance, isByRule: request.isByRule))
    }

    /// What speaks against the return of a value; empty when it may be sent.
    ///
    /// Neither rate nor day, hours nor end of the permission hold a return back.
    public static func againstReturn(
        _ envelope: WriteEnvelope, picture: WritePicture
    ) -> [WriteRefusal] {
        envelope.flaws.map { .envelope($0) } + interlocks(envelope, picture)
    }

    /// Conditions on the machine and the box, all of them on fresh values.
    private static func interlocks(
        _ envelope: WriteEnvelope, _ picture: WritePicture
    ) -> [WriteRefusal] {
        var refusals: [WriteRefusal] = []
        func require(_ isGood: Bool, _ refusal: WriteRefusal) {
            if !isGood { refusals.append(refusal) }
        }
        func isSwitch(_ signal: Slug, on isOn: Bool) -> Bool {
            guard let value = picture.switches[signal], value.isFresh(at: picture.now) else {
                return false
            }
            return (value.value != 0) == isOn
        }
        require(!picture.isStopped, .stopped)
        require(picture.isClockGood, .clock)
        require(picture.isJournalGood, .journal)
        require(!picture.hasHighAlarm, .highAlarm)
        require(!picture.hasPending, .pending)
        let age = picture.now - picture.stateSeen
        let isSeen = picture.stateSeen <= picture.now && age <= ActLimits.freshness
        if !isSeen || picture.state == .unknown {
            refusals.append(.stateUnknown)
        } else {
            require(envelope.states.contains(picture.state), .state(picture.state))
        }
        require(isSwitch(envelope.localEnable, on: true), .localEnable)
        for signal in envelope.mustBeOn { require(isSwitch(signal, on: true), .condition(signal)) }
        for signal in envelope.mustBeOff {
            require(isSwitch(signal, on: false), .condition(signal))
        }
        return refusals
    }

    private static func people(
        _ request: WriteRequest, _ approval: WriteApproval?, _ envelope: WriteEnvelope,
        _ allowance: WriteAllowance, _ picture: WritePicture
    ) -> [WriteRefusal] {
        var refusals: [WriteRefusal] = []
        func isRecent(_ time: Timestamp?) -> Bool {
            guard let time else { return false }
            return time <= picture.now && picture.now - time <= ActLimits.approval
        }
        var asker: Slug?
        switch request.origin {
        case .outside: refusals.append(.outside)
        case .rule:
            if !envelope.allowsRules { refusals.append(.noRules) }
            if let last = allowance.lastByRule,
                picture.now - last < ActLimits.betweenRuleWrites
            {
                refusals.append(.ruleTooSoon)
            }
        case .person(let id, let secondFactor):
            asker = id
            if !envelope.requesters.contains(id) { refusals.append(.notNamed) }
            if !isRecent(secondFactor) { refusals.append(.secondFactor) }
        }
        guard envelope.needsTwo else { return refusals }
        guard let approval else { return refusals + [.needsApproval] }
        if approval.by == asker { refusals.append(.sameApprover) }
        if !envelope.approvers.contains(approval.by) { refusals.append(.approverNotNamed) }
        if approval.content != request.content { refusals.append(.approvalDiffers) }
        if !isRecent(approval.at) || approval.at < request.asked {
            refusals.append(.approvalExpired)
        }
        if !isRecent(approval.secondFactor) { refusals.append(.secondFactor) }
        return refusals
    }

    /// The value to send, and what is wrong with it.
    private static func value(
        _ request: WriteRequest, _ envelope: WriteEnvelope, _ allowance: WriteAllowance,
        _ picture: WritePicture
    ) -> (Double?, [WriteRefusal]) {
        var refusals: [WriteRefusal] = []
        if !request.value.isFinite || !request.expected.isFinite { refusals.append(.notNumber) }
        guard let current = picture.current, current.isFresh(at: picture.now) else {
            return (nil, refusals + [.currentUnknown])
        }
        if !envelope.tolerance.accepts(current.value, for: request.expected) {
            refusals.append(.changedMeanwhile(current.value))
        }
        if !allowance.hasToken(envelope.rate, at: picture.now) { refusals.append(.rate) }
        guard let value = envelope.rounded(request.value, from: current.value) else {
            return (nil, refusals.contains(.notNumber) ? refusals : refusals + [.notNumber])
        }
        if !(value >= envelope.minimum && value <= envelope.maximum)
            || !(request.value >= envelope.minimum && request.value <= envelope.maximum)
        {
            refusals.append(.range)
        }
        // Differences of binary fractions may miss a limit by their last bits.
        let slack = envelope.step * 1e-9
        let change = abs(value - current.value)
        if !(change <= envelope.largestChange + slack) {
            refusals.append(.change(envelope.largestChange))
        }
        if change <= slack { refusals.append(.noChange) }
        if !(allowance.used(on: picture.day) + change <= envelope.dayBudget + slack) {
            refusals.append(.day)
        }
        return (value, refusals)
    }
}
