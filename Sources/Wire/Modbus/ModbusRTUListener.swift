// Finds the answer to one request among everything that a serial line carries.

/// Listens on a Modbus RTU line for the answer to a request.
///
/// Late answers, answers of other devices, the echo of the request and noise are passed over: only
/// a frame of the asked device, with the asked function, of the length that the request demands and
/// with a right check sum is an answer. Frames have no numbers on a serial line, so a late answer
/// of the same device to a request for as many values cannot be told from the true one.
///
/// Source: MODBUS over Serial Line V1.02, clauses 2.4.1 and 2.5.1.
public struct ModbusRTUListener: Sendable {
    private let request: ModbusRequest
    private let device: UInt8
    /// Bytes of the whole answer with unit and check sum.
    private let length: Int
    private var buffer: [UInt8] = []

    /// Bytes heard since the request, whatever they are.
    public private(set) var heard = 0
    /// The fault of a frame that looks like the answer but for its check sum; nil when none came.
    public private(set) var damage: FrameError?

    /// Listens for the answer to a request that only reads; nil for other requests.
    public init?(_ request: ModbusRequest, device: UInt8) {
        self.request = request
        self.device = device
        switch request {
        case .readCoils(_, let count), .readDiscreteInputs(_, let count):
            guard (1...ModbusLimits.readBits).contains(count) else { return nil }
            length = 5 + (count + 7) / 8
        case .readHoldingRegisters(_, let count), .readInputRegisters(_, let count):
            guard (1...ModbusLimits.readRegisters).contains(count) else { return nil }
            length = 5 + 2 * count
        default: return nil
        }
    }

    /// Takes bytes as they arrive and gives the answer's protocol data unit once it is whole.
    public mutating func append(_ bytes: [UInt8]) -> [UInt8]? {
        heard = min(heard, Int(Int32.max)) + bytes.count
        buffer.append(contentsOf: bytes)
        var place = 0
        // Below this place no answer can begin any more.
        var keep: Int?
        while place + 1 < buffer.count {
            switch candidate(at: place) {
            case .none: break
            case .incomplete: keep = keep ?? place
            case .answer(let pdu): return pdu
            }
            place += 1
        }
        if place < buffer.count, buffer[place] == device { keep = keep ?? place }
        buffer.removeFirst(keep ?? buffer.count)
        return nil
    }

    private enum Candidate {
        case none
        case incomplete
        case answer([UInt8])
    }

    private mutating func candidate(at place: Int) -> Candidate {
        guard buffer[place] == device else { return .none }
        let size: Int
        switch buffer[place + 1] {
        case request.function | 0x80: size = 5
        case request.function:
            guard place + 2 < buffer.count else { return .incomplete }
            guard Int(buffer[place + 2]) == length - 5 else { return .none }
            size = length
        default: return .none
        }
        guard buffer.count - place >= size else { return .incomplete }
        do throws(FrameError) {
            return .answer(try ModbusRTU.decode(Array(buffer[place..<place + size])).pdu)
        } catch {
            damage = error
            return .none
        }
    }
}
