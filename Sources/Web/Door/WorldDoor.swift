// What pages and the interface ask of one world: the running one in the product, fixtures in tests.

public import Loop
public import Plant
public import Understand

/// One world as pages see it.
public protocol WorldDoor: Sendable {
    /// Whether its data is real or made up.
    var kind: WorldKind { get }
    /// The world's own now.
    var time: Timestamp { get }
    /// Why samples are not recorded, nil while they are.
    var recordingTrouble: String? { get }
    /// The configuration.
    var factory: Factory { get }
    /// Working time in the site's zone.
    var calendar: ShiftCalendar { get }
    /// The stretch of a range of which only figures of minutes and hours are kept, nil for none.
    func thinned(_ signal: SignalID, range: TimeRange) async throws -> TimeRange?
    /// A control chart of a signal, nil when there is no such signal.
    func quality(
        _ signal: SignalID, range: TimeRange, limits: DrawingLimits?, kind: ChartKind?,
        subgroup: Int?
    ) async throws -> QualityPicture?
    /// The page Quality.
    func qualityOverview(range: TimeRange, chart: ChartKind) async throws -> QualityOverview
    /// Stores one measurement by hand; flushed when it returns (class D1).
    func measure(_ signal: SignalID, value: Double, at time: Timestamp) async throws
    /// States that a machine's trace proposes.
    ///
    /// Throws `LearningRefused` where there is no trace to learn from.
    func learning(
        of machine: Slug, signal: Slug?, range: TimeRange?
    ) async throws -> LearningPicture
    /// Figures split by machine, shift, day, job or product.
    func figureTable(
        range: TimeRange, by splits: [FigureSplit], machine: Slug?
    ) async throws -> FigureTable
    /// Cycles in a machine's trace beside its parts.
    ///
    /// Throws `LearningRefused` where there is no trace.
    func cycles(
        of machine: Slug, signal: Slug?, range: TimeRange
    ) async throws -> CyclePicture
    /// What was odd on a machine in a range.
    func odd(_ machine: Slug, range: TimeRange) async throws -> OddPicture
    /// The page Energy.
    func energy(range: TimeRange) async throws -> EnergyPicture
    /// Lines as one work unit each.
    func lines(range: TimeRange) async throws -> [LinePicture]
    /// The page Now.
    func now() async throws -> NowPicture
    /// One machine as it is now, nil when there is no such machine.
    func machineNow(_ id: Slug) async throws -> MachineNow?
    /// The tablet at a machine, nil when there is no such machine.
    func operatorPicture(_ id: Slug) async throws -> OperatorPicture?
    /// The first line of a machine's page.
    func machineSentence(_ id: Slug) async throws -> String
    /// The page Time.
    func time(range: TimeRange, machine: Slug?) async throws -> TimePicture
    /// The page Machines.
    func machines() async throws -> MachinesPicture
    /// States of a machine in a range.
    func strip(_ machine: Slug, range: TimeRange) async throws -> [StateEpisode]
    /// Buckets of a signal for a chart of `points` columns.
    func chart(_ signal: SignalID, range: TimeRange, points: Int) async throws -> SignalChart
    /// Stored samples of a signal in a range, oldest first.
    func series(_ signal: SignalID, range: TimeRange) async throws -> SampleSeries
    /// Figures of several signals over cells, one row a signal.
    func figures(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold?
    ) async throws -> [[CellFigures]]
    /// Time that several signals spent at each value, over cells.
    func stateTime(
        _ signals: [SignalID], over cells: TimeCells, hold: Hold
    ) async throws -> [StateTime]
    /// Any figure.
    func indicator(_ key: FigureKey) async throws -> KeyedIndicator
    /// The stored pieces that hold samples of signals in a range.
    func pieces(of signals: [SignalID], range: TimeRange) async throws -> [SourcePiece]
    /// Newest values by signal.
    func lastValues() -> [SignalID: LastValue]
    /// Stored events after a sequence number (before it when the newest come first).
    func events(
        after sequence: Int64, limit: Int, kinds: Set<String>?, newestFirst: Bool
    ) async throws -> [StoredEvent]
    /// Journal entries as they are stored, oldest first, with their hashes.
    func chain(
        after sequence: Int64, limit: Int
    ) async throws -> [ChainLine]
    /// Stores one event; flushed when it returns (class D1).
    ///
    /// Throws ``RefusedSaying`` when what was said cannot be stored.
    func say(_ event: FactoryEvent, id: EventID?, actor: String) async throws -> StoredEvent
    /// Stores lines of line protocol; flushed when it returns (class D2).
    func ingest(
        lines: [UInt8], unit: WriteUnit, actor: String
    ) async throws -> WriteOutcome
    /// All imports, the newest first.
    func imports() async throws -> [ImportFacts]
    /// What is stored already in the span of a table.
    func surroundings(
        file: String, sha256: String, range: TimeRange?, machines: Set<Slug>
    ) async throws -> TableSurroundings
    /// Begins an import of a table; its number.
    func beginTable(file: String, sha256: String, actor: String) async throws -> UInt32
    /// Stores the rows of an import and ends it; flushed when it returns (class D1). `progress`
    /// hears which part is stored, from 0 to 1.
    func storeTable(
        _ number: UInt32, drafts: [EventDraft], samples: [SampleBatch], jobs: [PlannedJob],
        taken: Int64, refused: Int64, actor: String, progress: @Sendable (Double) -> Void
    ) async throws
    /// How files with these headings were brought in before, nil for the first time.
    func mapping(for signature: String) async throws -> String?
    /// Keeps how files with these headings are brought in.
    func keep(mapping text: String, for signature: String) async throws
    /// Takes an import back; false when none of that number counts.
    func takeBack(import number: UInt32, actor: String) async throws -> Bool
    /// The page Jobs.
    func jobs() async throws -> JobsPicture
    /// What every job had of every machine and day.
    func jobDays(range: TimeRange) async throws -> [JobDay]
    /// One job, nil when nobody has heard of it.
    func job(_ job: String) async throws -> JobPicture?
    /// Keeps a document of a job; flushed when it returns (class D1).
    func attach(
        _ bytes: [UInt8], name: String, type: String, note: String, to job: String, actor: String
    ) async throws
    /// A document of a job, nil when it has none of that hash; its bytes are nil when they are lost.
    func document(
        _ sha256: String, of job: String
    ) async throws -> (document: JobDocument, bytes: [UInt8]?)?
    /// Reads a CSV file by a mapping; stores nothing when `isDryRun`.
    func importFile(
        _ file: [UInt8], name: String, mapping: String, isDryRun: Bool, actor: String
    ) async throws -> ImportOutcome
}

