// What a person may say that answers at an address: a known device, or a language.

import Loop
import Plant

/// A device or a language, found by what a person typed.
enum ConnectDevice {
    case profile(DeviceProfile)
    case language(Language)

    /// A language without a profile.
    struct Language: Sendable, Hashable {
        /// The connector's kind.
        let kind: String
        /// As people choose it.
        let name: String
        /// What it is.
        let about: String
        /// The setting that holds the address.
        let place: String
        /// Whether the other side can be asked what it offers.
        let offers: Bool
        /// How an address of a signal is written.
        let grammar: String
    }

    /// Languages that are read without a profile.
    static let languages = [
        Language(
            kind: "opc-ua", name: "OPC UA server", about: "A control or gateway on port 4840",
            place: "address", offers: true, grammar: "such as ns=2;s=Press.Current"),
        Language(
            kind: "mtconnect", name: "MTConnect agent", about: "A CNC with an agent, port 5000",
            place: "address", offers: true, grammar: "such as Mazak01/execution"),
        Language(
            kind: "mqtt", name: "MQTT broker", about: "Sensors that send to a broker, port 1883",
            place: "address", offers: true, grammar: "a topic, or topic#field of its JSON"),
        Language(
            kind: "sparkplug-b", name: "Sparkplug B broker", about: "Edge nodes behind a broker",
            place: "address", offers: true, grammar: "such as Plant/Edge1/Press:Motor/Current"),
        Language(
            kind: "modbus-tcp", name: "Modbus TCP, by register",
            about: "Any meter, drive or input box on the network", place: "address",
            offers: false, grammar: "such as input:30012 or holding:0x0000"),
        Language(
            kind: "modbus-rtu", name: "Modbus RTU, by register",
            about: "Any device on a serial line", place: "port", offers: false,
            grammar: "such as input:30012 or holding:0x0000"),
        Language(
            kind: "s7", name: "Siemens S7 controller", about: "S7-300, 400, 1200, 1500",
            place: "address", offers: false, grammar: "such as DB1.DBD4"),
        Language(
            kind: "http", name: "HTTP with JSON", about: "A device with a small web server",
            place: "address", offers: false, grammar: "such as /status#meters.0.power"),
        Language(
            kind: "shdr", name: "SHDR adapter", about: "An MTConnect adapter, port 7878",
            place: "address", offers: false, grammar: "the key of the adapter"),
        Language(
            kind: "serial-text", name: "Serial line of text",
            about: "A scale, gauge or old control",
            place: "port", offers: false, grammar: "such as line"),
    ]

    /// Connectors as people call them.
    static let speaks = [
        "http": "HTTP", "modbus-rtu": "Modbus RTU", "modbus-tcp": "Modbus TCP", "mqtt": "MQTT",
        "mtconnect": "MTConnect", "opc-ua": "OPC UA", "s7": "Siemens S7",
        "serial-text": "Serial line", "shdr": "SHDR", "sparkplug-b": "Sparkplug B",
    ]

    static func language(_ kind: String) -> Language? { languages.first { $0.kind == kind } }

    /// Finds a device by its id or name, or a language by its name or kind.
    static func find(_ text: String, in shelf: DeviceShelf) -> ConnectDevice? {
        let wanted = text.lowercased().split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        guard !wanted.isEmpty else { return nil }
        if let profile = shelf.profiles.first(where: {
            $0.id == wanted || $0.name.lowercased() == wanted
        }) {
            return .profile(profile)
        }
        if let language = languages.first(where: {
            $0.kind == wanted || $0.name.lowercased() == wanted
        }) {
            return .language(language)
        }
        let words = wanted.split(separator: " ")
        let near = shelf.profiles.filter { profile in
            words.allSatisfy { profile.name.lowercased().contains($0) }
        }
        return near.count == 1 ? near.first.map { .profile($0) } : nil
    }

    /// The names nearest to what was typed.
    static func near(_ text: String, in shelf: DeviceShelf) -> [String] {
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        let names = shelf.profiles.map(\.name) + languages.map(\.name)
        let found = names.filter { name in
            words.contains { name.lowercased().contains($0) }
        }
        guard found.isEmpty else { return Array(found.prefix(4)) }
        return NearestWord.find(text, among: names).map { [$0] } ?? []
    }

    /// What can be chosen.
    static func known(_ shelf: DeviceShelf) -> [ConnectModel.Known] {
        languages.map {
            .init(id: $0.kind, name: $0.name, about: $0.about, speaks: $0.kind, verified: "")
        }
            + shelf.profiles.map {
                .init(
                    id: $0.id, name: $0.name, about: $0.about, speaks: $0.language.rawValue,
                    verified: "")
            }
    }

    /// How an address of a signal is written.
    static func grammar(_ kind: String) -> String { language(kind)?.grammar ?? "" }

    /// How a value may lie at an address.
    static func types(_ kind: String) -> [String] {
        switch kind {
        case "modbus-tcp", "modbus-rtu":
            ["uint16", "int16", "uint32", "int32", "float32", "float64", "bit"]
        case "mqtt", "http", "mtconnect", "opc-ua", "sparkplug-b", "shdr":
            ["number", "flag", "text"]
        default: []
        }
    }
}
