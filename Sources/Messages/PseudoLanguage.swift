// The pseudo-language: English that shows what was not translated and what was cut.

/// Makes messages of the pseudo-language from English ones.
///
/// Letters get accents, so that text outside the message files is seen by having none. Letters
/// are repeated until each piece of text is at least 40 % longer, and the whole stands in ⟦ ⟧, so
/// that a missing bracket shows cut text. Slots and the structure of blocks stay.
enum PseudoLanguage {
    private static let small: [Unicode.Scalar] = Array("áƀçđéƒǧħíĵķłɱñöƥɋřšţüṽŵẋýž".unicodeScalars)
    private static let large: [Unicode.Scalar] = Array("ÁƁÇĐÉƑĞĤÍĴĶŁṀÑÖƤɊŘŠŢÜṼŴẊÝŽ".unicodeScalars)

    /// The message in the pseudo-language.
    static func pattern(_ english: MessagePattern) -> MessagePattern {
        var parts = longer(english).parts
        parts.insert(.literal("⟦"), at: 0)
        parts.append(.literal("⟧"))
        return MessagePattern(parts: joined(parts))
    }

    private static func longer(_ pattern: MessagePattern) -> MessagePattern {
        let parts = pattern.parts.map { part -> MessagePart in
            switch part {
            case .literal(let text): .literal(longer(text))
            case .slot: part
            case .plural(let name, let branches):
                .plural(
                    name,
                    branches.map {
                        PluralBranch(selector: $0.selector, pattern: longer($0.pattern))
                    })
            case .select(let name, let branches):
                .select(
                    name,
                    branches.map { SelectBranch(word: $0.word, pattern: longer($0.pattern)) })
            }
        }
        return MessagePattern(parts: parts)
    }

    /// Repeats letters so that 5 characters become 7; a rest is rounded up.
    private static func longer(_ text: String) -> String {
        var result: [Unicode.Scalar] = []
        var end: Int?
        var owed = 0
        for scalar in text.unicodeScalars {
            let accented = accented(scalar)
            result.append(accented)
            owed += 2
            guard accented != scalar else { continue }
            while owed >= 5 {
                result.append(accented)
                owed -= 5
            }
            end = result.count
        }
        // Without a letter there is nothing that a reader would see cut.
        guard let end else { return text }
        let rest = repeatElement(result[end - 1], count: (owed + 4) / 5)
        result.insert(contentsOf: rest, at: end)
        return String(String.UnicodeScalarView(result))
    }

    private static func accented(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "a"..."z": small[Int(scalar.value - 97)]
        case "A"..."Z": large[Int(scalar.value - 65)]
        default: scalar
        }
    }

    /// Neighbouring literals as one.
    private static func joined(_ parts: [MessagePart]) -> [MessagePart] {
        var result: [MessagePart] = []
        for part in parts {
            if case .literal(let text) = part, case .literal(let before) = result.last {
                result[result.count - 1] = .literal(before + text)
            } else {
                result.append(part)
            }
        }
        return result
    }
}
