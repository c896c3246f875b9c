// The pages on the shop network: TLS on every own address, plain HTTP on this computer alone
// (decisions 36).

import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import Logging
import Loop
import NIOCore
import NIOSSL
import Plant
import ServiceLifecycle
import Synchronization
import Web

/// Where the box listens, by its settings.
enum ListeningPlan: Hashable {
    /// One listener without TLS: this computer, or a network that was allowed to be unencrypted.
    case plain(ListenAddress)
    /// Plain HTTP on this computer, TLS on the addresses of the network.
    case secure(port: Int, host: String)

    /// The plan of some settings.
    init(_ settings: Settings) {
        if settings.listen.isLoopback || settings.https == .off || settings.isInsecureHTTPAllowed {
            self = .plain(settings.listen)
        } else {
            self = .secure(port: settings.listen.port, host: settings.listen.host)
        }
    }

    /// Where plain HTTP listens.
    var plain: ListenAddress {
        switch self {
        case .plain(let address): address
        case .secure(let port, _): ListenAddress("127.0.0.1:\(port)") ?? Settings().listen
        }
    }

    /// Addresses on which TLS listens now.
    var secureHosts: Set<String> {
        guard case .secure(_, let host) = self else { return [] }
        guard host == "0.0.0.0" || host == "::" else { return [host] }
        return OwnAddresses.all.filter { address in
            !address.hasPrefix("127.") && address != "::1" && !address.hasPrefix("fe80:")
                && (host == "::" || !address.contains(":"))
        }
    }
}

/// The certificate that handshakes show, swapped while listeners run.
private final class HandshakeCertificate: Sendable {
    private let pair = Mutex<NIOSSLContextConfigurationOverride>(.noChanges)

    /// Shows another certificate from the next handshake on.
    func show(_ certificate: ShownCertificate) throws {
        let chain = try HandshakeCertificate.chain(certificate)
        let key = try HandshakeCertificate.key(certificate)
        var next = NIOSSLContextConfigurationOverride()
        next.certificateChain = chain
        next.privateKey = key
        let made = next
        pair.withLock { $0 = made }
    }

    /// A configuration with TLS 1.2 or newer that asks for the certificate at each handshake.
    func configuration(_ certificate: ShownCertificate) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try HandshakeCertificate.chain(certificate),
            privateKey: try HandshakeCertificate.key(certificate))
        tls.minimumTLSVersion = .tlsv12
        // Of TLS 1.2 only what has forward secrecy and authenticated encryption (X4).
        tls.cipherSuiteValues = [
            .TLS_AES_128_GCM_SHA256, .TLS_AES_256_GCM_SHA384, .TLS_CHACHA20_POLY1305_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        ]
        tls.sslContextCallback = { [self] _, promise in
            promise.succeed(pair.withLock { $0 })
        }
        return tls
    }

    private static func chain(
        _ certificate: ShownCertificate
    ) throws -> [NIOSSLCertificateSource] {
        try certificate.chain.map { .certificate(try NIOSSLCertificate(bytes: $0, format: .der)) }
    }

    private static func key(_ certificate: ShownCertificate) throws -> NIOSSLPrivateKeySource {
        .privateKey(
            try NIOSSLPrivateKey(bytes: Array(certificate.keyPEM.utf8), format: .pem))
    }
}

/// Addresses whose listener ended, to be tried again.
private final class EndedListeners: Sendable {
    private let hosts = Mutex<Set<String>>([])

    /// Notes one.
    func add(_ host: String) { hosts.withLock { _ = $0.insert(host) } }

    /// All since the last look.
    func take() -> Set<String> {
        hosts.withLock { hosts in
            defer { hosts = [] }
            return hosts
        }
    }
}

/// Serves the pages over TLS on the box's addresses, and follows them when they change.
struct NetworkDoor: Service {
    let plan: ListeningPlan
    let keeper: CertificateKeeper
    let door: RunningBox
    let bound: BoundAddress
    let logger: Logger

    /// Time between two looks at the own addresses and the certificate.
    private static let pause = Duration.seconds(10)

    func run() async throws {
        guard case .secure = plan else { return try await gracefulShutdown() }
        // The port that was bound on this computer serves everywhere.
        let port = Int(try await bound.value().split(separator: ":").last ?? "") ?? 0
        let shown = HandshakeCertificate()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                var serving: Set<String> = []
                let ended = EndedListeners()
                while !Task.isCancelled {
                    do {
                        let (certificate, reason) = try await keeper.refresh(names: door.names)
                        if reason != nil || serving.isEmpty { try shown.show(certificate) }
                        serving.subtract(ended.take())
                        for host in plan.secureHosts.subtracting(serving) {
                            serving.insert(host)
                            let tls = try shown.configuration(certificate)
                            group.addTask {
                                await self.serve(host: host, port: port, tls: tls)
                                ended.add(host)
                            }
                        }
                    } catch let refused as CertificateRefused {
                        logger.error("no TLS: \(refused.says) \(refused.remedy)")
                    } catch {
                        logger.error("no TLS: \(error)")
                    }
                    do {
                        try await Task.sleep(for: NetworkDoor.pause)
                    } catch {
                        break  // Cancelled: the box stops.
                    }
                }
                group.cancelAll()
            }
        }
    }

    /// Serves one address until it goes away or the box stops; what goes wrong is said and tried
    /// again.
    private func serve(host: String, port: Int, tls: TLSConfiguration) async {
        do {
            var quiet = logger
            quiet.logLevel = .critical
            // Checked once here, where a fault can be told.
            _ = try NIOSSLContext(configuration: tls)
            let application = try makeApplication(
                door: door,
                listening: WebListening(
                    host: host, port: port,
                    secure: { connection in
                        do {
                            return try .http2Upgrade(
                                tlsConfiguration: tls,
                                configuration: .init(
                                    idleTimeout: .seconds(120), streamConfiguration: connection))
                        } catch {
                            // The configuration was tried above; without TLS nothing is served.
                            return .http1(configuration: connection)
                        }
                    }),
                logger: quiet, random: { UInt64.random(in: .min ... .max) },
                pause: { try await Task.sleep(for: $0) })
            logger.info("pages on https://\(host):\(port)")
            try await application.run()
        } catch is CancellationError {
            return
        } catch {
            logger.error("no pages on https://\(host):\(port): \(error)")
        }
    }
}
