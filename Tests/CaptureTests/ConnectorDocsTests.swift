// The pages of the connectors: their tables of settings are those of the declarations.

import Foundation
import Testing

@testable import Capture

@Suite("The page of a connector")
struct ConnectorDocsTests {
    private static func page(_ kind: String) -> URL {
        ContractCase.root.appending(path: "docs/connectors/\(kind).md")
    }

    @Test("holds the tables of its declared settings", arguments: ConnectorCatalog.kinds)
    func tables(_ kind: String) throws {
        let type = try #require(ConnectorCatalog.type(of: kind))
        let url = Self.page(kind)
        var text = try String(contentsOf: url, encoding: .utf8)
        for (marker, table) in [
            ("settings", type.schema.settingsTable),
            ("signal options", type.schema.signalOptionsTable),
        ] {
            let begin = "<!-- generated: \(marker) -->\n"
            let end = "<!-- end: \(marker) -->"
            let start = try #require(text.range(of: begin)?.upperBound)
            let stop = try #require(text.range(of: end)?.lowerBound)
            if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
                text.replaceSubrange(start..<stop, with: table)
            } else {
                #expect(String(text[start..<stop]) == table, "run the tests with UPDATE_GOLDEN=1")
            }
        }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
    }

    @Test(
        "has every part that a person needs",
        arguments: ConnectorCatalog.kinds + ["line-protocol", "csv-file"])
    func parts(_ name: String) throws {
        let text = try String(contentsOf: Self.page(name), encoding: .utf8)
        for part in [
            "## What it is for", "## Example", "## Limits", "## What can be lost",
            "## When it does not work",
        ] {
            #expect(text.contains(part), "\(name): \(part)")
        }
    }
}
