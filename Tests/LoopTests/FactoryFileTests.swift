// factory.toml: what it says is understood, and what is written reads back the same.

import Demonstrator
import Plant
import Testing

@testable import Loop

struct FactoryFileTests {
    /// The example of the design, as far as its parts exist.
    static let example = """
        # factory.toml
        [site]
        name = "Hollins Valves"
        hour_is_worth = { amount = "38.00", currency = "GBP" }   # money is never a binary fraction

        [calendar]
        from = 2026-01-05
        days_off = [2026-12-25, 2026-12-26]

        [[shift]]
        name = "Early"
        days = ["Mon", "Tue", "Wed", "Thu", "Fri"]
        from = 06:00:00
        to   = 14:00:00
        breaks = [{ from = 10:00:00, to = 10:15:00 }]

        [[shift]]
        id = "night"
        name = "Night shift"
        days = ["Sun"]
        from = 22:00:00
        to   = 06:00:00
        breaks = [{ from = 02:00:00, to = 02:30:00 }]

        [[reason]]
        id = "tooling"
        name = { en = "Tooling", pl = "Narzędzia" }
        details = ["Worn insert", "Broken tool", "Missing tool"]

        [[machine]]
        id = "lathe-3"
        name = "Lathe 3"
        area = "Machine shop"
        connect = { modbus = "192.168.1.47:502", unit = 1 }

          [[machine.signal]]
          id = "motor-current"
          read = "input:30012"
          type = "int16"
          scale = 0.1
          unit = "A"
          every = "1s"

          [machine.state]
          running = { signal = "motor-current", above = 4.0, ignore_dips_under = "10s" }
        """

