// The four files of the operator tablet: complete, alike in keys and slots, short on tiles.

import Foundation
import Testing

@testable import Messages

/// A value for every slot that the box's messages have.
enum Samples {
    static let slots: MessageSlots = [
        "after": "Tooling", "answer": "onMyWay", "before": "Material", "cause": "Burr",
        "code": "4410-2", "count": 2, "days": 3, "detail": "Worn insert", "digit": "7",
        "direction": "slow", "duration": "24\u{a0}min", "edge": "start", "entry": "Tooling",
        "from": "11:01", "hours": 2, "id": "press-9", "job": "4410", "limit": 1200,
        "machine": "Press brake", "made": 142, "minutes": 5, "new": "Tooling", "old": "Material",
        "person": "Dave", "planned": 190, "product": "Brackets", "reason": "Tooling",
        "reference": "7F3K", "role": "maintenance", "running": "4409", "seconds": 10,
        "state": "stopped", "time": "11:19", "to": "11:25", "why": "Tell the team leader.",
    ]
}

@Suite struct BoxMessagesTests {
    static let translated: [MessageLanguage] = [.polish, .romanian, .punjabi]

    /// Messages that a translation may share with English: names, signs and units.
    static let shared: Set<String> = [
        "duration.none", "duration.seconds", "duration.minutes", "duration.hours",
        "duration.hoursMinutes", "duration.negative", "operator.tile.ok", "operator.head.title",
        "operator.why.reasonDetail", "operator.job.withProduct", "language.english",
        "language.polish", "language.romanian", "language.punjabi",
    ]

    /// Words that are the same in one other language.
    static let sharedIn: [MessageLanguage: Set<String>] = [.romanian: ["reason.material"]]

    static let tiles = ["operator.tile.", "state.", "reason.", "reasonDetail."]

    @Test("the files load without a flaw")
    func load() throws {
        let catalog = try BoxMessages.catalog()
        #expect(catalog.keys.count >= 200)
    }

