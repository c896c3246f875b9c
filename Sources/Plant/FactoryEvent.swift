// Everything that people, rules and the box itself can say: the vocabulary of the journal.

/// One thing that was said or done; the journal stores nothing else.
public enum FactoryEvent: Hashable, Sendable {
    /// The site's name, zone and currency.
    case siteNamed(name: String, zone: String, currency: Currency)
    /// An area was added or renamed.
    case areaSet(id: Slug, name: String)
    /// A machine was added and confirmed.
    case machineAdded(id: Slug, name: String, area: Slug?)
    /// A machine was renamed or moved.
    case machineChanged(id: Slug, name: String, area: Slug?)
    /// A machine was taken out of use or brought back.
    case machineRetired(id: Slug, isRetired: Bool)
    /// A connection was made or changed.
    case connectionSet(Connection)
    /// A connection was removed.
    case connectionRemoved(id: Slug)
    /// A signal got its number.
    case signalAdded(Signal)
    /// A signal belongs to a machine from a time on, which may reach back.
    case signalAssigned(id: SignalID, machine: Slug, slug: Slug, from: Timestamp)
    /// A signal is named or read differently.
    case signalChanged(id: SignalID, name: String, unit: String, source: SignalSource)
    /// A signal is no longer read, or read again.
    case signalRetired(id: SignalID, isRetired: Bool)
    /// How a machine's state is seen, from a time on.
    case stateRuleSet(machine: Slug, rule: StateRule, from: Timestamp)
    /// How a machine's parts are counted; nil: they are not.
    case countRuleSet(machine: Slug, rule: CountRule?)
    /// How a machine's energy is measured; nil: it is not.
    case energyRuleSet(machine: Slug, rule: EnergyRule?)
    /// A reason was added or changed.
    case reasonSet(StopReason)
    /// A reason is no longer offered.
    case reasonRetired(id: Slug)
    /// Working time from a date on.
    case calendarSet(CalendarVersion)
    /// What an hour or a kilowatt hour is worth, from a time on.
    case rateSet(kind: RateKind, rate: Rate, from: Timestamp)
    /// Which machine limits the factory; nil: none said.
    case constraintSet(machine: Slug?)

    /// Machines pass parts on to one another; without machines the line is taken apart.
    case lineSet(ProductionLine)
    /// What electricity costs, from a time on.
    case tariffSet(Tariff, from: Timestamp)
    /// What is watched about a part; a subgroup of 0 ends it.
    case characteristicSet(Characteristic)
    /// What a kWh weighs on the climate in a year.
    case carbonFactorSet(CarbonFactor)

    /// A job started on a machine; it ends the one before.
    case jobStarted(
        machine: Slug, at: Timestamp, job: String, product: String, idealPerPart: Elapsed?,
        isEstimate: Bool, plannedParts: Int64?)
    /// The job on a machine ended.
    case jobEnded(machine: Slug, at: Timestamp)
    /// Why a machine stood at a moment.
    case stopReason(machine: Slug, at: Timestamp, reason: Slug, detail: String)
    /// What a stretch of a machine's time was.
    case periodMarked(machine: Slug, range: TimeRange, kind: MarkKind, reason: Slug?)
    /// Parts booked by hand.
    case countBooked(
        machine: Slug, range: TimeRange, good: Int64, scrap: Int64, rework: Int64, cause: String)
    /// What a machine really did, said by a person who knows: it holds over what was observed.
    case stateCorrected(machine: Slug, range: TimeRange, state: ObservedState)
    /// What looked odd from a time on is as it should be; nil: all signals of the machine.
    case oddExplained(machine: Slug, signal: SignalID?, at: Timestamp, note: String)
    /// A person is dealing with a machine's problem.
    case problemSeen(machine: Slug, at: Timestamp)

    /// A product as it holds from a time on.
    case productSet(Product, from: Timestamp)
    /// A product is no longer offered, or offered again.
    case productRetired(id: Slug, isRetired: Bool)
    /// A job was put on the list or changed there.
    case jobPlanned(PlannedJob)
    /// A job is finished and leaves the list, or comes back.
    case jobClosed(job: String, isClosed: Bool)
    /// A check list was made or changed; without steps it is taken away.
    case checkListSet(CheckList)
    /// Somebody at a machine calls for help.
    case helpCalled(machine: Slug, at: Timestamp, kind: HelpKind)
    /// What a machine without signals does from a moment on, told by a person at it.
    case stateTold(machine: Slug, at: Timestamp, state: ObservedState)
    /// A stop is parted in two at a moment, or joined again.
    case stopCut(machine: Slug, at: Timestamp, isCut: Bool)
    /// More about the stop that was under way at a moment, in somebody's own words.
    case stopNoted(machine: Slug, at: Timestamp, note: String)
    /// A step of a check list was answered.
    case checkAnswered(CheckAnswer)
    /// A document belongs to a job.
    case documentAttached(JobDocument)

    /// A shift's figures were closed, or revised for late data; `facts` are its elements.
    case shiftClosed(machine: Slug, shift: String, revision: Int64, facts: Fact)
    /// An import began; its samples carry the number.
    case importStarted(number: UInt32, file: String, sha256: String)
    /// An import ended.
    case importDone(number: UInt32, taken: Int64, refused: Int64)
    /// An import was taken back: its samples no longer count.
    case importUndone(number: UInt32)
    /// A person may come in, with a role.
    case personSet(id: Slug, name: String, role: Role)
    /// A person may no longer come in.
    case personEnded(id: Slug)
    /// Somebody came in, was refused, or did something to the box itself (S-30).
    case accessNoted(AccessNote)
    /// The box started (decisions 22).
    case boot(id: String, wall: Timestamp, monotonic: Elapsed)
    /// The wall clock jumped.
    case clockStep(at: Timestamp, by: Elapsed)
    /// Samples were dropped, first of a kind or the hour's sum.
    case samplesDropped(stage: String, reason: String, count: Int64)
    /// An event of a kind this version does not know; kept as it is.
    case other(kind: String, facts: Fact)
}

/// An event about to be stored.
public struct EventDraft: Hashable, Sendable {
    /// Made where the event was born; a repeat of it has no second effect.
    public let id: EventID
    /// Who said it: a person, `box`, `import` or a device.
    public let actor: String
    /// What was said.
    public let event: FactoryEvent

    /// A draft.
    public init(id: EventID, actor: String, event: FactoryEvent) {
        self.id = id
        self.actor = actor
        self.event = event
    }
}

/// An event as stored.
public struct StoredEvent: Hashable, Sendable {
    /// Place in the journal: 1 for the first, no gaps.
    public let sequence: Int64
    /// Its id.
    public let id: EventID
    /// When it was stored, UTC.
    public let recorded: Timestamp
    /// Who said it.
    public let actor: String
    /// What was said.
    public let event: FactoryEvent

    /// A stored event.
    public init(
        sequence: Int64, id: EventID, recorded: Timestamp, actor: String, event: FactoryEvent
    ) {
        self.sequence = sequence
        self.id = id
        self.recorded = recorded
        self.actor = actor
        self.event = event
    }
}
