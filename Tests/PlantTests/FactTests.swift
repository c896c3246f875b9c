// The content of events as canonical bytes.

import Plant
import Testing

@Suite struct FactTests {
    private func text(_ fact: Fact) -> String {
        String(decoding: fact.canonicalBytes, as: UTF8.self)
    }

    @Test("names are sorted by bytes, nothing is spaced, control characters are escaped")
    func canonical() {
        let fact = Fact.object([
            "b": .list([.whole(-1), .flag(true), .none]), "a": .text("é\"\\\n\u{1}/"),
            "B": .object([:]), "ab": .list([]),
        ])
        #expect(text(fact) == #"{"B":{},"a":"é\"\\\n\u0001/","ab":[],"b":[-1,true,null]}"#)
    }

    @Test("any content reads back to the same bytes", arguments: 1...50)
    func roundTrip(seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let fact = any(depth: 0, &numbers)
        let bytes = fact.canonicalBytes
        let back = try Fact(json: bytes)
        #expect(back == fact)
        #expect(back.canonicalBytes == bytes)
    }

    private func any(depth: Int, _ numbers: inout SeededNumbers) -> Fact {
        switch Int.random(in: 0...(depth < 4 ? 5 : 3), using: &numbers) {
        case 0:
            let scalars = (0..<Int.random(in: 0...8, using: &numbers)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &numbers))
            }
            return .text(String(String.UnicodeScalarView(scalars)))
        case 1: return .whole(Int64.random(in: .min ... .max, using: &numbers))
        case 2: return .flag(Bool.random(using: &numbers))
        case 3: return .none
        case 4:
            return .list(
                (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
                    any(depth: depth + 1, &numbers)
                })
        default:
            var members: [String: Fact] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &numbers) {
                members[String(numbers.next() % 1000)] = any(depth: depth + 1, &numbers)
            }
            return .object(members)
        }
    }

    @Test(
        "escapes of other writers are read",
        arguments: [
            (#""\u00e9""#, "é"), (#""\ud83c\udfed""#, "\u{1F3ED}"), (#""\/\b\f""#, "/\u{8}\u{c}"),
            (#" "a" "#, "a"),
        ])
    func escapes(json: String, expected: String) throws {
        #expect(try Fact(json: Array(json.utf8)) == .text(expected))
    }

    @Test(
        "what is not such content is refused with its position",
        arguments: [
            ("", 0), ("1.5", 1), ("1e3", 1), ("{\"a\":1,\"a\":2}", 10), ("[1,]", 3), ("[1", 2),
            ("\"a", 2), ("\"\u{1}\"", 2), ("nul", 0), ("1 2", 2), ("{a:1}", 1), ("{\"a\" 1}", 5),
            (#""\x""#, 3), (#""\ud83c""#, 7), (#""\udfed""#, 7), (#""\u12g4""#, 3),
            ("99999999999999999999", 20), ("-", 1), ("{\"a\":1,}", 7), ("+1", 0), ("01", 2),
            ("-01", 3),
            (#""\u+123""#, 3),
        ])
    func refused(json: String, offset: Int) {
        let error = #expect(throws: FactError.self) { _ = try Fact(json: Array(json.utf8)) }
        #expect(error?.offset == offset)
    }

    @Test("more than 32 levels are refused, 32 are read")
    func depth() throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8
            )
        }
        #expect(throws: Never.self) { _ = try Fact(json: nested(32)) }
        #expect(throws: FactError.self) { _ = try Fact(json: nested(33)) }
        #expect(throws: FactError.self) { _ = try Fact(json: nested(100_000)) }
    }

    @Test("any bytes end in a value or an error, never in a trap")
    func anyBytes() {
        var numbers = SeededNumbers(seed: 3)
        let alphabet = Array("{}[]\",:\\u0123456789abefnrtls-. \u{e9}".utf8) + [0xFF, 0x00]
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0...24, using: &numbers)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)]
            }
            do throws(FactError) {
                let fact = try Fact(json: bytes)
                #expect((try? Fact(json: fact.canonicalBytes)) == fact)
            } catch {
                #expect(error.offset <= bytes.count)
            }
        }
    }
}
