// Fuzz entry: JSON of any bytes, by path and as a list of numbers.

import Wire

/// The bytes are a document.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    if let path = try? JSONPath(text) {
        let again = try? JSONPath(path.description)
        precondition(again == path)
    }
    guard let found = try? JSONScanner.numbers(in: bytes) else { return 0 }
    for entry in found {
        precondition(entry.value.isFinite)
        do {
            // A name that is there twice counts the first time, so the value may differ.
            _ = try JSONScanner.value(at: entry.path, in: bytes)
        } catch { fatalError("\(error)") }
    }
    do { _ = try JSONScanner.value(at: JSONPath(steps: []), in: bytes) } catch {
        fatalError("\(error)")
    }
    return 0
}