extension WorldDoor {
    /// No imports.
    public func imports() async throws -> [ImportFacts] { [] }
    /// Nothing is stored yet.
    public func surroundings(
        file: String, sha256: String, range: TimeRange?, machines: Set<Slug>
    ) async throws -> TableSurroundings { TableSurroundings(rows: [], stops: [:], events: []) }
    /// The first import.
    public func beginTable(file: String, sha256: String, actor: String) async throws -> UInt32 { 1 }
    /// Nothing is kept.
    public func storeTable(
        _ number: UInt32, drafts: [EventDraft], samples: [SampleBatch], jobs: [PlannedJob],
        taken: Int64, refused: Int64, actor: String, progress: @Sendable (Double) -> Void
    ) async throws {}
    /// None is kept.
    public func mapping(for signature: String) async throws -> String? { nil }
    /// Nothing is kept.
    public func keep(mapping text: String, for signature: String) async throws {}
    /// None counts.
    public func takeBack(import number: UInt32, actor: String) async throws -> Bool { false }
    /// The machine alone.
    public func operatorPicture(_ id: Slug) async throws -> OperatorPicture? {
        try await machineNow(id).map {
            OperatorPicture(
                now: $0, stops: [], causes: [], isToldByHand: false, told: nil, jobs: [])
        }
    }
    /// No jobs.
    public func jobs() async throws -> JobsPicture { JobsPicture(open: [], closed: []) }
    /// No days.
    public func jobDays(range: TimeRange) async throws -> [JobDay] { [] }
    /// No job.
    public func job(_ job: String) async throws -> JobPicture? { nil }
    /// Nothing is kept.
    public func attach(
        _ bytes: [UInt8], name: String, type: String, note: String, to job: String, actor: String
    ) async throws {
        throw RefusedSaying(field: "file", says: "Nothing is kept here.", remedy: "")
    }
    /// No document.
    public func document(
        _ sha256: String, of job: String
    ) async throws -> (document: JobDocument, bytes: [UInt8]?)? { nil }
    /// Nothing is wrong.
    public var recordingTrouble: String? { nil }
    /// Every sample is kept.
    public func thinned(_ signal: SignalID, range: TimeRange) async throws -> TimeRange? { nil }
}

