// Turns what an agent delivers into batches, and marks what it could not deliver.

import Plant
import Wire

/// What is known of an agent and the signals read from it.
struct MTConnectIntake: Sendable {
    private let points: [MTConnectPoint]
    private var byItem: [String: [MTConnectPoint]] = [:]
    private var items: [String: MTConnectDataItem] = [:]
    private var conditions = MTConnectConditions()
    /// The time of the last sample of each signal, nanoseconds since 1970.
    private var last: [SignalID: Int64] = [:]
    /// Signals of which something is lost, until their next value.
    private var owed: Set<SignalID> = []
    private var gaps: [MTConnectGap] = []
    /// Until when the agent was followed, nanoseconds since 1970 by the agent's clock.
    private var followed: Int64?
    /// Agent's clock minus ours, when the model was told.
    private var clockOffset = Elapsed.zero

    init(points: [MTConnectPoint]) { self.points = points }

    /// Finds the data items of all signals in a model; tells those that are not there.
    mutating func take(
        _ devices: MTConnectDevices, arrival: Timestamp, report: (ConnectorReport) -> Void
    ) throws(FrameError) {
        let model = try MTConnectModel(devices.devices)
        byItem = [:]
        items = [:]
        for point in points {
            guard let item = model.dataItem(key: point.key, device: point.device) else {
                report(.problem("\(point.text): the agent has no such data item"))
                continue
            }
            byItem[item.id, default: []].append(point)
            items[item.id] = item
        }
        clockOffset = .zero
        if let time = devices.header.creationTime {
            let (offset, overflows) = time.subtractingReportingOverflow(arrival.nanoseconds)
            // A clock that is further away is not believed anywhere.
            let limit = CaptureLimits.pastTolerance.nanoseconds
            if !overflows, (-limit...limit).contains(offset) {
                clockOffset = Elapsed(nanoseconds: offset)
            }
        }
    }

    /// The points whose data item the agent does not have.
    var unknown: [MTConnectPoint] {
        let found = Set(byItem.values.joined())
        return points.filter { !found.contains($0) }
    }

    /// Up to this arrival all that the agent had to tell is here.
    mutating func follow(until arrival: Timestamp) {
        followed = (arrival + clockOffset).nanoseconds
    }

    /// Remembers a gap until the delivery behind it.
    mutating func take(_ gap: MTConnectGap) { gaps.append(gap) }

    /// The batches of a delivery.
    ///
    /// Of the current state, what is new is stored with its own time. What this connection has
    /// never told before, or what is older than any time that is believed, holds from now on.
    mutating func batches(
        of delivery: MTConnectDelivery, arrival: Timestamp, report: (ConnectorReport) -> Void
    ) -> [SampleBatch] {
        var rows = SignalRows()
        mark(delivery, &rows)
        let isSnapshot = delivery.snapshot != nil
        let oldest = (arrival - CaptureLimits.pastTolerance).nanoseconds
        for observation in delivery.observations {
            let isOld = isSnapshot && observation.timestamp < oldest
            conditions.apply(observation)
            add(
                observation, to: byItem[observation.dataItemID] ?? [],
                time: isOld ? nil : observation.timestamp, arrival, &rows, report)
        }
        guard let snapshot = delivery.snapshot else { return rows.batches() }
        conditions.replace(with: snapshot.filter { $0.sequence < delivery.cursor.next })
        for observation in snapshot where observation.sequence < delivery.cursor.next {
            let points = (byItem[observation.dataItemID] ?? []).filter {
                last[$0.signal.id] == nil
            }
            add(observation, to: points, time: nil, arrival, &rows, report)
        }
        return rows.batches()
    }

