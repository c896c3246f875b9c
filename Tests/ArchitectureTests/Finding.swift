// What a rule reports and what a rule is: a pure function over the tree, with a planted violation.

import Testing

/// A place that breaks a rule.
struct Finding: Hashable, Sendable, CustomStringConvertible {
    /// Path from the project's root.
    let path: String
    /// Line, counted from 1.
    let line: Int
    /// What is wrong there, with the text that shows it.
    let says: String

    var description: String { "\(path):\(line): \(says)" }
}

/// A rule of the project that a machine can check.
struct Rule: Sendable, CustomTestStringConvertible {
    /// Short name, used in exemptions.
    let name: String
    /// Where the rule comes from, for example "style rule 7".
    let source: String
    /// What to do about a finding.
    let remedy: String
    /// A tree that breaks the rule, which proves that the rule looks.
    let planted: [String: String]
    /// Where the planted violation stands, as "path:line".
    let expected: String
    /// A tree that looks alike and is right; empty when there is nothing to mistake.
    var innocent: [String: String] = [:]
    /// Finds every violation.
    let check: @Sendable (Tree) -> [Finding]

    var testDescription: String { name }
}

/// A place that a rule leaves alone, with the reason. Adding a line here is reviewed.
struct Exemption: Sendable {
    /// The rule's name.
    let rule: String
    /// The file.
    let path: String
    /// Why the rule would make the code worse there.
    let because: String
}
