// Fuzz entry: MTConnect documents, streamed answers, requests, and lines of adapters of any bytes.

import Wire

/// The first byte says what the others are: 0 a document, 1 a stream, 2 a target, 3 an adapter.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    switch first {
    case UInt8(ascii: "0"): document(rest)
    case UInt8(ascii: "1"): stream(rest)
    case UInt8(ascii: "2"): target(rest)
    default: adapter(rest)
    }
    return 0
}

/// A document is read or refused at a place in it; a model is read back as it is written.
private func document(_ bytes: [UInt8]) {
    do {
        guard case .devices(let devices) = try MTConnectDocument.decode(bytes) else { return }
        let written = MTConnectWriter().devices(devices)
        let again = try MTConnectDevices.decode(written)
        precondition(again == devices)
    } catch { precondition((0...bytes.count).contains(error.offset)) }
}

/// A stream gives the same parts in pieces of every size, and a client delivers nothing twice.
private func stream(_ bytes: [UInt8]) {
    let type = "multipart/mixed;boundary=b"
    var all: [[MTConnectPart]] = []
    for size in [max(1, bytes.count), 1, 7] {
        guard var reader = try? MTConnectMultipart(contentType: type, maximumBytes: 1_024) else {
            fatalError("type")
        }
        var parts: [MTConnectPart] = []
        do {
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(Array(bytes[start..<min(start + size, bytes.count)]))
                while let part = try reader.next() { parts.append(part) }
            }
        } catch {}
        all.append(parts)
    }
    for parts in all.dropFirst() {
        let both = min(parts.count, all[0].count)
        precondition(parts.prefix(both) == all[0].prefix(both))
    }
    var client = MTConnectClient(
        MTConnectClientSettings(), cursor: MTConnectCursor(instanceID: 7, next: 14))
    let probe = "<MTConnectDevices><Header instanceId='7'/><Devices/></MTConnectDevices>"
    let current =
        "<MTConnectStreams><Header instanceId='7' firstSequence='1' nextSequence='16'/>"
        + "<Streams/></MTConnectStreams>"
    var queue = client.step(.start, now: 0)
    var seen: Set<UInt64> = []
    var requests = 0
    while !queue.isEmpty, requests < 8 {
        switch queue.removeFirst() {
        case .request(let request):
            requests += 1
            let now = Int64(requests) * 2_000_000_000
            let answer = request.path == "/sample" ? type : "text/xml"
            queue += client.step(.opened(request.id, status: 200, contentType: answer), now: now)
            let body =
                switch request.path {
                case "/probe": Array(probe.utf8)
                case "/current": Array(current.utf8)
                default: bytes
                }
            for start in stride(from: 0, to: body.count, by: 100) {
                let piece = Array(body[start..<min(start + 100, body.count)])
                queue += client.step(.received(request.id, piece), now: now)
            }
            queue += client.step(.closed(request.id), now: now)
            queue += client.step(.tick, now: now + 100_000_000_000)
        case .deliver(let delivery) where delivery.cursor.instanceID == 7:
            for one in delivery.observations { precondition(seen.insert(one.sequence).inserted) }
        case .gap: seen = []
        default: break
        }
    }
}

/// What an agent answers to any target can be read.
private func target(_ bytes: [UInt8]) {
    let item = MTConnectDataItem(id: "x", category: .sample, type: "LOAD")
    let device = MTConnectComponent(type: "Device", id: "d", name: "Lathe", dataItems: [item])
    do {
        let agent = try MTConnectAgent(devices: [device], instanceID: 1, time: 0)
        switch agent.answer(String(decoding: bytes, as: UTF8.self), time: 1) {
        case .document(let document): _ = try MTConnectDocument.decode(document)
        case .stream(var stream):
            guard let part = stream.document(from: agent, now: 0, time: 1) else { return }
            _ = try MTConnectDocument.decode(part)
        }
    } catch { fatalError("\(error)") }
}

/// An adapter says the same in pieces of every size.
private func adapter(_ bytes: [UInt8]) {
    let kinds: [SHDRItem.Kind] = [
        .sample, .event, .condition, .timeSeries, .dataSet, .table, .message, .assetEvent,
        .numbers, .alarm,
    ]
    var all: [[SHDRClientAction]] = []
    for size in [max(1, bytes.count), 3] {
        var client = SHDRClient { _, key in
            Int(key).flatMap { kinds.indices.contains($0) ? SHDRItem(kinds[$0]) : nil }
        }
        var actions = client.step(.connected, now: 0)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            actions += client.step(.received(piece), now: 0)
        }
        all.append(actions + client.step(.disconnected, now: 0))
    }
    precondition(all[0] == all[1])
}
