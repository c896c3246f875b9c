// Tries a serial port with care: listens first, and asks only where nobody speaks.

import Plant
import Wire

/// What a scan of serial ports tells.
public enum SerialScanEvent: Hashable, Sendable {
    /// A port is being tried; what is done next, in words.
    case trying(port: String, String)
    /// A request was sent.
    case asked(ScanRequest)
    /// Something answered or spoke.
    case found(ScanFinding)
    /// The port cannot be used; why.
    case refused(port: String, String)
    /// Nothing answered on the port.
    case nothing(port: String)
}

/// A scan of serial ports, one after another.
///
/// A port is listened to for ``ScanLimits/lineListening`` first. A device that speaks by itself is
/// not spoken to: the speed at which its lines are text is found by listening. On a silent line
/// one register is read, of units 1 to 3, at the usual speeds and forms; the first answer ends it.
/// Nothing is written to a device. Cancelling the task ends it at once.
public struct SerialScan: Sendable {
    /// Speeds that are tried, in this order, in bits a second.
    public static let bauds = [9_600, 19_200, 38_400, 115_200]
    /// Units that are asked.
    public static let units: [UInt8] = [1, 2, 3]

    private let opener: SerialOpener
    private let clock: CaptureClock
    private let signs: [DeviceSign]

    /// A scan with the system's ports, unless told otherwise.
    public init(
        opener: SerialOpener = .system, clock: CaptureClock, signs: [DeviceSign] = []
    ) {
        self.opener = opener
        self.clock = clock
        self.signs = signs
    }

    /// Forms of a character that are tried at each speed: 8N1, 8E1, 8N2.
    static let forms: [(parity: SerialParity, stopBits: Int)] = [
        (.none, 1), (.even, 1), (.none, 2),
    ]

    /// Tries ports in order; `report` hears what happens, from any thread, and must not wait.
    public func run(
        _ ports: [String], _ report: @escaping @Sendable (SerialScanEvent) -> Void
    ) async {
        for port in ports.prefix(ScanLimits.ports) {
            guard !Task.isCancelled else { return }
            do throws(ConnectorError) {
                if let finding = try await find(port, report) {
                    report(.found(finding))
                } else {
                    report(.nothing(port: port))
                }
            } catch {
                guard error != .cancelled else { return }
                report(.refused(port: port, "\(error.what). \(error.remedy)"))
            }
        }
    }

    private func find(
        _ port: String, _ report: @Sendable (SerialScanEvent) -> Void
    ) async throws(ConnectorError) -> ScanFinding? {
        let seconds = ScanLimits.lineListening.words
        report(.trying(port: port, "listening for \(seconds)"))
        let first = settings(port, Self.bauds[0], 0)
        let heard = try await listen(first)
        guard heard.isEmpty else { return try await text(port, heard, report) }
        for baud in Self.bauds {
            for form in Self.forms.indices {
                let settings = settings(port, baud, form)
                report(.trying(port: port, "Modbus at \(Self.words(settings))"))
                if let finding = try await ask(settings, report) { return finding }
            }
        }
        return nil
    }

    private func settings(_ port: String, _ baud: Int, _ form: Int) -> SerialSettings {
        SerialSettings(
            path: port, baud: baud, parity: Self.forms[form].parity,
            stopBits: Self.forms[form].stopBits)
    }

    /// "9600 8N1".
    static func words(_ settings: SerialSettings) -> String {
        let parity = ["none": "N", "even": "E", "odd": "O"][settings.parity.rawValue] ?? "?"
        return "\(settings.baud) \(settings.dataBits)\(parity)\(settings.stopBits)"
    }

    /// What comes by itself, up to ``ScanLimits/serialBytes``.
    private func listen(_ settings: SerialSettings) async throws(ConnectorError) -> [UInt8] {
        let channel = try await opener.open(settings)
        var heard: [UInt8] = []
        let end = clock.monotonic() + ScanLimits.lineListening
        do throws(ConnectorError) {
            while heard.count < ScanLimits.serialBytes {
                let rest = end - clock.monotonic()
                guard rest > .zero else { break }
                heard += try await channel.receive(within: rest)
            }
        } catch {
            guard case .timedOut = error else {
                await channel.close()
                throw error
            }
        }
        await channel.close()
        return heard
    }

    /// Finds the speed at which what comes is text; says so also where none fits.
    private func text(
        _ port: String, _ first: [UInt8], _ report: @Sendable (SerialScanEvent) -> Void
    ) async throws(ConnectorError) -> ScanFinding? {
        var best = (settings: settings(port, Self.bauds[0], 0), heard: first)
        for baud in Self.bauds.dropFirst() where SerialText.share(best.heard) < SerialText.enough {
            let next = settings(port, baud, 0)
            report(.trying(port: port, "it speaks by itself; listening at \(Self.words(next))"))
            let heard = try await listen(next)
            if SerialText.share(heard) > SerialText.share(best.heard) { best = (next, heard) }
        }
        guard SerialText.share(best.heard) >= SerialText.enough else {
            return ScanFinding(
                place: port, connector: nil,
                says: "Something speaks by itself, but not in lines of text at a usual speed; "
                    + "it was not asked anything")
        }
        let lines = SerialText.lines(best.heard)
        return ScanFinding(
            place: port, connector: "serial-text",
            says: "A device that sends lines of text at \(Self.words(best.settings))",
            line: best.settings,
            facts: lines.prefix(3).map { ScanFact("A line", $0) })
    }

