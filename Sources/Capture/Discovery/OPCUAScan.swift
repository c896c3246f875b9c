// Asks an OPC UA server for its endpoints: its name and the security it offers; no session.

import Plant
import Wire

/// One question; no session is opened and no certificate is shown.
struct OPCUAScan {
    private let visit: ScanVisit

    init(_ visit: ScanVisit) { self.visit = visit }

    func find() async throws(ConnectorError) -> ScanFinding? {
        let channel = try await visit.connect()
        do throws(ConnectorError) {
            let finding = try await ask(channel)
            await channel.close()
            return finding
        } catch {
            await channel.close()
            throw error
        }
    }

    private func ask(_ channel: any ByteChannel) async throws(ConnectorError) -> ScanFinding? {
        var question = OPCUAEndpointQuestion(
            url: "opc.tcp://\(visit.target.endpoint)", wallTime: visit.clock.wall().nanoseconds)
        try visit.ask("which endpoints there are (GetEndpoints)")
        try await channel.send(question.begin())
        while true {
            let bytes = try await channel.receive(within: ScanLimits.documentTimeout)
            let steps: [OPCUAEndpointQuestion.Step]
            do throws(FrameError) {
                steps = try question.receive(
                    bytes, now: visit.clock.monotonic().nanoseconds)
            } catch { throw .malformed(error) }
            for step in steps {
                switch step {
                case .send(let bytes): try await channel.send(bytes)
                case .found(let endpoints): return finding(endpoints)
                case .refused(let problem):
                    return ScanFinding(
                        place: visit.target.endpoint.description, connector: "opc-ua",
                        says: "An OPC UA server that does not say what it offers",
                        facts: [ScanFact("It says", problem.description)])
                }
            }
        }
    }

    private func finding(_ endpoints: [OPCUAEndpoint]) -> ScanFinding {
        let name = endpoints.first { !$0.applicationName.isEmpty }?.applicationName ?? ""
        var secure: [String] = []
        var isOpen = false
        for endpoint in endpoints {
            guard let mode = endpoint.mode, mode != .none else {
                isOpen = true
                continue
            }
            let policy = endpoint.policyURI.split(separator: "#").last.map(String.init) ?? "?"
            let words = "\(policy) \(mode == .sign ? "signed" : "encrypted")"
            if !secure.contains(words) { secure.append(words) }
        }
        let identities = Set(endpoints.flatMap(\.identities).compactMap(\.kind))
        let title = ScanText.shown(name)
        let security =
            secure.isEmpty
            ? "without any security" : isOpen ? "with security, and without" : "with security"
        return ScanFinding(
            place: visit.target.endpoint.description, connector: "opc-ua",
            says: "An OPC UA server" + (title.isEmpty ? "" : " “\(title)”") + ", \(security)",
            facts: [
                ScanFact("Application", name),
                ScanFact("Lasting name", endpoints.first?.applicationURI ?? ""),
                ScanFact("Security", secure.sorted().joined(separator: ", ")),
                ScanFact("Works without a name", identities.contains(.anonymous) ? "yes" : "no"),
            ].filter { !$0.value.isEmpty })
    }
}
