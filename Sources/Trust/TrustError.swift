// What can go wrong with certificates and keys, as values.

/// Which text of the two that make a certificate usable.
public enum TrustPiece: Hashable, Sendable, CustomStringConvertible {
    /// The certificate of the box's own authority.
    case authorityCertificate
    /// The private key of the box's own authority.
    case authorityKey
    /// The certificate that the box shows to browsers, with those that vouch for it.
    case certificate
    /// The private key of the certificate that the box shows.
    case key

    /// The piece in plain words, without an article.
    ///
    /// For example `certificate file`.
    public var description: String {
        switch self {
        case .authorityCertificate: "authority's certificate file"
        case .authorityKey: "authority's key file"
        case .certificate: "certificate file"
        case .key: "key file"
        }
    }

    /// Tells whether the piece holds a private key.
    ///
    /// Nothing out of such a piece is ever repeated in a message.
    public var isKey: Bool { self == .key || self == .authorityKey }
}

/// Why a certificate or key cannot be made or used.
///
/// Times are UTC nanoseconds since 1970. `TrustError+Words.swift` says each case in plain words.
public enum TrustError: Error, Hashable, Sendable {
    /// The text is longer than ``TrustLimits/textBytes``.
    case tooLong(TrustPiece, bytes: Int)
    /// The text holds no PEM block at all.
    case noPEM(TrustPiece)
    /// The text holds PEM blocks, but none of the kind needed.
    case wrongLabel(TrustPiece, found: String)
    /// The text has more blocks than ``TrustLimits/blocks``.
    case tooManyBlocks(TrustPiece)
    /// A block cannot be decoded; its position counts from 1.
    case damaged(TrustPiece, block: Int, detail: String)
    /// The key is locked with a pass phrase.
    case keyLocked(TrustPiece)
    /// The key belongs to another certificate.
    case keyDoesNotMatch
    /// The certificate given as the authority may not issue certificates.
    case notAnAuthority
    /// A certificate of the chain has ended; its position counts from 1.
    case expired(position: Int, on: Int64)
    /// A certificate of the chain has not begun; its position counts from 1.
    case notYetValid(position: Int, from: Int64, now: Int64)
    /// None of the names in the certificate is one under which the box is opened.
    case noNameMatches(holds: [CertificateName], inUse: [CertificateName])
    /// An RSA key of the chain is shorter than ``TrustLimits/rsaBits``.
    case weakRSA(position: Int, bits: Int)
    /// The certificate was signed with SHA-1, which browsers refuse.
    case weakSignature(position: Int)
    /// The certificate has a kind of key that common browsers do not know.
    case unusualKey(String)
    /// The certificate is meant for something else than a server.
    case notForServers
    /// The text is neither a host name nor an address.
    case badName(String)
    /// A certificate was asked for without names.
    case noNames
    /// A certificate was asked for with more names than ``TrustLimits/names``.
    case tooManyNames(Int)
    /// The box's clock is before the day on which the authority was made.
    case clockBehindAuthority(now: Int64, authorityFrom: Int64)
    /// The authority has ended, so nothing it issues would be trusted.
    case authorityEnded(on: Int64)
    /// The library could not sign or encode.
    case cannotSign(detail: String)
}
