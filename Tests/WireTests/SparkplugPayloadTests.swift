// Sparkplug payloads and topics: the recorded bytes, every type, cut and odd messages.

import Testing
import Wire

@Suite("Sparkplug payloads")
struct SparkplugPayloadTests {
    struct Vector {
        let topic: String
        let bytes: [UInt8]
        let json: [String: Any]
    }

    static func vectors() throws -> [Vector] {
        let file = try ReferenceFiles.json("sparkplug-b/payloads.json")
        return try #require(file["vectors"] as? [[String: Any]]).map {
            Vector(
                topic: try #require($0["topic"] as? String),
                bytes: hex(try #require($0["hex"] as? String)),
                json: try #require($0["json"] as? [String: Any]))
        }
    }

    @Test(
        "recorded payloads decode to what their JSON says and encode to the same bytes",
        ReferenceFiles.needed)
    func recorded() throws {
        let vectors = try Self.vectors()
        #expect(vectors.count == 12)
        for vector in vectors {
            let payload = try SparkplugPayload.decode(vector.bytes)
            #expect(payload.encoded() == vector.bytes)
            #expect(payload.timestamp.map(String.init) == vector.json["timestamp"] as? String)
            #expect(payload.seq.map(String.init) == vector.json["seq"] as? String)
            let metrics = vector.json["metrics"] as? [[String: Any]] ?? []
            #expect(payload.metrics.count == metrics.count)
            for (metric, json) in zip(payload.metrics, metrics) { try compare(metric, json) }
            let topic = try SparkplugTopic(vector.topic)
            #expect(topic.text == vector.topic)
        }
    }

    private func compare(_ metric: SparkplugMetric, _ json: [String: Any]) throws {
        #expect(metric.name == json["name"] as? String)
        #expect(metric.alias.map(String.init) == json["alias"] as? String)
        #expect(metric.timestamp.map(String.init) == json["timestamp"] as? String)
        #expect(metric.datatypeCode.map(Int.init) == json["datatype"] as? Int)
        #expect(metric.isHistorical == json["is_historical"] as? Bool)
        #expect(metric.isNull == json["is_null"] as? Bool)
        if let number = json["int_value"] as? Int {
            #expect(metric.value == .scalar(.int(UInt32(number))))
        }
        if let number = json["long_value"] as? String {
            #expect(metric.value == .scalar(.long(try #require(UInt64(number)))))
        }
        if let number = json["double_value"] as? Double {
            #expect(metric.value == .scalar(.double(number)))
        }
        if let flag = json["boolean_value"] as? Bool, json["boolean_value"] != nil {
            #expect(metric.value == .scalar(.bool(flag)))
        }
        if let text = json["string_value"] as? String {
            #expect(metric.value == .scalar(.string(text)))
        }
        if let table = json["dataset_value"] as? [String: Any] {
            guard case .dataSet(let found) = metric.value else {
                Issue.record("no data set")
                return
            }
            #expect(found.columns == table["columns"] as? [String])
            #expect(found.types.map(Int.init) == table["types"] as? [Int])
            #expect(found.rows == [[.long(0), .double(0)], [.long(1), .double(0.5)]])
        }
    }

    @Test("all scalar types of a recorded DBIRTH have their values", ReferenceFiles.needed)
    func scalars() throws {
        let birth = try SparkplugPayload.decode(try Self.vectors()[1].bytes)
        let values = birth.metrics.map { $0.value(as: nil) }
        let expected: [SparkplugValue] = [
            .integer(-5), .integer(-1_234), .integer(Int64(Int32.min)), .integer(.min),
            .unsigned(255), .unsigned(65_535), .unsigned(4_294_967_295), .unsigned(.max),
            .number(0.5), .number(Double.pi), .bool(true), .text("Größe µm"),
            .time(1_709_210_096_789), .text("line1\nline2"),
            .text("123e4567-e89b-12d3-a456-426614174000"), .bytes([0, 0xFF, 0x10]), .null,
        ]
        #expect(values == expected)
    }

    @Test("recorded odd payloads are refused or read as the reference does", ReferenceFiles.needed)
    func malformed() throws {
        let file = try ReferenceFiles.json("sparkplug-b/payloads.json")
        for entry in try #require(file["malformed"] as? [[String: Any]]) {
            let bytes = hex(try #require(entry["hex"] as? String))
            let isRejected = entry["protobuf"] as? String == "rejected"
            #expect(((try? SparkplugPayload.decode(bytes)) == nil) == isRejected)
        }
    }

    @Test("the NDEATH of the protocol page is written byte by byte")
    func deathVector() throws {
        let payload = SparkplugPayload(
            timestamp: 1_767_225_600_000,
            metrics: [
                SparkplugMetric(name: "bdSeq", datatype: .uint64, value: .scalar(.long(7)))
            ])
        let bytes = hex("0880d0eab6b733120b0a05626453657120085807")
        #expect(payload.encoded() == bytes)
        #expect(try SparkplugPayload.decode(bytes) == payload)
    }

    @Test("negative numbers are two's complement of 32 or 64 bits")
    func negatives() throws {
        let small = try #require(SparkplugRawValue(.integer(-5), as: .int8))
        let payload = SparkplugPayload(metrics: [SparkplugMetric(value: small)])
        #expect(payload.encoded() == hex("1206 50 FBFFFFFF0F"))
        let large = try #require(SparkplugRawValue(.integer(-5), as: .int64))
        let other = SparkplugPayload(metrics: [SparkplugMetric(value: large)])
        #expect(other.encoded() == hex("120B 58 FBFFFFFFFFFFFFFFFF01"))
        // A sign in ten bytes, as some libraries write it, and a short one.
        let long = try SparkplugPayload.decode(hex("120B 50 FBFFFFFFFFFFFFFFFF01"))
        #expect(long.metrics[0].value(as: .int16) == .integer(-5))
        #expect(SparkplugScalar.int(0xFB).value(as: .int8) == .integer(-5))
        #expect(SparkplugScalar.int(300).value(as: .int8) == nil)
    }

    static let arrays: [(SparkplugDataType, SparkplugArray, String)] = [
        (.int8Array, .integers([-23, 123]), "E9 7B"),
        (.int16Array, .integers([-30_000, 30_000]), "D08A 3075"),
        (.int32Array, .integers([-1, 315_338_746]), "FFFFFFFF FAAFCB12"),
        (.int64Array, .integers([-2]), "FEFFFFFFFFFFFFFF"),
        (.uint8Array, .unsigned([23, 250]), "17 FA"),
        (.uint16Array, .unsigned([30, 52_360]), "1E00 88CC"),
        (.uint32Array, .unsigned([52]), "34000000"),
        (.uint64Array, .unsigned([52]), "3400000000000000"),
        (.floatArray, .floats([1.5]), "0000C03F"),
        (.doubleArray, .floats([-2.5]), "00000000000004C0"),
        (
            .booleanArray,
            .booleans([
                false, false, true, true, false, true, false, false, true, true, false, true,
            ]), "0C000000 34D0"
        ),
        (.stringArray, .texts(["ABC", "hello"]), "41424300 68656C6C6F00"),
        (.stringArray, .texts([]), ""),
        (.stringArray, .texts([""]), "00"),
        (.dateTimeArray, .times([1_256_102_875_335]), "C7D0907524010000"),
    ]

    @Test("arrays are packed little-endian, bits highest first", arguments: arrays)
    func array(_ type: SparkplugDataType, _ array: SparkplugArray, _ text: String) throws {
        #expect(array.encoded(as: type) == hex(text))
        #expect(try SparkplugArray(type, bytes: hex(text)) == array)
    }

    @Test("arrays of a wrong length are refused")
    func arrayLengths() {
        for type in SparkplugDataType.allCases where type.isArray && type != .stringArray {
            if type == .int8Array || type == .uint8Array { continue }
            #expect(throws: FrameError.self) { try SparkplugArray(type, bytes: [1, 0, 0]) }
        }
        #expect(throws: FrameError.self) { try SparkplugArray(.stringArray, bytes: [65]) }
        #expect(throws: FrameError.self) {
            try SparkplugArray(.booleanArray, bytes: [255, 255, 255, 255])
        }
        #expect(SparkplugArray.integers([128]).encoded(as: .int8Array) == nil)
    }

