// Server certificates: what is issued, whether a verifier accepts it, when it is renewed.

import Foundation
import Testing
@_spi(FixedExpiryValidationTime) import X509

@testable import Trust

@Suite struct ServerCertificateTests {
    private func verdict(
        _ server: ServerCertificate, root: CertificateAuthority, at time: Int64,
        host: String? = nil, address: String? = nil
    ) async -> Bool {
        let date = Date(timeIntervalSince1970: Double(wholeSeconds(time)))
        var verifier = Verifier(rootCertificates: CertificateStore([root.certificate])) {
            RFC5280Policy(fixedExpiryValidationTime: date)
            ServerIdentityPolicy(serverHostname: host, serverIP: address)
        }
        let result = await verifier.validate(
            leaf: server.certificate, intermediates: CertificateStore([]))
        if case .validCertificate = result { return true }
        return false
    }

    @Test func `A verifier accepts the certificate for each of its names`() async throws {
        let authority = try newAuthority()
        let server = try ServerCertificate(issuedBy: authority, names: boxNames, now: today)
        #expect(server.names == boxNames)
        let host = await verdict(server, root: authority, at: today, host: "millwright.local")
        #expect(host)
        let v4 = await verdict(server, root: authority, at: today, address: "192.168.1.20")
        #expect(v4)
        let v6 = await verdict(server, root: authority, at: today, address: "fd00::20")
        #expect(v6)
        let slow = await verdict(
            server, root: authority, at: today - oneDay + 1_000_000_000, host: "box")
        #expect(slow)
    }

    @Test func `A verifier refuses other names, other authorities and other times`() async throws {
        let authority = try newAuthority()
        let server = try ServerCertificate(issuedBy: authority, names: boxNames, now: today)
        let name = await verdict(server, root: authority, at: today, host: "other.local")
        #expect(!name)
        let root = await verdict(server, root: try newAuthority(), at: today, host: "box")
        #expect(!root)
        let late = await verdict(server, root: authority, at: after(days: 397), host: "box")
        #expect(!late)
        let early = await verdict(server, root: authority, at: after(days: -2), host: "box")
        #expect(!early)
    }

    @Test func `The certificate holds what browsers ask for and nothing else`() throws {
        let authority = try newAuthority()
        let server = try ServerCertificate(
            issuedBy: authority, names: boxNames + boxNames, now: today)
        let certificate = server.certificate
        #expect(certificate.subject.isEmpty)
        #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
        #expect(try certificate.extensions.keyUsage == KeyUsage(digitalSignature: true))
        #expect(try certificate.extensions.extendedKeyUsage == ExtendedKeyUsage([.serverAuth]))
        #expect(
            certificate.extensions[oid: .X509ExtensionID.subjectAlternativeName]?.critical
                == true)
        #expect(
            try certificate.extensions.authorityKeyIdentifier?.keyIdentifier
                == authority.certificate.extensions.subjectKeyIdentifier?.keyIdentifier)
        let life = certificate.validSeconds
        #expect(life.until - life.from + 1 == 397 * 86_400)
        #expect(server.notBefore == after(days: -1))
        #expect(server.chainDER.count == 2)
        #expect(server.chainDER.last == authority.certificateDER)
        let again = try ServerCertificate(issuedBy: authority, names: boxNames, now: today)
        #expect(again.certificate.serialNumber != certificate.serialNumber)
        #expect(again.key != server.key)
    }

    @Test func `A certificate reads back from its two texts`() throws {
        let server = try ServerCertificate(
            issuedBy: try newAuthority(), names: boxNames, now: today)
        let again = try ServerCertificate(
            chainPEM: server.chainPEM, keyPEM: server.key.revealed)
        #expect(again.chainPEM == server.chainPEM)
        #expect(again.names == server.names)
        #expect(again.key == server.key)
        #expect(again.fingerprint == server.fingerprint)
        #expect(again.notAfter == server.notAfter)
    }

    @Test func `Issuing is refused for no names, too many, or no valid authority`() throws {
        let authority = try newAuthority()
        func issue(_ names: [CertificateName], _ now: Int64) -> TrustError? {
            trustError { () throws(TrustError) in
                _ = try ServerCertificate(issuedBy: authority, names: names, now: now)
            }
        }
        #expect(issue([], today) == .noNames)
        #expect(issue((0..<65).map { .host("box\($0)") }, today) == .tooManyNames(65))
        #expect(issue((0..<64).map { .host("box\($0)") }, today) == nil)
        #expect(
            issue(boxNames, 0)
                == .clockBehindAuthority(
                    now: 0, authorityFrom: authority.notBefore))
        #expect(issue(boxNames, after(days: 3652)) == .authorityEnded(on: authority.notAfter))
    }

    @Test func `A certificate ends no later than its authority`() throws {
        let authority = try newAuthority()
        let server = try ServerCertificate(
            issuedBy: authority, names: boxNames, now: after(days: 3600))
        #expect(server.notAfter == authority.notAfter)
        #expect(
            server.renewal(needed: after(days: 3640), names: boxNames, authority: authority)
                == .authorityEnding(daysLeft: 10))
    }
}

