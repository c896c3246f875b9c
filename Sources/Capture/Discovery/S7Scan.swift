// Asks a Siemens controller what it is: connect, agree, read two lists of its system status.

import Plant
import Wire

/// The connection that a small controller has at slot 1; slot 2 where that is refused.
struct S7Scan {
    private let visit: ScanVisit

    init(_ visit: ScanVisit) { self.visit = visit }

    func find() async throws(ConnectorError) -> ScanFinding? {
        do throws(ConnectorError) {
            return try await ask(slot: 1)
        } catch {
            guard case .refused = error, visit.isConnected else { throw error }
            try await visit.pause()
            do throws(ConnectorError) {
                return try await ask(slot: 2)
            } catch {
                guard case .refused(_, let detail) = error else { throw error }
                return ScanFinding(
                    place: visit.target.endpoint.description, connector: "s7",
                    says: "A Siemens controller that accepts no connection at rack 0, slot 1 or 2",
                    facts: [ScanFact("It says", detail)])
            }
        }
    }

    private func ask(slot: UInt8) async throws(ConnectorError) -> ScanFinding? {
        let channel = try await visit.connect()
        do throws(ConnectorError) {
            let finding = try await talk(channel, slot)
            await channel.close()
            return finding
        } catch {
            await channel.close()
            throw error
        }
    }

    private func talk(
        _ channel: any ByteChannel, _ slot: UInt8
    ) async throws(ConnectorError) -> ScanFinding? {
        // Kind 3, a basic connection: those for programming devices are left to people.
        let settings = S7SessionSettings(
            route: S7Route(slot: slot, kind: 3),
            answerNanoseconds: ScanLimits.documentTimeout.nanoseconds)
        var line = S7Line(
            channel: channel, clock: visit.clock, name: visit.target.endpoint,
            spacing: ScanLimits.pause, settings: settings)
        try visit.ask("connecting at rack 0, slot \(slot), and what it is (lists 0x0011, 0x001C)")
        try await line.open()
        guard case .identified(let told) = try await line.identify() else {
            return finding(S7Identification(), slot)
        }
        return finding(told, slot)
    }

    private func finding(_ told: S7Identification, _ slot: UInt8) -> ScanFinding {
        let family = S7Scan.family(told.orderNumber)
        let name = told.systemName ?? told.moduleName
        let type = family ?? told.moduleType.map { ScanText.shown($0) }
        return ScanFinding(
            place: visit.target.endpoint.description, connector: "s7",
            says: "Siemens controller" + (type.map { " (\($0))" } ?? ""),
            facts: [
                ScanFact("Order number", told.orderNumber ?? ""),
                ScanFact("Type", told.moduleType ?? ""),
                ScanFact("Name", name ?? ""), ScanFact("Firmware", told.firmware ?? ""),
                ScanFact("Rack and slot", "0, \(slot)"),
            ].filter { !$0.value.isEmpty })
    }

    /// The family that an order number belongs to; nil where it is not known.
    ///
    /// Source: the order numbers of Siemens' catalogue ST 70.
    static func family(_ orderNumber: String?) -> String? {
        guard let orderNumber else { return nil }
        let plain = orderNumber.filter { $0 != " " }
        let families = [
            ("6ES7288", "S7-200 SMART"), ("6ES721", "S7-1200"), ("6ES722", "S7-200"),
            ("6ES73", "S7-300"), ("6ES74", "S7-400"), ("6ES75", "S7-1500"), ("6ED1", "LOGO!"),
        ]
        return families.first { plain.hasPrefix($0.0) }?.1
    }
}
