// The questions of an import as the page asks them, and the answers that were given.

import Imports
import Plant
import Sheets

extension ImportPage {
    static func asked(_ step: ImportStep?) -> [ImportModel.Asked] {
        func asked(_ index: Int, _ text: String, _ choices: [String]) -> ImportModel.Asked {
            .init(
                name: "q\(index)", text: text,
                choices: choices.enumerated().map {
                    .init(value: String($0.offset), text: $0.element)
                })
        }
        switch step {
        case .sheet(let sheets):
            return [
                asked(
                    0, "Which sheet?", sheets.map { $0.name + ($0.isHidden ? " (hidden)" : "") })
            ]
        case .reading(let questions):
            return questions.enumerated().map {
                asked($0.offset, $0.element.text, $0.element.choices.map(\.text))
            }
        case .columns(let questions, _), .names(let questions, _):
            return questions.enumerated().map {
                asked($0.offset, $0.element.text, $0.element.choices.map(\.text))
            }
        case nil: return []
        }
    }

    /// What is to be chosen before going on.
    static func missing(_ step: ImportStep?) -> String {
        guard let question = asked(step).first else { return "Look at the page again." }
        return "Choose an answer to: \(question.text)"
    }

    /// Takes up the answers that were given; how many there were.
    static func apply(
        _ form: FormFields, _ steps: ImportSteps, _ file: inout WaitingFile
    ) -> Int {
        var count = 0
        func choice(_ index: Int) -> Int? { form["q\(index)"].flatMap { Int($0) } }
        switch steps.next {
        case .sheet(let sheets):
            if let number = choice(0), sheets.indices.contains(number) {
                file.sheet = number
                count += 1
            }
        case .reading(let questions):
            for (index, question) in questions.enumerated() {
                guard let number = choice(index), question.choices.indices.contains(number) else {
                    continue
                }
                file.decisions[question.id] = question.choices[number].answer
                count += 1
            }
        case .columns(let questions, _), .names(let questions, _):
            var plan = steps.plan
            for (index, question) in questions.enumerated() {
                guard let number = choice(index), question.choices.indices.contains(number) else {
                    continue
                }
                plan?.apply(question.choices[number].change)
                count += 1
            }
            file.plan = plan
        case nil: break
        }
        return count
    }
}
