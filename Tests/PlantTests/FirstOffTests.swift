// A first part that was not right stands until a complete round says that it is.

import Testing

@testable import Plant

@Suite struct FirstOffTests {
    private let list = CheckList(
        id: "first", name: "First part", moment: .firstOff, product: "Valve body",
        steps: [
            CheckStep(id: "bore", says: "Bore", kind: .value, lower: 24.98, upper: 25.02),
            CheckStep(id: "burr", says: "No burr", kind: .good),
            CheckStep(id: "remark", says: "Remark", kind: .text, isRequired: false),
        ])

    /// Answers such as `bore+`, `burr-`, a minute apart.
    private func checks(_ words: String, of list: Slug = "first") throws -> [StoredCheck] {
        try words.split(separator: " ").enumerated().map { place, word in
            let step = try #require(Slug(String(word.dropLast())))
            let isGood: Bool? = word.last == "-" ? false : word.last == "+" ? true : nil
            return StoredCheck(
                answer: CheckAnswer(
                    job: "4711", machine: "bench", list: list, step: step, asked: "",
                    answer: "", isGood: isGood, at: Timestamp(seconds: Int64(place) * 60)),
                actor: "Ann", sequence: Int64(place))
        }
    }

    @Test(
        "what stands against the first part",
        arguments: [
            ("", nil), ("bore+ burr+", nil), ("bore- burr+", 0), ("bore+ burr- remark?", 60),
            // Half a round, or the one step alone, is no complete first part.
            ("bore- burr+ bore+", 0), ("bore- burr+ bore+ burr+", nil),
            // The second round was not right either: the later finding stands.
            ("bore- burr+ bore+ burr-", 180),
            // A right one, then a wrong one.
            ("bore+ burr+ bore+ burr-", 180),
        ] as [(String, Int64?)])
    func stands(words: String, seconds: Int64?) throws {
        let found = CheckList.firstOffWrong([list], try checks(words))
        #expect(found == seconds.map { Timestamp(seconds: $0) })
    }

    @Test("only lists of the first part count, each for itself")
    func otherLists() throws {
        let during = CheckList(id: "during", name: "Hourly", moment: .during, steps: list.steps)
        let wrong = try checks("bore- burr+", of: "during")
        #expect(CheckList.firstOffWrong([list, during], wrong) == nil)
        let right = try checks("bore+ burr+", of: "second")
        let first = try checks("bore- burr+")
        #expect(CheckList.firstOffWrong([list], first + right) != nil)
    }

    @Test("a step that the list has no longer is not waited for")
    func stepTakenAway() throws {
        let found = CheckList.firstOffWrong([list], try checks("gone- bore+ burr+ bore+ burr+"))
        #expect(found == nil)
    }

    @Test("a list is asked of its product in whatever case, one without a product of all")
    func products() {
        #expect(list.isAsked(of: "valve BODY"))
        #expect(!list.isAsked(of: "Pin"))
        let all = CheckList(id: "all", name: "All", moment: .last, steps: list.steps)
        #expect(all.isAsked(of: "Pin"))
    }
}
