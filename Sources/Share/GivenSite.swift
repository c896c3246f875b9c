// The site as other systems see it: machines and signals with ids that never change.

public import Plant

/// A signal of a machine.
public struct GivenSignal: Hashable, Sendable {
    /// Its number.
    public let id: SignalID
    /// Its id within the machine.
    public let slug: Slug
    /// Its name.
    public let name: String
    /// The kind of its values.
    public let kind: ValueKind
    /// UCUM code, or empty.
    public let unit: String

    /// A signal from its parts.
    public init(id: SignalID, slug: Slug, name: String, kind: ValueKind, unit: String) {
        self.id = id
        self.slug = slug
        self.name = name
        self.kind = kind
        self.unit = unit
    }
}

/// A machine with its signals.
public struct GivenMachine: Hashable, Sendable {
    /// Its id.
    public let id: Slug
    /// Its name.
    public let name: String
    /// Its area, nil for none.
    public let area: Slug?
    /// Its signals by number; retired ones are left out.
    public let signals: [GivenSignal]

    /// A machine from its parts.
    public init(id: Slug, name: String, area: Slug?, signals: [GivenSignal]) {
        self.id = id
        self.name = name
        self.area = area
        self.signals = signals
    }
}

/// The site as other systems see it.
public struct GivenSite: Hashable, Sendable {
    /// Stays the same for ever and differs from that of every other box; names devices.
    public let identity: String
    /// The site's name.
    public let name: String
    /// Machines in use by id.
    public let machines: [GivenMachine]

    /// A site from its parts.
    public init(identity: String, name: String, machines: [GivenMachine]) {
        self.identity = identity
        self.name = name
        self.machines = machines
    }

    /// The machines in use of a factory; `chosen` names those that are given, nil for all.
    public init(_ factory: Factory, identity: String, chosen: Set<Slug>? = nil) {
        let machines = factory.machines.values.filter { machine in
            !machine.isRetired && chosen.map { $0.contains(machine.id) } ?? true
        }
        self.init(
            identity: identity, name: factory.name,
            machines: machines.sorted { $0.id < $1.id }.map { machine in
                GivenMachine(
                    id: machine.id, name: machine.name, area: machine.area,
                    signals: factory.signals(of: machine.id).compactMap { signal in
                        guard !signal.isRetired, let slug = signal.slug else { return nil }
                        return GivenSignal(
                            id: signal.id, slug: slug, name: signal.name, kind: signal.kind,
                            unit: signal.unit)
                    })
            })
    }
}
