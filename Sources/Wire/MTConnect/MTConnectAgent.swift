// An agent as a value: it keeps observations and answers requests, without socket or clock.

/// An agent: devices, a buffer of observations, assets, and the answers to requests.
///
/// Every data item begins as unavailable, as the standard demands. Times are given by the caller,
/// in nanoseconds since 1970. Source: MTConnect Part 1.
public struct MTConnectAgent: Sendable {
    /// The devices.
    public let model: MTConnectModel
    /// Must differ from that of every earlier run.
    public let instanceID: UInt64
    /// The agent's name or address.
    public let sender: String
    /// Writes the documents.
    public let writer: MTConnectWriter
    /// The observations.
    public private(set) var buffer: MTConnectBuffer
    /// The assets, the one changed last at the end.
    public private(set) var assets: [MTConnectAsset] = []
    private let started: Int64

    /// An agent that has just been started; throws when the devices share identifiers.
    public init(
        devices: [MTConnectComponent], instanceID: UInt64, sender: String = "localhost",
        writer: MTConnectWriter = MTConnectWriter(),
        capacity: Int = MTConnectLimits.bufferedObservations, time: Int64
    ) throws(FrameError) {
        model = try MTConnectModel(devices)
        self.instanceID = instanceID
        self.sender = sender
        self.writer = writer
        buffer = MTConnectBuffer(capacity: capacity)
        started = time
        for item in devices.flatMap(\.allDataItems) {
            buffer.append(
                MTConnectObservation(
                    timestamp: time, dataItemID: item.id, category: item.category,
                    type: item.observationType, subType: item.subType, name: item.name,
                    value: .unavailable, statistic: item.statistic))
        }
    }

    /// Adds what a data item tells and returns its sequence number.
    ///
    /// Nil when it is what the data item told last and that does not count again. Throws when the
    /// model has no such data item. `duration` is in seconds.
    @discardableResult
    public mutating func add(
        _ value: MTConnectValue, to dataItemID: String, at timestamp: Int64,
        resetTriggered: String? = nil, duration: Double? = nil, assetType: String? = nil
    ) throws(FrameError) -> UInt64? {
        guard let item = model.dataItem(dataItemID) else {
            throw FrameError(
                doing: "adding an observation",
                problem: .invalid("the data item \(dataItemID) is not in the model"))
        }
        let isCounted =
            item.isDiscrete || item.representation == .discrete
            || item.representation == .timeSeries || resetTriggered != nil
        if !isCounted, buffer.latest[dataItemID].contains(where: { $0.value == value }) {
            return nil
        }
        return buffer.append(
            MTConnectObservation(
                timestamp: timestamp, dataItemID: dataItemID, category: item.category,
                type: item.observationType, subType: item.subType, name: item.name, value: value,
                resetTriggered: resetTriggered, duration: duration, statistic: item.statistic,
                assetType: assetType))
    }

    /// Keeps an asset in place of an earlier one with its identifier.
    ///
    /// The oldest goes when there are too many. Devices with a data item for it tell of the change.
    public mutating func add(_ asset: MTConnectAsset, at timestamp: Int64) throws(FrameError) {
        assets.removeAll { $0.id == asset.id }
        if assets.count >= MTConnectLimits.assets { assets.removeFirst() }
        assets.append(asset)
        let type = asset.isRemoved ? "ASSET_REMOVED" : "ASSET_CHANGED"
        for device in model.devices where asset.deviceUUID == nil || asset.deviceUUID == device.uuid
        {
            for item in device.dataItems where item.type == type {
                try add(.text(asset.id), to: item.id, at: timestamp, assetType: asset.type)
            }
        }
    }

    /// The answer to a GET of this target: "/sample?from=10".
    ///
    /// `time` is the time of day. The stream of an answer begins with its first part.
    public func answer(_ target: String, time: Int64) -> MTConnectAgentAnswer {
        do {
            let request = try MTConnectAgentRequest.parse(target)
            return try answer(request, time: time)
        } catch { return .document(faults([error], time: time)) }
    }

    /// The answer to a request; throws the standard's error.
    public func answer(
        _ request: MTConnectAgentRequest, time: Int64
    ) throws(MTConnectFault) -> MTConnectAgentAnswer {
        switch request {
        case .probe(let device):
            let devices = try device.map { name throws(MTConnectFault) in [try find(name)] }
            return .document(
                writer.devices(
                    MTConnectDevices(
                        header: header(time, .devices), devices: devices ?? model.devices)))
        case .current(let current):
            let filter = try filter(current.device, current.path)
            if current.intervalMilliseconds != nil {
                return .stream(MTConnectAgentStream(current, filter: filter))
            }
            return .document(try self.current(at: current.at, filter: filter, time: time))
        case .sample(let sample):
            let filter = try filter(sample.device, sample.path)
            try check(sample)
            if sample.intervalMilliseconds != nil {
                return .stream(
                    MTConnectAgentStream(
                        sample, from: sample.from ?? buffer.firstSequence, filter: filter))
            }
            let found = buffer.observations(
                from: sample.from ?? buffer.firstSequence,
                count: sample.count ?? MTConnectLimits.defaultCount,
                through: sample.to, where: { filter?.contains($0.dataItemID) ?? true })
            return .document(
                streams(found.observations, next: found.next, time: time))
        case .assets(let wanted): return .document(try assets(wanted, time: time))
        }
    }

