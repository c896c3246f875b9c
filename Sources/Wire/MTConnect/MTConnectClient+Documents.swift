// What a client makes of the documents that come, and which it asks for next.

extension MTConnectClient {
    mutating func handle(_ body: [UInt8]) throws(FrameError) {
        let document = try MTConnectDocument.decode(body)
        switch (phase, document) {
        case (.probing, .devices(let devices)): model(devices)
        case (.current, .streams(let streams)): try current(streams)
        case (.sampling, .streams(let streams)): try sampled(streams)
        case (_, .faults(let faults)): refused(faults)
        default:
            throw FrameError(
                doing: "reading an MTConnect document",
                problem: .invalid("a document that was not asked for"))
        }
    }

    private mutating func model(_ devices: MTConnectDevices) {
        actions.append(.devices(devices))
        instanceID = devices.header.instanceID
        bufferSize = devices.header.bufferSize
        // Kept when known, so that an agent that tells two different times is not asked for ever.
        modelChange = modelChange ?? devices.header.deviceModelChangeTime
        if let cursor, cursor.instanceID != devices.header.instanceID {
            lose(cursor, newInstance: devices.header.instanceID)
        }
        succeed()
        if cursor == nil || !hasSnapshot { askCurrent() } else { sample() }
    }

    private mutating func succeed() {
        failures = 0
        unreadable = 0
    }

    /// The agent was started anew: what it had not told before is lost.
    private mutating func lose(_ cursor: MTConnectCursor, newInstance: UInt64) {
        actions.append(
            .gap(
                MTConnectGap(
                    instanceID: cursor.instanceID, from: cursor.next, to: nil, missed: nil,
                    reason: .instanceChanged(from: cursor.instanceID, to: newInstance))))
        self.cursor = nil
        modelChange = nil
        recovery = .newInstance
    }

    private func numbers(
        _ header: MTConnectHeader
    ) throws(FrameError) -> (first: UInt64, next: UInt64) {
        guard let first = header.firstSequence, let next = header.nextSequence, first > 0,
            next > 0, next < UInt64.max
        else {
            throw FrameError(
                doing: "reading MTConnectStreams",
                problem: .invalid("a header without firstSequence or nextSequence"))
        }
        return (first, next)
    }

    /// True when the agent is another run than the one whose model is known.
    private mutating func isNewInstance(_ header: MTConnectHeader) -> Bool {
        guard header.instanceID != instanceID else { return false }
        cancelAnswer()
        if let cursor { lose(cursor, newInstance: header.instanceID) }
        phase = .probing
        retry()
        return true
    }

    private mutating func current(_ streams: MTConnectStreams) throws(FrameError) {
        let (first, next) = try numbers(streams.header)
        if isNewInstance(streams.header) { return }
        answer = nil
        let snapshot = Self.inOrder(streams.observations)
        let fresh: [MTConnectObservation]
        let resume: UInt64
        if let cursor, next < cursor.next {
            actions.append(
                .gap(
                    MTConnectGap(
                        instanceID: cursor.instanceID, from: cursor.next, to: nil, missed: nil,
                        reason: .sequenceWentBack)))
            resume = min(first, next)
            fresh = snapshot.filter { $0.sequence < resume }
        } else if let cursor {
            let reason: MTConnectGap.Reason
            if case .skip(let why) = recovery {
                reason = why
                resume = next
            } else {
                reason = .bufferOverrun
                resume = min(max(first, cursor.next), next)
            }
            fresh = snapshot.filter { $0.sequence >= cursor.next && $0.sequence < resume }
            addGap(from: cursor, to: resume, found: fresh, reason)
        } else if recovery == .newInstance {
            resume = min(first, next)
            fresh = snapshot.filter { $0.sequence < resume }
            let beginning = MTConnectCursor(instanceID: streams.header.instanceID, next: 1)
            addGap(from: beginning, to: resume, found: fresh, .bufferOverrun)
        } else {
            resume = next
            fresh = snapshot
        }
        recovery = .overrun
        hasSnapshot = true
        succeed()
        deliver(fresh, snapshot, next: resume, streams.header.instanceID)
        sample()
    }

    private mutating func addGap(
        from cursor: MTConnectCursor, to resume: UInt64, found: [MTConnectObservation],
        _ reason: MTConnectGap.Reason
    ) {
        guard resume > cursor.next else { return }
        let range = resume - cursor.next
        let kept = UInt64(Set(found.map(\.sequence)).count)
        guard range > kept else { return }
        actions.append(
            .gap(
                MTConnectGap(
                    instanceID: cursor.instanceID, from: cursor.next, to: resume - 1,
                    missed: range - kept, reason: reason)))
    }

