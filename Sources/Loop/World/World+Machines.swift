// The page Machines: what is connected, how each connection does, newest values.

import Capture
import Historian
import Plant
import Understand

extension World {
    /// The page Machines; blocks while it reads.
    public func machinesPicture() throws -> MachinesPicture {
        let now = time
        let factory = self.factory
        let last = samples.lastValues()
        let range = stripRange(calendar.shift(at: now), now)
        var machines: [MachineSignals] = []
        var silent: [Elapsed] = []
        var unseen = 0
        for machine in factory.activeMachines {
            guard let picture = try machinePicture(machine.id) else { continue }
            if picture.state == .unknown {
                // What people told is read for the shift alone: before, it may have been seen.
                if picture.lastSample == nil,
                    !machine.stateRules.isEmpty || machine.addedAt >= range.start
                {
                    unseen += 1
                } else {
                    // Silence does not reach back to before a machine was there.
                    let start = max(range.start, machine.addedAt)
                    silent.append(now - (picture.lastSample ?? start))
                }
            }
            machines.append(
                MachineSignals(
                    now: picture,
                    signals: factory.signals(of: machine.id).map {
                        signalNow($0, last[$0.id], now)
                    }))
        }
        let unassigned = factory.signals.values
            .filter {
                $0.machine == nil && !$0.isRetired
                    && $0.source.connection != BuiltInConnection.link
            }
            .sorted { $0.id < $1.id }.map { signalNow($0, last[$0.id], now) }
        return MachinesPicture(
            sentence: Sentences.machines(count: machines.count, silent: silent, unseen: unseen),
            machines: machines, connections: connections(factory), unassigned: unassigned)
    }

    private func signalNow(_ signal: Signal, _ last: LastValue?, _ now: Timestamp) -> SignalNow {
        let every = signal.source.options["every"].flatMap { Elapsed(words: $0) } ?? .seconds(10)
        let limit = Elapsed(nanoseconds: every.nanoseconds * 3)
        let isStale = last.map { now - $0.time > limit } ?? true
        return SignalNow(signal: signal, last: last, isStale: isStale)
    }

    private func connections(_ factory: Factory) -> [ConnectionHealth] {
        let statuses = health.statuses
        return factory.connections.values.sorted { $0.id < $1.id }.map { connection in
            let status = statuses[connection.id]
            let remedy = status?.remedy.map { " " + $0 } ?? ""
            return ConnectionHealth(
                id: connection.id, kind: connection.kind,
                address: connection.settings["address"] ?? "",
                isUp: status?.phase == .connected,
                words: (status?.words ?? "Not started yet") + "." + remedy,
                since: status?.since, polls: Int(status?.polls ?? 0),
                lostPolls: Int(status?.lostPolls ?? 0))
        }
    }
}
