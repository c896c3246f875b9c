// Machines and signals as devices and data items of MTConnect, and what each tells.

import Plant
import Wire

/// What a data item tells at one time.
struct AgentWord: Hashable, Sendable {
    /// The data item.
    let dataItemID: String
    /// What it tells.
    let value: MTConnectValue
    /// When that was so.
    let time: Timestamp
    /// Why a count began anew, nil when it did not.
    var resetTriggered: String?
}

/// The devices of an MTConnect agent, made from machines.
///
/// Identifiers are made from slugs and so never change: the device of machine `lathe-3` is
/// `m-lathe-3`, its signal `motor-current` is `m-lathe-3.s.motor-current`.
struct AgentModel: Sendable {
    /// A signal's data item.
    private struct Item: Sendable {
        let id: String
        let unit: AgentUnit?
    }

    /// The devices, in the order of the site.
    let devices: [MTConnectComponent]
    private let site: GivenSite
    private let items: [SignalID: Item]

    /// The devices of a site.
    init(_ site: GivenSite) {
        self.site = site
        var items: [SignalID: Item] = [:]
        for machine in site.machines {
            for signal in machine.signals {
                items[signal.id] = Item(
                    id: Self.id(machine) + ".s." + signal.slug.text,
                    unit: Self.unit(of: signal))
            }
        }
        self.items = items
        devices = site.machines.map { machine in
            Self.device(machine, site, machine.signals.map { ($0, items[$0.id]?.unit) })
        }
    }

    private static func id(_ machine: GivenMachine) -> String { "m-" + machine.id.text }

    /// Texts and switches are no samples, whatever unit they bear.
    private static func unit(of signal: GivenSignal) -> AgentUnit? {
        switch signal.kind {
        case .number, .integer: AgentUnit(ucum: signal.unit)
        case .flag, .text: nil
        }
    }

    private static func device(
        _ machine: GivenMachine, _ site: GivenSite, _ signals: [(GivenSignal, AgentUnit?)]
    ) -> MTConnectComponent {
        let id = id(machine)
        func event(_ suffix: String, _ type: String, _ subType: String? = nil) -> MTConnectDataItem
        {
            MTConnectDataItem(
                id: id + "." + suffix, name: suffix, category: .event, type: type,
                subType: subType, resetTrigger: type == "PART_COUNT" ? "DAY" : nil)
        }
        let path = MTConnectComponent(
            type: "Path", id: id + ".path", name: "path",
            dataItems: [
                event("execution", "EXECUTION"), event("mode", "FUNCTIONAL_MODE"),
                event("parts-all", "PART_COUNT", "ALL"), event("parts-good", "PART_COUNT", "GOOD"),
                event("parts-bad", "PART_COUNT", "BAD"), event("job", "PROCESS_OCCURRENCE_ID"),
                event("state", "MESSAGE"),
            ])
        let controller = MTConnectComponent(
            type: "Controller", id: id + ".controller", name: "controller",
            dataItems: [
                MTConnectDataItem(
                    id: id + ".health", name: "health", category: .condition, type: "SYSTEM")
            ], components: [path])
        var components = [controller]
        let electric = signals.filter { $0.1?.isElectric == true }.map { item($0, id) }
        if !electric.isEmpty {
            let part = MTConnectComponent(
                type: "Electric", id: id + ".electric", name: "electric", dataItems: electric)
            components.append(
                MTConnectComponent(
                    type: "Systems", id: id + ".systems", name: "systems", components: [part]))
        }
        let others = signals.filter { $0.1?.isElectric != true }.map { item($0, id) }
        if !others.isEmpty {
            components.append(
                MTConnectComponent(
                    type: "Sensor", id: id + ".sensor", name: "sensor", dataItems: others))
        }
        return MTConnectComponent(
            type: "Device", id: id, name: machine.id.text,
            uuid: site.identity + "." + machine.id.text,
            description: MTConnectDescription(
                station: machine.area?.text, text: machine.name),
            dataItems: [
                event("available", "AVAILABILITY"), event("asset-changed", "ASSET_CHANGED"),
                event("asset-removed", "ASSET_REMOVED"),
            ], components: components)
    }

    /// A number of a unit that the standard knows is a sample; all else is an event VARIABLE.
    private static func item(
        _ signal: (GivenSignal, AgentUnit?), _ device: String
    ) -> MTConnectDataItem {
        let (given, unit) = signal
        let id = device + ".s." + given.slug.text
        guard let unit else {
            return MTConnectDataItem(
                id: id, name: given.slug.text, category: .event, type: "VARIABLE",
                nativeUnits: given.unit.isEmpty ? nil : "x:" + given.unit)
        }
        return MTConnectDataItem(
            id: id, name: given.slug.text, category: .sample, type: unit.type, units: unit.units)
    }

    /// What all data items tell in a picture; what the site does not have is left out.
    ///
    /// `reset` tells that a new day has begun for the counts of a machine.
    func words(of picture: GivenPicture, reset: Set<Slug> = []) -> [AgentWord] {
        var words: [AgentWord] = []
        for machine in site.machines {
            let id = Self.id(machine)
            if let standing = picture.standings[machine.id] {
                words += Self.words(
                    of: standing, id, at: picture.time,
                    resetTriggered: reset.contains(machine.id) ? "DAY" : nil)
            }
            for signal in machine.signals {
                guard let item = items[signal.id], let last = picture.values[signal.id] else {
                    continue
                }
                words.append(
                    AgentWord(
                        dataItemID: item.id, value: Self.value(last, item.unit), time: last.time))
            }
        }
        return words
    }

    private static func words(
        of standing: GivenStanding, _ id: String, at time: Timestamp, resetTriggered: String?
    ) -> [AgentWord] {
        let state = AgentState(standing.state)
        let since = standing.since ?? time
        func word(_ suffix: String, _ value: MTConnectValue, _ at: Timestamp) -> AgentWord {
            AgentWord(dataItemID: id + "." + suffix, value: value, time: at)
        }
        func text(_ text: String?) -> MTConnectValue { text.map { .text($0) } ?? .unavailable }
        func count(_ suffix: String, _ count: Int64?) -> AgentWord {
            var made = word(suffix, text(count.map(String.init)), time)
            made.resetTriggered = count == nil ? nil : resetTriggered
            return made
        }
        let isSeen = standing.state != .unknown
        return [
            word("available", text(isSeen ? "AVAILABLE" : nil), since),
            word("execution", text(state.execution), since), word("mode", text(state.mode), since),
            word("state", isSeen ? standing.message : .unavailable, time),
            word("health", standing.condition, time),
            word("job", text(standing.job.isEmpty ? nil : standing.job), time),
            count("parts-all", standing.parts?.made), count("parts-good", standing.parts?.good),
            count("parts-bad", standing.parts?.scrap),
        ]
    }

    private static func value(_ last: LastValue, _ unit: AgentUnit?) -> MTConnectValue {
        guard let scalar = last.given else { return .unavailable }
        guard let unit else { return .text(scalar.asText) }
        guard let number = scalar.asDouble.flatMap(unit.converted) else { return .unavailable }
        return .number(number)
    }
}
