// Lines of adapters: every form, the recorded files, and what is wrong.

import Testing
import Wire

/// A recorded file with what was counted in it by another program.
struct AdapterCounts: CustomTestStringConvertible, Sendable {
    let file: String
    let device: String
    let unknown: Int
    let unavailable: Int
    let numbers: Int
    let conditions: Int
    let texts: Int
    var testDescription: String { file }

    static let all = [
        AdapterCounts(
            file: "GFAgie01-20161004-20161005.txt", device: "GFAgie01", unknown: 5,
            unavailable: 391, numbers: 2_760, conditions: 120, texts: 870),
        AdapterCounts(
            file: "Hurco01-20170227-20170228.txt", device: "Hurco01", unknown: 2,
            unavailable: 44, numbers: 981, conditions: 0, texts: 656),
        AdapterCounts(
            file: "Mazak01-20170613-20170614.txt", device: "Mazak01", unknown: 21,
            unavailable: 257, numbers: 18_651, conditions: 66, texts: 436),
        AdapterCounts(
            file: "Mazak03-20170608-20170609.txt", device: "Mazak03", unknown: 2,
            unavailable: 126, numbers: 7_466, conditions: 24, texts: 115),
        AdapterCounts(
            file: "Mazak03-20171011-20171012.txt", device: "Mazak03", unknown: 2,
            unavailable: 189, numbers: 6_993, conditions: 51, texts: 117),
    ]
}

@Suite("SHDR lines")
struct SHDRTests {
    private static func item(_ key: String) -> SHDRItem? {
        switch key {
        case "s": SHDRItem(.sample)
        case "r": SHDRItem(.sample, hasResetTrigger: true)
        case "n": SHDRItem(.numbers)
        case "e": SHDRItem(.event)
        case "m": SHDRItem(.message)
        case "a": SHDRItem(.alarm)
        case "ch": SHDRItem(.assetEvent)
        case "c": SHDRItem(.condition)
        case "ts": SHDRItem(.timeSeries)
        case "ds": SHDRItem(.dataSet)
        case "t": SHDRItem(.table)
        default: nil
        }
    }

    private static func message(_ text: String, version: Int = 1) throws -> SHDRMessage {
        try SHDRParser(version: version) { _, key in item(key) }.parse(Array(text.utf8))
    }

    private static func line(_ text: String, version: Int = 1) throws -> SHDRLine {
        guard case .observations(let line) = try message(text, version: version) else {
            throw FrameError(doing: "testing", problem: .invalid("no observations"))
        }
        return line
    }

    private static func value(_ fields: String) throws -> MTConnectValue? {
        try line("2026-01-01T00:00:00Z|" + fields).entries.first?.value
    }

    @Test(
        "recorded files of machines are read in full", ReferenceFiles.needed,
        arguments: AdapterCounts.all)
    func recorded(_ counts: AdapterCounts) throws {
        let model = try MTConnectModel(
            MTConnectDevices.decode(ReferenceFiles.bytes("nist-smstestbed/Devices.xml")).devices)
        let parser = SHDRParser { device, key in
            model.dataItem(key: key, device: device ?? counts.device).map(SHDRItem.init)
        }
        var deframer = SHDRDeframer()
        deframer.append(try ReferenceFiles.bytes("nist-smstestbed/raw/\(counts.file)"))
        deframer.append([0x0A])
        var unknown = 0
        var unavailable = 0
        var numbers = 0
        var conditions = 0
        var texts = 0
        while let bytes = try deframer.next() {
            guard case .observations(let line) = try parser.parse(bytes) else { continue }
            #expect(line.faults.isEmpty)
            if case .absolute = line.time {} else { Issue.record("no time") }
            unknown += line.unknownKeys.count
            for entry in line.entries {
                switch entry.value {
                case .unavailable: unavailable += 1
                case .number: numbers += 1
                case .condition: conditions += 1
                default: texts += 1
                }
            }
        }
        #expect(unknown == counts.unknown)
        #expect(unavailable == counts.unavailable)
        #expect(numbers == counts.numbers)
        #expect(conditions == counts.conditions)
        #expect(texts == counts.texts)
    }

