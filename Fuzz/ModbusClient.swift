// Fuzz entry: a Modbus client reads a TCP stream of answers to one request.

import Wire

/// The first byte picks the request, the rest is the stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let requests: [ModbusRequest] = [
        .readCoils(address: 0, count: 10), .readDiscreteInputs(address: 0, count: 9),
        .readHoldingRegisters(address: 10, count: 3), .readInputRegisters(address: 10, count: 125),
        .writeCoil(address: 4, value: true), .writeRegister(address: 50, value: 48_879),
        .diagnostics(subfunction: 0, bytes: [1, 2]), .reportServerID,
        .writeCoils(address: 1, values: [true, false]),
        .writeRegisters(address: 1, values: [1, 2]),
        .maskWriteRegister(address: 1, and: 2, or: 3),
        .readWriteRegisters(readAddress: 1, readCount: 2, writeAddress: 3, values: [4]),
        .readDeviceIdentification(category: 1, objectID: 0),
    ]
    let request = requests[Int(first) % requests.count]
    var deframer = ModbusTCPDeframer()
    deframer.append(Array(bytes.dropFirst()))
    do {
        while let frame = try deframer.next() {
            let response: ModbusResponse
            do { response = try ModbusResponse.decode(frame.pdu, for: request) } catch { continue }
            guard let again = response.encoded(for: request) else { fatalError("\(response)") }
            do {
                let second = try ModbusResponse.decode(again, for: request)
                precondition(second == response)
            } catch { fatalError("\(error)") }
            if case .registers(let registers) = response {
                for type in [ModbusType.float64, .bcd32, .bit(3), .ascii(registers: 2)] {
                    for order in ModbusWordOrder.allCases {
                        let value = try? ModbusRegisters.decode(
                            type, order: order, from: registers, at: Int(first) % 4)
                        precondition(value?.double != 1.234_567e-300)
                    }
                }
            }
        }
    } catch { precondition(!"\(error)".isEmpty) }
    return 0
}
