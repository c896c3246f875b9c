// messages.js in node against the Swift code: the same cases, the same outcomes.

import Foundation
import Testing

@testable import Messages

/// What is asked of the script.
struct ScriptCase: Encodable, Sendable {
    var language: String
    var message: String?
    var key: String?
    var duration: String?
    var seconds: Int64?
    var slots: [String: SampleValue] = [:]
}

private struct ScriptInput: Encodable {
    let module: String
    let tables: [String: String]
    let cases: [ScriptCase]
}

private struct ScriptAnswers: Decodable {
    let answers: [String]
    let gaps: [String: [String: Int]]
}

@Suite struct ScriptTests {
    /// Where node is; nil when this machine has none.
    static let node: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        return path.split(separator: ":").map { $0 + "/node" }.first {
            FileManager.default.isExecutableFile(atPath: String($0))
        }.map { String($0) }
    }()

    static let script = Workbench.root.appending(path: "Sources/Web/Assets/messages.js")

    private static func run(
        _ cases: [ScriptCase], tables: [MessageLanguage: String] = [:]
    ) throws -> ScriptAnswers {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "messages-\(ProcessInfo.processInfo.globallyUniqueString).json")
        let named = Dictionary(uniqueKeysWithValues: tables.map { ($0.key.tag, $0.value) })
        let input = ScriptInput(module: script.absoluteString, tables: named, cases: cases)
        try JSONEncoder().encode(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(node))
        process.arguments = [Workbench.folder.appending(path: "Fixtures/run.mjs").path()]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try JSONDecoder().decode(ScriptAnswers.self, from: answer)
    }

    @Test(
        "the script writes every case of the table as the box does",
        .enabled(if: node != nil, "there is no node on this machine"))
    func cases() throws {
        let cases = WritingCase.all.map {
            ScriptCase(language: $0.language, message: $0.message, slots: $0.slots)
        }
        let answers = try ScriptTests.run(cases).answers
        #expect(answers.count == WritingCase.all.count)
        for (one, answer) in zip(WritingCase.all, answers) {
            let language = try #require(MessageLanguage(rawValue: one.language))
            let ours = try Workbench.write(one.message, language, one.values)
            #expect(answer == one.expected, "\(one.name)")
            #expect(answer == ours, "\(one.name)")
        }
    }

    @Test(
        "the script counts and writes numbers as the box does",
        .enabled(if: node != nil, "there is no node on this machine"))
    func numbers() throws {
        let message = "{n, plural, one {one #} other {other #}}"
        let polish = "{n, plural, one {one #} few {few #} many {many #} other {other #}}"
        let romanian = "{n, plural, one {one #} few {few #} other {other #}}"
        let texts: [(MessageLanguage, String)] = [
            (.english, message), (.punjabi, message), (.polish, polish), (.romanian, romanian),
            (.pseudo, message),
        ]
        var values = (0...130).map { SampleValue.whole($0) }
        values += [1000, 1001, 1022, 99_999, 100_000, 1_234_567, -1, -1234].map { .whole($0) }
        values += [.whole(9_007_199_254_740_991), .whole(-9_007_199_254_740_991)]
        let decimals = [
            0, 0.05, 0.5, 0.96, 1, 1.005, 1.5, 2.5, 12.345, 1e-7, 1234.5, -0.04, 99_999.95,
        ]
        for value in decimals {
            for places in [0, 1, 2, 4] { values.append(.decimal(value, places: places)) }
        }
        let cases = texts.flatMap { language, message in
            values.map {
                ScriptCase(language: language.tag, message: message, slots: ["n": $0])
            }
        }
        let answers = try ScriptTests.run(cases).answers
        for (one, answer) in zip(cases, answers) {
            let language = try #require(MessageLanguage(rawValue: one.language))
            let value = try #require(one.slots["n"]).value
            let ours = try Workbench.write(try #require(one.message), language, ["n": value])
            #expect(answer == ours, "\(language) \(value)")
        }
    }

    @Test(
        "the script says every message of the box as the box does, in every language",
        .enabled(if: node != nil, "there is no node on this machine"))
    func box() throws {
        let catalog = try BoxMessages.catalog()
        var tables: [MessageLanguage: String] = [:]
        var cases: [ScriptCase] = []
        for language in MessageLanguage.allCases {
            tables[language] = catalog.table(for: language)
            for key in catalog.keys {
                var slots: [String: SampleValue] = [:]
                for slot in catalog.slots(of: key, in: language) ?? [] {
                    switch Samples.slots[slot] {
                    case .text(let text): slots[slot] = .text(text)
                    case .whole(let whole): slots[slot] = .whole(whole)
                    default: Issue.record("no sample for \(slot) of \(key)")
                    }
                }
                cases.append(ScriptCase(language: language.tag, key: key, slots: slots))
            }
        }
        let run = try ScriptTests.run(cases, tables: tables)
        #expect(run.answers.count == cases.count)
        for (one, answer) in zip(cases, run.answers) {
            let language = try #require(MessageLanguage(rawValue: one.language))
            let key = try #require(one.key)
            #expect(answer == catalog.text(key, in: language, Samples.slots), "\(language) \(key)")
        }
        let met = run.gaps.values.flatMap(\.keys)
        #expect(met.isEmpty, "\(met)")
    }

    @Test(
        "the script writes lengths of time as the box does",
        .enabled(if: node != nil, "there is no node on this machine"))
    func durations() throws {
        let catalog = try BoxMessages.catalog()
        var tables: [MessageLanguage: String] = [:]
        var cases: [ScriptCase] = []
        let lengths: [Int64] = [
            -172_800, -4320, -60, -59, 0, 1, 59, 60, 3599, 3600, 4320, 7200, 86_399, 86_400,
            93_600, 172_799, 172_800, 432_000, 1_728_000,
        ]
        for language in MessageLanguage.written {
            tables[language] = catalog.table(for: language, keysUnder: "duration.")
            for name in ["duration", "age", "live"] {
                for seconds in lengths {
                    cases.append(
                        ScriptCase(language: language.tag, duration: name, seconds: seconds))
                }
            }
        }
        let answers = try ScriptTests.run(cases, tables: tables).answers
        for (one, answer) in zip(cases, answers) {
            let language = try #require(MessageLanguage(rawValue: one.language))
            let words = DurationWords(catalog, language)
            let seconds = one.seconds ?? 0
            let ours =
                switch one.duration {
                case "duration": words.duration(seconds: seconds)
                case "age": words.age(seconds: seconds)
                default: words.live(seconds: seconds)
                }
            #expect(answer == ours, "\(language) \(one.duration ?? "") \(seconds)")
        }
    }

    @Test(
        "the script says a fallen-back message with English plurals, and counts gaps",
        .enabled(if: node != nil, "there is no node on this machine"))
    func fallback() throws {
        let catalog = try Workbench.catalog(
            "a.n = {n, plural, one {# entry} other {# entries}}\na.t = at {time}",
            [.punjabi: "a.t = {time} ਉੱਤੇ"])
        let tables = [MessageLanguage.punjabi: catalog.table(for: .punjabi)]
        let run = try ScriptTests.run(
            [
                ScriptCase(language: "pa", key: "a.n", slots: ["n": .whole(0)]),
                ScriptCase(language: "pa", key: "a.n", slots: ["n": .whole(123_456)]),
                ScriptCase(language: "pa", key: "a.t"), ScriptCase(language: "pa", key: "a.x"),
            ], tables: tables)
        // In Punjabi 0 would be `one`, and 123456 would be written 1,23,456.
        #expect(run.answers == ["0 entries", "123,456 entries", "? ਉੱਤੇ", "a.x"])
        #expect(run.gaps["pa"] == ["a.t {time}": 1, "a.x": 1])
    }

    @Test("the script is a module under 6 kB that imports nothing")
    func size() throws {
        let source = try String(contentsOf: ScriptTests.script, encoding: .utf8)
        #expect(source.utf8.count < 6000)
        #expect(source.contains("export function speaker") && !source.contains("import "))
        #expect(source.hasPrefix("// "))
    }
}