    @Test("every file has every key with the same slots", arguments: translated)
    func alike(_ language: MessageLanguage) throws {
        let catalog = try BoxMessages.catalog()
        #expect(catalog.missing(in: language).isEmpty)
        for key in catalog.keys {
            #expect(
                catalog.slots(of: key, in: language) == catalog.slots(of: key, in: .english),
                "\(language) \(key)")
        }
    }

    @Test("no translation is the English text, but for names and units", arguments: translated)
    func translatedText(_ language: MessageLanguage) throws {
        let catalog = try BoxMessages.catalog()
        let allowed = BoxMessagesTests.shared.union(BoxMessagesTests.sharedIn[language] ?? [])
        for key in catalog.keys where !allowed.contains(key) {
            #expect(
                catalog.source(of: key, in: language) != catalog.source(of: key, in: .english),
                "\(language) \(key)")
        }
        for key in allowed { #expect(catalog.keys.contains(key), "\(key) is no key any more") }
    }

    @Test("tile words are at most 1.6 × the English ones and six characters", arguments: translated)
    func tileLengths(_ language: MessageLanguage) throws {
        let catalog = try BoxMessages.catalog()
        let keys = catalog.keys.filter { key in
            BoxMessagesTests.tiles.contains { key.hasPrefix($0) }
        }
        #expect(keys.count >= 70)
        for key in keys {
            let english = catalog.text(key, in: .english)
            let own = catalog.text(key, in: language)
            #expect(
                Double(own.count) <= 1.6 * Double(english.count) + 6,
                "\(language) \(key): \(own) has \(own.count) for \(english)")
        }
    }

    @Test("every plural block has every category of its language", arguments: translated)
    func plurals(_ language: MessageLanguage) throws {
        let catalog = try BoxMessages.catalog()
        func check(_ pattern: MessagePattern, _ key: String) {
            for part in pattern.parts {
                switch part {
                case .literal, .slot: break
                case .plural(_, let branches):
                    let categories = branches.compactMap { branch -> PluralCategory? in
                        if case .category(let category) = branch.selector { category } else { nil }
                    }
                    #expect(
                        Set(categories) == Set(language.pluralCategories), "\(language) \(key)")
                    for branch in branches { check(branch.pattern, key) }
                case .select(_, let branches):
                    for branch in branches { check(branch.pattern, key) }
                }
            }
        }
        for key in catalog.keys {
            if let entry = catalog.entry(key, language) { check(entry.pattern, key) }
        }
    }

    @Test("over each translated message stands what it says in English", arguments: translated)
    func backTranslations(_ language: MessageLanguage) throws {
        let file = try #require(BoxMessages.files.first { $0.language == language })
        let lines = String(decoding: file.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.contains(" = ") && !line.hasPrefix("#") {
            let above = index > 0 ? lines[index - 1] : ""
            #expect(above.hasPrefix("# ") && above.count > 2, "\(file.name), line \(index + 1)")
            // Gurmukhi and Polish letters do not belong into an English sentence.
            let isName = line.hasPrefix("language.")
            let isASCII = above.utf8.allSatisfy { $0 < 128 }
            let hasQuotes = above.contains("“") || above.contains("·")
            #expect(isName || isASCII || hasQuotes, "\(file.name), line \(index)")
        }
    }

    @Test("Punjabi is written in Gurmukhi: no Latin word but Wi-Fi, OK and names")
    func gurmukhi() throws {
        let catalog = try BoxMessages.catalog()
        for key in catalog.keys where !BoxMessagesTests.shared.contains(key) {
            let text = catalog.text(key, in: .punjabi, ["n": 1])
            let latin = text.split { !$0.isASCII || !$0.isLetter }.map(String.init)
            #expect(Set(latin).isSubset(of: ["Wi", "Fi", "OK"]), "\(key): \(text)")
        }
    }

    @Test("words keep the house's manners: no exclamation mark, no please, no double space")
    func manners() throws {
        let catalog = try BoxMessages.catalog()
        for language in MessageLanguage.written {
            for key in catalog.keys {
                let text = catalog.text(key, in: language, Samples.slots)
                #expect(!text.contains("!") && !text.contains("  "), "\(language) \(key)")
            }
        }
        for key in catalog.keys {
            let words = catalog.text(key, in: .english, Samples.slots).lowercased()
            for banned in ["please", "successfully", "oops", "simply", "downtime"] {
                #expect(!words.contains(banned), "\(key): \(words)")
            }
        }
    }

    @Test("with its values no message shows a gap, in any language")
    func samples() throws {
        let catalog = try BoxMessages.catalog()
        for language in MessageLanguage.allCases {
            for key in catalog.keys { _ = catalog.text(key, in: language, Samples.slots) }
        }
        #expect(catalog.gaps.all.isEmpty, "\(catalog.gaps.all)")
    }

    @Test(
        "the offline bar says how many entries wait, in each language's grammar",
        arguments: [
            (MessageLanguage.english, Int64(0), "No Wi-Fi since 11:19. Keep going."),
            (
                .english, 2,
                "No Wi-Fi since 11:19. Keep going. 2 entries are saved on this tablet and will be"
                    + " sent by themselves."
            ),
            (
                .polish, 1,
                "Brak Wi-Fi od 11:19. Można pracować dalej. 1 wpis jest zapisany na tym tablecie"
                    + " i wyśle się sam."
            ),
            (
                .polish, 5,
                "Brak Wi-Fi od 11:19. Można pracować dalej. 5 wpisów jest zapisanych na tym"
                    + " tablecie i wyśle się samo."
            ),
            (
                .romanian, 20,
                "Fără Wi-Fi de la 11:19. Puteți lucra mai departe. 20 de înregistrări sunt salvate"
                    + " pe această tabletă și se vor trimite singure."
            ),
            (
                .punjabi, 2,
                "11:19 ਤੋਂ Wi-Fi ਨਹੀਂ ਹੈ। ਕੰਮ ਜਾਰੀ ਰੱਖੋ। 2 ਐਂਟਰੀਆਂ ਇਸ ਟੈਬਲੇਟ ਉੱਤੇ ਸੇਵ ਹਨ ਅਤੇ ਆਪੇ"
                    + " ਭੇਜੀਆਂ ਜਾਣਗੀਆਂ।"
            ),
        ] as [(MessageLanguage, Int64, String)])
    func offline(_ language: MessageLanguage, _ count: Int64, _ expected: String) throws {
        let catalog = try BoxMessages.catalog()
        let text = catalog.text(
            "operator.offline.bar", in: language, ["count": .whole(count), "time": "11:19"])
        #expect(text == expected)
    }

    @Test("the call for help is answered as the design shows it")
    func help() throws {
        let catalog = try BoxMessages.catalog()
        let text = catalog.text(
            "operator.help.answered", in: .english,
            ["answer": "onMyWay", "time": "11:26", "person": "Dave"])
        #expect(text == "Asked 11:26. Dave: on my way.")
    }

    @Test("the names on the language switch are those of the languages")
    func names() throws {
        let catalog = try BoxMessages.catalog()
        for language in MessageLanguage.written {
            for (key, named) in [
                ("english", MessageLanguage.english), ("polish", .polish),
                ("romanian", .romanian), ("punjabi", .punjabi),
            ] {
                #expect(catalog.text("language." + key, in: language) == named.ownName)
            }
        }
    }
}