    private func ask(
        _ settings: SerialSettings, _ report: @Sendable (SerialScanEvent) -> Void
    ) async throws(ConnectorError) -> ScanFinding? {
        let channel: any ByteChannel
        do throws(ConnectorError) {
            channel = try await opener.open(settings)
        } catch {
            // A port that cannot do a speed can do others.
            guard case .misconfigured = error else { throw error }
            return nil
        }
        do throws(ConnectorError) {
            var finding: ScanFinding?
            for unit in Self.units where finding == nil {
                finding = try await ask(unit, settings, channel, report)
            }
            await channel.close()
            return finding
        } catch {
            await channel.close()
            throw error
        }
    }

    private func ask(
        _ unit: UInt8, _ settings: SerialSettings, _ channel: any ByteChannel,
        _ report: @Sendable (SerialScanEvent) -> Void
    ) async throws(ConnectorError) -> ScanFinding? {
        var counts: [ModbusRequest: Int] = [:]
        for sign in signs {
            if let register = sign.register { counts[register.request, default: 0] += 1 }
        }
        let telling = counts.min { ($1.value, $0.key.doing) < ($0.value, $1.key.doing) }?.key
        let request = telling ?? .readHoldingRegisters(address: 0, count: 1)
        guard let response = try await exchange(request, unit, settings, channel, report) else {
            return nil
        }
        var matches: [DeviceSign] = []
        if case .registers(let registers) = response {
            matches = signs.filter { sign in
                sign.register?.request == request && sign.register?.fits(registers) != nil
            }
        }
        return ScanFinding(
            place: settings.path, connector: "modbus-rtu",
            says: (DeviceSign.guess(matches) ?? "A Modbus device that does not say what it is")
                + ", at \(Self.words(settings)), unit \(unit)",
            profiles: matches.map(\.profile), unit: unit, line: settings)
    }

    /// The answer with a right check sum, a refusal too; nil for none.
    private func exchange(
        _ request: ModbusRequest, _ unit: UInt8, _ settings: SerialSettings,
        _ channel: any ByteChannel, _ report: @Sendable (SerialScanEvent) -> Void
    ) async throws(ConnectorError) -> ModbusResponse? {
        precondition(!request.isWrite, "a scan only reads")
        guard var listener = ModbusRTUListener(request, device: unit) else { return nil }
        let frame: [UInt8]
        do throws(FrameError) {
            frame = ModbusRTU.encode(unit: unit, pdu: try request.encoded())
        } catch { throw .malformed(error) }
        do { try await clock.sleep(ScanLimits.pause) } catch { throw .cancelled }
        report(
            .asked(
                ScanRequest(
                    time: clock.wall(), place: settings.path, language: "Modbus RTU",
                    what: "\(request.doing), unit \(unit), at \(Self.words(settings))")))
        try await channel.send(frame)
        let end = clock.monotonic() + ScanLimits.serialTimeout
        while true {
            let rest = end - clock.monotonic()
            guard rest > .zero else { return nil }
            var pdu: [UInt8]?
            do throws(ConnectorError) {
                pdu = listener.append(try await channel.receive(within: rest))
            } catch {
                guard case .timedOut = error else { throw error }
                return nil
            }
            guard let pdu else { continue }
            do throws(FrameError) {
                return try ModbusResponse.decode(pdu, for: request)
            } catch {
                return nil  // A right check sum by chance: no answer of a device.
            }
        }
    }
}

/// What bytes of a line look like as text.
enum SerialText {
    /// The share of printable characters from which bytes count as text.
    static let enough = 0.9

    /// The share of printable characters and line ends, 0 to 1; 0 without any line end.
    static func share(_ bytes: [UInt8]) -> Double {
        guard bytes.contains(0x0A) || bytes.contains(0x0D) || bytes.contains(0x03) else { return 0 }
        let good = bytes.filter { byte in
            (0x20...0x7E).contains(byte) || [0x02, 0x03, 0x09, 0x0A, 0x0D].contains(byte)
        }
        return Double(good.count) / Double(bytes.count)
    }

    /// The whole lines, without the first, which may be cut.
    static func lines(_ bytes: [UInt8]) -> [String] {
        var reader = SerialLines()
        let lines: [String] = reader.append(bytes).compactMap { piece in
            guard case .line(let line) = piece else { return nil }
            return String(decoding: line, as: UTF8.self)
        }
        return lines.count > 1 ? Array(lines.dropFirst()) : lines
    }
}
