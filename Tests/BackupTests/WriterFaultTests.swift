// Whatever the system refuses, the target stays as it was and nothing else is left behind.

import Foundation
import Glibc
import Testing

@testable import Backup

@Suite struct WriterFaultTests {
    /// Writes a backup while one step fails with an error number.
    private func write(_ path: String, failing: @escaping OutputFaults) throws {
        let writer = try BackupWriter(
            path, label: sampleLabel, key: sampleKey, signer: signer(), random: { _ in sampleSalt },
            pacing: { _ in .proceed }, faults: failing)
        try writer.add(path: "core.db", bytes: Seeded.bytes(3_000_000, seed: 1))
        try writer.add(path: "head.db", bytes: [1])
        _ = try writer.finish()
    }

    @Test func `a full disk at any moment of writing leaves the target as it was`() throws {
        let scratch = try Scratch()
        let path = try scratch.write([1, 2, 3], "a.mwbackup")
        var places: [Int] = []
        try write(scratch.file("b.mwbackup")) { step in
            if case .writing(let place) = step { places.append(place) }
            return nil
        }
        #expect(places.count == 8)
        try FileManager.default.removeItem(atPath: scratch.file("b.mwbackup"))
        for place in places {
            let found = trouble {
                try write(path) { $0 == .writing(at: place) ? ENOSPC : nil }
            }
            #expect(found == .full(file: path))
            #expect(try scratch.names() == ["a.mwbackup"])
            #expect(try read(path) == [1, 2, 3])
        }
    }

    @Test(arguments: [OutputStep.opening, .flushing, .renaming])
    func `a step that fails before the name is given leaves the target as it was`(
        _ step: OutputStep
    ) throws {
        let scratch = try Scratch()
        let path = try scratch.write([1, 2, 3], "a.mwbackup")
        let found = trouble { try write(path) { $0 == step ? EIO : nil } }
        #expect(found == .unwritable(file: path, reason: "Input/output error"))
        #expect(try scratch.names() == ["a.mwbackup"])
        #expect(try read(path) == [1, 2, 3])
    }

    @Test func `a folder that does not flush is told, with the backup in its place`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        let found = trouble { try write(path) { $0 == .flushingFolder ? EIO : nil } }
        #expect(found == .unwritable(file: path, reason: "Input/output error"))
        #expect(try scratch.names() == ["a.mwbackup"])
        _ = try BackupReader.verify(path, key: sampleKey)
    }

    @Test func `a file that the system does not let grow is told and removed`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let scratch = try Scratch()
            let path = scratch.file("a.mwbackup")
            var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
            let isLimited = unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let found = trouble {
                try makeBackup(path, [("core.db", Seeded.bytes(300_000, seed: 1))])
            }
            let isRight =
                try isLimited == 0 && found == .fileTooLarge(file: path) && scratch.names() == []
            exit(isRight ? 0 : 1)
        }
    }

    @Test func `a writer that goes away unfinished leaves nothing`() throws {
        let scratch = try Scratch()
        do {
            let writer = try BackupWriter(
                scratch.file("a.mwbackup"), label: sampleLabel, key: sampleKey, signer: signer(),
                random: { _ in sampleSalt })
            try writer.add(path: "core.db", bytes: [1])
            #expect(try scratch.names() == [".a.mwbackup.part"])
        }
        #expect(try scratch.names() == [])
        // What a crash left is replaced.
        _ = try scratch.write([9], ".a.mwbackup.part")
        try makeBackup(scratch.file("a.mwbackup"), [])
        #expect(try scratch.names() == ["a.mwbackup"])
    }

    @Test func `a source that cannot be read and a name that cannot be used end the backup`() throws
    {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        for step: (BackupWriter) throws -> Void in [
            { try $0.add(path: "core.db", from: scratch.file("missing")) },
            { try $0.add(path: "core.db", from: scratch.path) },
            { try $0.add(path: "core.db", from: "/dev/zero") },
            { try $0.add(path: "../core.db", bytes: []) },
            {
                try $0.add(path: "a", bytes: [])
                try $0.add(path: "a", bytes: [])
            },
            {
                try $0.add(path: "a/b", bytes: [])
                try $0.add(path: "a", bytes: [])
            },
            { writer in
                for number in 0...BackupLimits.entries {
                    try writer.add(path: "f\(number)", bytes: [])
                }
            },
        ] {
            let writer = try BackupWriter(
                path, label: sampleLabel, key: sampleKey, signer: signer(),
                random: { _ in sampleSalt })
            #expect(trouble { try step(writer) } != nil)
            #expect(trouble { _ = try writer.finish() } == .ended(file: path))
            #expect(try scratch.names() == [])
        }
    }

    @Test func `a label beyond its limits is refused`() throws {
        let scratch = try Scratch()
        var label = sampleLabel
        label.site = String(repeating: "é", count: 129)
        guard
            case .overLimit = trouble({
                _ = try BackupWriter(
                    scratch.file("a"), label: label, key: sampleKey, signer: signer(),
                    random: { _ in sampleSalt })
            })
        else {
            Issue.record("it was taken")
            return
        }
        #expect(trouble { _ = try BackupSigner(privateKey: [1]) } == .badSigningKey)
    }

    @Test func `a full disk while extracting removes all that was written`() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.mwbackup")
        try makeBackup(
            path, [("a/core.db", [1]), ("a/b/head.db", Seeded.bytes(2_000_000, seed: 1))])
        for failing in [
            OutputStep.opening, .writing(at: 0), .writing(at: 1 << 20), .flushing, .renaming,
            .flushingFolder,
        ] {
            let found = trouble {
                _ = try BackupReader.extract(
                    path, key: sampleKey, into: scratch.file("out"), expecting: nil, progress: nil,
                    faults: { $0 == failing ? ENOSPC : nil })
            }
            guard case .full = found else {
                Issue.record("\(failing): \(String(describing: found))")
                continue
            }
            #expect(try scratch.names() == ["a.mwbackup"])
        }
    }

    @Test func `every trouble has words`() {
        let place = BackupPlace(5, frame: 1, entry: "a")
        let troubles: [BackupTrouble] = [
            .mistypedKey(.somewhere), .mistypedKey(.group(3)), .wrongKey(file: "f"),
            .notBackup(file: "f"), .newerFormat(file: "f", version: 2),
            .damaged(file: "f", place: place, what: "w"), .falseSignature(file: "f", place: place),
            .refusedPath(file: "f", path: "p", reason: "r"), .overLimit(file: "f", what: "w"),
            .unreadable(file: "f", reason: "r"), .unwritable(file: "f", reason: "r"),
            .full(file: "f"), .fileTooLarge(file: "f"), .notEmpty(folder: "f"),
            .cancelled(file: "f"), .ended(file: "f"), .badSigningKey,
        ]
        #expect(Set(troubles.map(\.words.says)).count >= troubles.count - 3)
        for trouble in troubles {
            for text in [trouble.words.says, trouble.words.why, trouble.words.remedy] {
                #expect(text.hasSuffix(".") && !text.hasSuffix(".."))
            }
            #expect(trouble.words.why != "The cause is not known.")
        }
    }
}
