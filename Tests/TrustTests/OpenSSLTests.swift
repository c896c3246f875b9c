// What another implementation says about our certificates, and what we say about its.

import Foundation
import Testing

@testable import Trust

private let tool = "/usr/bin/openssl"

/// Runs openssl in a folder of its own and gives its output, errors included.
private func openssl(_ arguments: [String], in folder: URL) throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

private func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(
        path: "trust-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

private func write(_ text: String, _ name: String, in folder: URL) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
}

private func read(_ name: String, in folder: URL) throws -> String {
    String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
}

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: tool)), .serialized)
struct OpenSSLTests {
    @Test func `openssl verifies the chain and shows the names`() throws {
        let authority = try newAuthority()
        let server = try ServerCertificate(issuedBy: authority, names: boxNames, now: today)
        try withFolder { folder in
            try write(authority.certificatePEM, "ca.pem", in: folder)
            try write(server.chainPEM, "chain.pem", in: folder)
            let time = String(wholeSeconds(today))
            let checks = [
                ["-verify_hostname", "millwright.local"], ["-verify_ip", "192.168.1.20"],
                ["-verify_ip", "fd00::20"],
            ]
            for check in checks {
                let (status, text) = try openssl(
                    [
                        "verify", "-x509_strict", "-purpose", "sslserver", "-attime", time,
                        "-CAfile", "ca.pem",
                    ] + check + ["chain.pem"], in: folder)
                #expect(status == 0, "\(text)")
            }
            let (_, text) = try openssl(
                ["x509", "-in", "chain.pem", "-noout", "-text"], in: folder)
            #expect(text.contains("X509v3 Subject Alternative Name: critical"))
            #expect(
                text.contains("DNS:millwright.local, DNS:box, IP Address:192.168.1.20,"))
            #expect(text.contains("TLS Web Server Authentication"))
            let (_, mark) = try openssl(
                ["x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha256"], in: folder)
            #expect(mark.contains(authority.fingerprint.colonSeparated))
        }
    }

    @Test(arguments: [
        ["-newkey", "rsa:2048", "-sha256"],
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ])
    func `A certificate made by openssl is accepted`(how: [String]) throws {
        try withFolder { folder in
            let (status, text) = try openssl(
                ["req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "box.pem", "-days", "300"]
                    + ["-subj", "/CN=box", "-addext", "subjectAltName=DNS:box,IP:10.0.0.9"] + how,
                in: folder)
            try #require(status == 0, "\(text)")
            let chain = try read("box.pem", in: folder)
            let now = try ServerCertificate(
                chainPEM: chain, keyPEM: read("key.pem", in: folder)
            ).notBefore
            let (_, old) = try openssl(
                ["pkey", "-in", "key.pem", "-traditional"], in: folder)
            for key in [try read("key.pem", in: folder), old] {
                let site = try SiteCertificate(
                    chainPEM: chain, keyPEM: key, inUse: [.addressV4([10, 0, 0, 9])], now: now)
                #expect(site.names == [.host("box"), .addressV4([10, 0, 0, 9])])
                try write(site.key.revealed, "again.pem", in: folder)
                let (status, text) = try openssl(
                    ["pkey", "-in", "again.pem", "-check", "-noout"], in: folder)
                #expect(status == 0, "\(text)")
            }
            let (_, locked) = try openssl(
                ["pkey", "-in", "key.pem", "-aes256", "-passout", "pass:secret"], in: folder)
            let error = trustError { () throws(TrustError) in
                _ = try SiteCertificate(
                    chainPEM: chain, keyPEM: locked, inUse: [.host("box")], now: now)
            }
            #expect(error == .keyLocked(.key))
        }
    }

    @Test(arguments: ["Ed25519", "P-521"])
    func `Keys that browsers do not know are refused`(kind: String) throws {
        let how =
            kind == "Ed25519"
            ? ["-newkey", "ed25519"] : ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"]
        try withFolder { folder in
            let (status, text) = try openssl(
                ["req", "-x509", "-nodes", "-keyout", "key.pem", "-out", "box.pem", "-days", "300"]
                    + ["-subj", "/CN=box", "-addext", "subjectAltName=DNS:box"] + how,
                in: folder)
            try #require(status == 0, "\(text)")
            let (chain, key) = (
                try read("box.pem", in: folder), try read("key.pem", in: folder)
            )
            let error = trustError { () throws(TrustError) in
                _ = try SiteCertificate(
                    chainPEM: chain, keyPEM: key, inUse: [.host("box")], now: today)
            }
            #expect(error == .unusualKey(kind))
        }
    }

    @Test func `A certificate signed with SHA-1 is refused`() throws {
        try withFolder { folder in
            let steps = [
                ["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-keyout", "ca.key", "-out"]
                    + ["ca.pem", "-days", "300", "-subj", "/CN=old"],
                ["req", "-nodes", "-newkey", "rsa:2048", "-keyout", "key.pem", "-out", "box.csr"]
                    + ["-subj", "/CN=box", "-addext", "subjectAltName=DNS:box"],
                ["x509", "-req", "-in", "box.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-sha1"]
                    + ["-copy_extensions", "copyall", "-days", "200", "-out", "box.pem"],
            ]
            for step in steps {
                let (status, text) = try openssl(step, in: folder)
                try #require(status == 0, "\(text)")
            }
            let (chain, key) = (
                try read("box.pem", in: folder), try read("key.pem", in: folder)
            )
            let now = try ServerCertificate(chainPEM: chain, keyPEM: key).notBefore
            let error = trustError { () throws(TrustError) in
                _ = try SiteCertificate(
                    chainPEM: chain, keyPEM: key, inUse: [.host("box")], now: now)
            }
            #expect(error == .weakSignature(position: 1))
        }
    }
}
