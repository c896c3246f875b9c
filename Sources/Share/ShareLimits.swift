// The named limits of what the box gives to other systems.

public import Plant

/// Every limit of this room, with its unit.
public enum ShareLimits {
    /// Observations that the MTConnect agent keeps, about 10 MB when full.
    public static let agentObservations = 32_768
    /// How long the agent goes on watching after the last request; then it rests.
    public static let agentRest = Elapsed.minutes(10)
    /// Open streams of the agent.
    public static let agentStreams = 32
    /// Longest wait of a stream before it looks again.
    public static let agentLook = Elapsed.milliseconds(500)
    /// Shortest wait of a stream before it looks again.
    public static let agentShortestLook = Elapsed.milliseconds(20)
    /// Time between two looks at what the machines do.
    public static let look = Elapsed.seconds(1)
    /// Shortest time between two looks at the state of one machine.
    public static let stateLook = Elapsed.seconds(2)
    /// Longest time between two looks at the state of one machine: states change by the clock too.
    public static let stateRenewal = Elapsed.seconds(15)
    /// Messages that wait while the broker is away; the oldest goes, and is counted.
    public static let waitingMessages = 10_000
    /// Bytes of messages that wait, topics and contents.
    public static let waitingBytes = 8 << 20
    /// Messages that were sent and that the broker has not acknowledged yet.
    public static let messagesInFlight = 32
    /// Values that a Sparkplug edge node keeps while it may not publish.
    public static let sparkplugValues = 10_000
    /// Bytes of the largest packet to and from a broker.
    public static let brokerPacketBytes = 1 << 20
    /// Time for a connection to the broker to open.
    public static let connectTime = Elapsed.seconds(10)
    /// Longest wait for the broker's word before what is to be sent is looked at.
    public static let brokerLook = Elapsed.milliseconds(250)
    /// First wait after a failed connection; it doubles.
    public static let firstBackOff = Elapsed.seconds(1)
    /// Longest wait after a failed connection.
    public static let longestBackOff = Elapsed.seconds(60)
    /// Longest silence to the broker before it is asked, seconds.
    public static let keepAliveSeconds: UInt16 = 20
    /// Time for the last words when the box stops.
    public static let farewell = Elapsed.seconds(2)
    /// Examples of topics on the page.
    public static let examples = 8
    /// Bytes of a user name or password.
    public static let credentialBytes = 512
}
