// E6: time between failures and time to repair, with their number.
import Plant
import Testing

@testable import Understand

@Suite("Failures and repairs")
struct ReliabilityTests {
    private let e6 = Reliability(
        betweenFailures: [.hours(30), .hours(50), .hours(25)], stillRunning: .hours(15),
        repairs: [.minutes(90), .minutes(30), .minutes(120)])

    @Test("E6: 120 hours over 3 failures, repairs of 1.3333 hours, 0.9677 of the time able to run")
    func example() throws {
        #expect(e6.meanBetweenFailures == .hours(40))
        #expect(e6.meanCompleted == .hours(35))
        #expect(e6.failures == 3)
        let repair = try #require(e6.meanRepair)
        #expect((repair.hours * 10_000).rounded() / 10_000 == 1.3333)
        let able = try #require(e6.inherentAvailability)
        #expect((able * 10_000).rounded() / 10_000 == 0.9677)
        let indicator = e6.betweenFailuresIndicator(coverage: 1)
        #expect(indicator.value == .amount(144_000))
        #expect(indicator.working.parts.map(\.value) == [432_000, 3])
    }

    @Test("fewer than two failures are not enough to say", arguments: [0, 1])
    func tooFew(count: Int) {
        let few = Reliability(
            betweenFailures: Array(repeating: .hours(30), count: count), stillRunning: .hours(1),
            repairs: Array(repeating: .hours(1), count: count))
        let words = IndicatorValue.undefined("not enough failures (\(count))")
        #expect(few.betweenFailuresIndicator(coverage: 1).value == words)
        #expect(few.repairIndicator(coverage: 1).value == words)
    }

    @Test("failures are faults and stops with a breakdown reason; delay is no operating time")
    func fromTimeline() {
        let line = MachineTimeline(
            range: minutes(0, 200),
            observed: [
                seen(.running, 0, 50), seen(.fault, 50, 60), seen(.running, 60, 90),
                seen(.idle, 90, 100), seen(.running, 100, 120), seen(.idle, 120, 140),
                seen(.running, 140, 170), seen(.fault, 170, 180), seen(.running, 180, 200),
            ],
            working: [minutes(0, 200)],
            annotations: Annotations(reasons: [
                reason(Slug("material"), at: 95), reason(Slug("breakdown"), at: 125),
                reason(Slug("material"), at: 175),
            ]), reasons: siteReasons)
        let reliability = Reliability(timeline: line, reasons: siteReasons)
        #expect(reliability.betweenFailures == [.minutes(50), .minutes(50)])
        #expect(reliability.stillRunning == .minutes(50))
        #expect(reliability.repairs == [.minutes(10), .minutes(20)])
    }
}
