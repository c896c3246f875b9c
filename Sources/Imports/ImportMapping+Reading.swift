// Reads a saved mapping back; anything that it does not know is an error that names its place.

public import Plant
import Sheets

extension ImportMapping {
    /// A mapping from its JSON text; `zone` gives the rules of an IANA zone, nil where unknown.
    ///
    /// Throws `newerMapping` for a later version and `mapping` for anything else that does not
    /// fit, naming the member.
    public init(text: String, zone: (String) -> ZoneRules?) throws(ImportError) {
        guard text.utf8.count <= ImportsLimits.mappingBytes else {
            throw .mapping(what: "It has over \(ImportsLimits.mappingBytes >> 20) MB")
        }
        let fact: Fact
        do throws(FactError) { fact = try Fact(json: Array(text.utf8)) } catch {
            throw .mapping(what: "At byte \(error.offset) there is not \(error.expected)")
        }
        var fields = try MappingFields(fact, path: "")
        guard try fields.optionalText("format") == Self.format else {
            throw .mapping(what: "It is no import mapping")
        }
        let version = try fields.whole("version")
        guard version <= Self.version else {
            throw .newerMapping(version: version, known: Self.version)
        }
        guard version == 1 else { throw .mapping(what: "There is no version \(version)") }
        let signature = try fields.text("signature")
        let zoneName = try fields.text("zone")
        guard let rules = zone(zoneName) else {
            throw .mapping(what: "The time zone \(zoneName.quoted) is not known")
        }
        var plan = ImportPlan(zone: rules)
        plan.unseenStops = try fields.word("unseen_stops")
        plan.kind = try fields.optionalWord("kind")
        plan.machine = try fields.optionalSlug("machine")
        plan.durationUnit = try fields.optionalWord("duration_unit")
        plan.dayMeaning = try fields.optionalWord("day_meaning")
        plan.repeated = try fields.optionalWord("repeated")
        try Self.readRoles(&fields, &plan)
        try Self.readReasons(&fields, &plan)
        try Self.readMachines(&fields, &plan)
        for var entry in try fields.entries("shifts") {
            plan.shifts[try entry.text("text")] = try entry.slug("shift")
            try entry.end()
        }
        for var entry in try fields.entries("states") {
            plan.states[try entry.text("text")] = try entry.word("state")
            try entry.end()
        }
        let decisions = try SheetDecisions.read(&fields)
        try fields.end()
        self.init(signature: signature, plan: plan, decisions: decisions)
    }

    private static func readRoles(
        _ fields: inout MappingFields, _ plan: inout ImportPlan
    ) throws(ImportError) {
        var singles: Set<ColumnRole> = []
        for var entry in try fields.entries("roles") {
            let column = try entry.index("column")
            let code = try entry.text("role")
            guard var role = ColumnRole(code: code) else {
                throw entry.fail("role", "a known role, and is \(code.quoted)")
            }
            if role.isMeasurement {
                let signal = try entry.optionalWhole("signal")
                let slug = try entry.optionalSlug("slug")
                switch (signal, slug) {
                case (let number?, nil):
                    guard let number = UInt32(exactly: number) else {
                        throw entry.fail("signal", "the number of a signal")
                    }
                    role = .measurement(.signal(SignalID(number)))
                case (nil, let slug?): role = .measurement(.ofMachine(slug))
                case (nil, nil): break
                default: throw entry.fail("slug", "absent beside a signal")
                }
            }
            guard plan.roles[column] == nil else { throw entry.fail("column", "named once") }
            guard role.isShared || singles.insert(role).inserted else {
                throw entry.fail("role", "given once")
            }
            plan.roles[column] = role
            try entry.end()
        }
    }

    private static func readReasons(
        _ fields: inout MappingFields, _ plan: inout ImportPlan
    ) throws(ImportError) {
        for var entry in try fields.entries("reasons") {
            let text = try entry.text("text")
            if let id = try entry.optionalSlug("reason") {
                plan.reasons[text] = .reason(id, detail: try entry.text("detail"))
            } else if let name = try entry.optionalText("add") {
                plan.reasons[text] = .addNew(name: name, loss: try entry.word("loss"))
            } else {
                try entry.flag("note")
                plan.reasons[text] = .noteOnly
            }
            try entry.end()
        }
    }

