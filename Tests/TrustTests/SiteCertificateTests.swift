// Certificates that an owner brings: each error, each warning, any order of the chain.

import Testing
import X509

@testable import Trust

private let inUse: [CertificateName] = [
    .host("millwright.local"), .addressV4([192, 168, 1, 20]),
]

private func check(
    _ chain: String, _ key: String, inUse names: [CertificateName] = inUse, now: Int64 = today
) -> TrustError? {
    trustError { () throws(TrustError) in
        _ = try SiteCertificate(chainPEM: chain, keyPEM: key, inUse: names, now: now)
    }
}

@Suite struct SiteCertificateTests {
    @Test func `A good chain is accepted and written anew`() throws {
        let owner = Owner()
        let site = try SiteCertificate(
            chainPEM: owner.chain(), keyPEM: owner.keyText(), inUse: inUse, now: today)
        #expect(site.names == [.host("millwright.local")])
        #expect(site.chainDER.count == 3)
        #expect(site.daysLeft(now: today) == 300)
        #expect(site.notAfter == owner.until)
        #expect(site.notBefore == owner.from)
        #expect(site.warnings(now: today, inUse: inUse) == [.namesMissing([inUse[1]])])
        let again = try SiteCertificate(
            chainPEM: site.chainPEM, keyPEM: site.key.revealed, inUse: inUse, now: today)
        #expect(again.chainPEM == site.chainPEM)
        #expect(again.fingerprint == site.fingerprint)
    }

    @Test func `Order, line ends, widths and text between blocks do not matter`() throws {
        let owner = Owner()
        let parts = try [owner.root(), owner.leaf(), owner.middle()]
        let text = try pem(parts)
        let wide = try parts.map { part in
            let body = String(
                decoding: Base64.encode(try CertificateReading.der(of: part)), as: UTF8.self)
            return "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----"
        }.joined(separator: "\n")
        let key = try owner.keyText()
        let spellings = [
            text, text.replacing("\n", with: "\r\n"), wide, "\u{FEFF}Bag Attributes\n: x\n" + text,
            key + "\n" + text,
        ]
        for spelling in spellings {
            let site = try SiteCertificate(
                chainPEM: spelling, keyPEM: text + "\n" + key, inUse: inUse, now: today)
            #expect(site.chainPEM == (try owner.orderedText(parts)))
        }
    }

