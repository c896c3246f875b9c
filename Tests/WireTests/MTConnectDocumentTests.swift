// MTConnect documents of agents of many versions, and what is made of broken ones.

import Testing
import Wire

/// A device model with what was counted in it by another program.
struct ModelCounts: CustomTestStringConvertible, Sendable {
    let file: String
    let devices: Int
    let components: Int
    let samples: Int
    let events: Int
    let conditions: Int
    var testDescription: String { file }

    init(
        _ file: String, _ devices: Int, _ components: Int, samples: Int = 0, events: Int = 0,
        conditions: Int = 0
    ) {
        self.file = file
        self.devices = devices
        self.components = components
        self.samples = samples
        self.events = events
        self.conditions = conditions
    }

    static let all = [
        ModelCounts("128.32.164.245.xml", 2, 12, samples: 31, events: 9),
        ModelCounts("NoNamespace.xml", 1, 8, samples: 19, events: 11, conditions: 18),
        ModelCounts("SimpleDevlce.xml", 2, 10, samples: 17, events: 15, conditions: 6),
        ModelCounts("data_set.xml", 1, 5, samples: 1, events: 12),
        ModelCounts("discrete_example.xml", 1, 4, samples: 2, events: 7),
        ModelCounts("empty.xml", 0, 0),
        ModelCounts("fanuc.xml", 1, 8, samples: 19, events: 11, conditions: 18),
        ModelCounts("filter_example.xml", 1, 4, samples: 2, events: 6),
        ModelCounts("haas.xml", 1, 7, samples: 4, events: 8, conditions: 2),
        ModelCounts("min_config.xml", 1, 5, samples: 1, events: 7),
        ModelCounts("reference_example.xml", 1, 9, samples: 2, events: 10, conditions: 1),
        ModelCounts("test_config.xml", 1, 8, samples: 13, events: 12, conditions: 7),
        ModelCounts("two_devices.xml", 2, 4, events: 6),
    ]
}

@Suite("MTConnect documents")
struct MTConnectDocumentTests {
    private static func streams(_ components: String) throws -> [MTConnectObservation] {
        let text = """
            <MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:1.4"><Header
             instanceId="7" version="1.4" sender="a" bufferSize="8" firstSequence="1"
             lastSequence="9" nextSequence="10" creationTime="2026-01-01T00:00:00Z"/><Streams>
             <DeviceStream name="d" uuid="u"><ComponentStream component="Path" componentId="p">
            \(components)
             </ComponentStream></DeviceStream></Streams></MTConnectStreams>
            """
        return try MTConnectStreams.decode(Array(text.utf8)).observations
    }

    private static func value(_ element: String, in list: String) throws -> MTConnectValue? {
        try streams("<\(list)>\(element)</\(list)>").first?.value
    }

    private static let attributes =
        "dataItemId='x' sequence='3' timestamp='2026-01-01T00:00:00.5Z'"

    @Test(
        "device models of the reference agent have all their parts", ReferenceFiles.needed,
        arguments: ModelCounts.all)
    func models(_ counts: ModelCounts) throws {
        let devices = try MTConnectDevices.decode(
            ReferenceFiles.bytes("mtconnect-cppagent/devices/\(counts.file)")
        ).devices
        #expect(devices.count == counts.devices)
        #expect(devices.flatMap(\.allComponents).count == counts.components)
        let items = devices.flatMap(\.allDataItems)
        #expect(items.filter { $0.category == .sample }.count == counts.samples)
        #expect(items.filter { $0.category == .event }.count == counts.events)
        #expect(items.filter { $0.category == .condition }.count == counts.conditions)
    }

    @Test("the model of the test bed has eight machines", ReferenceFiles.needed)
    func testBed() throws {
        let document = try MTConnectDevices.decode(
            ReferenceFiles.bytes("nist-smstestbed/Devices.xml"))
        #expect(document.header.instanceID == 1)
        #expect(document.header.bufferSize == 524_288)
        #expect(document.devices.count == 8)
        #expect(document.devices.flatMap(\.allComponents).count == 55)
        #expect(document.devices.flatMap(\.allDataItems).count == 226)
        let first = try #require(document.devices.first)
        #expect(first.name == "GFAgie01")
        #expect(first.uuid == "mtc_adapter001")
        #expect(first.description?.manufacturer == "Agie Charmilles")
        let item = try #require(first.allDataItems.first { $0.name == "Xposition" })
        #expect(item.type == "POSITION" && item.subType == "ACTUAL")
        #expect(item.units == "MILLIMETER" && item.nativeUnits == "MILLIMETER")
    }

