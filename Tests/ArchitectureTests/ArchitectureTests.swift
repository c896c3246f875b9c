// The project keeps its own rules, and every rule is proven by a planted violation.

import Testing

@Suite struct ArchitectureTests {
    /// Findings in the project by rule, looked for once.
    private static let findings = Dictionary(
        allRules.map { ($0.name, $0.check(.project)) }, uniquingKeysWith: { first, _ in first })

    @Test(arguments: allRules)
    func `the project keeps the rule`(_ rule: Rule) {
        let exempt = Set(exemptions.filter { $0.rule == rule.name }.map(\.path))
        for finding in Self.findings[rule.name] ?? [] where !exempt.contains(finding.path) {
            Issue.record("\(finding) [\(rule.name), \(rule.source)] \(rule.remedy)")
        }
    }

    @Test(arguments: allRules)
    func `a planted violation is found where it stands`(_ rule: Rule) {
        let places = rule.check(Tree(rule.planted)).map { "\($0.path):\($0.line)" }
        #expect(places.contains(rule.expected), "found only \(places)")
    }

    @Test(arguments: allRules.filter { !$0.innocent.isEmpty })
    func `what only looks like a violation is left alone`(_ rule: Rule) {
        #expect(rule.check(Tree(rule.innocent)) == [])
    }

    @Test func `the tree was read: it holds the rooms and the package`() {
        #expect(Tree.project.has("Package.swift"))
        #expect(Tree.project.sources.count > 50)
    }

    @Test func `every exemption is still needed`() {
        for exemption in exemptions {
            let findings = Self.findings[exemption.rule] ?? []
            #expect(
                findings.contains { $0.path == exemption.path },
                "\(exemption.path) keeps the rule \(exemption.rule): take the exemption out")
        }
    }

    @Test func `rules have names of their own`() {
        #expect(Set(allRules.map(\.name)).count == allRules.count)
    }

    @Test func `comments, strings and quoted names are not code`() {
        let code = SwiftCode(
            """
            let a = "try! \\(f("x")) b" // try!
            let b = #"as! "quoted" \\(no)"# /* try! /* nested */ try! */
            func `try! it`() {}
            """)
        #expect(!code.lines.joined().contains("try!"))
        #expect(!code.lines.joined().contains("as!"))
        #expect(code.literals.map(\.interpolations) == [[], ["f(\"x\")"], []])
        #expect(code.lines[0].contains("f("))
    }
}
