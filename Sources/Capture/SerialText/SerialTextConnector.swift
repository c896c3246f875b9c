// Serial text: takes the lines of scales, gauges and old controls from a port or a serial server.

public import Plant
import Wire

/// Reads lines of text; sends nothing but the text that asks for a line.
public struct SerialTextConnector: Connector {
    /// `serial-text`.
    public static let kind = "serial-text"
    /// All settings.
    public static let schema = SerialTextFields.schema

    private let place: SerialPlace
    private let points: [SerialTextPoint]
    /// The bytes that ask for a line; nil when the box only listens.
    private let question: [UInt8]?
    private let period: Elapsed

    /// Checks patterns and the text that asks.
    public init(connection: Connection, signals: [Signal]) throws(ConfigurationError) {
        let reader = try Self.schema.reader(
            settings: connection.settings, path: "connection.\(connection.id.text)")
        place = try SerialPlace(reader)
        question = try SerialTextFields.question(reader)
        period = reader.duration("every") ?? .seconds(1)
        var points: [SerialTextPoint] = []
        for signal in signals { points.append(try SerialTextPoint(signal, connection: reader)) }
        self.points = points
    }

    /// A number for the value of a line, a text for its unit.
    public static func valueKind(of source: SignalSource) throws(ConfigurationError) -> ValueKind {
        let reader = try schema.reader(options: source.options, path: "signal.\(source.address)")
        return try SerialTextPoint.part(source.address, reader) == .unit ? .text : .number
    }

    /// The port or the serial server.
    public var controller: String? { place.description }

    /// All signals come with one line.
    public var groups: [PollGroup] {
        [PollGroup(signals: points.map(\.signal), period: question == nil ? nil : period)]
    }

    /// Listens for some seconds, asking where a text is configured.
    public func probe(_ io: ConnectorIO) async throws(ConnectorError) -> ProbeReport {
        let channel = try await place.open(io)
        let collected = ProbeCollector()
        do throws(ConnectorError) {
            try await listen(
                channel, io, until: io.clock.monotonic() + CaptureLimits.probeListening,
                isEnough: { collected.count >= points.count && !points.isEmpty },
                take: { batches in collected.take(batches) })
        } catch {
            await channel.close()
            throw error
        }
        await channel.close()
        let findings = points.map { point in
            let value = collected.values[point.signal.id]
            return ProbeFinding(
                address: point.text, value: value ?? nil,
                problem: value == nil
                    ? "no line with this value yet"
                    : value == .some(nil) ? "the line holds no value" : nil)
        }
        return ProbeReport(
            summary: "\(place) is open; \(collected.count) of \(points.count) signals were heard.",
            findings: findings)
    }

    /// Takes lines until cancelled or until the line breaks.
    public func run(
        _ io: ConnectorIO, into sink: some SampleSink
    ) async throws(ConnectorError) {
        let channel: any ByteChannel
        do throws(ConnectorError) {
            channel = try await place.open(io)
        } catch {
            guard error != .cancelled else { return }
            throw error
        }
        var failure: ConnectorError?
        do throws(ConnectorError) {
            // Whoever only listens knows no more than that the port is open.
            if question == nil { io.report(.established) }
            try await listen(
                channel, io, until: nil, isEnough: { false },
                take: { batches in await sink.accept(batches) })
        } catch {
            failure = error
        }
        await channel.close()
        if let failure, failure != .cancelled { throw failure }
    }

    private func listen(
        _ channel: any ByteChannel, _ io: ConnectorIO, until end: Elapsed?,
        isEnough: () -> Bool, take: ([SampleBatch]) async -> Void
    ) async throws(ConnectorError) {
        let clock = io.clock
        var start = SerialStart(opened: clock.monotonic())
        var intake = SerialTextIntake(points)
        // The first answer comes when the line is known to be quiet, and is whole.
        var turns = SerialTurns(
            period: question == nil ? nil : period,
            at: clock.monotonic() + CaptureLimits.lineSilence)
        while !Task.isCancelled, !isEnough() {
            if let question, turns.isDue(clock.monotonic()) {
                if turns.endsUnanswered(clock.monotonic()) {
                    let error = ConnectorError.timedOut(
                        doing: "asking \(place) for a line", after: period)
                    io.report(.requestFailed(group: 0, error.what))
                    io.report(.pollsLost(1))
                    if turns.failures >= CaptureLimits.failuresUntilLost { throw error }
                }
                try await channel.send(question)
            }
            let now = clock.monotonic()
            var limit = turns.due.map { $0 - now } ?? .hours(1)
            if let end { limit = min(limit, end - now) }
            if let end, now >= end { return }
            let bytes: [UInt8]
            do throws(ConnectorError) {
                bytes = try await channel.receive(within: max(limit, .milliseconds(1)))
            } catch {
                guard case .timedOut = error else { throw error }
                continue
            }
            let arrival = clock.wall()
            let arrived = intake.take(
                start.whole(bytes, at: clock.monotonic()), arrival: arrival, report: io.report)
            if arrived.lines > 0 {
                turns.answered()
                io.report(.received(arrived.lines))
            }
            guard let first = arrived.batches.first else { continue }
            await take(arrived.batches)
            if question != nil {
                io.report(.polled(group: 0, at: Timestamp(nanoseconds: first.times[0])))
            }
        }
    }
}

/// When the next text that asks is due, and how many had no answer.
struct SerialTurns: Sendable {
    private let period: Elapsed?
    /// When to ask next; nil when nothing is ever asked.
    private(set) var due: Elapsed?
    private(set) var failures = 0
    private var isOpen = false

    init(period: Elapsed?, at now: Elapsed) {
        self.period = period
        due = period == nil ? nil : now
    }

    /// True when it is time to ask.
    func isDue(_ now: Elapsed) -> Bool { due.map { $0 <= now } ?? false }

    /// Begins a turn; true when the turn before had no answer.
    mutating func endsUnanswered(_ now: Elapsed) -> Bool {
        guard let period, let due else { return false }
        let isUnanswered = isOpen
        if isUnanswered { failures += 1 }
        isOpen = true
        // Turns do not drift, and those that were missed are not made up for.
        let behind = max(0, (now - due).nanoseconds)
        self.due = due + period.times(behind / period.nanoseconds + 1)
        return isUnanswered
    }

    /// A line came.
    mutating func answered() {
        isOpen = false
        failures = 0
    }
}

/// What a probe heard; used by one task.
private final class ProbeCollector {
    private(set) var values: [SignalID: String?] = [:]
    var count: Int { values.count }

    func take(_ batches: [SampleBatch]) {
        for batch in batches {
            for column in batch.columns {
                for row in batch.times.indices {
                    let isBad = column.quality(at: row).isBad
                    values.updateValue(
                        isBad ? nil : column.values[row].asText, forKey: column.signal)
                }
            }
        }
    }
}