/// An event that was refused: which field, what is wrong, what to do.
public struct RefusedSaying: Error, Hashable, Sendable {
    /// The field, in the names of the interface.
    public let field: String
    /// What is wrong with it.
    public let says: String
    /// What to do.
    public let remedy: String
    /// Whether an id came again with other words.
    public let isConflict: Bool

    /// A refusal.
    public init(field: String, says: String, remedy: String, isConflict: Bool = false) {
        self.isConflict = isConflict
        self.field = field
        self.says = says
        self.remedy = remedy
    }
}

/// The unit of the times in a line-protocol write.
public enum WriteUnit: String, Hashable, Sendable, CaseIterable {
    /// Nanoseconds, the default.
    case nanoseconds = "ns"
    /// Microseconds.
    case microseconds = "us"
    /// Milliseconds.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"

    /// A unit from the names that version 1 and version 2 clients use, nil for anything else.
    public init?(parameter: String) {
        switch parameter {
        case "ns", "n": self = .nanoseconds
        case "us", "u", "µ": self = .microseconds
        case "ms": self = .milliseconds
        case "s": self = .seconds
        default: return nil
        }
    }
}

/// A line or row that was refused.
public struct RefusedLine: Hashable, Sendable {
    /// 1 for the first.
    public let line: Int
    /// Column, 1 for the first, nil when the whole line is meant.
    public let column: Int?
    /// What is wrong.
    public let says: String

    /// A refused line.
    public init(line: Int, column: Int?, says: String) {
        self.line = line
        self.column = column
        self.says = says
    }
}

/// What became of a line-protocol write.
public struct WriteOutcome: Hashable, Sendable {
    /// Samples that are on the disk now.
    public let stored: Int
    /// How many lines were refused.
    public let refusedCount: Int
    /// The first refused lines, at most 100.
    public let refused: [RefusedLine]

    /// An outcome.
    public init(stored: Int, refusedCount: Int, refused: [RefusedLine]) {
        self.stored = stored
        self.refusedCount = refusedCount
        self.refused = refused
    }
}

/// What became of an import, or would become of it.
public struct ImportOutcome: Hashable, Sendable {
    /// The import's number, nil for a dry run.
    public let number: UInt32?
    /// Rows taken.
    public let taken: Int
    /// Rows refused.
    public let refusedCount: Int
    /// The first refused rows, at most 100.
    public let refused: [RefusedLine]
    /// Samples made of the rows.
    public let samples: Int
    /// What was understood, as sentences.
    public let notes: [String]
    /// All refused rows as CSV with a column of reasons; empty when there are none.
    public let refusedCSV: String

    /// An outcome.
    public init(
        number: UInt32?, taken: Int, refusedCount: Int, refused: [RefusedLine], samples: Int,
        notes: [String], refusedCSV: String = ""
    ) {
        self.refusedCSV = refusedCSV
        self.number = number
        self.taken = taken
        self.refusedCount = refusedCount
        self.refused = refused
        self.samples = samples
        self.notes = notes
    }
}

/// Why a write cannot be stored now.
public enum WriteTrouble: Error, Hashable, Sendable {
    /// The disk is full.
    case diskFull
    /// More is being written than the box can take.
    case busy
}
