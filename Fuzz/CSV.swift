// Fuzz entry: CSV of any bytes, whole and cut, after its dialect was found.

import Wire

/// The bytes are a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let dialect = CSVDialect.detect(bytes)
    var whole: [CSVReader.Row]?
    for size in [max(1, bytes.count), 3] {
        var decoder = CSVText(dialect.encoding)
        var reader = CSVReader(separator: dialect.separator)
        var rows: [CSVReader.Row]? = []
        do {
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = decoder.decode(Array(bytes[start..<min(start + size, bytes.count)]))
                rows? += try reader.read(piece)
            }
            rows? += try reader.read(decoder.finish())
            if let last = try reader.finish() { rows?.append(last) }
        } catch { rows = nil }
        if size == max(1, bytes.count) { whole = rows } else { precondition(rows == whole) }
    }
    return 0
}
