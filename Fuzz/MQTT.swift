// Fuzz entry: an MQTT session receives any bytes from a server, in pieces.

import Wire

/// The first byte picks the version and the size of the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let version = first & 1 == 0 ? MQTTVersion.v311 : .v5
    let size = 1 + Int(first >> 1)
    let settings = MQTTSessionSettings(
        version: version, clientID: "a", subscriptions: [.init(filter: "#", qos: .exactlyOnce)],
        limits: MQTTSessionLimits(packetBytes: 4_096, inFlight: 4))
    guard var session = try? MQTTSession(settings) else { fatalError("settings") }
    var effects = session.step(.connected, now: 0)
    effects += session.step(
        .publish(MQTTMessage(topic: "a", payload: [1], qos: .atLeastOnce), id: 1), now: 0)
    var rest = bytes.dropFirst()
    var now: Int64 = 0
    while !rest.isEmpty {
        now += 100_000_000
        let new = session.step(.received(Array(rest.prefix(size))), now: now)
        rest = rest.dropFirst(size)
        effects += new
        for effect in new {
            switch effect {
            case .deliver(_, let token) where token.number % 3 != 0:
                effects += session.step(.stored(token), now: now)
            case .close:
                effects += session.step(.disconnected, now: now)
                effects += session.step(.connected, now: now)
            default: break
            }
        }
        precondition(session.waitingForStore <= 4)
    }
    for case .send(let packet) in effects {
        var deframer = MQTTDeframer()
        deframer.append(packet)
        do {
            guard let raw = try deframer.next() else { fatalError("cut packet") }
            let decoded = try MQTTPacket.decode(raw, version: version)
            let again = try decoded.encoded(version)
            precondition(again == packet)
        } catch { fatalError("\(error)") }
    }
    // The server's side of the codec: what decodes must encode and decode to the same.
    var deframer = MQTTDeframer()
    deframer.append(Array(bytes.dropFirst()))
    while let raw = try? deframer.next() {
        guard let packet = try? MQTTPacket.decode(raw, version: version) else { continue }
        let spoken: MQTTVersion =
            if case .connect(let connect) = packet { connect.version } else { version }
        do {
            var second = MQTTDeframer()
            second.append(try packet.encoded(spoken))
            guard let again = try second.next() else { fatalError("cut packet") }
            let decoded = try MQTTPacket.decode(again, version: version)
            precondition(decoded == packet)
        } catch { fatalError("\(error) \(packet)") }
    }
    return 0
}