    @Test("forms, filters, sources and constraints of data items are known", ReferenceFiles.needed)
    func dataItems() throws {
        func items(_ file: String) throws -> [MTConnectDataItem] {
            try MTConnectDevices.decode(
                ReferenceFiles.bytes("mtconnect-cppagent/devices/\(file)")
            ).devices.flatMap(\.allDataItems)
        }
        let sets = try items("data_set.xml")
        #expect(sets.filter { $0.representation == .dataSet }.count == 3)
        #expect(sets.filter { $0.representation == .table }.count == 1)
        #expect(sets.filter(\.isDiscrete).map(\.id) == ["d_asset_chg", "v3"])
        #expect(sets.first { $0.id == "c1" }?.source == "spindle_speed")
        #expect(sets.first { $0.id == "c2" }?.constraints == ["SPINDLE"])
        let filtered = try items("filter_example.xml")
        #expect(
            filtered.flatMap(\.filters) == [
                MTConnectFilter(type: "MINIMUM_DELTA", limit: 5),
                MTConnectFilter(type: "PERIOD", limit: 10),
            ])
        let older = try items("discrete_example.xml")
        #expect(older.first { $0.id == "msg" }?.representation == .discrete)
        #expect(older.flatMap(\.filters).map(\.limit) == [5, 10])
        #expect(try items("test_config.xml").contains { $0.representation == .timeSeries })
    }

    @Test("a recorded answer of a machine has all its observations", ReferenceFiles.needed)
    func recorded() throws {
        let document = try MTConnectStreams.decode(
            ReferenceFiles.bytes("nist-smstestbed/Cover-Hurco04-01of20.xml"))
        #expect(document.header.instanceID == 1_488_215_604)
        #expect(document.header.firstSequence == 699_858)
        #expect(document.header.nextSequence == 830_930)
        let observations = document.observations
        #expect(observations.count == 11_928)
        #expect(observations.filter { $0.category == .sample }.count == 8_188)
        #expect(observations.filter { $0.category == .event }.count == 3_740)
        #expect(Set(observations.map(\.dataItemID)).count == 11)
        #expect(Set(observations.map(\.sequence)).count == 11_928)
        #expect(observations.map(\.sequence).min() == 819_002)
        #expect(observations.map(\.sequence).max() == 830_929)
        let sum = observations.reduce(0.0) { sum, one in
            if case .number(let number) = one.value { sum + number } else { sum }
        }
        #expect(abs(sum - 50_189_011.68955507) < 1e-6)
        let first = try #require(observations.first)
        #expect(first.type == "RotaryVelocity" && first.subType == "ACTUAL")
        #expect(first.timestamp == 1_486_483_366_750_000_000)
        #expect(first.value == .number(497.76008))
    }

    @Test("assets are read, broken ones are refused", ReferenceFiles.needed)
    func assets() throws {
        let folder = "mtconnect-cppagent/assets"
        let alone = try MTConnectAsset.decode(ReferenceFiles.bytes("\(folder)/asset1.xml"))
        #expect(alone.id == "KSSP300R4SD43L240.1")
        #expect(alone.type == "CuttingTool" && !alone.isRemoved)
        #expect(alone.timestamp == 1_305_122_122_000_000_000)
        func count(_ tree: XMLTree) -> Int { tree.children.reduce(1) { $0 + count($1) } }
        #expect(count(alone.content) == 61)
        let list = try MTConnectAssets.decode(ReferenceFiles.bytes("\(folder)/asset3.xml"))
        #expect(list.header.assetCount == 2)
        #expect(list.assets.count == 1)
        #expect(list.assets.first?.isRemoved == true)
        let broken = try ReferenceFiles.bytes("\(folder)/asset4.xml")
        let error = #expect(throws: FrameError.self) { try MTConnectAsset.decode(broken) }
        #expect(
            error?.description == "reading XML: the end of CuttingItmems where CuttingItem is "
                + "open at byte 1410")
    }

    @Test("unavailable is never a number, a text or a level")
    func unavailable() throws {
        let a = Self.attributes
        for element in [
            "<Load \(a)>UNAVAILABLE</Load>", "<Load \(a)> UNAVAILABLE </Load>",
            "<LoadTimeSeries \(a) sampleCount='0'>UNAVAILABLE</LoadTimeSeries>",
        ] {
            #expect(try Self.value(element, in: "Samples") == .unavailable)
        }
        for element in [
            "<Program \(a)>UNAVAILABLE</Program>",
            "<VariableDataSet \(a) count='0'>UNAVAILABLE</VariableDataSet>",
            "<WorkOffsetTable \(a) count='0'>UNAVAILABLE</WorkOffsetTable>",
            "<Message \(a) nativeCode='1'>UNAVAILABLE</Message>",
        ] {
            #expect(try Self.value(element, in: "Events") == .unavailable)
        }
        let condition = try Self.value("<Unavailable \(a) type='SYSTEM'/>", in: "Condition")
        #expect(condition == .unavailable)
        #expect(condition?.double == nil)
    }

    @Test("values keep the form of their data items")
    func values() throws {
        let a = Self.attributes
        #expect(try Self.value("<Load \(a)>-1.5E2</Load>", in: "Samples") == .number(-150))
        #expect(
            try Self.value("<PathPosition \(a)>1 2.5 -3</PathPosition>", in: "Samples")
                == .numbers([1, 2.5, -3]))
        for text in ["NaN", "INF", "0x10", "1e999", ""] {
            #expect(try Self.value("<Load \(a)>\(text)</Load>", in: "Samples") == .text(text))
        }
        #expect(try Self.value("<PartCount \(a)>12</PartCount>", in: "Events")?.double == 12)
        #expect(
            try Self.value("<Message \(a) nativeCode='M1'>Oil low</Message>", in: "Events")
                == .message(text: "Oil low", nativeCode: "M1"))
        #expect(
            try Self.value(
                "<VariableDataSet \(a) count='2'><Entry key='a'>1</Entry>"
                    + "<Entry key='b' removed='true'/></VariableDataSet>", in: "Events")
                == .dataSet([.init("a", "1"), .init("b", "", isRemoved: true)]))
        #expect(
            try Self.value(
                "<WorkOffsetTable \(a)><Entry key='G54'><Cell key='X'>1.5</Cell><Cell key='Y'>2"
                    + "</Cell></Entry><Entry key='G55' removed='true'/></WorkOffsetTable>",
                in: "Events")
                == .table([
                    .init("G54", [.init("X", "1.5"), .init("Y", "2")]),
                    .init("G55", [], isRemoved: true),
                ]))
        let fault =
            "<Fault \(a) type='SYSTEM' nativeCode='406' nativeSeverity='2' qualifier='HIGH' "
            + "conditionId='c9'>MEMORY PROTECT</Fault>"
        #expect(
            try Self.value(fault, in: "Condition")
                == .condition(
                    .init(
                        level: .fault, nativeCode: "406", nativeSeverity: "2", qualifier: "HIGH",
                        conditionID: "c9", text: "MEMORY PROTECT")))
        let one = try #require(
            try Self.streams(
                "<Samples><x:Load x:type='q' \(a) duration='2.5' resetTriggered='DAY' "
                    + "statistic='AVERAGE'>1</x:Load></Samples>"
            ).first)
        #expect(one.duration == 2.5 && one.resetTriggered == "DAY" && one.statistic == "AVERAGE")
        #expect(one.timestamp == 1_767_225_600_500_000_000 && one.sequence == 3)
    }

    @Test("the values of a time series have times that end at its time")
    func timeSeries() throws {
        let element =
            "<PositionTimeSeries \(Self.attributes) sampleCount='4' sampleRate='100'>"
            + "1 2 3 4.5</PositionTimeSeries>"
        guard case .timeSeries(let series) = try Self.value(element, in: "Samples") else {
            Issue.record("no series")
            return
        }
        #expect(series == MTConnectTimeSeries(sampleRate: 100, values: [1, 2, 3, 4.5]))
        #expect(
            series.times(endingAt: 100_000_000) == [
                70_000_000, 80_000_000, 90_000_000, 100_000_000,
            ])
        let third = MTConnectTimeSeries(sampleRate: nil, values: [1, 2, 3, 4])
        #expect(third.times(endingAt: 1_000_000_000) == nil)
        #expect(
            third.times(endingAt: 1_000_000_000, dataItemRate: 3)
                == [0, 333_333_333, 666_666_667, 1_000_000_000])
        for rate in [0, -1, 1e-300, .infinity, .nan] {
            let wrong = MTConnectTimeSeries(sampleRate: rate, values: [1, 2])
            #expect(wrong.times(endingAt: .min) == nil)
        }
        let short = element.replacing("sampleCount='4'", with: "sampleCount='5'")
        #expect(try Self.value(short, in: "Samples") == .text("1 2 3 4.5"))
    }

    @Test("errors of every version are read")
    func faults() throws {
        let header = "<Header instanceId='1' version='1'/>"
        for body in [
            "<Error errorCode='OUT_OF_RANGE'>too far</Error>",
            "<Errors><Error errorCode='OUT_OF_RANGE'>too far</Error></Errors>",
            "<Errors><OutOfRange errorCode='OUT_OF_RANGE'><URI>x</URI><ErrorMessage>too far"
                + "</ErrorMessage></OutOfRange></Errors>",
        ] {
            let text = "<MTConnectError>\(header)\(body)</MTConnectError>"
            let faults = try MTConnectFaults.decode(Array(text.utf8))
            #expect(faults.faults == [MTConnectFault(.outOfRange, "too far")])
        }
        #expect(MTConnectFaultCode("WHATEVER").name == "WHATEVER")
        #expect(MTConnectFaultCode("INVALID_XPATH") == .invalidPath)
    }

    @Test("documents without what must be there are refused and the place is named")
    func missing() throws {
        for (list, element) in [
            ("Samples", "<Load sequence='3' timestamp='2026-01-01T00:00:00Z'>1</Load>"),
            ("Samples", "<Load dataItemId='x' timestamp='2026-01-01T00:00:00Z'>1</Load>"),
            ("Samples", "<Load dataItemId='x' sequence='-3' timestamp='2026-01-01T00:00:00Z'/>"),
            ("Samples", "<Load dataItemId='x' sequence='3' timestamp='today'>1</Load>"),
            ("Condition", "<Broken \(Self.attributes)/>"),
        ] {
            let error = #expect(throws: FrameError.self) { try Self.value(element, in: list) }
            #expect((error?.offset ?? 0) > 300)
        }
        for text in [
            "<MTConnectStreams/>", "<MTConnectDevices/>", "<MTConnectAssets/>", "<html/>",
            "<MTConnectStreams><Header instanceId='x'/></MTConnectStreams>",
            "<MTConnectDevices><Header instanceId='1'/><Devices><Device/></Devices>"
                + "</MTConnectDevices>",
            "<MTConnectDevices><Header instanceId='1'/><Devices><Device id='d'><DataItems>"
                + "<DataItem id='x' type='A' category='B'/></DataItems></Device></Devices>"
                + "</MTConnectDevices>",
        ] {
            #expect(throws: FrameError.self) { try MTConnectDocument.decode(Array(text.utf8)) }
        }
    }

    @Test("a document cut at any byte is refused with a place in it")
    func truncated() throws {
        let a = Self.attributes
        let documents = [
            """
            <?xml version="1.0"?><MTConnectStreams><Header instanceId="7" nextSequence="4"/>
            <Streams><DeviceStream><ComponentStream><Samples><Load \(a)>1&amp;2</Load></Samples>
            <Events><VDataSet \(a)><Entry key="a">1</Entry></VDataSet></Events><Condition>
            <Normal \(a) type="SYSTEM"/></Condition><!-- c --></ComponentStream></DeviceStream>
            </Streams></MTConnectStreams>
            """,
            """
            <MTConnectDevices><Header instanceId="7"/><Devices><Device id="d"><DataItems><DataItem
             id="x" type="LOAD" category="SAMPLE"><Source><![CDATA[s]]></Source></DataItem>
            </DataItems><Components><Axes id="a"/></Components></Device></Devices>
            </MTConnectDevices>
            """,
            """
            <MTConnectAssets><Header instanceId="7"/><Assets><CuttingTool assetId="1"><Status>NEW
            </Status></CuttingTool></Assets></MTConnectAssets>
            """,
            """
            <MTConnectError><Header instanceId="7"/><Errors><Error errorCode="NO_DEVICE">x</Error>
            </Errors></MTConnectError>
            """,
        ].map { Array($0.utf8) }
        for document in documents {
            _ = try MTConnectDocument.decode(document)
            for length in 0..<document.count {
                let error = #expect(throws: FrameError.self) {
                    try MTConnectDocument.decode(Array(document[..<length]))
                }
                #expect((0...length).contains(error?.offset ?? -1))
            }
        }
    }

    @Test("a recorded model cut at many places is refused", ReferenceFiles.needed)
    func truncatedModel() throws {
        let document = try ReferenceFiles.bytes("mtconnect-cppagent/devices/min_config.xml")
        let end = try #require(document.lastIndex(of: 0x3E))
        for length in 0..<end {
            #expect(throws: FrameError.self) {
                try MTConnectDocument.decode(Array(document[..<length]))
            }
        }
    }
}
