// Random words through every encoding: they come out as they went in.

import Foundation
import Plant
import Testing

@testable import Outbound

/// Random texts of the letters that break things.
private struct Words {
    private var state: UInt64
    private let letters: [String] = [
        "a", "B", " ", "\"", "\\", "{", "}", "\n", "\r", "\r\n", "\t", "=", "?", "_", ".", "&", "%",
        "<",
        ">", "ä", "ਪ", "🔧", "\u{0}", "\u{7F}", "\u{2028}", "{text}", "=?utf-8?q?", "\\u0022",
    ]

    init(seed: UInt64) { state = seed }

    mutating func next(longest: Int) -> String {
        (0..<number(below: longest)).map { _ in letters[number(below: letters.count)] }.joined()
    }

    mutating func number(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}

@Suite struct PropertyTests {
    @Test(arguments: UInt64(1)...20)
    func `a JSON template gives back exactly the words that were put in`(_ seed: UInt64) throws {
        var words = Words(seed: seed)
        let template = try PostTemplate(
            #"{"a":"x{text}y","b":{text},"c":["{machine}"],"d":"\"{subject}\\"}"#, kind: .json)
        for _ in 0..<50 {
            let text = words.next(longest: 60)
            let machine = words.next(longest: 10)
            let body = template.body(
                for: message(subject: "s", text: text, machine: machine))
            let read = try #require(
                try JSONSerialization.jsonObject(with: Foundation.Data(body.utf8)) as? [String: Any]
            )
            #expect(read["a"] as? String == "x" + text + "y", "seed \(seed)")
            #expect(read["b"] as? String == text, "seed \(seed)")
            #expect(read["c"] as? [String] == [machine], "seed \(seed)")
            #expect(read["d"] as? String == "\"s\\", "seed \(seed)")
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `quoted-printable gives back the text with its line ends made alike`(_ seed: UInt64) {
        var words = Words(seed: seed)
        for _ in 0..<50 {
            let text = words.next(longest: 300)
            let encoded = QuotedPrintable.encoded(text)
            #expect(encoded.allSatisfy { $0 < 0x7F })
            let lines = String(decoding: encoded, as: UTF8.self).components(separatedBy: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.hasPrefix(".") }, "seed \(seed)")
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") && !$0.hasSuffix("\t") }, "seed \(seed)")
            let plain = text.replacingOccurrences(of: "\r\n", with: "\n")
                .replacingOccurrences(of: "\r", with: "\n")
            let back = decoded(encoded).replacingOccurrences(of: "\r\n", with: "\n")
            #expect(back == plain, "seed \(seed)")
        }
    }

    private func decoded(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == 0x3D else {
                result.append(byte)
                continue
            }
            let pair = rest.prefix(2)
            rest = rest.dropFirst(2)
            if Array(pair) == [0x0D, 0x0A] { continue }
            result.append(UInt8(String(decoding: pair, as: UTF8.self), radix: 16) ?? 0)
        }
        return String(decoding: result, as: UTF8.self)
    }

    @Test(arguments: UInt64(1)...20)
    func `whatever the fields hold, an e-mail has the header fields that we wrote`(_ seed: UInt64) {
        var words = Words(seed: seed)
        for _ in 0..<50 {
            let made = message(subject: words.next(longest: 40), text: words.next(longest: 40))
            let settings = mailSettings(name: words.next(longest: 20))
            // Fields with control characters are refused, which is another test.
            guard let mail = try? MailText(made, settings) else { continue }
            let text = String(decoding: mail.bytes, as: UTF8.self)
            let head = text.components(separatedBy: "\r\n\r\n")[0]
            let names = head.components(separatedBy: "\r\n").filter { !$0.hasPrefix(" ") }
                .map { $0.prefix { $0 != ":" } }
            #expect(
                names == [
                    "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version",
                    "Content-Type", "Content-Transfer-Encoding",
                ], "seed \(seed)")
        }
    }
}
