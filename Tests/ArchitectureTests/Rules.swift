// Every rule, in the order in which a reader would meet them, and the exemptions.

/// The list of rules; add a rule here and nowhere else.
let allRules: [Rule] =
    importRules + shapeRules + nameRules + callRules + storageRules + catalogRules + documentRules
    + hygieneRules

/// Places that a rule leaves alone. Each says why the rule would make the code worse there.
let exemptions: [Exemption] = [
    Exemption(
        rule: "locks", path: "Sources/Historian/Store/Inbox.swift",
        because: "the writer's thread sleeps on a condition, which a Mutex does not have"),
    Exemption(
        rule: "loose-tasks", path: "Sources/millwright/Running/ServedBox.swift",
        because: "the pages of a box opened for one command; close() waits for the task"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Historian/Files/DatabaseFile.swift",
        because: "a pragma takes no bound value; the numbers are constants of the schema"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Historian/Files/MonthFile.swift",
        because: "the table is one of two constants"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/Credentials.swift",
        because: "the condition is one of this file's constants; its values are bound"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/Credentials+People.swift",
        because: "the condition is one of this file's constants; its values are bound"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/Credentials+Sessions.swift",
        because: "the condition is one of this file's constants; its values are bound"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/PersonalWords.swift",
        because: "the condition is one of this file's constants; its values are bound"),
    Exemption(
        rule: "foundation", path: "Sources/Sheets/XMLWalk.swift",
        because: "workbooks are XML, and the parser is Foundation's (decisions 39)"),
    Exemption(
        rule: "foundation", path: "Sources/Trust/CertificateDates.swift",
        because: "certificates of the library carry Foundation's dates; this file turns them"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/JournalStore+Faults.swift",
        because: "the pragmas are a list of constants"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/JournalStore+Reading.swift",
        because: "the condition is one of this file's constants; its values are bound"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/JournalStore+Rebuilding.swift",
        because: "the tables are a list of constants, the columns those of their definitions"),
    Exemption(
        rule: "sql-from-text", path: "Sources/Journal/Projections.swift",
        because: "the tables are a list of constants"),
]

/// A rule that looks for words in code of `Sources`, line by line.
func bannedCode(
    _ name: String, source: String, needles: [String], says: String, remedy: String,
    planted: String, at path: String = "Sources/Loop/Planted.swift",
    innocent: [String: String] = [:],
    except allowed: [String] = [],
    where agrees: @escaping @Sendable (Substring) -> Bool
) -> Rule {
    Rule(
        name: name, source: source, remedy: remedy,
        planted: [path: "// A planted violation.\n" + planted + "\n"], expected: "\(path):2",
        innocent: innocent
    ) { tree in
        var findings: [Finding] = []
        for file in tree.sources
        where !allowed.contains(where: { file.path.hasPrefix($0) }) {
            for needle in needles {
                for line in file.code.lines(with: needle, where: agrees) {
                    findings.append(file.finding(line.number, "\(says): \(trimmed(line.text))"))
                }
            }
        }
        return findings
    }
}

/// A line without the spaces around it.
func trimmed(_ line: Substring) -> String {
    var rest = line.drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" || last == "\r" { rest.removeLast() }
    return String(rest)
}
