// Reads the answers to current and sample: the header and the observations.

/// The answer to a request for observations.
public struct MTConnectStreams: Hashable, Sendable {
    /// Who sent it and what its buffer holds.
    public var header: MTConnectHeader
    /// The observations in the order of the document: by device, component and category.
    public var observations: [MTConnectObservation]

    /// An answer from its parts.
    public init(header: MTConnectHeader, observations: [MTConnectObservation]) {
        self.header = header
        self.observations = observations
    }

    /// The observations of an MTConnectStreams document of any version.
    ///
    /// Throws for what is not well-formed, for observations without data item, sequence or time,
    /// and over `MTConnectLimits.observations`. A sample that is not a number stays a text.
    /// Source: MTConnect Part 3, and the observation information model of version 2.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> MTConnectStreams {
        try unsafe decode(bytes.span.bytes)
    }

    static func decode(_ bytes: RawSpan) throws(FrameError) -> MTConnectStreams {
        var walk = MTConnectStreamsWalk()
        return try walk.document(bytes)
    }
}

/// Walks a document once; only one observation at a time is taken apart.
private struct MTConnectStreamsWalk {
    var reader = XMLReader(doing: "reading MTConnectStreams")
    var header: MTConnectHeader?
    var observations: [MTConnectObservation] = []
    var category: (category: MTConnectCategory, depth: Int)?

    mutating func document(_ bytes: RawSpan) throws(FrameError) -> MTConnectStreams {
        guard case .start = try reader.next(bytes) else {
            throw reader.fault("the document has no root element")
        }
        guard bytes.spells(reader.name, "MTConnectStreams") else {
            throw reader.fault("the root is \(reader.nameText(bytes))", at: reader.tokenOffset)
        }
        while true {
            switch try reader.next(bytes) {
            case .start: try start(bytes)
            case .end:
                if let open = category, reader.depth < open.depth { category = nil }
            case .text: break
            case .finish:
                guard let header else { throw reader.fault("the document has no header") }
                return MTConnectStreams(header: header, observations: observations)
            }
        }
    }

    private mutating func start(_ bytes: RawSpan) throws(FrameError) {
        if let category {
            guard observations.count < MTConnectLimits.observations else {
                throw reader.fault("more than \(MTConnectLimits.observations) observations")
            }
            try observation(category.category, bytes)
        } else if reader.depth == 2, bytes.spells(reader.name, "Header") {
            let element = try XMLTree.read(&reader, bytes)
            header = try MTConnectHeader(element, doing: reader.doing)
        } else if bytes.spells(reader.name, "Samples") {
            category = (.sample, reader.depth)
        } else if bytes.spells(reader.name, "Events") {
            category = (.event, reader.depth)
        } else if bytes.spells(reader.name, "Condition") {
            category = (.condition, reader.depth)
        }
    }

    private mutating func observation(
        _ category: MTConnectCategory, _ bytes: RawSpan
    ) throws(FrameError) {
        let offset = reader.tokenOffset
        let fields = try MTConnectObservationFields(reader, bytes)
        guard let id = fields.dataItemID, !id.isEmpty else {
            throw reader.fault("\(reader.nameText(bytes)) without dataItemId", at: offset)
        }
        guard let sequence = fields.sequence else {
            throw reader.fault("an observation of \(id) without sequence", at: offset)
        }
        guard let timestamp = fields.timestamp else {
            throw reader.fault("an observation of \(id) without a time", at: offset)
        }
        let element = reader.nameText(bytes)
        let content = try MTConnectContent(&reader, bytes)
        let value =
            category == .condition
            ? try fields.condition(element, content.text, reader, offset)
            : fields.value(category, element, content)
        observations.append(
            MTConnectObservation(
                sequence: sequence, timestamp: timestamp, dataItemID: id, category: category,
                type: category == .condition ? fields.type ?? "" : element,
                subType: fields.subType, name: fields.name, value: value,
                resetTriggered: fields.resetTriggered, duration: fields.duration,
                statistic: fields.statistic, assetType: fields.assetType))
    }
}

/// What stands between the tags of an observation.
private struct MTConnectContent {
    var text = ""
    var entries: [XMLTree] = []

    /// Reads up to the end of the element whose start was read last.
    init(_ reader: inout XMLReader, _ bytes: RawSpan) throws(FrameError) {
        var content: [UInt8] = []
        while true {
            switch try reader.next(bytes) {
            case .text:
                guard content.count + reader.content.count <= XMLLimits.textBytes else {
                    throw reader.fault("a text of more than \(XMLLimits.textBytes) bytes")
                }
                content += reader.content
            case .start: entries.append(try XMLTree.read(&reader, bytes))
            case .end:
                text = XMLText.trimmed(content)
                return
            case .finish: throw reader.fault("the document ends in the middle")
            }
        }
    }
}

