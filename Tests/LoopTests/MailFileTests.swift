// The mail account's file and the watch folder.

import Foundation
import Plant
import Testing

@testable import Loop

@Suite struct MailFileTests {
    @Test("an account comes back as it was kept, whatever its texts hold, and only for its user")
    func account() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/secrets", withIntermediateDirectories: false)
        let file = MailFile(data: folder.path)
        #expect(file.account() == nil && file.sentOn() == nil)
        let account = MailAccount(
            host: "mail.example.com", port: 587, safety: .startTLS, user: "sam\"o\\'",
            password: "a = \"b\"\n[c] ü", from: "box@example.com",
            to: ["sam@example.com", "pat@example.com"], minute: 405, isOn: true,
            pages: "https://millwright.local:8420", certificates: "")
        try file.keep(account)
        #expect(file.account() == account)
        let facts = try FileManager.default.attributesOfItem(
            atPath: folder.path + "/secrets/mail.toml")
        #expect(facts[.posixPermissions] as? Int == 0o600)
        try file.note(sentOn: try #require(CivilDate(year: 2026, month: 11, day: 27)))
        #expect(file.sentOn()?.text == "2026-11-27")
        try Data("host = [".utf8).write(
            to: URL(fileURLWithPath: folder.path + "/secrets/mail.toml"))
        #expect(file.account() == nil)
    }

    @Test("the watch folder shows whole tables alone, and moves them aside once")
    func inbox() throws {
        let folder = try TestFolder()
        let inbox = Inbox(folder.path)
        for name in ["a.csv", "b.XLSX", ".c.csv", "~d.csv", "e.pdf"] {
            try Data("x,y\n".utf8).write(to: URL(fileURLWithPath: folder.path + "/" + name))
        }
        try FileManager.default.createDirectory(
            atPath: folder.path + "/f.csv", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/g.csv", withDestinationPath: "/etc/passwd")
        #expect(inbox.files.map(\.name) == ["a.csv", "b.XLSX"])
        let file = try #require(inbox.files.first)
        #expect(try inbox.bytes(of: file, limit: 100) == Array("x,y\n".utf8))
        #expect(throws: RefusedEvent.self) { try inbox.bytes(of: file, limit: 3) }
        #expect(inbox.settle(file, as: 7))
        #expect(!inbox.settle(file, as: 7))
        #expect(
            FileManager.default.fileExists(atPath: folder.path + "/taken/7 a.csv"))
        #expect(throws: RefusedEvent.self) { try inbox.bytes(of: file, limit: 100) }
        #expect(Inbox("/nowhere").files.isEmpty)
    }
}
