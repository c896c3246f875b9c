// The built-in types of OPC UA: vectors, round trips, limits, cut bytes.

import Testing
import Wire

@Suite("OPC UA built-in types")
struct OPCUABuiltInTests {
    static func bytes(_ write: (inout OPCUAWriter) -> Void) -> [UInt8] {
        var writer = OPCUAWriter()
        write(&writer)
        return writer.bytes
    }

    static func variant(_ bytes: [UInt8]) throws(FrameError) -> OPCUAVariant {
        var reader = OPCUAReader(bytes, doing: "reading a value")
        let value = try reader.variant()
        try reader.finish()
        return value
    }

    @Test("the greeting has the bytes of the reference vector")
    func greeting() throws {
        let sizes = OPCUAConnectionSizes(
            receiveBytes: 65_536, sendBytes: 65_536, messageBytes: 0, chunks: 0)
        let url = "opc.tcp://localhost:4840"
        let bytes = OPCUAGreeting.hello(sizes, url: url).encoded()
        let expected =
            hex("48454c4638000000 00000000 00000100 00000100 00000000 00000000 18000000")
            + Array(url.utf8)
        #expect(bytes == expected)
        #expect(bytes.count == 56)
        var deframer = OPCUADeframer()
        deframer.append(bytes)
        let chunk = try #require(try deframer.next())
        #expect(try OPCUAGreeting.decode(chunk) == .hello(sizes, url: url))
    }

    @Test("a moment counts 100 ns from 1601")
    func dateTime() {
        let newYear = OPCUADateTime(nanoseconds: 1_767_225_600_000_000_000)
        #expect(newYear.ticks == 134_116_992_000_000_000)
        #expect(newYear.nanoseconds == 1_767_225_600_000_000_000)
        #expect(OPCUADateTime(nanoseconds: -1).ticks == 116_444_735_999_999_999)
        for ticks in [0, -1, Int64.max, Int64.min, 1] {
            #expect(OPCUADateTime(ticks: ticks).nanoseconds == nil)
        }
    }

    @Test(
        "node names have their shortest bytes and their text",
        arguments: [
            ("i=85", "0055"), ("ns=1;i=255", "0101ff00"), ("i=2258", "0100d208"),
            ("ns=300;i=7", "022c0107000000"), ("i=65536", "02000000000100"),
            ("ns=2;s=Press.Bool", "0302000a00000050726573732e426f6f6c"),
            (
                "ns=3;g=72962B91-FA75-4AE6-8D28-B404DC7DAF63",
                "040300912b967275fae64a8d28b404dc7daf63"
            ),
            ("ns=4;b=AP8Q", "0504000300000000ff10"), ("b=", "05000000000000"),
            ("b=AA==", "0500000100000000"),
        ])
    func nodeIDs(_ text: String, _ expected: String) throws {
        let node = try #require(OPCUANodeID(text))
        #expect(node.description == text)
        let bytes = Self.bytes { $0.nodeID(node) }
        #expect(bytes == hex(expected))
        var reader = OPCUAReader(bytes, doing: "reading")
        #expect(try reader.nodeID() == node)
    }

    @Test(
        "texts that name no node are refused",
        arguments: [
            "", "i=", "i=x", "ns=2", "ns=2;", "ns=70000;i=1", "s", "g=12", "b=A", "b=A===", "q=1",
            "i=4294967296", "nsu=;i=1", "nsu=urn:x",
        ])
    func wrongNames(_ text: String) {
        #expect(OPCUANodeID(text) == nil)
        #expect(OPCUAExpandedNodeID(text) == nil)
    }

    @Test("a name with its namespace is found in the server's table")
    func expanded() throws {
        let name = try #require(OPCUAExpandedNodeID("nsu=urn:press;v=1;s=Speed"))
        #expect(name.namespaceURI == "urn:press;v=1")
        #expect(name.description == "nsu=urn:press;v=1;s=Speed")
        let table = ["http://opcfoundation.org/UA/", "urn:server", "urn:press;v=1"]
        #expect(name.resolved(in: table) == OPCUANodeID(2, .string("Speed")))
        #expect(name.resolved(in: []) == nil)
        for sample in [
            name, OPCUAExpandedNodeID(.objects, server: 3),
            OPCUAExpandedNodeID(OPCUANodeID(9, .numeric(70_000)), namespaceURI: "u", server: 1),
        ] {
            var reader = OPCUAReader(Self.bytes { $0.expandedNodeID(sample) }, doing: "reading")
            #expect(try reader.expandedNodeID() == sample)
        }
        #expect(OPCUAExpandedNodeID(.objects, server: 1).resolved(in: table) == nil)
    }