    @Test("files of the reference agent are read", ReferenceFiles.needed)
    func reference() throws {
        let folder = "mtconnect-cppagent/shdr"
        let set = String(
            decoding: try ReferenceFiles.bytes("\(folder)/big_data_set.txt"), as: UTF8.self)
        guard case .dataSet(let entries) = try Self.value("ds|" + set) else {
            Issue.record("no data set")
            return
        }
        #expect(entries.count == 116)
        let sum = entries.compactMap(\.double).reduce(0, +)
        #expect(abs(sum - 605_933.6818361882) < 1e-6)
        var deframer = SHDRDeframer()
        deframer.append(try ReferenceFiles.bytes("\(folder)/cuttingtool_scenario.txt"))
        deframer.append([0x0A])
        var tools: [String] = []
        while let line = try deframer.next() {
            guard
                case .asset(.added(let id, let type, let document), let time) =
                    try Self.message(String(decoding: line, as: UTF8.self))
            else { continue }
            #expect(type == "CuttingTool" && time == .relative(2))
            #expect(try MTConnectAsset.decode(Array(document.utf8)).content.children.count == 2)
            tools.append(id)
        }
        #expect(tools == ["EM233", "EM262", "ST1"])
        deframer.append(try ReferenceFiles.bytes("\(folder)/simple_scenario_1.txt"))
        deframer.append([0x0A])
        let parser = SHDRParser { _, _ in SHDRItem(.event) }
        var count = 0
        while let line = try deframer.next() {
            guard case .observations(let line) = try parser.parse(line) else { continue }
            #expect(line.time == .relative(2))
            count += line.entries.count
        }
        #expect(count == 14)
    }