    /// Marks the signals of which something may be lost: those that have told something since.
    ///
    /// What a signal told last holds until the agent was followed no longer.
    private mutating func mark(_ delivery: MTConnectDelivery, _ rows: inout SignalRows) {
        let newest = Dictionary(
            (delivery.snapshot ?? []).map { ($0.dataItemID, $0.sequence) },
            uniquingKeysWith: { max($0, $1) })
        let oldest = Dictionary(
            delivery.observations.map { ($0.dataItemID, $0.timestamp) },
            uniquingKeysWith: { min($0, $1) })
        for gap in gaps {
            for (id, points) in byItem {
                if gap.to != nil, let newest = newest[id], newest < gap.from { continue }
                owed.formUnion(points.map(\.signal.id))
            }
        }
        gaps = []
        for (id, points) in byItem {
            for point in points where owed.contains(point.signal.id) {
                // Without an earlier sample the mark waits for the value behind the gap.
                guard let time = last[point.signal.id] else { continue }
                let end = min(followed ?? time, (oldest[id] ?? .max) &- 1)
                rows.addGap(point.signal, time: max(time + 1, end))
                owed.remove(point.signal.id)
            }
        }
    }

    /// Adds what an observation says; without a time it holds from now on, by the agent's clock.
    private mutating func add(
        _ observation: MTConnectObservation, to points: [MTConnectPoint], time: Int64?,
        _ arrival: Timestamp, _ rows: inout SignalRows, _ report: (ConnectorReport) -> Void
    ) {
        let source = time.map { Timestamp(nanoseconds: $0) } ?? arrival + clockOffset
        for point in points {
            if case .timeSeries(let series) = observation.value {
                add(series, of: observation, to: point, source, arrival, &rows, report)
                continue
            }
            let found =
                observation.category == .condition
                ? MTConnectReading.found(
                    conditions[observation.dataItemID], part: point.part, as: point.signal.kind)
                : MTConnectReading.found(
                    observation.value, part: point.part, as: point.signal.kind)
            switch found {
            case .value(let value): add(value, to: point, source, arrival, .good, &rows)
            case .unavailable: add(nil, to: point, source, arrival, .badComm, &rows)
            case .absent: break
            case .unfit:
                report(.problem("\(point.text): not a \(point.signal.kind.word)"))
                add(nil, to: point, source, arrival, .badValue, &rows)
            }
        }
    }

    private mutating func add(
        _ value: Scalar?, to point: MTConnectPoint, _ source: Timestamp, _ arrival: Timestamp,
        _ missing: Quality, _ rows: inout SignalRows
    ) {
        if owed.remove(point.signal.id) != nil {
            let time = TimestampPolicy.stamp(source: source, arrival: arrival).time.nanoseconds
            rows.addGap(point.signal, time: time - 1)
        }
        last[point.signal.id] = rows.add(
            value, to: point.signal, source: source, arrival: arrival, missing: missing)
    }

    /// A series of numbers, each at its own time.
    private mutating func add(
        _ series: MTConnectTimeSeries, of observation: MTConnectObservation,
        to point: MTConnectPoint, _ end: Timestamp, _ arrival: Timestamp,
        _ rows: inout SignalRows, _ report: (ConnectorReport) -> Void
    ) {
        let rate = items[observation.dataItemID]?.sampleRate
        guard let times = series.times(endingAt: end.nanoseconds, dataItemRate: rate) else {
            report(.problem("\(point.text): the agent tells no rate of the series"))
            add(nil, to: point, end, arrival, .badValue, &rows)
            return
        }
        for (time, number) in zip(times, series.values) {
            let value = Scalar.number(number).converted(to: point.signal.kind)
            add(
                value, to: point, Timestamp(nanoseconds: time), arrival, .badValue, &rows)
        }
    }
}

extension MTConnectGap {
    /// What is lost, in one sentence.
    var words: String {
        let count = missed.map { "\($0) observations" } ?? "observations"
        let numbers = to.map { "numbers \(from) to \($0)" } ?? "from number \(from)"
        return switch reason {
        case .bufferOverrun:
            "\(count) are lost (\(numbers)): the agent's buffer went on before they were read"
        case .instanceChanged:
            "the agent was started anew: what it had not told before is lost (\(numbers))"
        case .sequenceWentBack:
            "the agent counts from an earlier number: what lies between is lost (\(numbers))"
        case .unreadable: "\(count) are lost (\(numbers)): the agent's answers cannot be read"
        }
    }

    /// Why, in one word for counting.
    var word: String {
        switch reason {
        case .bufferOverrun: "buffer"
        case .instanceChanged: "instance"
        case .sequenceWentBack: "sequence"
        case .unreadable: "unreadable"
        }
    }
}
