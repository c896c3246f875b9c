// Every limit of messages that leave the box, in one place.

public import Plant

/// Limits of messages, of waiting and of answers, with their units.
public enum OutboundLimits {
    /// Bytes of a subject at most.
    public static let subjectBytes = 500
    /// Bytes of the plain text of a message at most.
    public static let textBytes = 256 * 1024
    /// Bytes of the text with markup of a message at most.
    public static let markupBytes = 4 * 1024 * 1024
    /// Links of one message at most.
    public static let links = 10
    /// Bytes of an address on the web at most.
    public static let addressBytes = 2_048
    /// Characters of the id of a message at most.
    public static let idCharacters = 100
    /// Recipients of one e-mail at most.
    public static let recipients = 50
    /// Bytes of a template at most.
    public static let templateBytes = 16 * 1024
    /// Levels of lists and records in a JSON template at most.
    public static let templateDepth = 32
    /// Header fields of one's own for a post at most.
    public static let headerFields = 20
    /// Bytes of the body of a post at most.
    public static let postBytes = 1024 * 1024
    /// Characters of one SMS at most.
    public static let smsCharacters = 160
    /// Bytes of a message for ntfy at most: more would arrive as a file.
    public static let ntfyBytes = 4_096
    /// Buttons of one ntfy message at most.
    public static let ntfyActions = 3
    /// Bytes of a message for Teams at most.
    public static let teamsBytes = 28 * 1024
    /// Bytes kept of what a server answers.
    public static let answerBytes = 4_096
    /// Bytes of an answer after which the connection is closed.
    public static let longestAnswerBytes = 1024 * 1024
    /// Lines kept of one reply of a mail server.
    public static let replyLines = 10
    /// Characters of a server's own words that are shown.
    public static let wordCharacters = 200
    /// Bytes from which a secret is looked for in a server's words; shorter ones occur by chance.
    public static let shortestMasked = 6
    /// Messages that wait for one channel at most; more join the summary.
    public static let waiting = 20
    /// Channels of one box at most.
    public static let channels = 100
    /// Ids of finished messages remembered for each channel, to know a repeat.
    public static let remembered = 200
    /// Messages to one person within an hour at most.
    public static let messagesAnHour = 6
    /// Machines that a summary counts by name at most.
    public static let summaryMachines = 20
    /// How long a message is tried at most.
    public static let longestTrying = Elapsed.hours(24)
    /// The first wait before another try.
    public static let firstWait = Elapsed.seconds(30)
    /// The longest wait before another try, when the server does not ask for more.
    public static let longestWait = Elapsed.hours(1)
    /// The longest wait that a server can ask for.
    public static let longestAskedWait = Elapsed.hours(6)
    /// Time for a connection to be made.
    public static let connectTime = Elapsed.seconds(15)
    /// Time for one e-mail, the server's last answer included.
    ///
    /// RFC 5321, 4.5.3.2.6 would wait ten minutes for that answer; three hold one thread.
    public static let mailTime = Elapsed.seconds(180)
    /// Time for one post, the answer included.
    public static let postTime = Elapsed.seconds(30)
}
