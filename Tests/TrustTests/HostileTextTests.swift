// Texts from anywhere: nothing that a file can hold stops the program.

import Testing

@testable import Trust

@Suite struct HostileTextTests {
    /// Reads the texts in every way there is; what is accepted is used.
    private func readAll(_ chain: String, _ key: String) -> Int {
        var refused = 0
        let names: [CertificateName] = [.host("millwright.local")]
        let authority = trustError { () throws(TrustError) in
            let authority = try CertificateAuthority(certificatePEM: chain, keyPEM: key)
            _ = try ServerCertificate(issuedBy: authority, names: names, now: today)
        }
        let server = trustError { () throws(TrustError) in
            let server = try ServerCertificate(chainPEM: chain, keyPEM: key)
            _ = (server.notBefore, server.notAfter, server.names, server.daysLeft(now: today))
        }
        let site = trustError { () throws(TrustError) in
            let site = try SiteCertificate(
                chainPEM: chain, keyPEM: key, inUse: names, now: today)
            _ = site.warnings(now: today, inUse: names)
        }
        for case let error? in [authority, server, site] {
            refused += error.description.isEmpty ? 0 : 1
        }
        return refused
    }

    @Test func `Empty, huge, cut and mislabelled texts are refused`() throws {
        let owner = Owner()
        let chain = try owner.chain()
        let key = try owner.keyText()
        let texts = [
            "", "\0", "-----BEGIN ", "-----BEGIN -----", "-----BEGIN CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\n====\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIT/////fw==\n-----END CERTIFICATE-----",
            String(repeating: "-----BEGIN ", count: 5_000),
            String(repeating: "-", count: 65_536), String(repeating: "A", count: 10_000_000),
            String(repeating: "-----BEGIN X-----\n-----END X-----\n", count: 1_900),
        ]
        for text in texts {
            #expect(readAll(text, key) == 3)
            #expect(readAll(chain, text) == 3)
        }
        for length in stride(from: 0, to: key.utf8.count - 25, by: 7) {
            #expect(readAll(chain, String(key.prefix(length))) == 3)
        }
    }

    @Test func `Deeply nested bytes are refused`() {
        let nested = [UInt8](repeating: 0x30, count: 1) + [0x80]
        let deep = (0..<3_000).flatMap { _ in nested }
        var wrapped: [UInt8] = [0x05, 0x00]
        for _ in 0..<60 { wrapped = [0x30, UInt8(min(wrapped.count, 127))] + wrapped }
        for bytes in [deep, wrapped] {
            let text = PEMText.text(label: "CERTIFICATE", bytes: bytes)
            #expect(readAll(text, PEMText.text(label: "PRIVATE KEY", bytes: bytes)) == 3)
        }
    }

    @Test func `A thousand mutations of good texts never trap`() throws {
        let seed: UInt64 = 20_261_126
        var generator = SeededGenerator(state: seed)
        let owner = Owner()
        let authority = try newAuthority()
        let server = try ServerCertificate(issuedBy: authority, names: boxNames, now: today)
        let pairs = [
            (try owner.chain(), try owner.keyText()),
            (authority.certificatePEM, authority.key.revealed),
            (server.chainPEM, server.key.revealed), (weakCertificate, try owner.keyText()),
        ]
        for round in 0..<500 {
            let (chain, key) = pairs[round % pairs.count]
            let text = Self.mutated(Array(chain.utf8), &generator)
            let keyText = Self.mutated(Array(key.utf8), &generator)
            _ = readAll(String(decoding: text, as: UTF8.self), key)
            _ = readAll(chain, String(decoding: keyText, as: UTF8.self))
        }
        // The same below the base64 layer, where every text decodes.
        for round in 0..<500 {
            let (chain, key) = pairs[round % pairs.count]
            let certificate = try #require(
                try PEMText.blocks(of: chain, as: .certificate, wanted: ["CERTIFICATE"]).first)
            let secret = try #require(
                try PEMText.blocks(of: key, as: .key, wanted: ["PRIVATE KEY"]).first)
            let bytes = Self.mutated(certificate.bytes, &generator)
            let keyBytes = Self.mutated(secret.bytes, &generator)
            _ = readAll(PEMText.text(label: "CERTIFICATE", bytes: bytes), key)
            _ = readAll(chain, PEMText.text(label: "PRIVATE KEY", bytes: keyBytes))
        }
    }

    private static func mutated(
        _ bytes: [UInt8], _ generator: inout SeededGenerator
    ) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            default: bytes.removeLast(Int.random(in: 0...min(20, place), using: &generator))
            }
        }
        return bytes
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func `Base64 decodes what it encodes`(text: String) {
        // RFC 4648, section 10.
        let encoded = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==",
            "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
        ]
        let result = Base64.encode(Array(text.utf8))
        #expect(String(decoding: result, as: UTF8.self) == encoded[text])
        #expect(Base64.decode(result[...]) == Array(text.utf8))
        #expect(text.isEmpty || Base64.decode(result.dropLast()) == nil)
    }
}
