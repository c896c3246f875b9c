// Guesses of what a signal is, and of how raw registers are to be read.

import Testing
import Wire

@testable import Capture

@Suite("A guess of what a signal is")
struct SignalGuessTests {
    @Test("takes whole numbers that only rise by small steps for parts")
    func parts() {
        let guess = SignalGuess(name: "holding:20", shape: SampleShape([7, 7, 8, 8, 9, 10]))
        #expect(guess.kind == .partCounter)
        #expect(guess.says == "This looks like a part counter: it only goes up.")
        #expect(guess.isSuggested)
    }

    @Test("doubts a counter that went down")
    func down() {
        let guess = SignalGuess(name: "part_count", shape: SampleShape([7, 8, 3]))
        #expect(guess.kind == .partCounter)
        #expect(!guess.isSuggested)
        #expect(guess.says.contains("went down"))
    }

    @Test("takes 0 and 1 for on and off")
    func switches() {
        #expect(SignalGuess(name: "x", shape: SampleShape([0, 1, 1, 0])).kind == .onOff)
        #expect(SignalGuess(name: "x", shape: SampleShape([0, 2, 0])).kind != .onOff)
    }

    @Test("says between which values a quantity lay")
    func current() {
        let guess = SignalGuess(name: "Motor current", shape: SampleShape([0.3, 8, 5.12]))
        #expect(guess.kind == .quantity(.current))
        #expect(guess.unit == "A")
        #expect(guess.says == "This looks like a current: between 0.3 and 8 A.")
    }

    @Test("follows the profile and the unit before the name")
    func order() {
        let shape = SampleShape([20.5, 20.75])
        #expect(
            SignalGuess(name: "speed", unit: "Cel", shape: shape).kind == .quantity(.temperature))
        #expect(
            SignalGuess(name: "speed", unit: nil, means: "pressure", shape: shape).kind
                == .quantity(.pressure))
        #expect(SignalGuess(name: "f", means: "running", shape: shape).kind == .onOff)
    }

    @Test("tells energy from parts, and what never changed or never came")
    func others() {
        let energy = SignalGuess(name: "energy_total", shape: SampleShape([1.5, 1.6, 1.7]))
        #expect(energy.kind == .counter)
        #expect(energy.unit == "kW.h")
        #expect(SignalGuess(name: "x", shape: SampleShape([4.5, 4.5])).kind == .still)
        #expect(SignalGuess(name: "x", shape: SampleShape([])).kind == .unseen)
        #expect(SignalGuess(name: "x", shape: SampleShape([.nan, .infinity])).kind == .unseen)
        #expect(SignalGuess(name: "x", shape: SampleShape([1.5, -3, 2])).kind == .number)
    }

    @Test(
        "reads names as people give them",
        arguments: [
            ("apower", Measure.power, "W"), ("power_kw", .power, "kW"),
            ("OilTemp", .temperature, "Cel"), ("temperature_tF", .temperature, "[degF]"),
            ("shop/press-2/current", .current, "A"), ("voltage_mv", .voltage, "mV"),
            ("spindle_speed_rpm", .speed, nil), ("aenergy.total", .energy, "kW.h"),
            ("PartCount", .parts, "pcs"),
        ] as [(String, Measure, String?)])
    func names(_ row: (name: String, measure: Measure, unit: String?)) {
        let meaning = MeasureWords.meaning(of: row.name)
        #expect(meaning?.measure == row.measure)
        #expect(meaning?.unit == row.unit)
    }

    @Test("does not see a meaning where there is none")
    func noMeaning() {
        #expect(MeasureWords.meaning(of: "axis_x") == nil)
        #expect(MeasureWords.meaning(of: "") == nil)
        #expect(MeasureWords.measure(of: "1") == nil)
    }
}

@Suite("A guess of how registers are read")
struct RegisterGuessTests {
    // 123.456 as float32 is 0x42F6E979 (domain/protocols.md).
    @Test(
        "finds a float in each order of bytes",
        arguments: [
            ([0x42F6, 0xE979], ModbusWordOrder.abcd), ([0xE979, 0x42F6], .cdab),
            ([0xF642, 0x79E9], .badc), ([0x79E9, 0xF642], .dcba),
        ] as [([UInt16], ModbusWordOrder)])
    func floats(_ row: (registers: [UInt16], order: ModbusWordOrder)) throws {
        let first = try #require(RegisterGuess(samples: [row.registers]).candidates.first)
        #expect(first.type == .float32)
        #expect(first.order == row.order)
        #expect((first.reading - 123.456).magnitude < 1e-4)
    }

    @Test("takes 0, 1234 for the whole number 1234")
    func whole() throws {
        let first = try #require(
            RegisterGuess(samples: [[0, 1_234], [0, 1_235]]).candidates.first)
        #expect(first.type == .uint32)
        #expect(first.order == .abcd)
        #expect(first.reading == 1_235)
    }

    @Test("scales where a range is expected: 412 is 41.2 where 10 to 90 are")
    func scales() throws {
        let guess = RegisterGuess(samples: [[410], [412]], expected: 30...90)
        let first = try #require(guess.candidates.first)
        #expect(first.type == .uint16)
        #expect((first.reading - 41.2).magnitude < 1e-9)
        #expect(first.scale == 0.1)
    }

    @Test("leads on: ten times too big, and back")
    func tens() throws {
        let guess = RegisterGuess(samples: [[412]])
        let first = try #require(guess.candidates.first)
        #expect(first.reading == 412)
        let next = guess.tenTimesSmaller(first)
        #expect(next.scale == 0.1)
        #expect((next.reading - 41.2).magnitude < 1e-9)
        #expect(guess.tenTimesBigger(next).reading == 412)
        var many = first
        for _ in 0..<40 { many = guess.tenTimesSmaller(many) }
        #expect(many.scale == 1e-9)
    }

    @Test("leads on: other orders of bytes until the first comes again")
    func orders() throws {
        let guess = RegisterGuess(samples: [[0x42F6, 0xE979]])
        var candidate = RegisterCandidate(type: .float32, order: .dcba, scale: 1, reading: 0)
        var seen: [ModbusWordOrder] = []
        for _ in 0..<4 {
            candidate = try #require(guess.otherOrder(candidate))
            seen.append(candidate.order)
        }
        #expect(seen == [.abcd, .cdab, .badc, .dcba])
        let still = RegisterGuess(samples: [[0]])
        #expect(
            still.otherOrder(
                RegisterCandidate(type: .uint16, order: .abcd, scale: 1, reading: 0)) == nil)
    }

    @Test("has no candidate without registers")
    func nothing() {
        #expect(RegisterGuess(samples: []).candidates.isEmpty)
        #expect(RegisterGuess(samples: [[]]).candidates.isEmpty)
    }
}
