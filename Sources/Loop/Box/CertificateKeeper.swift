// The certificate that other devices see: the box's own, renewed by itself, or the site's.

public import Plant
import Synchronization
import Trust

/// A certificate with its key, as listeners and pages need it.
public struct ShownCertificate: Sendable {
    /// The chain, leaf first, each in DER.
    public let chain: [[UInt8]]
    /// The private key as PEM.
    public let keyPEM: String
    /// Names and addresses it holds for.
    public let names: [String]
    /// Its fingerprint in groups.
    public let fingerprint: String
    /// When it ends.
    public let ends: Timestamp
    /// The box's own authority: certificate in DER and fingerprint; nil for the site's certificate.
    public let authority: (certificate: [UInt8], fingerprint: String)?
    /// Sentences a person should act on.
    public let warnings: [String]
}

/// Why there is no certificate.
public struct CertificateRefused: Error, Sendable, Hashable {
    /// What is so.
    public let says: String
    /// Why.
    public let why: String
    /// What to do.
    public let remedy: String

    init(_ error: TrustError) {
        says = error.says
        why = error.why
        remedy = error.remedy
    }
}

/// Keeps the certificate in `secrets/` and renews it.
public final class CertificateKeeper: Sendable {
    private let folder: String
    private let settings: Settings
    private let site: @Sendable () -> String
    private let now: @Sendable () -> Timestamp
    private let note: @Sendable (String) async throws -> Void
    private let shown = Mutex<ShownCertificate?>(nil)

    /// A keeper of the certificate in a data folder; `note` writes down that one was made.
    public init(
        settings: Settings, site: @escaping @Sendable () -> String,
        now: @escaping @Sendable () -> Timestamp,
        note: @escaping @Sendable (String) async throws -> Void
    ) {
        folder = settings.data + "/secrets"
        self.settings = settings
        self.site = site
        self.now = now
        self.note = note
    }

    /// The certificate as it was last made or read, nil before.
    public var current: ShownCertificate? { shown.withLock { $0 } }

    /// The certificate for some names and addresses, made or renewed where that is needed.
    ///
    /// Returns the reason when a new one was made, nil when the one there is holds on.
    public func refresh(names: Set<String>) async throws -> (
        certificate: ShownCertificate, reason: String?
    ) {
        let found: (ShownCertificate, String?)
        do throws(TrustError) {
            let names = names.sorted().compactMap { text -> CertificateName? in
                // What is neither a name nor an address, such as a scoped IPv6 one, is left out.
                do throws(TrustError) { return try CertificateName(text) } catch { return nil }
            }
            found =
                settings.https == .files
                ? (try siteCertificate(names), nil) : try ownCertificate(names)
        } catch {
            throw CertificateRefused(error)
        }
        shown.withLock { $0 = found.0 }
        if let reason = found.1 { try await note(reason) }
        return (found.0, found.1)
    }

    private func siteCertificate(
        _ names: [CertificateName]
    ) throws(TrustError) -> ShownCertificate {
        let nanoseconds = now().nanoseconds
        let found = try SiteCertificate(
            chainPEM: PrivateFile.read(settings.certificateFile) ?? "",
            keyPEM: PrivateFile.read(settings.keyFile) ?? "", inUse: names, now: nanoseconds)
        return ShownCertificate(
            chain: found.chainDER, keyPEM: found.key.revealed,
            names: found.names.map(\.description), fingerprint: found.fingerprint.description,
            ends: Timestamp(nanoseconds: found.notAfter), authority: nil,
            warnings: found.warnings(now: nanoseconds, inUse: names).map(\.says))
    }

    private func ownCertificate(
        _ names: [CertificateName]
    ) throws(TrustError) -> (ShownCertificate, String?) {
        let nanoseconds = now().nanoseconds
        var reason: String?
        var authority: CertificateAuthority
        if let certificate = PrivateFile.read(folder + "/authority.pem"),
            let key = PrivateFile.read(folder + "/authority.key")
        {
            authority = try CertificateAuthority(certificatePEM: certificate, keyPEM: key)
        } else {
            let name = site()
            authority = try CertificateAuthority(
                forSite: name.isEmpty ? "this network" : name, now: nanoseconds)
            try keep(authority.certificatePEM, "authority.pem")
            try keep(authority.key.revealed, "authority.key")
            reason = "there was none yet"
        }
        var server: ServerCertificate?
        if reason == nil, let chain = PrivateFile.read(folder + "/server.pem"),
            let key = PrivateFile.read(folder + "/server.key")
        {
            let kept = try ServerCertificate(chainPEM: chain, keyPEM: key)
            let renewal = kept.renewal(
                needed: nanoseconds, names: names, authority: authority)
            if renewal.isNeeded { reason = renewal.reason } else { server = kept }
        }
        if server == nil {
            let made = try ServerCertificate(issuedBy: authority, names: names, now: nanoseconds)
            try keep(made.chainPEM, "server.pem")
            try keep(made.key.revealed, "server.key")
            server = made
            if reason == nil { reason = "there was none yet" }
        }
        guard let server else { throw .keyDoesNotMatch }
        return (
            ShownCertificate(
                chain: server.chainDER, keyPEM: server.key.revealed,
                names: server.names.map(\.description),
                fingerprint: server.fingerprint.description,
                ends: Timestamp(nanoseconds: server.notAfter),
                authority: (authority.certificateDER, authority.fingerprint.description),
                warnings: authority.daysLeft(now: nanoseconds) < 60
                    ? ["The box's own authority ends soon: tablets will need a new one."] : []),
            reason
        )
    }

    private func keep(_ text: String, _ name: String) throws(TrustError) {
        do {
            try PrivateFile.write(text, to: folder + "/" + name)
        } catch {
            throw .keyDoesNotMatch
        }
    }
}
