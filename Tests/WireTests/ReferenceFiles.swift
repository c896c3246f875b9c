// Finds the reference data of the tests and the project's folders, or says that they are absent.

import Foundation
import Testing

/// The files that tests compare with.
enum ReferenceFiles {
    /// The root of the package, found from this file with symbolic links resolved.
    static let packageRoot = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of reference data: `MILLWRIGHT_REFERENCE_DATA`, else `../shared/data`.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["MILLWRIGHT_REFERENCE_DATA"] {
            return URL(fileURLWithPath: path)
        }
        return packageRoot.deletingLastPathComponent().appendingPathComponent("shared/data")
    }()

    /// The trait of tests that need reference data.
    static let needed: ConditionTrait = .enabled(
        if: FileManager.default.fileExists(atPath: folder.path), "skipped: no reference data")

    /// The bytes of a file of the reference data.
    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// A JSON file of the reference data.
    static func json(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The seeds of a fuzz target in the project, sorted by name.
    static func fuzzSeeds(_ target: String) -> [[UInt8]] {
        let folder = packageRoot.appendingPathComponent("Fuzz/corpus/\(target)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap {
            (try? Data(contentsOf: folder.appendingPathComponent($0))).map { [UInt8]($0) }
        }
    }
}

/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Bytes from hexadecimal text; spaces are ignored.
func hex(_ text: String) -> [UInt8] {
    let digits = text.utf8.filter { $0 != 0x20 && $0 != 0x0A }.map { digit -> UInt8 in
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        default: digit - 0x61 + 10
        }
    }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
