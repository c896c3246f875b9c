// The limits of S7 communication that the protocol and its devices set.

/// Sizes and counts of S7 messages.
///
/// Source: ISO 8073 and RFC 1006 for the frames; the sizes of the messages are those that CPUs of
/// the series 300 to 1500 negotiate.
public enum S7Limits {
    /// Bytes of a message that this program asks for.
    public static let pduBytes = 480
    /// The largest message that any CPU negotiates, bytes.
    public static let largestPDUBytes = 960
    /// The smallest message with which a device can be read, bytes.
    public static let smallestPDUBytes = 64
    /// Bytes of one TPKT frame: 4 of its header, 3 of COTP, the largest message.
    public static let frameBytes = 7 + largestPDUBytes
    /// Items of one read.
    public static let items = 20
    /// Bytes of a read request before its items: header 10, function and count 2.
    static let requestBytes = 12
    /// Bytes of one item of a read request.
    static let itemBytes = 12
    /// Bytes of the answer before its items: header 12, function and count 2.
    static let answerBytes = 14
    /// Bytes before the data of each item of the answer.
    static let answerItemBytes = 4
    /// The last byte address that the 24 bits of an item can name.
    static let lastByte = 0x1F_FFFF
    /// The longest text of a STRING.
    static let stringBytes = 254
}
