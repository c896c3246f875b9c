// The named limits of the web room (R-41, R-52, S-24).

/// Every limit of this room, with its unit.
public struct WebLimits: Sendable, Hashable {
    /// Body of a line-protocol or import request as sent, bytes.
    public var bodyBytes = 8 * 1024 * 1024
    /// Body of a form or a JSON request, bytes.
    public var formBytes = 64 * 1024
    /// Body after unpacking, bytes.
    public var unpackedBytes = 64 * 1024 * 1024
    /// How many times larger a body may become by unpacking.
    public var unpackRatio = 20
    /// Header block, bytes.
    public var headerBytes = 16 * 1024
    /// Header fields.
    public var headerFields = 64
    /// Bytes of a spreadsheet that is brought in.
    public var importBytes = 32 * 1024 * 1024
    /// Spreadsheets that wait at the same time.
    public var importsWaiting = 6
    /// Bytes of all that wait.
    public var importBytesWaiting = 64 * 1024 * 1024
    /// Seconds between two looks into the watch folder.
    public var inboxSeconds = 10
    /// Seconds within which a request's head must have come.
    public var headSeconds = 15
    /// Open connections of one address.
    public var connectionsPerAddress = 256
    /// Open connections in all; more wait.
    public var connections = 1_024
    /// Writes being stored at the same time.
    public var writesInFlight = 64
    /// Bytes of writes being stored at the same time, after unpacking.
    public var writeBytesInFlight = 64 * 1024 * 1024
    /// Refused lines that an answer lists.
    public var refusedLines = 100
    /// Items of a list unless asked for fewer.
    public var listDefault = 100
    /// Items of a list at most.
    public var listMaximum = 1000
    /// Points of one answer of buckets at most (S-25).
    public var points = 100_000
    /// Signals of one answer at most.
    public var signals = 5_000
    /// Patterns of signals in one request.
    public var patterns = 50
    /// Bytes of one pattern.
    public var patternBytes = 400
    /// Signals times cells of one answer at most.
    public var figures = 2_000_000
    /// Samples read from the store at a time while streaming, as a length of time in hours.
    public var streamHours: Int64 = 6
    /// Samples that one query of the Prometheus interface reads.
    public var promSamples = 10_000_000
    /// Steps of one query of the Prometheus interface.
    public var promSteps = 11_000
    /// Samples read from the store at a time for a raw export, as a length of time in hours.
    public var rawStreamHours: Int64 = 24
    /// Bytes of a raw export written to the network at a time.
    public var rawStreamBytes = 128 * 1024
    /// Rows written to the network at a time while streaming.
    public var streamRows = 2000
    /// Live messages kept so that a page that lost its stream can go on.
    public var liveBacklog = 512
    /// Live messages waiting for one page; more and the page is told to read everything again.
    public var liveQueue = 64
    /// Open live streams.
    public var liveStreams = 256
    /// Seconds between two signs of life on a live stream.
    public var liveHeartbeat = 15
    /// Smallest body that is packed, bytes.
    public var packFrom = 1024
    /// Longest period of a page or an answer, days.
    public var rangeDays: Int64 = 3700
    /// Seconds after which an idle connection is closed.
    public var idleSeconds = 75

    /// The limits as documented.
    public init() {}

    /// Lines of progress kept for a slow reader of `verify`; the oldest goes.
    static let progressLines = 16
    /// Letters of a name, and of the longer names of products and check lists.
    static let nameLetters = 80
    static let longNameLetters = 120
    /// Stored pieces named behind one figure.
    static let pieces = 1000
    /// Newest corrections of states that a page looks through.
    static let correctionsLook = 200
    /// Journal entries read at once for an export.
    static let exportPage = 1000
}
