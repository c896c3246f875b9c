// TLS for the way to a broker: which certificates are trusted, and what failures mean in words.

import Capture
import NIOCore
import NIOPosix
import NIOSSL
import Share

/// Makes dialers for the way that settings name.
enum SecureDialing {
    /// A dialer, plain or with TLS; throws where the file of certificates cannot be read.
    static func dialer(
        _ settings: GivingSettings, on group: MultiThreadedEventLoopGroup
    ) throws(GivingRefused) -> Dialer {
        guard settings.isSecure else { return NIODialer.dialer(on: group) }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        let context: NIOSSLContext
        do {
            if !settings.certificates.isEmpty {
                tls.trustRoots = .certificates(
                    try NIOSSLCertificate.fromPEMFile(settings.certificates))
            }
            context = try NIOSSLContext(configuration: tls)
        } catch {
            throw GivingRefused(
                "certificates",
                "The certificates “\(settings.certificates)” cannot be read.",
                "Name a PEM file on this box that the program may read, or leave it empty.")
        }
        return NIODialer.dialer(
            on: group,
            layer: ChannelLayer(
                add: { channel, endpoint in
                    try channel.pipeline.syncOperations.addHandler(
                        handler(context, to: endpoint.host))
                }, explain: words))
    }

    private static func handler(
        _ context: NIOSSLContext, to host: String
    ) throws -> NIOSSLClientHandler {
        do {
            return try NIOSSLClientHandler(context: context, serverHostname: host)
        } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
            // An address has no name to send; the certificate is compared with the address.
            return try NIOSSLClientHandler(context: context, serverHostname: nil)
        }
    }

    @Sendable private static func words(_ error: any Error) -> String? {
        switch error {
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "its certificate is for another name"
        case NIOSSLError.handshakeFailed(let reason):
            "\(reason)".contains("CERTIFICATE_VERIFY_FAILED")
                ? "its certificate is not trusted here; name the file of its authority"
                : "TLS could not be agreed on"
        case NIOSSLError.uncleanShutdown: nil
        case is NIOSSLError, is BoringSSLError: "TLS could not be agreed on"
        default: nil
        }
    }
}
