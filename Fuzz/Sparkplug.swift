// Fuzz entry: Sparkplug messages of any bytes reach a host and an edge node, and are decoded.

import Wire

/// Messages follow each other: type (3 bits) and wait (5 bits), two bytes of length, payload.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    do {
        let node = try SparkplugNode(group: "Plant", name: "Edge1")
        var host = try SparkplugHost(
            SparkplugHostSettings(host: "h", window: 4, nodes: 2, devices: 2, metrics: 100))
        var edge = try SparkplugEdge(
            SparkplugEdgeSettings(node: node, storedValues: 10, batch: 3, silenceNanoseconds: 9))
        _ = host.will(wall: 1)
        _ = host.step(.connected, now: 0, wall: 1)
        _ = edge.step(.define(device: "Press", [.init(name: "i8", type: .int8)]), now: 0, wall: 1)
        _ = edge.will(wall: 1)
        _ = edge.step(.connected, now: 0, wall: 1)
        var now: Int64 = 0
        while rest.count >= 3 {
            let first = rest[rest.startIndex]
            let type = SparkplugMessageType.allCases[Int(first & 7)]
            let length = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
            let payload = Array(rest.dropFirst(3).prefix(length))
            rest = rest.dropFirst(3 + length)
            now += Int64(first >> 3) * 1_000_000_000
            let topic = SparkplugTopic.message(type, node, device: type.isOfDevice ? "Press" : nil)
            let message = MQTTMessage(topic: topic.text, payload: payload)
            for action in host.step(.received(message), now: now, wall: 2) {
                guard case .publish(let sent) = action else { continue }
                _ = edge.step(.received(sent), now: now, wall: 3)
            }
            _ = edge.step(.received(message), now: now, wall: 3)
            _ = edge.step(
                .values(device: "Press", [.init("i8", .integer(Int64(first)), milliseconds: 4)]),
                now: now, wall: 4)
            _ = host.step(.tick, now: now, wall: 5)
            if first == 0xFF {
                _ = host.step(.disconnected, now: now, wall: 6)
                _ = host.step(.connected, now: now, wall: 6)
            }
            check(payload)
        }
        _ = try? SparkplugHostState(Array(UnsafeBufferPointer(start: start, count: count)))
        _ = try? SparkplugTopic(
            String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    } catch { fatalError("\(error)") }
    return 0
}

/// What decodes must encode to bytes that decode and encode to the same.
private func check(_ bytes: [UInt8]) {
    guard let payload = try? SparkplugPayload.decode(bytes) else { return }
    let encoded = payload.encoded()
    // Letters that were not UTF-8 grow when they are replaced.
    guard encoded.count <= SparkplugLimits.payloadBytes else { return }
    guard let again = try? SparkplugPayload.decode(encoded) else {
        fatalError("does not decode again")
    }
    precondition(again.encoded() == encoded)
    for metric in payload.metrics {
        // A Double sent as a Float is rounded on its way back.
        for type in SparkplugDataType.allCases where type != .float {
            guard let value = metric.value?.value(as: type) else { continue }
            guard let raw = SparkplugRawValue(value, as: type) else { fatalError("\(type)") }
            precondition(raw.value(as: type) == value || "\(value)".contains("nan"))
        }
    }
}
