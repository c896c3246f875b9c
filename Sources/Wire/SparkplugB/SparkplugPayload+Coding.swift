// Decoding and encoding of Sparkplug payloads in the wire form of protocol buffers.

extension SparkplugPayload {
    /// Reads a payload; unknown fields are skipped, as the encoding demands.
    ///
    /// Throws when the bytes are not a payload or a limit of ``SparkplugLimits`` is passed.
    public static func decode(_ bytes: [UInt8]) throws(FrameError) -> SparkplugPayload {
        let doing = "reading a Sparkplug payload"
        guard bytes.count <= SparkplugLimits.payloadBytes else {
            throw FrameError(
                doing: doing,
                problem: .tooLong(found: bytes.count, limit: SparkplugLimits.payloadBytes))
        }
        var reader = ProtobufReader(bytes, doing: doing)
        var payload = SparkplugPayload()
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .varint): payload.timestamp = try reader.varint()
            case (2, .bytes): payload.metrics.append(try SparkplugMetric.decode(&reader))
            case (3, .varint): payload.seq = try reader.varint()
            case (4, .bytes): payload.uuid = try reader.text()
            case (5, .bytes): payload.body = try reader.content()
            default: try reader.skip(field.form)
            }
        }
        return payload
    }

    /// The bytes of the payload, fields in the order of their numbers.
    public func encoded() -> [UInt8] {
        var writer = ProtobufWriter()
        writer.varint(1, timestamp)
        for metric in metrics { writer.message(2) { metric.encode(&$0) } }
        writer.varint(3, seq)
        writer.text(4, uuid)
        if let body { writer.content(5, body) }
        return writer.bytes
    }
}

extension SparkplugScalar {
    /// Reads the simple forms, which stand in six fields from `first` on; nil for other fields.
    static func decode(
        _ field: ProtobufReader.Field, first: UInt32, _ reader: inout ProtobufReader
    ) throws(FrameError) -> SparkplugScalar? {
        guard field.number >= first else { return nil }
        switch (field.number - first, field.form) {
        case (0, .varint): return .int(try reader.uint32())
        case (1, .varint): return .long(try reader.varint())
        case (2, .fixed32): return .float(Float(bitPattern: try reader.fixed32()))
        case (3, .fixed64): return .double(Double(bitPattern: try reader.fixed64()))
        case (4, .varint): return .bool(try reader.bool())
        // Values come from old controllers too: a wrong letter must not cost the whole message.
        case (5, .bytes): return .string(String(decoding: try reader.content(), as: UTF8.self))
        default: return nil
        }
    }

    func encode(first: UInt32, _ writer: inout ProtobufWriter) {
        switch self {
        case .int(let number): writer.varint(first, UInt64(number))
        case .long(let number): writer.varint(first + 1, number)
        case .float(let number): writer.fixed32(first + 2, number.bitPattern)
        case .double(let number): writer.fixed64(first + 3, number.bitPattern)
        case .bool(let flag): writer.bool(first + 4, flag)
        case .string(let text): writer.text(first + 5, text)
        }
    }
}

extension SparkplugMetric {
    static func decode(_ reader: inout ProtobufReader) throws(FrameError) -> SparkplugMetric {
        try reader.spend(.metrics)
        let outer = try reader.enter()
        var metric = SparkplugMetric()
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .bytes): metric.name = try reader.text()
            case (2, .varint): metric.alias = try reader.varint()
            case (3, .varint): metric.timestamp = try reader.varint()
            case (4, .varint): metric.datatypeCode = try reader.uint32()
            case (5, .varint): metric.isHistorical = try reader.bool()
            case (6, .varint): metric.isTransient = try reader.bool()
            case (7, .varint): metric.isNull = try reader.bool()
            case (8, .bytes): metric.metadata = try SparkplugMetadata.decode(&reader)
            case (9, .bytes): metric.properties = try SparkplugPropertySet.decode(&reader)
            case (16, .bytes): metric.value = .bytes(try reader.content())
            case (17, .bytes): metric.value = .dataSet(try SparkplugDataSet.decode(&reader))
            case (18, .bytes): metric.value = .template(try SparkplugTemplate.decode(&reader))
            default:
                if let scalar = try SparkplugScalar.decode(field, first: 10, &reader) {
                    metric.value = .scalar(scalar)
                } else {
                    try reader.skip(field.form)
                }
            }
        }
        reader.leave(outer)
        return metric
    }

    func encode(_ writer: inout ProtobufWriter) {
        writer.text(1, name)
        writer.varint(2, alias)
        writer.varint(3, timestamp)
        writer.varint(4, datatypeCode.map(UInt64.init))
        writer.bool(5, isHistorical)
        writer.bool(6, isTransient)
        writer.bool(7, isNull)
        if let metadata { writer.message(8) { metadata.encode(&$0) } }
        if let properties { writer.message(9) { properties.encode(&$0) } }
        switch value {
        case .scalar(let scalar): scalar.encode(first: 10, &writer)
        case .bytes(let bytes): writer.content(16, bytes)
        case .dataSet(let table): writer.message(17) { table.encode(&$0) }
        case .template(let template): writer.message(18) { template.encode(&$0) }
        case nil: break
        }
    }
}

