// What a site of a trade usually begins with: reasons for stops in words that people there use.

/// A trade with the reasons that its machines stand for.
public enum Trade: String, Hashable, Sendable, CaseIterable {
    /// Turning, milling, grinding.
    case machining
    /// Injection moulding and blow moulding.
    case moulding
    /// Cutting, bending, welding.
    case fabrication
    /// Mixing, baking, filling, packing.
    case food
    /// Printing, cutting, folding.
    case printing
    /// Sawing, planing, boring, edging.
    case wood

    /// The trade's name.
    public var name: String {
        switch self {
        case .machining: "Machining"
        case .moulding: "Moulding"
        case .fabrication: "Fabrication and welding"
        case .food: "Food and drink"
        case .printing: "Printing and packaging"
        case .wood: "Wood and furniture"
        }
    }

    /// Eight reasons, the usual ones first; a site changes, adds and retires them as it likes.
    public var reasons: [StopReason] {
        ordered.enumerated().map { place, reason in
            StopReason(
                id: reason.id, name: reason.name, loss: reason.loss, details: reason.details,
                place: Int64(place) + 1)
        }
    }

    private var ordered: [StopReason] {
        switch self {
        case .machining:
            Trade.common + [
                reason(
                    "tooling", "Tooling", .stoppage,
                    ["Worn insert", "Broken tool", "Offset", "Missing tool"]),
                reason(
                    "quality-check", "Quality check", .stoppage,
                    ["First part", "Bore", "Surface", "Waiting for inspection"]),
                reason(
                    "swarf", "Swarf or coolant", .stoppage, ["Swarf", "Coolant low", "Conveyor"]),
            ]
        case .moulding:
            Trade.common + [
                reason(
                    "tool-change", "Tool change", .setup,
                    ["Planned change", "Tool repair", "Start-up"]),
                reason("part-stuck", "Part stuck", .stoppage, ["Sprue", "Robot", "Ejector"]),
                reason(
                    "drying", "Drying or heating up", .waiting, ["Material wet", "Barrel", "Mould"]),
            ]
        case .fabrication:
            Trade.common + [
                reason(
                    "programming", "Program or drawing", .waiting,
                    ["No program", "Drawing not clear", "Nesting"]),
                reason(
                    "handling", "Crane or handling", .waiting,
                    ["Crane busy", "Turning over", "No space"]),
                reason(
                    "consumables", "Gas, wire or nozzle", .stoppage,
                    ["Gas", "Wire", "Nozzle", "Lens"]),
            ]
        case .food:
            Trade.common + [
                reason(
                    "cleaning", "Cleaning", .planned,
                    ["Between products", "Allergen", "End of shift"]),
                reason("jam", "Jam or spill", .stoppage, ["Conveyor", "Filler", "Sealer"]),
                reason("packaging", "Packaging", .waiting, ["Film", "Labels", "Boxes"]),
            ]
        case .printing:
            Trade.common + [
                reason("make-ready", "Make-ready", .setup, ["Plates", "Colour", "Register"]),
                reason(
                    "web-break", "Web break or jam", .stoppage, ["Web break", "Feeder", "Delivery"]),
                reason("approval", "Waiting for approval", .waiting, ["Customer", "Proof"]),
            ]
        case .wood:
            Trade.common + [
                reason(
                    "blade", "Blade or cutter", .stoppage, ["Blunt", "Broken", "Change of profile"]),
                reason("extraction", "Dust extraction", .stoppage, ["Full", "Blocked", "Off"]),
                reason("timber", "Timber not right", .waiting, ["Wet", "Knots", "Wrong size"]),
            ]
        }
    }

    private static let common = [
        reason(
            "no-material", "No material", .waiting,
            ["Not brought", "Not delivered", "Wrong material"]),
        reason(
            "no-operator", "No operator", .waiting,
            ["Break", "Other machine", "Meeting", "Training"]),
        reason("setup", "Setting up", .setup, ["New job", "Adjusting", "First part"]),
        reason(
            "breakdown", "Breakdown", .breakdown, ["Electrical", "Mechanical", "Air or hydraulics"]),
        reason("agreed", "Agreed not to run", .planned, ["Maintenance", "Training", "Trial"]),
    ]

    private static func reason(
        _ id: StaticString, _ name: String, _ loss: LossKind, _ details: [String]
    ) -> StopReason {
        StopReason(id: Slug(id), name: name, loss: loss, details: details)
    }

    private func reason(
        _ id: StaticString, _ name: String, _ loss: LossKind, _ details: [String]
    ) -> StopReason {
        Trade.reason(id, name, loss, details)
    }
}
