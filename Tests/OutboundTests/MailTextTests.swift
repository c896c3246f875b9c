// E-mails: header, encoded words, quoted-printable, and nothing that injects a line.

import Plant
import Testing

@testable import Outbound

@Suite struct MailTextTests {
    private func text(
        _ message: OutboundMessage, _ settings: EmailSettings = mailSettings()
    ) throws -> String {
        String(decoding: try MailText(message, settings).bytes, as: UTF8.self)
    }

    private func lines(_ text: String) -> [String] {
        text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    @Test func `a plain message is the e-mail one expects`() throws {
        let expected = """
            Date: Fri, 13 Nov 2026 11:04:50 +0000
            From: factory@example.org
            To: dave@example.org
            Subject: Press brake: stopped 10 min
            Message-ID: <m-1@example.org>
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Since 11:01. No reason yet.

            """
        #expect(try text(message()) == expected.replacing("\n", with: "\r\n"))
    }

    @Test func `a message with markup has both forms, the plain one first`() throws {
        let text = try text(
            message(text: "Öl 68 °C", html: "<p>Öl <b>68 °C</b></p>", links: [seeIt]))
        let boundary = "=_millwright_6D2D31"
        let parts = lines(text).split(separator: "--" + boundary)
        #expect(text.contains("Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\""))
        try #require(parts.count == 3)
        #expect(parts[1].first == "Content-Type: text/plain; charset=utf-8")
        #expect(parts[1].contains("=C3=96l 68 =C2=B0C"))
        #expect(parts[2].first == "Content-Type: text/html; charset=utf-8")
        #expect(parts[2].contains("<p>=C3=96l <b>68 =C2=B0C</b></p>"))
        #expect(text.hasSuffix("\r\n--\(boundary)--\r\n"))
        #expect(text.contains("See it: https://box.example.org/m/press-brake?a=3D1&b=3D2"))
        #expect(text.contains("a=3D1&amp;b=\r\n=3D2") || text.contains("a=3D1&amp;b=3D2"))
    }

    @Test func `a subject of any letters becomes encoded words that decode to it`() throws {
        for subject in [
            "Moulder 3: oil too hot, 68 °C", "ਪੰਜਾਬੀ ਮਸ਼ੀਨ ਬੰਦ ਹੈ, ਕੋਈ ਕਾਰਨ ਨਹੀਂ ਦਿੱਤਾ ਗਿਆ",
            String(repeating: "Läuft ", count: 40) + "?", "=?utf-8?q?Trick?=",
            String(repeating: "a", count: 300), " leading",
        ] {
            let all = lines(try text(message(subject: subject)))
            let start = try #require(all.firstIndex { $0.hasPrefix("Subject: ") })
            var folded = [String(all[start].dropFirst(9))]
            folded += all[(start + 1)...].prefix { $0.hasPrefix(" ") }.map {
                String($0.dropFirst())
            }
            #expect(folded.allSatisfy { $0.utf8.count <= 75 })
            #expect(decoded(folded) == subject)
        }
    }

    /// The text of encoded words, each of which must hold whole letters (RFC 2047, 5).
    private func decoded(_ words: [String]) -> String {
        words.map { word in
            guard word.hasPrefix("=?utf-8?q?"), word.hasSuffix("?=") else { return word }
            var bytes: [UInt8] = []
            var rest = word.dropFirst(10).dropLast(2).utf8[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "=") {
                    bytes.append(UInt8(String(rest.prefix(2)) ?? "", radix: 16) ?? 0)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte == UInt8(ascii: "_") ? 0x20 : byte)
                }
            }
            return String(validating: bytes, as: UTF8.self) ?? "a letter was cut"
        }.joined()
    }

    @Test(arguments: ["\r\nBcc: all@example.org", "\n.", "\r", "\u{0}", "\u{85}", "\u{2028}"])
    func `no field lets a line into the header`(_ poison: String) throws {
        let text = "a" + poison
        #expect(
            flaw { () throws(OutboundFlaw) in
                _ = try MailText(message(subject: text), mailSettings())
            }?.field == "subject")
        let id = flaw { () throws(OutboundFlaw) in _ = try MailText(message(text), mailSettings()) }
        #expect(id?.field == "id")
        let from = flaw { () throws(OutboundFlaw) in
            _ = try MailText(message(), mailSettings(from: "a@b.org" + poison))
        }
        #expect(from?.field == "from")
        let name = flaw { () throws(OutboundFlaw) in
            _ = try MailText(message(), mailSettings(name: text))
        }
        #expect(name?.field == "fromName")
        let to = flaw { () throws(OutboundFlaw) in
            _ = try MailText(message(), mailSettings(to: ["a@b.org", "c@d.org" + poison]))
        }
        #expect(to?.field == "to[1]")
        let title = flaw { () throws(OutboundFlaw) in
            _ = try MailText(
                message(links: [MessageLink(title: text, address: "https://a.org")]),
                mailSettings())
        }
        #expect(title?.field == "links[0].title")
        let address = flaw { () throws(OutboundFlaw) in
            _ = try MailText(
                message(links: [MessageLink(title: "a", address: "https://a.org/" + poison)]),
                mailSettings())
        }
        #expect(address?.field == "links[0].address")
        #expect(from?.description.contains("control character") == true)
    }

    @Test(arguments: [
        "dave", "@example.org", "dave@", "a b@c.org", "a@b@c.org", "<a@b.org>", "a@b.org>",
        "a,b@c.org",
        "a@-b.org", "a@b..org", ".a@b.org", "a..b@c.org", "ä@b.org", "\"a b\"@c.org",
        "a@[10.0.0.1]",
        "", "a@b.org SIZE=1", "javascript:a@b",
    ])
    func `what is no narrow e-mail address is refused`(_ text: String) {
        let found = flaw { () throws(OutboundFlaw) in
            _ = try MailText(message(), mailSettings(to: [text]))
        }
        #expect(found?.field == "to[0]")
    }

    @Test func `a name before the address is quoted or encoded, never raw`() throws {
        #expect(
            try text(message(), mailSettings(name: "Hollins Works")).contains(
                "From: Hollins Works\r\n <factory@example.org>"))
        #expect(
            try text(message(), mailSettings(name: "a\" <x@y.org>, b")).contains(
                "From: =?utf-8?q?a=22_=3Cx=40y=2Eorg=3E=2C_b?=\r\n <factory"))
    }

    @Test func `quoted-printable keeps lines short, dots apart and spaces at ends`() {
        func encoded(_ text: String) -> String {
            String(decoding: QuotedPrintable.encoded(text), as: UTF8.self)
        }
        #expect(
            encoded(".\n..\nFrom a = b \nc\t\r\nd\re ")
                == "=2E\r\n=2E.\r\nFrom a =3D b=20\r\nc=09\r\nd\r\ne=20")
        let long = encoded(String(repeating: "ä.", count: 2_000))
        #expect(
            long.replacing("\r\n", with: "\n").split(separator: "\n").allSatisfy {
                $0.utf8.count <= 76
            })
        #expect(
            long.replacing("=\r\n", with: "") == String(repeating: "=C3=A4.", count: 2_000)
                || long.contains("=2E"))
        #expect(!long.contains("\r\n."))
    }

    @Test func `lines stay below 998 bytes whatever the message is`() throws {
        let name = String(repeating: "Ü", count: 240)
        let recipients = (1...50).map {
            "person\($0)@" + String(repeating: "a", count: 60) + ".org"
        }
        let text = try text(
            message(
                String(repeating: "i", count: 100), subject: String(repeating: "x ", count: 250),
                text: String(repeating: "y", count: 5_000),
                html: String(repeating: "<", count: 5_000)),
            mailSettings(name: name, to: recipients))
        #expect(lines(text).allSatisfy { $0.utf8.count <= 998 })
        #expect(text.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test func `too much is refused with the field's name`() {
        let subject = message(
            subject: String(repeating: "a", count: OutboundLimits.subjectBytes + 1))
        #expect(flaw { () throws(OutboundFlaw) in try subject.check() }?.field == "subject")
        let text = message(text: String(repeating: "a", count: OutboundLimits.textBytes + 1))
        #expect(
            flaw { () throws(OutboundFlaw) in try text.check() }?.description
                == "text has 262145 bytes; 262144 is the limit")
        let many = mailSettings(
            to: Array(repeating: "a@b.org", count: OutboundLimits.recipients + 1))
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try MailText(message(), many) }?.field == "to")
        #expect(
            flaw { () throws(OutboundFlaw) in _ = try MailText(message(), mailSettings(to: [])) }?
                .field == "to")
    }
}
