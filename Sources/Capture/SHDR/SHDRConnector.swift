// SHDR: listens to an adapter, the small program beside a machine that an agent would read.

public import Plant
import Wire

/// Reads the lines of an adapter; all it sends is the question whether the adapter is there.
public struct SHDRConnector: Connector {
    /// `shdr`.
    public static let kind = "shdr"
    /// All settings.
    public static let schema = SHDRFieldSettings.schema

    private let endpoint: Endpoint
    private let silence: Elapsed
    private let points: [SHDRPoint]

    /// Checks keys.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        endpoint = try reader.requiredEndpoint("address")
        silence = reader.duration("silence") ?? .minutes(10)
        var points: [SHDRPoint] = []
        for signal in signals {
            let point = try SHDRPoint(signal)
            let other = points.first {
                $0.key == point.key && $0.device == point.device && $0.form != point.form
            }
            if let other {
                throw ConfigurationError(
                    path: "\(signal.configurationPath).form",
                    reason: "the signal \(other.text) reads the same key as \(other.form)",
                    remedy: "Give both signals the same form.")
            }
            points.append(point)
        }
        self.points = points
    }

    /// The kind that the option `type` names.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        _ = try SHDRPoint.address(source.address, reader)
        return ValueKind.allCases.first { $0.word == reader.text("type") } ?? .number
    }

    /// The adapter's address: many take one connection only.
    public var controller: String? { endpoint.description }

    /// Each signal tells by itself.
    public var groups: [PollGroup] {
        points.map { PollGroup(signals: [$0.signal], period: nil) }
    }

    /// Listens for some seconds; an adapter tells all that it knows at once.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
        var line = SHDRLineReader(
            channel: channel, io: io, points: points, silence: silence, name: endpoint)
        let end = io.clock.monotonic() + CaptureLimits.probeListening
        var values: [SignalID: String] = [:]
        do throws(ConnectorError) {
            try await line.start()
            while io.clock.monotonic() < end, values.count < points.count || points.isEmpty {
                for column in try await line.next(until: end).flatMap(\.columns) {
                    let last = column.values.count - 1
                    guard last >= 0 else { continue }
                    let isBad = column.quality(at: last).isBad
                    values[column.signal] = isBad ? "" : column.values[last].asText
                }
            }
        } catch {
            await channel.close()
            throw error
        }
        await channel.close()
        let findings = points.map { point -> ProbeFinding in
            let value = values[point.signal.id]
            let problem: String? =
                switch value {
                case nil: "the adapter tells nothing of it yet"
                case "": "the adapter tells no value"
                default: nil
                }
            return ProbeFinding(
                address: point.text, value: problem == nil ? value : nil, problem: problem)
        }
        let good = findings.filter { $0.problem == nil }.count
        return ProbeReport(
            summary: "\(endpoint) answers; \(good) of \(findings.count) signals have a value.",
            findings: findings)
    }

    /// Listens until cancelled or until the adapter is gone; then its values are unknown.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        var failure: ConnectorError?
        do throws(ConnectorError) {
            let channel = try await io.dialer.connect(endpoint, CaptureLimits.connectTimeout)
            var line = SHDRLineReader(
                channel: channel, io: io, points: points, silence: silence, name: endpoint)
            do throws(ConnectorError) {
                try await line.start()
                while !Task.isCancelled {
                    let batches = try await line.next(until: nil)
                    if !batches.isEmpty { await sink.accept(batches) }
                }
            } catch {
                failure = error
            }
            await channel.close()
            let unknown = line.lost()
            if failure != .cancelled, !unknown.isEmpty { await sink.accept(unknown) }
        } catch {
            failure = error
        }
        if let failure, failure != .cancelled { throw failure }
    }
}
