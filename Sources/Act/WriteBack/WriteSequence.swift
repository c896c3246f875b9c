// One write from its permit to its return, sent at most once whatever fails in between.

public import Plant

/// What a write is told.
public enum WriteEvent: Hashable, Sendable {
    /// An entry is in the journal for good.
    case stored(WriteRecord)
    /// The machine took what was sent.
    case accepted
    /// The machine refused it, certainly without effect.
    case refused(String)
    /// No answer, or one that nobody understands.
    case lost(String)
    /// A value was read back.
    case read(Double)
    /// Nothing speaks against the return, or something does.
    case returnDecided([WriteRefusal])
    /// A person looked at the machine and says what it has.
    case close(by: Slug, wasWritten: Bool)
    /// A person keeps the value for longer.
    case renew(by: Slug, until: Timestamp)
    /// A person wants it to return now.
    case returnNow
    /// Time has passed.
    case timePassed
}

/// What has to be done for a write.
public enum WriteEffect: Hashable, Sendable {
    /// Store an entry; answer with ``WriteEvent/stored(_:)`` once it is safe.
    case store(WriteRecord)
    /// Send a value once, not after a time; answer accepted, refused or lost.
    case send(EventID, value: Double, isReturn: Bool, by: Timestamp)
    /// Read the signal, not before a time; answer with ``WriteEvent/read(_:)``.
    case read(EventID, from: Timestamp)
    /// Look what speaks against the return; answer with ``WriteEvent/returnDecided(_:)``.
    case decideReturn(EventID)
    /// Tell people.
    case alarm(EventID, String)
}

/// One write as a value: events in, effects out.
public struct WriteSequence: Hashable, Sendable {
    /// The permit on which it rests.
    public let permit: WritePermit
    /// Where it stands.
    public internal(set) var phase = WritePhase.new
    /// When it returns; nil before it was sent, and once it has.
    public internal(set) var returns: Timestamp?
    /// What was read last.
    public internal(set) var lastRead: Double?
    /// Whether a person still has to say what became of it.
    public internal(set) var isUnresolved = false
    /// When the value was confirmed the first time of two.
    var firstMatch: Timestamp?
    var deadline = Timestamp.distantFuture
    /// Between a blocked return and the next look.
    static let lookAgain = Elapsed.seconds(30)
    /// Between two looks while the machine still has another value.
    static let nextLook = Elapsed.milliseconds(500)
    /// Between the two looks at a value: the next scan of a controller may overwrite it.
    static let secondLook = Elapsed.seconds(2)

    /// A write that was permitted; nothing has happened yet.
    public init(_ permit: WritePermit) { self.permit = permit }

    private var id: EventID { permit.id }

    /// Begins: the intent is stored first.
    public mutating func begin(at: Timestamp) -> [WriteEffect] {
        guard phase == .new else { return [] }
        phase = .intending
        deadline = permit.sendBy
        return [.store(.intended(permit, at: at))]
    }

    /// Takes one event.
    public mutating func step(_ event: WriteEvent, at: Timestamp) -> [WriteEffect] {
        switch event {
        case .stored(let record): return stored(record, at: at)
        case .accepted: return accepted(at: at)
        case .refused(let words): return refused(words, at: at)
        case .lost(let words): return lost(words, at: at)
        case .read(let value): return read(value, at: at)
        case .returnDecided(let refusals): return decided(refusals, at: at)
        case .close(let by, let wasWritten): return close(by, wasWritten, at: at)
        case .renew(let by, let until): return renew(by, until, at: at)
        case .returnNow:
            guard phase == .holding else { return [] }
            returns = at
            return timePassed(at: at)
        case .timePassed: return timePassed(at: at)
        }
    }

    private mutating func stored(_ record: WriteRecord, at: Timestamp) -> [WriteEffect] {
        guard record.id == id else { return [] }
        switch (record, phase) {
        case (.intended, .intending):
            guard at <= permit.sendBy else { return give(up: "It was too late to send.", at: at) }
            phase = .sending
            deadline = at + ActLimits.confirmation
            returns = at + permit.returnAfter
            return [.send(id, value: permit.value, isReturn: false, by: permit.sendBy)]
        case (.returnIntended, .returnIntending):
            phase = .returnSending
            deadline = at + ActLimits.confirmation
            return [
                .send(
                    id, value: permit.returnValue, isReturn: true,
                    by: at + ActLimits.orderLife)
            ]
        default: return []
        }
    }

    /// Nothing was sent, and nothing will be.
    private mutating func give(up words: String, at: Timestamp) -> [WriteEffect] {
        phase = .refused(words)
        returns = nil
        return [.store(.refused(id, words: words, at: at))]
    }

    private mutating func accepted(at: Timestamp) -> [WriteEffect] {
        switch phase {
        case .sending:
            phase = .confirming
            firstMatch = nil
            deadline = at + ActLimits.confirmation
            return [.store(.sent(id, at: at)), .read(id, from: at)]
        case .returnSending:
            phase = .returnConfirming
            firstMatch = nil
            deadline = at + ActLimits.confirmation
            return [.read(id, from: at)]
        default: return []
        }
    }

    private mutating func refused(_ words: String, at: Timestamp) -> [WriteEffect] {
        switch phase {
        case .sending: return give(up: words, at: at)
        case .returnSending:
            // Certainly without effect: the old value is still to be returned from.
            return block("The machine refused it: \(words)", at: at)
        default: return []
        }
    }

