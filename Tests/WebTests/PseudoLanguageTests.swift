// The tablet in the pseudo-language: every word comes from the message files, and none is joined of
// fragments.

import Foundation
import HTTPTypes
import Plant
import Testing

@testable import Web

@Suite struct PseudoLanguageTests {
    /// Texts of a page between tags, entities read.
    private func texts(_ page: String) -> [String] {
        var body = page[(page.range(of: "<body")?.lowerBound ?? page.startIndex)...]
        var texts: [String] = []
        while let start = body.firstIndex(of: "<") {
            texts.append(String(body[..<start]))
            let isNote = body[start...].hasPrefix("<noscript")
            let end =
                isNote
                ? body.range(of: "</noscript>")?.upperBound
                : body[start...].firstIndex(of: ">").map(body.index(after:))
            body = body[(end ?? body.endIndex)...]
        }
        return texts.map {
            $0.replacing("&#39;", with: "'").replacing("&quot;", with: "\"")
                .replacing("&amp;", with: "&").trimmingCharacters(in: .whitespacesAndNewlines)
        }.filter { text in text.contains { $0.isLetter } }
    }

    @Test(
        "every text of the tablet is one whole message or the site's own",
        arguments: ["lathe-1", "press-2", "saw"])
    func whole(_ machine: String) async throws {
        let harness = WebHarness()
        let known = Set(harness.box.world.factory.machines.keys.map(\.text))
        let id = known.contains(machine) ? machine : try #require(known.sorted().first)
        let page = try await harness.page(
            "/o/\(id)", headers: [.cookie: "mw-language=en-XA"])
        #expect(page.contains("lang=\"en-XA\""))
        let factory = harness.box.world.factory
        // Names that the site chose are its own; numbers and times have no letters.
        let own = Set(factory.machines.values.map(\.name))
            .union(factory.reasons.values.flatMap { [$0.name] + $0.details })
        let found = texts(page)
        var messages = 0
        for text in found where !own.contains(text) && !text.hasPrefix("English") {
            if ["Polski", "Română", "ਪੰਜਾਬੀ"].contains(text) { continue }
            let opens = text.count { $0 == "⟦" }
            let closes = text.count { $0 == "⟧" }
            #expect(text.hasPrefix("⟦") && text.hasSuffix("⟧"), "outside of a message: \(text)")
            #expect(opens == closes)
            messages += 1
        }
        #expect(messages >= 40)
    }

    @Test("the check sees a word that no message holds")
    func canFail() {
        #expect(texts("<body><p>Save</p>") == ["Save"])
        #expect(texts("<body><p>⟦Ŝàṽé⟧ now</p>").first?.hasSuffix("⟧") == false)
    }
}
