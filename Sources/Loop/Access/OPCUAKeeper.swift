// The certificate and key by which this box shows itself to OPC UA servers: private files in
// `secrets/opc-ua/`, made when a connection needs them for the first time.

import Capture
import Plant
import Synchronization
import Trust
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// Keeps the box's OPC UA certificate; servers accept it once, so it is never replaced by itself.
final class OPCUAKeeper: Sendable {
    private let folder: String
    private let now: @Sendable () -> Timestamp
    private let known = Mutex<OPCUAApplication?>(nil)

    /// A keeper of the files in a folder, which must exist.
    init(folder: String, now: @escaping @Sendable () -> Timestamp) {
        self.folder = folder
        self.now = now
    }

    /// The certificate with what its key can do.
    func application() throws(ConnectorError) -> any OPCUACryptography {
        try known.withLock { known throws(ConnectorError) -> OPCUAApplication in
            if let known { return known }
            let application: OPCUAApplication
            if let found = try read() { application = found } else { application = try make() }
            known = application
            return application
        }
    }

    private var certificatePath: String { folder + "/certificate.pem" }
    private var keyPath: String { folder + "/key.pem" }

    /// What the files hold; nil when there is no certificate yet.
    private func read() throws(ConnectorError) -> OPCUAApplication? {
        guard unsafe access(certificatePath, F_OK) == 0 else { return nil }
        guard let certificate = PrivateFile.read(certificatePath),
            let key = PrivateFile.read(keyPath)
        else { throw Self.unusable("certificate.pem or key.pem cannot be read") }
        do throws(TrustError) {
            return try OPCUAApplication(certificatePEM: certificate, keyPEM: key)
        } catch { throw Self.unusable("\(error.says) \(error.why)") }
    }

    /// Makes the files, the key first: a key without its certificate was never shown.
    private func make() throws(ConnectorError) -> OPCUAApplication {
        let host = Self.host
        let made: OPCUAApplication
        do throws(TrustError) {
            made = try OPCUAApplication(
                uri: "urn:\(host):millwright", host: host, now: now().nanoseconds)
        } catch { throw Self.unusable("\(error.says) \(error.why)") }
        do throws(DataFolderRefused) {
            try PrivateFile.write(made.key.revealed, to: keyPath)
            try PrivateFile.write(made.certificatePEM, to: certificatePath)
        } catch { throw Self.unusable("\(error)") }
        return made
    }

    private static func unusable(_ detail: String) -> ConnectorError {
        .misconfigured(
            field: "security",
            reason: "the box's certificate in secrets/opc-ua/ is of no use: \(detail) Put both "
                + "files back from a backup, or remove both: then a new one is made, which every "
                + "server has to accept again")
    }

    /// The name of this computer, as certificates can hold it.
    private static var host: CertificateName {
        var bytes = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else {
            return .host("millwright.local")
        }
        let name = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: name, as: UTF8.self)
        do throws(TrustError) { return try CertificateName(text) } catch {
            return .host("millwright.local")
        }
    }
}
