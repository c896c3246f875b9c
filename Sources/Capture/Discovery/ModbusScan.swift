// Asks a Modbus TCP address what it is: its names first, then one register that tells.

import Plant
import Wire

/// At most ``ScanLimits/requests`` reads of each unit; the first unit that answers is taken.
struct ModbusScan {
    /// What a unit made of the questions.
    private enum Reply {
        case silent
        case noPath(UInt8)
        case answered(names: [String], matches: [DeviceSign], facts: [ScanFact])
    }

    private let visit: ScanVisit
    private let signs: [DeviceSign]
    private var channel: (any ByteChannel)?
    private var session: ModbusTCPSession?

    init(_ visit: ScanVisit, signs: [DeviceSign]) {
        self.visit = visit
        self.signs = signs
    }

    mutating func find() async throws(ConnectorError) -> ScanFinding? {
        do throws(ConnectorError) {
            let finding = try await search()
            await close()
            return finding
        } catch {
            await close()
            throw error
        }
    }

    private mutating func search() async throws(ConnectorError) -> ScanFinding? {
        var gateway: UInt8?
        let units = visit.plan.units
        for (index, unit) in units.enumerated() {
            if index > 0 { try await visit.pause() }
            switch try await ask(unit) {
            case .silent: continue
            case .noPath(let code): gateway = code
            case .answered(let names, let matches, let facts):
                return finding(unit, names, matches, facts)
            }
        }
        let tried = ScanText.list(units.map { String($0) })
        if gateway != nil {
            return ScanFinding(
                place: visit.target.endpoint.description, connector: "modbus-tcp",
                says: "A Modbus gateway; no device answers behind it as unit \(tried)",
                facts: [ScanFact("Try", "the unit numbers on the devices behind it")])
        }
        throw .timedOut(
            doing: "asking units \(tried) of \(visit.target.endpoint)",
            after: ScanLimits.answerTimeout)
    }

    private mutating func ask(_ unit: UInt8) async throws(ConnectorError) -> Reply {
        var names: [String] = []
        var facts: [ScanFact] = []
        var isThere = false
        switch try await exchange(.readDeviceIdentification(category: 1, objectID: 0), unit) {
        case .deviceIdentification(let told):
            isThere = true
            names = told.items.map { ScanText.shown($0.text) }
            facts = Self.facts(told)
            let matches = signs.filter { sign in
                guard let word = sign.identification?.lowercased(), !word.isEmpty else {
                    return false
                }
                return told.items.contains { $0.text.lowercased().contains(word) }
            }
            if !matches.isEmpty {
                return .answered(names: names, matches: matches, facts: facts)
            }
        case .exception(let exception) where [0x0A, 0x0B].contains(exception.code):
            return .noPath(exception.code)
        case .exception: isThere = true
        default: break
        }
        for request in questions {
            try await visit.pause()
            let answer = try await exchange(request, unit)
            if case .registers(let registers)? = answer {
                isThere = true
                let matches = signs.filter { sign in
                    guard let register = sign.register, register.request == request else {
                        return false
                    }
                    return register.fits(registers) != nil
                }
                if !matches.isEmpty {
                    let fact = ScanFact("Told by", request.doing)
                    return .answered(names: names, matches: matches, facts: facts + [fact])
                }
            } else if case .exception(let exception)? = answer {
                if [0x0A, 0x0B].contains(exception.code) { return .noPath(exception.code) }
                isThere = true
            } else if !isThere {
                return .silent
            }
        }
        return isThere ? .answered(names: names, matches: [], facts: facts) : .silent
    }

    /// The reads that tell most devices apart, the most telling first; one, unless a person wants
    /// a closer look.
    private var questions: [ModbusRequest] {
        var counts: [ModbusRequest: Int] = [:]
        for sign in signs {
            guard let register = sign.register else { continue }
            counts[register.request, default: 0] += 1
        }
        let sorted = counts.sorted { ($1.value, $0.key.doing) < ($0.value, $1.key.doing) }
            .map(\.key)
        let first = sorted.isEmpty ? [.readHoldingRegisters(address: 0, count: 1)] : sorted
        let most = visit.plan.looksCloser ? ScanLimits.closerRequests : ScanLimits.requests
        return Array(first.prefix(most - 1))
    }

    /// The answer of a unit; nil for none.
    ///
    /// A connection that the device ended is opened again once.
    private mutating func exchange(
        _ request: ModbusRequest, _ unit: UInt8
    ) async throws(ConnectorError) -> ModbusResponse? {
        precondition(!request.isWrite, "a scan only reads")
        if session == nil { try await open() }
        try visit.ask("\(request.doing), unit \(unit)")
        do throws(ConnectorError) {
            return try await session?.exchange(request, device: unit)
        } catch {
            switch error {
            case .timedOut:
                _ = try visit.rest(of: .seconds(1))
                return nil
            case .closed:
                await close()
                return nil
            default: throw error
            }
        }
    }

    private mutating func open() async throws(ConnectorError) {
        let opened = try await visit.connect()
        channel = opened
        session = ModbusTCPSession(
            channel: opened, clock: visit.clock, timeout: ScanLimits.answerTimeout,
            spacing: ScanLimits.pause)
    }

    private mutating func close() async {
        await channel?.close()
        channel = nil
        session = nil
    }

    private static func facts(_ told: ModbusDeviceIdentification) -> [ScanFact] {
        let titles: [UInt8: String] = [
            0: "Maker", 1: "Product code", 2: "Version", 4: "Product", 5: "Model",
        ]
        return told.items.compactMap { item in
            titles[item.id].map { ScanFact($0, item.text) }
        }
    }

    private func finding(
        _ unit: UInt8, _ names: [String], _ matches: [DeviceSign], _ facts: [ScanFact]
    ) -> ScanFinding {
        let told = names.prefix(2).filter { !$0.isEmpty }.joined(separator: " ")
        let plain =
            told.isEmpty
            ? "A Modbus device that does not say what it is" : "A Modbus device: \(told)"
        return ScanFinding(
            place: visit.target.endpoint.description, connector: "modbus-tcp",
            says: DeviceSign.guess(matches) ?? plain, profiles: matches.map(\.profile),
            unit: unit, facts: facts)
    }
}