    /// One payload with every part of the schema.
    static let whole: SparkplugPayload = {
        var metadata = SparkplugMetadata()
        metadata.isMultiPart = false
        metadata.contentType = "text/plain"
        metadata.size = 3
        metadata.seq = 1
        metadata.fileName = "a.txt"
        metadata.fileType = "txt"
        metadata.md5 = "x"
        metadata.description = "a file"
        var file = SparkplugMetric(name: "file", datatype: .file, value: .bytes([1, 2, 3]))
        file.metadata = metadata
        file.isTransient = true
        let inner = SparkplugPropertySet([
            ("a", .init(type: .int32, content: .scalar(.int(1)))),
            ("b", .init(type: .string, isNull: true, content: nil)),
        ])
        let set = SparkplugPropertySet([
            ("Quality", .init(type: .int32, content: .scalar(.int(500)))),
            ("set", .init(type: .propertySet, content: .set(inner))),
            ("list", .init(type: .propertySetList, content: .list([inner, .init()]))),
        ])
        let table = SparkplugDataSet(
            columns: ["t", "v"], types: [.int64, .string],
            rows: [[.long(1), .string("x")], [nil, .string("")]])
        let member = SparkplugMetric(name: "m", datatype: .double, value: .scalar(.double(1)))
        let definition = SparkplugTemplate(
            version: "1", metrics: [member],
            parameters: [.init(name: "p", type: .boolean, value: .bool(true))], isDefinition: true)
        let instance = SparkplugTemplate(metrics: [member], reference: "def", isDefinition: false)
        return SparkplugPayload(
            timestamp: 1,
            metrics: [
                file,
                SparkplugMetric(
                    name: "p", datatype: .float, properties: set,
                    value: .scalar(.float(1.5))),
                SparkplugMetric(name: "table", datatype: .dataSet, value: .dataSet(table)),
                SparkplugMetric(name: "def", datatype: .template, value: .template(definition)),
                SparkplugMetric(name: "i", datatype: .template, value: .template(instance)),
            ], seq: 255, uuid: "u", body: [9])
    }()

