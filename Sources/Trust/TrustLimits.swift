// The limits of the trust room, each with its unit.

/// How much the trust room reads, and how long what it issues lives.
public enum TrustLimits {
    /// Bytes of one PEM text; a longer one is refused before it is read.
    public static let textBytes = 64 * 1024
    /// Blocks in one PEM text, certificates and others together; more are refused.
    public static let blocks = 16
    /// Names in one certificate that the box issues; more are refused.
    public static let names = 64
    /// Names shown in one message; the rest are counted.
    public static let namesShown = 6
    /// Characters of an owner's text repeated in a message; the rest is left out.
    public static let shownCharacters = 60
    /// Characters of a host name (RFC 1035, 2.3.4).
    public static let hostNameCharacters = 253
    /// Characters of one part of a host name (RFC 1035, 2.3.4).
    public static let labelCharacters = 63
    /// Characters of the authority's common name (RFC 5280, appendix A: ub-common-name).
    public static let commonNameCharacters = 64
    /// Days that an authority lives, leap days counted.
    public static let authorityDays: Int64 = 3652
    /// Days that a server certificate lives; browsers accept 397, and no more, from public issuers.
    public static let serverDays: Int64 = 397
    /// Days that an OPC UA application certificate lives, leap days counted.
    public static let applicationDays: Int64 = 3652
    /// Days before the present at which a certificate begins, for tablets whose clocks are slow.
    public static let backdatedDays: Int64 = 1
    /// Days left from which on an owner's certificate is reported as ending.
    public static let warningDays: Int64 = 30
    /// Bits that an RSA key must have.
    public static let rsaBits = 2048
}
