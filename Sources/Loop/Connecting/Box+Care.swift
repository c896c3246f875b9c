// What the box does to the firm's machines: how often it asks, what came back, and the stop switch.

import Capture
public import Plant

/// What one connection does to its machine.
public struct ConnectionCare: Sendable, Hashable {
    /// The connection.
    public let id: Slug
    /// Its connector.
    public let kind: String
    /// Where it goes, as configured.
    public let address: String
    /// One sentence: how it does.
    public let words: String
    /// Groups of values that are asked for in a minute; 0 where the other side sends by itself.
    public let readsPerMinute: Double
    /// The most requests a second that it may make; nil where none is set.
    public let mostPerSecond: Int?
    /// Reads that were answered since the start.
    public let answered: Int64
    /// Requests that failed since the start.
    public let failed: Int64
    /// Reads that could not be made in their time.
    public let lost: Int64
    /// Messages that came by themselves.
    public let received: Int64
    /// How often a connection was opened or tried.
    public let attempts: Int
    /// When it last heard something good, nil for never.
    public let lastSuccess: Timestamp?
}

extension Box {
    private var silenceMark: String { settings.data + "/secrets/machines-silenced" }

    /// What each connection does, by id.
    public func care() -> [ConnectionCare] {
        let factory = real.factory
        return realSupervisor.statuses().compactMap { status in
            guard let connection = factory.connections[status.id] else { return nil }
            let signals = factory.signals.values.filter {
                $0.source.connection == status.id && !$0.isRetired && $0.machine != nil
            }
            return ConnectionCare(
                id: status.id, kind: status.kind,
                address: connection.settings["address"] ?? connection.settings["port"] ?? "",
                words: status.words,
                readsPerMinute: Box.readsPerMinute(connection, Array(signals)),
                mostPerSecond: connection.settings["max_requests_per_second"].flatMap { Int($0) }
                    ?? (status.kind.hasPrefix("modbus") ? LoopLimits.usualRequestsPerSecond : nil),
                answered: status.polls, failed: status.failedRequests, lost: status.lostPolls,
                received: status.received, attempts: status.attempts,
                lastSuccess: status.lastSuccess)
        }
    }

    private static func readsPerMinute(_ connection: Connection, _ signals: [Signal]) -> Double {
        do throws(ConfigurationError) {
            let sorted = signals.sorted { $0.id < $1.id }
            return try ConnectorCatalog.connector(for: connection, signals: sorted).groups
                .compactMap(\.period).reduce(0) { $0 + 60 / max(0.001, $1.seconds) }
        } catch {
            return 0  // Cannot work; the words of the connection say why.
        }
    }

    /// Whether all traffic to the firm's machines is off.
    public var isSilenced: Bool { realSupervisor.isSilenced }

    /// Switches all traffic to the firm's machines off or on; it stays so over a restart.
    public func setSilenced(_ isOff: Bool, actor: String) async throws {
        if isOff {
            try PrivateFile.write(actor, to: silenceMark)
            realSupervisor.silence()
        } else {
            PrivateFile.remove(silenceMark)
            realSupervisor.resume()
        }
        try await real.say(
            .accessNoted(
                AccessNote(act: isOff ? "machines-silenced" : "machines-asked-again", object: "")),
            actor: actor)
    }

    /// Takes up the stop switch as it stood before a restart.
    func takeUpSilence() {
        if PrivateFile.read(silenceMark) != nil { realSupervisor.silence() }
    }
}