    @Test("every part of the schema survives a round trip")
    func wholeRoundTrip() throws {
        let decoded = try SparkplugPayload.decode(Self.whole.encoded())
        #expect(decoded == Self.whole)
        #expect(decoded.metrics[1].properties?.quality == 500)
        #expect(decoded.metrics[2].value(as: nil) != nil)
    }

    @Test("a payload cut anywhere is refused or is a shorter payload, never a trap")
    func cut() throws {
        let bytes = Self.whole.encoded()
        var refused = 0
        for count in bytes.indices {
            guard let payload = try? SparkplugPayload.decode(Array(bytes[..<count])) else {
                refused += 1
                continue
            }
            #expect(payload.metrics.count <= Self.whole.metrics.count)
        }
        #expect(refused > bytes.count / 2)
    }

    @Test("nesting and counts beyond the limits are refused without being built")
    func bombs() {
        var nested: [UInt8] = []
        for _ in 0..<100 {
            let template: [UInt8] = [0x12] + Self.varint(nested.count) + nested
            nested = [0x92, 0x01] + Self.varint(template.count) + template
        }
        let deep: [UInt8] = [0x12] + Self.varint(nested.count) + nested
        #expect(throws: FrameError.self) { try SparkplugPayload.decode(deep) }
        let many =
            [UInt8](repeating: 0x12, count: 0)
            + (0...SparkplugLimits.metrics).flatMap { _ -> [UInt8] in [0x12, 0] }
        #expect(throws: FrameError.self) { try SparkplugPayload.decode(many) }
        #expect(throws: FrameError.self) {
            try SparkplugPayload.decode([UInt8](repeating: 0, count: (1 << 20) + 1))
        }
        #expect(throws: FrameError.self) { try SparkplugPayload.decode(hex("0B")) }
        #expect(throws: FrameError.self) { try SparkplugPayload.decode(hex("00")) }
    }

    private static func varint(_ number: Int) -> [UInt8] {
        number < 128 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + varint(number >> 7)
    }

    @Test("a data set whose rows do not fit its columns is refused")
    func crooked() {
        let table = SparkplugDataSet(columns: ["a"], types: [.int32], rows: [[.int(1), .int(2)]])
        let payload = SparkplugPayload(metrics: [SparkplugMetric(value: .dataSet(table))])
        #expect(throws: FrameError.self) { try SparkplugPayload.decode(payload.encoded()) }
    }

    @Test(
        "topics that the specification does not have are refused",
        arguments: [
            "", "spBv1.0", "spBv1.0/a/NBIRTH", "spBv1.0/a/NBIRTH/n/d", "spBv1.0/a/DBIRTH/n",
            "spAv1.0/a/NBIRTH/n", "spBv1.0/a/nbirth/n", "spBv1.0//NBIRTH/n", "spBv1.0/a/NDATA/",
            "spBv1.0/a+/NDATA/n", "spBv1.0/STATE/", "spBv1.0/STATE/a/b", "spBv1.0/a/DDATA/n/#",
        ])
    func badTopics(_ topic: String) {
        #expect(throws: FrameError.self) { try SparkplugTopic(topic) }
    }

    @Test("a state has online and timestamp")
    func state() throws {
        let bytes = Array(#"{"timestamp":1668114759262,"online":true}"#.utf8)
        let state = try SparkplugHostState(bytes)
        #expect(state == SparkplugHostState(isOnline: true, timestamp: 1_668_114_759_262))
        #expect(
            String(decoding: state.encoded, as: UTF8.self)
                == #"{"online":true,"timestamp":1668114759262}"#)
        for text in [
            "ONLINE", "{}", #"{"online":true}"#, #"{"online":1,"timestamp":1}"#,
            #"{"online":true,"timestamp":-1}"#, #"{"online":true,"timestamp":1e300}"#,
        ] {
            #expect(throws: FrameError.self) { try SparkplugHostState(Array(text.utf8)) }
        }
    }
}
