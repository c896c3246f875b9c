// The box's own authority: what it holds, how it is read back, how it is compared.

import Testing
import X509

@testable import Trust

@Suite struct CertificateAuthorityTests {
    @Test func `An authority says whose it is and may issue server certificates only`() throws {
        let authority = try newAuthority()
        let certificate = authority.certificate
        #expect(String(describing: certificate.subject).contains("Millwright on Hall 3"))
        #expect(certificate.issuer == certificate.subject)
        #expect(
            try certificate.extensions.basicConstraints
                == .isCertificateAuthority(maxPathLength: 0))
        #expect(try certificate.extensions.keyUsage == KeyUsage(keyCertSign: true))
        #expect(certificate.extensions[oid: .X509ExtensionID.nameConstraints] == nil)
        #expect(authority.notBefore == after(days: -1))
        #expect(authority.daysLeft(now: today) == 3650)
        #expect(certificate.serialNumber.bytes.count == 16)
    }

    @Test func `Two authorities of one site differ in key, serial number and fingerprint`() throws {
        let first = try newAuthority()
        let second = try newAuthority()
        #expect(first.key != second.key)
        #expect(first.fingerprint != second.fingerprint)
        #expect(first.certificate.serialNumber != second.certificate.serialNumber)
        #expect(first.certificate.publicKey != second.certificate.publicKey)
    }

    @Test func `An authority reads back from its two texts`() throws {
        let authority = try newAuthority()
        let again = try CertificateAuthority(
            certificatePEM: authority.certificatePEM, keyPEM: authority.key.revealed)
        #expect(again.fingerprint == authority.fingerprint)
        #expect(again.certificateDER == authority.certificateDER)
        #expect(again.key == authority.key)
        _ = try ServerCertificate(issuedBy: again, names: boxNames, now: today)
    }

    @Test func `Texts that do not belong together are refused`() throws {
        let first = try newAuthority()
        let second = try newAuthority()
        let server = try ServerCertificate(issuedBy: first, names: boxNames, now: today)
        let mixed = trustError { () throws(TrustError) in
            _ = try CertificateAuthority(
                certificatePEM: first.certificatePEM, keyPEM: second.key.revealed)
        }
        #expect(mixed == .keyDoesNotMatch)
        let leaf = trustError { () throws(TrustError) in
            _ = try CertificateAuthority(
                certificatePEM: server.chainPEM, keyPEM: server.key.revealed)
        }
        #expect(leaf == .notAnAuthority)
    }

    @Test(arguments: [
        ("", "Millwright on this box"), ("  Halle\n3 ", "Millwright on Halle 3"),
        ("Werk Süd", "Millwright on Werk Süd"),
        (String(repeating: "a", count: 300), "Millwright on " + String(repeating: "a", count: 50)),
    ])
    func `Any site name gives a common name of one line`(site: String, expected: String) throws {
        #expect(CertificateAuthority.commonName(forSite: site) == expected)
        #expect(try newAuthority(site: site).daysLeft(now: today) == 3650)
    }

    @Test func `A fingerprint is compared however it is typed`() throws {
        let fingerprint = try newAuthority().fingerprint
        #expect(fingerprint.groups.count == 16)
        #expect(fingerprint.groups.allSatisfy { $0.count == 4 })
        #expect(fingerprint.matches(fingerprint.description))
        #expect(fingerprint.matches(fingerprint.colonSeparated.lowercased()))
        #expect(fingerprint.matches(fingerprint.groups.joined(separator: "-\n")))
        #expect(!fingerprint.matches(""))
        #expect(!fingerprint.matches(String(fingerprint.description.dropLast())))
        #expect(!fingerprint.matches(try newAuthority().fingerprint.description))
    }

    @Test func `The fingerprint is the SHA-256 digest of the bytes`() {
        // FIPS 180-2, appendix B.1: the digest of "abc".
        let fingerprint = Fingerprint(ofDER: Array("abc".utf8))
        #expect(fingerprint.groups.prefix(4) == ["BA78", "16BF", "8F01", "CFEA"])
        #expect(fingerprint.colonSeparated.hasPrefix("BA:78:16:BF"))
    }

    @Test func `A key does not show itself when printed`() throws {
        let authority = try newAuthority()
        var dumped = ""
        dump(authority.key, to: &dumped)
        let texts = ["\(authority.key)", String(reflecting: authority.key), dumped]
        #expect(texts.allSatisfy { !$0.contains("PRIVATE") })
    }

    @Test(arguments: [
        (today, "2026-11-26"), (0, "1970-01-01"), (-1, "1969-12-31"),
        (1_709_164_800_000_000_000, "2024-02-29"), (Int64.max, "2262-04-11"),
        (Int64.min, "1677-09-21"),
    ])
    func `Days in messages are UTC days`(time: Int64, expected: String) {
        #expect(utcDay(time) == expected)
    }
}
