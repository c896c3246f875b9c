// Bytes made to harm: lengths, names and texts that no writer of ours makes; none may trap.

import Crypto
import Foundation
import Testing

@testable import Backup

private let entries: [(String, [UInt8])] = [
    ("core.db", Array("first content".utf8)), ("history/2026-11.db", [1, 2, 3]),
]

/// A text that is put where the header's or the manifest's should be.
private func object(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct HostileTests {
    @Test(arguments: [
        "/etc/passwd", "../core.db", "a/../../b", "a//b", "a/", ".", "..", "", ".ssh", "A", "a b",
        "a\\b", "é", "c:", "a\u{0}", "\u{202E}a", String(repeating: "a", count: 129),
    ])
    func `a hostile name in a signed manifest is refused before anything is written`(
        _ name: String
    ) throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.entries = [(name, [1])]
        let path = try scratch.write(try forgery.bytes(), "forged")
        let folder = scratch.file("out")
        for step in [
            { _ = try BackupReader.manifest(of: path, isSignatureChecked: false) },
            { _ = try BackupReader.verify(path, key: sampleKey) },
            { _ = try BackupReader.extract(path, key: sampleKey, into: folder) },
        ] {
            guard case .refusedPath(path, name, _) = trouble(step) else {
                Issue.record("\(name) was not refused")
                continue
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test(arguments: [["a", "a"], ["a", "a/b"], ["a/b", "a"], ["a/b/c", "a/b"]])
    func `names that get in each other's way are refused`(_ names: [String]) throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.entries = names.map { ($0, [1]) }
        let path = try scratch.write(try forgery.bytes(), "forged")
        guard case .refusedPath = trouble({ _ = try BackupReader.verify(path, key: sampleKey) })
        else {
            Issue.record("\(names) was not refused")
            return
        }
    }

    @Test(arguments: [
        "", "{}", "[]", "{\"entries\":[]}",
        "{\"entries\":[],\"total_bytes\":1,\"total_entries\":0}",
        "{\"entries\":[],\"total_bytes\":0,\"total_entries\":1}",
        "{\"entries\":[],\"more\":1,\"total_bytes\":0,\"total_entries\":0}",
        "{\"entries\":[1],\"total_bytes\":0,\"total_entries\":1}",
        "{\"entries\":[{}],\"total_bytes\":0,\"total_entries\":1}",
        "{\"entries\":{},\"total_bytes\":0,\"total_entries\":0}",
        "{\"entries\":[{\"path\":\"a\",\"sha256\":\"00\",\"size\":1}],\"total_bytes\":1,\"total_entries\":1}",
        String(repeating: "[", count: 100_000), "\"" + String(repeating: "\\", count: 99_999),
    ])
    func `a false manifest is refused`(_ text: String) throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.manifest = object(text)
        let path = try scratch.write(try forgery.bytes(), "forged")
        guard case .damaged = trouble({ _ = try BackupReader.verify(path, key: sampleKey) }) else {
            Issue.record("\(text.prefix(80)) was not refused")
            return
        }
    }

    @Test(arguments: [Int.max, BackupLimits.totalBytes + 1, BackupLimits.totalBytes, 14, 12, 0])
    func `sizes that are not those of the frames are refused`(_ size: Int) throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.entries = [("core.db", Array("first content".utf8))]
        let digest = Hexadecimal.text(sampleSeed)
        // Totals that fit, so that the size itself is looked at; two of the largest overflow.
        forgery.manifest =
            CanonicalValue.object([
                "entries": .list(
                    ["a", "b"].map {
                        .object(["path": .text($0), "sha256": .text(digest), "size": .number(size)])
                    }),
                "total_bytes": .number(size &+ size < 0 ? 0 : size &+ size),
                "total_entries": .number(2),
            ]).bytes
        let path = try scratch.write(try forgery.bytes(), "forged")
        guard case .damaged = trouble({ _ = try BackupReader.verify(path, key: sampleKey) }) else {
            Issue.record("\(size) was not refused")
            return
        }
    }

    @Test func `hostile lengths are refused before memory is taken`() throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.entries = entries
        let sound = try forgery.bytes()
        let frames = 16 + LittleEndian.number(sound[12..<16]) + 32
        let footer = sound.count - BackupFooter.byteCount
        for place in [12, frames + 4, frames + 8, footer] {
            for value: UInt32 in [0, 1, 0x7FFF_FFFF, 0x8000_0000, .max, 16_384, 1 << 20, 2 << 20] {
                var bytes = sound
                bytes.replaceSubrange(place..<place + 4, with: LittleEndian.bytes(value))
                bytes = try resigned(Array(bytes.dropLast(96)))
                let path = try scratch.write(bytes, "forged")
                guard case .damaged = trouble({ _ = try BackupReader.verify(path, key: sampleKey) })
                else {
                    Issue.record("\(value) at \(place) was not refused")
                    continue
                }
            }
        }
    }

    @Test(arguments: [
        ("created_ns", CanonicalValue.text("+1")), ("created_ns", .text("007")),
        ("created_ns", .text("9223372036854775808")), ("created_ns", .number(1)),
        ("key_check", .text("00")), ("salt", .text(String(repeating: "Z", count: 32))),
        ("salt", .text(String(repeating: "A", count: 32))), ("signer", .text("")),
        ("site", .text(String(repeating: "a", count: 257))), ("box", .list([])),
        ("program", .text(String(repeating: "a", count: 129))), ("schemas", .list([])),
        ("schemas", .object(["a": .text("1")])), ("schemas", .object(["../a": .number(1)])),
        ("schemas", .object(["a/b": .number(1)])), ("another", .number(1)),
    ])
    func `a false header is refused`(_ name: String, _ value: CanonicalValue) throws {
        let scratch = try Scratch()
        guard case .object(var members) = Forgery.header().canonical else { return }
        members[name] = value
        let text = CanonicalValue.object(members).bytes
        let start =
            BackupHeader.magic + [1, 0, 0, 0] + LittleEndian.bytes(UInt32(text.count)) + text
        let path = try scratch.write(try Forgery().bytes(headerBytes: start), "forged")
        let found = trouble { _ = try BackupReader.manifest(of: path, isSignatureChecked: false) }
        guard case .damaged = found else {
            Issue.record("\(name) was not refused")
            return
        }
        members[name] = nil
        let shorter = CanonicalValue.object(members).bytes
        #expect(name == "another" || (try? BackupHeader(text: shorter)) == nil)
    }

    @Test func `something else and something newer are told`() throws {
        let scratch = try Scratch()
        let path = try scratch.write(Array("SQLite format 3\u{0} and more of it".utf8), "other")
        #expect(trouble { _ = try BackupReader.manifest(of: path) } == .notBackup(file: path))
        var newer = try Forgery().bytes()
        newer[8] = 2
        _ = try scratch.write(newer, "other")
        #expect(
            trouble { _ = try BackupReader.manifest(of: path) }
                == .newerFormat(file: path, version: 2))
        for place in [scratch.path, scratch.file("missing"), "/dev/null"] {
            guard case .unreadable = trouble({ _ = try BackupReader.manifest(of: place) }) else {
                Issue.record("\(place) was read")
                continue
            }
        }
    }

    @Test func `2,000 random changes never trap and are always noticed`() throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.entries = entries
        let sound = try forgery.bytes()
        var dice = Seeded(2026)
        for round in 0..<2000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...4, using: &dice) { mutate(&bytes, &dice) }
            if bytes == sound { continue }
            // Every second one gets a right digest and signature, so that more code is reached.
            if round.isMultiple(of: 2), bytes.count > 96 {
                bytes = try resigned(Array(bytes.dropLast(96)))
            }
            if bytes == sound { continue }
            let path = try scratch.write(bytes, "forged")
            #expect(
                trouble { _ = try BackupReader.verify(path, key: sampleKey) } != nil,
                "round \(round)")
            _ = trouble { _ = try BackupReader.manifest(of: path, isSignatureChecked: false) }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ dice: inout Seeded) {
        guard bytes.count > 8 else { return }
        let place = Int.random(in: 0..<bytes.count - 8, using: &dice)
        switch Int.random(in: 0..<7, using: &dice) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &dice)
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: place)
        case 4: bytes.replaceSubrange(place..<place + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
        case 5: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &dice))
        default: bytes += bytes[place...].prefix(64)
        }
    }
}
