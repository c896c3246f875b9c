// Machines as devices of a Sparkplug B edge node: which metrics each has, and their values.

import Plant
import Wire

/// Tells an edge node what the machines are and do.
struct SparkplugGiver: Sendable {
    private var edge: SparkplugEdge
    private var site: GivenSite?
    private var told: [Slug: [String: SparkplugEdgeValue]] = [:]
    private var isSeen: Set<Slug> = []

    /// An edge node; `birthDeath` is the number of the next birth as it was kept.
    init(
        _ node: SparkplugNode, primaryHost: String?, birthDeath: UInt8
    ) throws(FrameError) {
        edge = try SparkplugEdge(
            SparkplugEdgeSettings(
                node: node, primaryHost: primaryHost,
                storedValues: ShareLimits.sparkplugValues), birthDeath: birthDeath)
    }

    /// The number of the next birth, to be kept over a restart.
    var nextBirthDeath: UInt8 { edge.nextBirthDeath }

    /// Whether it waits for the primary host.
    var isWaitingForHost: Bool { edge.phase == .waitingForHost }

    /// Values that wait until they may be published.
    var storedCount: Int { edge.storedCount }

    /// The will of the next connection.
    mutating func will(wall: Timestamp) -> MQTTWill { edge.will(wall: wall.unsigned) }

    /// Takes what happens on the connection.
    mutating func step(
        _ event: SparkplugEdgeEvent, now: Elapsed, wall: Timestamp
    ) -> [SparkplugEdgeAction] {
        edge.step(event, now: now.nanoseconds, wall: wall.unsigned)
    }

    /// The machines from now on; those that are gone die.
    mutating func define(
        _ site: GivenSite, now: Elapsed, wall: Timestamp
    ) -> [SparkplugEdgeAction] {
        guard site != self.site else { return [] }
        var actions: [SparkplugEdgeAction] = []
        if self.site == nil {
            actions += step(.define(device: nil, Self.node), now: now, wall: wall)
            actions += step(
                .values(
                    device: nil,
                    [
                        SparkplugEdgeValue(
                            "Properties/Maker", .text("Millwright"), milliseconds: wall.unsigned),
                        SparkplugEdgeValue(
                            "Properties/Site", .text(site.name), milliseconds: wall.unsigned),
                    ]), now: now, wall: wall)
        }
        for gone in Set(self.site?.machines.map(\.id) ?? []).subtracting(site.machines.map(\.id)) {
            actions += step(.silent(device: gone.text), now: now, wall: wall)
            isSeen.remove(gone)
            told[gone] = nil
        }
        let before = Dictionary(
            (self.site?.machines ?? []).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        self.site = site
        for machine in site.machines {
            if before[machine.id] == machine { continue }
            told[machine.id] = nil
            actions += step(
                .define(device: machine.id.text, Self.metrics(of: machine)), now: now, wall: wall)
        }
        return actions
    }

    private static let node = [
        SparkplugEdgeMetric(name: "Properties/Maker", type: .string),
        SparkplugEdgeMetric(name: "Properties/Site", type: .string),
    ]

    private static func metrics(of machine: GivenMachine) -> [SparkplugEdgeMetric] {
        [
            SparkplugEdgeMetric(name: "Properties/Name", type: .string),
            SparkplugEdgeMetric(name: "State/Code", type: .string),
            SparkplugEdgeMetric(name: "State/Since", type: .dateTime),
            SparkplugEdgeMetric(name: "State/Reason", type: .string),
            SparkplugEdgeMetric(name: "Job", type: .string),
            SparkplugEdgeMetric(name: "Alarm", type: .boolean),
            SparkplugEdgeMetric(name: "Parts/Made", type: .int64, unit: "{part}"),
            SparkplugEdgeMetric(name: "Parts/Good", type: .int64, unit: "{part}"),
            SparkplugEdgeMetric(name: "Parts/Scrap", type: .int64, unit: "{part}"),
        ]
            + machine.signals.map { signal in
                SparkplugEdgeMetric(
                    name: "Signals/" + signal.slug.text, type: type(of: signal.kind),
                    unit: signal.unit.isEmpty ? nil : signal.unit)
            }
    }

    private static func type(of kind: ValueKind) -> SparkplugDataType {
        switch kind {
        case .number: .double
        case .integer: .int64
        case .flag: .boolean
        case .text: .string
        }
    }

    /// What a picture tells; a machine that is not seen is dead.
    mutating func take(
        _ picture: GivenPicture, now: Elapsed, wall: Timestamp
    ) -> [SparkplugEdgeAction] {
        var actions: [SparkplugEdgeAction] = []
        for machine in site?.machines ?? [] {
            guard let standing = picture.standings[machine.id] else { continue }
            guard standing.state != .unknown else {
                if isSeen.remove(machine.id) != nil {
                    actions += step(.silent(device: machine.id.text), now: now, wall: wall)
                }
                continue
            }
            let isNew = isSeen.insert(machine.id).inserted
            let news = news(of: machine, standing, picture)
            // A machine that comes back is born with all it has, news or not.
            guard isNew || !news.isEmpty else { continue }
            actions += step(.values(device: machine.id.text, news), now: now, wall: wall)
        }
        return actions
    }

    private mutating func news(
        of machine: GivenMachine, _ standing: GivenStanding, _ picture: GivenPicture
    ) -> [SparkplugEdgeValue] {
        let now = picture.time.unsigned
        func text(_ text: String) -> SparkplugValue { text.isEmpty ? .null : .text(text) }
        func count(_ count: Int64?) -> SparkplugValue { count.map { .integer($0) } ?? .null }
        var values = [
            SparkplugEdgeValue("Properties/Name", .text(machine.name), milliseconds: now),
            SparkplugEdgeValue("State/Code", .text(standing.state.code), milliseconds: now),
            SparkplugEdgeValue(
                "State/Since", standing.since.map { .time($0.unsigned) } ?? .null,
                milliseconds: now),
            SparkplugEdgeValue("State/Reason", text(standing.reason), milliseconds: now),
            SparkplugEdgeValue("Job", text(standing.job), milliseconds: now),
            SparkplugEdgeValue("Alarm", .bool(standing.need != nil), milliseconds: now),
            SparkplugEdgeValue("Parts/Made", count(standing.parts?.made), milliseconds: now),
            SparkplugEdgeValue("Parts/Good", count(standing.parts?.good), milliseconds: now),
            SparkplugEdgeValue("Parts/Scrap", count(standing.parts?.scrap), milliseconds: now),
        ]
        for signal in machine.signals {
            guard let last = picture.values[signal.id] else { continue }
            values.append(
                SparkplugEdgeValue(
                    "Signals/" + signal.slug.text, Self.value(last.given, signal.kind),
                    milliseconds: last.time.unsigned))
        }
        let known = told[machine.id] ?? [:]
        let news = values.filter { known[$0.metric]?.value != $0.value }
        for value in news { told[machine.id, default: [:]][value.metric] = value }
        return news
    }

    private static func value(_ scalar: Scalar?, _ kind: ValueKind) -> SparkplugValue {
        switch (scalar, kind) {
        case (.number(let number), .number): .number(number)
        case (.integer(let number), .number): .number(Double(number))
        case (.integer(let number), .integer): .integer(number)
        case (.flag(let flag), .flag): .bool(flag)
        case (.text(let text), .text): .text(text)
        default: .null
        }
    }
}

extension Timestamp {
    /// Milliseconds since 1970 as Sparkplug counts them; 0 for times before.
    var unsigned: UInt64 { UInt64(max(0, millisecondsSince1970)) }
}
