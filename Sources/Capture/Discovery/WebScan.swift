// Asks a web server what it is: a smart plug, an MTConnect agent, or only a page.

import Plant
import Wire

/// A few GET requests over one connection at a time; no redirect is followed.
struct WebScan {
    private let visit: ScanVisit

    init(_ visit: ScanVisit) { self.visit = visit }

    /// What came of one request.
    private struct Page {
        var status = 0
        var server = ""
        var body: [UInt8] = []

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// An MTConnect agent, by the model of its devices; nil for another web server.
    func agent() async throws(ConnectorError) -> ScanFinding? {
        var connection = HTTPConnection(
            to: visit.target.endpoint, bodyLimit: ScanLimits.receivedBytes, io: visit.io)
        let page = try await get("/probe", &connection)
        await connection.close()
        return agent(page)
    }

    /// A plug, an agent or some page.
    func find() async throws(ConnectorError) -> ScanFinding? {
        var connection = HTTPConnection(
            to: visit.target.endpoint, bodyLimit: ScanLimits.pageBytes, io: visit.io)
        do throws(ConnectorError) {
            let finding = try await search(&connection)
            await connection.close()
            return finding
        } catch {
            await connection.close()
            throw error
        }
    }

    private func search(_ connection: inout HTTPConnection) async throws(ConnectorError)
        -> ScanFinding?
    {
        let small = try await get("/shelly", &connection)
        if small.status == 200, let finding = shelly(small) { return finding }
        try await visit.pause()
        let page = try await get("/", &connection)
        if let finding = agent(page) { return finding }
        if page.text.contains("Tasmota") || page.server.contains("Tasmota") {
            try await visit.pause()
            let status = try await get("/cm?cmnd=Status%200", &connection)
            if let finding = tasmota(status) { return finding }
        }
        let title = Self.title(page.text)
        let needs = page.status == 401 ? "; it wants a name and a password" : ""
        return ScanFinding(
            place: visit.target.endpoint.description, connector: nil,
            says: title.isEmpty
                ? "A web page without a title\(needs)" : "A web page: “\(title)”\(needs)",
            facts: [
                ScanFact("Server", page.server), ScanFact("Status", String(page.status)),
            ].filter { !$0.value.isEmpty })
    }

    /// One page; what is too long, compressed or cut counts as far as it came.
    private func get(
        _ target: String, _ connection: inout HTTPConnection
    ) async throws(ConnectorError) -> Page {
        try visit.ask("GET \(target)")
        var page = Page()
        let end = visit.clock.monotonic() + ScanLimits.documentTimeout
        do throws(ConnectorError) {
            try await connection.send(target)
            while true {
                let rest = end - visit.clock.monotonic()
                switch try await connection.next(within: max(.milliseconds(1), rest)) {
                case .head(let head):
                    page.status = head.status
                    page.server = head["server"] ?? ""
                case .body(let bytes): page.body += bytes
                case .end: return page
                }
            }
        } catch {
            await connection.close()
            guard page.status > 0, error != .cancelled else { throw error }
            return page
        }
    }

    private func agent(_ page: Page) -> ScanFinding? {
        guard page.text.contains("MTConnect") else { return nil }
        let place = visit.target.endpoint.description
        do throws(FrameError) {
            let model = try MTConnectDevices.decode(page.body)
            let machines = model.devices.filter { $0.type != "Agent" }
            let names = machines.map { ScanText.shown($0.name ?? $0.id) }
            let count = "\(machines.count) machine\(machines.count == 1 ? "" : "s")"
            let shown = names.prefix(5).joined(separator: ", ")
            let facts = machines.prefix(5).compactMap { machine -> ScanFact? in
                guard let told = machine.description else { return nil }
                let words = [told.manufacturer, told.model, told.serialNumber].compactMap(\.self)
                return ScanFact(machine.name ?? machine.id, words.joined(separator: " "))
            }
            return ScanFinding(
                place: place, connector: "mtconnect",
                says: "An MTConnect agent with \(count)" + (names.isEmpty ? "" : ": \(shown)"),
                facts: facts.filter { !$0.value.isEmpty })
        } catch {
            guard page.text.contains("MTConnectError") || page.text.contains("MTConnectDevices")
            else { return nil }
            return ScanFinding(
                place: place, connector: "mtconnect",
                says: "An MTConnect agent whose list of machines cannot be read",
                facts: [ScanFact("What is wrong", error.description)])
        }
    }

    private func shelly(_ page: Page) -> ScanFinding? {
        let kind = text("type", page.body) ?? text("model", page.body)
        guard let kind, text("mac", page.body) != nil else { return nil }
        let name = text("name", page.body) ?? text("id", page.body) ?? ""
        let needs = page.text.contains("\"auth\":true") || page.text.contains("\"auth_en\":true")
        return ScanFinding(
            place: visit.target.endpoint.description, connector: "http",
            says: "Shelly device (\(ScanText.shown(kind)))"
                + (needs ? "; it wants a name and a password" : ""),
            facts: [
                ScanFact("Model", kind), ScanFact("Name", name),
                ScanFact("Hardware address", text("mac", page.body) ?? ""),
            ].filter { !$0.value.isEmpty })
    }

    private func tasmota(_ page: Page) -> ScanFinding? {
        guard page.status == 200,
            let name = text("Status.DeviceName", page.body)
                ?? text("Status.FriendlyName[0]", page.body)
        else { return nil }
        let measures = page.text.contains("\"ENERGY\"")
        return ScanFinding(
            place: visit.target.endpoint.description, connector: "http",
            says: "Tasmota device “\(ScanText.shown(name))”"
                + (measures ? ", which measures energy" : ""),
            facts: [
                ScanFact("Version", text("StatusFWR.Version", page.body) ?? ""),
                ScanFact("Topic", text("Status.Topic", page.body) ?? ""),
            ].filter { !$0.value.isEmpty })
    }

    private func text(_ path: String, _ body: [UInt8]) -> String? {
        do {
            guard case .string(let text)? = try JSONScanner.value(at: JSONPath(path), in: body)
            else { return nil }
            return text
        } catch {
            return nil  // Not JSON: it has no such member.
        }
    }

    /// The title of a page, in one line; empty for none.
    static func title(_ page: String) -> String {
        let bytes = Array(page.utf8)
        let folded = bytes.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        guard let open = place(of: "<title", in: folded, from: 0),
            let start = folded[open...].firstIndex(of: 0x3E),
            let end = place(of: "</title", in: folded, from: start)
        else { return "" }
        return ScanText.shown(String(decoding: bytes[start + 1..<end], as: UTF8.self))
    }

    private static func place(of word: String, in bytes: [UInt8], from start: Int) -> Int? {
        let wanted = Array(word.utf8)
        guard bytes.count >= wanted.count + start else { return nil }
        return (start...bytes.count - wanted.count).first { offset in
            wanted.indices.allSatisfy { bytes[offset + $0] == wanted[$0] }
        }
    }
}