    @Test("several pairs may stand on one line, with a device, a duration or no time")
    func pairs() throws {
        let line = try Self.line("2026-01-01T00:00:00.5Z@2.5|s|1.5|d2:e|RUN|x|9|s|UNAVAILABLE")
        #expect(line.time == .absolute(1_767_225_600_500_000_000))
        #expect(line.duration == 2.5)
        #expect(
            line.entries == [
                SHDREntry(key: "s", value: .number(1.5)),
                SHDREntry(device: "d2", key: "e", value: .text("RUN")),
                SHDREntry(key: "s", value: .unavailable),
            ])
        #expect(line.unknownKeys == ["x"])
        #expect(try Self.line("|e|a").time == .arrival)
        #expect(try Self.line("|e|a").time.nanoseconds(arrival: 7) == 7)
        #expect(try Self.line("12.5|e|a").time == .relative(12.5))
        #expect(try Self.line("|e|").entries.first?.value == .text(""))
        #expect(try Self.line("|e|a|").entries.count == 1)
        #expect(try Self.line("|x|s|s|1").entries.count == 1)
        #expect(try Self.line("|x|s|1", version: 2).entries.count == 1)
    }

    @Test("samples that are not numbers stay texts, unavailable in any case is its own value")
    func samples() throws {
        #expect(try Self.value("s|unavailable") == .unavailable)
        #expect(try Self.value("s|abc") == .text("abc"))
        #expect(try Self.value("s|nan") == .text("nan"))
        #expect(try Self.value("n|1.2 2.3 3.4") == .numbers([1.2, 2.3, 3.4]))
        let reset = try Self.line("|r|5.5:day|e|x:y").entries
        #expect(reset[0] == SHDREntry(key: "r", value: .number(5.5), resetTriggered: "DAY"))
        #expect(reset[1].value == .text("x:y"))
    }

    @Test("conditions take five fields")
    func conditions() throws {
        #expect(
            try Self.value("c|fault|ABC|100|high|Too hot|s|1")
                == .condition(
                    .init(
                        level: .fault, nativeCode: "ABC", nativeSeverity: "100",
                        qualifier: "HIGH", text: "Too hot")))
        #expect(try Self.value("c|Normal||||") == .condition(.init(level: .normal)))
        #expect(try Self.value("c|NORMAL") == .condition(.init(level: .normal)))
        #expect(try Self.value("c|Unavailable||||") == .unavailable)
        #expect(
            try Self.value("c|WARNING|1|||UNAVAILABLE")
                == .condition(.init(level: .warning, nativeCode: "1", text: "UNAVAILABLE")))
        #expect(try Self.line("|c|fault|1|||a|s|1").entries.count == 1)
        #expect(try Self.line("|c|fault|1|||a|s|1", version: 2).entries.count == 2)
        let wrong = try Self.line("|e|a|c|broken|1|||")
        #expect(wrong.entries.count == 1)
        #expect(
            wrong.faults.map(\.description)
                == ["reading c: the level \"broken\" is not known at byte 0"])
    }

    @Test("messages, alarms and asset events take the fields of theirs")
    func otherEvents() throws {
        #expect(try Self.value("m|M6|Oil low") == .message(text: "Oil low", nativeCode: "M6"))
        #expect(try Self.value("m||Oil low") == .message(text: "Oil low", nativeCode: nil))
        #expect(try Self.value("m|UNAVAILABLE") == .unavailable)
        #expect(try Self.value("m||UNAVAILABLE") == .unavailable)
        #expect(try Self.value("a|CODE|1|LOW|ACTIVE|Hot") == .text("Hot"))
        let event = try #require(try Self.line("|ch|CuttingTool|T1").entries.first)
        #expect(event == SHDREntry(key: "ch", value: .text("T1"), assetType: "CuttingTool"))
        #expect(try Self.value("ch|UNAVAILABLE") == .unavailable)
    }

    @Test("time series hold as many values as they say")
    func timeSeries() throws {
        #expect(
            try Self.value("ts|4|100|1 2 3 4.5")
                == .timeSeries(.init(sampleRate: 100, values: [1, 2, 3, 4.5])))
        #expect(
            try Self.value("ts|1||7") == .timeSeries(.init(sampleRate: nil, values: [7])))
        #expect(try Self.value("ts|UNAVAILABLE") == .unavailable)
        #expect(try Self.value("ts|||UNAVAILABLE") == .unavailable)
        for wrong in [
            "ts|5|100|1 2", "ts|x|100|1", "ts|1|x|1", "ts|1|100|x", "ts|1|100", "ts|1|-1|1",
        ] {
            #expect(try Self.line("|" + wrong).faults.count == 1)
        }
    }

    @Test("data sets know quotes, braces, removal and reset")
    func dataSets() throws {
        #expect(
            try Self.value("ds|a=1 b={hello there} c=\"s e\" d='d\\'e' e= f  g=x=y a=2")
                == .dataSet([
                    .init("a", "2"), .init("b", "hello there"), .init("c", "s e"),
                    .init("d", "d'e"), .init("e", "", isRemoved: true),
                    .init("f", "", isRemoved: true), .init("g", "x=y"),
                ]))
        let reset = try #require(try Self.line("|ds|:manual a=1").entries.first)
        #expect(reset.resetTriggered == "MANUAL" && reset.value == .dataSet([.init("a", "1")]))
        #expect(try Self.value("ds|:RESET") == .dataSet([]))
        #expect(
            try Self.value("t|G54={X=1 Y='2 3' Z=} G55 G56={}")
                == .table([
                    .init(
                        "G54",
                        [.init("X", "1"), .init("Y", "2 3"), .init("Z", "", isRemoved: true)]),
                    .init("G55", [], isRemoved: true), .init("G56", []),
                ]))
        for wrong in ["ds|=1", "ds|a={b", "ds|a='b", "ds|a=b}", "t|a=1", "t|a={b=1", "ds|{}"] {
            #expect(try Self.line("|" + wrong).faults.count == 1, "\(wrong)")
        }
    }

    @Test("pipes stand in quoted fields behind a backslash, as the reference agent takes them")
    func quotes() throws {
        func fields(_ text: String) throws -> [MTConnectValue] {
            let parser = SHDRParser(version: 2) { _, _ in SHDRItem(.event) }
            guard case .observations(let line) = try parser.parse(Array(("|k|" + text).utf8))
            else { return [] }
            return line.entries.flatMap { [.text($0.key), $0.value] }.dropFirst().map(\.self)
        }
        #expect(try fields(#""a\|b""#) == [.text("a|b")])
        #expect(try fields(#""a\|b\|c"|z|1"#) == [.text("a|b|c"), .text("z"), .text("1")])
        #expect(try fields(#""\|b\|" |z|1"#) == [.text("|b|"), .text("z"), .text("1")])
        #expect(try fields(#"a\|b|c"#) == [.text(#"a\"#), .text("b"), .text("c")])
        #expect(try fields(#""a\|b|z"#) == [.text(#""a\"#), .text("b"), .text("z")])
        #expect(try fields(#""a\|"z|y"#) == [.text(#""a\"#), .text(#""z"#), .text("y")])
        #expect(try fields(#"TNC:\BRIAN\x.H"#) == [.text(#"TNC:\BRIAN\x.H"#)])
        #expect(try fields("  kitty  | cat | ") == [.text("kitty"), .text("cat"), .text("")])
    }

    @Test("assets stand on one line or on several")
    func assets() throws {
        var deframer = SHDRDeframer()
        let text =
            "|@ASSET@|T1|CuttingTool|--multiline--0FED\r\n<CuttingTool assetId=\"T1\">\n"
            + "  <A b=\"|\"/>\r\n\n</CuttingTool>\n--multiline--0FED\n|e|a\n"
        for byte in text.utf8 { deframer.append([byte]) }
        let first = try #require(try deframer.next())
        guard
            case .asset(.added(let id, let type, let document), .arrival) =
                try Self.message(String(decoding: first, as: UTF8.self))
        else {
            Issue.record("no asset")
            return
        }
        #expect(id == "T1" && type == "CuttingTool")
        #expect(document == "<CuttingTool assetId=\"T1\">\n  <A b=\"|\"/>\n\n</CuttingTool>")
        #expect(try deframer.next() == Array("|e|a".utf8))
        #expect(
            try Self.message("|@UPDATE_ASSET@|T1|ToolLife|12")
                == .asset(.updated(id: "T1", changes: ["ToolLife", "12"]), time: .arrival))
        #expect(
            try Self.message("|@REMOVE_ASSET@|T1") == .asset(.removed(id: "T1"), time: .arrival))
        #expect(
            try Self.message("|@REMOVE_ALL_ASSETS@|CuttingTool")
                == .asset(.allRemoved(type: "CuttingTool"), time: .arrival))
        #expect(
            try Self.message("|@REMOVE_ALL_ASSETS@|")
                == .asset(.allRemoved(type: nil), time: .arrival))
    }

    @Test("commands begin with a star")
    func commands() throws {
        #expect(try Self.message("* PING") == .ping)
        #expect(try Self.message("* PONG 10000") == .pong(heartbeatMilliseconds: 10_000))
        #expect(try Self.message("* PONG") == .pong(heartbeatMilliseconds: nil))
        #expect(try Self.message("* PONG 99999999") == .pong(heartbeatMilliseconds: nil))
        #expect(
            try Self.message("* manufacturer: A: B ")
                == .command(key: "manufacturer", value: "A: B"))
        #expect(try Self.message("*shdrVersion:2") == .command(key: "shdrVersion", value: "2"))
    }

    @Test(
        "lines that cannot be read are refused",
        arguments: [
            "", "x", "no time|e|a", "2026-13-01T00:00:00Z|e|a", "2026-01-01T00:00:00Z@x|e|a",
            "|@ASSET@|T1", "|@NOPE@|T1", "|@ASSET@|T1|CuttingTool|", "* nothing",
        ])
    func refused(_ text: String) {
        #expect(throws: FrameError.self) { try Self.message(text) }
    }

    @Test("a line that is too long is reported once and skipped to its end")
    func tooLong() throws {
        var deframer = SHDRDeframer()
        for _ in 0..<10 { deframer.append(Array(repeating: 0x61, count: 40_000)) }
        #expect(throws: FrameError.self) { try deframer.next() }
        #expect(try deframer.next() == nil)
        deframer.append(Array(repeating: 0x61, count: 400_000))
        #expect(try deframer.next() == nil)
        #expect(deframer.pendingBytes == 0)
        deframer.append(Array("end\n|e|a\n".utf8))
        #expect(try deframer.next() == Array("|e|a".utf8))
        deframer.append(Array("x--multiline--a\n".utf8))
        let errors = (0..<100).filter { _ in
            deframer.append(Array(repeating: 0x61, count: 60_000) + [0x0A])
            do {
                return try deframer.next() != nil
            } catch { return true }
        }
        #expect(!errors.isEmpty)
    }
}

