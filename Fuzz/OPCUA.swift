// Fuzz entry: an OPC UA client receives any bytes from a server, in pieces.

import Wire

/// The first byte picks the size of the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let size = 1 + Int(first) * 4
    let items = (0..<2).map { OPCUAItem(OPCUAExpandedNodeID(OPCUANodeID(2, .numeric($0)))) }
    let settings = OPCUAClientSettings(
        url: "opc.tcp://box:4840", applicationURI: "urn:m", applicationName: "M",
        security: .exactly(.none, .none),
        subscriptions: [OPCUASubscriptionSettings(items: items)])
    var client = OPCUAClient(settings, cryptography: nil)
    var actions = client.step(.start, now: 0, wallTime: 0)
    actions += client.step(.connected, now: 0, wallTime: 0)
    var rest = bytes.dropFirst()
    var now: Int64 = 0
    while !rest.isEmpty {
        now += 10_000_000
        let new = client.step(.received(Array(rest.prefix(size))), now: now, wallTime: now)
        rest = rest.dropFirst(size)
        actions += new
        for action in new {
            switch action {
            case .opened:
                actions += client.step(.ask(.browse(.objects), id: 1), now: now, wallTime: now)
                actions += client.step(
                    .ask(.history(.objects, from: 0, until: 1), id: 2), now: now, wallTime: now)
            case .close:
                actions += client.step(.closed, now: now, wallTime: now)
                now += 60_000_000_000
                actions += client.step(.tick, now: now, wallTime: now)
                actions += client.step(.connected, now: now, wallTime: now)
            case .gap(let gap): precondition(gap.from <= gap.until)
            default: break
            }
        }
        if let deadline = client.deadline { precondition(deadline > 0) }
    }
    var deframer = OPCUADeframer()
    for case .send(let sent) in actions { deframer.append(sent) }
    do {
        while try deframer.next() != nil {}
        precondition(deframer.pendingBytes == 0)
    } catch { fatalError("\(error)") }
    decode(Array(bytes.dropFirst()))
    return 0
}

/// What decodes must encode and decode to the same bytes.
private func decode(_ bytes: [UInt8]) {
    _ = try? OPCUAAnswer.decode(bytes)
    var reader = OPCUAReader(bytes, doing: "fuzzing")
    guard let value = try? reader.dataValue() else { return }
    var writer = OPCUAWriter()
    writer.dataValue(value)
    do {
        var again = OPCUAReader(writer.bytes, doing: "fuzzing")
        var second = OPCUAWriter()
        second.dataValue(try again.dataValue())
        precondition(second.bytes == writer.bytes)
    } catch { fatalError("\(error)") }
}