    @Test func `Unrelated certificates are left out with a warning`() throws {
        let owner = Owner()
        let stranger = try Owner().root()
        let site = try SiteCertificate(
            chainPEM: owner.chain() + "\n" + pem([stranger]), keyPEM: owner.keyText(),
            inUse: [inUse[0]], now: today)
        #expect(
            site.warnings(now: today, inUse: [inUse[0]]) == [.unrelatedLeftOut(count: 1)])
    }

    @Test(arguments: [(269, false), (270, false), (271, true), (299, true)] as [(Int64, Bool)])
    func `The last thirty days give a warning`(day: Int64, isWarned: Bool) throws {
        let owner = Owner()
        let site = try SiteCertificate(
            chainPEM: owner.chain(), keyPEM: owner.keyText(), inUse: [inUse[0]], now: today)
        let warnings = site.warnings(now: after(days: day), inUse: [inUse[0]])
        let expected: [SiteCertificateWarning] =
            isWarned ? [.endsSoon(daysLeft: Int(300 - day), on: owner.until)] : []
        #expect(warnings == expected)
        #expect(warnings.allSatisfy { $0.says.contains("2027-09-22") })
    }

    @Test func `Each fault of the certificate has its own error`() throws {
        let good = Owner()
        let key = try good.keyText()
        let chain = try good.chain()
        #expect(check(chain, key) == nil)
        #expect(check(chain, try Owner().keyText()) == .keyDoesNotMatch)
        #expect(
            check(chain, key, now: after(days: 301)) == .expired(position: 1, on: good.until))
        #expect(
            check(chain, key, now: after(days: -11))
                == .notYetValid(position: 1, from: good.from, now: after(days: -11)))
        let shortMiddle = try pem([good.leaf(), good.middle(until: after(days: -1))])
        #expect(check(shortMiddle, key) == .expired(position: 2, on: after(days: -1)))
        let other: [CertificateName] = [.host("other.local")]
        #expect(
            check(chain, key, inUse: other)
                == .noNameMatches(holds: [.host("millwright.local")], inUse: other))
        let nameless = Owner(names: [])
        #expect(
            check(try nameless.chain(), try nameless.keyText())
                == .noNameMatches(holds: [], inUse: inUse))
        let mail = Owner(uses: [.emailProtection])
        #expect(check(try mail.chain(), try mail.keyText()) == .notForServers)
        #expect(check(weakCertificate, key) == .weakRSA(position: 1, bits: 1024))
    }

    @Test func `Each fault of a text has its own error`() throws {
        let owner = Owner()
        let chain = try owner.chain()
        let key = try owner.keyText()
        let request = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"
        #expect(check("", key) == .noPEM(.certificate))
        #expect(check(chain, "") == .noPEM(.key))
        #expect(check("hello", key) == .noPEM(.certificate))
        #expect(check(request, key) == .wrongLabel(.certificate, found: "CERTIFICATE REQUEST"))
        #expect(check(key, key) == .wrongLabel(.certificate, found: "PRIVATE KEY"))
        #expect(check(chain, chain) == .wrongLabel(.key, found: "CERTIFICATE"))
        #expect(
            check(String(chain.prefix(400)), key)
                == .damaged(.certificate, block: 1, detail: "its END line is missing"))
        let short = chain.replacing("\nM", with: "\n", maxReplacements: 1)
        #expect(
            check(short, key)
                == .damaged(.certificate, block: 1, detail: "its base64 text is broken or cut"))
        let many = String(repeating: "-----BEGIN X-----\n-----END X-----\n", count: 17)
        #expect(check(many, key) == .tooManyBlocks(.certificate))
        let big = String(repeating: "A", count: 65_537)
        #expect(check(big, key) == .tooLong(.certificate, bytes: 65_537))
        #expect(check(chain, big) == .tooLong(.key, bytes: 65_537))
        let locked = key.replacing("PRIVATE KEY", with: "ENCRYPTED PRIVATE KEY")
        #expect(check(chain, locked) == .keyLocked(.key))
        let old =
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n"
            + "-----END RSA PRIVATE KEY-----"
        #expect(check(chain, old) == .keyLocked(.key))
    }

    @Test func `Every error says what, why and what to do, in whole sentences`() throws {
        let errors: [TrustError] = [
            .tooLong(.key, bytes: 70_000), .noPEM(.certificate), .wrongLabel(.key, found: "X"),
            .tooManyBlocks(.certificate), .damaged(.key, block: 1, detail: "it is empty"),
            .keyLocked(.key), .keyDoesNotMatch, .notAnAuthority, .expired(position: 1, on: today),
            .notYetValid(position: 2, from: today, now: 0),
            .noNameMatches(holds: [], inUse: boxNames), .weakRSA(position: 1, bits: 1024),
            .weakSignature(position: 1), .unusualKey("P-521"), .notForServers, .badName("x y"),
            .noNames,
            .tooManyNames(70), .clockBehindAuthority(now: 0, authorityFrom: today),
            .authorityEnded(on: today), .cannotSign(detail: "signing failed"),
        ]
        for error in errors {
            for sentence in [error.says, error.why, error.remedy] {
                #expect(sentence.hasSuffix("."))
                let first = try #require(sentence.first)
                #expect(first.isUppercase || first.isNumber || first == "“", "\(sentence)")
            }
        }
        #expect(Set(errors.map(\.says)).count == errors.count)
        #expect(
            TrustError.expired(position: 1, on: today).says
                == "The certificate ended on 2026-11-26.")
    }
}

extension Owner {
    /// The three parts, given as root, leaf and middle, in the order of a chain.
    fileprivate func orderedText(_ parts: [Certificate]) throws -> String {
        var text = ""
        for index in [1, 2, 0] {
            text += PEMText.text(
                label: "CERTIFICATE", bytes: try CertificateReading.der(of: parts[index]))
        }
        return text
    }
}
