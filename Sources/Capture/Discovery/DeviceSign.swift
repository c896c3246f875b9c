// How a known device can be told from others: by its name, or by a register that fits.

public import Wire

/// A sign of one known device, from its profile.
public struct DeviceSign: Hashable, Sendable {
    /// A register whose value lies in a range.
    public struct Register: Hashable, Sendable {
        /// Where.
        public let address: ModbusAddress
        /// Its type.
        public let type: ModbusType
        /// Its order of bytes.
        public let order: ModbusWordOrder
        /// The value is the register times this.
        public let scale: Double
        /// The values that a device of this kind shows.
        public let expected: ClosedRange<Double>

        /// A register with what is expected of it.
        public init(
            address: ModbusAddress, type: ModbusType, order: ModbusWordOrder = .abcd,
            scale: Double = 1, expected: ClosedRange<Double>
        ) {
            self.address = address
            self.type = type
            self.order = order
            self.scale = scale
            self.expected = expected
        }

        /// The request that reads it.
        var request: ModbusRequest {
            .read(
                address.table, address: address.offset,
                count: address.table.holdsBits ? 1 : type.registerCount)
        }

        /// Its value in the answer to ``request`` where it fits; nil where it does not.
        func fits(_ registers: [UInt16]) -> Double? {
            do throws(FrameError) {
                let value = try ModbusRegisters.decode(type, order: order, from: registers, at: 0)
                guard let number = value.double, number.isFinite else { return nil }
                return expected.contains(number * scale) ? number * scale : nil
            } catch {
                return nil  // Too few registers or no decimal digits: it does not fit.
            }
        }
    }

    /// Id of the profile.
    public let profile: String
    /// Maker and model.
    public let name: String
    /// What it is, with a capital letter: "Energy meter".
    public let kind: String
    /// Words in the answer of function 43; nil for none.
    public let identification: String?
    /// A register that tells; nil for none.
    public let register: Register?

    /// A sign of a device.
    public init(
        profile: String, name: String, kind: String, identification: String?, register: Register?
    ) {
        self.profile = profile
        self.name = name
        self.kind = kind
        self.identification = identification
        self.register = register
    }

    /// "Energy meter, probably Eastron SDM120 or Eastron SDM630"; nil for none.
    static func guess(_ signs: [DeviceSign]) -> String? {
        guard let first = signs.first else { return nil }
        let names = signs.map(\.name)
        let shown = names.prefix(3)
        let rest = names.count - shown.count
        let words = rest > 0 ? Array(shown) + ["\(rest) others like it"] : Array(shown)
        let kinds = Set(signs.map(\.kind))
        let kind = kinds.count == 1 ? first.kind : "Device"
        return "\(kind), probably \(ScanText.list(words, last: "or"))"
    }
}
