// Products with versions, the list of jobs, what makes an answer good.

import Testing

@testable import Plant

@Suite struct WorkTests {
    private let june = Timestamp(seconds: 1_780_000_000)

    private func factory(_ events: [FactoryEvent]) -> Factory {
        var factory = Factory()
        for event in events { factory.apply(event, recorded: june) }
        return factory
    }

    @Test func aProductHoldsFromItsTimeOn() {
        let old = Product(id: "pin", name: "Pin", cycle: .seconds(40), cavities: 4)
        let new = Product(
            id: "pin", name: "Pin", cycle: .seconds(36), isEstimate: true, cavities: 4)
        let factory = factory([
            .productSet(old, from: june), .productSet(new, from: june + .hours(1)),
        ])
        #expect(factory.product(named: "PIN", at: june - .hours(1)) == nil)
        #expect(factory.product(named: "pin", at: june)?.idealPerPart == .seconds(10))
        #expect(factory.product(named: "Pin", at: june + .hours(2))?.idealPerPart == .seconds(9))
        #expect(factory.product(named: "Pin", at: june + .hours(2))?.isEstimate == true)
    }

    @Test func aProductThatIsNoLongerMadeIsNotOffered() {
        let pin = Product(id: "pin", name: "Pin", cycle: nil)
        var factory = factory([
            .productSet(pin, from: june), .productRetired(id: "pin", isRetired: true),
        ])
        #expect(factory.products(at: june).isEmpty)
        factory.apply(.productRetired(id: "pin", isRetired: false), recorded: june)
        #expect(factory.products(at: june) == [pin])
    }

    @Test func jobsThatAreDueComeFirstAndFinishedOnesGo() {
        let day = CivilDate(dayNumber: 20_600)
        let factory = factory([
            .jobPlanned(PlannedJob(job: "B", product: "")),
            .jobPlanned(PlannedJob(job: "C", product: "", due: day.adding(days: 1))),
            .jobPlanned(PlannedJob(job: "D", product: "", due: day)),
            .jobPlanned(PlannedJob(job: "E", product: "", due: day)),
            .jobClosed(job: "E", isClosed: true),
        ])
        #expect(factory.openJobs.map(\.job) == ["D", "C", "B"])
    }

    @Test func anAnswerIsGoodByItsLimits() {
        let bore = CheckStep(
            id: "bore", says: "Bore", kind: .value, lower: 24.98, upper: 25.02, unit: "mm")
        #expect(bore.isGood("24.98") == true)
        #expect(bore.isGood("25.03") == false)
        #expect(bore.isGood("nan") == false)
        #expect(bore.isGood("wide") == false)
        #expect(CheckStep(id: "v", says: "", kind: .value).isGood("3") == nil)
        #expect(CheckStep(id: "t", says: "", kind: .tick).isGood("yes") == true)
        #expect(CheckStep(id: "t", says: "", kind: .good).isGood("no") == false)
        #expect(CheckStep(id: "t", says: "", kind: .text).isGood("no") == nil)
    }
}