/// The attributes of an observation.
private struct MTConnectObservationFields {
    var dataItemID: String?
    var sequence: UInt64?
    var timestamp: Int64?
    var type: String?
    var subType: String?
    var name: String?
    var nativeCode: String?
    var nativeSeverity: String?
    var qualifier: String?
    var conditionID: String?
    var resetTriggered: String?
    var statistic: String?
    var assetType: String?
    var duration: Double?
    var sampleCount: UInt64?
    var sampleRate: Double?

    init(_ reader: XMLReader, _ bytes: RawSpan) throws(FrameError) {
        for attribute in reader.attributes {
            let name = attribute.name
            if bytes.spells(name, "timestamp") {
                timestamp = RFC3339.nanoseconds(bytes, attribute.value)
                continue
            }
            let text = try reader.text(attribute, bytes)
            if bytes.spells(name, "dataItemId") {
                dataItemID = text
            } else if bytes.spells(name, "sequence") {
                sequence = MTConnectNumber.whole(text)
            } else if bytes.spells(name, "name") {
                self.name = text
            } else if bytes.spells(name, "subType") {
                subType = text
            } else if bytes.spells(name, "type") {
                type = text
            } else if bytes.spells(name, "sampleCount") {
                sampleCount = MTConnectNumber.whole(text)
            } else if bytes.spells(name, "sampleRate") {
                // A rate of 0 means that of the data item.
                sampleRate = MTConnectNumber.decimal(text).flatMap { $0 > 0 ? $0 : nil }
            } else if bytes.spells(name, "duration") {
                duration = MTConnectNumber.decimal(text)
            } else if !text.isEmpty {
                other(name, text, bytes)
            }
        }
    }

    private mutating func other(_ name: Range<Int>, _ text: String, _ bytes: RawSpan) {
        if bytes.spells(name, "nativeCode") {
            nativeCode = text
        } else if bytes.spells(name, "nativeSeverity") {
            nativeSeverity = text
        } else if bytes.spells(name, "qualifier") {
            qualifier = text
        } else if bytes.spells(name, "conditionId") {
            conditionID = text
        } else if bytes.spells(name, "resetTriggered") {
            resetTriggered = text
        } else if bytes.spells(name, "statistic") {
            statistic = text
        } else if bytes.spells(name, "assetType") {
            assetType = text
        }
    }

    func condition(
        _ element: String, _ text: String, _ reader: XMLReader, _ offset: Int
    ) throws(FrameError) -> MTConnectValue {
        if element == "Unavailable" { return .unavailable }
        guard let level = MTConnectCondition.Level(rawValue: element) else {
            throw reader.fault("a condition with the level \(element)", at: offset)
        }
        return .condition(
            MTConnectCondition(
                level: level, nativeCode: nativeCode, nativeSeverity: nativeSeverity,
                qualifier: qualifier, conditionID: conditionID, text: text))
    }

    func value(
        _ category: MTConnectCategory, _ element: String, _ content: MTConnectContent
    ) -> MTConnectValue {
        if MTConnectValue.isUnavailable(content.text) { return .unavailable }
        if element.hasSuffix("Table") {
            return .table(content.entries.map(Self.row))
        }
        if element.hasSuffix("DataSet") || !content.entries.isEmpty {
            return .dataSet(content.entries.map(Self.entry))
        }
        guard category == .sample else {
            return element.hasPrefix("Message")
                ? .message(text: content.text, nativeCode: nativeCode) : .text(content.text)
        }
        let isSeries = element.hasSuffix("TimeSeries") || sampleCount != nil
        guard isSeries || content.text.utf8.contains(where: XMLReader.isSpace) else {
            return MTConnectNumber.decimal(content.text).map(MTConnectValue.number)
                ?? .text(content.text)
        }
        guard let numbers = MTConnectNumber.decimals(content.text) else {
            return .text(content.text)
        }
        guard isSeries else { return .numbers(numbers) }
        guard sampleCount == nil || sampleCount == UInt64(numbers.count) else {
            return .text(content.text)
        }
        return .timeSeries(MTConnectTimeSeries(sampleRate: sampleRate, values: numbers))
    }

    private static func entry(_ element: XMLTree) -> MTConnectEntry {
        MTConnectEntry(
            element[attribute: "key"] ?? "", element.text,
            isRemoved: element[attribute: "removed"] == "true")
    }

    private static func row(_ element: XMLTree) -> MTConnectRow {
        MTConnectRow(
            element[attribute: "key"] ?? "", element.children.map(entry),
            isRemoved: element[attribute: "removed"] == "true")
    }
}
