// An agent's answers, read back by the client's side.

import Testing
import Wire

/// A machine with one data item of every form.
enum AgentModel {
    static let lathe = MTConnectComponent(
        type: "Device", id: "d", name: "Lathe", uuid: "u-1",
        description: MTConnectDescription(manufacturer: "A & B", text: "a <lathe>"),
        dataItems: [
            MTConnectDataItem(
                id: "chg", category: .event, type: "ASSET_CHANGED", isDiscrete: true),
            MTConnectDataItem(id: "rem", category: .event, type: "ASSET_REMOVED"),
        ],
        components: [
            MTConnectComponent(
                type: "Axes", id: "ax",
                components: [
                    MTConnectComponent(
                        type: "Linear", id: "x", name: "X",
                        dataItems: [
                            MTConnectDataItem(
                                id: "xpos", name: "Xpos", category: .sample, type: "POSITION",
                                subType: "ACTUAL", units: "MILLIMETER",
                                nativeUnits: "INCH",
                                filters: [MTConnectFilter(type: "MINIMUM_DELTA", limit: 0.5)]),
                            MTConnectDataItem(
                                id: "xvib", category: .sample, type: "ACCELERATION",
                                representation: .timeSeries, sampleRate: 100),
                            MTConnectDataItem(
                                id: "xtravel", category: .condition, type: "POSITION"),
                        ])
                ]),
            MTConnectComponent(
                type: "Controller", id: "c",
                dataItems: [
                    MTConnectDataItem(id: "sys", category: .condition, type: "SYSTEM")
                ],
                components: [
                    MTConnectComponent(
                        type: "Path", id: "p", name: "path",
                        dataItems: [
                            MTConnectDataItem(id: "exec", category: .event, type: "EXECUTION"),
                            MTConnectDataItem(
                                id: "pos", category: .sample, type: "PATH_POSITION",
                                units: "MILLIMETER_3D"),
                            MTConnectDataItem(
                                id: "vars", category: .event, type: "VARIABLE",
                                representation: .dataSet),
                            MTConnectDataItem(
                                id: "offs", category: .event, type: "WORK_OFFSET",
                                representation: .table),
                            MTConnectDataItem(id: "msg", category: .event, type: "MESSAGE"),
                            MTConnectDataItem(
                                id: "count", category: .event, type: "PART_COUNT",
                                statistic: "TOTAL", source: "pc", resetTrigger: "DAY",
                                constraints: ["1", "2"]),
                        ])
                ]),
        ])

    static let saw = MTConnectComponent(
        type: "Device", id: "s", name: "Saw", uuid: "u-2",
        dataItems: [MTConnectDataItem(id: "s-load", category: .sample, type: "LOAD")])

    static func agent(instanceID: UInt64 = 1, capacity: Int = 1_000) throws -> MTConnectAgent {
        try MTConnectAgent(
            devices: [lathe, saw], instanceID: instanceID, capacity: capacity,
            time: 1_767_225_600_000_000_000)
    }
}

@Suite("MTConnect agent")
struct MTConnectAgentTests {
    private static let time: Int64 = 1_767_225_601_123_456_789

    private static func document(
        _ agent: MTConnectAgent, _ target: String
    ) throws -> MTConnectDocument {
        guard case .document(let bytes) = agent.answer(target, time: time) else {
            throw FrameError(doing: "testing", problem: .invalid("a stream"))
        }
        return try MTConnectDocument.decode(bytes)
    }

    private static func streams(
        _ agent: MTConnectAgent, _ target: String
    ) throws -> MTConnectStreams {
        switch try document(agent, target) {
        case .streams(let streams): return streams
        case .faults(let faults):
            throw FrameError(doing: "testing", problem: .invalid("\(faults.faults)"))
        default: throw FrameError(doing: "testing", problem: .invalid("another document"))
        }
    }

    private static func code(
        _ agent: MTConnectAgent, _ target: String
    ) throws -> MTConnectFaultCode? {
        guard case .faults(let faults) = try document(agent, target) else { return nil }
        return faults.faults.first?.code
    }

