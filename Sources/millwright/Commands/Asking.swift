// What most commands share: reach a box, ask, print, close.

import ArgumentParser
import Foundation

/// A command that asks a box.
protocol Asking: AsyncParsableCommand {
    /// The flags that every command takes.
    var global: GlobalOptions { get }
    /// Whether the command makes a box where there is none.
    static var makesBox: Bool { get }
    /// How long it waits unless `--timeout` says otherwise.
    static var usualWait: String { get }
    /// What the command asks, and prints.
    func ask(_ client: BoxClient) async throws
}

extension Asking {
    static var makesBox: Bool { false }
    static var usualWait: String { BoxClient.shortWait }

    func run() async throws {
        let client = try await BoxClient.open(
            global, makesBox: Self.makesBox, usualWait: Self.usualWait)
        do {
            try await ask(client)
        } catch {
            try await client.close()
            throw error
        }
        try await client.close()
    }

    /// Prints rows of a list: a table for people, the answer itself for programs.
    func show(_ reply: BoxClient.Reply, columns: [(title: String, key: String)]) {
        if global.json {
            global.console.data(reply.text)
            return
        }
        let items = reply.object["items"] as? [[String: Any]] ?? []
        guard !items.isEmpty else {
            global.console.say("Nothing yet.")
            return
        }
        var rows = [columns.map(\.title)]
        rows += items.map { item in columns.map { Self.cell(item, $0.key) } }
        global.console.data(Console.table(rows))
    }

    /// A cell by a path such as `last.value`.
    private static func cell(_ item: [String: Any], _ path: String) -> String {
        var value: Any? = item
        for key in path.split(separator: ".") { value = (value as? [String: Any])?[String(key)] }
        switch value {
        case nil: return ""
        case is NSNull: return ""
        case let list as [Any]: return list.map { "\($0)" }.joined(separator: " ")
        case let number as Double where number != number.rounded():
            return String(format: "%.6g", number)
        case .some(let other): return "\(other)"
        }
    }

    /// A part of an address, made safe.
    func path(_ text: String) -> String {
        text.addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~")))
            ?? ""
    }

    /// A JSON body.
    func body(_ members: [String: Any]) -> [UInt8] { Array(Console.json(members).utf8) }
}

/// Dates as people type them: `2026-11-13`, RFC 3339, `yesterday`, `3d` (ago), `2h`.
enum DateWords {
    /// RFC 3339 text of a date as typed; today's midnight counts in the computer's own zone.
    static func rfc3339(_ text: String) throws -> String {
        let format = ISO8601DateFormatter()
        if format.date(from: text) != nil { return text }
        let calendar = Calendar.current
        let now = Date()
        if text == "now" { return format.string(from: now) }
        if text == "today" { return format.string(from: calendar.startOfDay(for: now)) }
        if text == "yesterday" {
            return format.string(
                from: calendar.startOfDay(for: now.addingTimeInterval(-86400)))
        }
        if let nanoseconds = LengthWords.nanoseconds(text) {
            return format.string(from: now.addingTimeInterval(-Double(nanoseconds) / 1e9))
        }
        for pattern in ["yyyy-MM-dd", "d MMM yyyy", "d MMM"] {
            let words = DateFormatter()
            words.locale = Locale(identifier: "en_GB")
            words.dateFormat = pattern
            words.defaultDate = now
            if let date = words.date(from: text) {
                return format.string(from: calendar.startOfDay(for: date))
            }
        }
        throw Complaint(
            .wrongUse, "“\(text)” is no date.",
            next: "Write 2026-11-13, 13 Nov, yesterday, or 3d for three days ago.")
    }
}
