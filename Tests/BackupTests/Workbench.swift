// What the tests share: a folder that goes away, seeded bytes, sample backups, forged ones.

import Crypto
import Foundation
import Testing

@testable import Backup

/// A folder for one test, removed at its end.
final class Scratch: Sendable {
    let path: String

    /// A folder in memory where there is any, else on the disk.
    init() throws {
        let isInMemory = FileManager.default.isWritableFile(atPath: "/dev/shm")
        path = (isInMemory ? "/dev/shm/" : NSTemporaryDirectory()) + "backup-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // A folder that cannot be removed is left to the system's own cleaning.
        }
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file and gives its path.
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }

    /// All names in the folder and below, sorted.
    func names(below folder: String = "") throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path + "/" + folder).sorted()
    }
}

func read(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed everywhere.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Bytes that do not pack.
    static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var dice = Seeded(seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { bytes += LittleEndian.bytes(dice.next()) }
        return Array(bytes.prefix(count))
    }
}

let sampleKey = BackupKey(bytes: Array(1...20))
let otherKey = BackupKey(bytes: Array(2...21))
let sampleSeed = [UInt8](repeating: 7, count: 32)
let sampleSalt = Array(UInt8(100)..<116)

/// 2026-11-13T06:00:00Z.
let sampleLabel = BackupLabel(
    site: "Smith & Sons “Works”\n", box: "box-1", createdNanoseconds: 1_794_549_600_000_000_000,
    program: "1.0.0", schemas: ["core": 7, "head": 2, "month": 2])

func signer() throws -> BackupSigner { try BackupSigner(privateKey: sampleSeed) }

/// Writes a backup of these entries.
@discardableResult
func makeBackup(
    _ path: String, _ entries: [(String, [UInt8])], salt: [UInt8] = sampleSalt
) throws -> BackupReceipt {
    let writer = try BackupWriter(
        path, label: sampleLabel, key: sampleKey, signer: signer(), random: { _ in salt })
    for (name, bytes) in entries { try writer.add(path: name, bytes: bytes) }
    return try writer.finish()
}

/// A backup put together by hand, so that any part can be false; digest and signature are right.
struct Forgery {
    var header = Forgery.header()
    /// Name and content; a content above one frame is not for here.
    var entries: [(String, [UInt8])] = []
    /// The manifest's text, when it should be another than that of the entries.
    var manifest: [UInt8]?
    /// Changes the frames, the closing one last, before they are put together.
    var changeFrames: (inout [[UInt8]]) -> Void = { _ in }
    /// Changes the file before digest and signature are made.
    var changeCovered: (inout [UInt8]) -> Void = { _ in }

    static func header() -> BackupHeader {
        BackupHeader(
            label: sampleLabel, signer: (try? signer().publicKey) ?? [], salt: sampleSalt,
            keyCheck: FrameSeal.keyCheck(sampleKey, salt: sampleSalt))
    }

    func bytes(headerBytes: [UInt8]? = nil) throws -> [UInt8] {
        let start = headerBytes ?? header.bytes
        let digest = Array(SHA256.hash(data: start))
        let seal = FrameSeal(key: sampleKey, salt: sampleSalt, headerDigest: digest)
        var frames: [[UInt8]] = []
        for (_, content) in entries where !content.isEmpty {
            let head = FrameHead(
                kind: .stored, plainBytes: content.count, bodyBytes: content.count)
            frames.append(try #require(seal.sealed(content, head: head, index: frames.count)))
        }
        let text =
            manifest
            ?? BackupManifest(
                entries: entries.map {
                    BackupEntry(
                        path: $0.0, size: $0.1.count, digest: Array(SHA256.hash(data: $0.1)))
                }
            ).bytes
        let head = FrameHead(kind: .closing, plainBytes: 32, bodyBytes: 32)
        let textDigest = Array(SHA256.hash(data: text))
        frames.append(try #require(seal.sealed(textDigest, head: head, index: frames.count)))
        changeFrames(&frames)
        var file = start + digest + frames.joined() + text
        file += BackupFooter.covered(manifestBytes: text.count)
        changeCovered(&file)
        return try resigned(file)
    }
}

/// The covered bytes with a right digest and signature behind them.
func resigned(_ covered: [UInt8]) throws -> [UInt8] {
    let digest = Array(SHA256.hash(data: covered))
    return covered + digest + (try signer().sign(digest))
}

/// The trouble that a closure throws; nil when it throws none.
func trouble(_ step: () throws -> Void) -> BackupTrouble? {
    do {
        try step()
        return nil
    } catch {
        return error as? BackupTrouble
    }
}
