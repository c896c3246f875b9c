// Where samples go: the seam to the stores, and a sink in memory for tests and dry runs.

public import Plant
import Synchronization

/// Takes batches from connectors; the running box implements it.
public protocol SampleSink: Sendable {
    /// Takes samples of class D3: polled, streamed, MQTT QoS 0. Never fails; may drop and count.
    func accept(_ batches: [SampleBatch]) async

    /// Stores samples of class D2 with the cursor of their source in one transaction.
    ///
    /// Returns after the flush: only then may an acknowledgement leave.
    func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws
}

extension SampleSink {
    /// Takes one batch of class D3.
    public func accept(_ batch: SampleBatch) async { await accept([batch]) }

    /// Stores one batch of class D2 with the cursor of its source.
    public func store(_ batch: SampleBatch, cursor: SourceCursor?) async throws {
        try await store([batch], cursor: cursor)
    }
}

/// A series by the name its source gives it (decisions 5).
public struct SeriesKey: Hashable, Sendable {
    /// The connection: `line-protocol`, `import`, or a configured one.
    public let connection: Slug
    /// The address in the connection's grammar: `energy,meter=m1 kwh`, or a topic.
    public let address: String
    /// The kind of values that was seen first.
    public let kind: ValueKind
    /// A name to propose to people.
    public let name: String
    /// UCUM code if the source says one, else empty.
    public let unit: String
    /// Tags of the source that may propose a machine, such as `machine`.
    public let tags: [String: String]

    /// A series.
    public init(
        connection: Slug, address: String, kind: ValueKind, name: String, unit: String = "",
        tags: [String: String] = [:]
    ) {
        self.connection = connection
        self.address = address
        self.kind = kind
        self.name = name
        self.unit = unit
        self.tags = tags
    }
}

/// A signal that has its number.
public struct RegisteredSignal: Hashable, Sendable {
    /// Its number.
    public let id: SignalID
    /// The kind of its values, for ever; may differ from the kind asked for.
    public let kind: ValueKind

    /// A numbered signal.
    public init(id: SignalID, kind: ValueKind) {
        self.id = id
        self.kind = kind
    }
}

/// Gives numbers to series: known ones keep theirs, new ones become unassigned signals.
public protocol SignalRegistry: Sendable {
    /// One signal for each key, in order; fewer when only the first ones have room.
    ///
    /// Throws ``SeriesLimitReached`` when there is room for none of them.
    func signals(for keys: [SeriesKey]) async throws -> [RegisteredSignal]
}

/// No more series fit.
public struct SeriesLimitReached: Error, Hashable, Sendable {
    /// How many series there may be.
    public let limit: Int

    /// The limit was reached.
    public init(limit: Int = CaptureLimits.series) {
        self.limit = limit
    }
}

/// Keeps everything in memory, for tests and dry runs.
public final class MemorySink: SampleSink, SignalRegistry {
    /// What a sink in memory holds.
    public struct Content: Sendable {
        /// Batches of class D3 in order of arrival.
        public var accepted: [SampleBatch] = []
        /// Batches of class D2 in order of arrival.
        public var stored: [SampleBatch] = []
        /// The cursors given with them.
        public var cursors: [SourceCursor] = []
        /// Calls of `store`, each of which stands for one flush.
        public var flushes = 0
        /// Series in order of their numbers, from `firstNewSignal`.
        public var series: [SeriesKey] = []
    }

    private let content = Mutex(Content())
    private let numbers = Mutex<[String: RegisteredSignal]>([:])
    private let firstNewSignal: UInt32
    private let limit: Int
    private let failure: (@Sendable () -> (any Error)?)?

    /// An empty sink whose first new series gets a number; `failure` can make `store` fail.
    public init(
        firstNewSignal: UInt32 = 1_000, seriesLimit: Int = CaptureLimits.series,
        failure: (@Sendable () -> (any Error)?)? = nil
    ) {
        self.firstNewSignal = firstNewSignal
        limit = seriesLimit
        self.failure = failure
    }

    /// What has arrived so far.
    public var snapshot: Content { content.withLock { $0 } }

    /// Keeps batches of class D3.
    public func accept(_ batches: [SampleBatch]) async {
        content.withLock { $0.accepted.append(contentsOf: batches) }
    }

    /// Keeps batches of class D2 and their cursor.
    public func store(_ batches: [SampleBatch], cursor: SourceCursor?) async throws {
        if let error = failure?() { throw error }
        content.withLock {
            $0.stored.append(contentsOf: batches)
            $0.flushes += 1
            if let cursor { $0.cursors.append(cursor) }
        }
    }

    /// Numbers series from `firstNewSignal` on.
    public func signals(for keys: [SeriesKey]) async throws -> [RegisteredSignal] {
        try numbers.withLock { known in
            var given: [RegisteredSignal] = []
            for key in keys {
                let name = key.connection.text + " " + key.address
                if let signal = known[name] {
                    given.append(signal)
                    continue
                }
                guard known.count < limit else { break }
                let id = SignalID(firstNewSignal + UInt32(known.count))
                let signal = RegisteredSignal(id: id, kind: key.kind)
                known[name] = signal
                content.withLock { $0.series.append(key) }
                given.append(signal)
            }
            if given.isEmpty, !keys.isEmpty { throw SeriesLimitReached(limit: limit) }
            return given
        }
    }
}
