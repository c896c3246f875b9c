// Every limit of looking for machines in one value, with its unit.

public import Plant

/// The limits of a scan: how many, how fast, how long.
public enum ScanLimits {
    /// Addresses of one scan.
    public static let addresses = 1_024
    /// Parts of a range, separated by commas.
    public static let parts = 32
    /// Bytes of a range as it is written.
    public static let textBytes = 1_024
    /// New connections a second, to all addresses together.
    public static let connectionsPerSecond: Int64 = 20
    /// Addresses that are asked at once; each has one connection at a time.
    public static let addressesAtOnce = 32
    /// How long an address may take to accept a connection.
    public static let connectTimeout = Elapsed.seconds(1)
    /// How long an answer may take.
    public static let answerTimeout = Elapsed.seconds(1)
    /// How long an answer may take that is a document or needs several steps.
    public static let documentTimeout = Elapsed.seconds(3)
    /// How long one protocol at one address may take in all, without listening.
    public static let visit = Elapsed.seconds(10)
    /// Pause between two questions to one address.
    public static let pause = Elapsed.milliseconds(100)
    /// Requests to one address in one protocol; in Modbus to one unit of it.
    public static let requests = 2
    /// Requests to one web server: two of its own pages and one of a page that it pointed to.
    public static let webRequests = 3
    /// Requests to one Modbus unit when a person asks for a closer look.
    public static let closerRequests = 8
    /// Connections to one address in one protocol; in Modbus to one unit of it.
    public static let connections = 2
    /// Units of one Modbus address.
    public static let units = 16
    /// Bytes taken from one address in one protocol.
    public static let receivedBytes = 512 * 1024
    /// Bytes taken of a web page.
    public static let pageBytes = 64 * 1024
    /// How long a line is listened to before it is spoken to.
    public static let lineListening = Elapsed.seconds(2)
    /// How long a broker is listened to.
    public static let brokerListening = Elapsed.seconds(10)
    /// The longest time for which a broker may be listened to.
    public static let longestListening = Elapsed.minutes(10)
    /// Topics that are remembered; later ones are counted.
    public static let topics = 2_000
    /// Fields of one topic that are remembered.
    public static let topicFields = 64
    /// Messages after which listening to a broker ends.
    public static let messages = 50_000
    /// Characters of a text of a device that are shown.
    public static let shownCharacters = 80
    /// Characters of a fact that are shown.
    public static let factCharacters = 320
    /// Events that may wait for a reader; the oldest give way and are counted.
    public static let events = 65_536
    /// Findings that a summary keeps.
    public static let findings = 4_096
    /// Serial ports of one scan.
    public static let ports = 32
    /// How long a unit on a serial line may take to answer.
    public static let serialTimeout = Elapsed.milliseconds(300)
    /// Serial bytes that are looked at for the guess of a speed.
    public static let serialBytes = 4_096
    /// How long answers to multicast are awaited.
    public static let serviceListening = Elapsed.seconds(4)
}
