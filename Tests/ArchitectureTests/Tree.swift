// The project's files as one value: read once from git's list, or planted by a test.

import Foundation

/// A text file with its code apart from its comments and strings.
struct SourceFile: Sendable {
    /// Path from the project's root.
    let path: String
    /// The text as it is.
    let text: String
    /// Its lines as they are.
    let lines: [Substring]
    /// Swift code only: comments and strings are blanked, lines stay where they are.
    let code: SwiftCode
    /// The text as bytes, for quick questions.
    private let bytes: [UInt8]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        bytes = Array(text.utf8) + [0]
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = path.hasSuffix(".swift") ? SwiftCode(text) : SwiftCode("")
    }

    /// Whether the text holds a word anywhere.
    func holds(_ word: String) -> Bool { contains(bytes, word) }

    /// The room of a file in `Sources`, for example "Plant"; nil elsewhere.
    var room: String? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    /// A finding in this file.
    func finding(_ line: Int, _ says: String) -> Finding {
        Finding(path: path, line: line, says: says)
    }
}

/// Files by path.
struct Tree: Sendable {
    /// Text files, sorted by path.
    let files: [SourceFile]
    /// Sizes in bytes of all files, those that are not text too.
    let sizes: [String: Int]
    /// Every folder that holds a file.
    let folders: Set<String>

    /// A tree made of texts.
    init(_ texts: [String: String], sizes: [String: Int] = [:]) {
        files = texts.keys.sorted().map { SourceFile(path: $0, text: texts[$0] ?? "") }
        self.sizes = texts.mapValues(\.utf8.count).merging(sizes) { _, given in given }
        var folders: Set<String> = []
        for path in self.sizes.keys {
            var parts = path.split(separator: "/").dropLast()
            while !parts.isEmpty {
                folders.insert(parts.joined(separator: "/"))
                parts = parts.dropLast()
            }
        }
        self.folders = folders
    }

    /// The Swift files of the program.
    var sources: [SourceFile] { files.filter { $0.room != nil && $0.path.hasSuffix(".swift") } }

    /// The Swift files of program and tests.
    var swift: [SourceFile] {
        files.filter {
            $0.path.hasSuffix(".swift")
                && ($0.path.hasPrefix("Sources/") || $0.path.hasPrefix("Tests/")
                    || $0.path.hasPrefix("Fuzz/"))
        }
    }

    /// The file at a path.
    func file(_ path: String) -> SourceFile? { files.first { $0.path == path } }

    /// Whether a file or folder stands at a path.
    func has(_ path: String) -> Bool { sizes[path] != nil || folders.contains(path) }

    /// The project as it lies on disk: what git tracks, and what it would.
    static let project: Tree = {
        let root = projectRoot
        let names = git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"], in: root)
            .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        var texts: [String: String] = [:]
        var sizes: [String: Int] = [:]
        for name in Set(names) {
            guard let bytes = FileManager.default.contents(atPath: root + "/" + name) else {
                continue  // removed from disk, not yet from git
            }
            sizes[name] = bytes.count
            if let text = String(validating: bytes, as: UTF8.self) { texts[name] = text }
        }
        return Tree(texts, sizes: sizes)
    }()

    /// The folder that holds Package.swift.
    static let projectRoot: String = {
        var folder = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path.count > 1,
            !FileManager.default.fileExists(atPath: folder.path + "/Package.swift")
        {
            folder.deleteLastPathComponent()
        }
        return folder.path
    }()

    private static func git(_ arguments: [String], in root: String) -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-c", "safe.directory=*", "-C", root] + arguments
        let output = Pipe()
        process.standardOutput = output
        do { try process.run() } catch { return Data() }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return bytes
    }
}
