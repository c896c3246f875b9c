// Every flaw of factory.toml names its line, its column, what is wrong, and what to write.

import Plant
import Testing

@testable import Loop

struct FactoryFileFlawTests {
    struct BadFile: Sendable, CustomTestStringConvertible {
        let text: String
        let place: String
        let says: String
        let remedy: String

        init(_ text: String, at place: String, _ says: String, _ remedy: String) {
            self.text = text
            self.place = place
            self.says = says
            self.remedy = remedy
        }

        var testDescription: String { says }
    }

    private static let machine = "[[machine]]\nname = \"Lathe\"\n"
    private static let signal =
        machine + "[[machine.signal]]\nid = \"load\"\nconnection = \"line-protocol\"\n"
        + "read = \"lathe load\"\n"

    static let badFiles = [
        BadFile(
            "[site]\nnmae = \"Works\"", at: "f:2:1: site.nmae", "`nmae` is not a setting here.",
            "Did you mean `name`?"),
        BadFile(
            "[site]\nname = Works", at: "f:2:", "", "Texts stand in quotes"),
        BadFile(
            "[sitte]\nname = \"Works\"", at: "f:1:1: sitte", "`sitte` is not a setting here.",
            "Did you mean `site`?"),
        BadFile(
            "[site]\ncurrency = \"pounds\"", at: "f:2:1: site.currency",
            "“pounds” is no currency.", "such as GBP"),
        BadFile(
            "[site]\nhour_is_worth = { amount = 38.0 }", at: "f:2:1: site.hour_is_worth.amount",
            "Here stands a number, a text is needed.", "in quotes"),
        BadFile(
            "[site]\nhour_is_worth = { amount = \"38,00\" }",
            at: "f:2:1: site.hour_is_worth.amount", "“38,00” is no amount of money.",
            "with a point"),
        BadFile(
            "[site]\nname = \"W\"\nconstraint = \"Lathe 1\"", at: "f:3:1: site.constraint",
            "“Lathe 1” cannot be an id.", "small letters"),
        BadFile(
            "[[area]]\nid = \"shop\"", at: "f:1:1: area[0]", "`name` is missing.", "Add a line"),
        BadFile(
            "[[reason]]\nid = \"tool\"\n  loss = \"bad luck\"\nname = \"Tool\"",
            at: "f:3:3: reason[0].loss", "“bad luck” is no kind of loss.", "breakdown, stoppage"),
        BadFile(
            "[[reason]]\nid = \"tool\"", at: "f:1:1: reason[0].name", "The reason has no name.",
            "name = \"Tooling\""),
        BadFile(
            "[[shift]]\nname = \"Early\"\ndays = [\"Mo\"]\nfrom = 06:00:00\nto = 14:00:00",
            at: "f:3:1: shift[0].days", "“Mo” is no day.", "up to \"Sun\""),
        BadFile(
            "[[shift]]\nname = \"Early\"\nfrom = \"06:00\"\nto = \"14:00\"",
            at: "f:3:1: shift[0].from", "A start and an end are needed.", "without quotes"),
        BadFile(
            "[calendar]\nfrom = \"2026-01-05\"", at: "f:2:1: calendar.from", "a date is needed",
            "from = 2026-01-05"),
        BadFile(
            "[calendar]\nfrom = 2026-01-05\ndays_off = [\"2026-12-25\"]",
            at: "f:3:1: calendar.days_off", "Here stands a text, dates are needed.",
            "without quotes"),
        BadFile(
            machine + machine, at: "f:3:1: machine[1].id", "The machine `lathe` stands here twice.",
            "another id"),
        BadFile(
            machine + "connect = { profibus = \"1\" }", at: "f:3:1: machine[0].connect",
            "This does not say how to connect.", "modbus = "),
        BadFile(
            machine + "[[machine.signal]]\nid = \"load\"\nread = \"holding:1\"",
            at: "f:3:1: machine[0].signal[0].connection", "over which connection",
            "connection = \"gateway-1\""),
        BadFile(
            signal + "kind = \"float\"", at: "f:7:1: machine[0].signal[0].kind",
            "“float” is no kind of value.", "number, integer, flag or text"),
        BadFile(
            signal + "[machine.state]\nsignal = \"load\"", at: "f:7:1: machine[0].state.running",
            "what running looks like", "running = { signal = \"load\""),
        BadFile(
            signal + "[machine.state]\nrunning = { signal = \"load\" }",
            at: "f:8:1: machine[0].state.running.above", "The level is missing.", "above = 4.0"),
        BadFile(
            signal + "[machine.state]\nrunning = { signal = \"load\", abov = 4 }",
            at: "f:8:1: machine[0].state.running.above", "The level is missing.", "above = 4.0"),
        BadFile(
            signal + "[machine.state]\nrunning = { signal = \"load\", above = 3, below = 4 }",
            at: "f:8:1: machine[0].state.running.below", "more than “above”", "lower of the two"),
        BadFile(
            signal + "[machine.state]\nsignal = \"load\"\nvalues = { 1 = \"busy\" }",
            at: "f:9:1: machine[0].state.values.1", "“busy” is no state.", "running, fault"),
        BadFile(
            signal + "[machine.state]\nsignal = \"load\"\nstopped_after = \"soon\"",
            at: "f:9:1: machine[0].state.stopped_after", "“soon” is no length of time.", "\"10s\""),
        BadFile(
            signal
                + "[machine.state]\nsignal = \"load\"\nvalues = { 1 = \"running\" }\nhold = true",
            at: "f:10:1: machine[0].state.hold", "`hold` is not a setting here.",
            "Did you mean `holds`?"),
        BadFile(
            signal + "[machine.counts]\nscrap = \"load\"", at: "f:7:1: machine[0].counts.total",
            "The counter of all parts is missing.", "total = \"parts\""),
        BadFile(
            signal + "[machine.counts]\ntotal = \"load\"\nbits = 24",
            at: "f:9:1: machine[0].counts.bits", "A counter of 24 bits is not known.",
            "16, 32 or 64"),
        BadFile(
            signal + "[machine.energy]\n", at: "f:7:1: machine[0].energy",
            "which signal measures it", "register = "),
        BadFile(
            "[[connection]]\nid = \"Gate 1\"\nkind = \"mqtt\"", at: "f:2:1: connection[0].id",
            "“Gate 1” cannot be an id.", "hyphens"),
        BadFile(
            "[[connection]]\nid = \"gate\"\nkind = \"mqtt\"\ntopics = [\"a\"]",
            at: "f:4:1: connection[0].topics", "Here stands a list.", "{ file = \"name\" }"),
        BadFile(
            "[[machine]]\nname = \"A\"\n[[machine]]\nname = \"B\"\n  [[machine.signal]]\n"
                + "  id = \"X Y\"",
            at: "f:6:3: machine[1].signal[0].id", "“X Y” cannot be an id.", "hyphens"),
        BadFile("machine = 3", at: "f:1:1: machine", "a list of tables is needed", "[[machine]]"),
    ]

