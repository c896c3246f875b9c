// What a message says: plain values, values by a JSON path, and times. No I/O.

import Plant
import Wire

/// Reads values and times out of messages.
enum MQTTPayload {
    /// The value of a plain message as a kind, nil when it is none.
    static func plain(_ payload: [UInt8], as kind: ValueKind) -> Scalar? {
        guard let text = text(payload) else { return nil }
        return scalar(text, as: kind)
    }

    /// The value at a JSON path as a kind; nil when the path is not there.
    ///
    /// Throws when the message is no JSON.
    static func value(
        at path: JSONPath, in payload: [UInt8], as kind: ValueKind
    ) throws(JSONError) -> Found {
        guard let value = try JSONScanner.value(at: path, in: payload) else { return .absent }
        switch (value, kind) {
        case (.null, _): return .absent
        case (.string(let text), _): return scalar(text, as: kind).map { .value($0) } ?? .unfit
        case (.array, _), (.object, _): return .unfit
        case (.number(let number), .number): return .value(.number(number))
        case (.number(let number), .integer):
            return Int64(exactly: number).map { .value(.integer($0)) } ?? .unfit
        case (.number(let number), .flag): return .value(.flag(number != 0))
        case (.number(let number), .text): return .value(.text(Scalar.number(number).asText))
        case (.bool(let bool), .number): return .value(.number(bool ? 1 : 0))
        case (.bool(let bool), .integer): return .value(.integer(bool ? 1 : 0))
        case (.bool(let bool), .flag): return .value(.flag(bool))
        case (.bool(let bool), .text): return .value(.text(bool ? "true" : "false"))
        }
    }

    /// What a path leads to.
    enum Found: Hashable, Sendable {
        /// A value of the kind asked for.
        case value(Scalar)
        /// Nothing, or null: this message says nothing about the signal.
        case absent
        /// Something that is not of the kind asked for.
        case unfit
    }

    /// The source's time at a path, nil when there is none that can be read.
    static func time(at path: JSONPath, in payload: [UInt8]) throws(JSONError) -> Timestamp? {
        switch try JSONScanner.value(at: path, in: payload) {
        case .string(let text): Timestamp(rfc3339: text) ?? Double(text).flatMap { epoch($0) }
        case .number(let number): epoch(number)
        default: nil
        }
    }

    /// A time since 1970 whose unit follows from its size: seconds up to 10^11 (the year 5138),
    /// then milli-, micro- and nanoseconds, each a thousand times as large.
    static func epoch(_ number: Double) -> Timestamp? {
        guard number.isFinite, number >= 0 else { return nil }
        guard number < 1e17 else {
            return Int64(exactly: number.rounded()).map { Timestamp(nanoseconds: $0) }
        }
        // A Double holds no more than microseconds of a time of today.
        let scale: Double = number < 1e11 ? 1e6 : number < 1e14 ? 1e3 : 1
        return Int64(exactly: (number * scale).rounded())
            .map { Timestamp(nanoseconds: $0 * 1_000) }
    }

    /// Words for on and off, in lower case.
    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "on", "true", "yes", "1": true
        case "off", "false", "no", "0": false
        default: nil
        }
    }

    /// What an unknown message holds: addresses behind its topic with their values.
    static func discovered(_ message: MQTTMessage, limit: Int) -> [(address: String, Scalar)] {
        guard let text = text(message.payload), !text.isEmpty else { return [] }
        if text.hasPrefix("{") || text.hasPrefix("[") {
            do throws(JSONError) {
                return try JSONScanner.numbers(in: message.payload, limit: limit).map {
                    (message.topic + "#" + $0.path.description, .number($0.value))
                }
            } catch {
                return []  // Not JSON: nothing that could be named.
            }
        }
        if let number = Double(text), number.isFinite { return [(message.topic, .number(number))] }
        if let flag = flag(text) { return [(message.topic, .flag(flag))] }
        guard text.utf8.count <= 256, !text.utf8.contains(where: { $0 < 0x20 }) else { return [] }
        return [(message.topic, .text(text))]
    }

    /// The message as text without spaces around it and without JSON quotes, nil when not UTF-8.
    private static func text(_ payload: [UInt8]) -> String? {
        guard let text = String(validating: payload, as: UTF8.self) else { return nil }
        var bytes = text.utf8[...]
        while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
        while let last = bytes.last, last <= 0x20 || last == 0 { bytes.removeLast() }
        if bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 {
            bytes = bytes.dropFirst().dropLast()
        }
        return String(Substring(bytes))
    }

    private static func scalar(_ text: String, as kind: ValueKind) -> Scalar? {
        switch kind {
        case .number:
            (Double(text) ?? flag(text).map { $0 ? 1 : 0 }).map { .number($0) }
        case .integer:
            (Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
                ?? flag(text).map { $0 ? 1 : 0 }).map { .integer($0) }
        case .flag: (flag(text) ?? Double(text).map { $0 != 0 }).map { .flag($0) }
        case .text: text.utf8.count <= CaptureLimits.textBytes ? .text(text) : nil
        }
    }
}