@Suite("SHDR connections")
struct SHDRClientTests {
    private static let second: Int64 = 1_000_000_000

    private static func client() -> SHDRClient {
        SHDRClient { device, key in device == "d2" || key == "e" ? SHDRItem(.event) : nil }
    }

    @Test("an adapter with a heartbeat is pinged and lost after twice its silence")
    func heartbeat() {
        var client = Self.client()
        #expect(client.deadline == nil)
        #expect(client.step(.connected, now: 0) == [.send(Array("* PING\n".utf8))])
        #expect(client.deadline == 600 * Self.second)
        #expect(client.step(.received(Array("* PONG 10000\n".utf8)), now: Self.second).isEmpty)
        #expect(client.heartbeat == 10 * Self.second)
        #expect(client.deadline == 10 * Self.second)
        #expect(
            client.step(.tick, now: 10 * Self.second) == [.send(Array("* PING\n".utf8))])
        #expect(client.deadline == 20 * Self.second)
        _ = client.step(.received(Array("|e|a\n".utf8)), now: 15 * Self.second)
        _ = client.step(.tick, now: 20 * Self.second)
        _ = client.step(.tick, now: 30 * Self.second)
        #expect(client.deadline == 35 * Self.second)
        #expect(
            client.step(.tick, now: 35 * Self.second)
                == [.unavailable, .close(silentNanoseconds: 20 * Self.second)])
        #expect(client.deadline == nil)
        #expect(client.step(.disconnected, now: 36 * Self.second).isEmpty)
    }

    @Test("an adapter without a heartbeat has ten minutes")
    func legacy() {
        var client = Self.client()
        _ = client.step(.connected, now: 0)
        #expect(client.step(.tick, now: 599 * Self.second).isEmpty)
        #expect(client.step(.tick, now: 600 * Self.second).count == 2)
    }

    @Test("lines, assets, commands and problems come out in order, in pieces of any size")
    func lines() {
        let text =
            "* device: d2\n|q|1\n|@REMOVE_ASSET@|T1\nbroken\n|d1:e|2\n* shdrVersion: 2\n|e|3"
        for size in [1, 5, 1_000] {
            var client = Self.client()
            _ = client.step(.connected, now: 0)
            var actions: [SHDRClientAction] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = Array(bytes[start..<min(start + size, bytes.count)])
                actions += client.step(.received(piece), now: 1)
            }
            #expect(actions.count == 6)
            #expect(actions.first == .command(key: "device", value: "d2"))
            guard case .line(let line) = actions[1], case .line(let other) = actions[4] else {
                Issue.record("no lines")
                return
            }
            #expect(line.entries == [SHDREntry(device: "d2", key: "q", value: .text("1"))])
            #expect(other.entries == [SHDREntry(device: "d1", key: "e", value: .text("2"))])
            // What was not ended by a line feed is gone with the connection.
            #expect(client.step(.disconnected, now: 2) == [.unavailable])
            #expect(client.step(.received([0x0A]), now: 3).isEmpty)
        }
    }
}
