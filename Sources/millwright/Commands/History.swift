// What is stored of the past: how much, whether it is sound, in fewer bytes, and out of the box.

import ArgumentParser
import Foundation

/// What is stored of the past.
struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "What is stored of the past: size, soundness, export.",
        discussion: """
            Examples:
              millwright history usage
              millwright history compact
              millwright history export "mill-1/*" --from 7d --out mill-1.csv
            """,
        subcommands: [Usage.self, Verify.self, Compact.self, Export.self])

    struct Usage: Asking {
        static let configuration = CommandConfiguration(
            abstract: "Bytes, samples and chunks of each file.")
        @OptionGroup var global: GlobalOptions

        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("GET", "/api/v1/history")
            if global.json { return global.console.data(reply.text) }
            let files = reply.object["files"] as? [[String: Any]] ?? []
            func number(_ object: [String: Any], _ key: String) -> Int { object[key] as? Int ?? 0 }
            let rows = files.map { file in
                [
                    file["name"] as? String ?? "", Self.size(number(file, "bytes")),
                    String(number(file, "samples")), String(number(file, "chunks")),
                    String(number(file, "thinned")), String(number(file, "damaged")),
                    Self.each(number(file, "bytes"), number(file, "samples")),
                ]
            }
            let all = [
                "Together", Self.size(number(reply.object, "bytes")),
                String(number(reply.object, "samples")), "", "", "",
                Self.each(number(reply.object, "bytes"), number(reply.object, "samples")),
            ]
            global.console.data(
                Console.table(
                    [["FILE", "SIZE", "SAMPLES", "PIECES", "THINNED", "DAMAGED", "BYTES A SAMPLE"]]
                        + rows + [all]))
        }

        /// Bytes in words: kB and MB are thousands.
        static func size(_ bytes: Int) -> String {
            bytes < 1_000_000
                ? String(format: "%.1f kB", Double(bytes) / 1_000)
                : String(format: "%.1f MB", Double(bytes) / 1_000_000)
        }

        /// Bytes of each sample; nothing where there is none.
        static func each(_ bytes: Int, _ samples: Int) -> String {
            samples > 0 ? String(format: "%.3f", Double(bytes) / Double(samples)) : "-"
        }
    }

    struct Compact: Asking {
        static let usualWait = BoxClient.longWait
        static let configuration = CommandConfiguration(
            abstract: "Merge small chunks and give free space back; every answer stays.")
        @OptionGroup var global: GlobalOptions

        func ask(_ client: BoxClient) async throws {
            let reply = try await client.ask("POST", "/api/v1/history/compact")
            if global.json { return global.console.data(reply.text) }
            let before = reply.object["bytes_before"] as? Int ?? 0
            let after = reply.object["bytes"] as? Int ?? 0
            let merged = reply.object["merged"] as? Int ?? 0
            global.console.data(
                "\(Usage.size(before)) became \(Usage.size(after)); \(merged) chunks were merged"
                    + " into others. Every answer is as before.")
        }
    }

    struct Export: Asking {
        static let usualWait = BoxClient.longWait
        static let configuration = CommandConfiguration(
            abstract: "Write stored samples of signals as CSV or NDJSON.")
        @OptionGroup var global: GlobalOptions
        @Argument(help: "Signals: numbers, or patterns over names such as \"mill-1/*\".")
        var signals: [String]
        @Option(help: "From when.") var from: String = "7d"
        @Option(help: "Until when.") var to: String = "now"
        @Option(help: "csv or ndjson.") var format: String = "csv"
        @Option(help: "Write to this file.") var out: String?

        func ask(_ client: BoxClient) async throws {
            guard ["csv", "ndjson"].contains(format) else {
                throw Complaint(
                    .wrongUse, "“\(format)” is no format here.", next: "Use csv or ndjson.")
            }
            let chosen = signals.map { "signal=" + path($0) }.joined(separator: "&")
            let range = [
                "from=" + path(try DateWords.rfc3339(from)),
                "to=" + path(try DateWords.rfc3339(to)),
                "format=" + (global.json ? "ndjson" : format),
            ].joined(separator: "&")
            let target = try OutputFile(out, replaces: global.yes)
            var failed: [UInt8] = []
            // A problem is a document; rows begin with a heading or with the signal's name.
            let opening = Array("{\"detail\"".utf8)
            let status = try await client.stream(
                "GET", "/api/v1/raw?\(chosen)&\(range)", accept: "text/csv"
            ) { piece in
                if !failed.isEmpty || piece.starts(with: opening)
                    || piece.starts(with: Array("{\"type\":\"/errors".utf8))
                {
                    failed.append(contentsOf: piece)
                } else {
                    try target.write(piece)
                }
            }
            guard (200..<300).contains(status) else {
                let object =
                    // An answer that is no document has no words; its status is shown instead.
                    (try? JSONSerialization.jsonObject(with: Data(failed)) as? [String: Any])
                    ?? [:]
                throw Complaint(
                    status == 404 ? .notFound : status == 400 ? .inputRefused : .failed,
                    object["detail"] as? String ?? object["title"] as? String
                        ?? "The box answered \(status).",
                    next: status == 404
                        ? "See the names of signals: millwright signal list"
                        : "See millwright history export --help")
            }
            try target.finish()
            if let out { global.console.say("Written to \(out).") }
        }
    }
}
