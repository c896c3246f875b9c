// Names that say nothing, and files called after them.

private let emptyEndings = [
    "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Handler", "Base", "Data", "Info",
]
private let emptyNames: Set<String> = [
    "Common", "Core", "Shared", "Utils", "Util", "Helpers", "Misc",
]

let nameRules: [Rule] = [
    Rule(
        name: "type-names", source: "style rule 38",
        remedy: "Name what it is or does; if no name fits, the type has no single job.",
        planted: [
            "Sources/Loop/Planted.swift":
                "// A planted violation.\npublic struct SignalManager {}\n"
        ],
        expected: "Sources/Loop/Planted.swift:2",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\nstruct Database {}\nenum ManagerRole {}\n"
        ]
    ) { tree in
        var findings: [Finding] = []
        for file in tree.swift {
            for kind in ["struct ", "class ", "enum ", "actor ", "protocol ", "typealias "] {
                for line in file.code.lines(with: kind) {
                    guard let name = name(after: kind, in: line.text) else { continue }
                    let endsEmpty = emptyEndings.contains { ending in
                        name.hasSuffix(ending) && isWord(ending, endOf: name)
                    }
                    if endsEmpty || emptyNames.contains(name) {
                        findings.append(file.finding(line.number, "a type called \(name)"))
                    }
                }
            }
        }
        return findings
    },
    Rule(
        name: "file-names", source: "architecture.md section 4",
        remedy: "Name the file after its main type, the folder after its idea.",
        planted: ["Sources/Loop/Common/Planted.swift": "// A planted violation.\n"],
        expected: "Sources/Loop/Common/Planted.swift:1",
        innocent: ["Sources/Loop/Commonality.swift": "// Fine words here.\n"]
    ) { tree in
        tree.swift.compactMap { file in
            let parts = file.path.dropLast(".swift".count).split(separator: "/").map(String.init)
            let bad = parts.first { part in
                emptyNames.contains(part)
                    || emptyEndings.contains { part.hasSuffix($0) && isWord($0, endOf: part) }
            }
            return bad.map { file.finding(1, "a file or folder called \($0)") }
        }
    },
]

private func name(after kind: String, in line: Substring) -> String? {
    guard let place = line.firstRange(of: kind) else { return nil }
    if place.lowerBound > line.startIndex {
        let previous = line[line.index(before: place.lowerBound)]
        guard previous == " " || previous == "(" else { return nil }
    }
    let name = line[place.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return name.first?.isUppercase == true ? String(name) : nil
}

/// Whether an ending is a word of its own: "SignalData" ends in Data, "Database" in nothing.
private func isWord(_ ending: String, endOf name: String) -> Bool {
    let rest = name.dropLast(ending.count)
    return rest.isEmpty || rest.last?.isLowercase == true || rest.last?.isNumber == true
        || rest.last?.isUppercase == true
}
