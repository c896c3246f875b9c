// What known devices can be told by, from their profiles, as a scan takes it.

public import Capture
import Wire

extension DeviceShelf {
    /// What Modbus devices of the shelf can be told by.
    public var signs: [DeviceSign] { profiles.compactMap(DeviceShelf.sign) }

    private static func sign(_ profile: DeviceProfile) -> DeviceSign? {
        guard let sign = profile.sign, [.modbusRTU, .modbusTCP].contains(profile.language) else {
            return nil
        }
        return DeviceSign(
            profile: profile.id, name: profile.name, kind: words(profile.kind),
            identification: sign.identification, register: register(sign, profile))
    }

    private static func register(
        _ sign: DeviceProfile.Sign, _ profile: DeviceProfile
    ) -> DeviceSign.Register? {
        guard let read = sign.read, let low = sign.options["min"].flatMap(Double.init),
            let high = sign.options["max"].flatMap(Double.init), low <= high
        else { return nil }
        let address: ModbusAddress
        do throws(ModbusAddressError) {
            address = try ModbusAddress(read)
        } catch {
            return nil  // A test reads every profile; here one without a sign is left out.
        }
        let order = sign.options["order"] ?? profile.settings["order"] ?? "abcd"
        return DeviceSign.Register(
            address: address, type: ModbusType(name: sign.options["type"] ?? "uint16") ?? .uint16,
            order: ModbusWordOrder(rawValue: order) ?? .abcd,
            scale: sign.options["scale"].flatMap(Double.init) ?? 1, expected: low...high)
    }

    private static func words(_ kind: DeviceProfile.Kind) -> String {
        switch kind {
        case .energyMeter: "Energy meter"
        case .plug: "Plug"
        case .remoteIO: "Inputs and outputs"
        case .drive: "Drive"
        case .temperature: "Temperature sensor"
        case .vibration: "Vibration sensor"
        case .pressure: "Pressure sensor"
        case .flow: "Flow meter"
        case .stackLight: "Stack light"
        case .scanner: "Scanner"
        case .scale: "Scale"
        case .controller: "Controller"
        }
    }
}