    private static func readMachines(
        _ fields: inout MappingFields, _ plan: inout ImportPlan
    ) throws(ImportError) {
        for var entry in try fields.entries("machines") {
            let text = try entry.text("text")
            if let id = try entry.optionalSlug("machine") {
                plan.machines[text] = .machine(id)
            } else if let name = try entry.optionalText("add") {
                plan.machines[text] = .addNew(name: name)
            } else {
                try entry.flag("leave_out")
                plan.machines[text] = .leaveOut
            }
            try entry.end()
        }
    }
}

/// The members of one object of a mapping; each is taken once, and none may be left.
struct MappingFields {
    private let path: String
    private var members: [String: Fact]

    init(_ fact: Fact, path: String) throws(ImportError) {
        guard let members = fact.object else {
            throw .mapping(what: "\(path.isEmpty ? "The whole" : path) is not an object")
        }
        (self.path, self.members) = (path, members)
    }

    func fail(_ name: String, _ expected: String) -> ImportError {
        .mapping(what: "\(place(name)) is not \(expected)")
    }

    private func place(_ name: String) -> String { path.isEmpty ? name : path + "." + name }

    /// Throws when a member is left that nobody asked for.
    func end() throws(ImportError) {
        guard let name = members.keys.min() else { return }
        throw .mapping(what: "\(place(name)) is not known to this version")
    }

    private mutating func take(_ name: String) -> Fact? {
        let fact = members.removeValue(forKey: name)
        return fact == Fact.none ? nil : fact
    }

    mutating func optionalText(_ name: String) throws(ImportError) -> String? {
        guard let fact = take(name) else { return nil }
        guard let text = fact.text else { throw fail(name, "a text") }
        return text
    }

    mutating func text(_ name: String) throws(ImportError) -> String {
        guard let text = try optionalText(name) else { throw fail(name, "given") }
        return text
    }

    mutating func optionalWhole(_ name: String) throws(ImportError) -> Int64? {
        guard let fact = take(name) else { return nil }
        guard let whole = fact.whole else { throw fail(name, "a whole number") }
        return whole
    }

    mutating func whole(_ name: String) throws(ImportError) -> Int64 {
        guard let whole = try optionalWhole(name) else { throw fail(name, "given") }
        return whole
    }

    /// The place of a column.
    mutating func index(_ name: String) throws(ImportError) -> Int {
        let whole = try whole(name)
        guard whole >= 0, whole < Int64(SheetsLimits.columns) else {
            throw fail(name, "the place of a column")
        }
        return Int(whole)
    }

    mutating func optionalFlag(_ name: String) throws(ImportError) -> Bool? {
        guard let fact = take(name) else { return nil }
        guard let flag = fact.flag else { throw fail(name, "true or false") }
        return flag
    }

    /// A member that must be true.
    mutating func flag(_ name: String) throws(ImportError) {
        guard try optionalFlag(name) == true else { throw fail(name, "true") }
    }

    mutating func optionalSlug(_ name: String) throws(ImportError) -> Slug? {
        guard let text = try optionalText(name) else { return nil }
        guard let slug = Slug(text) else { throw fail(name, "an id of a to z, digits and hyphens") }
        return slug
    }

    mutating func slug(_ name: String) throws(ImportError) -> Slug {
        guard let slug = try optionalSlug(name) else { throw fail(name, "given") }
        return slug
    }

    mutating func optionalWord<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(ImportError) -> Word? {
        guard let text = try optionalText(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw fail(name, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(ImportError) -> Word {
        guard let word: Word = try optionalWord(name) else { throw fail(name, "given") }
        return word
    }

    /// The objects of a list; none where the member is absent.
    mutating func entries(_ name: String) throws(ImportError) -> [MappingFields] {
        guard let fact = take(name) else { return [] }
        guard let list = fact.list else { throw fail(name, "a list") }
        var entries: [MappingFields] = []
        for (index, fact) in list.enumerated() {
            entries.append(try MappingFields(fact, path: place(name) + "[\(index)]"))
        }
        return entries
    }

    /// An object inside; nil where the member is absent.
    mutating func inner(_ name: String) throws(ImportError) -> MappingFields? {
        guard let fact = take(name) else { return nil }
        return try MappingFields(fact, path: place(name))
    }

    /// A list of whole numbers; nil where the member is absent.
    mutating func wholes(_ name: String) throws(ImportError) -> [Int]? {
        guard let fact = take(name) else { return nil }
        guard let list = fact.list, list.count <= SheetsLimits.headRows else {
            throw fail(name, "a short list of whole numbers")
        }
        var wholes: [Int] = []
        for entry in list {
            guard let whole = entry.whole, let number = Int(exactly: whole) else {
                throw fail(name, "a short list of whole numbers")
            }
            wholes.append(number)
        }
        return wholes
    }
}
