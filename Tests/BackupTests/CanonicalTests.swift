// Canonical JSON: one way to write, and only that way is read.

import Testing

@testable import Backup

@Suite struct CanonicalTests {
    @Test func `a value reads back from its bytes`() throws {
        let value = CanonicalValue.object([
            "b": .list([.number(0), .number(.max), .list([]), .object([:])]),
            "a": .text("\"\\\n\r\t\u{1}\u{1F}\u{7F} é“€😀"),
            "": .text(""),
        ])
        #expect(try CanonicalReader.value(value.bytes) == value)
        #expect(
            String(decoding: CanonicalValue.text("\u{1}\n\"").bytes, as: UTF8.self)
                == #""\u0001\n\"""#)
    }

    @Test(arguments: [
        "", "{", "}", "[1,]", "[1 ,2]", " 1", "1 ", "01", "-1", "1.5", "1e3", "9223372036854775808",
        "tru", "true", "null", "\"", "\"\u{1}\"", #""\a""#, #""\u0041""#, #""\u000a""#,
        #""\u000A""#, #""\/""#, #"{"b":1,"a":2}"#, #"{"a":1,"a":2}"#, #"{"é":1}"#, #"{"a"1}"#,
        #"{"a":1,}"#, #"{a:1}"#, "[[[[[[1]]]]]]", "[1][1]",
    ])
    func `anything else is refused`(_ text: String) {
        #expect(throws: CanonicalFlaw.self) { try CanonicalReader.value(Array(text.utf8)) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
            #expect(throws: CanonicalFlaw.self) {
                try CanonicalReader.value([0x22] + bytes + [0x22])
            }
        }
    }

    @Test func `many values are refused before they fill the memory`() {
        let text = "[" + Array(repeating: "0", count: BackupLimits.values).joined(separator: ",")
        #expect(
            throws: CanonicalFlaw(offset: 2 * BackupLimits.values - 1, what: "too many values")
        ) { try CanonicalReader.value(Array((text + "]").utf8)) }
    }

    @Test func `the largest header and manifest stay within their limits`() throws {
        let site = String(repeating: "\u{1}", count: BackupLimits.siteBytes)
        let name = String(repeating: "\u{1}", count: BackupLimits.nameBytes)
        let schemas = (0..<BackupLimits.schemas).map { number in
            let digits = String(number)
            return digits + String(repeating: "a", count: BackupLimits.pathBytes - digits.count)
        }
        var header = Forgery.header()
        header.label = BackupLabel(
            site: site, box: name, createdNanoseconds: .min, program: name,
            schemas: Dictionary(uniqueKeysWithValues: schemas.map { ($0, Int.max) }))
        #expect(header.label.flaw == nil)
        let text = header.canonical.bytes
        #expect(text.count <= BackupLimits.headerBytes)
        #expect(try BackupHeader(text: text) == header)
        let entry = BackupEntry(
            path: String(repeating: "a", count: BackupLimits.pathBytes),
            size: BackupLimits.totalBytes, digest: sampleSeed)
        let manifest = BackupManifest(
            entries: Array(repeating: entry, count: BackupLimits.entries))
        #expect(manifest.bytes.count <= BackupLimits.manifestBytes)
    }

    @Test(arguments: [
        ("", false), ("core.db", true), ("history/2026-11.db", true), ("a/b/c/d/e/f/g/h", true),
        ("a/b/c/d/e/f/g/h/i", false), ("/core.db", false), ("../core.db", false), ("a/../b", false),
        ("a/./b", false), ("a//b", false), ("a/", false), (".hidden", false), ("-rf", false),
        ("A", false), ("a b", false), ("a\\b", false), ("a\u{0}b", false), ("é", false),
        ("a\nb", false), ("c:", false), ("..", false), (".", false), ("_a", false), ("a_-.", true),
        (String(repeating: "a", count: 128), true), (String(repeating: "a", count: 129), false),
    ])
    func `only plain relative names are allowed`(_ path: String, _ isAllowed: Bool) {
        #expect((BackupPath.flaw(path) == nil) == isAllowed)
    }
}
