// The one function that composes everything: settings, box, pages, signals of the system.

import AsyncHTTPClient
import Foundation
import Hummingbird
import Logging
import Loop
import NIOCore
import NIOHTTP1
import NIOPosix
import Plant
import ServiceLifecycle
import Synchronization
import UnixSignals
import Web

/// A box with its pages on an address.
final class ServedBox {
    /// Where it answers.
    let address: String
    private let box: Box
    private let serving: Task<Void, any Error>
    private let group: ServiceGroup

    private init(
        address: String, box: Box, group: ServiceGroup, serving: Task<Void, any Error>
    ) {
        self.address = address
        self.box = box
        self.group = group
        self.serving = serving
    }

    /// Runs the box until the system says stop.
    static func serve(_ settings: Settings, console: Console) async throws {
        let start = ContinuousClock.now
        try checkPort(settings)
        let box = try await openBox(settings, isCommand: false, console: console)
        let bound = BoundAddress()
        var logger = environment(settings, console: console).logger
        logger.logLevel = .warning
        let plan = ListeningPlan(settings)
        let door = RunningBox(box: box, settings: settings)
        let application = try pages(of: door, on: plan.plain, bound: bound, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: application),
                .init(service: BoxService(box: box, bound: bound)),
                .init(service: GivingService(gifts: door.gifts)),
                .init(
                    service: TelemetryService(
                        box: box, settings: settings,
                        logger: environment(settings, console: console).logger,
                        environment: ProcessInfo.processInfo.environment)),
                .init(
                    service: NetworkDoor(
                        plan: plan, keeper: door.keeper, door: door, bound: bound,
                        logger: environment(settings, console: console).logger)),
                .init(
                    service: Announcement(
                        box: box, bound: bound, settings: settings, console: console,
                        start: start, plan: plan, keeper: door.keeper)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Pages that are still open do not hold up the stop: what is stored is flushed anyway.
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        let group = ServiceGroup(configuration: configuration)
        do {
            try await group.run()
        } catch is CancellationError {
            // Open pages were cut off after the three seconds.
        }
        LocalDoor.withdraw(in: settings.data)
        try await box.close()
        console.say("Stopped. Everything that was acknowledged is on the disk.")
    }

    /// Opens the data folder for one command, on a port of loopback that the system chooses.
    static func open(
        _ settings: Settings, isCommand: Bool, console: Console
    ) async throws -> ServedBox {
        var inner = settings
        inner.listen = ListenAddress("127.0.0.1:0") ?? settings.listen
        let box = try await openBox(inner, isCommand: isCommand, console: console)
        let bound = BoundAddress()
        var logger = Logger(label: "millwright")
        logger.logLevel = .critical
        let application = try pages(
            of: RunningBox(box: box, settings: inner), on: inner.listen, bound: bound,
            logger: logger)
        let group = ServiceGroup(services: [application], logger: logger)
        let serving = Task { try await group.run() }
        let address = try await bound.value()
        return ServedBox(
            address: "http://" + address, box: box, group: group, serving: serving)
    }

    /// Closes a box that was opened for one command.
    func close() async throws {
        await group.triggerGracefulShutdown()
        try await serving.value
        try await box.close()
    }

    private static func pages(
        of door: RunningBox, on listen: ListenAddress, bound: BoundAddress, logger: Logger
    ) throws -> some ApplicationProtocol {
        try makeApplication(
            door: door, listening: WebListening(host: listen.host, port: listen.port),
            logger: logger, random: { UInt64.random(in: .min ... .max) },
            pause: { try await Task.sleep(for: $0) },
            onListening: { port in
                let host = listen.isLoopback ? listen.host : "127.0.0.1"
                bound.set("\(host):\(port ?? listen.port)")
            })
    }

    private static func openBox(
        _ settings: Settings, isCommand: Bool, console: Console
    ) async throws -> Box {
        do {
            return try await Box.open(
                settings, environment: environment(settings, console: console),
                isCommand: isCommand, progress: { console.say($0) })
        } catch let refusal as DataFolderRefused {
            let words = refusal.words
            var reason = ExitReason.failed
            if case .held = refusal { reason = .busy }
            throw Complaint(reason, words.says, why: words.why, next: words.remedy)
        } catch let refusal as ListeningRefused {
            throw Complaint(
                .notAllowed, "Cannot listen on \(refusal.address).", why: refusal.why,
                next: refusal.remedy)
        } catch {
            throw StoreComplaint.complaint(error, folder: settings.data)
        }
    }

    /// Refuses a port that another program has, before anything is made.
    private static func checkPort(_ settings: Settings) throws {
        guard settings.listen.port != 0, PortProbe.isTaken(settings.listen) else { return }
        let next = settings.listen.port + 1
        throw Complaint(
            .busy, "Cannot listen on port \(settings.listen.port).",
            why: "Another program has it\(PortHolder.words(settings.listen.port)).",
            next: "Stop it, or use --listen \(settings.listen.host):\(next).")
    }

    private static func environment(_ settings: Settings, console: Console) -> BoxEnvironment {
        var logger = Logger(label: "millwright") { _ in LineLog() }
        logger.logLevel = console.isQuiet ? .error : .info
        return BoxEnvironment(
            wall: SystemClocks.wall, monotonic: SystemClocks.sinceBoot,
            sleep: { try await Task.sleep(for: .nanoseconds($0.nanoseconds)) },
            random: { UInt64.random(in: .min ... .max) },
            zoneRules: { ZoneTable.rules(of: $0) },
            threads: MultiThreadedEventLoopGroup.singleton, logger: logger,
            scryptCost: .box, version: ProgramVersion.text,
            built: ProgramVersion.built,
            credentials: ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"])
    }
}

/// Runs the worlds of a box as a service.
private struct BoxService: Service {
    let box: Box
    let bound: BoundAddress

    func run() async throws {
        let address = try await bound.value()
        let client = HTTPClient.shared
        try await cancelWhenGracefulShutdown {
            try await self.box.run { lines, token in
                var request = HTTPClientRequest(url: "http://\(address)/api/v2/write?precision=ns")
                request.method = .POST
                request.headers.add(name: "authorization", value: "Token \(token)")
                request.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
                request.body = .bytes(ByteBuffer(bytes: lines))
                let response = try await client.execute(request, timeout: .seconds(10))
                guard response.status == .noContent else {
                    let body = try await response.body.collect(upTo: 1 << 16)
                    throw LineRefusal(status: Int(response.status.code), says: String(buffer: body))
                }
            }
        }
    }
}

/// The box refused the made-up factory's own lines.
private struct LineRefusal: Error {
    let status: Int
    let says: String
}

/// Says where the pages are, once they answer.
private struct Announcement: Service {
    let box: Box
    let bound: BoundAddress
    let settings: Settings
    let console: Console
    let start: ContinuousClock.Instant
    let plan: ListeningPlan
    let keeper: CertificateKeeper

    func run() async throws {
        let address = try await bound.value()
        try LocalDoor.leave(address: address, in: settings.data)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        console.say("")
        console.say("Millwright is running (ready after \(String(format: "%.1f", seconds)) s).")
        console.say("Open  http://\(address)/now")
        for host in plan.secureHosts.sorted() {
            let name = host.contains(":") ? "[\(host)]" : host
            console.say(
                "From other devices: https://\(name):\(address.split(separator: ":").last ?? "")")
        }
        if plan.secureHosts.isEmpty == false {
            // Made by the door of the network, which starts at the same time.
            for _ in 0..<50 where keeper.current == nil {
                try await Task.sleep(for: .milliseconds(100))
            }
            if let authority = keeper.current?.authority {
                console.say("Fingerprint for tablets: " + authority.fingerprint)
            }
        }
        if let code = try await box.offerSetupCode() {
            console.say("Setup code for the owner: \(code)  (also in secrets/setup-code)")
        }
        console.say("Stop it with Ctrl-C.")
        try await gracefulShutdown()
    }
}

/// The address on which the pages answer, known once the listener is open.
final class BoundAddress: Sendable {
    private struct State {
        var address: String?
        var waiting: [CheckedContinuation<String, any Error>] = []
    }

    private let state = Mutex(State())

    /// Sets the address and wakes everyone who waits for it.
    func set(_ address: String) {
        let sleepers = state.withLock { state in
            state.address = address
            let all = state.waiting
            state.waiting = []
            return all
        }
        for sleeper in sleepers { sleeper.resume(returning: address) }
    }

    /// The address, as soon as it is known; throws when the program stops before it is.
    func value() async throws -> String {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let known = state.withLock { state -> String? in
                    if state.address == nil { state.waiting.append(continuation) }
                    return state.address
                }
                if let known {
                    continuation.resume(returning: known)
                } else if Task.isCancelled {
                    giveUp()
                }
            }
        } onCancel: {
            giveUp()
        }
    }

    private func giveUp() {
        let sleepers = state.withLock { state in
            let all = state.waiting
            state.waiting = []
            return all
        }
        for sleeper in sleepers { sleeper.resume(throwing: CancellationError()) }
    }
}
