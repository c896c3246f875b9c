// Fuzz entry: any pattern, up to a zero byte, reads any stream of lines.

import Wire

/// What stands before the first zero byte is the pattern, the rest the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2,
        let pattern = try? SerialPattern(String(decoding: parts[0], as: UTF8.self))
    else { return 0 }
    for decimal in [SerialTextSettings.Decimal.either, .point, .comma] {
        let settings = SerialTextSettings(
            pattern: pattern, decimal: decimal, sevenBits: bytes.count & 1 == 1)
        var whole = SerialTextReader(settings)
        var pieces = SerialTextReader(settings)
        let atOnce = whole.read(Array(parts[1]))
        let byByte = parts[1].flatMap { pieces.read([$0]) }
        precondition(atOnce == byByte)
        for case .reading(let reading) in atOnce {
            precondition(reading.value?.isFinite ?? true)
        }
    }
    return 0
}
