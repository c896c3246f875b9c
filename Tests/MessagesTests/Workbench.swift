// What the tests of messages share: small catalogues, the table of cases, sample values.

import Foundation
import Testing

@testable import Messages

/// A message, its values and what must come out, as in Fixtures/cases.json.
struct WritingCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let language: String
    let message: String
    let slots: [String: SampleValue]
    let expected: String

    var testDescription: String { name }

    var values: MessageSlots {
        var values: MessageSlots = [:]
        for (slot, sample) in slots { values[slot] = sample.value }
        return values
    }

    static let all: [WritingCase] = {
        let file = Workbench.folder.appending(path: "Fixtures/cases.json")
        do {
            return try JSONDecoder().decode([WritingCase].self, from: Data(contentsOf: file))
        } catch {
            Issue.record("cases.json cannot be read: \(error)")
            return []
        }
    }()
}

/// A value as it stands in JSON: a text, a whole number, or {"value": 1.5, "places": 1}.
enum SampleValue: Codable, Sendable {
    case text(String)
    case whole(Int64)
    case decimal(Double, places: Int)

    private enum Name: String, CodingKey {
        case value
        case places
    }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Name.self) {
            self = .decimal(
                try object.decode(Double.self, forKey: .value),
                places: try object.decode(Int.self, forKey: .places))
            return
        }
        let single = try decoder.singleValueContainer()
        if let whole = try? single.decode(Int64.self) {
            self = .whole(whole)
        } else {
            self = .text(try single.decode(String.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .text(let text):
            var single = encoder.singleValueContainer()
            try single.encode(text)
        case .whole(let whole):
            var single = encoder.singleValueContainer()
            try single.encode(whole)
        case .decimal(let value, let places):
            var object = encoder.container(keyedBy: Name.self)
            try object.encode(value, forKey: .value)
            try object.encode(places, forKey: .places)
        }
    }

    var value: MessageValue {
        switch self {
        case .text(let text): .text(text)
        case .whole(let whole): .whole(whole)
        case .decimal(let value, let places): .decimal(value, places: places)
        }
    }
}

enum Workbench {
    /// The folder of these tests.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// The project's folder.
    static let root = folder.deletingLastPathComponent().deletingLastPathComponent()

    static func file(_ language: MessageLanguage, _ text: String) -> MessageFile {
        MessageFile(name: language.rawValue + ".txt", language: language, bytes: Array(text.utf8))
    }

    /// A catalogue of texts by language.
    static func catalog(
        _ english: String, _ others: [MessageLanguage: String] = [:]
    ) throws -> MessageCatalog {
        var files = [file(.english, english)]
        for language in MessageLanguage.written {
            if let text = others[language] { files.append(file(language, text)) }
        }
        return try MessageCatalog(files)
    }

    /// The flaws of files; none when they load.
    static func flaws(
        _ english: String, _ others: [MessageLanguage: String] = [:]
    ) -> [MessageFlaw] {
        do {
            _ = try catalog(english, others)
            return []
        } catch let flaws as MessageFlaws {
            return flaws.flaws
        } catch {
            return []
        }
    }

    /// A message of a language written with values.
    static func write(
        _ message: String, _ language: MessageLanguage, _ values: MessageSlots
    ) throws -> String {
        var writing = MessageWriting(language, values)
        writing.write(try PatternReader.read(message, language))
        return writing.text
    }
}
