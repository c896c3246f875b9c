// Documents that must be there and links that must lead somewhere.

let documentRules: [Rule] = [
    Rule(
        name: "changelog", source: "style, Docs",
        remedy: "Keep a heading `## Unreleased` with at least one line under it.",
        planted: ["CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- All new.\n"],
        expected: "CHANGELOG.md:1",
        innocent: ["CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n- All new.\n"]
    ) { tree in
        guard let file = tree.file("CHANGELOG.md") else { return [] }
        guard let start = file.lines.firstIndex(where: { $0.hasPrefix("## Unreleased") }) else {
            return [file.finding(1, "has no section Unreleased")]
        }
        let section = file.lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
        return section.contains { $0.hasPrefix("- ") }
            ? [] : [file.finding(start + 1, "the section Unreleased is empty")]
    },
    Rule(
        name: "documents", source: "style, Docs", remedy: "Write the document.",
        planted: ["README.md": "# Millwright\n", "Package.swift": ""],
        expected: "ARCHITECTURE.md:1"
    ) { tree in
        guard tree.has("Package.swift") else { return [] }
        let needed = [
            "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md",
            "LICENSE",
            "Makefile", ".ci/run", ".swift-format", ".editorconfig", "docs/goals.md",
            "docs/glossary.md",
            "docs/unsafe.md", "docs/performance.md", "docs/dependencies.md",
            "docs/decisions/README.md",
            "docs/formats/chunk.md",
        ]
        return needed.filter { !tree.has($0) }.map {
            Finding(path: $0, line: 1, says: "is missing")
        }
    },
    Rule(
        name: "code-map", source: "style, Docs",
        remedy: "Give each room one line in the code map of ARCHITECTURE.md.",
        planted: [
            "ARCHITECTURE.md": "# Architecture\n\n- `Sources/Plant`\n",
            "Sources/Plant/A.swift": "", "Sources/Wire/A.swift": "",
        ],
        expected: "ARCHITECTURE.md:1"
    ) { tree in
        guard let file = tree.file("ARCHITECTURE.md") else { return [] }
        let rooms = Set(tree.sources.compactMap(\.room)).subtracting([
            "CZstd", "CKernel", "CZip", "CXlsxWriter",
        ])
        .sorted()
        return rooms.filter { !file.text.contains("Sources/\($0)") }.map {
            file.finding(1, "the code map does not name Sources/\($0)")
        }
    },
    Rule(
        name: "dependencies", source: "S-60",
        remedy: "Give the package a line with version, licence and reason in docs/dependencies.md.",
        planted: [
            "Package.swift":
                "dependencies: [\n    .package(url: \"https://example.org/a/left-pad\", from: \"1.0.0\"),\n]\n",
            "docs/dependencies.md": "# Dependencies\n",
        ],
        expected: "Package.swift:2",
        innocent: [
            "Package.swift":
                ".package(url: \"https://example.org/a/left-pad\", from: \"1.0.0\"),\n",
            "docs/dependencies.md": "| left-pad | 1.0.0 |\n",
        ]
    ) { tree in
        guard let package = tree.file("Package.swift") else { return [] }
        let page = tree.file("docs/dependencies.md")?.text ?? ""
        return package.lines.enumerated().compactMap { index, line in
            guard let url = line.firstMatch(of: /\.package\(url: "[^"]*\/([^"\/]+)"/) else {
                return nil
            }
            let name = String(url.output.1)
            return page.contains("| \(name) |")
                ? nil : package.finding(index + 1, "docs/dependencies.md does not list \(name)")
        }
    },
    Rule(
        name: "links", source: "style, Docs",
        remedy: "Correct the link, or write the page it names.",
        planted: ["docs/a.md": "# A\n\nSee [B](b.md) and [C](https://example.org).\n"],
        expected: "docs/a.md:3",
        innocent: [
            "docs/a.md":
                "# A\n\nSee [B](../b.md#part), [me](#a), `[x](y)`.\n\n```\n[no](where.md)\n```\n",
            "b.md": "",
        ],
        check: brokenLinks),
]

@Sendable private func brokenLinks(_ tree: Tree) -> [Finding] {
    var findings: [Finding] = []
    for file in tree.files where file.path.hasSuffix(".md") {
        var isFenced = false
        for (index, line) in file.lines.enumerated() {
            if line.hasPrefix("```") { isFenced.toggle() }
            guard !isFenced, line.contains("](") else { continue }
            for target in targets(in: line) where !leads(target, from: file.path, in: tree) {
                findings.append(file.finding(index + 1, "the link to \(target) leads nowhere"))
            }
        }
    }
    return findings
}

private func targets(in line: Substring) -> [String] {
    let prose = line.split(separator: "`", omittingEmptySubsequences: false)
        .enumerated().filter { $0.offset % 2 == 0 }.map { String($0.element) }.joined()
    return prose.matches(of: /\]\(([^)\s]+)/).map { String($0.output.1) }
}

private func leads(_ target: String, from path: String, in tree: Tree) -> Bool {
    if target.contains("://") || target.hasPrefix("mailto:") || target.hasPrefix("#") {
        return true
    }
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for step in target.prefix(while: { $0 != "#" }).split(separator: "/") {
        switch step {
        case ".": break
        case "..":
            if parts.isEmpty { return false }
            parts.removeLast()
        default: parts.append(String(step))
        }
    }
    return parts.isEmpty || tree.has(parts.joined(separator: "/"))
}