    @Test("a model is read back as it was written")
    func model() throws {
        let agent = try AgentModel.agent()
        guard case .devices(let all) = try Self.document(agent, "/probe"),
            case .devices(let one) = try Self.document(agent, "/Saw"),
            case .devices(let other) = try Self.document(agent, "/u-1/probe")
        else {
            Issue.record("no devices")
            return
        }
        #expect(all.devices == [AgentModel.lathe, AgentModel.saw])
        #expect(all.header.instanceID == 1 && all.header.bufferSize == 1_000)
        #expect(all.header.creationTime == Self.time)
        #expect(one.devices == [AgentModel.saw])
        #expect(other.devices == [AgentModel.lathe])
    }

    @Test("recorded models are read back as they were written", ReferenceFiles.needed)
    func recordedModels() throws {
        for counts in ModelCounts.all {
            let file = "mtconnect-cppagent/devices/\(counts.file)"
            let document = try MTConnectDevices.decode(ReferenceFiles.bytes(file))
            let written = MTConnectWriter(schema: "1.4").devices(document)
            #expect(try MTConnectDevices.decode(written) == document, "\(file)")
        }
    }

    @Test("values of every form are read back as they were added")
    func values() throws {
        var agent = try AgentModel.agent()
        let values: [(String, MTConnectValue)] = [
            ("xpos", .number(-1.25)), ("xpos", .number(1e300)), ("xpos", .unavailable),
            ("xvib", .timeSeries(.init(sampleRate: 50.5, values: [1, -2.5, 3e-7]))),
            ("xtravel", .condition(.init(level: .warning, nativeCode: "<1>", text: "a & \"b\""))),
            (
                "sys",
                .condition(
                    .init(
                        level: .fault, nativeCode: "2", nativeSeverity: "3", qualifier: "LOW",
                        conditionID: "c1", text: "x"))
            ), ("sys", .unavailable), ("exec", .text("ACTIVE\t\u{1F600}")),
            ("pos", .numbers([1, 2.5, -3])),
            ("vars", .dataSet([.init("a", "1"), .init("b b", "", isRemoved: true)])),
            ("vars", .unavailable),
            ("offs", .table([.init("G54", [.init("X", "1")]), .init("G55", [], isRemoved: true)])),
            ("msg", .message(text: "hello", nativeCode: "m")), ("count", .text("7")),
        ]
        for (number, (id, value)) in values.enumerated() {
            try agent.add(
                value, to: id, at: Self.time + Int64(number),
                resetTriggered: id == "count" ? "DAY" : nil, duration: id == "count" ? 2.5 : nil)
        }
        let streams = try Self.streams(agent, "/sample?from=14&count=100")
        let read = streams.observations.sorted { $0.sequence < $1.sequence }
        #expect(read.map(\.dataItemID) == values.map(\.0))
        #expect(read.map(\.value) == values.map(\.1))
        #expect(read.map(\.timestamp) == values.indices.map { Self.time + Int64($0) })
        #expect(read.map(\.sequence) == (14..<28).map { UInt64($0) })
        #expect(read.first?.type == "Position" && read.first?.subType == "ACTUAL")
        #expect(read[3].type == "AccelerationTimeSeries" && read[4].type == "POSITION")
        #expect(read.last?.resetTriggered == "DAY" && read.last?.duration == 2.5)
        #expect(read.last?.statistic == "TOTAL")
        let mine = agent.buffer.observations(from: 14, count: 100).observations
        #expect(mine == read)
    }

