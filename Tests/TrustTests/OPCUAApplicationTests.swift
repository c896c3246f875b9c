// The OPC UA certificate of the box, and the algorithms of the security policies.

import SwiftASN1
import Testing
import Trust
import Wire
import X509

@Suite("OPC UA application")
struct OPCUAApplicationTests {
    private static let now: Int64 = 1_800_000_000_000_000_000
    /// Made once: keys of 2,048 bits take their time.
    private static let made: Result<OPCUAApplication, any Error> = Result {
        try OPCUAApplication(
            uri: "urn:box.local:millwright", host: CertificateName("box.local"), now: now)
    }
    private static let other: Result<OPCUAApplication, any Error> = Result {
        try OPCUAApplication(uri: "urn:other", host: CertificateName("10.0.0.7"), now: now)
    }
    static let secure = OPCUASecurityPolicy.allCases.filter { $0 != .none }

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x0A }.map { digit in
            digit <= 0x39 ? digit - 0x30 : digit - 0x61 + 10
        }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            digits[$0] << 4 | digits[$0 + 1]
        }
    }

    @Test("the certificate names the application and lives ten years")
    func certificate() throws {
        let application = try Self.made.get()
        let certificate = application.certificate
        #expect(certificate.applicationURIs == ["urn:box.local:millwright"])
        #expect(certificate.keyBytes == 256)
        #expect(certificate.subject.contains("Millwright OPC UA client"))
        #expect(certificate.notBefore == Self.now - 86_400_000_000_000)
        let years = (certificate.notAfter - certificate.notBefore) / (365 * 86_400_000_000_000)
        #expect(years == 10)
        #expect(certificate.thumbprint.count == 20 && certificate.fingerprint.count == 32)
        #expect(try OPCUACertificate.first(of: certificate.der + [1, 2]) == certificate.der)
        let parsed = try Certificate(derEncoded: certificate.der)
        let usage = try #require(try parsed.extensions.keyUsage)
        #expect(usage.digitalSignature && usage.nonRepudiation)
        #expect(usage.keyEncipherment && usage.dataEncipherment)
        #expect(parsed.publicKey.isValidSignature(parsed.signature, for: parsed))
        #expect(parsed.signatureAlgorithm == .sha256WithRSAEncryption)
    }

    @Test("the certificate and its key are read back, and belong together")
    func texts() throws {
        let application = try Self.made.get()
        let again = try OPCUAApplication(
            certificatePEM: application.certificatePEM, keyPEM: application.key.revealed)
        #expect(again.certificate == application.certificate)
        let signature = try again.sign([1, 2, 3], .basic256Sha256)
        #expect(
            try application.isValid(
                signature, of: [1, 2, 3], by: application.certificate, .basic256Sha256))
        #expect(throws: TrustError.keyDoesNotMatch) {
            try OPCUAApplication(
                certificatePEM: application.certificatePEM,
                keyPEM: try Self.other.get().key.revealed)
        }
        let authority = try CertificateAuthority(forSite: "Works", now: Self.now)
        #expect(throws: TrustError.self) {
            try OPCUAApplication(
                certificatePEM: authority.certificatePEM, keyPEM: authority.key.revealed)
        }
        #expect(throws: FrameError.self) { try OPCUACertificate(der: authority.certificateDER) }
        #expect(throws: FrameError.self) { try OPCUACertificate(der: [0x30, 0x82, 0, 0]) }
    }

    @Test("the key does not show itself")
    func hidden() throws {
        let application = try Self.made.get()
        #expect("\(application.key)" == "•••")
        var dumped = ""
        dump(application.key, to: &dumped)
        #expect(!dumped.contains("PRIVATE"))
    }

    @Test("a block is encrypted for one key and opened by it alone", arguments: secure)
    func encryption(_ policy: OPCUASecurityPolicy) throws {
        let (own, other) = (try Self.made.get(), try Self.other.get())
        let most = 256 - (policy == .aes256Sha256RsaPss ? 66 : 42)
        for count in [0, 1, most] {
            let block = own.random(count)
            let sealed = try other.encrypt(block, for: own.certificate, policy)
            #expect(sealed.count == 256)
            #expect(try own.decrypt(sealed, policy) == block)
            #expect(throws: FrameError.self) { try other.decrypt(sealed, policy) }
            var changed = sealed
            changed[100] ^= 1
            #expect(throws: FrameError.self) { try own.decrypt(changed, policy) }
        }
        #expect(throws: FrameError.self) {
            try other.encrypt(own.random(most + 1), for: own.certificate, policy)
        }
        #expect(throws: FrameError.self) { try own.decrypt([], policy) }
    }

    @Test("signatures fit their bytes, their key and their policy", arguments: secure)
    func signatures(_ policy: OPCUASecurityPolicy) throws {
        let (own, other) = (try Self.made.get(), try Self.other.get())
        let bytes = Array("what is signed".utf8)
        let signature = try own.sign(bytes, policy)
        #expect(signature.count == 256)
        #expect(try other.isValid(signature, of: bytes, by: own.certificate, policy))
        #expect(try !other.isValid(signature, of: bytes + [0], by: own.certificate, policy))
        #expect(try !other.isValid(signature, of: bytes, by: other.certificate, policy))
        #expect(try !other.isValid([], of: bytes, by: own.certificate, policy))
        let another: OPCUASecurityPolicy =
            policy == .aes256Sha256RsaPss ? .basic256Sha256 : .aes256Sha256RsaPss
        #expect(try !other.isValid(signature, of: bytes, by: own.certificate, another))
    }

    @Test("P_SHA256 gives the bytes of the published vector")
    func pseudoRandom() throws {
        let own = try Self.made.get()
        let expected = Self.bytes(
            """
            e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a
            6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab
            4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff701
            87347b66
            """)
        let bytes = own.pseudoRandom(
            secret: Self.bytes("9bbe436ba940f017b17652849a71db35"),
            seed: Array("test label".utf8) + Self.bytes("a0ba9f936cda311827a6f796ffd5198c"),
            count: 100)
        #expect(bytes == expected)
        #expect(own.pseudoRandom(secret: [1], seed: [2], count: 0).isEmpty)
    }

    @Test("AES in CBC mode gives the bytes of NIST SP 800-38A and adds nothing")
    func symmetric() throws {
        let own = try Self.made.get()
        let plain = Self.bytes(
            "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51")
        let vector = Self.bytes("000102030405060708090a0b0c0d0e0f")
        let cases = [
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2"
            ),
            (
                "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
                "f58c4c04d6e5f1ba779eabfb5f7bfbd6 9cfc4e967edb808d679f777bc6702c7d"
            ),
        ]
        for (key, expected) in cases {
            let key = Self.bytes(key)
            let sealed = try own.encrypt(plain, key: key, vector: vector)
            #expect(sealed == Self.bytes(expected))
            #expect(try own.decrypt(sealed, key: key, vector: vector) == plain)
            for count in [1, 15, 17] {
                #expect(throws: FrameError.self) {
                    try own.encrypt(Array(plain[..<count]), key: key, vector: vector)
                }
                #expect(throws: FrameError.self) {
                    try own.decrypt(Array(plain[..<count]), key: key, vector: vector)
                }
            }
        }
        #expect(throws: FrameError.self) { try own.encrypt(plain, key: [1], vector: vector) }
    }

    @Test("HMAC-SHA256 gives the bytes of RFC 4231, case 2")
    func authenticationCode() throws {
        let code = try Self.made.get().authenticationCode(
            Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(
            code
                == Self.bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
    }

    @Test("random bytes are as many as asked for, and others each time")
    func random() throws {
        let own = try Self.made.get()
        #expect(own.random(32).count == 32)
        #expect(own.random(32) != own.random(32))
        #expect(own.random(0).isEmpty)
    }
}
