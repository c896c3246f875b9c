// The table for scripts: valid JSON, safe inside a script element, the right keys.

import Foundation
import Testing

@testable import Messages

@Suite struct TableTests {
    private struct Table: Decodable {
        let language: String
        let english: [String]
        let messages: [String: String]
    }

    private func read(_ text: String) throws -> Table {
        try JSONDecoder().decode(Table.self, from: Data(text.utf8))
    }

    @Test("the table holds the keys under its prefixes, in order, with their sources")
    func exact() throws {
        let catalog = try Workbench.catalog(
            "b.x = B\na.z = It''s '{'\na.n = {n, plural, one {# a} other {# as}}\nc.x = C",
            [.polish: "a.z = Zet\nb.x = Be"])
        #expect(
            catalog.table(for: .polish, keysUnder: "a.", "b.")
                == #"{"language":"pl","english":["a.n"],"messages":"#
                + #"{"a.n":"{n, plural, one {# a} other {# as}}","a.z":"Zet","b.x":"Be"}}"#)
        #expect(
            catalog.gaps.all == [
                MessageGap(kind: .translation, language: .polish, key: "a.n", count: 1)
            ])
    }

    @Test("a table for keys that do not exist is empty, not broken")
    func none() throws {
        let catalog = try Workbench.catalog("a.b = x")
        let table = try read(catalog.table(for: .english, keysUnder: "z."))
        #expect(table.messages.isEmpty && table.english.isEmpty && table.language == "en")
    }

    @Test("nothing in a table ends the script element it stands in")
    func escaping() throws {
        let text = #"</script><!-- "quoted" \ back"# + "\u{2028}\u{2029}"
        let catalog = try Workbench.catalog("a.b = \(text)x")
        let json = catalog.table(for: .english)
        #expect(!json.contains("<") && !json.contains("\u{2028}") && !json.contains("\u{2029}"))
        #expect(try read(json).messages == ["a.b": text + "x"])
    }

    @Test("the table of the operator page is complete in every language")
    func operatorPage() throws {
        let catalog = try BoxMessages.catalog()
        for language in MessageLanguage.allCases {
            let table = try read(
                catalog.table(for: language, keysUnder: "operator.", "state.", "duration."))
            #expect(table.language == language.tag && table.english.isEmpty)
            #expect(table.messages.count > 150)
            #expect(table.messages["state.running"] == catalog.text("state.running", in: language))
        }
    }
}
