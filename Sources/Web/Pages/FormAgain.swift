// A form that was refused comes back as it was filled in, with what is wrong written at its head.

import Foundation
import Hummingbird

/// Fills one form of a page that was made by our own templates.
///
/// Only attributes as the templates write them are known: double quotes, `name` inside the tag.
struct FormAgain {
    /// The path that the form posts to.
    let action: String
    /// What was posted.
    let form: FormFields
    /// What is wrong and what to do.
    let trouble: String

    /// The form that was refused, nil where none was.
    init?(_ ask: Ask, _ form: FormFields?, _ refused: RefusedSaying?) {
        guard let form, let refused else { return nil }
        action = ask.request.uri.path
        self.form = form
        trouble = refused.says + " " + refused.remedy
    }

    init(action: String, form: FormFields, trouble: String) {
        (self.action, self.form, self.trouble) = (action, form, trouble)
    }

    /// The page with the form filled in; a page without that form is given back as it is.
    func fill(_ page: String) -> String {
        guard let place = place(in: page) else { return page }
        let head = page[place.lowerBound..<page.index(after: tagEnd(page, place.lowerBound))]
        let body = page[head.endIndex..<place.upperBound]
        let note = "<p class=\"note\"><b>\(FormAgain.escaped(trouble))</b></p>"
        return opened(String(page[..<place.lowerBound])) + head + note + filled(String(body))
            + page[place.upperBound...]
    }

    /// The form of the action whose hidden fields are those posted; of several the one with most.
    private func place(in page: String) -> Range<String.Index>? {
        var best: (place: Range<String.Index>, hidden: Int)?
        var from = page.startIndex
        while let start = page.range(of: "<form ", range: from..<page.endIndex),
            let end = page.range(of: "</form>", range: start.upperBound..<page.endIndex)
        {
            let whole = start.lowerBound..<end.lowerBound
            let tag = page[start.lowerBound..<tagEnd(page, start.lowerBound)]
            if FormAgain.value("action", tag) == FormAgain.escaped(action),
                let hidden = sameHidden(page[whole]), hidden > best?.hidden ?? -1
            {
                best = (whole, hidden)
            }
            from = end.upperBound
        }
        return best?.place
    }

    /// How many hidden fields a form has, nil where one differs from what was posted.
    private func sameHidden(_ shown: Substring) -> Int? {
        var count = 0
        for input in shown.split(separator: "<input ").dropFirst() {
            let tag = " " + input.prefix { $0 != ">" }
            guard FormAgain.value("type", tag[...]) == "hidden",
                let name = FormAgain.value("name", tag[...]), name != "token",
                name != PlaceMark.field
            else { continue }
            guard form[name].map(FormAgain.escaped) == FormAgain.value("value", tag[...]) else {
                return nil
            }
            count += 1
        }
        return count
    }

    private func tagEnd(_ page: String, _ start: String.Index) -> String.Index {
        page[start...].firstIndex(of: ">") ?? page.index(before: page.endIndex)
    }

    /// The text before the form, with the fold open that the form lies in.
    private func opened(_ before: String) -> String {
        guard let fold = before.range(of: "<details", options: .backwards),
            before.range(of: "</details>", range: fold.upperBound..<before.endIndex) == nil
        else { return before }
        return before.replacingCharacters(in: fold, with: "<details open")
    }

    private func filled(_ body: String) -> String {
        var done = ""
        var rest = body[...]
        var select: String?
        while let start = rest.firstIndex(of: "<") {
            done += rest[..<start]
            let end = rest[start...].firstIndex(of: ">").map(rest.index(after:)) ?? rest.endIndex
            let tag = rest[start..<end]
            rest = rest[end...]
            if tag.hasPrefix("<input ") {
                done += input(tag)
            } else if tag.hasPrefix("<select "), let name = FormAgain.value("name", tag) {
                select = name
                done += tag
            } else if tag.hasPrefix("</select") {
                select = nil
                done += tag
            } else if tag.hasPrefix("<option"), let select,
                let value = FormAgain.value("value", tag)
            {
                done += FormAgain.marked(
                    tag, "selected", form[select].map(FormAgain.escaped) == value)
            } else if tag.hasPrefix("<textarea "), let name = FormAgain.value("name", tag),
                let typed = form[name], let close = rest.range(of: "</textarea>")
            {
                done += tag + FormAgain.escaped(typed)
                rest = rest[close.lowerBound...]
            } else {
                done += tag
            }
        }
        return done + rest
    }

    private func input(_ tag: Substring) -> String {
        guard let name = FormAgain.value("name", tag) else { return String(tag) }
        switch FormAgain.value("type", tag) {
        case "hidden", "file", "password": return String(tag)
        case "checkbox", "radio":
            let value = FormAgain.value("value", tag) ?? "on"
            let isChosen = form.all(name).contains { FormAgain.escaped($0) == value }
            return FormAgain.marked(tag, "checked", isChosen)
        default:
            guard let typed = form[name] else { return String(tag) }
            let value = " value=\"\(FormAgain.escaped(typed))\""
            if let old = FormAgain.value("value", tag) {
                return String(
                    tag.replacing(" value=\"\(old)\"", with: value, maxReplacements: 1))
            }
            return tag.dropLast() + value + ">"
        }
    }

    /// The value of an attribute as it is written, escapes and all.
    private static func value(_ attribute: String, _ tag: Substring) -> String? {
        guard let start = tag.range(of: " \(attribute)=\"") else { return nil }
        return tag[start.upperBound...].firstIndex(of: "\"").map {
            String(tag[start.upperBound..<$0])
        }
    }

    private static func marked(_ tag: Substring, _ word: String, _ isSet: Bool) -> String {
        let plain = tag.dropLast().replacing(" \(word)", with: "")
        return plain + (isSet ? " \(word)>" : ">")
    }

    /// As the templates escape: `&`, `<`, `>`, `"` and `'`.
    static func escaped(_ text: String) -> String {
        text.reduce(into: "") { done, character in
            switch character {
            case "&": done += "&amp;"
            case "<": done += "&lt;"
            case ">": done += "&gt;"
            case "\"": done += "&quot;"
            case "'": done += "&#39;"
            default: done.append(character)
            }
        }
    }
}
