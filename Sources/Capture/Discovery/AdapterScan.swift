// Listens to an SHDR adapter; only when it is silent it is asked for a sign of life.

import Plant
import Wire

/// Adapters send by themselves, so the first thing is to listen.
struct AdapterScan {
    private let visit: ScanVisit

    init(_ visit: ScanVisit) { self.visit = visit }

    func find() async throws(ConnectorError) -> ScanFinding? {
        let channel = try await visit.connect()
        do throws(ConnectorError) {
            var lines = try await listen(channel)
            if lines.isEmpty {
                try visit.ask("a sign of life (* PING)")
                try await channel.send(Array("* PING\n".utf8))
                lines = try await listen(channel)
            }
            await channel.close()
            return finding(lines)
        } catch {
            await channel.close()
            throw error
        }
    }

    /// Whole lines of some seconds, at most 64.
    private func listen(_ channel: any ByteChannel) async throws(ConnectorError) -> [String] {
        var deframer = SHDRDeframer()
        var lines: [String] = []
        let end = visit.clock.monotonic() + ScanLimits.lineListening
        while lines.count < ScanLimits.topicFields {
            let rest = end - visit.clock.monotonic()
            guard rest > .zero else { break }
            do throws(ConnectorError) {
                deframer.append(try await channel.receive(within: rest))
            } catch {
                guard case .timedOut = error else { throw error }
                break
            }
            do throws(FrameError) {
                while let line = try deframer.next() {
                    lines.append(String(decoding: line, as: UTF8.self))
                }
            } catch { throw .malformed(error) }
        }
        return lines
    }

    private func finding(_ lines: [String]) -> ScanFinding? {
        var keys: [String] = []
        var isAdapter = false
        for line in lines {
            if line.hasPrefix("* ") {
                isAdapter = true
                continue
            }
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            // A time or nothing stands first.
            guard fields.count >= 3, fields[0].isEmpty || fields[0].contains("T") else { continue }
            isAdapter = true
            let key = ScanText.shown(String(fields[1]))
            if !keys.contains(key) { keys.append(key) }
        }
        guard isAdapter else { return nil }
        let some = keys.prefix(6).joined(separator: ", ")
        return ScanFinding(
            place: visit.target.endpoint.description, connector: "shdr",
            says: "An MTConnect adapter (SHDR)" + (some.isEmpty ? "" : " with \(some)"),
            facts: keys.isEmpty ? [] : [ScanFact("Keys heard", String(keys.count))])
    }
}