    @Test(arguments: badFiles)
    func `a flaw names file, line, column, path, what is wrong and what to write`(
        _ bad: BadFile
    ) {
        let flaw = #expect(throws: FileFlaw.self) {
            try FactoryFile.read(file: "f", text: bad.text)
        }
        #expect(flaw?.place.hasPrefix(bad.place) == true, "\(flaw?.place ?? "")")
        #expect(bad.says.isEmpty || flaw?.says.contains(bad.says) == true, "\(flaw?.says ?? "")")
        #expect(flaw?.remedy.contains(bad.remedy) == true, "\(flaw?.remedy ?? "")")
    }

    @Test(arguments: [
        ("machin", "machine"), ("reasons", "reason"), ("Site", "site"), ("conection", "connection"),
    ])
    func `a misspelt table gets the nearest name`(_ wrong: String, _ right: String) {
        let flaw = #expect(throws: FileFlaw.self) {
            try FactoryFile.read(file: "f", text: "[\(wrong)]\nx = 1")
        }
        #expect(flaw?.remedy == "Did you mean `\(right)`?")
    }

    @Test func `a name that is near nothing gets the list of what may stand there`() {
        let flaw = #expect(throws: FileFlaw.self) {
            try FactoryFile.read(file: "f", text: "[quality-management]\nx = 1")
        }
        #expect(flaw?.remedy.hasPrefix("What may stand here: area, ") == true)
    }

    @Test(arguments: [
        "[é]", "[.]", "[ = 1", "[\n", "[[ü]]", "[!x]", "[ [x]]", "[[\n]]", "[#]", "\u{FEFF}[€]",
        "a = \"\"\"x\"\"\"\"\"\n[ß]", "a = [\n[1], # ]\n[2]]\n  [.a]", "a = 'b\n[ä]", "[{}]",
        "[\t,]", "a = [1, }2]", "a = ]", "a = { b = [1} ]", "d = 2026-01-01T:00:00",
        "d = 2026-01-01TT1",
    ])
    func `a mistake that would stop the parser is a flaw with its place`(_ text: String) {
        let flaw = #expect(throws: FileFlaw.self) {
            try FactoryFile.read(file: "f", text: text)
        }
        #expect(flaw.map { $0.line > 0 && $0.column > 0 } == true)
    }

    @Test(arguments: [
        "[\"é\"]\nx = 1", "[ site ]\nname = \"x\"", "site = { name = \"[.]\" }",
        "[site]\nname = '''\n[.]'''", "[site]\nname = \"\"\"\\\n[.]\"\"\"", "# [.]\n[site]",
        "a = 2026-01-01T06:00:00Z", "a = [[1], [{ b = [] }]]",
        "[[reason]]\nname = \"x\"\ndetails = [\n  \"[.]\", # [.]\n  \"y\"\n]",
    ])
    func `brackets in texts, comments and lists are no mistakes`(_ text: String) {
        #expect(throws: Never.self) { try TOMLPrecheck.check(text) }
    }

    @Test func `no text of any bytes stops the box`() throws {
        var numbers = SeededNumbers(seed: 5)
        let good = Array(
            (FactoryFileTests.example
                + "\n[x]\na = 1e5\nb = -inf\nc = 0x1F\nd = 2026-01-01T10:00:00+01:00\n"
                + "e = \"\"\"ab\\u00e9\n\"\"\"\nf = 'lit'\ng = [1, 2.5, { a.b = 1 }]\n").utf8)
        let letters = Array("[]{}=.\"'#\n ,:-+_0123eTtfinaZ".utf8)
        for turn in 0..<1500 {
            // The first mistake ends the reading: short pieces bring every part forward.
            let first = turn % 5 == 0 ? 0 : Int.random(in: 0..<(good.count - 40), using: &numbers)
            let length = turn % 5 == 0 ? good.count : Int.random(in: 20...320, using: &numbers)
            var bytes = Array(good[first..<min(good.count, first + length)])
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let place = Int.random(in: bytes.indices, using: &numbers)
                switch numbers.next() % 4 {
                case 0: bytes.remove(at: place)
                case 3: bytes[place] = letters[Int.random(in: letters.indices, using: &numbers)]
                case 1: bytes[place] = UInt8(truncatingIfNeeded: numbers.next())
                default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                }
            }
            do {
                let text = String(decoding: bytes, as: UTF8.self)
                let read = try FactoryFile.read(file: "f", text: text)
                // What was understood can be written and is understood again.
                let written = FactoryFile.write(read)
                #expect(try FactoryFile.read(file: "f", text: written) == read)
            } catch {
                let flaw: FileFlaw = error
                #expect(!flaw.says.isEmpty)
                #expect(!flaw.remedy.isEmpty)
            }
        }
    }
}
