// Looks for machines where a person allowed it: reads only, slowly, and tells all that it asks.

public import Logging
import Plant

/// What a scan may touch of the world.
public struct ScanWorld: Sendable {
    /// Clocks.
    public let clock: CaptureClock
    /// Opens connections.
    public let dialer: Dialer
    /// A number from 0 up to but not including 1, for the name at a broker.
    public let jitter: @Sendable () -> Double
    /// For details at debug level.
    public let logger: Logger

    /// A world from its parts.
    public init(
        clock: CaptureClock, dialer: Dialer, jitter: @escaping @Sendable () -> Double,
        logger: Logger
    ) {
        self.clock = clock
        self.dialer = dialer
        self.jitter = jitter
        self.logger = logger
    }
}

/// A scan of a part of the network.
///
/// It never writes to a device, never logs in and never publishes. Addresses are asked in order,
/// at most ``ScanLimits/addressesAtOnce`` of them at a time, each by one connection at a time, and
/// no more than ``ScanLimits/connectionsPerSecond`` connections are opened. Cancelling the task
/// ends it; a connection that is just being opened may take ``ScanLimits/connectTimeout`` more.
public struct Scan: Sendable {
    private let plan: ScanPlan
    private let signs: [DeviceSign]
    private let world: ScanWorld

    /// A scan that has not begun.
    ///
    /// - Parameters:
    ///   - plan: What is asked.
    ///   - signs: What known devices can be told by.
    ///   - world: Clocks and connections.
    public init(_ plan: ScanPlan, signs: [DeviceSign], world: ScanWorld) {
        self.plan = plan
        self.signs = signs
        self.world = world
    }

    /// Asks all of the plan; returns how it ended, also when it is cancelled.
    ///
    /// `report` hears every event in turn, from any thread, and must not wait.
    @discardableResult
    public func run(
        _ report: @escaping @Sendable (ScanEvent) -> Void
    ) async -> ScanProgress {
        let course = ScanCourse(world: world, total: plan.targetCount, report: report)
        await withTaskGroup(of: Void.self) { group in
            var waiting = plan.range.hosts.makeIterator()
            func start() -> Bool {
                guard !Task.isCancelled, let host = waiting.next() else { return false }
                group.addTask { await visit(host, course) }
                return true
            }
            for _ in 0..<ScanLimits.addressesAtOnce where !start() { break }
            while await group.next() != nil { _ = start() }
        }
        return course.finish(isCancelled: Task.isCancelled)
    }

    /// Runs the scan while `body` reads its events; the scan is cancelled when `body` returns.
    ///
    /// At most ``ScanLimits/events`` events wait for a slow reader, then the oldest give way.
    public func withEvents<Result: Sendable>(
        _ body: @Sendable (AsyncStream<ScanEvent>) async throws -> Result
    ) async rethrows -> Result {
        let (events, feed) = AsyncStream.makeStream(
            of: ScanEvent.self, bufferingPolicy: .bufferingNewest(ScanLimits.events))
        // Leaving this scope cancels what still runs and waits for it.
        async let _: Void = runInto(feed)
        return try await body(events)
    }

    private func runInto(_ feed: AsyncStream<ScanEvent>.Continuation) async {
        await run { feed.yield($0) }
        feed.finish()
    }

    private func visit(_ host: ScanRange.Host, _ course: ScanCourse) async {
        let targets = plan.targets(of: host)
        var isKnown = false
        for target in targets {
            guard !Task.isCancelled else { return }
            // Of several languages at one written port only one can be right.
            if isKnown, host.port != nil {
                course.passed(target)
                continue
            }
            let visit = ScanVisit(target: target, course: course, plan: plan)
            if await ask(target, visit) { isKnown = true }
        }
    }

    /// Asks one thing; true when something of this language answered.
    private func ask(_ target: ScanTarget, _ visit: ScanVisit) async -> Bool {
        let course = visit.course
        do throws(ConnectorError) {
            if let finding = try await probe(target.language, visit) {
                course.found(finding)
                return true
            }
            course.refused(target, Self.stranger(target))
        } catch {
            switch error {
            case .cancelled: return false
            case _ where visit.isConnected: course.refused(target, Self.words(error, target))
            default: course.nothing(target, error.what)
            }
        }
        return false
    }

    private static func stranger(_ target: ScanTarget) -> String {
        "something listens, but it does not speak \(target.language.name)"
    }

    private static func words(_ error: ConnectorError, _ target: ScanTarget) -> String {
        switch error {
        case .malformed: stranger(target)
        case .timedOut:
            "something listens, but it gives no answer in \(target.language.name)"
        case .closed:
            "something listens, but it ends the connection when it is asked in "
                + target.language.name
        default: error.what
        }
    }

    private func probe(
        _ language: ScanProtocol, _ visit: ScanVisit
    ) async throws(ConnectorError) -> ScanFinding? {
        var modbus = ModbusScan(visit, signs: signs)
        return switch language {
        case .modbus: try await modbus.find()
        case .opcua: try await OPCUAScan(visit).find()
        case .s7: try await S7Scan(visit).find()
        case .mtconnect: try await WebScan(visit).agent()
        case .shdr: try await AdapterScan(visit).find()
        case .mqtt: try await BrokerScan(visit).find()
        case .http: try await WebScan(visit).find()
        case .ethernetIP: try await EtherNetIPScan(visit).find()
        }
    }
}

/// Whether something accepts connections for EtherNet/IP; not a byte is sent.
struct EtherNetIPScan {
    private let visit: ScanVisit

    init(_ visit: ScanVisit) { self.visit = visit }

    func find() async throws(ConnectorError) -> ScanFinding? {
        let channel = try await visit.connect()
        await channel.close()
        return ScanFinding(
            place: visit.target.endpoint.description, connector: nil,
            says: "Something that answers at the port of EtherNet/IP; it cannot be read yet")
    }
}
