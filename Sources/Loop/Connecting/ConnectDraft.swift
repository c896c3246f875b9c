// A machine that somebody is connecting: what is chosen so far. Nothing of it is in the journal.

public import Plant

/// A signal that a device offers, as it would be read.
public struct DraftSignal: Sendable, Hashable {
    /// Id within the machine.
    public var slug: Slug
    /// Name as people say it.
    public var name: String
    /// The address in the connection's grammar.
    public var read: String
    /// Options of the connector as texts.
    public var options: [String: String]
    /// UCUM code or empty.
    public var unit: String
    /// What it is for the program: `power`, `parts`, `running` … as in a profile; empty for nothing.
    public var means: String
    /// Whether it will be recorded.
    public var isChosen: Bool

    /// A signal.
    public init(
        slug: Slug, name: String, read: String, options: [String: String], unit: String,
        means: String, isChosen: Bool
    ) {
        self.slug = slug
        self.name = name
        self.read = read
        self.options = options
        self.unit = unit
        self.means = means
        self.isChosen = isChosen
    }
}

/// How running would be seen.
public struct DraftState: Sendable, Hashable {
    /// The signal that tells it.
    public var signal: Slug
    /// At or above this it runs; nil where the signal says it in words or by a switch.
    public var above: Double?
    /// What values mean, by text: `true`, `ACTIVE`.
    public var meanings: [String: ObservedState]
    /// Dips that are shorter than this still count as running.
    public var dips: Elapsed

    /// A way of seeing it.
    public init(
        signal: Slug, above: Double?, meanings: [String: ObservedState] = [:],
        dips: Elapsed = .seconds(10)
    ) {
        self.signal = signal
        self.above = above
        self.meanings = meanings
        self.dips = dips
    }
}

/// A machine that somebody is connecting, from the first address to "Yes, this is right".
public struct ConnectDraft: Sendable, Hashable {
    /// Its name in addresses: hexadecimal.
    public let id: String
    /// When it was begun.
    public let begun: Timestamp
    /// The connector's kind.
    public var kind: String
    /// Settings of the connection.
    public var settings: [String: String]
    /// The profile that it was made from; empty for none.
    public var profile: String
    /// What answers there, in words.
    public var found: String
    /// The machine; nil until it is named.
    public var machine: Slug?
    /// The machine's name.
    public var machineName: String
    /// The name of the area where it stands; empty for none.
    public var area: String
    /// Signals in order.
    public var signals: [DraftSignal]
    /// How running would be seen; nil for not at all.
    public var state: DraftState?

    /// A draft.
    public init(
        id: String, begun: Timestamp, kind: String, settings: [String: String], profile: String,
        found: String, machine: Slug? = nil, machineName: String = "", area: String = "",
        signals: [DraftSignal] = [], state: DraftState? = nil
    ) {
        self.id = id
        self.begun = begun
        self.kind = kind
        self.settings = settings
        self.profile = profile
        self.found = found
        self.machine = machine
        self.machineName = machineName
        self.area = area
        self.signals = signals
        self.state = state
    }

    /// Where it is read, in the words of its settings.
    public var place: String {
        settings["address"] ?? settings["port"] ?? settings["broker"] ?? ""
    }

    /// The step that comes next.
    public var step: Step {
        if machine == nil { return .name }
        return signals.contains(where: \.isChosen) && isChosen ? .check : .signals
    }

    /// Whether the choice of signals was made.
    public var isChosen = false

    /// The steps after Find.
    public enum Step: String, Sendable, Hashable {
        case name
        case signals
        case check
    }
}

extension ConnectDraft {
    /// The draft as content of a small file.
    var fact: Fact {
        var members: [String: Fact] = [
            "id": .text(id), "begun": .text(begun.rfc3339), "kind": .text(kind),
            "settings": .object(settings.mapValues(Fact.text)), "profile": .text(profile),
            "found": .text(found), "name": .text(machineName), "chosen": .flag(isChosen),
            "signals": .list(signals.map(\.fact)), "area": .text(area),
        ]
        members["machine"] = machine.map { .text($0.text) }
        members["state"] = state?.fact
        return .object(members)
    }

    /// A draft from a file; nil where it is none.
    init?(_ fact: Fact) {
        guard let id = fact["id"]?.text,
            let begun = fact["begun"]?.text.flatMap(Timestamp.init(rfc3339:)),
            let kind = fact["kind"]?.text, let settings = fact["settings"]?.object
        else { return nil }
        self.init(
            id: id, begun: begun, kind: kind, settings: settings.compactMapValues(\.text),
            profile: fact["profile"]?.text ?? "", found: fact["found"]?.text ?? "",
            machine: fact["machine"]?.text.flatMap(Slug.init),
            machineName: fact["name"]?.text ?? "", area: fact["area"]?.text ?? "",
            signals: (fact["signals"]?.list ?? []).compactMap(DraftSignal.init),
            state: fact["state"].flatMap(DraftState.init))
        isChosen = fact["chosen"]?.flag ?? false
    }
}

extension DraftSignal {
    var fact: Fact {
        .object([
            "id": .text(slug.text), "name": .text(name), "read": .text(read),
            "options": .object(options.mapValues(Fact.text)), "unit": .text(unit),
            "means": .text(means), "chosen": .flag(isChosen),
        ])
    }

    init?(_ fact: Fact) {
        guard let slug = fact["id"]?.text.flatMap(Slug.init), let read = fact["read"]?.text else {
            return nil
        }
        self.init(
            slug: slug, name: fact["name"]?.text ?? slug.text, read: read,
            options: (fact["options"]?.object ?? [:]).compactMapValues(\.text),
            unit: fact["unit"]?.text ?? "", means: fact["means"]?.text ?? "",
            isChosen: fact["chosen"]?.flag ?? false)
    }
}

extension DraftState {
    var fact: Fact {
        var members: [String: Fact] = [
            "signal": .text(signal.text), "dips_ns": .text(String(dips.nanoseconds)),
            "values": .object(meanings.mapValues { .text($0.code) }),
        ]
        members["above"] = above.map { .text(String($0)) }
        return .object(members)
    }

    init?(_ fact: Fact) {
        guard let signal = fact["signal"]?.text.flatMap(Slug.init) else { return nil }
        self.init(
            signal: signal, above: fact["above"]?.text.flatMap(Double.init),
            meanings: (fact["values"]?.object ?? [:]).compactMapValues {
                $0.text.flatMap(ObservedState.init(code:))
            },
            dips: fact["dips_ns"]?.text.flatMap(Int64.init).map(Elapsed.init(nanoseconds:))
                ?? .seconds(10))
    }
}
