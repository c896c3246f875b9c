// The header that every MTConnect document begins with.

/// Who sent a document, and what its buffers hold.
public struct MTConnectHeader: Hashable, Sendable {
    /// Changes when the agent starts with an empty buffer; sequence numbers then begin again.
    public var instanceID: UInt64
    /// Version of the agent or of the standard it follows, for example "2.2.0.17".
    public var version: String
    /// The agent's name or address.
    public var sender: String
    /// When the document was made, nanoseconds since 1970; nil when it is not told.
    public var creationTime: Int64?
    /// Observations that the buffer can hold.
    public var bufferSize: UInt64?
    /// Sequence number of the oldest observation in the buffer; only in streams.
    public var firstSequence: UInt64?
    /// Sequence number of the newest observation in the buffer; only in streams.
    public var lastSequence: UInt64?
    /// Sequence number to go on with; only in streams.
    public var nextSequence: UInt64?
    /// When the device model last changed, as the agent writes it; since version 1.7.
    public var deviceModelChangeTime: String?
    /// Assets that the agent can hold.
    public var assetBufferSize: UInt64?
    /// Assets that the agent holds.
    public var assetCount: UInt64?

    /// A header; all that is not known may be left out.
    public init(
        instanceID: UInt64, version: String = "2.2.0.0", sender: String = "",
        creationTime: Int64? = nil, bufferSize: UInt64? = nil, firstSequence: UInt64? = nil,
        lastSequence: UInt64? = nil, nextSequence: UInt64? = nil,
        deviceModelChangeTime: String? = nil, assetBufferSize: UInt64? = nil,
        assetCount: UInt64? = nil
    ) {
        self.instanceID = instanceID
        self.version = version
        self.sender = sender
        self.creationTime = creationTime
        self.bufferSize = bufferSize
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.nextSequence = nextSequence
        self.deviceModelChangeTime = deviceModelChangeTime
        self.assetBufferSize = assetBufferSize
        self.assetCount = assetCount
    }
}

extension MTConnectHeader {
    /// The header of an element; throws when a number in it is not one.
    init(_ element: XMLTree, doing: String) throws(FrameError) {
        func number(_ name: String) throws(FrameError) -> UInt64? {
            guard let text = element[attribute: name], !text.isEmpty else { return nil }
            guard let number = MTConnectNumber.whole(text) else {
                throw FrameError(
                    doing: doing, problem: .invalid("\(name) \"\(text)\" is not a number"),
                    offset: element.place.bytes)
            }
            return number
        }
        guard let instanceID = try number("instanceId") else {
            throw FrameError(
                doing: doing, problem: .invalid("a header without instanceId"),
                offset: element.place.bytes)
        }
        self.init(
            instanceID: instanceID, version: element[attribute: "version"] ?? "",
            sender: element[attribute: "sender"] ?? "",
            creationTime: element[attribute: "creationTime"].flatMap(RFC3339.nanoseconds),
            bufferSize: try number("bufferSize"), firstSequence: try number("firstSequence"),
            lastSequence: try number("lastSequence"), nextSequence: try number("nextSequence"),
            deviceModelChangeTime: element[attribute: "deviceModelChangeTime"],
            assetBufferSize: try number("assetBufferSize"),
            assetCount: try number("assetCount"))
    }
}

/// Numbers of MTConnect from text.
enum MTConnectNumber {
    /// A whole number without sign, digits only.
    static func whole(_ text: some StringProtocol) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return UInt64(text)
    }

    /// A finite decimal number; nil for all else, hexadecimal, NaN and infinity too.
    static func decimal(_ text: some StringProtocol) -> Double? {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
            default: false
            }
        }
        guard isPlain, let number = Double(text), number.isFinite else { return nil }
        return number
    }

    /// Numbers separated by space; nil when one of them is not a number or there are too many.
    static func decimals(_ text: String) -> [Double]? {
        var numbers: [Double] = []
        for part in text.utf8.split(whereSeparator: XMLReader.isSpace) {
            guard numbers.count < MTConnectLimits.seriesValues,
                let number = decimal(Substring(part))
            else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// The shortest text of a number, without ".0".
    static func text(_ number: Double) -> String {
        let text = number.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
