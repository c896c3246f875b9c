// Fuzz entry: any bytes are read as a message of multicast DNS and put into the book.

import Wire

/// A message either throws or gives records; the book keeps its limits.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let message = try? DNSMessage.decode(bytes) else { return 0 }
    precondition(message.records.count <= DNSLimits.records)
    precondition(message.questions.count <= DNSLimits.questions)
    for record in message.records {
        precondition(record.name.labels.count <= DNSLimits.nameBytes / 2 + 1)
    }
    var book = ServiceBook()
    let first = book.note(message, from: "192.168.1.9")
    precondition(first.count <= ServiceBook.instances * 3)
    precondition(book.note(message, from: "192.168.1.9").isEmpty)
    return 0
}
