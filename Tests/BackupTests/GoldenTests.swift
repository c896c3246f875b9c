// One backup of fixed inputs, so that the format cannot change unnoticed.

import Crypto
import Foundation
import Testing

@testable import Backup

@Suite struct GoldenTests {
    /// Contents this small are stored, so that the version of zstd does not matter.
    private static let entries: [(String, [UInt8])] = [
        ("core.db", Array("what people did".utf8)), ("empty", []),
        ("history/2026-11.db", Array("what machines did".utf8)),
    ]

    @Test func `the bytes of a backup are those of format version 1`() throws {
        let scratch = try Scratch()
        let path = scratch.file("golden.mwbackup")
        let receipt = try makeBackup(path, GoldenTests.entries)
        let bytes = try read(path)
        #expect(
            Hexadecimal.text(SHA256.hash(data: bytes))
                == "b06aa2464846a2c5a1412f21596353600f0047819effe6af2ec4e704bc4891f5")
        #expect(Hexadecimal.text(receipt.digest) == Hexadecimal.text(bytes.dropLast(64).suffix(32)))
        #expect(
            Hexadecimal.text(bytes[..<16]) == "4d574241434b55500100000035010000")
    }

    /// Leaves backups for a reader in another language; the folder is named by BACKUP_SAMPLES.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["BACKUP_SAMPLES"] != nil))
    func `samples for other readers are written`() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["BACKUP_SAMPLES"])
        try makeBackup(folder + "/golden.mwbackup", GoldenTests.entries)
        try makeBackup(
            folder + "/large.mwbackup",
            [
                ("core.db", Array(repeating: 65, count: 3_500_000)), ("empty", []),
                ("history/2026-11.db", Seeded.bytes(2_500_000, seed: 9)),
            ])
    }
}
