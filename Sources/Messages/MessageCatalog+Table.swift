// The messages of a page as a JSON text for its script.

extension MessageCatalog {
    /// The messages whose keys begin with one of the prefixes, as a JSON object for `messages.js`.
    ///
    /// `{"language": "pl", "english": [keys said in English], "messages": {key: source}}`, keys in
    /// the order of their bytes, plural messages in their source form. It may stand inside a
    /// script element: `<` and the line ends of Unicode are written as escapes. Messages that the
    /// language lacks are counted in ``gaps``. No prefix gives all messages.
    public func table(for language: MessageLanguage, keysUnder prefixes: String...) -> String {
        var messages: [String] = []
        var fallen: [String] = []
        for key in keys where prefixes.isEmpty || prefixes.contains(where: key.hasPrefix) {
            let own = source(of: key, in: language)
            if own == nil {
                fallen.append(MessageCatalog.json(key))
                gaps.count(.translation, language, key)
            }
            guard let text = own ?? source(of: key, in: .english) else { continue }
            messages.append(MessageCatalog.json(key) + ":" + MessageCatalog.json(text))
        }
        return "{\"language\":\(MessageCatalog.json(language.tag)),"
            + "\"english\":[\(fallen.joined(separator: ","))],"
            + "\"messages\":{\(messages.joined(separator: ","))}}"
    }

    /// A text as a JSON string that may stand inside a script element.
    private static func json(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "<": result += "\\u003c"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
