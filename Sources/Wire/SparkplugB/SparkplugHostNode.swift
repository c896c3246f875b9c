// What a Sparkplug host application knows of one edge node and its devices.

/// Names of metrics that the specification gives.
enum SparkplugName {
    static let bdSeq = "bdSeq"
    static let rebirth = "Node Control/Rebirth"

    /// True for metrics that steer the protocol and are no values of a machine.
    static func isControl(_ name: String) -> Bool {
        name == bdSeq || name.hasPrefix("Node Control/") || name.hasPrefix("Device Control/")
    }
}

/// What stands around one step of a node.
struct SparkplugHostContext {
    let node: SparkplugNode
    var topic: String
    let now: Int64
    let wall: UInt64
    let settings: SparkplugHostSettings
    /// Metrics that may be kept for this node.
    let room: Int
    var actions: [SparkplugHostAction] = []

    mutating func refuse(_ refusal: SparkplugRefusal) {
        actions.append(.refused(topic: topic, refusal))
    }
}

/// A message with its place, so that it can wait for an earlier one.
struct SparkplugHeld {
    let type: SparkplugMessageType
    let device: String?
    let payload: SparkplugPayload
    let topic: String

    init(
        _ type: SparkplugMessageType, _ device: String?, _ payload: SparkplugPayload,
        _ topic: String
    ) {
        self.type = type
        self.device = device
        self.payload = payload
        self.topic = topic
    }
}

/// The metrics of a node or a device as its last BIRTH told them.
struct SparkplugScope {
    /// Values are expected.
    var isOnline = false
    /// The node was born again and this device not yet.
    var awaitsBirth = false
    /// No BIRTH can be missing, so the aliases mean what the table says.
    var isSure = false
    var metrics: [SparkplugMetricType] = []
    var byName: [String: Int] = [:]
    var byAlias: [UInt64: Int] = [:]
}

/// One edge node.
struct SparkplugHostNode {
    private(set) var isOnline = false
    var wantsRebirth = false
    var lastRequest: Int64?
    /// Requests since the last NBIRTH.
    var requests = 0
    /// When the devices must be born again; nil when none is awaited.
    private(set) var birthsDue: Int64?
    private(set) var metricCount = 0

    private var bdSeq: UInt64?
    private var next: UInt8 = 0
    private var held: [UInt8: SparkplugHeld] = [:]
    private var heldMetrics = 0
    private var heldSince: Int64?
    /// Messages of the past in a row: a node that counts anew without a BIRTH sends many.
    private var pastMessages = 0
    /// When the last message in order came, milliseconds since 1970.
    private var lastInOrder: UInt64 = 0
    /// The node itself stands under nil.
    private var scopes: [String?: SparkplugScope] = [:]

    private static let pastLimit = 3
    private static let heldMetricLimit = 20_000

    func reorderDeadline(_ settings: SparkplugHostSettings) -> Int64? {
        heldSince.map { SparkplugDeadline.after($0, settings.reorderNanoseconds) }
    }

    mutating func receive(_ message: SparkplugHeld, _ context: inout SparkplugHostContext) {
        switch message.type {
        case .nodeBirth: nodeBirth(message.payload, &context)
        case .nodeDeath: nodeDeath(message.payload, &context)
        case .nodeCommand, .deviceCommand: break
        case .nodeData, .deviceData, .deviceBirth, .deviceDeath:
            guard isOnline else {
                context.refuse(.notBorn)
                wantsRebirth = true
                return
            }
            order(message, &context)
        }
    }

    /// Takes messages by sequence number; one that is early waits for those before it.
    ///
    /// Source: tck-id-operational-behavior-host-reordering-start and -success.
    private mutating func order(
        _ message: SparkplugHeld, _ context: inout SparkplugHostContext
    ) {
        guard let seq = message.payload.seq.flatMap({ UInt8(exactly: $0) }) else {
            context.refuse(.sequence(message.payload.seq))
            wantsRebirth = true
            return
        }
        // Wraps from 255 to 0 as the counter does.
        let ahead = Int(seq &- next)
        if ahead > 127 {
            pastMessages += 1
            context.refuse(.sequence(UInt64(seq)))
            if pastMessages >= Self.pastLimit {
                lose(&context)
                next = seq &+ 1
                pastMessages = 0
            }
            return
        }
        pastMessages = 0
        if ahead > 0, held[seq] != nil {
            context.refuse(.sequence(UInt64(seq)))
            return
        }
        held[seq] = message
        heldMetrics += message.payload.metrics.count
        drain(&context)
        guard !held.isEmpty else { return }
        if heldSince == nil { heldSince = context.now }
        if ahead > context.settings.window || heldMetrics > Self.heldMetricLimit {
            lose(&context)
        }
    }

