// Fuzz entry: a Modbus device answers one request of any bytes.

import Wire

/// The bytes are a protocol data unit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let pdu = Array(UnsafeBufferPointer(start: start, count: count))
    var device = ModbusServerModel(
        bank: ModbusBank(
            coils: [Bool](repeating: false, count: 200),
            discreteInputs: [Bool](repeating: true, count: 200),
            inputRegisters: [UInt16](repeating: 7, count: 200),
            holdingRegisters: [UInt16](repeating: 9, count: 200)),
        identification: (0..<7).map { .init(id: $0, bytes: [UInt8](repeating: 0x41, count: 50)) })
    let answer = device.respond(to: pdu)
    precondition(answer.count >= 2 && answer.count <= ModbusLimits.pduBytes)
    if let request = try? ModbusRequest.decode(pdu) {
        do {
            // Not byte for byte: the unused bits of the last byte of coils may be set.
            let again = try ModbusRequest.decode(try request.encoded())
            precondition(again == request)
            _ = try ModbusResponse.decode(answer, for: request)
        } catch { fatalError("\(error)") }
    } else {
        precondition(answer[0] & 0x80 != 0)
    }
    return 0
}
