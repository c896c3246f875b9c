// One connection to an adapter: moves bytes between the channel and the client value.

import Plant
import Wire

/// One connection to an adapter: bytes in, batches out.
struct SHDRLineReader {
    private let channel: any ByteChannel
    private let io: ConnectorIO
    private let points: [SHDRPoint]
    private let name: Endpoint
    private let silence: Elapsed
    private var client: SHDRClient
    private var conditions = MTConnectConditions()
    private var told: Set<RegisteredSignal> = []
    private var isEstablished = false

    init(
        channel: any ByteChannel, io: ConnectorIO, points: [SHDRPoint], silence: Elapsed,
        name: Endpoint
    ) {
        self.channel = channel
        self.io = io
        self.points = points
        self.silence = silence
        self.name = name
        client = SHDRClient(legacyNanoseconds: silence.nanoseconds) { device, key in
            points.first { $0.matches(key, device) }?.item
        }
    }

    private var now: Int64 { io.clock.monotonic().nanoseconds }

    /// Asks whether the adapter has a heartbeat.
    mutating func start() async throws(ConnectorError) {
        _ = try await perform(client.step(.connected, now: now))
    }

    /// Waits for lines or the client's time; returns the batches, perhaps none.
    mutating func next(until end: Elapsed?) async throws(ConnectorError) -> [SampleBatch] {
        let moment = io.clock.monotonic()
        var limit = Elapsed(nanoseconds: client.deadline ?? 0) - moment
        if let end { limit = min(limit, end - moment) }
        var event = SHDRClientEvent.tick
        if limit > .zero {
            do throws(ConnectorError) {
                event = .received(try await channel.receive(within: limit))
            } catch {
                guard case .timedOut = error else { throw error }
            }
        }
        return try await perform(client.step(event, now: now))
    }

    /// The adapter is gone: nothing is known of the signals that it had told.
    mutating func lost() -> [SampleBatch] {
        _ = client.step(.disconnected, now: now)
        var rows = SignalRows()
        let arrival = io.clock.wall()
        for signal in told { rows.add(nil, to: signal, source: nil, arrival: arrival) }
        return rows.batches()
    }

    private mutating func perform(
        _ actions: [SHDRClientAction]
    ) async throws(ConnectorError) -> [SampleBatch] {
        var rows = SignalRows()
        var count = 0
        let arrival = io.clock.wall()
        var end: Int64?
        for action in actions {
            switch action {
            case .send(let bytes): try await channel.send(bytes)
            case .line(let line):
                count += line.entries.count
                for fault in line.faults { io.report(.problem(fault.description)) }
                for entry in line.entries { take(entry, line.time, arrival, &rows) }
            case .problem(let error): io.report(.problem(error.description))
            case .close(let length): end = length
            // The loss is told when the connection is closed.
            case .asset, .command, .unavailable: break
            }
        }
        if count > 0 {
            if !isEstablished { io.report(.established) }
            isEstablished = true
            io.report(.received(count))
        }
        if let end {
            throw .timedOut(
                doing: "listening to \(name)", after: Elapsed(nanoseconds: end))
        }
        return rows.batches()
    }

    private func matching(_ entry: SHDREntry, _ device: String?) -> [SHDRPoint] {
        points.filter { $0.matches(entry.key, device) }
    }

    private mutating func take(
        _ entry: SHDREntry, _ time: SHDRTime, _ arrival: Timestamp, _ rows: inout SignalRows
    ) {
        let device = entry.device ?? client.device
        let source = Timestamp(nanoseconds: time.nanoseconds(arrival: arrival.nanoseconds))
        let id = "\(device ?? ""):\(entry.key)"
        let points = matching(entry, device)
        let isCondition = points.contains { $0.form == "condition" }
        if isCondition {
            conditions.apply(
                MTConnectObservation(
                    timestamp: source.nanoseconds, dataItemID: id, category: .condition,
                    type: "", value: entry.value))
        }
        for point in points {
            told.insert(point.signal)
            if case .timeSeries(let series) = entry.value {
                add(series, to: point, source, arrival, &rows)
                continue
            }
            let found =
                isCondition
                ? MTConnectReading.found(
                    conditions[id], part: point.part, as: point.signal.kind)
                : MTConnectReading.found(
                    entry.value, part: point.part, as: point.signal.kind)
            add(found, to: point, source, arrival, &rows)
        }
    }

    private func add(
        _ found: MTConnectReading.Found, to point: SHDRPoint, _ source: Timestamp,
        _ arrival: Timestamp, _ rows: inout SignalRows
    ) {
        switch found {
        case .value(let value):
            rows.add(value, to: point.signal, source: source, arrival: arrival)
        case .unavailable: rows.add(nil, to: point.signal, source: source, arrival: arrival)
        case .absent: break
        case .unfit:
            io.report(.problem("\(point.text): not a \(point.signal.kind.word)"))
            rows.add(
                nil, to: point.signal, source: source, arrival: arrival, missing: .badValue)
        }
    }

    private func add(
        _ series: MTConnectTimeSeries, to point: SHDRPoint, _ end: Timestamp,
        _ arrival: Timestamp, _ rows: inout SignalRows
    ) {
        guard let times = series.times(endingAt: end.nanoseconds) else {
            io.report(.problem("\(point.text): the adapter tells no rate of the series"))
            return add(.unfit, to: point, end, arrival, &rows)
        }
        for (time, number) in zip(times, series.values) {
            rows.add(
                Scalar.number(number).converted(to: point.signal.kind), to: point.signal,
                source: Timestamp(nanoseconds: time), arrival: arrival, missing: .badValue)
        }
    }
}
