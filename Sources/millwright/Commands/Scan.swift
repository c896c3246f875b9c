// Looks for machines in a range that a person names: reads only, prints what answers as it comes.

import ArgumentParser
import Capture
import Logging
import NIOPosix
import Plant

/// `millwright scan`.
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Look for machines in a part of the network; reads only.",
        discussion: """
            Examples:
              millwright scan 192.168.1.0/24
              millwright scan 192.168.1.40-60 --protocols modbus,opcua
              millwright scan suggest
              millwright scan serial

            Nothing is written to a device and nobody is logged in. At most 20 connections a second
            are opened, one at a time to an address. Every request is listed with --verbose.
            `suggest` prints the ranges of this computer's own networks and asks nobody;
            `services` asks by multicast; `serial` tries the serial ports of this computer, and
            /dev/ttyUSB0 that one.
            """)
    @OptionGroup var global: GlobalOptions
    @Argument(help: "An address, 192.168.1.40-60, 192.168.1.0/24, a name, or one of the words.")
    var range: String
    @Option(help: "Languages with commas: modbus, opcua, s7, mtconnect, shdr, mqtt, http.")
    var protocols: String?
    @Option(help: "Modbus units to try, with commas; 1,255,0 when left out.") var units: String?
    @Option(help: "Ports of Modbus, with commas; 502 when left out.") var modbusPorts: String?
    @Option(help: "How many seconds a broker is listened to, 1 to 600.") var listen = 10
    @Flag(help: "Look for every known sign of a device: up to 8 reads of a Modbus unit.")
    var closer = false

    func run() async throws {
        switch range {
        case "suggest": suggest()
        case "services": try await services()
        case "serial": try await serial(SerialCandidate.ofThisComputer().map(\.path))
        case let port where port.hasPrefix("/dev/"): try await serial([port])
        default: try await scan()
        }
    }

    private var clock: CaptureClock {
        CaptureClock(
            wall: SystemClocks.wall, monotonic: SystemClocks.sinceBoot,
            sleep: { try await Task.sleep(for: .nanoseconds($0.nanoseconds)) })
    }

    private func suggest() {
        let ranges = ScanRange.suggestedRanges(NetworkInterface.ofThisComputer())
        let words = ranges.map(\.description)
        global.console.data(
            global.json ? Console.json(["ranges": words]) : words.joined(separator: "\n"))
        if words.isEmpty { global.console.say("No private network was found on this computer.") }
    }

    private func scan() async throws {
        let plan = try plan()
        let time = plan.longestSilence.nanoseconds / 1_000_000_000
        global.console.say(
            "Asking \(plan.range.hosts.count) addresses, \(plan.targetCount) questions at first; "
                + "about \(max(1, time)) s when nobody answers. Reads only.")
        let world = ScanWorld(
            clock: clock, dialer: NIODialer.dialer(on: .singletonMultiThreadedEventLoopGroup),
            jitter: { Double.random(in: 0..<1) }, logger: Logger(label: "scan"))
        let scan = Scan(plan, signs: try ProfileCommand.shelf().signs, world: world)
        let end = await scan.withEvents { events in
            var last = ScanProgress(total: plan.targetCount)
            for await event in events { show(event, &last) }
            return last
        }
        global.console.say(
            "\(end.found) found. \(end.connections) connections, \(end.requests) requests.")
    }

    private func plan() throws -> ScanPlan {
        let place: ScanRange
        do {
            place = try ScanRange(range)
        } catch {
            throw Complaint(
                .wrongUse, "“\(error.part)” cannot be looked at: \(error.says)",
                next: error.remedy)
        }
        guard (1...600).contains(listen) else {
            throw Complaint(.wrongUse, "--listen \(listen) is not 1 to 600.", next: "Write 10.")
        }
        let ports = try numbers(modbusPorts, "--modbus-ports", 1...65_535)
        let chosen = try numbers(units, "--units", 0...255)
        guard chosen?.count ?? 1 <= ScanLimits.units else {
            throw Complaint(
                .wrongUse, "These are too many units.",
                next: "Write at most \(ScanLimits.units) at a time.")
        }
        return ScanPlan(
            place, languages: try languages(),
            units: chosen?.map { UInt8(truncatingIfNeeded: $0) } ?? [1, 255, 0],
            modbusPorts: ports ?? [ScanProtocol.modbus.port], looksCloser: closer,
            listening: .seconds(Int64(listen)))
    }

    private func languages() throws -> [ScanProtocol] {
        guard let protocols else { return ScanProtocol.allCases }
        return try protocols.split(separator: ",").map { word in
            guard let language = ScanProtocol(word: String(word)) else {
                let known = ScanProtocol.allCases.map(\.rawValue).joined(separator: ", ")
                throw Complaint(
                    .wrongUse, "“\(word)” is no language of a scan.",
                    next: "Write some of: \(known).")
            }
            return language
        }
    }

    private func numbers(
        _ text: String?, _ option: String, _ range: ClosedRange<Int>
    ) throws -> [Int]? {
        try text?.split(separator: ",").map { word in
            guard let number = Int(word), range.contains(number) else {
                throw Complaint(
                    .wrongUse,
                    "\(option): “\(word)” is not \(range.lowerBound) to "
                        + "\(range.upperBound).", next: "Write whole numbers with commas.")
            }
            return number
        }
    }

    private func show(_ event: ScanEvent, _ last: inout ScanProgress) {
        switch event {
        case .asked(let request):
            guard global.verbose > 0 else { return }
            if global.json {
                line([
                    "event": "asked", "of": request.place, "language": request.language,
                    "what": request.what,
                ])
            } else {
                global.console.say("asked \(request)")
            }
        case .found(let finding): show(finding)
        case .refused(let target, let why):
            if global.json {
                line([
                    "event": "refused", "place": target.endpoint.description,
                    "language": target.language.rawValue, "why": why,
                ])
            } else {
                global.console.data("\(target): \(why)")
            }
        case .nothing: return
        case .progress(let progress):
            last = progress
        case .finished(let progress):
            last = progress
            guard global.json else { return }
            line([
                "event": "finished", "done": progress.done, "total": progress.total,
                "connections": progress.connections, "requests": progress.requests,
                "found": progress.found,
            ])
        }
    }

    private func show(_ finding: ScanFinding) {
        guard global.json else {
            global.console.data("\(finding.place): \(finding.says)")
            for fact in finding.facts { global.console.data("    \(fact.name): \(fact.value)") }
            return
        }
        var document: [String: Any] = [
            "event": "found", "place": finding.place, "says": finding.says,
            "profiles": finding.profiles,
            "facts": finding.facts.map { ["name": $0.name, "value": $0.value] },
        ]
        if let connector = finding.connector { document["connector"] = connector }
        if let unit = finding.unit { document["unit"] = Int(unit) }
        if let line = finding.line {
            document["baud"] = line.baud
            document["parity"] = line.parity.rawValue
            document["stop_bits"] = line.stopBits
        }
        if let topics = finding.topics { document["topics"] = topics.leaves.map(topic) }
        line(document)
    }

    private func topic(_ leaf: TopicLeaf) -> [String: Any] {
        [
            "topic": leaf.topic, "kind": leaf.kind.rawValue, "last": leaf.last,
            "messages": leaf.messages, "per_minute": leaf.perMinute, "retained": leaf.isRetained,
            "fields": leaf.fields.map { field in
                var document: [String: Any] = [
                    "path": field.path, "counter": field.isCounter, "last": field.shape.last,
                ]
                document["unit"] = field.unit
                document["measure"] = field.measure?.rawValue
                return document
            },
        ]
    }

    private func line(_ document: [String: Any]) { global.console.data(Console.json(document)) }

    private func services() async throws {
        let listener = ServiceListener(
            on: .singletonMultiThreadedEventLoopGroup, clock: clock)
        do throws(ConnectorError) {
            try await listener.run { service in
                if global.json {
                    line([
                        "event": "service", "name": service.name, "address": service.address,
                        "port": service.port, "service": service.service.description,
                        "texts": service.texts,
                    ])
                } else {
                    global.console.data(
                        "\(service.address):\(service.port): \(service.says)")
                }
            }
        } catch {
            throw Complaint(.cannotReach, error.what, next: error.remedy)
        }
    }

    private func serial(_ ports: [String]) async throws {
        if ports.isEmpty { global.console.say("This computer has no serial port.") }
        let signs = try ProfileCommand.shelf().signs
        await SerialScan(clock: clock, signs: signs).run(ports) { event in
            switch event {
            case .trying(let port, let what): global.console.say("\(port): \(what)")
            case .asked(let request):
                if global.verbose > 0 { global.console.say("asked \(request)") }
            case .found(let finding): show(finding)
            case .refused(let port, let why): global.console.say("\(port): \(why)")
            case .nothing(let port): global.console.say("\(port): nothing answers")
            }
        }
    }
}
