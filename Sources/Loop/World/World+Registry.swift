// Numbers for series that nobody configured: nothing is lost before setup, nothing is guessed.

public import Capture
import Plant

extension World: SignalRegistry {
    /// One signal for each key; new ones become unassigned signals in one journal transaction.
    public func signals(for keys: [SeriesKey]) async throws -> [RegisteredSignal] {
        let known = find(keys, in: factory)
        if known.allSatisfy({ $0 != nil }) { return known.compactMap(\.self) }
        return try await turns.take { [self] in
            let current = factory
            let found = find(keys, in: current)
            var next = current.nextSignalID.number
            var events: [FactoryEvent] = []
            var result: [RegisteredSignal] = []
            var added: [SeriesKey: RegisteredSignal] = [:]
            for (key, signal) in zip(keys, found) {
                if let signal = signal ?? added[key] {
                    result.append(signal)
                    continue
                }
                // What came before has room; the rest is the caller's to refuse.
                guard current.signals.count + added.count < CaptureLimits.series else { break }
                let registered = RegisteredSignal(id: SignalID(next), kind: key.kind)
                next += 1
                added[key] = registered
                result.append(registered)
                events.append(
                    .signalAdded(
                        Signal(
                            id: registered.id, name: key.name, kind: key.kind, unit: key.unit,
                            source: SignalSource(
                                connection: key.connection, address: key.address,
                                options: key.tags))))
            }
            guard !result.isEmpty || keys.isEmpty else {
                throw SeriesLimitReached(limit: CaptureLimits.series)
            }
            if !events.isEmpty { _ = try await sayInTurn(events, actor: "box") }
            return result
        }
    }

    private func find(_ keys: [SeriesKey], in factory: Factory) -> [RegisteredSignal?] {
        if keys.count == 1, let key = keys.first {
            let signal = factory.signal(connection: key.connection, address: key.address)
            return [signal.map { RegisteredSignal(id: $0.id, kind: $0.kind) }]
        }
        var index: [SignalSource: Signal] = [:]
        for signal in factory.signals.values {
            let place = SignalSource(
                connection: signal.source.connection, address: signal.source.address)
            index[place] = signal
        }
        return keys.map { key in
            index[SignalSource(connection: key.connection, address: key.address)]
                .map { RegisteredSignal(id: $0.id, kind: $0.kind) }
        }
    }
}