@Suite struct RenewalTests {
    private let authority: CertificateAuthority
    private let server: ServerCertificate

    init() throws {
        authority = try newAuthority()
        server = try ServerCertificate(issuedBy: authority, names: boxNames, now: today)
    }

    @Test(
        arguments: [
            (0, Renewal.fine(daysLeft: 395)), (263, .fine(daysLeft: 132)),
            (264, .lifeMostlyUsed(daysLeft: 131)), (395, .lifeMostlyUsed(daysLeft: 0)),
            (400, .lifeMostlyUsed(daysLeft: -5)),
        ] as [(Int64, Renewal)])
    func `More than two thirds of its life ask for a new one`(day: Int64, expected: Renewal) {
        let renewal = server.renewal(
            needed: after(days: day), names: boxNames, authority: authority)
        #expect(renewal == expected)
        if case .fine = expected {
            #expect(!renewal.isNeeded)
        } else {
            #expect(renewal.isNeeded)
        }
    }

    @Test func `An address added or removed asks for a new one`() {
        let address = CertificateName.addressV4([10, 0, 0, 7])
        let added = server.renewal(
            needed: today, names: boxNames + [address], authority: authority)
        #expect(added == .namesChanged(added: [address], removed: []))
        #expect(added.reason == "The box is also opened as 10.0.0.7.")
        let removed = server.renewal(
            needed: today, names: Array(boxNames.dropFirst()), authority: authority)
        #expect(removed == .namesChanged(added: [], removed: [boxNames[0]]))
        #expect(removed.isNeeded)
        let turned = server.renewal(
            needed: today, names: boxNames.reversed(), authority: authority)
        #expect(turned == .fine(daysLeft: 395))
    }

    @Test func `Another authority asks for a new one, even of the same name`() throws {
        let renewal = server.renewal(
            needed: today, names: boxNames, authority: try newAuthority())
        #expect(renewal == .authorityChanged)
        #expect(renewal.isNeeded)
    }

    @Test func `A certificate from the future is issued anew once the clock is right`() throws {
        let ahead = try ServerCertificate(
            issuedBy: authority, names: boxNames, now: after(days: 900))
        let renewal = ahead.renewal(needed: today, names: boxNames, authority: authority)
        #expect(renewal == .issuedAhead(begins: after(days: 899), now: today))
        #expect(renewal.isNeeded)
    }

    @Test func `A clock before the authority is set right, not answered by a new issue`() {
        let renewal = server.renewal(needed: 0, names: boxNames, authority: authority)
        #expect(renewal == .clockBehind(now: 0, authorityFrom: authority.notBefore))
        #expect(!renewal.isNeeded)
        #expect(renewal.reason.contains("1970-01-01"))
    }

    @Test func `An authority that has ended needs more than a new certificate`() {
        let renewal = server.renewal(
            needed: after(days: 4000), names: boxNames, authority: authority)
        #expect(renewal == .authorityEnding(daysLeft: -350))
        #expect(!renewal.isNeeded)
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func `No time traps`(now: Int64) {
        #expect(
            !server.renewal(needed: now, names: boxNames, authority: authority).reason.isEmpty)
        #expect(server.daysLeft(now: now) != 0)
    }
}
