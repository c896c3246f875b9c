// Gathers messages of a broker into a tree of topics, within limits.

public import Plant
import Wire

/// Listens to messages; holds at most ``ScanLimits/topics`` topics.
public struct TopicWatch: Sendable {
    private struct Entry: Sendable {
        var leaf: TopicLeaf
        var begin: Elapsed
        var shapes: [String: SampleShape] = [:]
        var order: [String] = []
    }

    private var entries: [String: Entry] = [:]
    private var leftOut: Set<Int> = []
    /// Messages that were heard.
    public private(set) var messages = 0

    /// A watch that has heard nothing.
    public init() {}

    /// Takes a message at a monotonic time.
    public mutating func note(
        _ topic: String, _ payload: [UInt8], isRetained: Bool, at time: Elapsed
    ) {
        messages += 1
        guard entries[topic] != nil || entries.count < ScanLimits.topics else {
            // By hash, so that a flood of names costs little; held like the topics themselves.
            if leftOut.count < ScanLimits.messages { leftOut.insert(topic.hashValue) }
            return
        }
        var entry =
            entries[topic]
            ?? Entry(
                leaf: TopicLeaf(
                    topic: topic, kind: .empty, last: "", messages: 0, perMinute: 0,
                    isRetained: isRetained, fields: []), begin: time)
        entry.leaf.messages += 1
        read(payload, into: &entry)
        entries[topic] = entry
    }

    /// The tree of what was heard until a moment.
    public func tree(after time: Elapsed) -> TopicTree {
        var leaves: [TopicLeaf] = []
        for entry in entries.values {
            var leaf = entry.leaf
            let minutes = (time - entry.begin).minutes
            if leaf.messages > 1, minutes > 0 {
                leaf.perMinute = Double(leaf.messages - 1) / minutes
            }
            leaf.fields = entry.order.map { path in
                let meaning =
                    MeasureWords.meaning(of: path)
                    ?? MeasureWords.meaning(of: Self.lastLevels(leaf.topic))
                return TopicField(
                    path: path, shape: entry.shapes[path] ?? SampleShape(),
                    measure: meaning?.measure, unit: meaning?.unit)
            }
            leaves.append(leaf)
        }
        return TopicTree(
            leaves: leaves.sorted { $0.topic < $1.topic }, leftOut: leftOut.count)
    }

    /// The last two levels, in which the meaning usually stands.
    private static func lastLevels(_ topic: String) -> String {
        topic.split(separator: "/").suffix(2).joined(separator: "/")
    }

    private func read(_ payload: [UInt8], into entry: inout Entry) {
        let start = payload.prefix(4 * ScanLimits.shownCharacters)
        guard let whole = String(validating: payload, as: UTF8.self) else {
            entry.leaf.kind = .binary
            entry.leaf.last = "\(payload.count) bytes"
            return
        }
        entry.leaf.last = ScanText.shown(String(decoding: start, as: UTF8.self))
        let text = whole.filter { $0 != " " && $0 != "\n" && $0 != "\r" && $0 != "\t" }
        guard !text.isEmpty else {
            entry.leaf.kind = .empty
            return
        }
        if text.hasPrefix("{") || text.hasPrefix("[") {
            do throws(JSONError) {
                let found = try JSONScanner.numbers(in: payload)
                entry.leaf.kind = .json
                for (path, value) in found.prefix(ScanLimits.topicFields) {
                    note(path.description, value, &entry)
                }
                return
            } catch {
                entry.leaf.kind = .text  // Only looks like JSON.
                return
            }
        }
        if let number = Double(text), number.isFinite {
            // "1" and "0" alone are told from a switch by what follows.
            entry.leaf.kind = .number
            note("", number, &entry)
        } else if let flag = MQTTPayload.flag(text) {
            entry.leaf.kind = .switching
            note("", flag ? 1 : 0, &entry)
        } else {
            entry.leaf.kind = .text
        }
    }

    private func note(_ path: String, _ value: Double, _ entry: inout Entry) {
        if entry.shapes[path] == nil {
            guard entry.order.count < ScanLimits.topicFields else { return }
            entry.order.append(path)
        }
        entry.shapes[path, default: SampleShape()].note(value)
    }
}
