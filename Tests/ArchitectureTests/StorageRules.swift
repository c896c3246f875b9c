// Unsafe code and SQL: what needs a written reason, and what is never built from text.

let storageRules: [Rule] = [
    Rule(
        name: "unchecked", source: "style rule 12",
        remedy: "Say in a comment above what keeps it safe, and list the file in docs/unsafe.md.",
        planted: [
            "Sources/Loop/Planted.swift":
                "// A planted violation.\n\nfinal class A: @unchecked Sendable {}\n",
            "docs/unsafe.md": "# Unsafe code\n",
        ],
        expected: "Sources/Loop/Planted.swift:3",
        innocent: [
            "Sources/Loop/Fine.swift":
                "// Fine words here.\n\n// Written once before it is shared.\nfinal class A: @unchecked Sendable {}\n",
            "docs/unsafe.md": "# Unsafe code\n\n- `Sources/Loop/Fine.swift`: written once.\n",
        ],
        check: uncheckedWithoutReason),
    Rule(
        name: "sql-from-text", source: "S-26",
        remedy: "Bind values as arguments; take identifiers from constants.",
        planted: [
            "Sources/Journal/Planted.swift":
                "// A planted violation.\nlet rows = try fetch(\"SELECT * FROM event WHERE id = '\\(id)'\")\n"
        ],
        expected: "Sources/Journal/Planted.swift:2",
        innocent: [
            "Sources/Journal/Fine.swift":
                "// Fine words here.\nlet a = try fetch(\"SELECT * FROM event WHERE id = ?\", [id])\n"
                + "let b = \"SELECT * FROM \\(Schema.events)\"\nlet c = \"Delete the \\(name) now\"\n"
        ],
        check: sqlFromText),
]

@Sendable private func uncheckedWithoutReason(_ tree: Tree) -> [Finding] {
    let list = tree.file("docs/unsafe.md")?.text ?? ""
    var findings: [Finding] = []
    for file in tree.sources {
        for word in ["@unchecked", "nonisolated(unsafe)", "@safe"] {
            for line in file.code.lines(with: word) {
                var above = line.number - 2
                while above > 0 && trimmed(file.lines[above]).hasPrefix("@") { above -= 1 }
                let isExplained =
                    above > 0 && trimmed(file.lines[above]).hasPrefix("//")
                    || file.lines[line.number - 1].contains("//")
                if !isExplained {
                    findings.append(file.finding(line.number, "\(word) without a comment above it"))
                } else if !list.contains(file.path) {
                    findings.append(
                        file.finding(
                            line.number, "\(word), but docs/unsafe.md does not list the file"))
                }
            }
        }
    }
    return findings
}

@Sendable private func sqlFromText(_ tree: Tree) -> [Finding] {
    var findings: [Finding] = []
    for file in tree.sources where file.room == "Historian" || file.room == "Journal" {
        for literal in file.code.literals where isSQL(literal.text) {
            let isBound = literal.before.contains("literal:")
            let free = literal.interpolations.first { !$0.contains(/^[A-Z]\w*\.\w+$/) }
            if let free, !isBound {
                findings.append(file.finding(literal.line, "\(free) is written into SQL text"))
            }
        }
    }
    return findings
}

private let statements: Set<Substring> = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "PRAGMA", "ATTACH",
    "REPLACE",
    "WITH", "VACUUM",
]

private func isSQL(_ text: String) -> Bool {
    let word = text.drop { $0 == " " || $0 == "\n" }.prefix { $0.isLetter }
    return statements.contains(word)
}
