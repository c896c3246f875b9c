// What an import knows of the site: its machines, reasons, signals and shifts.

public import Plant

/// The site as an import sees it.
public struct ImportSite: Sendable {
    /// Machines in use by id.
    public let machines: [Slug: Machine]
    /// Reasons that are offered, by id.
    public let reasons: [Slug: StopReason]
    /// Signals by number.
    public let signals: [SignalID: Signal]
    /// Shifts in the site's zone.
    public let calendar: ShiftCalendar
    /// Names of machines.
    let machineNames: NameIndex
    /// Names of reasons and their details.
    let reasonNames: NameIndex
    /// Names of shifts.
    let shiftNames: NameIndex
    /// Ids that were given, those no longer in use too.
    let takenReasons: Set<Slug>
    let takenMachines: Set<Slug>

    /// The site of a configuration; `zone` holds the rules of its zone.
    public init(_ factory: Factory, zone: ZoneRules) {
        machines = factory.machines.filter { !$0.value.isRetired }
        reasons = factory.reasons.filter { !factory.retiredReasons.contains($0.key) }
        signals = factory.signals.filter { !$0.value.isRetired }
        calendar = factory.calendar(zone: zone)
        takenReasons = Set(factory.reasons.keys)
        takenMachines = Set(factory.machines.keys)
        machineNames = NameIndex(
            machines.values.sorted { $0.id < $1.id }.map { ($0.id, $0.name, []) })
        reasonNames = NameIndex(
            reasons.values.sorted { $0.id < $1.id }.map { ($0.id, $0.name, $0.details) })
        var shifts: [Slug: String] = [:]
        for pattern in factory.calendarVersions.flatMap(\.shifts) {
            shifts[pattern.id] = pattern.name
        }
        shiftNames = NameIndex(shifts.sorted { $0.key < $1.key }.map { ($0.key, $0.value, []) })
    }

    /// The name of a machine as people say it.
    func name(_ machine: Slug) -> String { machines[machine]?.name ?? machine.text }

    /// Whether a machine's state is seen by its signals.
    func isSeen(_ machine: Slug) -> Bool { machines[machine]?.stateRules.isEmpty == false }

    /// Whether any shift runs past midnight.
    var hasNightShift: Bool {
        calendar.versions.contains { version in version.shifts.contains { $0.hours.to > 86_400 } }
    }
}
