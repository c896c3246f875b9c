// Questions of the application, answered with as many requests as the server's limits need.

/// A question while it is worked on.
struct OPCUAJob: Hashable, Sendable {
    /// The client's own question after a session is made.
    static let preparation = UInt64.max

    enum Work: Hashable, Sendable {
        case browse(OPCUANodeID, [OPCUAReference], isReleasing: Bool)
        case read([OPCUAReadTarget], [OPCUADataValue])
        case paths([OPCUABrowsePath], [OPCUAPathResult])
        case history(OPCUAHistoryRead, [OPCUADataValue])
    }

    var work: Work
    /// Nodes or paths in the request that is under way.
    var asked = 0
}

extension OPCUAClient {
    mutating func ask(_ question: OPCUAQuestion, id: UInt64) {
        var refusal: String?
        if phase != .ready { refusal = "there is no session" }
        if jobs.count >= OPCUALimits.requests { refusal = "too many questions at a time" }
        if jobs[id] != nil || id == OPCUAJob.preparation { refusal = "the number is in use" }
        if let refusal {
            actions.append(.answered(.failed(OPCUAProblem(refusal)), id: id))
        } else {
            startJob(id, question)
        }
    }

    mutating func startJob(_ id: UInt64, _ question: OPCUAQuestion) {
        switch question {
        case .browse(let node):
            jobs[id] = OPCUAJob(work: .browse(node, [], isReleasing: false))
            send(
                .browse(
                    [OPCUABrowseDescription(node: node)],
                    most: UInt32(OPCUALimits.referencesPerBrowse)),
                for: .job(id))
        case .read(let targets):
            jobs[id] = OPCUAJob(work: .read(targets, []))
            askMore(id)
        case .findNodes(let paths):
            jobs[id] = OPCUAJob(work: .paths(paths, []))
            askMore(id)
        case .history(let node, let from, let until):
            let read = OPCUAHistoryRead(
                node, from: OPCUADateTime(nanoseconds: from),
                until: OPCUADateTime(nanoseconds: until),
                most: UInt32(OPCUALimits.historyValuesPerCall))
            jobs[id] = OPCUAJob(work: .history(read, []))
            send(.historyRead(read), for: .job(id))
        }
    }

    mutating func finishJob(_ id: UInt64, _ answer: OPCUAClientAnswer) {
        guard jobs.removeValue(forKey: id) != nil else { return }
        guard id == OPCUAJob.preparation else {
            actions.append(.answered(answer, id: id))
            return
        }
        switch answer {
        case .read(let values): prepared(values)
        case .failed(let problem):
            fail(problem)
        default: break
        }
    }

    mutating func failJobs(_ words: String) {
        for id in jobs.keys.sorted() where id != OPCUAJob.preparation {
            actions.append(.answered(.failed(OPCUAProblem(words)), id: id))
        }
        jobs.removeAll()
    }

    mutating func jobFailed(_ id: UInt64, _ problem: OPCUAProblem) {
        guard let job = jobs[id] else { return }
        if problem.status?.asksForLess == true, job.asked > 1 {
            switch job.work {
            case .read: limits.nodesPerRead = job.asked / 2
            case .paths: limits.pathsPerCall = job.asked / 2
            case .browse, .history: return finishJob(id, .failed(problem))
            }
            askMore(id)
        } else {
            finishJob(id, .failed(problem))
        }
    }

    /// Asks for the next part of a question that was cut by the server's limits.
    private mutating func askMore(_ id: UInt64) {
        switch jobs[id]?.work {
        case .read(let targets, let values):
            let part = Array(targets.dropFirst(values.count).prefix(limits.nodesPerRead))
            if part.isEmpty { return finishJob(id, .read(values)) }
            jobs[id]?.asked = part.count
            send(.read(part, maximumAge: 0), for: .job(id))
        case .paths(let paths, let results):
            let part = Array(paths.dropFirst(results.count).prefix(limits.pathsPerCall))
            if part.isEmpty { return finishJob(id, .foundNodes(results)) }
            jobs[id]?.asked = part.count
            send(.translateBrowsePaths(part), for: .job(id))
        case .browse, .history, nil: break
        }
    }

    mutating func advanceJob(_ id: UInt64, _ response: OPCUAResponse) throws(FrameError) {
        guard let job = jobs[id] else { return }
        switch (job.work, response) {
        case (.browse(let node, let found, let isReleasing), .browsed(let results)):
            advanceBrowse(id, node, found, isReleasing: isReleasing, results)
        case (.read(let targets, let values), .read(let more)):
            try check(more.count, job.asked)
            jobs[id]?.work = .read(targets, values + more)
            askMore(id)
        case (.paths(let paths, let results), .translated(let more)):
            try check(more.count, job.asked)
            jobs[id]?.work = .paths(paths, results + more)
            askMore(id)
        case (.history(let read, let values), .history(let results)):
            advanceHistory(id, read, values, results)
        default:
            throw FrameError(
                doing: "answering a question", problem: .invalid("an answer to something else"))
        }
    }

    private func check(_ found: Int, _ expected: Int) throws(FrameError) {
        if found != expected {
            throw FrameError(
                doing: "answering a question",
                problem: .value(
                    field: "number of results", found: found, expected: "\(expected)"))
        }
    }

    private mutating func advanceBrowse(
        _ id: UInt64, _ node: OPCUANodeID, _ found: [OPCUAReference], isReleasing: Bool,
        _ results: [OPCUABrowseResult]
    ) {
        if isReleasing { return finishJob(id, .browsed(found, isComplete: false)) }
        guard let result = results.first, !result.status.isBad else {
            let status = results.first?.status ?? .badUnexpectedError
            return finishJob(
                id, .failed(OPCUAProblem("\(node) is not browsed", status: status)))
        }
        let all = found + result.references.prefix(OPCUALimits.browseReferences - found.count)
        // A server that gives nothing and promises more would keep us asking for ever.
        let isFull =
            all.count >= OPCUALimits.browseReferences || result.references.isEmpty
        if result.continuationPoint.isEmpty {
            let isComplete = all.count == found.count + result.references.count
            return finishJob(id, .browsed(all, isComplete: isComplete))
        }
        jobs[id]?.work = .browse(node, all, isReleasing: isFull)
        send(.browseNext([result.continuationPoint], releases: isFull), for: .job(id))
    }

    private mutating func advanceHistory(
        _ id: UInt64, _ read: OPCUAHistoryRead, _ values: [OPCUADataValue],
        _ results: [OPCUAHistoryResult]
    ) {
        if read.releases { return finishJob(id, .history(values, isComplete: false)) }
        guard let result = results.first, !result.status.isBad else {
            let status = results.first?.status ?? .badUnexpectedError
            return finishJob(
                id, .failed(OPCUAProblem("no history of \(read.node)", status: status)))
        }
        let all = values + result.values.prefix(OPCUALimits.historyValues - values.count)
        if result.continuationPoint.isEmpty {
            let isComplete = all.count == values.count + result.values.count
            return finishJob(id, .history(all, isComplete: isComplete))
        }
        var next = read
        next.continuationPoint = result.continuationPoint
        next.releases = all.count >= OPCUALimits.historyValues || result.values.isEmpty
        jobs[id]?.work = .history(next, all)
        send(.historyRead(next), for: .job(id))
    }
}