    @Test("every data item begins as unavailable, and equal values do not count again")
    func beginning() throws {
        var agent = try AgentModel.agent()
        let streams = try Self.streams(agent, "/current")
        #expect(streams.observations.count == 13)
        #expect(streams.observations.allSatisfy { $0.value == .unavailable })
        #expect(streams.header.nextSequence == 14 && streams.header.lastSequence == 13)
        #expect(try agent.add(.unavailable, to: "exec", at: 1) == nil)
        #expect(try agent.add(.text("READY"), to: "exec", at: 1) == 14)
        #expect(try agent.add(.text("READY"), to: "exec", at: 2) == nil)
        #expect(try agent.add(.text("T1"), to: "chg", at: 3) == 15)
        #expect(try agent.add(.text("T1"), to: "chg", at: 4) == 16)
        #expect(throws: FrameError.self) { try agent.add(.unavailable, to: "nobody", at: 1) }
        #expect(throws: FrameError.self) {
            try MTConnectAgent(
                devices: [AgentModel.saw, AgentModel.saw], instanceID: 1, time: 0)
        }
    }

    @Test("the current state holds active conditions and whole sets, now and in the past")
    func state() throws {
        var agent = try AgentModel.agent()
        func condition(_ level: MTConnectCondition.Level, _ code: String?) -> MTConnectValue {
            .condition(.init(level: level, nativeCode: code))
        }
        try agent.add(condition(.fault, "1"), to: "sys", at: 1)
        try agent.add(condition(.warning, "2"), to: "sys", at: 2)
        try agent.add(.dataSet([.init("a", "1"), .init("b", "2")]), to: "vars", at: 3)
        try agent.add(
            .dataSet([.init("b", "", isRemoved: true), .init("c", "3")]), to: "vars", at: 4)
        try agent.add(condition(.normal, "1"), to: "sys", at: 5)
        func current(_ query: String, _ id: String) throws -> [MTConnectValue] {
            try Self.streams(agent, "/current\(query)").observations
                .filter { $0.dataItemID == id }.map(\.value)
        }
        #expect(try current("", "sys") == [condition(.warning, "2")])
        #expect(try current("", "vars") == [.dataSet([.init("a", "1"), .init("c", "3")])])
        #expect(
            try current("?at=17", "sys") == [condition(.fault, "1"), condition(.warning, "2")])
        #expect(try current("?at=16", "vars") == [.dataSet([.init("a", "1"), .init("b", "2")])])
        #expect(try current("?at=13", "sys") == [.unavailable])
        try agent.add(condition(.normal, "2"), to: "sys", at: 6)
        #expect(try current("", "sys") == [condition(.normal, nil)])
        try agent.add(
            .dataSet([.init("z", "9")]), to: "vars", at: 7, resetTriggered: "MANUAL")
        #expect(try current("", "vars") == [.dataSet([.init("z", "9")])])
    }

    @Test("the buffer is a ring whose numbers go on")
    func ring() throws {
        var buffer = MTConnectBuffer(capacity: 5)
        #expect(buffer.lastSequence == 0 && buffer.firstSequence == 1)
        for number in 0..<12 {
            buffer.append(
                MTConnectObservation(
                    timestamp: Int64(number), dataItemID: "a\(number % 2)", category: .sample,
                    type: "Load", value: .number(Double(number))))
        }
        #expect(buffer.count == 5)
        #expect(buffer.firstSequence == 8 && buffer.lastSequence == 12)
        #expect(buffer[7] == nil && buffer[13] == nil)
        #expect((8...12).map { buffer[$0]?.timestamp } == [7, 8, 9, 10, 11])
        let found = buffer.observations(from: 1, count: 2) { $0.dataItemID == "a0" }
        #expect(found.observations.map(\.sequence) == [9, 11] && found.next == 12)
        #expect(buffer.observations(from: 9, count: 9, through: 10).next == 11)
        #expect(buffer.latest["a0"].map(\.sequence) == [11])
        #expect(buffer.snapshot(at: 8)?["a0"].map(\.sequence) == [7])
        #expect(buffer.snapshot(at: 7) == nil)
    }

    @Test("device and path limit what is answered")
    func filters() throws {
        let agent = try AgentModel.agent()
        func ids(_ target: String) throws -> Set<String> {
            Set(try Self.streams(agent, target).observations.map(\.dataItemID))
        }
        func path(_ path: String) throws -> Set<String> {
            try MTConnectPathExpression(path).dataItemIDs(in: agent.model.devices)
        }
        #expect(try ids("/Saw/current") == ["s-load"])
        #expect(
            try ids("/sample?count=100&path=//DataItem%5B@type=%22POSITION%22%5D")
                == ["xpos", "xtravel"])
        #expect(try ids("/Lathe/current?path=//Linear") == ["xpos", "xvib", "xtravel"])
        #expect(try path("//Axes") == ["xpos", "xvib", "xtravel"])
        #expect(try path("//Axes//DataItem[@category='SAMPLE']") == ["xpos", "xvib"])
        #expect(
            try path("//DataItem[@type=\"POSITION\" and @subType=\"ACTUAL\"]") == ["xpos"])
        #expect(
            try path("//DataItem[@type='EXECUTION' or @type='SYSTEM']") == ["exec", "sys"])
        #expect(try path("//DataItem[@category='SAMPLE'][@type='LOAD']") == ["s-load"])
        #expect(try path("//Device[@name=\"Saw\"]") == ["s-load"])
        #expect(try path("//Device[@uuid='u-1']/DataItems") == ["chg", "rem"])
        #expect(try path("//Device[@name='Lathe']//Controller/DataItems/*") == ["sys"])
        #expect(
            try path("/MTConnectDevices/Devices/Device[@id='d']/Components/Axes//Linear[@name='X']")
                .count == 3)
        #expect(try path("//Path/DataItems/DataItem[@id='exec'] | //m:Device[@id='s']").count == 2)
        #expect(try path("//*").count == 13)
        #expect(try path("/Device") == [])
        #expect(try path("//Nothing") == [])
    }

    @Test(
        "paths beyond the subset are refused and what is not understood is named",
        arguments: [
            ("", "does not begin with"), ("DataItem", "DataItem"), ("//", "a name"),
            ("//DataItem[1]", "[1]"), ("//DataItem[@type='A'", "]"),
            ("//DataItem[@type]", "@type"), ("//DataItem[@type=A]", "quotes"),
            ("//DataItem[@type='A]", "quote"), ("//DataItem[@type!='A']", "@type"),
            ("//DataItem[not(@type='A')]", "not("), ("//text()", "text"),
            ("//child::DataItem", "child::DataItem"), ("//..", ".."), ("//A|", "begin"),
            ("//A x", "x"), (String(repeating: "/A", count: 33), "steps"),
        ])
    func pathRefusals(_ path: String, _ named: String) {
        let fault = #expect(throws: MTConnectFault.self) { try MTConnectPathExpression(path) }
        #expect(fault?.code == .invalidPath)
        #expect(fault?.text.contains(named) == true, "\(fault?.text ?? "")")
    }

    @Test("requests that cannot be met have the standard's codes")
    func refusals() throws {
        var agent = try AgentModel.agent(capacity: 20)
        for number in 0..<20 { try agent.add(.number(Double(number)), to: "s-load", at: 1) }
        for (target, code) in [
            ("/sample?from=1", MTConnectFaultCode.outOfRange), ("/sample?from=35", .outOfRange),
            ("/sample?from=-1", .outOfRange), ("/sample?from=x", .queryError),
            ("/sample?count=0", .outOfRange), ("/sample?count=21", .tooMany),
            ("/sample?from=99999999999999999999", .queryError),
            ("/sample?to=40", .outOfRange), ("/sample?from=20&to=19", .invalidRequest),
            ("/sample?interval=10&to=30", .invalidRequest),
            ("/sample?interval=86400001", .outOfRange), ("/sample?heartbeat=0", .outOfRange),
            ("/sample?from=20&from=21", .invalidRequest), ("/sample?nope=1", .invalidRequest),
            ("/sample?format=json", .unsupported), ("/sample?path=x", .invalidPath),
            ("/sample?path=//Nothing", .invalidPath), ("/sample?from=%zz", .queryError),
            ("/current?at=1", .outOfRange), ("/current?at=34", .outOfRange),
            ("/current?at=20&interval=10", .invalidRequest), ("/current?from=1", .invalidRequest),
            ("/Nobody/sample", .noDevice), ("/Nobody", .noDevice), ("/Nobody/probe", .noDevice),
            ("/a/b/c", .invalidURI), ("/Lathe/nope", .invalidURI), ("/%zz", .invalidURI),
            ("/asset/T1", .assetNotFound), ("/probe?from=1", .invalidRequest),
            ("/" + String(repeating: "a", count: 9_000), .invalidURI),
        ] {
            #expect(try Self.code(agent, target) == code, "\(target)")
        }
        #expect(try Self.streams(agent, "/sample?from=34&pretty=true").observations.isEmpty)
        #expect(try Self.streams(agent, "/sample?from=14&to=16").observations.count == 3)
        let page = try Self.streams(agent, "/sample?count=3")
        #expect(page.observations.map(\.sequence) == [14, 15, 16])
        #expect(page.header.nextSequence == 17 && page.header.firstSequence == 14)
    }

    @Test("assets are kept, replaced, told of and found")
    func assets() throws {
        var agent = try AgentModel.agent()
        func ids(_ target: String) throws -> [String] {
            guard case .assets(let answer) = try Self.document(agent, target) else { return [] }
            return answer.assets.map(\.id)
        }
        let tool = try MTConnectAsset.decode(
            Array("<CuttingTool assetId='T 1' deviceUuid='u-1'><A b='c'>d</A></CuttingTool>".utf8))
        try agent.add(tool, at: 5)
        try agent.add(MTConnectAsset(id: "F1", type: "File", timestamp: 7), at: 6)
        try agent.add(tool, at: 7)
        #expect(try ids("/assets") == ["T 1", "F1"])
        #expect(try ids("/asset/F1;T%201") == ["F1", "T 1"])
        #expect(try ids("/assets?type=File&count=1") == ["F1"])
        #expect(try ids("/Lathe/assets") == ["T 1"])
        guard case .assets(let answer) = try Self.document(agent, "/asset/T%201") else {
            Issue.record("no assets")
            return
        }
        #expect(answer.assets.first?.content.children == tool.content.children)
        #expect(answer.header.assetCount == 2)
        let told = try Self.streams(agent, "/sample?from=14").observations
        #expect(told.map(\.value) == [.text("T 1"), .text("F1"), .text("T 1")])
        #expect(told.map(\.assetType) == ["CuttingTool", "File", "CuttingTool"])
        var removed = tool
        removed.isRemoved = true
        try agent.add(removed, at: 8)
        #expect(try ids("/assets") == ["F1"])
        #expect(try ids("/assets?removed=true") == ["T 1", "F1"])
        #expect(agent.buffer.latest["rem"].first?.value == .text("T 1"))
    }

    @Test("a stream sends parts when there is something, and a sign of life when there is not")
    func streaming() throws {
        var agent = try AgentModel.agent(capacity: 20)
        let target = "/sample?from=14&interval=100&heartbeat=1000&count=2"
        guard case .stream(var stream) = agent.answer(target, time: Self.time) else {
            Issue.record("no stream")
            return
        }
        let ms: Int64 = 1_000_000
        func next(_ now: Int64) throws -> [UInt64]? {
            guard let bytes = stream.document(from: agent, now: now * ms, time: Self.time) else {
                return nil
            }
            guard case .streams(let streams) = try MTConnectDocument.decode(bytes) else {
                return [.max]
            }
            return streams.observations.map(\.sequence)
        }
        #expect(try next(0) == nil)
        #expect(stream.deadline(agent) == 1_000 * ms)
        for number in 0..<3 { try agent.add(.number(Double(number)), to: "s-load", at: 1) }
        #expect(stream.deadline(agent) == 100 * ms)
        #expect(try next(50) == nil)
        #expect(try next(100) == [14, 15])
        #expect(try next(150) == nil)
        #expect(try next(200) == [16])
        #expect(try next(1_199) == nil)
        #expect(try next(1_200) == [])
        for number in 3..<30 { try agent.add(.number(Double(number)), to: "s-load", at: 1) }
        #expect(try next(1_400) == [.max])
        #expect(stream.isFinished)
        #expect(try next(9_000) == nil)
        guard case .stream(var current) = agent.answer("/current?interval=100", time: 0) else {
            Issue.record("no stream")
            return
        }
        #expect(current.document(from: agent, now: 0, time: 0) != nil)
        #expect(current.document(from: agent, now: 99 * ms, time: 0) == nil)
        #expect(current.document(from: agent, now: 100 * ms, time: 0) != nil)
    }

    @Test("framed parts are found again by the reader")
    func framing() throws {
        var reader = try MTConnectMultipart(
            contentType: MTConnectAgentStream.contentType(boundary: "b1"))
        reader.append(MTConnectAgentStream.frame([1, 2, 3], boundary: "b1"))
        reader.append(MTConnectAgentStream.frame([], boundary: "b1"))
        reader.append(MTConnectAgentStream.end(boundary: "b1"))
        #expect(try reader.next() == MTConnectPart(contentType: "text/xml", body: [1, 2, 3]))
        #expect(try reader.next()?.body == [])
        #expect(try reader.next() == nil)
        #expect(reader.isFinished)
    }

    @Test("adapters find data items by name, source or identifier")
    func keys() throws {
        let model = try AgentModel.agent().model
        #expect(model.dataItem(key: "Xpos")?.id == "xpos")
        #expect(model.dataItem(key: "pc", device: "Lathe")?.id == "count")
        #expect(model.dataItem(key: "exec", device: "Saw") == nil)
        #expect(model.dataItem(key: "s-load", device: "u-2")?.id == "s-load")
        #expect(model.dataItem(key: "exec", device: "Nobody") == nil)
        #expect(model.dataItem("offs").map { SHDRItem($0).kind } == .table)
        #expect(model.dataItem("pos").map { SHDRItem($0).kind } == .numbers)
    }
}
