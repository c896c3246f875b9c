// What a Sparkplug edge node publishes of its metrics, and what it stores until it may.

/// The metrics of the node itself or of one device.
struct SparkplugEdgeSource {
    struct Metric {
        let definition: SparkplugEdgeMetric
        let alias: UInt64
        var value = SparkplugValue.null
        var milliseconds: UInt64?
    }

    /// The machine answers; for the node itself without meaning.
    var isOnline = false
    var lastHeard: Int64 = 0
    var metrics: [Metric] = []
    var indices: [String: Int] = [:]
}

/// A value that waits for a BIRTH.
struct SparkplugStored {
    let device: String?
    let value: SparkplugEdgeValue
}

extension SparkplugEdge {
    /// Source: tck-id-payloads-alias-uniqueness; aliases are never used twice.
    mutating func define(_ device: String?, _ metrics: [SparkplugEdgeMetric], _ wall: UInt64) {
        if let device {
            do throws(FrameError) {
                try SparkplugTopic.check(device, "device id")
            } catch {
                actions.append(.refused(.malformed(error)))
                return
            }
        }
        let before = sources[device]
        var source = SparkplugEdgeSource()
        source.isOnline = before?.isOnline ?? false
        source.lastHeard = before?.lastHeard ?? 0
        for definition in metrics where source.indices[definition.name] == nil {
            if SparkplugName.isControl(definition.name) { continue }
            var metric = SparkplugEdgeSource.Metric(definition: definition, alias: nextAlias)
            nextAlias += 1
            if let old = before?.indices[definition.name].flatMap({ before?.metrics[$0] }),
                old.definition.type == definition.type
            {
                metric.value = old.value
                metric.milliseconds = old.milliseconds
            }
            source.indices[definition.name] = source.metrics.count
            source.metrics.append(metric)
        }
        sources[device] = source
        guard phase == .born else { return }
        // A node's metrics are told by NBIRTH only, which demands all DBIRTHs after it.
        if device == nil {
            publishBirths(wall)
        } else if source.isOnline {
            publishBirth(of: device, wall)
        }
    }

    /// NBIRTH, all DBIRTHs, then what was stored.
    ///
    /// Source: tck-id-topics-nbirth-seq-num, tck-id-topics-nbirth-bdseq-matching,
    /// tck-id-topics-nbirth-rebirth-metric, tck-id-payloads-dbirth-order;
    /// tck-id-operational-behavior-data-commands-rebirth-name-aliases.
    mutating func publishBirths(_ wall: UInt64) {
        phase = .born
        seq = 0
        let rebirth = SparkplugMetric(
            name: SparkplugName.rebirth, timestamp: wall, datatype: .boolean,
            value: .scalar(.bool(false)))
        publish(
            .nodeBirth, nil, wall,
            [birthDeathMetric(wall), rebirth] + birthMetrics(of: nil, wall))
        for device in onlineDevices {
            publish(.deviceBirth, device, wall, birthMetrics(of: device, wall))
        }
        flush(wall)
    }

    private var onlineDevices: [String] {
        sources.compactMap { device, source in source.isOnline ? device : nil }.sorted()
    }

    private mutating func publishBirth(of device: String?, _ wall: UInt64) {
        publish(.deviceBirth, device, wall, birthMetrics(of: device, wall))
        flush(wall)
    }

    /// All metrics with name, alias, type and present value.
    ///
    /// Source: tck-id-payloads-alias-birth-requirement, tck-id-payloads-metric-datatype-req,
    /// tck-id-operational-behavior-data-publish-dbirth-values.
    private func birthMetrics(of device: String?, _ wall: UInt64) -> [SparkplugMetric] {
        (sources[device]?.metrics ?? []).map { known in
            var metric = SparkplugMetric(
                name: known.definition.name, alias: known.alias,
                timestamp: known.milliseconds ?? wall, datatype: known.definition.type,
                value: SparkplugRawValue(known.value, as: known.definition.type))
            if metric.value == nil { metric.isNull = true }
            if let unit = known.definition.unit {
                metric.properties = SparkplugPropertySet([
                    ("engUnit", .init(type: .string, content: .scalar(.string(unit))))
                ])
            }
            return metric
        }
    }

    /// Sends one message with the next sequence number.
    ///
    /// Source: tck-id-payloads-sequence-num-incrementing, tck-id-payloads-nbirth-qos, -retain.
    private mutating func publish(
        _ type: SparkplugMessageType, _ device: String?, _ wall: UInt64,
        _ metrics: [SparkplugMetric]
    ) {
        let payload = SparkplugPayload(timestamp: wall, metrics: metrics, seq: UInt64(seq))
        // Wraps from 255 to 0, as clause 6.4.5 demands.
        seq &+= 1
        actions.append(
            .publish(
                MQTTMessage(
                    topic: SparkplugTopic.message(type, settings.node, device: device).text,
                    payload: payload.encoded())))
    }

