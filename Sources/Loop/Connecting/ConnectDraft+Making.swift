// A draft made from a profile, and a draft made real.

public import Capture
public import Plant

extension ConnectDraft {
    /// A draft for a device of a known kind.
    ///
    /// Throws ``RefusedEvent`` where a placeholder is missing or a value cannot be read.
    public init(
        id: String, begun: Timestamp, profile: DeviceProfile, address: String, unit: Int?,
        placeholders: [String: String] = [:]
    ) throws(RefusedEvent) {
        let choice = DeviceChoice(
            connection: Slug("new"), address: address, unit: unit, machine: Slug("new"),
            machineName: "new", values: profile.values.map(\.id), placeholders: placeholders)
        let description: FactoryDescription
        do {
            description = try FactoryFile.read(
                file: profile.id, text: try profile.factoryText(choice))
        } catch let refused as RefusedEvent {
            throw refused
        } catch {
            throw RefusedEvent(
                field: "profile", says: "\(error)", remedy: "Choose another profile.")
        }
        guard let connection = description.connections.first,
            let machine = description.machines.first
        else {
            throw RefusedEvent(
                field: "profile", says: "The profile gives nothing to read.",
                remedy: "Choose another profile.")
        }
        let suggested = profile.values.filter(\.isSuggested)
        let ticked = Set((suggested.isEmpty ? profile.values : suggested).map(\.id))
        self.init(
            id: id, begun: begun, kind: connection.kind, settings: connection.settings,
            profile: profile.id, found: profile.name,
            signals: machine.signals.map { signal in
                let value = profile.values.first { $0.id == signal.slug.text }
                return DraftSignal(
                    slug: signal.slug, name: signal.name, read: signal.source.address,
                    options: signal.source.options, unit: signal.unit, means: value?.means ?? "",
                    isChosen: ticked.contains(signal.slug.text))
            })
    }

    /// Takes over what a device says that it offers; what stands there already stays.
    public mutating func take(_ offers: [ProbeOffer]) {
        var taken = Set(signals.map(\.slug))
        let known = Set(signals.map(\.read))
        for offer in offers.prefix(LoopLimits.draftOffers)
        where offer.kind != nil && !known.contains(offer.address) {
            let slug = ConnectDraft.unused(offer.name, taken: taken)
            taken.insert(slug)
            signals.append(
                DraftSignal(
                    slug: slug, name: String(offer.name.prefix(80)), read: offer.address,
                    options: offer.kind.map { $0 == .number ? [:] : ["type": $0.word] } ?? [:],
                    unit: "", means: ConnectDraft.meaning(offer), isChosen: false))
        }
    }

    /// What the standard's own name of an item means.
    private static func meaning(_ offer: ProbeOffer) -> String {
        switch offer.type.uppercased() {
        case "EXECUTION", "CONTROLLER_MODE": "running"
        case "PART_COUNT", "PARTCOUNT": "parts"
        default: ""
        }
    }

    /// An id from a name that nothing else has.
    static func unused(_ name: String, taken: Set<Slug>) -> Slug {
        let base = Slug(name: name, fallback: Slug("signal"))
        var slug = base
        var number = 2
        while taken.contains(slug) {
            slug = Slug(name: String(base.text.prefix(36)) + "-\(number)", fallback: base)
            number += 1
        }
        return slug
    }

    /// The connection as it would be.
    public func connection(_ id: Slug) -> Connection {
        Connection(id: id, kind: kind, settings: settings)
    }

    /// A chosen signal as written.
    ///
    /// Throws what its connector says of its address or options.
    func described(
        _ signal: DraftSignal, connection: Slug
    ) throws(ConfigurationError) -> DescribedSignal {
        let source = SignalSource(
            connection: connection, address: signal.read, options: signal.options)
        guard let type = ConnectorCatalog.type(of: kind) else {
            throw ConfigurationError(
                path: "kind", reason: "there is no connector “\(kind)”",
                remedy: "Use one of \(ConnectorCatalog.kinds.joined(separator: ", ")).")
        }
        // Whole numbers are kept as they are; a value in another unit or scale is no whole number.
        var kind = try type.valueKind(of: source)
        if kind == .integer,
            ["scale", "offset", "read_unit"].contains(where: signal.options.keys.contains)
        {
            kind = .number
        }
        return DescribedSignal(
            slug: signal.slug, name: signal.name, kind: kind, unit: signal.unit, source: source)
    }

