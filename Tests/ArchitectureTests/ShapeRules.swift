// Sizes and shapes: files, functions, first lines, classes, access.

let shapeRules: [Rule] = [
    Rule(
        name: "file-length", source: "style rule 7",
        remedy: "Split by concept: one file, one idea.",
        planted: [
            "Sources/Plant/Planted.swift": "// Long.\n" + String(repeating: "\n", count: 500)
        ],
        expected: "Sources/Plant/Planted.swift:501",
        innocent: ["Sources/Plant/Fine.swift": "// Fine.\n" + String(repeating: "\n", count: 499)]
    ) { tree in
        tree.swift.compactMap { file in
            let count = file.lines.count - (file.lines.last?.isEmpty == true ? 1 : 0)
            return count > 500 ? file.finding(501, "\(count) lines; 500 is the limit") : nil
        }
    },
    Rule(
        name: "function-length", source: "style rule 7",
        remedy: "Give the steps names: move them to private functions.",
        planted: [
            "Sources/Plant/Planted.swift": "// Long.\nfunc long(\n    a: Int\n) -> Int {\n"
                + String(repeating: "    work()\n", count: 61) + "}\n"
        ],
        expected: "Sources/Plant/Planted.swift:2",
        innocent: [
            "Sources/Plant/Fine.swift":
                "// Fine.\nprotocol P {\n    func a()\n    func b() -> Int\n}\n"
                + "struct S {\n" + String(repeating: "    let x = 1\n", count: 70) + "}\n"
        ]
    ) { tree in tree.swift.flatMap(longFunctions) },
    Rule(
        name: "first-line", source: "style rule 50",
        remedy: "Begin the file with `// ` and one sentence on its role.",
        planted: ["Sources/Plant/Planted.swift": "import Plant\n"],
        expected: "Sources/Plant/Planted.swift:1",
        innocent: ["Sources/Plant/Fine.swift": "// Money in minor units, never a fraction.\n"]
    ) { tree in
        tree.swift.compactMap { file in
            let first = file.lines.first ?? ""
            let isSentence = first.hasPrefix("// ") && first.split(separator: " ").count > 3
            return isSentence
                ? nil : file.finding(1, "the first line does not say what the file is for")
        }
    },
    bannedCode(
        "subclassing", source: "style rule 2", needles: ["class "],
        says: "a class that can be inherited from",
        remedy: "Write `final class`, or better a struct or enum.",
        planted: "public class Planted {}",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\npublic final class A {}\nprotocol B: AnyObject {}\nfinal public class C {}\n"
        ]
    ) { $0.contains(/\bclass\s+[A-Z]/) && !$0.contains(/\bfinal\b/) },
    bannedCode(
        "open-access", source: "style rule 43", needles: ["open "],
        says: "open access", remedy: "Nothing of ours is inherited from: use public.",
        planted: "open func planted() {}",
        innocent: ["Sources/Loop/Fine.swift": "// Fine words here.\nlet isLeft = open + 1\n"]
    ) { $0.contains(/^\s*open\s+(class|func|var|subscript|init)\b/) },
    bannedCode(
        "package-access", source: "style rule 43", needles: ["package "],
        says: "package access turns cross-module optimisation off",
        remedy: "Use public, or keep it internal.", planted: "    package func planted() {}",
        innocent: ["Sources/Loop/Fine.swift": "// Fine words here.\nlet package = 1\n"]
    ) {
        $0.contains(
            /\bpackage\s+(func|var|let|struct|enum|class|actor|init|static|protocol|final|mutating|typealias|subscript)\b/
        )
    },
    Rule(
        name: "limits", source: "style rule 6",
        remedy: "Add the number, with its unit in the name, to the room's Limits value.",
        planted: [
            "Sources/Loop/Planted.swift":
                "// A planted violation.\nlet s = stream(bufferingNewest: 64)\n"
        ],
        expected: "Sources/Loop/Planted.swift:2",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\nlet s = stream(bufferingNewest: limits.live)\n",
            "Sources/Loop/LoopLimits.swift":
                "// All limits of the room.\nlet a = make(limit: 500)\n",
        ],
        check: literalLimits),
    Rule(
        name: "limits-value", source: "style rule 6",
        remedy: "Declare `<Room>Limits` with the room's limits, and have the code read it.",
        planted: ["Sources/Capture/Planted.swift": "// A planted violation.\nstruct Queue {}\n"],
        expected: "Sources/Capture/Planted.swift:1",
        innocent: [
            "Sources/Capture/Fine.swift": "// Fine words here.\npublic struct CaptureLimits {}\n"
        ]
    ) { tree in
        let rooms = ["Historian", "Journal", "Capture", "Act", "Loop", "Web"]
        return rooms.compactMap { room in
            let files = tree.sources.filter { $0.room == room }
            guard let first = files.first else { return nil }
            let isThere = files.contains { file in
                file.code.lines.contains {
                    $0.contains("struct \(room)Limits") || $0.contains("enum \(room)Limits")
                }
            }
            return isThere ? nil : first.finding(1, "the room has no \(room)Limits")
        }
    },
]

@Sendable private func literalLimits(_ tree: Tree) -> [Finding] {
    var findings: [Finding] = []
    // Numbers of a protocol are facts of its format, so Wire states them where they are.
    for file in tree.sources
    where !file.path.hasSuffix("Limits.swift") && file.room != "Wire" {
        let pattern =
            #/\b(limit|bufferLimit|queueLimit|bufferingNewest|bufferingOldest)(: |\()[0-9_]{2,}/#
        for word in ["imit: ", "buffering"] {
            for line in file.code.lines(with: word, where: { $0.contains(pattern) }) {
                findings.append(
                    file.finding(line.number, "a limit without a name: \(trimmed(line.text))"))
            }
        }
    }
    return findings
}

/// Functions, initialisers and computed values whose body has more than 60 lines.
@Sendable private func longFunctions(_ file: SourceFile) -> [Finding] {
    var findings: [Finding] = []
    let lines = file.code.lines
    let words = ["func ", "init", "var "]
    let places = Set(words.flatMap { file.code.lines(with: $0, where: declaresBody).map(\.number) })
    for number in places.sorted() {
        guard let body = bodyLines(from: number - 1, in: lines), body > 60 else { continue }
        findings.append(file.finding(number, "a body of \(body) lines; 60 is the limit"))
    }
    return findings
}

private func declaresBody(_ line: Substring) -> Bool {
    if line.contains("func ") { return line.contains(/\bfunc\s+\S/) }
    if line.contains("init") { return line.contains(/^\s*(\w+\s+)*init[?]?[(<]/) }
    if line.contains("var ") { return line.contains(/\bvar\s+\w+\s*:[^=]*\{\s*$/) }
    return false
}

/// Lines between the braces of the body that begins after a declaration; nil when it has none.
private func bodyLines(from start: Int, in lines: [Substring]) -> Int? {
    var brackets = 0
    var braces = 0
    var opening: Int?
    for index in start..<lines.count {
        let line = lines[index]
        if opening == nil && index > start && brackets == 0
            && line.contains(
                /^\s*(\}|(public |private |static |mutating )*(func|var|let|init|case|struct|enum)\b)/
            )
        {
            return nil
        }
        for character in line.utf8 {
            switch character {
            case UInt8(ascii: "("), UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: "{") where brackets == 0 || opening != nil:
                if opening == nil { opening = index }
                braces += 1
            case UInt8(ascii: "}") where opening != nil:
                braces -= 1
                if braces == 0, let first = opening { return max(0, index - first - 1) }
            default: break
            }
        }
    }
    return nil
}