    mutating func take(
        _ values: [SparkplugEdgeValue], _ device: String?, _ now: Int64, _ wall: UInt64
    ) {
        // Taken out of the table, so that changing it does not copy it.
        guard var source = sources.removeValue(forKey: device) else {
            actions.append(.refused(.undefined(device: device, metric: nil)))
            return
        }
        source.lastHeard = now
        let isNewlyOnline = device != nil && !source.isOnline
        source.isOnline = true
        var fresh: [SparkplugEdgeValue] = []
        var late: [SparkplugEdgeValue] = []
        for value in values {
            guard let index = source.indices[value.metric] else {
                actions.append(.refused(.undefined(device: device, metric: value.metric)))
                continue
            }
            let known = source.metrics[index]
            guard
                value.value == .null
                    || SparkplugRawValue(value.value, as: known.definition.type) != nil
            else {
                actions.append(.refused(.type(device: device, metric: value.metric)))
                continue
            }
            if let last = known.milliseconds, value.milliseconds < last {
                late.append(value)
                continue
            }
            // tck-id-operational-behavior-data-publish-dbirth-change: only what has changed.
            if known.value != value.value || known.milliseconds == nil { fresh.append(value) }
            source.metrics[index].value = value.value
            source.metrics[index].milliseconds = value.milliseconds
        }
        sources[device] = source
        guard phase == .born else {
            store(late + fresh, device)
            return
        }
        if isNewlyOnline {
            publishBirth(of: device, wall)
            publishData(
                late + fresh.filter { !isTold($0, source) }, device, wall, isHistorical: true)
        } else {
            publishData(late, device, wall, isHistorical: true)
            publishData(fresh.sorted { $0.milliseconds < $1.milliseconds }, device, wall)
        }
    }

    /// Source: tck-id-payloads-alias-data-cmd-requirement,
    /// tck-id-payloads-metric-datatype-not-req, tck-id-payloads-name-birth-data-requirement.
    private mutating func publishData(
        _ values: [SparkplugEdgeValue], _ device: String?, _ wall: UInt64,
        isHistorical: Bool = false
    ) {
        guard let source = sources[device] else { return }
        var metrics: [SparkplugMetric] = []
        for value in values {
            guard let index = source.indices[value.metric] else { continue }
            let known = source.metrics[index]
            var metric = SparkplugMetric(
                alias: known.alias, timestamp: value.milliseconds,
                isHistorical: isHistorical ? true : nil,
                value: SparkplugRawValue(value.value, as: known.definition.type))
            if metric.value == nil { metric.isNull = true }
            metrics.append(metric)
            if metrics.count == settings.batch {
                publish(device == nil ? .nodeData : .deviceData, device, wall, metrics)
                metrics = []
            }
        }
        if !metrics.isEmpty {
            publish(device == nil ? .nodeData : .deviceData, device, wall, metrics)
        }
    }

    private mutating func store(_ values: [SparkplugEdgeValue], _ device: String?) {
        stored += values.map { SparkplugStored(device: device, value: $0) }
        let over = stored.count - settings.storedValues
        if over > 0 {
            stored.removeFirst(over)
            actions.append(.dropped(over))
        }
    }

    /// True for the value that a BIRTH tells now.
    private func isTold(_ value: SparkplugEdgeValue, _ source: SparkplugEdgeSource) -> Bool {
        guard let known = source.indices[value.metric].map({ source.metrics[$0] }) else {
            return false
        }
        return known.milliseconds == value.milliseconds && known.value == value.value
    }

    /// Publishes what is stored of the node and of the devices that are born.
    ///
    /// The newest value of a metric is left out: the BIRTH has just told it.
    private mutating func flush(_ wall: UInt64) {
        let all = stored
        stored = []
        var order: [String?] = []
        var waiting: [String?: [SparkplugEdgeValue]] = [:]
        for entry in all {
            guard let source = sources[entry.device],
                source.indices[entry.value.metric] != nil
            else { continue }
            guard entry.device == nil || source.isOnline else {
                stored.append(entry)
                continue
            }
            if isTold(entry.value, source) { continue }
            if waiting[entry.device] == nil { order.append(entry.device) }
            waiting[entry.device, default: []].append(entry.value)
        }
        for device in order {
            publishData(waiting[device] ?? [], device, wall, isHistorical: true)
        }
    }

    /// Source: tck-id-operational-behavior-device-ddeath, tck-id-topics-ddeath-seq-num.
    mutating func die(_ device: String, _ wall: UInt64) {
        guard sources[device]?.isOnline == true else { return }
        sources[device]?.isOnline = false
        if phase == .born { publish(.deviceDeath, device, wall, []) }
    }

    mutating func endSilent(_ now: Int64, _ wall: UInt64) {
        for device in onlineDevices {
            guard let heard = sources[device]?.lastHeard else { continue }
            if SparkplugDeadline.after(heard, settings.silenceNanoseconds) <= now {
                die(device, wall)
            }
        }
    }
}
