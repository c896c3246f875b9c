// A saved way to bring in files of one kind: the plan and the decisions about the sheet, as JSON.
//
// The text is the canonical form of the journal's facts: names sorted, no spaces, no floats.

import Plant
public import Sheets

/// A plan that is kept for the next file with the same headings.
public struct ImportMapping: Hashable, Sendable {
    /// The version of the text that is written; later ones are refused.
    public static let version: Int64 = 1

    /// The headings of the files that it is for.
    public let signature: String
    /// The plan; a day that was set for all rows of one file is not kept.
    public let plan: ImportPlan
    /// What was decided about the sheet; rows left out at its end are not kept.
    public let decisions: Decisions

    /// A mapping of a table that was planned.
    public init(_ table: TableGuess, plan: ImportPlan) {
        signature = Self.signature(of: table)
        var kept = plan
        kept.day = nil
        kept.kind = plan.settledKind
        self.plan = kept
        decisions = table.decisions.lasting
    }

    init(signature: String, plan: ImportPlan, decisions: Decisions) {
        (self.signature, self.plan, self.decisions) = (signature, plan, decisions)
    }

    /// What files of one kind share: places and headings of their columns in plain form.
    public static func signature(of table: TableGuess) -> String {
        table.columns.map { "\($0.index) \(PlainText.key($0.name))" }.joined(separator: "|")
    }

    /// Whether a table has the same headings.
    public func fits(_ table: TableGuess) -> Bool { signature == Self.signature(of: table) }

    /// The mapping as JSON text.
    public var text: String { String(decoding: facts.canonicalBytes, as: UTF8.self) }

    private var facts: Fact {
        var members: [String: Fact] = [
            "format": .text(Self.format), "version": .whole(Self.version),
            "signature": .text(signature), "zone": .text(plan.zone.name),
            "unseen_stops": .text(plan.unseenStops.rawValue),
        ]
        members["kind"] = plan.kind.map { .text($0.rawValue) }
        members["machine"] = plan.machine.map { .text($0.text) }
        members["duration_unit"] = plan.durationUnit.map { .text($0.rawValue) }
        members["day_meaning"] = plan.dayMeaning.map { .text($0.rawValue) }
        members["repeated"] = plan.repeated.map { .text($0.rawValue) }
        members["roles"] = .list(
            plan.roles.sorted { $0.key < $1.key }.map { column, role in
                var entry: [String: Fact] = [
                    "column": .whole(Int64(column)), "role": .text(role.code),
                ]
                switch role {
                case .measurement(.signal(let id)): entry["signal"] = .whole(Int64(id.number))
                case .measurement(.ofMachine(let slug)): entry["slug"] = .text(slug.text)
                default: break
                }
                return .object(entry)
            })
        members["reasons"] = .list(
            plan.reasons.sorted { $0.key < $1.key }.map { text, choice in
                var entry: [String: Fact] = ["text": .text(text)]
                switch choice {
                case .reason(let id, let detail):
                    (entry["reason"], entry["detail"]) = (.text(id.text), .text(detail))
                case .addNew(let name, let loss):
                    (entry["add"], entry["loss"]) = (.text(name), .text(loss.rawValue))
                case .noteOnly: entry["note"] = .flag(true)
                }
                return .object(entry)
            })
        members["machines"] = .list(
            plan.machines.sorted { $0.key < $1.key }.map { text, choice in
                var entry: [String: Fact] = ["text": .text(text)]
                switch choice {
                case .machine(let id): entry["machine"] = .text(id.text)
                case .addNew(let name): entry["add"] = .text(name)
                case .leaveOut: entry["leave_out"] = .flag(true)
                }
                return .object(entry)
            })
        members["shifts"] = Self.pairs(plan.shifts.mapValues(\.text), "shift")
        members["states"] = Self.pairs(plan.states.mapValues(\.rawValue), "state")
        members["sheet"] = SheetDecisions.facts(decisions)
        return .object(members)
    }

    static let format = "millwright.import-mapping"

    private static func pairs(_ pairs: [String: String], _ name: String) -> Fact {
        .list(
            pairs.sorted { $0.key < $1.key }.map {
                .object(["text": .text($0.key), name: .text($0.value)])
            })
    }
}
