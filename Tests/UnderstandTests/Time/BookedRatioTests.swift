// Ratios of booked times and counts: the definitions, and nothing where the divisor is nothing.
import Plant
import Testing

@testable import Understand

@Suite("Ratios of what is booked")
struct BookedRatioTests {
    @Test("each is its two sums divided")
    func definitions() {
        #expect(BookedRatio.workerEfficiency(work: .hours(6), attendance: .hours(8)) == 0.75)
        #expect(BookedRatio.firstPassYield(good: 190, inspected: 200) == 0.95)
        #expect(BookedRatio.actualToPlannedScrap(scrap: 12, planned: 8) == 1.5)
        #expect(BookedRatio.fallOff(scrap: 5, producedAtFirst: 250) == 0.02)
        #expect(BookedRatio.equipmentLoad(produced: 300, capacity: 400) == 0.75)
        #expect(
            BookedRatio.correctiveMaintenance(corrective: .hours(3), preventive: .hours(1))
                == 0.75)
        #expect(BookedRatio.rolledThroughputYield([0.5, 0.5, 1]) == 0.25)
    }

    @Test("without a divisor there is no ratio, and none from a step without one")
    func nothing() {
        #expect(BookedRatio.workerEfficiency(work: .zero, attendance: .zero) == nil)
        #expect(BookedRatio.firstPassYield(good: 0, inspected: 0) == nil)
        #expect(BookedRatio.correctiveMaintenance(corrective: .zero, preventive: .zero) == nil)
        #expect(BookedRatio.rolledThroughputYield([0.9, nil]) == nil)
        #expect(BookedRatio.rolledThroughputYield([]) == nil)
    }
}
