// Whether connections and their signals can work, before anything is stored.

import Capture
import Plant

/// Asks each connection's connector whether its settings and signals make sense.
enum ConnectionCheck {
    /// Throws the first setting that cannot work, with its remedy.
    static func check(
        _ description: FactoryDescription, _ factory: Factory
    ) throws(RefusedEvent) {
        for connection in description.connections {
            var signals: [Signal] = []
            for machine in description.machines {
                for signal in machine.signals where signal.source.connection == connection.id {
                    signals.append(
                        Signal(
                            id: SignalID(UInt32(signals.count + 1)),
                            name: "\(machine.id)/\(signal.slug)", kind: signal.kind,
                            unit: signal.unit, source: signal.source))
                }
            }
            do {
                _ = try ConnectorCatalog.connector(for: connection, signals: signals)
            } catch {
                throw RefusedEvent(
                    field: error.path, says: "\(error.reason).",
                    remedy: error.remedy)
            }
        }
    }
}