    /// A document with errors.
    public func faults(_ faults: [MTConnectFault], time: Int64) -> [UInt8] {
        writer.faults(
            MTConnectFaults(header: header(time, .faults), faults: faults))
    }
}

/// What an agent answers.
public enum MTConnectAgentAnswer: Sendable {
    /// One document of the type text/xml.
    case document([UInt8])
    /// Parts that follow each other until the client leaves.
    case stream(MTConnectAgentStream)
}

extension MTConnectAgent {
    /// The four documents, whose headers tell different buffers.
    enum Document {
        case devices, streams, assets, faults
    }

    func header(_ time: Int64, _ document: Document) -> MTConnectHeader {
        var header = MTConnectHeader(
            instanceID: instanceID, version: writer.schema, sender: sender, creationTime: time,
            deviceModelChangeTime: RFC3339.text(started))
        if document != .assets { header.bufferSize = UInt64(buffer.capacity) }
        if document == .streams {
            header.firstSequence = buffer.firstSequence
            header.lastSequence = buffer.lastSequence
            header.nextSequence = buffer.nextSequence
        }
        if document == .devices || document == .assets {
            header.assetBufferSize = UInt64(MTConnectLimits.assets)
            header.assetCount = UInt64(assets.count)
        }
        return header
    }

    func streams(
        _ observations: [MTConnectObservation], next: UInt64, time: Int64
    ) -> [UInt8] {
        var header = header(time, .streams)
        header.nextSequence = next
        return writer.streams(
            MTConnectStreams(header: header, observations: observations), model: model)
    }

    func current(
        at sequence: UInt64?, filter: Set<String>?, time: Int64
    ) throws(MTConnectFault) -> [UInt8] {
        var state = buffer.latest
        if let sequence {
            guard let then = buffer.snapshot(at: sequence) else {
                throw MTConnectFault(
                    .outOfRange,
                    "at must be between \(buffer.firstSequence) and \(buffer.lastSequence)")
            }
            state = then
        }
        let wanted = state.observations.filter { filter?.contains($0.dataItemID) ?? true }
        return streams(wanted, next: buffer.nextSequence, time: time)
    }

    private func find(_ name: String) throws(MTConnectFault) -> MTConnectComponent {
        guard let number = model.device(name) else {
            throw MTConnectFault(.noDevice, "Could not find the device '\(name)'")
        }
        return model.devices[number]
    }

    /// The data items that a device and a path select; nil for all.
    private func filter(
        _ device: String?, _ path: MTConnectPathExpression?
    ) throws(MTConnectFault) -> Set<String>? {
        let devices = try device.map { name throws(MTConnectFault) in [try find(name)] }
        if let path {
            let selected = path.dataItemIDs(in: devices ?? model.devices)
            guard !selected.isEmpty else {
                throw MTConnectFault(.invalidPath, "The path selects nothing: \(path.text)")
            }
            return selected
        }
        return devices.map { Set($0.flatMap(\.allDataItems).map(\.id)) }
    }

    private func check(_ sample: MTConnectSampleRequest) throws(MTConnectFault) {
        if let from = sample.from, from < buffer.firstSequence || from > buffer.nextSequence {
            throw MTConnectFault(
                .outOfRange,
                "from must be between \(buffer.firstSequence) and \(buffer.nextSequence)")
        }
        if let to = sample.to, to > buffer.lastSequence {
            throw MTConnectFault(
                .outOfRange, "to must not be greater than \(buffer.lastSequence)")
        }
        guard sample.count ?? 0 <= buffer.capacity else {
            throw MTConnectFault(
                .tooMany, "count must not be greater than \(buffer.capacity)")
        }
    }

    private func assets(
        _ request: MTConnectAssetRequest, time: Int64
    ) throws(MTConnectFault) -> [UInt8] {
        let uuid = try request.device.map { name throws(MTConnectFault) in try find(name).uuid }
        var found: [MTConnectAsset] = []
        if request.ids.isEmpty {
            found = assets.reversed().filter { asset in
                (request.includesRemoved || !asset.isRemoved)
                    && (request.type == nil || request.type == asset.type)
                    && (uuid == nil || uuid == asset.deviceUUID)
            }
            found = Array(found.prefix(request.count))
        }
        for id in request.ids {
            guard let asset = assets.first(where: { $0.id == id }) else {
                throw MTConnectFault(.assetNotFound, "Cannot find the asset '\(id)'")
            }
            found.append(asset)
        }
        return writer.assets(
            MTConnectAssets(header: header(time, .assets), assets: found))
    }
}

extension MTConnectDataItem {
    /// What observations of it tell as their type: that of a condition is the item's own.
    var observationType: String { category == .condition ? type : observationName }
}
