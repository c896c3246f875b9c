// Case folders of connectors: configuration, conversation and expected samples as text.

import Foundation
import Plant
import Testing

@testable import Capture

/// One folder of `Fixtures/connectors/<kind>/`.
struct ContractCase: Sendable, CustomTestStringConvertible {
    let kind: String
    let name: String
    let connection: Connection
    let signals: [Signal]
    let script: [ScriptStep]
    let expected: String

    var testDescription: String { "\(kind)/\(name)" }

    /// All case folders, sorted.
    static let all: [ContractCase] = {
        do { return try load() } catch { return [] }  // The test of the folders says so.
    }()

    static var root: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    private static func load() throws -> [ContractCase] {
        let folder = root.appending(path: "Fixtures/connectors")
        let files = FileManager.default
        var cases: [ContractCase] = []
        for kind in try files.contentsOfDirectory(atPath: folder.path).sorted() {
            let kindFolder = folder.appending(path: kind)
            for name in try files.contentsOfDirectory(atPath: kindFolder.path).sorted() {
                cases.append(try ContractCase(kind, name, kindFolder.appending(path: name)))
            }
        }
        return cases
    }

    private init(_ kind: String, _ name: String, _ folder: URL) throws {
        func text(_ file: String) throws -> String {
            try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        }
        self.kind = kind
        self.name = name
        var settings: [String: String] = [:]
        var tables: [[String: String]] = []
        for line in try text("config.toml").split(separator: "\n") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line == "[[signal]]" { tables.append([:]) }
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            let key = line[..<equals].trimmingCharacters(in: .whitespaces)
            let value = line[line.index(after: equals)...]
                .trimmingCharacters(in: CharacterSet(charactersIn: " \""))
            if tables.isEmpty {
                settings[key] = value
            } else {
                tables[tables.count - 1][key] = value
            }
        }
        let id: Slug = Slug("gw")
        connection = Connection(id: id, kind: kind, settings: settings)
        signals = try tables.enumerated().map { index, table in
            var options = table
            let address = options.removeValue(forKey: "read") ?? ""
            let unit = options.removeValue(forKey: "unit") ?? ""
            let signalName = options.removeValue(forKey: "id") ?? ""
            let source = SignalSource(connection: id, address: address, options: options)
            let type = try #require(ConnectorCatalog.type(of: kind))
            return Signal(
                id: SignalID(UInt32(index + 1)), name: signalName,
                kind: try type.valueKind(of: source), unit: unit, source: source)
        }
        script = try text("exchange.hex").split(separator: "\n").compactMap { line in
            let bare = line.prefix { $0 != "#" }
            guard let mark = bare.first else { return nil }
            let bytes = Array(bare.dropFirst().filter { $0.isHexDigit }.utf8)
            let data = stride(from: 0, to: bytes.count - bytes.count % 2, by: 2).map {
                UInt8(String(decoding: bytes[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
            }
            switch mark {
            case ">": return .expect(data)
            case "<": return .send(data)
            case "~": return .silence
            case "+":
                let count = Int64(bare.dropFirst().filter(\.isNumber)) ?? 0
                return .pause(.milliseconds(count))
            default: return nil
            }
        }
        expected = try text("expected.samples")
    }

    /// Runs the conversation; gives the samples as text, the reports and the end.
    func play(
        _ steps: [ScriptStep]? = nil, isLenient: Bool = false
    ) async throws -> (samples: String, peer: ScriptedPeer, end: ConnectorError?, book: ReportBook)
    {
        let clock = SkippingClock()
        let peer = ScriptedPeer(steps ?? script, clock: clock, isLenient: isLenient)
        let sink = MemorySink()
        let book = ReportBook()
        let connector = try ConnectorCatalog.connector(for: connection, signals: signals)
        let io = testIO(
            clock.capture, registry: sink, report: { book.note($0) }, connect: { _ in peer })
        var end: ConnectorError?
        do throws(ConnectorError) {
            try await connector.run(io, into: sink)
        } catch {
            end = error
        }
        let content = sink.snapshot
        var pipeline = try SamplePipeline(
            signals: signals, schema: type(of: connector).schema)
        var lines: [String] = []
        for (word, batches) in [("", content.accepted), ("stored ", content.stored)] {
            for raw in batches {
                var batch = raw
                _ = pipeline.apply(to: &batch)
                lines += text(of: batch, word, content.series)
            }
        }
        return (lines.joined(separator: "\n") + "\n", peer, end, book)
    }

    private func text(of batch: SampleBatch, _ word: String, _ series: [SeriesKey]) -> [String] {
        batch.times.indices.flatMap { row in
            batch.columns.sorted { $0.signal < $1.signal }.map { column in
                let name =
                    signals.first { $0.id == column.signal }?.name
                    ?? series[Int(column.signal.number) - 1_000].address
                let quality = column.quality(at: row)
                let mark = quality == .good ? "" : " \(quality.word)/\(quality.reason ?? "")"
                return "\(word)\(Timestamp(nanoseconds: batch.times[row]).rfc3339) \(name) "
                    + "\(column.values[row].asText)\(mark)"
            }
        }
    }
}
