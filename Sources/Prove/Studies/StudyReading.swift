// Reads a study from its text and names the member that does not fit.
public import Plant

extension Study {
    /// A study from its text.
    public init(bytes: [UInt8]) throws(ProveError) {
        guard bytes.count <= ProveLimits.studyBytes else {
            throw ProveError(
                place: "study", problem: "more than \(ProveLimits.studyBytes) bytes",
                remedy: "Export it with longer periods.")
        }
        let fact: Fact
        do {
            fact = try Fact(json: bytes)
        } catch {
            throw ProveError(
                place: "study, byte \(error.offset)", problem: "not \(error.expected)",
                remedy: "Give the file as it was exported.")
        }
        try self.init(fact: fact)
    }

    /// A study from its content.
    public init(fact: Fact) throws(ProveError) {
        let fields = try StudyFields(fact, path: "")
        guard try fields.text("form") == "study/1" else {
            throw fields.fail("form", "study/1")
        }
        guard try fields.text("method") == Study.method else {
            throw fields.fail("method", "\(Study.method), the method of this version")
        }
        guard let machine = Slug(try fields.text("machine")) else {
            throw fields.fail("machine", "a machine's id")
        }
        let measure = try fields.object("measure")
        let terms = try fields.object("terms")
        var points: [StudyPoint] = []
        for point in try fields.objects("points") { points.append(try Study.point(point)) }
        var exclusions: [StudyExclusion] = []
        for one in try fields.objects("exclusions") {
            exclusions.append(
                StudyExclusion(
                    from: try one.date("from"), through: try one.date("through"),
                    reason: try one.text("reason")))
        }
        var others: [OtherChange] = []
        for one in try fields.objects("others") {
            others.append(OtherChange(date: try one.date("date"), name: try one.text("name")))
        }
        guard let seed = UInt64(try fields.text("seed")) else {
            throw fields.fail("seed", "a whole number from 0 to 2^64 - 1 as text")
        }
        try self.init(
            name: try fields.text("name"), machine: machine,
            measure: StudyMeasure(
                name: try measure.text("name"), unit: try measure.text("unit"),
                isLessBetter: try measure.oneOf("better", ["less", "more"]) == "less",
                periodsPerWeek: try measure.whole("periods_per_week")),
            change: try fields.date("change"),
            registered: fields.isAbsent("registered") ? nil : try fields.date("registered"),
            choice: try Study.choice(try fields.object("choice")), exclusions: exclusions,
            others: others,
            terms: SegmentedTerms(
                hasTrend: try terms.flag("trend"), hasSlope: try terms.flag("slope")),
            columns: try fields.texts("columns"), untouched: try fields.texts("untouched"),
            points: points, money: try Study.money(try fields.object("money")), seed: seed)
    }

    private static func point(_ fields: StudyFields) throws(ProveError) -> StudyPoint {
        StudyPoint(
            index: try fields.whole("index"), date: try fields.date("date"),
            value: try fields.decimal("value"), coverage: try fields.decimal("coverage"),
            columns: try fields.decimals("columns"), untouched: try fields.decimals("untouched"))
    }

    private static func choice(_ fields: StudyFields) throws(ProveError) -> BaselineChoice {
        let kinds = ["fixed-beforehand", "because-bad", "unknown"]
        switch try fields.oneOf("kind", kinds) {
        case "fixed-beforehand": return .fixedBeforehand
        case "because-bad":
            return .becauseBad(from: try fields.date("from"), through: try fields.date("through"))
        default: return .unknown
        }
    }

