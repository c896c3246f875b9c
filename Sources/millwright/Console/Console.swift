// What commands print: data on standard output, commentary and progress on standard error.

import Foundation

/// The terminal, as the global flags shape it.
struct Console {
    let isJSON: Bool
    let isQuiet: Bool

    /// Data, for standard output.
    func data(_ text: String) {
        do {
            try OutputFile(nil, replaces: false).write(Array((text + "\n").utf8))
        } catch {
            exit(0)  // Nobody reads any more, as behind `| head`.
        }
    }

    /// Commentary, for standard error; silent with `--quiet`.
    func say(_ text: String) {
        guard !isQuiet else { return }
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Asks for a yes; without a person to ask the answer is no.
    func confirm(_ question: String, yes: Bool, mayAsk: Bool) -> Bool {
        if yes { return true }
        guard mayAsk, isatty(STDIN_FILENO) == 1 else { return false }
        say(question + " [y/N]")
        return readLine()?.lowercased().hasPrefix("y") ?? false
    }

    /// A complaint, in words or as one JSON document.
    func complain(_ complaint: Complaint) {
        guard isJSON else {
            FileHandle.standardError.write(Data((complaint.text + "\n").utf8))
            return
        }
        let document: [String: Any] = [
            "error": complaint.what, "why": complaint.why, "next": complaint.next,
            "exit": Int(complaint.reason.rawValue),
        ]
        FileHandle.standardError.write(Data((Console.json(document) + "\n").utf8))
    }

    /// JSON text with sorted names.
    static func json(_ value: Any) -> String {
        guard JSONSerialization.isValidJSONObject(value),
            // What passed this check can be written.
            let bytes = try? JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
        else { return "{}" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Columns of text, padded to the widest cell.
    static func table(_ rows: [[String]]) -> String {
        guard let columns = rows.map(\.count).max() else { return "" }
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}

/// A bar with count, rate and time left, or a line every ten seconds, or NDJSON (ux 18).
final class ProgressBar {
    private let console: Console
    private let title: String
    private let started = ContinuousClock.now
    private var lastShown = ContinuousClock.now - .seconds(60)
    private let isTerminal = isatty(2) == 1

    init(_ console: Console, title: String) {
        self.console = console
        self.title = title
    }

    /// Shows `done` of `total`; nothing within the first second.
    func show(_ done: Int, of total: Int) {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal && !console.isJSON ? .milliseconds(200) : .seconds(10)
        guard now - started > .seconds(1), now - lastShown > pause, total > 0 else { return }
        lastShown = now
        if console.isJSON {
            let document: [String: Any] = ["progress": title, "done": done, "total": total]
            FileHandle.standardError.write(Data((Console.json(document) + "\n").utf8))
            return
        }
        let share = min(1, Double(done) / Double(total))
        let elapsed = (now - started) / .seconds(1)
        let left = share > 0 ? elapsed / share - elapsed : 0
        let filled = Int(share * 10)
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: 10 - filled)
        let text =
            "\(title)  \(bar)  \(Int(share * 100))%  \(done) of \(total)  about \(Int(left)) s"
        let end = isTerminal ? "\r" : "\n"
        FileHandle.standardError.write(Data((text + end).utf8))
    }

    /// Ends the line of the bar.
    func finish() {
        guard isTerminal, !console.isJSON, ContinuousClock.now - started > .seconds(1) else {
            return
        }
        FileHandle.standardError.write(Data("\n".utf8))
    }
}
