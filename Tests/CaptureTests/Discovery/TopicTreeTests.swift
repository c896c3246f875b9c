// A broker's topics as a tree: kinds, units, counters, rates and limits.

import Plant
import Testing

@testable import Capture

@Suite("A tree of topics")
struct TopicTreeTests {
    private func watch(_ messages: [(String, String, Int64)]) -> TopicTree {
        var watch = TopicWatch()
        for (topic, text, second) in messages {
            watch.note(topic, Array(text.utf8), isRetained: second == 0, at: .seconds(second))
        }
        return watch.tree(after: .seconds(30))
    }

    @Test("tells numbers, switches, texts and JSON apart")
    func kinds() {
        let tree = watch([
            ("a/power", "1250.5", 1), ("a/state", "ON", 1), ("a/name", "Press 2", 1),
            ("a/json", #"{"motor":{"apower":12,"temperature":{"tC":41.5}},"on":true}"#, 1),
            ("a/empty", "", 1),
        ])
        let kinds = Dictionary(uniqueKeysWithValues: tree.leaves.map { ($0.topic, $0.kind) })
        #expect(
            kinds == [
                "a/power": .number, "a/state": .switching, "a/name": .text, "a/json": .json,
                "a/empty": .empty,
            ])
        let json = tree.leaves.first { $0.topic == "a/json" }
        #expect(json?.fields.map(\.path) == ["motor.apower", "motor.temperature.tC", "on"])
        #expect(json?.fields.map(\.unit) == ["W", "Cel", nil])
    }

    @Test("takes the unit from the topic where the message is a plain number")
    func units() {
        let tree = watch([("shop/press/power", "3", 1), ("shop/press/temperature", "21.5", 1)])
        #expect(tree.leaves.map { $0.fields.first?.unit } == ["W", "Cel"])
    }

    @Test("tells counters from gauges, and gives the rate of messages")
    func counters() {
        let tree = watch([
            ("c", "5", 0), ("c", "6", 15), ("c", "9", 29), ("g", "5", 1), ("g", "4", 2),
        ])
        #expect(tree.leaves.map { $0.fields.first?.isCounter } == [true, false])
        #expect(tree.leaves.map(\.isRetained) == [true, false])
        // Two further messages in 30 s are 4 a minute.
        #expect(tree.leaves[0].perMinute == 4)
    }

    @Test("has a node for each level")
    func levels() {
        let tree = watch([("a/b/c", "1", 1), ("a/b", "2", 1), ("d", "3", 1), ("/x", "4", 1)])
        #expect(tree.roots.map(\.name) == ["", "a", "d"])
        let a = tree.roots[1]
        #expect(a.leaf == nil)
        #expect(a.children.map(\.name) == ["b"])
        #expect(a.children[0].leaf?.last == "2")
        #expect(a.children[0].children.map(\.name) == ["c"])
    }

    @Test("keeps a named number of topics and counts the others")
    func limit() {
        var watch = TopicWatch()
        for number in 0..<(ScanLimits.topics + 25) {
            watch.note("t/\(number)", [0x31], isRetained: false, at: .zero)
            watch.note("t/\(number)", [0x32], isRetained: false, at: .zero)
        }
        let tree = watch.tree(after: .seconds(1))
        #expect(tree.leaves.count == ScanLimits.topics)
        #expect(tree.leftOut == 25)
        #expect(tree.topicCount == ScanLimits.topics + 25)
    }

    @Test("shows hostile payloads in one short line")
    func hostile() {
        var watch = TopicWatch()
        watch.note("b", [0xFF, 0xFE, 0x00], isRetained: false, at: .zero)
        watch.note("t", Array("a\u{1B}[31m\nb\u{0}".utf8), isRetained: false, at: .zero)
        watch.note("long", [UInt8](repeating: 0x61, count: 100_000), isRetained: false, at: .zero)
        watch.note(
            "deep", Array(String(repeating: "[", count: 9_999).utf8), isRetained: false, at: .zero)
        watch.note(String(repeating: "/", count: 5_000), [0x31], isRetained: false, at: .zero)
        let tree = watch.tree(after: .seconds(1))
        #expect(tree.leaves.first { $0.topic == "b" }?.last == "3 bytes")
        #expect(tree.leaves.first { $0.topic == "t" }?.last == "a [31m b")
        #expect((tree.leaves.first { $0.topic == "long" }?.last.count ?? 0) <= 81)
        #expect(tree.leaves.first { $0.topic == "deep" }?.kind == .text)
        #expect(!tree.roots.isEmpty)
    }
}