    static let scalars: [OPCUAScalar] = [
        .boolean(true), .sbyte(-5), .byte(200), .int16(-1_234), .uint16(65_535),
        .int32(.min), .uint32(.max), .int64(.min), .uint64(.max), .float(0.5), .double(-2.5),
        .string("Größe µm"), .string(nil), .dateTime(OPCUADateTime(ticks: 7)),
        .guid(OPCUAGuid(Array(1...16))), .byteString([0, 255]), .byteString(nil),
        .xml(Array("<a/>".utf8)), .nodeID(.objects),
        .expandedNodeID(OPCUAExpandedNodeID(.objects, namespaceURI: "u")),
        .status(OPCUAStatus(0x808C_0000)), .qualifiedName(OPCUAQualifiedName(2, "a")),
        .localizedText(OPCUALocalizedText("Läuft", locale: "de")),
        .localizedText(OPCUALocalizedText(nil)),
        .structure(OPCUAExtensionObject(OPCUANodeID(2, .numeric(5)), .bytes([1, 2]))),
        .structure(OPCUAExtensionObject(.null, .none)),
        .structure(OPCUAExtensionObject(.objects, .xml([60]))),
        .dataValue(OPCUADataValue(.scalar(.int32(1)), status: .good)), .diagnostics(.none),
        .diagnostics(.some(Self.fields, inner: .some(Self.fields, inner: .none))),
    ]

    private static var fields: OPCUADiagnosticFields {
        var fields = OPCUADiagnosticFields()
        (fields.symbol, fields.namespace, fields.locale, fields.text) = (1, 2, 3, 4)
        fields.additional = "more"
        fields.innerStatus = OPCUAStatus(0x8001_0000)
        return fields
    }

    static var variants: [OPCUAVariant] {
        var all: [OPCUAVariant] = [.null] + scalars.map { .scalar($0) }
        all += scalars.map { .array(OPCUAArray(type: $0.type, [$0, $0])) }
        all.append(.array(OPCUAArray(type: 6, nil)))
        all.append(.array(OPCUAArray(type: 6, [])))
        all.append(
            .array(
                OPCUAArray(
                    type: 6, (0..<6).map { .int32($0) }, dimensions: [2, 3])))
        all.append(
            .array(OPCUAArray(type: 24, [.variant(.null), .variant(.scalar(.byte(1)))])))
        return all
    }

    @Test("all values come back as they were")
    func roundTrips() throws {
        for value in Self.variants {
            let bytes = Self.bytes { $0.variant(value) }
            #expect(try Self.variant(bytes) == value)
        }
        var full = OPCUADataValue(
            .scalar(.double(1)), status: OPCUAStatus(0x4000_0000),
            sourceTime: OPCUADateTime(ticks: 1), serverTime: OPCUADateTime(ticks: 2))
        full.sourcePicoseconds = 3
        full.serverPicoseconds = 4
        for value in [full, OPCUADataValue()] {
            var reader = OPCUAReader(Self.bytes { $0.dataValue(value) }, doing: "reading")
            #expect(try reader.dataValue() == value)
        }
    }

    @Test("bytes cut anywhere are an error")
    func truncation() {
        for value in Self.variants {
            let bytes = Self.bytes { $0.variant(value) }
            for count in 0..<bytes.count {
                #expect(throws: FrameError.self) { try Self.variant(Array(bytes[..<count])) }
            }
        }
    }

    @Test(
        "values that cannot be are refused",
        arguments: [
            "80", "40", "46 00000000", "18 00", "20", "3f", "86 ffffff7f", "8c ffffff7f",
            "c6 02000000 01000000 02000000 01000000 03000000",
            "c6 02000000 01000000 02000000 02000000 ffffffff ffffffff",
            "c6 00000000 03000000 ffffff7f ffffff7f ffffff7f", "11 06 00",
        ])
    func impossible(_ text: String) {
        #expect(throws: FrameError.self) { try Self.variant(hex(text)) }
    }

