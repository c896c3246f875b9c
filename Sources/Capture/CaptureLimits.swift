// Every limit of this room in one value, with its unit.

public import Plant

/// The limits of capturing: queues, waits and sizes.
public enum CaptureLimits {
    /// Lines of one tag set that memory is kept ready for before they are there.
    static let linesReserved = 8_192
    /// Samples that may wait between a connector and the store.
    public static let queuedSamples = 8_192
    /// Bytes that may wait between a connector and the store.
    public static let queuedBytes = 4 * 1024 * 1024
    /// How often, and how far apart, a trial asks whether the one before it has ended.
    static let trialTurns = 30
    static let trialTurn = Elapsed.milliseconds(100)
    /// How long a connection attempt may take.
    public static let connectTimeout = Elapsed.seconds(3)
    /// How long a request may take unless a connector says otherwise.
    public static let requestTimeout = Elapsed.seconds(1)
    /// The first wait after a failure.
    public static let firstBackOff = Elapsed.seconds(1)
    /// The longest wait after a failure.
    public static let longestBackOff = Elapsed.seconds(60)
    /// The shortest time between two connection attempts to one device.
    public static let attemptSpacing = Elapsed.seconds(1)
    /// Time between the starts of two connections.
    public static let startSpacing = Elapsed.milliseconds(50)
    /// Failed requests after which a connection counts as lost.
    public static let failuresUntilLost = 3
    /// Poll periods after which a connection counts as lost.
    public static let periodsUntilLost: Int64 = 2
    /// How far a source time may lie ahead of its arrival (decisions 8).
    public static let futureTolerance = Elapsed.minutes(5)
    /// How far a source time may lie behind its arrival (decisions 8).
    public static let pastTolerance = Elapsed.hours(24)
    /// Series that one box keeps.
    public static let series = 50_000
    /// Labels of one series.
    public static let seriesLabels = 32
    /// Bytes of a text value.
    public static let textBytes = 4_096
    /// Bytes of one line of line protocol.
    public static let lineBytes = 64 * 1024
    /// Bytes of one request of line protocol after decompression.
    public static let lineProtocolBodyBytes = 64 * 1024 * 1024
    /// Bytes of one row of a CSV file.
    public static let csvRowBytes = 64 * 1024
    /// Refused lines that an answer lists.
    public static let listedRefusals = 100
    /// Samples in one batch handed to a sink by file and HTTP intake.
    public static let batchSamples = 4_096
    /// Rows that a dry run shows.
    public static let dryRunRows = 20
    /// Bytes of refused rows that an import keeps for the person.
    public static let refusedBytes = 4 * 1024 * 1024
    /// Bytes of an MQTT packet.
    public static let mqttPacketBytes = 1024 * 1024
    /// How long a probe listens to a broker.
    public static let probeListening = Elapsed.seconds(3)
    /// Troubles of an MTConnect agent in a row after which its session counts as lost.
    public static let agentTroubles = 6
    /// How often the place in an agent's buffer is stored while nothing of ours comes.
    public static let cursorSpacing = Elapsed.seconds(30)
    /// Silence after opening a line behind which the next byte begins a line of text.
    public static let lineSilence = Elapsed.milliseconds(150)
    /// Bytes read from a socket at once.
    public static let receiveBytes = 64 * 1024
    /// Signals that one MQTT connection may discover by itself.
    public static let discoveredSignals = 5_000
    /// Bytes at the start of a file that the guess looks at.
    public static let guessBytes = 64 * 1024
    /// Problems that one connection remembers to avoid saying them twice.
    public static let rememberedProblems = 64
}

extension Elapsed {
    /// The length so many times over, held at the longest length that can be kept.
    func times(_ count: Int64) -> Elapsed {
        let (product, overflow) = nanoseconds.multipliedReportingOverflow(by: count)
        return overflow ? Elapsed(nanoseconds: .max) : Elapsed(nanoseconds: product)
    }

    /// The length in words: "1 s", "250 ms", "2 min".
    public var words: String {
        if nanoseconds % 3_600_000_000_000 == 0, nanoseconds != 0 {
            return "\(nanoseconds / 3_600_000_000_000) h"
        }
        if nanoseconds % 60_000_000_000 == 0, nanoseconds != 0 {
            return "\(nanoseconds / 60_000_000_000) min"
        }
        if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000) s" }
        return "\(nanoseconds / 1_000_000) ms"
    }
}