    /// The site with this machine in it.
    ///
    /// Throws ``RefusedEvent`` with the field that is missing or cannot work.
    func added(
        to factory: Factory, at time: Timestamp
    ) throws(RefusedEvent) -> FactoryDescription {
        guard let id = machine, !machineName.isEmpty else {
            throw RefusedEvent(
                field: "name", says: "The machine has no name yet.", remedy: "Name it.")
        }
        let chosen = signals.filter(\.isChosen)
        guard !chosen.isEmpty else {
            throw RefusedEvent(
                field: "signals", says: "No signal is chosen.", remedy: "Tick at least one.")
        }
        var description = FactoryDescription(factory, at: time)
        let host = host(among: Array(factory.connections.values))
        let connectionID =
            host?.id ?? ConnectDraft.unused(id.text, taken: Set(factory.connections.keys))
        if host == nil { description.connections.append(connection(connectionID)) }
        var place: Slug?
        if !area.isEmpty {
            place =
                factory.areas.first { $0.value.lowercased() == area.lowercased() }?.key
                ?? ConnectDraft.unused(area, taken: Set(factory.areas.keys))
            if let place, description.areas[place] == nil { description.areas[place] = area }
        }
        var described =
            description.machines.first { $0.id == id }
            ?? DescribedMachine(
                id: id, name: machineName, area: place, signals: [], state: nil, counts: nil,
                energy: nil)
        var taken = Set(described.signals.map(\.slug))
        var names: [Slug: Slug] = [:]
        for signal in chosen {
            do throws(ConfigurationError) {
                var new = try self.described(signal.joining(host, self), connection: connectionID)
                new.slug = ConnectDraft.unused(signal.slug.text, taken: taken)
                taken.insert(new.slug)
                names[signal.slug] = new.slug
                described.signals.append(new)
            } catch {
                throw RefusedEvent(
                    field: signal.slug.text, says: "\(signal.name): \(error.reason).",
                    remedy: error.remedy)
            }
        }
        if let state, let signal = names[state.signal] {
            described.state = DescribedState(
                signal: signal,
                running: state.above.map { Threshold(rise: $0, fall: $0) }, idle: nil,
                meanings: state.meanings, fault: nil, runningDwell: .seconds(5),
                stoppedDwell: state.dips, staleAfter: .seconds(30), holds: sendsOnChange)
        }
        give(chosen, names, to: &described)
        description.machines.removeAll { $0.id == id }
        description.machines.append(described)
        return description
    }

    /// What counts and what draws power, where the profile says so and nothing else does already.
    private func give(
        _ chosen: [DraftSignal], _ names: [Slug: Slug], to machine: inout DescribedMachine
    ) {
        if machine.counts == nil, let parts = chosen.first(where: { $0.means == "parts" }),
            let slug = names[parts.slug]
        {
            machine.counts = (slug, nil, Int(parts.options["counter"] ?? "") ?? 32)
        }
        guard machine.energy == nil else { return }
        let register = chosen.first { $0.means == "energy" }
        let power = chosen.first { $0.means == "power" && ["W", "kW"].contains($0.unit) }
        if let signal = register ?? power, let slug = names[signal.slug] {
            machine.energy = (slug, register != nil)
        }
    }

    /// The connection that talks to the same controller or gateway already; nil where none does.
    func host(among connections: [Connection]) -> Connection? {
        guard let mine = controller(of: connection(Slug("trial"))) else { return nil }
        return connections.sorted { $0.id < $1.id }.first {
            $0.kind == kind && controller(of: $0) == mine
        }
    }

    private func controller(of connection: Connection) -> String? {
        do throws(ConfigurationError) {
            return try ConnectorCatalog.connector(for: connection, signals: []).controller
        } catch {
            return nil  // Cannot work; said where it is used.
        }
    }

    /// Whether a value holds until another comes.
    var sendsOnChange: Bool {
        ["mqtt", "mtconnect", "opc-ua", "shdr", "sparkplug-b"].contains(kind)
    }
}

extension ConnectDraft {
    /// An id for a new machine.
    public static func newMachine(_ name: String, in factory: Factory) -> Slug {
        let base = Slug(name: name, fallback: Slug("machine"))
        return unused(base.text, taken: Set(factory.machines.keys))
    }

    /// Adds a signal by its address.
    public mutating func add(name: String, read: String, type: String?, unit: String) throws {
        var options: [String: String] = [:]
        if let type, type != "number" { options["type"] = type }
        signals.append(
            DraftSignal(
                slug: ConnectDraft.unused(name, taken: Set(signals.map(\.slug))), name: name,
                read: read, options: options, unit: unit, means: "", isChosen: true))
    }
}

extension DraftSignal {
    /// The signal as it is read over a connection that another device began: with its own number
    /// and order of bytes.
    func joining(_ host: Connection?, _ draft: ConnectDraft) -> DraftSignal {
        guard let host, draft.kind.hasPrefix("modbus") else { return self }
        var signal = self
        if signal.options["device"] == nil, let unit = draft.settings["unit"],
            unit != host.settings["unit"]
        {
            signal.options["device"] = unit
        }
        let order = draft.settings["order"] ?? "abcd"
        if signal.options["order"] == nil, order != host.settings["order"] ?? "abcd" {
            signal.options["order"] = order
        }
        return signal
    }

    /// Multiplies what is read by a power of ten more than before.
    public mutating func scale(by factor: Double) {
        let now = options["scale"].flatMap(Double.init) ?? 1
        let next = (now * factor * 1e12).rounded() / 1e12
        guard next != 0, next.isFinite else { return }
        options["scale"] =
            next == 1 ? nil : next == next.rounded() ? String(Int64(next)) : String(next)
    }

    /// Takes the next order of bytes.
    public mutating func turnOrder(from first: String) {
        let orders = ["abcd", "cdab", "badc", "dcba"]
        let now = orders.firstIndex(of: options["order"] ?? first) ?? 0
        options["order"] = orders[(now + 1) % orders.count]
    }
}
