// No byte of a backup can change, go missing, repeat or move without being noticed (T14).

import Crypto
import Foundation
import Testing

@testable import Backup

private let small: [(String, [UInt8])] = [
    ("core.db", Array("first content".utf8)), ("head.db", Array("other content".utf8)),
    ("history/2026-11.db", Array(repeating: 66, count: 300)),
]

@Suite struct DamageTests {
    @Test func `every changed byte is noticed, also where two bits of it changed`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, small)
        let sound = try read(path)
        for index in sound.indices {
            for change in [UInt8(1) << UInt8(index % 8), 0x20, 0xFF] {
                var bytes = sound
                bytes[index] ^= change
                _ = try scratch.write(bytes, "a.mwbackup")
                #expect(
                    trouble { _ = try BackupReader.verify(path, key: sampleKey) } != nil,
                    "byte \(index) changed by \(change)")
            }
        }
    }

    @Test func `every changed byte is noticed without the key too`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, small)
        let sound = try read(path)
        for index in sound.indices {
            var bytes = sound
            bytes[index] ^= 1 << UInt8(index % 8)
            _ = try scratch.write(bytes, "a.mwbackup")
            #expect(
                trouble { _ = try BackupReader.manifest(of: path) } != nil, "byte \(index)")
        }
    }

    @Test func `every length that a file can be cut to is noticed`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, small)
        let sound = try read(path)
        for length in sound.indices {
            _ = try scratch.write(Array(sound.prefix(length)), "a.mwbackup")
            let found = trouble { _ = try BackupReader.verify(path, key: sampleKey) }
            switch found {
            case .damaged: #expect(length > 0)
            case .notBackup: #expect(length == 0)
            default: Issue.record("cut to \(length): \(String(describing: found))")
            }
        }
        _ = try scratch.write(sound + [0], "a.mwbackup")
        #expect(trouble { _ = try BackupReader.verify(path, key: sampleKey) } != nil)
    }

    @Test func `frames moved, repeated, left out or from another backup are noticed`() throws {
        let scratch = try Scratch()
        let foreign = try read(
            {
                let path = scratch.file("other.mwbackup")
                try makeBackup(path, small, salt: sampleSeed.dropLast(16))
                return path
            }())
        let foreignStart = 16 + LittleEndian.number(foreign[12..<16]) + 32
        let foreignFrame = Array(foreign[foreignStart..<foreignStart + 12 + 13 + 16])
        let changes: [(String, (inout [[UInt8]]) -> Void)] = [
            ("swapped", { $0.swapAt(0, 1) }), ("repeated", { $0.insert($0[0], at: 1) }),
            ("in place of another", { $0[1] = $0[0] }), ("left out", { $0.remove(at: 1) }),
            ("closing left out", { $0.removeLast() }), ("closing first", { $0.swapAt(0, 3) }),
            ("closing repeated", { $0.append($0[3]) }), ("foreign", { $0[0] = foreignFrame }),
            ("one more byte", { $0[2].append(0) }), ("one byte less", { $0[2].removeLast() }),
            ("bytes between", { $0.insert([0], at: 2) }),
        ]
        for (name, change) in changes {
            var forgery = Forgery()
            forgery.entries = small
            let sound = try scratch.write(try forgery.bytes(), "sound")
            #expect(trouble { _ = try BackupReader.verify(sound, key: sampleKey) } == nil)
            forgery.changeFrames = change
            let path = try scratch.write(try forgery.bytes(), "forged")
            guard case .damaged = trouble({ _ = try BackupReader.verify(path, key: sampleKey) })
            else {
                Issue.record("\(name) was not noticed")
                continue
            }
            let folder = scratch.file("out")
            #expect(
                trouble { _ = try BackupReader.extract(path, key: sampleKey, into: folder) } != nil)
            #expect(!FileManager.default.fileExists(atPath: folder), "\(name)")
        }
    }

    @Test func `full frames exchanged between files are noticed and named`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        let full = BackupLimits.frameBytes
        try makeBackup(path, [("a", Seeded.bytes(4 * full, seed: 3)), ("b", [1])])
        let sound = try read(path)
        let start = 16 + LittleEndian.number(sound[12..<16]) + 32
        let frame = 12 + full + 16
        var bytes = sound
        bytes.replaceSubrange(
            start + frame..<start + 2 * frame, with: sound[start + 2 * frame..<start + 3 * frame])
        bytes.replaceSubrange(
            start + 2 * frame..<start + 3 * frame, with: sound[start + frame..<start + 2 * frame])
        _ = try scratch.write(try resigned(Array(bytes.dropLast(96))), "a.mwbackup")
        let found = trouble { _ = try BackupReader.verify(path, key: sampleKey) }
        #expect(
            found
                == .damaged(
                    file: path, place: BackupPlace(start + frame, frame: 1, entry: "a"),
                    what: "the frame does not decrypt, or is not in its place"))
        #expect(found?.words.why.contains("in frame 1 of a") == true)
    }

    @Test func `a wrong key is told from damage`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, small)
        #expect(
            trouble { _ = try BackupReader.verify(path, key: otherKey) } == .wrongKey(file: path))
        let sound = try read(path)
        // Where the header itself is hit, the right key is never called wrong.
        for index in 0..<16 + LittleEndian.number(sound[12..<16]) + 32 {
            var bytes = sound
            bytes[index] ^= 0x01
            _ = try scratch.write(bytes, "a.mwbackup")
            let found = trouble { _ = try BackupReader.verify(path, key: sampleKey) }
            #expect(found != nil && found != .wrongKey(file: path), "byte \(index)")
        }
    }

    @Test func `a false signature is told from damage`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        let receipt = try makeBackup(path, small)
        let sound = try read(path)
        let other = try BackupSigner(privateKey: Array(1...32))
        _ = try scratch.write(
            Array(sound.dropLast(64)) + other.sign(receipt.digest), "a.mwbackup")
        let place = BackupPlace(sound.count - 64)
        for step in [
            { _ = try BackupReader.manifest(of: path) },
            { _ = try BackupReader.verify(path, key: sampleKey) },
        ] {
            #expect(trouble(step) == .falseSignature(file: path, place: place))
        }
    }

    @Test func `a signer exchanged in the header does not open with the key`() throws {
        let scratch = try Scratch()
        let other = try BackupSigner(privateKey: Array(1...32))
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, small)
        let sound = try read(path)
        let length = LittleEndian.number(sound[12..<16])
        var header = Forgery.header()
        header.signer = other.publicKey
        let covered =
            header.bytes + Array(SHA256.hash(data: header.bytes))
            + sound[(16 + length + 32)...].dropLast(96)
        let digest = Array(SHA256.hash(data: covered))
        _ = try scratch.write(covered + digest + other.sign(digest), "a.mwbackup")
        // Without the key it looks like a sound backup of another box; the key tells.
        #expect(try BackupReader.manifest(of: path).signer == other.publicKey)
        guard case .damaged = trouble({ _ = try BackupReader.verify(path, key: sampleKey) }) else {
            Issue.record("it was not noticed")
            return
        }
    }

    @Test func `content that is not the one of the manifest is named`() throws {
        let scratch = try Scratch()
        var forgery = Forgery()
        forgery.entries = [("core.db", [1, 2, 3])]
        forgery.manifest =
            BackupManifest(entries: [BackupEntry(path: "core.db", size: 3, digest: sampleSeed)])
            .bytes
        let path = try scratch.write(try forgery.bytes(), "forged")
        let folder = scratch.file("out")
        let found = trouble { _ = try BackupReader.extract(path, key: sampleKey, into: folder) }
        #expect(found?.words.why.contains("in core.db: the content does not match") == true)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }
}
