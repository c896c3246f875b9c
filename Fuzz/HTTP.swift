// Fuzz entry: a reader of HTTP answers receives any bytes from a server, in pieces.

import Wire

/// The first byte picks the size of the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let size = 1 + Int(first)
    var reader = HTTPResponseReader(bodyLimit: 1_024)
    var body = 0
    for place in stride(from: 1, to: bytes.count, by: size) {
        reader.append(Array(bytes[place..<min(place + size, bytes.count)]))
        while let event = try? reader.next() {
            switch event {
            case .head(let head):
                body = 0
                precondition((200...599).contains(head.status))
            case .body(let bytes):
                body += bytes.count
                precondition(!bytes.isEmpty && body <= 1_024)
            case .end: break
            }
        }
        precondition(reader.pendingBytes <= bytes.count)
    }
    _ = try? reader.closed()
    return 0
}