    @Test func `the example of the design is understood`() throws {
        let read = try FactoryFile.read(file: "factory.toml", text: Self.example)
        #expect(read.name == "Hollins Valves")
        #expect(read.rates[.hourAvoided]?.text == "38.00")
        #expect(read.calendar?.validFrom.text == "2026-01-05")
        #expect(read.calendar?.daysOff.map(\.text).sorted() == ["2026-12-25", "2026-12-26"])
        let early = try #require(read.calendar?.shifts.first)
        #expect(early.id == Slug("early"))
        #expect(early.days == [.monday, .tuesday, .wednesday, .thursday, .friday])
        #expect(early.hours == ClockSpan(from: 21_600, to: 50_400))
        #expect(early.breaks == [ClockSpan(from: 36_000, to: 36_900)])
        #expect(read.calendar?.shifts.last?.hours == ClockSpan(from: 79_200, to: 108_000))
        #expect(
            read.reasons == [
                StopReason(
                    id: Slug("tooling"), name: "Tooling", loss: .stoppage,
                    details: ["Worn insert", "Broken tool", "Missing tool"],
                    names: ["pl": "Narzędzia"])
            ])
        #expect(read.areas == [Slug("machine-shop"): "Machine shop"])
        #expect(
            read.connections == [
                Connection(
                    id: Slug("modbus-192-168-1-47-502"), kind: "modbus-tcp",
                    settings: ["address": "192.168.1.47:502"])
            ])
        let lathe = try #require(read.machines.first)
        let signal = try #require(lathe.signals.first)
        #expect(signal.kind == .number)
        #expect(signal.name == "motor current")
        #expect(
            signal.source.options == [
                "type": "int16", "scale": "0.1", "every": "1s", "device": "1",
            ])
        #expect(lathe.state?.running == Threshold(rise: 4, fall: 4))
        #expect(lathe.state?.stoppedDwell == .seconds(10))
        #expect(lathe.state?.signal == Slug("motor-current"))
    }

    @Test func `the example is taken by a world and its shifts and rule hold`() async throws {
        let test = try TestWorld()
        try await test.apply(Self.example)
        #expect(test.world.factory.name == "Hollins Valves")
        #expect(test.world.calendar.shift(at: friday(7))?.id == "2026-11-13/early")
        #expect(
            test.world.calendar.shift(at: instant("2026-11-16T01:00:00Z"))?.id == "2026-11-15/night"
        )
        #expect(test.world.factory.machines[Slug("lathe-3")]?.stateRules.count == 1)
    }

    @Test func `machines behind one gateway share its connection (decisions 35)`() throws {
        func machine(_ number: Int, timeout: String = "1s") -> String {
            """
            [[machine]]
            name = "Mill \(number)"
            connect = { modbus = "10.0.0.5:502", unit = \(number), timeout = "\(timeout)" }
              [[machine.signal]]
              id = "load"
              read = "holding:0"
              type = "uint16"

            """
        }
        let read = try FactoryFile.read(file: "f", text: machine(1) + machine(2))
        #expect(read.connections.count == 1)
        #expect(read.machines.map { $0.signals.first?.source.options["device"] } == ["1", "2"])
        #expect(Set(read.machines.compactMap { $0.signals.first?.source.connection }).count == 1)
        let flaw = #expect(throws: FileFlaw.self) {
            try FactoryFile.read(file: "f", text: machine(1) + machine(2, timeout: "9s"))
        }
        #expect(flaw?.line == 10)
        #expect(flaw?.path == "machine[1].connect")
    }

    @Test func `names of a reason in other languages and its tile are written and read`() throws {
        let text = """
            [[reason]]
            id = "no-material"
            name = { en = "No \\"material\\"", pl = "Brak materiału" }
            loss = "waiting"
            place = 2

            """
        let read = try FactoryFile.read(file: "f", text: text)
        let reason = StopReason(
            id: Slug("no-material"), name: "No \"material\"", loss: .waiting,
            names: ["pl": "Brak materiału"], place: 2)
        #expect(read.reasons == [reason])
        #expect(try FactoryFile.read(file: "f", text: FactoryFile.write(read)).reasons == [reason])
        let flaw = #expect(throws: FileFlaw.self) {
            try FactoryFile.read(file: "f", text: text.replacing("place = 2", with: "place = 0"))
        }
        #expect(flaw?.line == 5)
    }

    @Test(arguments: [1, 42, 7, 2026] as [UInt64])
    func `what is written reads back the same, for the made-up factory`(_ seed: UInt64) throws {
        let script = FactoryScript(seed: seed, now: friday(11, 25, 8), zone: london)
        var factory = Factory()
        for event in script.configuration() {
            factory.apply(event, recorded: script.historyStart)
        }
        let description = FactoryDescription(factory, at: script.now)
        #expect(description.machines.count == 8)
        let text = FactoryFile.write(description)
        let read = try FactoryFile.read(file: "factory.toml", text: text)
        #expect(read == description)
        #expect(FactoryFile.write(read) == text)
        let difference = try FactoryDifference(from: factory, to: read, now: script.now)
        #expect(difference.words == [])
    }

    @Test(arguments: [
        "plain", "quote \" and \\ backslash", "tab\tnew\nline\rreturn", "bell \u{7} end",
        "Ängström £ 温度 🏭", "# no comment", "", "'single'", "delete \u{7F}",
    ])
    func `any text is written so that it reads back the same`(_ name: String) throws {
        var description = FactoryDescription()
        description.name = name
        description.reasons = [
            StopReason(id: Slug("a"), name: "n" + name, loss: .waiting, details: [name, name])
        ]
        let text = FactoryFile.write(description)
        let read = try FactoryFile.read(file: "f", text: text)
        #expect(read == description)
    }

    @Test func `everything a rule can say is written and read`() throws {
        let text = """
            [[machine]]
            id = "press"
            name = "Press"
              [[machine.signal]]
              id = "mode"
              connection = "line-protocol"
              read = "press mode"
              kind = "text"
              [[machine.signal]]
              id = "alarm"
              connection = "line-protocol"
              read = "press alarm"
              kind = "flag"
              [[machine.signal]]
              id = "kwh"
              connection = "line-protocol"
              read = "press kwh"
              kind = "number"
              [machine.state]
              signal = "mode"
              fault = "alarm"
              running_after = "0ms"
              stopped_after = "2min"
              silent_after = "1500ms"
              holds = true
              values = { AUTO = "running", "SET UP" = "idle", 0 = "off" }
              [machine.energy]
              register = "kwh"
            """
        let read = try FactoryFile.read(file: "f", text: text)
        let state = try #require(read.machines.first?.state)
        #expect(state.meanings == ["AUTO": .running, "SET UP": .idle, "0": .off])
        #expect(state.fault == Slug("alarm"))
        #expect(state.holds)
        #expect(state.runningDwell == .zero)
        #expect(state.staleAfter == .milliseconds(1500))
        #expect(read.machines.first?.energy?.isRegister == true)
        let written = FactoryFile.write(read)
        #expect(try FactoryFile.read(file: "f", text: written) == read)
    }
}