    private mutating func lost(_ words: String, at: Timestamp) -> [WriteEffect] {
        switch phase {
        case .sending, .confirming: return lose(words, at: at)
        case .returnSending, .returnConfirming: return loseReturn(words, at: at)
        default: return []
        }
    }

    mutating func lose(_ words: String, at: Timestamp) -> [WriteEffect] {
        phase = .unknown(words)
        isUnresolved = true
        let returns = self.returns ?? at + permit.returnAfter
        self.returns = returns
        return [
            .store(.unknown(id, words: words, at: at, returns: returns)),
            .alarm(id, "Nobody knows whether the machine took the value. Look at it."),
            .read(id, from: at),
        ]
    }

    mutating func loseReturn(_ words: String, at: Timestamp) -> [WriteEffect] {
        phase = .returnUnknown(words)
        isUnresolved = true
        returns = nil
        return [
            .store(.returnUnknown(id, words: words, at: at)),
            .alarm(id, "Nobody knows whether the old value is back. Look at the machine."),
        ]
    }

    private mutating func read(_ value: Double, at: Timestamp) -> [WriteEffect] {
        lastRead = value
        let isReturn = phase == .returnConfirming
        guard phase == .confirming || isReturn else { return [] }
        let wanted = isReturn ? permit.returnValue : permit.value
        guard permit.tolerance.accepts(value, for: wanted) else {
            firstMatch = nil
            return at < deadline
                ? [.read(id, from: at + WriteSequence.nextLook)]
                : differs(value, isReturn, at: at)
        }
        guard let first = firstMatch else {
            firstMatch = at
            deadline = at + WriteSequence.secondLook + ActLimits.confirmation
            return [.read(id, from: at + WriteSequence.secondLook)]
        }
        guard at - first >= WriteSequence.secondLook else {
            return [.read(id, from: first + WriteSequence.secondLook)]
        }
        if isReturn {
            phase = .done
            returns = nil
            return [.store(.returned(id, read: value, at: at))]
        }
        phase = .holding
        let returns = self.returns ?? at
        return [.store(.confirmed(id, read: value, at: at, returns: returns))]
    }

    private mutating func differs(
        _ value: Double, _ isReturn: Bool, at: Timestamp
    ) -> [WriteEffect] {
        if isReturn {
            return loseReturn("It reads \(RulePrinter.number(value)).", at: at)
        }
        phase = .holding
        return [
            .store(.differs(id, read: value, at: at, returns: returns ?? at)),
            .alarm(id, "The machine has \(RulePrinter.number(value)), not what was written."),
        ]
    }

    private mutating func decided(_ refusals: [WriteRefusal], at: Timestamp) -> [WriteEffect] {
        guard phase == .returning else { return [] }
        guard refusals.isEmpty else {
            return block(refusals.map(\.words).joined(separator: " "), at: at)
        }
        phase = .returnIntending
        deadline = at + ActLimits.orderLife
        return [.store(.returnIntended(id, value: permit.returnValue, at: at))]
    }

    private mutating func block(_ words: String, at: Timestamp) -> [WriteEffect] {
        phase = .returnBlocked(words)
        returns = at + WriteSequence.lookAgain
        return [
            .store(.returnBlocked(id, words: words, at: at)),
            .alarm(id, "Restore blocked: \(words)"),
        ]
    }

    private mutating func close(
        _ by: Slug, _ wasWritten: Bool, at: Timestamp
    ) -> [WriteEffect] {
        let record = WriteRecord.closed(id, by: by, wasWritten: wasWritten, at: at)
        switch phase {
        case .unknown:
            phase = wasWritten ? .holding : .done
            if !wasWritten { returns = nil }
        case .returnUnknown, .returnBlocked:
            phase = .done
            returns = nil
        default:
            // The value went back by itself; that nobody knew of it still has to be looked at.
            guard isUnresolved else { return [] }
        }
        isUnresolved = false
        return [.store(record)]
    }

    private mutating func renew(
        _ by: Slug, _ until: Timestamp, at: Timestamp
    ) -> [WriteEffect] {
        guard phase == .holding, let returns, until > returns,
            until - at <= permit.returnAfter
        else { return [] }
        self.returns = until
        return [.store(.renewed(id, by: by, returns: until, at: at))]
    }

    private mutating func timePassed(at: Timestamp) -> [WriteEffect] {
        switch phase {
        case .intending:
            guard at > permit.sendBy else { return [] }
            return give(up: "It could not be noted in time.", at: at)
        case .sending, .confirming:
            guard at >= deadline else { return [] }
            if phase == .confirming, let lastRead, firstMatch == nil {
                return differs(lastRead, false, at: at)
            }
            return lose("No answer came in time.", at: at)
        case .returnSending, .returnConfirming:
            guard at >= deadline else { return [] }
            return loseReturn("No answer came in time.", at: at)
        case .returnIntending:
            guard at > deadline else { return [] }
            return block("It could not be noted in time.", at: at)
        case .holding, .unknown, .returnBlocked:
            guard let due = returns, at >= due else { return [] }
            phase = .returning
            deadline = at + ActLimits.orderLife
            return [.decideReturn(id)]
        case .returning:
            guard at >= deadline else { return [] }
            deadline = at + ActLimits.orderLife
            return [.decideReturn(id)]
        default: return []
        }
    }
}
