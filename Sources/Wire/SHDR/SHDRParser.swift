// Reads one line of an adapter.

/// Reads lines of the protocol that adapters speak, Simple Hierarchical Data Representation.
///
/// Source: the protocol as the standard's own agent speaks it; protocols.md.
public struct SHDRParser: Sendable {
    /// Tells the form of a data item's fields from the device and key; nil when it is not known.
    public typealias Lookup = @Sendable (_ device: String?, _ key: String) -> SHDRItem?

    /// The version of the protocol that the adapter speaks; it tells it by `* shdrVersion: 2`.
    ///
    /// In version 1 the rest of a line behind conditions, messages and series is dropped, and
    /// behind an unknown key one field is taken for its value. In version 2 everything is a key.
    public var version: Int
    /// The device that keys without one mean; nil when the lookup decides.
    public var device: String?
    private let lookup: Lookup

    /// A parser that knows data items by a lookup.
    public init(version: Int = 1, lookup: @escaping Lookup) {
        self.version = version
        self.lookup = lookup
    }

    /// What a line says; the line comes without its end.
    ///
    /// Throws for more than `SHDRLimits.assetBytes`, for a line without a time, and for an asset or
    /// command that is cut. What is wrong with single observations is told in the line's `faults`.
    public func parse(_ line: [UInt8]) throws(FrameError) -> SHDRMessage {
        guard line.count <= SHDRLimits.assetBytes else {
            throw FrameError(
                doing: Self.doing,
                problem: .tooLong(found: line.count, limit: SHDRLimits.assetBytes))
        }
        if line.first == 0x2A { return try Self.command(line) }
        let fields = try SHDRFields.split(line)
        guard fields.count >= 2 else {
            throw Self.fault("a line without \"|\"")
        }
        let (time, duration) = try Self.time(fields[0])
        if fields[1].hasPrefix("@") {
            return .asset(try Self.asset(Array(fields[1...]), line), time: time)
        }
        var result = SHDRLine(time: time, duration: duration)
        var rest = fields[1...]
        while let name = rest.popFirst() {
            // What is left of the fields of an unknown condition, or a pipe at the end.
            if name.isEmpty { continue }
            let isLast = entry(name, &rest, &result)
            if isLast { break }
        }
        return .observations(result)
    }

    private static let doing = "reading a line of an adapter"

    private static func fault(_ text: String) -> FrameError {
        FrameError(doing: doing, problem: .invalid(text))
    }

    /// Takes one observation; true when the rest of the line belongs to it too.
    private func entry(
        _ name: String, _ rest: inout ArraySlice<String>, _ line: inout SHDRLine
    ) -> Bool {
        let (named, key) = Self.address(name)
        let device = named ?? device
        guard let item = lookup(device, key) else {
            line.unknownKeys.append(name)
            if version < 2 { rest = rest.dropFirst() }
            return false
        }
        let fields = Array(rest.prefix(item.kind.fields))
        rest = rest.dropFirst(fields.count)
        var entry = SHDREntry(device: device, key: key, value: .unavailable)
        do {
            try SHDRValue.read(fields, item, into: &entry)
            line.entries.append(entry)
        } catch {
            var named = error
            named.doing = "reading \(name)"
            line.faults.append(named)
        }
        return version < 2 && item.kind.fields > 1
    }

    /// Device and key of `device:key`.
    private static func address(_ name: String) -> (device: String?, key: String) {
        guard let colon = name.firstIndex(of: ":") else { return (nil, name) }
        return (String(name[..<colon]), String(name[name.index(after: colon)...]))
    }

    /// The time and duration of `time@duration`.
    private static func time(
        _ field: String
    ) throws(FrameError) -> (time: SHDRTime, duration: Double?) {
        let parts = field.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var duration: Double?
        if parts.count == 2 {
            guard let seconds = MTConnectNumber.decimal(parts[1]), seconds >= 0 else {
                throw fault("the duration \"\(parts[1].prefix(40))\" is not a number")
            }
            duration = seconds
        }
        let text = String(parts[0])
        if text.isEmpty { return (.arrival, duration) }
        if let time = RFC3339.nanoseconds(text) { return (.absolute(time), duration) }
        if let number = MTConnectNumber.decimal(text) { return (.relative(number), duration) }
        throw fault("\"\(text.prefix(40))\" is not a time")
    }

    private static func asset(
        _ fields: [String], _ line: [UInt8]
    ) throws(FrameError) -> SHDRAsset {
        func field(_ number: Int) throws(FrameError) -> String {
            guard number < fields.count, !fields[number].isEmpty else {
                throw fault("\(fields[0]) with \(fields.count - 1) fields")
            }
            return fields[number]
        }
        switch fields[0] {
        case "@ASSET@":
            let inQuotes = try field(3)
            // The document may hold pipes and quotes of its own: it is the line's whole rest.
            let parts = line.split(
                separator: 0x7C, maxSplits: 4, omittingEmptySubsequences: false)
            let rest = XMLText.trimmed(Array(parts.last ?? []))
            let document = rest.hasPrefix("\"") ? inQuotes : rest
            return .added(id: try field(1), type: try field(2), document: document)
        case "@UPDATE_ASSET@":
            return .updated(id: try field(1), changes: Array(fields.dropFirst(2)))
        case "@REMOVE_ASSET@": return .removed(id: try field(1))
        case "@REMOVE_ALL_ASSETS@":
            return .allRemoved(type: fields.count > 1 && !fields[1].isEmpty ? fields[1] : nil)
        default: throw fault("the asset command \(fields[0].prefix(40)) is not known")
        }
    }

    private static func command(_ line: [UInt8]) throws(FrameError) -> SHDRMessage {
        let text = XMLText.trimmed(Array(line.dropFirst()))
        if text == "PING" { return .ping }
        if text == "PONG" || text.hasPrefix("PONG ") {
            let number = MTConnectNumber.whole(XMLText.trimmed(Array(text.utf8.dropFirst(4))))
            guard let number, number > 0, number < SHDRLimits.heartbeatMilliseconds else {
                return .pong(heartbeatMilliseconds: nil)
            }
            return .pong(heartbeatMilliseconds: Int(number))
        }
        guard let colon = text.firstIndex(of: ":") else {
            throw fault("the command \"\(text.prefix(40))\" is not known")
        }
        let value = XMLText.trimmed(Array(text[text.index(after: colon)...].utf8))
        return .command(key: XMLText.trimmed(Array(text[..<colon].utf8)), value: value)
    }
}