extension SparkplugMetadata {
    static func decode(_ reader: inout ProtobufReader) throws(FrameError) -> SparkplugMetadata {
        let outer = try reader.enter()
        var metadata = SparkplugMetadata()
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .varint): metadata.isMultiPart = try reader.bool()
            case (2, .bytes): metadata.contentType = try reader.text()
            case (3, .varint): metadata.size = try reader.varint()
            case (4, .varint): metadata.seq = try reader.varint()
            case (5, .bytes): metadata.fileName = try reader.text()
            case (6, .bytes): metadata.fileType = try reader.text()
            case (7, .bytes): metadata.md5 = try reader.text()
            case (8, .bytes): metadata.description = try reader.text()
            default: try reader.skip(field.form)
            }
        }
        reader.leave(outer)
        return metadata
    }

    func encode(_ writer: inout ProtobufWriter) {
        writer.bool(1, isMultiPart)
        writer.text(2, contentType)
        writer.varint(3, size)
        writer.varint(4, seq)
        writer.text(5, fileName)
        writer.text(6, fileType)
        writer.text(7, md5)
        writer.text(8, description)
    }
}

extension SparkplugDataSet {
    static func decode(_ reader: inout ProtobufReader) throws(FrameError) -> SparkplugDataSet {
        let outer = try reader.enter()
        var table = SparkplugDataSet(columns: [], types: [], rows: [])
        var declared: UInt64?
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .varint): declared = try reader.varint()
            case (2, .bytes):
                try reader.spend(.cells)
                table.columns.append(try reader.text())
            case (3, .varint):
                try reader.spend(.cells)
                table.types.append(try reader.uint32())
            case (3, .bytes):
                let end = try reader.enter()
                while reader.remaining > 0 {
                    try reader.spend(.cells)
                    table.types.append(try reader.uint32())
                }
                reader.leave(end)
            case (4, .bytes): table.rows.append(try row(&reader))
            default: try reader.skip(field.form)
            }
        }
        // tck-id-payloads-dataset-column-size, tck-id-payloads-dataset-column-num-headers,
        // tck-id-payloads-dataset-types-num
        guard declared ?? UInt64(table.columns.count) == UInt64(table.columns.count),
            table.types.count == table.columns.count,
            table.rows.allSatisfy({ $0.count == table.columns.count })
        else { throw reader.error(.invalid("a data set whose columns, types and rows differ")) }
        reader.leave(outer)
        return table
    }

    private static func row(
        _ reader: inout ProtobufReader
    ) throws(FrameError) -> [SparkplugScalar?] {
        let outer = try reader.enter()
        try reader.spend(.cells)
        var cells: [SparkplugScalar?] = []
        while let field = try reader.field() {
            guard field.number == 1, field.form == .bytes else {
                try reader.skip(field.form)
                continue
            }
            try reader.spend(.cells)
            let end = try reader.enter()
            var cell: SparkplugScalar?
            while let part = try reader.field() {
                if let scalar = try SparkplugScalar.decode(part, first: 1, &reader) {
                    cell = scalar
                } else {
                    try reader.skip(part.form)
                }
            }
            reader.leave(end)
            cells.append(cell)
        }
        reader.leave(outer)
        return cells
    }

    func encode(_ writer: inout ProtobufWriter) {
        writer.varint(1, UInt64(columns.count))
        for column in columns { writer.text(2, column) }
        for type in types { writer.varint(3, UInt64(type)) }
        for row in rows {
            writer.message(4) { writer in
                for cell in row { writer.message(1) { cell?.encode(first: 1, &$0) } }
            }
        }
    }
}

