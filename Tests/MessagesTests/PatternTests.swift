// Messages are read and written as ICU does; what is outside the subset is refused with a remedy.

import Testing

@testable import Messages

@Suite struct PatternTests {
    @Test("the table of cases", arguments: WritingCase.all)
    func cases(_ one: WritingCase) throws {
        let language = try #require(MessageLanguage(rawValue: one.language))
        #expect(try Workbench.write(one.message, language, one.values) == one.expected)
    }

    @Test("the table of cases is there")
    func table() { #expect(WritingCase.all.count >= 60) }

    @Test("a message's own source form reads as the same message", arguments: WritingCase.all)
    func source(_ one: WritingCase) throws {
        let language = try #require(MessageLanguage(rawValue: one.language))
        let pattern = try PatternReader.read(one.message, language)
        #expect(try PatternReader.read(pattern.source(), language) == pattern)
    }

    @Test(
        "what is outside the subset is refused, saying what and where",
        arguments: [
            ("Stopped for {duration", "the { at character 13 is not closed"),
            ("Stopped } here", "a } at character 9 closes nothing"),
            ("{n, plural, one {a} other {b}", "the { at character 1 is not closed"),
            ("{n, plural, one {a other {b}}", "the { at character 1 is not closed"),
            ("{}", "the brace at character 1 is not followed by a name"),
            ("{0}", "0 is no name for a slot"), ("{Name}", "Name is no name for a slot"),
            ("{a b}", "the { at character 1 is not closed"),
            ("{n, number}", "number stands where plural or select is expected"),
            ("{n, plural}", "the { at character 1 is not closed"),
            ("{n, selectordinal, other {x}}", "selectordinal stands where plural or select"),
            ("{n, plural, one {a}}", "the block of {n} has no branch other"),
            ("{n, select, a {x}}", "the block of {n} has no branch other"),
            ("{n, plural, }", "the block of {n} has no branch other"),
            ("{n, plural, few {x} other {y}}", "English has no plural category few"),
            ("{n, plural, zero {x} other {y}}", "English has no plural category zero"),
            ("{n, plural, lots {x} other {y}}", "lots is no plural category of {n}"),
            ("{n, plural, offset:1 other {y}}", "offset:1 is no plural category of {n}"),
            ("{n, plural, =a {x} other {y}}", "=a is no exact number"),
            ("{n, plural, = {x} other {y}}", "= is no exact number"),
            ("{n, plural, =-1 {x} other {y}}", "=-1 is no exact number"),
            ("{n, plural, =1234567890 {x} other {y}}", "=1234567890 is no exact number"),
            ("{n, plural, one {x} one {y} other {z}}", "has the branch one twice"),
            ("{n, plural, =1 {x} =01 {y} other {z}}", "has the branch =01 twice"),
            ("{n, select, a {x} a {y} other {z}}", "has the branch a twice"),
            ("{n, select, A-b {x} other {z}}", "A-b is no word to select {n} by"),
            ("{n, plural, one other {z}}", "the branch one has no text in braces"),
            ("it is '{quoted", "the quotation that begins at character 7 does not end"),
            (
                "{n, plural, other {{w, select, a {# parts} other {none}}}}",
                "a # in a select branch inside a plural one"
            ),
        ] as [(String, String)])
    func refused(_ message: String, _ says: String) throws {
        let flaw = #expect(throws: PatternFlaw.self) {
            try PatternReader.read(message, .english)
        }
        let found = try #require(flaw)
        #expect(found.says.contains(says), "\(found)")
        #expect(found.remedy.hasSuffix("."))
    }

    @Test("blocks stand at most four deep")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            levels == 0 ? "x" : "{a, select, other {\(nested(levels - 1))}}"
        }
        #expect(try Workbench.write(nested(4), .english, [:]) == "x")
        let flaw = #expect(throws: PatternFlaw.self) {
            try PatternReader.read(nested(5), .english)
        }
        #expect(flaw?.says == "plural and select blocks stand more than 4 deep")
    }

    @Test("a block has at most 32 branches")
    func branches() throws {
        func block(_ count: Int) -> String {
            let words = (0..<count).map { "a\($0) {x}" }.joined(separator: " ")
            return "{w, select, \(words) other {y}}"
        }
        #expect(try Workbench.write(block(31), .english, ["w": "b"]) == "y")
        #expect(throws: PatternFlaw.self) { try PatternReader.read(block(32), .english) }
    }

    @Test("slots and the words they are selected by are found in every branch")
    func slots() throws {
        let pattern = try PatternReader.read(
            "{a}{n, plural, one {{b}} other {{w, select, x {{c}} other {}}}}", .english)
        #expect(pattern.slots == ["a", "b", "c", "n", "w"])
        #expect(pattern.selections == ["w": ["x", "other"]])
    }

    @Test("ten thousand damaged messages are read or refused, and none traps")
    func damaged() {
        let seeds = WritingCase.all.map { Array($0.message.utf8) }
        let signs = Array("{}#',= aplurselcto01".utf8)
        // A fixed generator of Knuth's constants: the same messages on every run.
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        var read = 0
        var refused = 0
        for _ in 0..<10_000 {
            var bytes = seeds[next(seeds.count)]
            for _ in 0...next(3) where !bytes.isEmpty {
                let place = next(bytes.count)
                switch next(3) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(signs[next(signs.count)], at: place)
                default: bytes[place] = signs[next(signs.count)]
                }
            }
            do {
                let pattern = try PatternReader.read(
                    String(decoding: bytes, as: UTF8.self), .polish)
                var writing = MessageWriting(.polish, ["n": 3, "a": "x"])
                writing.write(pattern)
                read += 1
            } catch {
                #expect(!error.says.isEmpty)
                refused += 1
            }
        }
        #expect(read > 1000 && refused > 1000, "read \(read), refused \(refused)")
    }
}
