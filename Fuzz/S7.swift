// Fuzz entry: an S7 session receives any bytes from a controller, in pieces.

import Wire

/// The first byte is the size of the pieces; the rest comes from the controller.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    var session = S7Session(S7SessionSettings(route: S7Route(slot: 1), queue: 2))
    _ = session.step(.connected, now: 0)
    var rest = bytes.dropFirst()
    var now: Int64 = 0
    while !rest.isEmpty {
        now += 1
        let piece = rest.prefix(1 + Int(first))
        rest = rest.dropFirst(piece.count)
        for effect in session.step(.received(Array(piece)), now: now) {
            switch effect {
            case .ready:
                let ranges = [
                    S7Range(.block, block: 1, offset: 0, count: 64),
                    S7Range(.timer, offset: 1, count: 2),
                ]
                _ = session.step(
                    first & 1 == 0 ? .read(ranges, id: 1) : .identify(id: 2), now: now)
            case .answered(_, let results):
                for case .data(let data) in results {
                    for type in ["BOOL", "S5TIME", "DT", "DTL", "STRING[62]", "LREAL", "COUNTER"] {
                        _ = try? S7Type(type)?.decode(data)
                    }
                }
            case .close:
                _ = session.step(.disconnected, now: now)
                _ = session.step(.connected, now: now)
            default: break
            }
        }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let address = try? S7Address(text) {
        guard let again = try? S7Address(address.description) else { fatalError(text) }
        precondition(again == address)
    }
    return 0
}
