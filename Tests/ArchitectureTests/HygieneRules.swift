// What never stands in a tracked file: big files, unfinished work, paths of one machine.

/// Words are put together here so that this file does not contain what it looks for.
private let unfinished = ["TO" + "DO", "FIX" + "ME", "X" + "XX"]
private let machineRoots = ["work", "farm", "root", "opt/swift", "Users"]
private let registryHosts = [
    "py" + "pi.org", "python" + "hosted.org", "deb." + "debian.org", "registry." + "npmjs.org",
    "proxy." + "golang.org", "files." + "swift.org",
]

let hygieneRules: [Rule] = [
    Rule(
        name: "file-size", source: "style, Architecture tests",
        remedy: "Make it at test time, make it smaller, or keep it out of the project.",
        planted: ["docs/big.txt": String(repeating: "x", count: 500_001)],
        expected: "docs/big.txt:1"
    ) { tree in
        tree.sizes.sorted { $0.key < $1.key }.filter { $0.value > 500_000 }.map {
            Finding(path: $0.key, line: 1, says: "\($0.value) bytes; 500,000 is the limit")
        }
    },
    Rule(
        name: "unfinished", source: "style, Architecture tests",
        remedy: "Do it now, or file it outside the code.",
        planted: [
            "Sources/Loop/Planted.swift": "// A planted violation.\n// \(unfinished[0]): later\n"
        ],
        expected: "Sources/Loop/Planted.swift:2"
    ) { tree in
        let places = ["Sources/", "Tests/", "Rigs/", "Fuzz/", "scripts/", "Makefile", "docs/"]
        return tree.files.filter { file in places.contains { file.path.hasPrefix($0) } }
            .flatMap { file in
                lines(of: file, holding: unfinished) { line, word in
                    line.contains(word)
                        && line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                            .contains { $0 == word }
                }
            }
    },
    Rule(
        name: "machine-paths", source: "style, Architecture tests",
        remedy: "Use a path from the project's root, an option or an environment variable.",
        planted: ["docs/a.md": "# A\n\nRun it in /\(machineRoots[0])/main.\n"],
        expected: "docs/a.md:3",
        innocent: ["docs/a.md": "# A\n\nframe/work/x and net/root/y and /root-cause/\n"]
    ) { tree in
        tree.files.flatMap { file in
            lines(of: file, holding: machineRoots.map { "/" + $0 + "/" }) { line, word in
                guard let place = line.firstRange(of: word) else { return false }
                guard place.lowerBound > line.startIndex else { return true }
                let before = line[line.index(before: place.lowerBound)]
                return !before.isLetter && !before.isNumber && before != "." && before != "_"
            }
        }
    },
    Rule(
        name: "registry-hosts", source: "style, Architecture tests",
        remedy: "Let the package client use the registry it is set up for.",
        planted: ["scripts/a": "pip install --index-url https://\(registryHosts[0])/simple x\n"],
        expected: "scripts/a:1"
    ) { tree in
        tree.files.flatMap { file in
            lines(of: file, holding: registryHosts) { line, word in line.contains(word) }
        }
    },
]

/// Findings for lines that hold a word, when the closure agrees.
private func lines(
    of file: SourceFile, holding words: [String], where agrees: (Substring, String) -> Bool
) -> [Finding] {
    let present = words.filter { file.holds($0) }
    guard !present.isEmpty else { return [] }
    var findings: [Finding] = []
    for (index, line) in file.lines.enumerated() {
        for word in present where agrees(line, word) {
            findings.append(file.finding(index + 1, "contains \(word)"))
        }
    }
    return findings
}
