// What a new thing must bring along: connectors, encodings and decisions.

let catalogRules: [Rule] = [
    Rule(
        name: "connectors", source: "architecture.md section 8",
        remedy: "See docs/guides/adding-a-connector.md: page, fixture folder, contract test.",
        planted: [
            "Sources/Capture/Focas/Focas.swift":
                "// A planted connector.\nstruct Focas {\n    static let kind = ConnectorKind(\"focas-http\")\n}\n",
            "docs/connectors/focas-http.md": "# Focas\n",
        ],
        expected: "Sources/Capture/Focas/Focas.swift:3",
        innocent: [
            "Sources/Capture/Focas/Focas.swift":
                "// A fine connector.\nstruct Focas {\n    static let kind = ConnectorKind(\"focas-http\")\n}\n",
            "docs/connectors/focas-http.md": "# Focas\n",
            "Tests/CaptureTests/Fixtures/focas-http/basic/config.toml": "",
            "Tests/CaptureTests/FocasTests.swift": "// Contract.\nConnectorContract(Focas.self)\n",
        ],
        check: connectorsWithoutProof),
    Rule(
        name: "encodings", source: "architecture.md section 8",
        remedy:
            "Write Tests/HistorianTests/…/<Name>Tests.swift and a row in docs/formats/chunk.md.",
        planted: [
            "Sources/Historian/Encodings/Gorilla.swift":
                "// A planted encoding.\nenum Gorilla {\n    static func encode() {}\n}\n",
            "docs/formats/chunk.md": "# Chunks\n",
        ],
        expected: "Sources/Historian/Encodings/Gorilla.swift:1",
        innocent: [
            "Sources/Historian/Encodings/Gorilla.swift":
                "// A fine encoding.\nenum Gorilla {\n    static func encode() {}\n}\n",
            "docs/formats/chunk.md": "# Chunks\n\n| 1 | `Gorilla` |\n",
            "Tests/HistorianTests/GorillaTests.swift": "// Tests it.\n",
        ]
    ) { tree in
        let page = tree.file("docs/formats/chunk.md")?.text ?? ""
        var findings: [Finding] = []
        // The door to all encodings is none of them.
        for file in tree.sources
        where file.path.hasPrefix("Sources/Historian/Encodings/")
            && !file.path.hasSuffix("/ColumnEncoding.swift")
            && file.code.holds("static func encode(")
        {
            let name = String(file.path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
            let isTested = tree.files.contains { test in
                test.path.hasPrefix("Tests/HistorianTests/")
                    && (test.path.hasSuffix("/\(name)Tests.swift") || test.text.contains(name))
            }
            if !isTested { findings.append(file.finding(1, "no test names \(name)")) }
            if !page.contains(name) {
                findings.append(file.finding(1, "docs/formats/chunk.md has no row for \(name)"))
            }
        }
        return findings
    },
    Rule(
        name: "decisions", source: "style, Docs",
        remedy: "Add a line to docs/decisions/README.md; keep the five headings.",
        planted: [
            "docs/decisions/0099-planted.md":
                "# 99. Planted\n## Context\n## Decision\n## Consequences\n## Alternatives refused\n"
                + "## What would change our mind\n",
            "docs/decisions/README.md": "# Decisions\n",
        ],
        expected: "docs/decisions/0099-planted.md:1",
        innocent: [
            "docs/decisions/0099-planted.md":
                "# 99. Planted\n## Context\n## Decision\n## Consequences\n## Alternatives refused\n"
                + "## What would change our mind\n",
            "docs/decisions/README.md": "# Decisions\n- [99](0099-planted.md)\n",
        ]
    ) { tree in
        let list = tree.file("docs/decisions/README.md")?.text ?? ""
        let headings = [
            "## Context", "## Decision", "## Consequences", "## Alternatives refused",
            "## What would change our mind",
        ]
        var findings: [Finding] = []
        for file in tree.files
        where file.path.contains(/^docs\/decisions\/\d{4}-[a-z0-9-]+\.md$/) {
            let name = String(file.path.split(separator: "/").last ?? "")
            if !list.contains("(\(name))") {
                findings.append(file.finding(1, "not listed in docs/decisions/README.md"))
            }
            for heading in headings where !file.text.contains(heading) {
                findings.append(file.finding(1, "has no \"\(heading)\""))
            }
        }
        return findings
    },
]

@Sendable private func connectorsWithoutProof(_ tree: Tree) -> [Finding] {
    var findings: [Finding] = []
    for file in tree.sources where file.path.hasPrefix("Sources/Capture/") {
        for literal in file.code.literals
        where literal.before.contains(/\bkind\b.*=\s*(ConnectorKind\()?\s*$/) {
            let kind = literal.text
            guard kind.contains(/^[a-z0-9]+(-[a-z0-9]+)*$/) else { continue }
            if !tree.has("docs/connectors/\(kind).md") {
                findings.append(file.finding(literal.line, "docs/connectors/\(kind).md is missing"))
            }
            let hasFixture = tree.folders.contains {
                $0.contains("Fixtures/") && $0.hasSuffix("/\(kind)")
            }
            if !hasFixture {
                findings.append(file.finding(literal.line, "no folder Fixtures/…/\(kind)"))
            }
            let type = String(file.path.split(separator: "/").last?.dropLast(".swift".count) ?? "")
            let hasTest = tree.files.contains { test in
                test.path.hasPrefix("Tests/CaptureTests/")
                    && test.text.contains("ConnectorContract")
                    && (test.holds(kind) || test.holds(type) || test.holds("ConnectorCatalog"))
            }
            if !hasTest {
                findings.append(file.finding(literal.line, "no contract test of \(kind)"))
            }
        }
    }
    return findings
}
