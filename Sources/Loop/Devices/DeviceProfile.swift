// What is known of a device: how it is connected and where its values stand; data, not code.

/// A device profile, format `device-profile/1` (docs/formats/device-profile.md).
public struct DeviceProfile: Hashable, Sendable {
    /// What a device is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case energyMeter = "energy-meter"
        case plug
        case remoteIO = "remote-io"
        case drive
        case temperature
        case vibration
        case pressure
        case flow
        case stackLight = "stack-light"
        case scanner
        case scale
        case controller
    }

    /// The language a device speaks.
    public enum Language: String, Hashable, Sendable, CaseIterable {
        case modbusRTU = "modbus-rtu"
        case modbusTCP = "modbus-tcp"
        case mqtt
        case http
        case serial
        case mtconnect
        case opcUA = "opc-ua"
        case s7

        /// The folder of its profiles.
        public var folder: String {
            switch self {
            case .modbusRTU, .modbusTCP: "modbus"
            default: rawValue
            }
        }
    }

    /// Where its numbers come from.
    public struct Source: Hashable, Sendable {
        /// The document or project.
        public let title: String
        /// Where it was read.
        public let url: String
        /// What it says.
        public let says: String
    }

    /// A value of it.
    public struct Value: Hashable, Sendable {
        /// Its id; becomes the signal's.
        public let id: String
        /// What people read.
        public let name: String
        /// Where it stands, with placeholders in braces.
        public let read: String
        /// Whether it is ticked at first.
        public let isSuggested: Bool
        /// What it is for the program, nil where nothing is.
        public let means: String?
        /// Options of the connector by name, as texts.
        public let options: [String: String]
    }

    /// How a scan can tell it.
    public struct Sign: Hashable, Sendable {
        /// A register, nil for none.
        public let read: String?
        /// Its options.
        public let options: [String: String]
        /// Text in the answer of Modbus function 43, nil for none.
        public let identification: String?
    }

    /// What only the firm knows.
    public struct Placeholder: Hashable, Sendable {
        /// Its name in the braces.
        public let name: String
        /// What to put there.
        public let says: String
        /// An example.
        public let example: String
    }

    /// Stable id, maker first.
    public let id: String
    /// The maker, as people call it.
    public let maker: String
    /// The model, as on the label.
    public let model: String
    /// What it is.
    public let kind: Kind
    /// One sentence about it.
    public let about: String
    /// Whether every value was read in the maker's document or in two sources that agree.
    public let isVerified: Bool
    /// Where its numbers come from, at least one.
    public let sources: [Source]
    /// What it speaks.
    public let language: Language
    /// Settings of the connection as delivered, by name.
    public let settings: [String: String]
    /// How a scan can tell it, nil where it cannot.
    public let sign: Sign?
    /// Its values, at least one.
    public let values: [Value]
    /// What only the firm knows.
    public let placeholders: [Placeholder]
    /// What bites people with it.
    public let notes: [String]

    /// Maker and model.
    public var name: String { maker + " " + model }
}