extension SparkplugTemplate {
    static func decode(_ reader: inout ProtobufReader) throws(FrameError) -> SparkplugTemplate {
        let outer = try reader.enter()
        var template = SparkplugTemplate()
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .bytes): template.version = try reader.text()
            case (2, .bytes): template.metrics.append(try SparkplugMetric.decode(&reader))
            case (3, .bytes): template.parameters.append(try Parameter.decode(&reader))
            case (4, .bytes): template.reference = try reader.text()
            case (5, .varint): template.isDefinition = try reader.bool()
            default: try reader.skip(field.form)
            }
        }
        reader.leave(outer)
        return template
    }

    func encode(_ writer: inout ProtobufWriter) {
        writer.text(1, version)
        for metric in metrics { writer.message(2) { metric.encode(&$0) } }
        for parameter in parameters { writer.message(3) { parameter.encode(&$0) } }
        writer.text(4, reference)
        writer.bool(5, isDefinition)
    }
}

extension SparkplugTemplate.Parameter {
    static func decode(
        _ reader: inout ProtobufReader
    ) throws(FrameError) -> SparkplugTemplate.Parameter {
        try reader.spend(.properties)
        let outer = try reader.enter()
        var parameter = SparkplugTemplate.Parameter(name: nil, type: nil, value: nil)
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .bytes): parameter.name = try reader.text()
            case (2, .varint): parameter.type = try reader.uint32()
            default:
                if let scalar = try SparkplugScalar.decode(field, first: 3, &reader) {
                    parameter.value = scalar
                } else {
                    try reader.skip(field.form)
                }
            }
        }
        reader.leave(outer)
        return parameter
    }

    func encode(_ writer: inout ProtobufWriter) {
        writer.text(1, name)
        writer.varint(2, type.map(UInt64.init))
        value?.encode(first: 3, &writer)
    }
}

extension SparkplugPropertySet {
    static func decode(
        _ reader: inout ProtobufReader
    ) throws(FrameError) -> SparkplugPropertySet {
        let outer = try reader.enter()
        var set = SparkplugPropertySet()
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .bytes):
                try reader.spend(.properties)
                set.keys.append(try reader.text())
            case (2, .bytes): set.values.append(try Value.decode(&reader))
            default: try reader.skip(field.form)
            }
        }
        guard set.keys.count == set.values.count else {
            throw reader.error(
                .invalid("\(set.keys.count) property names for \(set.values.count) values"))
        }
        reader.leave(outer)
        return set
    }

    func encode(_ writer: inout ProtobufWriter) {
        let count = min(keys.count, values.count)
        for key in keys.prefix(count) { writer.text(1, key) }
        for value in values.prefix(count) { writer.message(2) { value.encode(&$0) } }
    }
}

extension SparkplugPropertySet.Value {
    static func decode(
        _ reader: inout ProtobufReader
    ) throws(FrameError) -> SparkplugPropertySet.Value {
        try reader.spend(.properties)
        let outer = try reader.enter()
        var value = SparkplugPropertySet.Value(type: nil, content: nil)
        while let field = try reader.field() {
            switch (field.number, field.form) {
            case (1, .varint): value.type = try reader.uint32()
            case (2, .varint): value.isNull = try reader.bool()
            case (9, .bytes): value.content = .set(try SparkplugPropertySet.decode(&reader))
            case (10, .bytes): value.content = .list(try list(&reader))
            default:
                if let scalar = try SparkplugScalar.decode(field, first: 3, &reader) {
                    value.content = .scalar(scalar)
                } else {
                    try reader.skip(field.form)
                }
            }
        }
        reader.leave(outer)
        return value
    }

    private static func list(
        _ reader: inout ProtobufReader
    ) throws(FrameError) -> [SparkplugPropertySet] {
        let outer = try reader.enter()
        var sets: [SparkplugPropertySet] = []
        while let field = try reader.field() {
            if field.number == 1, field.form == .bytes {
                try reader.spend(.properties)
                sets.append(try SparkplugPropertySet.decode(&reader))
            } else {
                try reader.skip(field.form)
            }
        }
        reader.leave(outer)
        return sets
    }

    func encode(_ writer: inout ProtobufWriter) {
        writer.varint(1, type.map(UInt64.init))
        writer.bool(2, isNull)
        switch content {
        case .scalar(let scalar): scalar.encode(first: 3, &writer)
        case .set(let set): writer.message(9) { set.encode(&$0) }
        case .list(let sets):
            writer.message(10) { writer in
                for set in sets { writer.message(1) { set.encode(&$0) } }
            }
        case nil: break
        }
    }
}
