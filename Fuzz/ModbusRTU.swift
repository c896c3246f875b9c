// Fuzz entry: the bytes of a serial line with Modbus RTU, from either side, in pieces.

import Wire

/// The first byte picks the direction and the size of the pieces.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let direction = first & 1 == 0 ? ModbusRTU.Direction.request : .response
    let size = 1 + Int(first >> 1)
    var deframer = ModbusRTUDeframer(direction)
    var rest = bytes.dropFirst()
    while !rest.isEmpty {
        deframer.append(Array(rest.prefix(size)))
        rest = rest.dropFirst(size)
        do {
            while let frame = try deframer.next() {
                let again = ModbusRTU.encode(unit: frame.unit, pdu: frame.pdu)
                precondition(again.count <= ModbusLimits.rtuFrameBytes)
            }
        } catch { deframer.reset() }
        precondition(deframer.pendingBytes <= ModbusLimits.rtuFrameBytes + size)
    }
    // A frame with the right check sum gets through the deframer to the decoder.
    if bytes.count >= 3, bytes.count <= 254 {
        let frame = ModbusRTU.encode(unit: first, pdu: Array(bytes.dropFirst()))
        var second = ModbusRTUDeframer(direction)
        second.append(frame)
        let found = try? second.next()
        precondition(found == nil || found?.unit == first)
    }
    return 0
}
