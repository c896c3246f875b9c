// Measurements that people enter: stored and flushed when it returns (class D1).

import Historian
public import Plant

extension World {
    /// Stores one measurement by hand; flushed when it returns (class D1).
    public func enter(_ signal: SignalID, value: Double, at moment: Timestamp) async throws {
        guard let found = factory.signals[signal] else { throw UnknownThing.signal(signal) }
        guard value.isFinite, found.kind == .number else {
            throw RefusedEvent(
                field: "value", says: "\(found.name) takes numbers by hand.",
                remedy: "Give a number such as 25.012.")
        }
        guard found.source.connection == BuiltInConnection.hand else {
            throw RefusedEvent(
                field: "signal", says: "\(found.name) is measured by a machine.",
                remedy: "Make a measurement of your own on the page Quality.")
        }
        guard moment <= time + .minutes(5) else {
            throw RefusedEvent(
                field: "at", says: "\(moment.rfc3339) has not come yet.",
                remedy: "Check the clock of the device that says so.")
        }
        try await intake.store(
            [
                SampleBatch(
                    times: [moment.nanoseconds],
                    columns: [SignalColumn(signal: signal, values: .numbers([value]))])
            ], cursor: nil)
    }
}
