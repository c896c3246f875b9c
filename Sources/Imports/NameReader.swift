// Turns the names in rows into ids under a plan, each text once; makes ids for what is new.

import Plant

/// What a reason of a row means.
enum ReasonMeaning: Hashable {
    case reason(Slug, detail: String, loss: LossKind)
    case note(String)
}

/// Names of rows as ids.
struct NameReader {
    private let plan: ImportPlan
    private let site: ImportSite
    private var machines: [String: Result<Slug?, RowRefusal>] = [:]
    private var reasons: [String: Result<ReasonMeaning, RowRefusal>] = [:]
    private var states: [String: StateMeaning?] = [:]
    /// Reasons that the plan adds, by the plain form of their names.
    private var newReasons: [String: StopReason] = [:]
    /// Machines that the plan adds, by the plain form of their names.
    private var newMachines: [String: (id: Slug, name: String)] = [:]

    init(plan: ImportPlan, site: ImportSite) {
        (self.plan, self.site) = (plan, site)
        var taken = site.takenReasons
        for (_, choice) in plan.reasons.sorted(by: { $0.key < $1.key }) {
            guard case .addNew(let name, let loss) = choice else { continue }
            let key = NameIndex.key(name)
            guard newReasons[key] == nil, site.reasonNames.exact(key) == nil else { continue }
            let id = Self.free(name, taken, Slug("reason"))
            taken.insert(id)
            newReasons[key] = StopReason(id: id, name: name, loss: loss)
        }
        taken = site.takenMachines
        for (_, choice) in plan.machines.sorted(by: { $0.key < $1.key }) {
            guard case .addNew(let name) = choice else { continue }
            let key = NameIndex.key(name)
            guard newMachines[key] == nil, site.machineNames.exact(key) == nil else { continue }
            let id = Self.free(name, taken, Slug("machine"))
            taken.insert(id)
            newMachines[key] = (id, name)
        }
    }

    /// An id that was never given.
    private static func free(_ name: String, _ taken: Set<Slug>, _ fallback: Slug) -> Slug {
        let first = Slug(name: name, fallback: fallback)
        var number = 2
        var slug = first
        while taken.contains(slug) {
            slug = Slug(name: String(first.text.prefix(34)) + "-\(number)", fallback: first)
            number += 1
        }
        return slug
    }

    /// The events that add machines and reasons, in a fixed order; those used only.
    func additions(machines used: Set<Slug>, reasons usedReasons: Set<Slug>) -> [FactoryEvent] {
        let machines = newMachines.values.filter { used.contains($0.id) }
            .sorted { $0.id < $1.id }
            .map { FactoryEvent.machineAdded(id: $0.id, name: $0.name, area: nil) }
        let reasons = newReasons.values.filter { usedReasons.contains($0.id) }
            .sorted { $0.id < $1.id }.map(FactoryEvent.reasonSet)
        return machines + reasons
    }

    /// The name of a machine, new ones too.
    func name(_ machine: Slug) -> String {
        newMachines.values.first { $0.id == machine }?.name ?? site.name(machine)
    }

    /// The name of a reason, new ones too.
    func name(reason: Slug) -> String {
        site.reasons[reason]?.name ?? newReasons.values.first { $0.id == reason }?.name
            ?? reason.text
    }

    /// The machine of a row; nil where its rows are left out.
    mutating func machine(_ fields: RowFields) throws(RowRefusal) -> Slug? {
        guard let text = fields.text(.machine) else {
            if let machine = plan.machine { return machine }
            throw RowRefusal(fields.name(.machine), "No machine is given.")
        }
        if let known = machines[text] { return try known.get() }
        let found = find(machine: text, fields.name(.machine))
        machines[text] = found
        return try found.get()
    }

    private func find(machine text: String, _ column: String?) -> Result<Slug?, RowRefusal> {
        let key = NameIndex.key(text)
        switch plan.machines[key] {
        case .machine(let id):
            guard site.machines[id] != nil else {
                return .failure(RowRefusal(column, "The machine `\(id)` is no longer in use."))
            }
            return .success(id)
        case .addNew(let name):
            guard name.count <= ImportsLimits.nameCharacters, !name.isEmpty else {
                return .failure(RowRefusal(column, "A new machine needs a shorter name."))
            }
            let newKey = NameIndex.key(name)
            guard let id = newMachines[newKey]?.id ?? site.machineNames.exact(newKey) else { break }
            return .success(id)
        case .leaveOut: return .success(nil)
        case nil: break
        }
        if let id = site.machineNames.exact(key) { return .success(id) }
        let nearest = site.machineNames.suggestions(key).first
        let hint = nearest.map { " It is near \($0.name.quoted)." } ?? ""
        return .failure(RowRefusal(column, "\(text.quoted) is not a machine of this site." + hint))
    }

    /// The reason of a row, nil where none is given.
    mutating func reason(_ fields: RowFields) throws(RowRefusal) -> ReasonMeaning? {
        guard let text = fields.text(.reason) else { return nil }
        if let known = reasons[text] { return try known.get() }
        let found = find(reason: text, fields.name(.reason))
        reasons[text] = found
        return try found.get()
    }

    private func find(reason text: String, _ column: String?) -> Result<ReasonMeaning, RowRefusal> {
        let key = NameIndex.key(text)
        switch plan.reasons[key] {
        case .reason(let id, let detail):
            guard let reason = site.reasons[id] else {
                return .failure(RowRefusal(column, "The reason `\(id)` is no longer offered."))
            }
            return .success(.reason(id, detail: detail, loss: reason.loss))
        case .addNew(let name, _):
            guard name.count <= ImportsLimits.nameCharacters, !name.isEmpty else {
                return .failure(RowRefusal(column, "A new reason needs a shorter name."))
            }
            let newKey = NameIndex.key(name)
            let known = site.reasonNames.exact(newKey).flatMap { site.reasons[$0] }
            guard let reason = newReasons[newKey] ?? known else { break }
            return .success(.reason(reason.id, detail: "", loss: reason.loss))
        case .noteOnly: return .success(.note(text))
        case nil: break
        }
        if let id = site.reasonNames.exact(key), let reason = site.reasons[id] {
            return .success(.reason(id, detail: "", loss: reason.loss))
        }
        let nearest = site.reasonNames.suggestions(key).first
        let hint = nearest.map { " It is near \($0.name.quoted)." } ?? ""
        return .failure(RowRefusal(column, "\(text.quoted) is not a reason of this site." + hint))
    }

    /// What a row says that the machine did, nil where it says nothing.
    mutating func state(_ fields: RowFields) throws(RowRefusal) -> StateMeaning? {
        guard let text = fields.text(.state) else { return nil }
        let found: StateMeaning?
        if let known = states[text] {
            found = known
        } else {
            found = plan.states[NameIndex.key(text)] ?? StateMeaning(word: text)
            states[text] = .some(found)
        }
        guard let found else {
            throw RowRefusal(
                fields.name(.state), "Nobody has said what the machine did in \(text.quoted).")
        }
        return found
    }
}
