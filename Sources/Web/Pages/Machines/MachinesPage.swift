// The page Machines: what is connected and whether it answers.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template of Machines shows.
struct MachinesModel: Sendable {
    /// A signal with its newest value.
    struct SignalRow: Sendable {
        let name: String
        let value: String
        let age: String
        let isStale: Bool
        let isUnseen: Bool
        let source: String
    }

    /// A machine with its signals.
    struct Row: Sendable {
        let card: Card
        let signals: [SignalRow]
        let headline: String
        let signalWords: String
        let hasSignals: Bool
    }

    /// A connection's health.
    struct Health: Sendable {
        let name: String
        let kind: String
        let address: String
        let words: String
        let isUp: Bool
        let upWord: String
        let answered: String?
    }

    let frame: PageFrame
    let rows: [Row]
    let isEmpty: Bool
    let connections: [Health]
    let hasConnections: Bool
    let unassigned: [SignalRow]
    let hasUnassigned: Bool
    let unassignedWords: String
}

/// `GET /machines`.
enum MachinesPage {
    static func answer(_ ask: Ask) async throws -> Response {
        let picture = try await ask.world.machines()
        return try ask.page(model(picture, ask: ask), template: "machines")
    }

    static func model(_ picture: MachinesPicture, ask: Ask) -> MachinesModel {
        let clock = ask.clock
        let now = ask.world.time
        let currency = ask.world.factory.currency
        let newest = picture.machines.compactMap(\.now.lastSample).max()
        let signalCount = picture.machines.reduce(0) { $0 + $1.signals.count }
        let frame = ask.frame(
            title: "Machines", ask: "What is connected?", sentence: picture.sentence,
            cells: [
                ask.siteCell,
                .init(label: "Signals", value: Plain.number(Int64(signalCount))),
                Freshness.cell(newest: newest, now: now, clock: clock),
            ], topics: "machines,tick",
            oldWords: Freshness.words(newest: newest, now: now, clock: clock))
        return MachinesModel(
            frame: frame,
            rows: picture.machines.map { machine in
                let count = machine.signals.count
                return .init(
                    card: Card(machine.now, picture: now, clock: clock, currency: currency),
                    signals: machine.signals.map { signal($0, time: now) },
                    headline: machine.signals.prefix(3).compactMap { signal in
                        signal.last.map {
                            signal.signal.name + " "
                                + SignalText.value($0, unit: signal.signal.unit)
                        }
                    }.joined(separator: ", "),
                    signalWords: count == 1 ? "1 signal" : "\(count) signals",
                    hasSignals: count > 0)
            },
            isEmpty: picture.machines.isEmpty,
            connections: picture.connections.map(health),
            hasConnections: !picture.connections.isEmpty,
            unassigned: picture.unassigned.map { signal($0, time: now) },
            hasUnassigned: !picture.unassigned.isEmpty,
            unassignedWords: picture.unassigned.count == 1
                ? "1 signal belongs to no machine yet."
                : "\(picture.unassigned.count) signals belong to no machine yet.")
    }

    private static func health(_ connection: ConnectionHealth) -> MachinesModel.Health {
        MachinesModel.Health(
            name: connection.id.text, kind: connection.kind, address: connection.address,
            words: connection.words, isUp: connection.isUp,
            upWord: connection.isUp ? "Answers" : "Silent",
            answered: connection.polls == 0
                ? nil
                : "\(Plain.number(Int64(connection.polls))) reads, "
                    + "\(Plain.number(Int64(connection.lostPolls))) lost")
    }

    private static func signal(_ now: SignalNow, time: Timestamp) -> MachinesModel.SignalRow {
        signal(now.signal, last: now.last, isStale: now.isStale, now: time)
    }

    /// A signal with its newest value.
    static func signal(
        _ signal: Signal, last: LastValue?, isStale: Bool, now: Timestamp
    ) -> MachinesModel.SignalRow {
        MachinesModel.SignalRow(
            name: signal.name,
            value: last.map { SignalText.value($0, unit: signal.unit) } ?? "no value yet",
            age: last.map { SignalText.age(now - $0.time) } ?? "", isStale: isStale,
            isUnseen: last == nil,
            source: signal.source.connection.text + " " + signal.source.address)
    }
}

/// Values of signals in words.
enum SignalText {
    /// A value with its unit; a missing one is said, never drawn as 0.
    static func value(_ last: LastValue, unit: String) -> String {
        if last.quality.isBad { return "not seen" }
        let text: String
        switch last.value {
        case .number(let number):
            guard number.isFinite else { return "not a number" }
            text = Measure.value(number)
        case .integer(let number): text = Plain.number(number)
        case .flag(let flag): return flag ? "on" : "off"
        case .text(let words): return words
        }
        return Measure.joined(text, unit: Measure.unit(unit))
    }

    /// `2 s ago`, `24 min ago`.
    static func age(_ age: Elapsed) -> String {
        if age.seconds < 1 { return "now" }
        if age.seconds < 60 { return "\(Int(age.seconds))\(Measure.space)s ago" }
        return Plain.age(age) + " ago"
    }
}
