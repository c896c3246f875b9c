// Jumps of the wall clock neither add nor remove time (R-33, decisions 22).
import Plant
import Testing

@testable import Understand

@Suite("Jumps of the clock")
struct ClockStepsTests {
    @Test("a jump forward by an hour makes no hour")
    func forward() {
        let steps = ClockSteps([ClockStep(at: minute(120), by: .hours(1))])
        #expect(steps.elapsed(minutes(30, 180)) == .minutes(90))
        #expect(steps.elapsed(minutes(70, 110)) == .zero)
        #expect(steps.elapsed(minutes(0, 60)) == .minutes(60))
    }

    @Test("a jump back by an hour loses no hour")
    func back() {
        let steps = ClockSteps([ClockStep(at: minute(60), by: Elapsed.zero - .hours(1))])
        #expect(steps.elapsed(minutes(30, 180)) == .minutes(210))
        #expect(steps.elapsed(minutes(60, 90)) == .minutes(60))
        #expect(steps.elapsed(minutes(130, 140)) == .minutes(10))
    }

    @Test(
        "elapsed is the difference less the steps between, for every seed",
        arguments: UInt64(1)...20)
    func general(seed: UInt64) {
        var random = Seeded(seed)
        let steps = ClockSteps(
            (1...4).map { index in
                ClockStep(
                    at: minute(Double(index) * 1000),
                    by: .seconds(Int64.random(in: -20_000...20_000, using: &random)))
            })
        let total = steps.steps.reduce(Elapsed.zero) { $0 + $1.by }
        let whole = minutes(0, 10_000)
        #expect(steps.elapsed(whole) == whole.elapsed - total)
        // Neighbouring lengths add up wherever they are cut.
        let cut = minute(Double.random(in: 0..<10_000, using: &random))
        let parts =
            steps.elapsed(from: whole.start, to: cut) + steps.elapsed(from: cut, to: whole.end)
        #expect(parts == steps.elapsed(whole))
    }

    @Test("a jump neither adds nor removes production time, and the time is flagged")
    func production() {
        let steps = ClockSteps([ClockStep(at: minute(120), by: .hours(1))])
        // Seen running until the jump and again after it; the hour between never was.
        let timeline = MachineTimeline(
            range: minutes(0, 240),
            observed: [seen(.running, 0, 60), seen(.unknown, 60, 120), seen(.running, 120, 240)],
            working: [minutes(0, 240)], annotations: Annotations())
        let elements = TimeElements(
            timeline: timeline, period: minutes(0, 240), reasons: [:], steps: steps)
        #expect(elements.calendar == .minutes(180))
        #expect(elements.productionTime == .minutes(180))
        #expect(elements.unknown == .zero)
        #expect(elements.coverage == 1)
        #expect(elements.hasClockStep)
        #expect(OEE(time: elements, production: Production()).findings == [.clockStep])
        #expect(!steps.touch(minutes(0, 60)))
    }

    @Test func `R-33: a jump back to before anything was seen repeats nothing there`() {
        let back = ClockStep(at: minute(0), by: Elapsed.zero - .hours(10))
        // Seen for one minute before the jump: from 9 h 59 min to 10 h.
        let steps = ClockSteps([back], since: minute(599))
        #expect(steps.elapsed(minutes(0, 8)) == .minutes(8))
        #expect(!steps.touch(minutes(0, 8)))
        #expect(steps.elapsed(minutes(590, 610)) == .minutes(21))
        #expect(steps.isSetBack(at: minute(8)) && steps.isSetBack(at: minute(599)))
        #expect(!steps.isSetBack(at: minute(600)))
        // Seen always: every minute counts twice.
        #expect(ClockSteps([back]).elapsed(minutes(0, 8)) == .minutes(16))
    }
}