    private mutating func drain(_ context: inout SparkplugHostContext) {
        let before = next
        while let message = held.removeValue(forKey: next) {
            next &+= 1
            heldMetrics -= message.payload.metrics.count
            lastInOrder = context.wall
            context.topic = message.topic
            handle(message, &context)
        }
        // Another message may still be missing: it has the whole time again.
        if held.isEmpty {
            heldSince = nil
        } else if next != before {
            heldSince = context.now
        }
    }

    /// Gives missing messages up: a gap, a rebirth request, and on with what has come.
    ///
    /// A missing DBIRTH may have given aliases a new meaning. Until the next BIRTH of their source
    /// values are therefore taken only by name.
    /// Source: tck-id-operational-behavior-host-reordering-rebirth.
    mutating func lose(_ context: inout SparkplugHostContext) {
        wantsRebirth = true
        for device in sortedScopes where scopes[device]?.isOnline == true {
            scopes[device]?.isSure = false
            gap(device, .missingMessages, lastInOrder, &context)
        }
        while let nearest = held.keys.min(by: { $0 &- next < $1 &- next }) {
            next = nearest
            drain(&context)
        }
    }

    /// The devices that were not born again are gone.
    mutating func endUnborn(_ context: inout SparkplugHostContext) {
        birthsDue = nil
        for device in sortedScopes where scopes[device]?.awaitsBirth == true {
            scopes[device]?.awaitsBirth = false
            close(device, .notReborn, context.wall, &context)
        }
    }

    /// The node and all its devices are gone; what waited is delivered first.
    mutating func end(
        _ reason: SparkplugGap.Reason, _ milliseconds: UInt64,
        _ context: inout SparkplugHostContext
    ) {
        guard isOnline else { return }
        if !held.isEmpty { lose(&context) }
        isOnline = false
        birthsDue = nil
        for device in sortedScopes { close(device, reason, milliseconds, &context) }
    }

    private var sortedScopes: [String?] {
        scopes.keys.sorted { left, right in
            guard let right else { return false }
            return left.map { $0 < right } ?? true
        }
    }

    private func gap(
        _ device: String?, _ reason: SparkplugGap.Reason, _ milliseconds: UInt64,
        _ context: inout SparkplugHostContext
    ) {
        context.actions.append(
            .gap(
                SparkplugGap(
                    source: SparkplugSource(context.node, device: device), reason: reason,
                    milliseconds: milliseconds)))
    }

    private mutating func close(
        _ device: String?, _ reason: SparkplugGap.Reason, _ milliseconds: UInt64,
        _ context: inout SparkplugHostContext
    ) {
        guard scopes[device]?.isOnline == true else { return }
        scopes[device]?.isOnline = false
        scopes[device]?.awaitsBirth = false
        gap(device, reason, milliseconds, &context)
    }

    /// Source: tck-id-topics-nbirth-seq-num, tck-id-topics-nbirth-bdseq-included.
    private mutating func nodeBirth(
        _ payload: SparkplugPayload, _ context: inout SparkplugHostContext
    ) {
        guard let seq = UInt8(exactly: payload.seq ?? 0) else {
            context.refuse(.sequence(payload.seq))
            return
        }
        isOnline = true
        bdSeq = Self.bdSeq(payload)
        next = seq &+ 1
        held = [:]
        heldMetrics = 0
        heldSince = nil
        pastMessages = 0
        lastInOrder = context.wall
        wantsRebirth = false
        requests = 0
        birthsDue = nil
        for device in scopes.keys where device != nil {
            scopes[device]?.isSure = false
            guard scopes[device]?.isOnline == true else { continue }
            scopes[device]?.awaitsBirth = true
            birthsDue = SparkplugDeadline.after(context.now, context.settings.birthNanoseconds)
        }
        birth(nil, payload, &context)
    }

    /// An NDEATH counts only for the connection of the last NBIRTH or the one after it.
    ///
    /// Source: tck-id-payloads-ndeath-bdseq,
    /// tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale and
    /// -devices-tags-stale.
    private mutating func nodeDeath(
        _ payload: SparkplugPayload, _ context: inout SparkplugHostContext
    ) {
        let died = Self.bdSeq(payload)
        // The next number counts too: the node has connected anew and is gone before its NBIRTH,
        // or it is one of those that count on before they say goodbye. Wraps as the counter does.
        if let died, let bdSeq, UInt8(truncatingIfNeeded: died &- bdSeq) > 1 {
            context.refuse(.oldDeath(bdSeq: died))
            return
        }
        // The time of a will is that of the connection, not of the death: the host's own counts.
        end(.nodeDeath, context.wall, &context)
    }

