// The chain: worked example, tampering, and the verifier of the format page.

import Foundation
import Plant
import Testing

@testable import Journal

@Suite struct VerifyTests {
    private func filled(_ folder: TestFolder, entries: UInt64 = 40) async throws -> JournalStore {
        let journal = try openJournal(folder)
        _ = try await journal.append((1...entries).map { machineDraft($0) })
        return journal
    }

    private static let freed = """
        DROP TRIGGER event_never_changes; DROP TRIGGER event_never_goes;
        DROP TRIGGER event_comes_next;
        """

    @Test(
        "the file itself refuses to change, remove, replace or misplace an entry",
        arguments: [
            "UPDATE event SET entry = '{}' WHERE seq = 3", "UPDATE event SET recorded = 0",
            "DELETE FROM event", "DELETE FROM event WHERE seq = 41",
            "INSERT OR REPLACE INTO event SELECT * FROM event WHERE seq = 3",
            "INSERT OR REPLACE INTO event SELECT 42, id_high, id_low, 0, '', '', hash FROM event",
            "INSERT INTO event SELECT 43, 1, 1, 0, '', '', hash FROM event WHERE seq = 3",
            "INSERT INTO event SELECT 0, 1, 1, 0, '', '', hash FROM event WHERE seq = 3",
            "INSERT INTO event SELECT 42, 1, 1, 0, '', '', 'short'",
        ])
    func appendOnly(sql: String) async throws {
        let folder = try TestFolder()
        let journal = try await filled(folder)
        let before = try journal.verify()
        #expect(throws: JournalError.self) { try journal.plant(sql: sql) }
        #expect(try journal.verify() == before)
        #expect(before.isSound)
    }

    @Test(
        "S-31: whatever is changed behind the triggers, the walk names the first bad entry",
        arguments: [
            ("UPDATE event SET entry = replace(entry, 'Machine 6', 'Machine 7') WHERE seq = 7", 7),
            ("UPDATE event SET entry = entry || ' ' WHERE seq = 1", 1),
            ("UPDATE event SET hash = replace(hash, substr(hash, 1, 1), 'g') WHERE seq = 9", 9),
            ("DELETE FROM event WHERE seq = 12", 12),
            ("DELETE FROM event WHERE seq <= 12", 1),
            ("UPDATE event SET recorded = recorded + 1 WHERE seq = 20", 20),
            ("UPDATE event SET kind = 'site.named' WHERE seq = 21", 21),
            ("UPDATE event SET id_low = id_low + 1000 WHERE seq = 22", 22),
            ("UPDATE event SET entry = CAST(x'ff' AS TEXT) || substr(entry, 2) WHERE seq = 30", 30),
            (
                "UPDATE event SET entry = (SELECT entry FROM event WHERE seq = 33) WHERE seq = 32",
                32
            ),
        ] as [(String, Int64)])
    func tampering(sql: String, sequence: Int64) async throws {
        let folder = try TestFolder()
        let journal = try await filled(folder)
        try journal.plant(sql: VerifyTests.freed + sql)
        let report = try journal.verify()
        #expect(report.firstBad?.sequence == sequence)
        #expect(report.entries == sequence - 1)
        #expect(!report.isSound)
    }

    @Test("opening notices when one of the newest entries was changed")
    func opening() async throws {
        let folder = try TestFolder()
        let journal = try await filled(folder)
        try journal.plant(
            sql: VerifyTests.freed
                + "UPDATE event SET entry = replace(entry, '40', '41') WHERE seq = 41")
        try journal.close()
        let error = #expect(throws: JournalError.self) { _ = try openJournal(folder) }
        guard case .damaged(let sequence, _) = error else {
            return #expect(Bool(false), "another error: \(String(describing: error))")
        }
        #expect(sequence == 41)
    }

    @Test("a long walk tells how far it is, a stretch at a time")
    func progress() async throws {
        let folder = try TestFolder()
        let journal = try await filled(folder, entries: 2500)
        var heard: [Int64] = []
        let report = try journal.verify { done, total in
            #expect(total == 2501)
            heard.append(done)
        }
        #expect(heard == [1000, 2000, 2501])
        #expect(report.entries == 2501)
        #expect(report.head.count == 64)
    }

    @Test("the worked example of the format page has the hashes that it states")
    func workedExample() throws {
        let page = try FormatPage()
        let entries = page.blocks("json")
        #expect(entries.count == 2)
        let words = try page.blocks("words").joined(separator: "\n").split(separator: "\n")
            .map { line in
                let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
                let hash = PersonalWords.hash(
                    salt: try #require(hexBytes(parts[0])), text: parts[1])
                return (text: parts[1], hash: hash)
            }
        #expect(words.map(\.text) == ["Sam", "Belt"])
        let id = try #require(EventID("019a7d32-3cc0-7000-8000-000000000002"))
        let at = try #require(Timestamp(rfc3339: "2025-11-13T12:01:07Z"))
        let encoded = try EncodedDraft(
            EventDraft(
                id: id, actor: "Sam",
                event: .stopReason(
                    machine: "lathe-1", at: at, reason: "broken", detail: "Belt")))
        let recorded = try #require(Timestamp(rfc3339: "2025-11-13T12:02:00.250Z"))
        let entry = encoded.entry(sequence: 2, recorded: recorded) { text, purpose in
            #expect(purpose == .work)
            return .object([
                "personal": .text(words.first { $0.text == text }?.hash ?? "")
            ])
        }
        #expect(entry.bytes == Array(entries[1].utf8))
        var hash = ChainEntry.origin
        var stated: [String] = []
        for (index, text) in entries.enumerated() {
            hash = ChainEntry(sequence: Int64(index + 1), bytes: Array(text.utf8)).hash(after: hash)
            stated.append(hexText(hash))
        }
        #expect(page.blocks("hash") == stated)
    }

    @Test(
        "the verifier of the format page finds a sound journal sound and names a bad entry",
        .enabled(if: python != nil, "python3 is not installed"))
    func verifierOfThePage() async throws {
        let folder = try TestFolder()
        let journal = try await filled(folder)
        _ = try await journal.append([
            draft(99, .areaSet(id: "a", name: "Øst \u{1F3ED} \"\\\n\u{1}"))
        ])
        let head = try journal.verify().head
        let program = try #require(FormatPage().blocks("python").first)
        #expect(try run(program, folder.database) == ("sound, last hash \(head)\n", 0))
        try journal.plant(
            sql: VerifyTests.freed
                + "UPDATE event SET entry = replace(entry, 'personal', 'Personal') WHERE seq = 17")
        #expect(try run(program, folder.database) == ("entry 17: its hash does not follow\n", 1))
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3", "/bin/python3"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    private func run(_ program: String, _ path: String) throws -> (String, Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(VerifyTests.python))
        process.arguments = ["-c", program, path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: data, as: UTF8.self), process.terminationStatus)
    }
}

/// The fenced blocks of `docs/formats/journal.md`.
private struct FormatPage {
    let lines: [Substring]

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appendingPathComponent("docs/formats/journal.md")
        lines = try String(contentsOf: page, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    func blocks(_ language: String) -> [String] {
        var blocks: [String] = []
        var open: [Substring]?
        for line in lines {
            if let block = open {
                if line == "```" {
                    blocks.append(block.joined(separator: "\n"))
                    open = nil
                } else {
                    open = block + [line]
                }
            } else if line == "```" + language {
                open = []
            }
        }
        return blocks
    }
}
