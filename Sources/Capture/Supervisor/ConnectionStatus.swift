// How a connection does, in words and counts, for the page of machines.

public import Plant

/// How a connection does.
public struct ConnectionStatus: Hashable, Sendable {
    /// Where a connection stands.
    public enum Phase: String, Hashable, Sendable {
        /// Not tried yet.
        case starting
        /// Values arrive.
        case connected
        /// Lost or never reached; will be tried again.
        case retrying
        /// Waits for a better configuration.
        case misconfigured
        /// Switched off.
        case stopped
    }

    /// Which connection.
    public let id: Slug
    /// Its connector.
    public let kind: String
    /// Where it stands.
    public internal(set) var phase: Phase
    /// The same in words.
    public internal(set) var words: String
    /// Since when.
    public internal(set) var since: Timestamp
    /// The last time something good arrived.
    public internal(set) var lastSuccess: Timestamp?
    /// The next attempt to connect, nil while connected or held.
    public internal(set) var nextAttempt: Timestamp?
    /// The last thing that went wrong, nil when nothing did since the last connect.
    public internal(set) var problem: String?
    /// What a person can do about it.
    public internal(set) var remedy: String?
    /// Attempts to connect.
    public internal(set) var attempts = 0
    /// Polls made.
    public internal(set) var polls: Int64 = 0
    /// Polls that could not be made in their time.
    public internal(set) var lostPolls: Int64 = 0
    /// Requests that failed.
    public internal(set) var failedRequests: Int64 = 0
    /// Messages that arrived by themselves.
    public internal(set) var received: Int64 = 0
    /// Samples dropped because the box could not keep up.
    public internal(set) var droppedSamples: Int64 = 0

    /// A connection that has not been tried.
    public init(id: Slug, kind: String, at time: Timestamp) {
        self.id = id
        self.kind = kind
        phase = .starting
        words = "Starting"
        since = time
    }

    mutating func move(to phase: Phase, words: String, at time: Timestamp) {
        if self.phase != phase { since = time }
        self.phase = phase
        self.words = words
    }
}
