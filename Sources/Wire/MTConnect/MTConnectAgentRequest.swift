// Reads what a client asks of an agent from the target of its request.

/// What a client asks of an agent.
public enum MTConnectAgentRequest: Hashable, Sendable {
    /// The model of the devices.
    case probe(device: String?)
    /// The current state, or that behind an observation.
    case current(MTConnectCurrentRequest)
    /// Observations from a number on.
    case sample(MTConnectSampleRequest)
    /// The assets with these identifiers; all of a kind when there are none.
    case assets(MTConnectAssetRequest)

    /// Reads a target: path and query of the request line, as in "/sample?from=10".
    ///
    /// Throws the standard's error: `INVALID_URI` for a path that is none of an agent's,
    /// `INVALID_REQUEST` for unknown or contradicting parameters, `QUERY_ERROR` for values that
    /// cannot be read, `INVALID_XPATH`, and `UNSUPPORTED` for what is not offered. Numbers are
    /// checked against the buffer later. Source: MTConnect Part 1, request and response.
    public static func parse(_ target: String) throws(MTConnectFault) -> MTConnectAgentRequest {
        guard target.utf8.count <= MTConnectLimits.targetBytes else {
            throw MTConnectFault(
                .invalidURI, "The address has more than \(MTConnectLimits.targetBytes) bytes")
        }
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var parts: [String] = []
        for part in halves[0].split(separator: "/") {
            guard let text = PercentEncoding.decode(part, isQuery: false) else {
                throw MTConnectFault(.invalidURI, "The path has a wrong escape: \(part)")
            }
            parts.append(text)
        }
        var query = try MTConnectQuery(halves.count > 1 ? halves[1] : "")
        let request = try route(parts, &query, String(halves[0]))
        try query.finish()
        return request
    }

    private static func route(
        _ parts: [String], _ query: inout MTConnectQuery, _ path: String
    ) throws(MTConnectFault) -> MTConnectAgentRequest {
        guard let last = parts.last else { return .probe(device: nil) }
        if parts[0] == "asset" || parts[0] == "assets", parts.count <= 2 {
            let ids = parts.count == 2 ? parts[1].split(separator: ";").map(String.init) : []
            return .assets(try MTConnectAssetRequest(device: nil, ids: ids, &query))
        }
        guard parts.count <= 2 else { throw unknown(path) }
        let device = parts.count == 2 ? parts[0] : nil
        switch last {
        case "probe": return .probe(device: device)
        case "current": return .current(try MTConnectCurrentRequest(device: device, &query))
        case "sample": return .sample(try MTConnectSampleRequest(device: device, &query))
        case "asset", "assets":
            return .assets(try MTConnectAssetRequest(device: device, ids: [], &query))
        default:
            // The name of a device alone asks for its model.
            guard parts.count == 1 else { throw unknown(path) }
            return .probe(device: last)
        }
    }

    private static func unknown(_ path: String) -> MTConnectFault {
        MTConnectFault(.invalidURI, "The address \(path) is none of this agent")
    }
}

/// What a client asks of the current state.
public struct MTConnectCurrentRequest: Hashable, Sendable {
    /// Name or uuid of the device; nil for all.
    public var device: String?
    /// What to select; nil for all.
    public var path: MTConnectPathExpression?
    /// The observation behind which the state is wanted; nil for now.
    public var at: UInt64?
    /// Milliseconds between two parts of a stream; nil for one answer.
    public var intervalMilliseconds: Int?

    init(device: String?, _ query: inout MTConnectQuery) throws(MTConnectFault) {
        self.device = device
        path = try query.path()
        at = try query.number("at")
        intervalMilliseconds = try query.milliseconds("interval")
        if at != nil, intervalMilliseconds != nil {
            throw MTConnectFault(.invalidRequest, "at and interval exclude each other")
        }
    }
}

/// What a client asks of the observations.
public struct MTConnectSampleRequest: Hashable, Sendable {
    /// Name or uuid of the device; nil for all.
    public var device: String?
    /// What to select; nil for all.
    public var path: MTConnectPathExpression?
    /// The first number wanted; nil for the oldest there is.
    public var from: UInt64?
    /// The last number wanted; nil for as many as `count` allows.
    public var to: UInt64?
    /// Observations in one document; nil for `MTConnectLimits.defaultCount`.
    public var count: Int?
    /// Shortest time between two parts of a stream, milliseconds; nil for one answer.
    public var intervalMilliseconds: Int?
    /// Longest silence of a stream, milliseconds.
    public var heartbeatMilliseconds: Int

