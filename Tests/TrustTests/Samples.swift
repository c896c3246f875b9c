// Certificates and times that the tests of the trust room share.

import Crypto
import SwiftASN1
import X509

@testable import Trust

/// 2026-11-26 00:00 UTC in nanoseconds.
let today: Int64 = 1_795_651_200_000_000_000
let oneDay: Int64 = 86_400_000_000_000

let boxNames: [CertificateName] = [
    .host("millwright.local"), .host("box"), .addressV4([192, 168, 1, 20]),
    .addressV6([0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20]),
]

/// A time some days after ``today``.
func after(days: Int64) -> Int64 { today + days * oneDay }

/// An authority made today.
func newAuthority(site: String = "Hall 3", now: Int64 = today) throws -> CertificateAuthority {
    try CertificateAuthority(forSite: site, now: now)
}

/// A certificate such as an owner brings: made without the room's own issuing code.
struct Owner {
    var names: [GeneralName] = [.dnsName("millwright.local")]
    var from: Int64 = after(days: -10)
    var until: Int64 = after(days: 300)
    var uses: [ExtendedKeyUsage.Usage] = [.serverAuth]

    let rootKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
    let middleKey = Certificate.PrivateKey(P384.Signing.PrivateKey())
    let key = Certificate.PrivateKey(P256.Signing.PrivateKey())

    func root() throws -> Certificate { try authority("Root", "Root", rootKey, signedBy: rootKey) }

    func middle(until: Int64 = after(days: 900)) throws -> Certificate {
        try authority("Middle", "Root", middleKey, signedBy: rootKey, until: until)
    }

    func leaf() throws -> Certificate {
        try Certificate(
            for: key.publicKey, subject: DistinguishedName { CommonName("millwright.local") },
            issuer: DistinguishedName { CommonName("Middle") }, serial: [1, 2, 3],
            valid: ValidSeconds(from: wholeSeconds(from), until: wholeSeconds(until)),
            extensions: Certificate.Extensions {
                try ExtendedKeyUsage(uses)
                if !names.isEmpty { SubjectAlternativeNames(names) }
            }, signedBy: middleKey)
    }

    func chain() throws -> String { try pem([leaf(), middle(), root()]) }

    func keyText() throws -> String { try key.serializeAsPEM().pemString }

    private func authority(
        _ name: String, _ issuer: String, _ key: Certificate.PrivateKey,
        signedBy signer: Certificate.PrivateKey, until: Int64 = after(days: 900)
    ) throws -> Certificate {
        try Certificate(
            for: key.publicKey, subject: DistinguishedName { CommonName(name) },
            issuer: DistinguishedName { CommonName(issuer) }, serial: [9],
            valid: ValidSeconds(
                from: wholeSeconds(after(days: -90)), until: wholeSeconds(until)),
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            }, signedBy: signer)
    }
}

func pem(_ certificates: [Certificate]) throws -> String {
    try certificates.map { try $0.serializeAsPEM().pemString }.joined(separator: "\n")
}

/// The error that a call throws; nil when it throws none.
func trustError(_ body: () throws(TrustError) -> Void) -> TrustError? {
    do throws(TrustError) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Pseudo-random numbers (SplitMix64), so that a failing mutation can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A self-signed certificate for box.local with an RSA key of 1024 bits.
let weakCertificate = """
    -----BEGIN CERTIFICATE-----
    MIICEDCCAXmgAwIBAgIUbsGiAehHdo06FqJO3M/wAU2OCAYwDQYJKoZIhvcNAQEL
    BQAwDzENMAsGA1UEAwwEd2VhazAeFw0yNjExMjYxODM0NDhaFw0zNjExMjMxODM0
    NDhaMA8xDTALBgNVBAMMBHdlYWswgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGB
    AOhtTJToAu51JCIo3BGUDmCaWbiJmB6H0rmPMgwImNcKEvUWsi8dCPVmoDDY1uUQ
    cL87rn5TZ+LZjc+f0wuDlH7icRyeO4E2rj78RW3f4FtfOrQOq0KoOmIXA4jr9L83
    p/PEEB6SKLQaXRo+RYvfBfkHl87eVhEWX4owpBMTGfrXAgMBAAGjaTBnMB0GA1Ud
    DgQWBBRq5eFt3GH/CUZyIgDJHx2GEdJH6jAfBgNVHSMEGDAWgBRq5eFt3GH/CUZy
    IgDJHx2GEdJH6jAPBgNVHRMBAf8EBTADAQH/MBQGA1UdEQQNMAuCCWJveC5sb2Nh
    bDANBgkqhkiG9w0BAQsFAAOBgQBw6W01bNkQev+1m0l7DccAa2AxPofahxoe8HLI
    grjUn7+j8bFA/ms7qcpvNrLPq6RNzeRw8veEExd2CFel2u53Y3uWLnCvSAN8SZpG
    MvZVtIgyt/liWLAVf5KjUsP0rZBhlz1l/BMO6ZpUKFRwM2wP3ibVtwn1UyvwsSG4
    MM9Vzg==
    -----END CERTIFICATE-----
    """