    private mutating func sampled(_ streams: MTConnectStreams) throws(FrameError) {
        let (first, next) = try numbers(streams.header)
        if isNewInstance(streams.header) { return }
        guard let cursor else { return probe() }
        if isStreaming, answer == nil { fallBackToPolling() }
        if first > cursor.next || next < cursor.next {
            cancelAnswer()
            overrun()
            return
        }
        let fresh = Self.inOrder(streams.observations.filter { $0.sequence >= cursor.next })
        let last = fresh.last?.sequence ?? 0
        let resume = max(next, last == UInt64.max ? last : last + 1)
        if resume > cursor.next {
            overruns = 0
            deliver(fresh, nil, next: resume, cursor.instanceID)
        }
        succeed()
        uselessStreams = 0
        if let change = streams.header.deviceModelChangeTime, change != modelChange {
            // The model changed while the agent runs: ask for it, then go on.
            modelChange = change
            cancelAnswer()
            phase = .probing
            retry()
            return
        }
        guard answer == nil else { return }
        let hasMore = resume > cursor.next && resume <= streams.header.lastSequence ?? 0
        if hasMore {
            sample()
        } else {
            wait(Int64(max(1, settings.intervalMilliseconds)) * 1_000_000, then: .sampling)
        }
    }

    /// The buffer has gone on beyond the cursor.
    private mutating func overrun() {
        overruns += 1
        guard overruns > 1 else {
            recovery = .overrun
            return askCurrent()
        }
        recovery = .skip(.bufferOverrun)
        phase = .current
        retry()
    }

    private mutating func refused(_ faults: MTConnectFaults) {
        actions.append(.trouble(.faults(faults.faults)))
        cancelAnswer()
        if let header = faults.header, header.instanceID != instanceID, phase != .probing {
            if let cursor { lose(cursor, newInstance: header.instanceID) }
            phase = .probing
            retry()
            return
        }
        if phase == .sampling {
            if faults.faults.contains(where: { $0.code == .outOfRange }) { return overrun() }
            let codes: [MTConnectFaultCode] = [.invalidRequest, .unsupported, .queryError]
            if isStreaming, faults.faults.contains(where: { codes.contains($0.code) }) {
                fallBackToPolling()
            }
        }
        retry()
    }

    /// By sequence number, each number once.
    private static func inOrder(
        _ observations: [MTConnectObservation]
    ) -> [MTConnectObservation] {
        var ordered: [MTConnectObservation] = []
        ordered.reserveCapacity(observations.count)
        for one in observations.sorted(by: { $0.sequence < $1.sequence })
        where ordered.last?.sequence != one.sequence {
            ordered.append(one)
        }
        return ordered
    }

    private mutating func deliver(
        _ fresh: [MTConnectObservation], _ snapshot: [MTConnectObservation]?, next: UInt64,
        _ instanceID: UInt64
    ) {
        let cursor = MTConnectCursor(instanceID: instanceID, next: next)
        self.cursor = cursor
        actions.append(
            .deliver(MTConnectDelivery(observations: fresh, snapshot: snapshot, cursor: cursor)))
        guard settings.readsAssets else { return }
        for observation in fresh where observation.type == "AssetChanged" {
            if case .text(let id) = observation.value, !id.isEmpty { assets.want(id) }
        }
    }
}

extension MTConnectClient {
    private mutating func request(_ path: String, _ query: String) -> MTConnectRequestID {
        requests += 1
        let id = MTConnectRequestID(number: requests)
        actions.append(.request(MTConnectClientRequest(id: id, path: path, query: query)))
        return id
    }

    private var prefix: String {
        settings.device.map { "/" + PercentEncoding.encode($0) } ?? ""
    }

    private var pathQuery: [String] {
        settings.path.map { ["path=" + PercentEncoding.encode($0)] } ?? []
    }

    mutating func probe() {
        phase = .probing
        answer = MTConnectAnswer(id: request(prefix + "/probe", ""), heard: now)
    }

    mutating func askCurrent() {
        phase = .current
        let id = request(prefix + "/current", pathQuery.joined(separator: "&"))
        answer = MTConnectAnswer(id: id, heard: now)
    }

    mutating func sample() {
        guard let cursor else { return askCurrent() }
        phase = .sampling
        let count = min(UInt64(settings.count), max(1, bufferSize ?? .max))
        var query = ["from=\(cursor.next)", "count=\(count)"]
        if isStreaming {
            query.append("interval=\(settings.intervalMilliseconds)")
            query.append("heartbeat=\(settings.heartbeatMilliseconds)")
        }
        query += pathQuery
        let id = request(prefix + "/sample", query.joined(separator: "&"))
        answer = MTConnectAnswer(id: id, heard: now, isStream: isStreaming)
    }

    mutating func askForAssets() {
        if assets.skipped > 0 {
            actions.append(.trouble(.assetsSkipped(assets.skipped)))
            assets.skipped = 0
        }
        guard phase != .idle, assets.answer == nil, !assets.waiting.isEmpty else { return }
        let asset = assets.waiting.removeFirst()
        let id = request("/asset/" + PercentEncoding.encode(asset), "")
        assets.answer = MTConnectAnswer(id: id, heard: now)
    }

    mutating func handleAssets(_ body: [UInt8]) {
        do {
            switch try MTConnectDocument.decode(body) {
            case .assets(let answer): actions.append(.assets(answer.assets))
            case .faults(let faults): actions.append(.trouble(.faults(faults.faults)))
            default:
                actions.append(.trouble(.failed("another document than assets was answered")))
            }
        } catch { actions.append(.trouble(.malformed(error))) }
    }
}