    init(device: String?, _ query: inout MTConnectQuery) throws(MTConnectFault) {
        self.device = device
        path = try query.path()
        from = try query.number("from")
        to = try query.number("to")
        count = try query.count()
        intervalMilliseconds = try query.milliseconds("interval")
        heartbeatMilliseconds = try query.milliseconds("heartbeat") ?? 10_000
        guard heartbeatMilliseconds > 0 else {
            throw MTConnectFault(.outOfRange, "heartbeat must be greater than 0")
        }
        if to != nil, intervalMilliseconds != nil {
            throw MTConnectFault(.invalidRequest, "to and interval exclude each other")
        }
        if let from, let to, to < from {
            throw MTConnectFault(.invalidRequest, "to must not be less than from")
        }
    }
}

/// What a client asks of the assets.
public struct MTConnectAssetRequest: Hashable, Sendable {
    /// Name or uuid of the device; nil for all.
    public var device: String?
    /// The identifiers; empty for all.
    public var ids: [String]
    /// The kind of asset; nil for all.
    public var type: String?
    /// True to get removed ones too.
    public var includesRemoved: Bool
    /// How many at most.
    public var count: Int

    init(device: String?, ids: [String], _ query: inout MTConnectQuery) throws(MTConnectFault) {
        self.device = try query.text("device") ?? device
        self.ids = ids
        type = try query.text("type")
        includesRemoved = try query.text("removed") == "true"
        count = try query.count() ?? MTConnectLimits.defaultCount
    }
}

/// The parameters of a request; each is taken once and what is left is unknown.
struct MTConnectQuery {
    private var values: [String: String] = [:]

    init(_ text: Substring) throws(MTConnectFault) {
        for pair in text.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(halves[0], isQuery: true),
                let value = PercentEncoding.decode(halves.count > 1 ? halves[1] : "", isQuery: true)
            else { throw MTConnectFault(.queryError, "A wrong escape in \"\(pair)\"") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw MTConnectFault(.invalidRequest, "The parameter \(name) is there twice")
            }
        }
        // Only the look of the answer, of which there is one.
        values["pretty"] = nil
    }

    mutating func text(_ name: String) throws(MTConnectFault) -> String? {
        values.removeValue(forKey: name)
    }

    mutating func path() throws(MTConnectFault) -> MTConnectPathExpression? {
        guard let text = try text("path") else { return nil }
        return try MTConnectPathExpression(text)
    }

    mutating func number(_ name: String) throws(MTConnectFault) -> UInt64? {
        guard let text = try text(name) else { return nil }
        if text.hasPrefix("-"), MTConnectNumber.whole(text.dropFirst()) != nil {
            throw MTConnectFault(.outOfRange, "\(name) must not be less than 0")
        }
        guard let number = MTConnectNumber.whole(text) else {
            throw MTConnectFault(.queryError, "\(name) is not a number: \"\(text)\"")
        }
        return number
    }

    mutating func milliseconds(_ name: String) throws(MTConnectFault) -> Int? {
        guard let number = try number(name) else { return nil }
        guard number <= 86_400_000 else {
            throw MTConnectFault(.outOfRange, "\(name) must not be greater than 86400000")
        }
        return Int(number)
    }

    mutating func count() throws(MTConnectFault) -> Int? {
        guard let number = try number("count") else { return nil }
        guard number > 0 else { throw MTConnectFault(.outOfRange, "count must be greater than 0") }
        return Int(clamping: number)
    }

    /// Throws when a parameter is left that nobody took.
    func finish() throws(MTConnectFault) {
        guard let name = values.keys.min() else { return }
        if name == "format" || name == "deviceType" {
            throw MTConnectFault(.unsupported, "The parameter \(name) is not offered")
        }
        throw MTConnectFault(.invalidRequest, "The parameter \(name) is not known here")
    }
}