    private static func money(_ fields: StudyFields) throws(ProveError) -> StudyMoney {
        guard let currency = Currency(try fields.text("currency")) else {
            throw fields.fail("currency", "an ISO 4217 code")
        }
        var answers: [CostLine: AmountRange] = [:]
        let costs = try fields.object("costs")
        for name in costs.members.keys.sorted() {
            guard let line = CostLine(rawValue: name) else {
                throw costs.fail(name, "a line of the checklist")
            }
            let numbers = try costs.wholes(name)
            guard numbers.count == 3,
                let amount = AmountRange(low: numbers[0], mode: numbers[1], high: numbers[2])
            else { throw costs.fail(name, "three amounts that do not fall, from 0") }
            answers[line] = amount
        }
        var grants: [GrantOffer] = []
        for one in try fields.objects("grants") {
            guard
                let grant = GrantOffer(
                    scheme: try one.text("scheme"), amount: Int64(try one.whole("amount")),
                    source: try one.text("source"), checkedOn: try one.date("checked_on"))
            else { throw one.fail("amount", "at least 0") }
            grants.append(grant)
        }
        var worth: Triangle?
        if !fields.isAbsent("worth") {
            let numbers = try fields.decimals("worth")
            guard numbers.count == 3,
                let triangle = Triangle(low: numbers[0], mode: numbers[1], high: numbers[2])
            else { throw fields.fail("worth", "three numbers that do not fall") }
            worth = triangle
        }
        guard
            let basis = WorthBasis(
                rawValue: try fields.oneOf("basis", WorthBasis.allCases.map(\.rawValue)))
        else { throw fields.fail("basis", "sold, avoided or unanswered") }
        return StudyMoney(
            costs: AdoptionLedger(currency: currency, answers: answers, grants: grants),
            basis: basis, worth: worth, weeksPerYear: try fields.whole("weeks_per_year"),
            limitWeeks: try fields.whole("limit_weeks"), rate: try fields.decimal("rate"),
            years: try fields.whole("years"), residual: Int64(try fields.whole("residual")))
    }
}

/// The members of one object of a study's text.
private struct StudyFields {
    let path: String
    let members: [String: Fact]

    init(_ fact: Fact, path: String) throws(ProveError) {
        guard case .object(let members) = fact else {
            throw ProveError(
                place: path.isEmpty ? "study" : path, problem: "not an object",
                remedy: StudyFields.remedy)
        }
        self.path = path
        self.members = members
    }

    static let remedy = "See docs/formats/study.md, or give the file as it was exported."

    func fail(_ name: String, _ expected: String) -> ProveError {
        ProveError(
            place: path.isEmpty ? name : path + "." + name, problem: "not \(expected)",
            remedy: StudyFields.remedy)
    }

    func isAbsent(_ name: String) -> Bool { members[name] == nil || members[name] == Fact.none }

    func text(_ name: String) throws(ProveError) -> String {
        guard let text = members[name]?.text else { throw fail(name, "a text") }
        return text
    }

    func oneOf(_ name: String, _ words: [String]) throws(ProveError) -> String {
        guard let text = members[name]?.text, words.contains(text) else {
            throw fail(name, words.joined(separator: ", "))
        }
        return text
    }

    func whole(_ name: String) throws(ProveError) -> Int {
        guard let whole = members[name]?.whole, let number = Int(exactly: whole) else {
            throw fail(name, "a whole number")
        }
        return number
    }

    func flag(_ name: String) throws(ProveError) -> Bool {
        guard let flag = members[name]?.flag else { throw fail(name, "true or false") }
        return flag
    }

    func date(_ name: String) throws(ProveError) -> CivilDate {
        guard let date = members[name]?.text.flatMap({ CivilDate($0) }) else {
            throw fail(name, "a date such as 2026-11-13")
        }
        return date
    }

    func decimal(_ name: String) throws(ProveError) -> Double {
        guard let number = members[name]?.text.flatMap(DecimalText.number) else {
            throw fail(name, "a decimal number as text")
        }
        return number
    }

    func list(_ name: String) throws(ProveError) -> [Fact] {
        guard let list = members[name]?.list else { throw fail(name, "a list") }
        return list
    }

    func texts(_ name: String) throws(ProveError) -> [String] {
        let list = try list(name)
        let texts = list.compactMap(\.text)
        guard texts.count == list.count else { throw fail(name, "a list of texts") }
        return texts
    }

    func wholes(_ name: String) throws(ProveError) -> [Int64] {
        let list = try list(name)
        let wholes = list.compactMap(\.whole)
        guard wholes.count == list.count else { throw fail(name, "a list of whole numbers") }
        return wholes
    }

    func decimals(_ name: String) throws(ProveError) -> [Double] {
        let list = try list(name)
        let numbers = list.compactMap { $0.text.flatMap(DecimalText.number) }
        guard numbers.count == list.count else { throw fail(name, "a list of decimal texts") }
        return numbers
    }

    func object(_ name: String) throws(ProveError) -> StudyFields {
        try StudyFields(
            members[name] ?? .none, path: path.isEmpty ? name : path + "." + name)
    }

    func objects(_ name: String) throws(ProveError) -> [StudyFields] {
        var objects: [StudyFields] = []
        for (number, fact) in try list(name).enumerated() {
            let place = (path.isEmpty ? name : path + "." + name) + "[\(number)]"
            objects.append(try StudyFields(fact, path: place))
        }
        return objects
    }
}
