// What goes into a backup comes out of it, and the manifest is readable without the key.

import Crypto
import Foundation
import Testing

@testable import Backup

/// Names and contents: empty, tiny, packing well, not packing, and more than three frames.
private let contents: [(String, [UInt8])] = [
    ("core.db", Array(repeating: 65, count: 100_000)), ("empty", []), ("tiny", [1]),
    ("history/2026-10.db", Seeded.bytes(3 * BackupLimits.frameBytes + 17, seed: 1)),
    ("history/2026-11.db", Array(repeating: 0, count: 2 * BackupLimits.frameBytes)),
    ("settings/site/factory.toml", Array("[site]\nname = \"x\"\n".utf8)),
]

@Suite struct RoundTripTests {
    @Test func `files come out as they went in`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        var calls: [BackupProgress] = []
        let writer = try BackupWriter(
            path, label: sampleLabel, key: sampleKey, signer: signer(), random: { _ in sampleSalt },
            pacing: { progress in
                calls.append(progress)
                return .proceed
            })
        for (index, (name, bytes)) in contents.enumerated() {
            if index.isMultiple(of: 2) {
                try writer.add(path: name, from: scratch.write(bytes, "source"))
            } else {
                try writer.add(path: name, bytes: bytes)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        let receipt = try writer.finish()
        let total = contents.reduce(0) { $0 + $1.1.count }
        #expect(calls.count == 9)
        #expect(calls.last?.bytes == total)
        #expect(receipt.frames == 10)
        #expect(receipt.manifest.entries.map(\.path) == contents.map(\.0))
        #expect(receipt.manifest.totalBytes == total)
        #expect(try receipt.fileBytes == read(path).count)
        #expect(receipt.fileBytes < total - 2_000_000)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try scratch.names() == ["a.mwbackup", "source"])

        calls = []
        let proof = try BackupReader.extract(
            path, key: sampleKey, into: scratch.file("out"),
            progress: { progress in
                calls.append(progress)
                return .proceed
            })
        #expect(calls.count == 9)
        #expect(calls.last?.totalBytes == total && calls.last?.bytes == total)
        #expect(proof.frames == receipt.frames && proof.digest == receipt.digest)
        for (name, bytes) in contents {
            #expect(try read(scratch.file("out/" + name)) == bytes, "\(name)")
        }
        #expect(
            try scratch.names(below: "out")
                == (contents.map(\.0) + ["history", "settings", "settings/site"]).sorted())
        #expect(try BackupReader.verify(path, key: sampleKey) == proof)
    }

    @Test func `the manifest and the signer are known without the key`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        let receipt = try makeBackup(path, [("core.db", [1, 2, 3])])
        let mine = try signer().publicKey
        let found = try BackupReader.manifest(of: path, expecting: mine)
        #expect(found.manifest == receipt.manifest)
        #expect(found.label == sampleLabel)
        #expect(found.signer == mine)
        #expect(found.origin == .expectedBox && found.isSignatureChecked)
        #expect(found.fileBytes == receipt.fileBytes)
        #expect(found.manifest.entries[0].digest == Array(SHA256.hash(data: [UInt8]([1, 2, 3]))))
        let unknown = try BackupReader.manifest(of: path, isSignatureChecked: false)
        #expect(unknown.origin == .unknownBox && !unknown.isSignatureChecked)
        #expect(unknown.origin.sentence == "Signed by an unknown box.")
        let other = try BackupReader.verify(path, key: sampleKey, expecting: Array(mine.reversed()))
        #expect(other.contents.origin == .anotherBox)
        let text = String(decoding: try read(path), as: UTF8.self)
        #expect(text.contains(#"{"entries":[{"path":"core.db","sha256":"039058c6"#))
    }

    @Test func `a backup of nothing is one`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, [])
        let proof = try BackupReader.extract(path, key: sampleKey, into: scratch.file("out"))
        #expect(proof.frames == 1)
        #expect(try scratch.names(below: "out") == [])
    }

    @Test func `a folder that is there and empty is used, a full one refused`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, [("core.db", [1])])
        let folder = scratch.file("out")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = try BackupReader.extract(path, key: sampleKey, into: folder)
        #expect(
            trouble { _ = try BackupReader.extract(path, key: sampleKey, into: folder) }
                == .notEmpty(folder: folder))
        #expect(try scratch.names(below: "out") == ["core.db"])
        let nowhere = trouble {
            _ = try BackupReader.extract(path, key: sampleKey, into: scratch.file("no/such/out"))
        }
        #expect(nowhere?.words.says.hasPrefix("Cannot write") == true)
    }

    @Test func `the caller can stop each step, and nothing is left`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(path, [("a/core.db", [1]), ("b/head.db", [2])])
        let before = try read(path)
        let writer = try BackupWriter(
            path, label: sampleLabel, key: sampleKey, signer: signer(), random: { _ in sampleSalt },
            pacing: { _ in .cancel })
        #expect(trouble { try writer.add(path: "x", bytes: [1]) } == .cancelled(file: path))
        #expect(trouble { try writer.add(path: "y", bytes: [1]) } == .ended(file: path))
        #expect(trouble { _ = try writer.finish() } == .ended(file: path))
        #expect(try read(path) == before)
        let stopping: BackupPacing = { $0.bytes > 1 ? .cancel : .proceed }
        for step in [
            { _ = try BackupReader.manifest(of: path, pacing: stopping) },
            { _ = try BackupReader.verify(path, key: sampleKey, pacing: stopping) },
            {
                _ = try BackupReader.extract(
                    path, key: sampleKey, into: scratch.file("out"), progress: stopping)
            },
        ] {
            #expect(trouble(step) == .cancelled(file: path))
        }
        #expect(try scratch.names() == ["a.mwbackup"])
    }

    @Test func `packing gives back the same bytes or is not done`() throws {
        let writing = FramePacker(writes: true)
        let reading = FramePacker(writes: false)
        for count in [0, 1, 23, 24, 25, 1000, BackupLimits.frameBytes] {
            #expect(writing.packed(Seeded.bytes(count, seed: 5)) == nil)
            let even = [UInt8](repeating: 9, count: count)
            guard let packed = writing.packed(even) else {
                #expect(count < 40)
                continue
            }
            #expect(packed.count < count)
            #expect(reading.unpacked(packed, count: count) == even)
            #expect(reading.unpacked(packed, count: count - 1) == nil)
            #expect(
                reading.unpacked(packed, count: min(count + 1, 1 << 20)) != even || count == 1 << 20
            )
            #expect(reading.unpacked(packed.dropLast(), count: count) == nil)
        }
        #expect(reading.unpacked([1, 2, 3], count: BackupLimits.frameBytes + 1) == nil)
    }
}
