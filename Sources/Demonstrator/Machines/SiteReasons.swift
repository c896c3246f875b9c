// The reasons for stops in the words of the made-up site.

import Plant

/// The site's reasons by name, as indices into `all`.
enum SiteReasons {
    static let material = 0
    static let tooling = 1
    static let settingUp = 2
    static let breakdown = 3
    static let noOperator = 4
    static let quality = 5
    static let cleaning = 6
    static let jam = 7
    static let noOrder = 8
    static let maintenance = 9
    static let agreed = 10

    /// All reasons in the order they are offered.
    static let all: [StopReason] = [
        StopReason(
            id: Slug("waiting-for-material"), name: "Waiting for material", loss: .waiting,
            details: ["Steel not kitted", "Pallet missing", "Wrong size"]),
        StopReason(
            id: Slug("tooling"), name: "Tooling", loss: .stoppage,
            details: ["Worn insert", "Broken tool", "Missing tool"]),
        StopReason(
            id: Slug("setting-up"), name: "Setting up", loss: .setup,
            details: ["First part check", "Program change"]),
        StopReason(
            id: Slug("breakdown"), name: "Breakdown", loss: .breakdown,
            details: ["Oil too hot", "Drive fault", "Hydraulic leak", "Sensor"]),
        StopReason(
            id: Slug("no-operator"), name: "No operator", loss: .waiting,
            details: ["At another machine", "Meeting", "Training"]),
        StopReason(
            id: Slug("quality-check"), name: "Quality check", loss: .stoppage,
            details: ["First part", "Gauge doubtful", "Waiting for inspection"]),
        StopReason(id: Slug("cleaning"), name: "Cleaning", loss: .stoppage),
        StopReason(
            id: Slug("jam"), name: "Jam or blockage", loss: .stoppage,
            details: ["Swarf", "Part stuck", "Bar feed"]),
        StopReason(id: Slug("no-order"), name: "No order", loss: .waiting),
        StopReason(
            id: Slug("planned-maintenance"), name: "Planned maintenance", loss: .planned),
        StopReason(id: Slug("agreed-not-to-run"), name: "Agreed not to run", loss: .planned),
        StopReason(id: Slug("next-machine-full"), name: "Next machine full", loss: .blocked),
        StopReason(id: Slug("nothing-coming"), name: "Nothing coming in", loss: .starved),
    ]

    /// The id of a reason by its index, nil for −1.
    static func id(_ index: Int) -> Slug? { all.indices.contains(index) ? all[index].id : nil }

    /// A detail in words; empty when there is none.
    static func detail(_ reason: Int, _ detail: Int) -> String {
        guard all.indices.contains(reason), all[reason].details.indices.contains(detail) else {
            return ""
        }
        return all[reason].details[detail]
    }
}