    private static func bdSeq(_ payload: SparkplugPayload) -> UInt64? {
        guard let metric = payload.metrics.first(where: { $0.name == SparkplugName.bdSeq }) else {
            return nil
        }
        switch metric.value {
        case .scalar(.int(let number)): return UInt64(number)
        case .scalar(.long(let number)): return number
        default: return nil
        }
    }

    /// A message in its place.
    private mutating func handle(
        _ message: SparkplugHeld, _ context: inout SparkplugHostContext
    ) {
        switch message.type {
        case .deviceBirth:
            let isKnown = scopes[message.device] != nil
            // One scope is the node's own.
            guard isKnown || scopes.count <= context.settings.devices else {
                context.refuse(.limit("\(context.settings.devices) devices of a node"))
                return
            }
            birth(message.device, message.payload, &context)
            if !scopes.values.contains(where: \.awaitsBirth) { birthsDue = nil }
        case .deviceDeath:
            let time = SparkplugTime(nil, message.payload, context.wall)
            close(message.device, .deviceDeath, time.milliseconds, &context)
        default: data(message, &context)
        }
    }

    private mutating func birth(
        _ device: String?, _ payload: SparkplugPayload, _ context: inout SparkplugHostContext
    ) {
        metricCount -= scopes[device]?.metrics.count ?? 0
        scopes[device] = nil
        var scope = SparkplugScope(isOnline: true, isSure: true)
        let source = SparkplugSource(context.node, device: device)
        var readings: [SparkplugHostAction] = []
        for metric in payload.metrics {
            guard let name = metric.name, !name.isEmpty else {
                context.refuse(.metric(name: nil, alias: metric.alias))
                continue
            }
            let index: Int
            if let known = scope.byName[name] {
                index = known
            } else {
                guard metricCount + scope.metrics.count < context.room else {
                    context.refuse(.limit("\(context.settings.metrics) metrics"))
                    break
                }
                index = scope.metrics.count
                scope.byName[name] = index
                scope.metrics.append(
                    SparkplugMetricType(name: name, type: metric.datatype, unit: metric.unit))
            }
            if let alias = metric.alias { scope.byAlias[alias] = index }
            if SparkplugName.isControl(name) || metric.isDefinition { continue }
            readings.append(
                .deliver(
                    metric.reading(
                        source, scope.metrics[index], SparkplugTime(metric, payload, context.wall))
                ))
        }
        metricCount += scope.metrics.count
        let told = scope.metrics.filter { !SparkplugName.isControl($0.name) }
        scopes[device] = scope
        context.actions.append(.born(source, told))
        context.actions += readings
    }

    private mutating func data(
        _ message: SparkplugHeld, _ context: inout SparkplugHostContext
    ) {
        guard let scope = scopes[message.device], scope.isOnline, !scope.awaitsBirth else {
            context.refuse(.notBorn)
            wantsRebirth = true
            return
        }
        let source = SparkplugSource(context.node, device: message.device)
        for metric in message.payload.metrics {
            var index = metric.name.flatMap { scope.byName[$0] }
            if metric.name == nil, scope.isSure {
                index = metric.alias.flatMap { scope.byAlias[$0] }
            }
            guard let index else {
                context.refuse(.metric(name: metric.name, alias: metric.alias))
                wantsRebirth = true
                continue
            }
            if SparkplugName.isControl(scope.metrics[index].name) { continue }
            context.actions.append(
                .deliver(
                    metric.reading(
                        source, scope.metrics[index],
                        SparkplugTime(metric, message.payload, context.wall))))
        }
    }
}

/// When a value was taken.
struct SparkplugTime {
    let milliseconds: UInt64
    let isArrival: Bool

    init(_ metric: SparkplugMetric?, _ payload: SparkplugPayload, _ wall: UInt64) {
        let told = metric?.timestamp ?? payload.timestamp
        if let told, told > 0, told <= SparkplugLimits.latestMilliseconds {
            milliseconds = told
            isArrival = false
        } else {
            milliseconds = wall
            isArrival = true
        }
    }
}

extension SparkplugMetric {
    var isDefinition: Bool {
        if case .template(let template) = value { template.isDefinition == true } else { false }
    }

    var unit: String? {
        guard case .scalar(.string(let unit)) = properties?["engUnit"]?.content else { return nil }
        return unit
    }

    func reading(
        _ source: SparkplugSource, _ known: SparkplugMetricType, _ time: SparkplugTime
    ) -> SparkplugReading {
        let found = value(as: known.type)
        let quality: SparkplugReading.Quality =
            switch properties?.quality {
            case nil, 192: found == nil ? .bad : .good
            case 500: .stale
            default: .bad
            }
        return SparkplugReading(
            source: source, metric: known.name, value: found ?? .null,
            milliseconds: time.milliseconds, isArrivalTime: time.isArrival,
            isHistorical: isHistorical == true, isTransient: isTransient == true,
            quality: quality)
    }
}
