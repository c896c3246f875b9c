// Codes by which MQTT servers refuse and end, and what they mean in plain words.

/// A reason code of MQTT 5 or a return code of MQTT 3.1.1.
///
/// Source: MQTT 5.0 clause 2.4, MQTT 3.1.1 clause 3.2.2.3.
public struct MQTTReason: Hashable, Sendable, CustomStringConvertible {
    /// The code on the wire.
    public var code: UInt8
    /// The version that the code belongs to; 1 to 5 mean different things in 3.1.1.
    public var version: MQTTVersion

    /// A reason from its code.
    public init(code: UInt8, version: MQTTVersion) {
        self.code = code
        self.version = version
    }

    /// True when trying again without a change cannot help: names, passwords, rights, form.
    public var needsConfiguration: Bool {
        version == .v311
            ? [1, 2, 4, 5].contains(code)
            : [0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C, 0x8F, 0x90, 0x9B, 0x9C, 0x9D].contains(code)
    }

    /// What the code means, for people.
    public var meaning: String {
        (version == .v311 ? Self.meanings311[code] : nil) ?? Self.meanings[code]
            ?? "a code that the standard does not define"
    }

    /// Code and meaning: "code 0x87: not authorised".
    public var description: String {
        let digits = String(code, radix: 16, uppercase: true)
        return "code 0x\(digits.utf8.count == 1 ? "0" : "")\(digits): \(meaning)"
    }

    private static let meanings311: [UInt8: String] = [
        0: "accepted", 1: "the broker does not speak this version of MQTT",
        2: "the broker does not accept this client id", 3: "the broker is not available",
        4: "user name or password is wrong", 5: "not authorised", 0x80: "refused",
    ]

    private static let meanings: [UInt8: String] = [
        0x00: "success", 0x01: "granted QoS 1", 0x02: "granted QoS 2", 0x04: "end with will",
        0x10: "nobody is subscribed", 0x11: "there was no subscription",
        0x18: "continue authentication", 0x19: "authenticate again", 0x80: "unspecified error",
        0x81: "malformed packet", 0x82: "protocol error",
        0x83: "not accepted by the broker's implementation",
        0x84: "the broker does not speak this version of MQTT",
        0x85: "the broker does not accept this client id", 0x86: "user name or password is wrong",
        0x87: "not authorised", 0x88: "the broker is not available", 0x89: "the broker is busy",
        0x8A: "the client is banned", 0x8B: "the broker is shutting down",
        0x8C: "the authentication method is wrong", 0x8D: "keep-alive time-out",
        0x8E: "another client took over the session", 0x8F: "the topic filter is invalid",
        0x90: "the topic name is invalid", 0x91: "packet id in use", 0x92: "packet id not found",
        0x93: "receive maximum exceeded", 0x94: "the topic alias is invalid",
        0x95: "packet too large", 0x96: "messages come too fast", 0x97: "quota exceeded",
        0x98: "administrative action", 0x99: "the payload format is invalid",
        0x9A: "retained messages are not supported", 0x9B: "this QoS is not supported",
        0x9C: "use another server", 0x9D: "the server has moved",
        0x9E: "shared subscriptions are not supported", 0x9F: "connections come too fast",
        0xA0: "maximum connect time", 0xA1: "subscription ids are not supported",
        0xA2: "wildcard subscriptions are not supported",
    ]
}