    @Test("unknown types are read as byte strings")
    func unknownTypes() throws {
        #expect(try Self.variant(hex("1f 01000000 07")) == .scalar(.byteString([7])))
    }

    @Test("nesting ends at its limit")
    func nesting() throws {
        func deep(_ levels: Int) -> [UInt8] {
            var value = OPCUAVariant.scalar(.byte(1))
            for _ in 0..<levels { value = .array(OPCUAArray(type: 24, [.variant(value)])) }
            return Self.bytes { $0.variant(value) }
        }
        #expect(throws: Never.self) { try Self.variant(deep(OPCUALimits.nesting - 1)) }
        #expect(throws: FrameError.self) { try Self.variant(deep(OPCUALimits.nesting)) }
        var diagnostics = [UInt8](repeating: 0x40, count: 5_000)
        diagnostics.append(0)
        #expect(throws: FrameError.self) { try Self.variant([25] + diagnostics) }
    }

    @Test(
        "diagnostics that tell nothing have one form",
        arguments: [
            "19 00", "19 40 00", "19 40 40 00", "19 80", "19 10 ffffffff", "19 50 ffffffff 00",
        ])
    func emptyDiagnostics(_ text: String) throws {
        #expect(try Self.variant(hex(text)) == .scalar(.diagnostics(.none)))
    }

    @Test("arrays of one message share a limit")
    func elements() {
        let one = Self.bytes { writer in
            writer.int32(Int32(OPCUALimits.arrayElements))
            writer.raw([UInt8](repeating: 0, count: OPCUALimits.arrayElements))
        }
        let arrays = OPCUALimits.messageElements / OPCUALimits.arrayElements
        for (count, isAllowed) in [(arrays - 1, true), (arrays + 1, false)] {
            var bytes = Self.bytes {
                $0.byte(24 | 0x80)
                $0.int32(Int32(count))
            }
            for _ in 0..<count { bytes += [24 | 0x80] + one }
            #expect(((try? Self.variant(bytes)) != nil) == isAllowed)
        }
    }

    @Test("a status tells its kind, its name and lost values")
    func status() {
        #expect(OPCUAStatus(0).isGood && OPCUAStatus(0x4000_0000).isUncertain)
        #expect(OPCUAStatus(0x8000_0000).isBad && OPCUAStatus(0xC000_0000).isBad)
        #expect(OPCUAStatus(0x808C_0000).description == "BadSensorFailure")
        #expect(OPCUAStatus(0x8FFF_0001).description == "Bad 0x8FFF0001")
        #expect(OPCUAStatus(0x0000_0480).tellsOverflow)
        #expect(!OPCUAStatus(0x0000_0080).tellsOverflow && !OPCUAStatus(0x0C80).tellsOverflow)
    }

    @Test("a structure is named and never guessed")
    func readings() {
        let object = OPCUAExtensionObject(OPCUANodeID(3, .numeric(3_001)), .bytes([1]))
        #expect(
            OPCUAReading(.scalar(.structure(object)))
                == .unread("not read: a structure of type ns=3;i=3001"))
        #expect(
            OPCUAReading(.array(OPCUAArray(type: 22, [.structure(object)])))
                == .unread("not read: an array of structures of type ns=3;i=3001"))
        #expect(OPCUAReading(.scalar(.float(0.5))) == .real(0.5))
        #expect(OPCUAReading(.scalar(.sbyte(-1))) == .integer(-1))
        #expect(OPCUAReading(.scalar(.uint64(.max))) == .unsigned(.max))
        #expect(OPCUAReading(nil) == .missing && OPCUAReading(.null) == .missing)
    }

    @Test("a password is not shown")
    func password() {
        let identity = OPCUAIdentity.userName("operator", password: Array("wheel".utf8))
        var settings = OPCUAClientSettings(url: "", applicationURI: "", applicationName: "")
        settings.identity = identity
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(identity)", String(reflecting: identity), "\(settings)", dumped] {
            #expect(!text.contains("wheel") && !text.contains("119"))
        }
    }
}
