// JSON: values by path, numbers with paths, and what is not JSON.

import Foundation
import Testing
import Wire

@Suite("JSON")
struct JSONTests {
    static let document = Array(
        #"""
        {"a": {"b": [{"c": 1.5e3, "d": true}, -0.25], "x.y": "sp\u00e4t \ud83d\ude00\n"},
         "n": null, "a2": [], "a": 7, "t": "12"}
        """#.utf8)

    @Test(
        "a value is found by its path",
        arguments: [
            ("a.b[0].c", JSONScanner.Value.number(1_500)), ("a.b[0].d", .bool(true)),
            ("a.b[1]", .number(-0.25)), (#"a["x.y"]"#, .string("spät 😀\n")), ("n", .null),
            ("t", .string("12")),
        ])
    func values(_ path: String, _ value: JSONScanner.Value) throws {
        let path = try JSONPath(path)
        #expect(try JSONScanner.value(at: path, in: Self.document) == value)
        #expect(try JSONPath(path.description) == path)
    }

    @Test("a path that leads nowhere gives nil", arguments: ["b", "a.b[2]", "a[0]", "n.x", "t[0]"])
    func missing(_ path: String) throws {
        #expect(try JSONScanner.value(at: try JSONPath(path), in: Self.document) == nil)
    }

    @Test("containers are given by the range of their bytes")
    func containers() throws {
        let value = try JSONScanner.value(at: try JSONPath("a.b"), in: Self.document)
        guard case .array(let range) = value else {
            Issue.record("no array")
            return
        }
        #expect(
            String(decoding: Self.document[range], as: UTF8.self)
                == #"[{"c": 1.5e3, "d": true}, -0.25]"#)
    }

    @Test("all numbers are listed with their paths, in order")
    func numbers() throws {
        let found = try JSONScanner.numbers(in: Self.document)
        #expect(found.map(\.path.description) == ["a.b[0].c", "a.b[0].d", "a.b[1]", "a"])
        #expect(found.map(\.value) == [1_500, 1, -0.25, 7])
        #expect(try JSONScanner.numbers(in: Array("42".utf8)).map(\.path.description) == [""])
        #expect(throws: JSONError(reason: .tooManyValues(limit: 2), offset: 5)) {
            try JSONScanner.numbers(in: Array("[1,2,3]".utf8), limit: 2)
        }
    }

    @Test(
        "what is not JSON is refused at its byte",
        arguments: [
            ("", JSONError.Reason.endOfText, 0), ("{", .endOfText, 1),
            (#"{"a"}"#, .unexpected(0x7D), 4),
            ("[1,]", .unexpected(0x5D), 3), ("[1 2]", .unexpected(0x32), 3),
            ("01", .numberInvalid, 0), ("+1", .unexpected(0x2B), 0), ("1.", .endOfText, 2),
            (".5", .unexpected(0x2E), 0), ("1e", .endOfText, 2), ("NaN", .unexpected(0x4E), 0),
            ("1e999", .numberTooLarge, 0), ("tru", .endOfText, 3), ("\"a", .endOfText, 2),
            (#""\x""#, .escapeInvalid, 1), (#""\ud800""#, .escapeInvalid, 1),
            ("\"\u{01}\"", .unexpected(1), 1), ("1 2", .textAfterEnd, 2),
            (#"{"a":1,}"#, .unexpected(0x7D), 7),
            (String(repeating: "[", count: 33), .tooDeep(limit: 32), 32),
        ])
    func refused(_ text: String, _ reason: JSONError.Reason, _ offset: Int) throws {
        #expect(throws: JSONError(reason: reason, offset: offset)) {
            try JSONScanner.value(at: JSONPath(steps: []), in: Array(text.utf8))
        }
        // What is skipped is checked for its form, not for the size of its numbers.
        if reason != .numberTooLarge {
            #expect(throws: JSONError.self) {
                try JSONScanner.value(at: try JSONPath("a.b"), in: Array(text.utf8))
            }
        }
        #expect(throws: JSONError.self) { try JSONScanner.numbers(in: Array(text.utf8)) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: JSONError(reason: .notUTF8, offset: 1)) {
            try JSONScanner.value(at: JSONPath(steps: []), in: [0x22, 0xFF, 0x22])
        }
    }

    @Test("32 levels are accepted")
    func deep() throws {
        let text = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(try JSONScanner.numbers(in: Array(text.utf8)).isEmpty)
    }

    @Test(
        "a wrong path is refused at its byte",
        arguments: [(".a", 0), ("a..b", 2), ("a[", 1), ("a[x]", 1), ("a]", 1), ("a[0]b", 4)])
    func wrongPaths(_ text: String, _ offset: Int) {
        #expect(throws: JSONPath.Fault(text: text, offset: offset)) { try JSONPath(text) }
    }

    @Test("whatever Foundation writes is read with the same numbers")
    func foundation() throws {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<300 {
            let numbers = (0..<20).map { _ in
                Double.random(in: -1e6...1e6, using: &generator)
            }
            let tree: [String: Any] = ["a\"\\é": numbers, "n": NSNull()]
            let data = try JSONSerialization.data(withJSONObject: tree)
            #expect(try JSONScanner.numbers(in: [UInt8](data)).map(\.value) == numbers)
        }
    }
}
