// Changes of product: last good part of the one to first good part of the next.

import Plant
import Testing

@testable import Understand

@Suite("Changing over") struct ChangeoverTests {
    /// One part a minute of A until minute 60, scrap at 80 and 85 while B is tried, B from 90 on.
    private func ledger() -> PartLedger {
        var times: [Double] = []
        var counts: [Int64] = []
        var scraps: [Int64] = []
        var made: Int64 = 0
        var scrap: Int64 = 0
        for now in 0..<150 {
            let isGood = (1...60).contains(now) || now >= 90
            let isScrap = now == 80 || now == 85
            if isGood || isScrap { made += 1 }
            if isScrap { scrap += 1 }
            times.append(Double(now))
            counts.append(made)
            scraps.append(scrap)
        }
        let stamps = times.map { minute($0).nanoseconds }
        return PartLedger(
            rule: CountRule(total: SignalID(1), scrap: SignalID(2)),
            series: [
                SignalID(1): SampleSeries(times: stamps, values: .integers(counts)),
                SignalID(2): SampleSeries(times: stamps, values: .integers(scraps)),
            ],
            unseen: [],
            annotations: Annotations(jobs: [
                job("A", ideal: .minutes(1), 0, 70), job("B", ideal: .minutes(1), 70, 200),
            ]))
    }

    @Test("trial parts that are scrap belong to it, breaks do not")
    func between() throws {
        let whole = Changeover.all(
            in: minutes(0, 150), ledger: ledger(), working: [minutes(0, 150)])
        let found = try #require(whole.first)
        #expect(whole.count == 1)
        #expect(found.from == "A" && found.to == "B")
        #expect(found.range == minutes(60, 90))
        #expect(found.length == .minutes(30))
        let broken = Changeover.all(
            in: minutes(0, 150), ledger: ledger(), working: [minutes(0, 65), minutes(75, 150)])
        #expect(broken.first?.length == .minutes(20))
    }

    @Test("it belongs to the period of its first good part; without one it is not complete")
    func period() {
        #expect(
            Changeover.all(in: minutes(0, 89), ledger: ledger(), working: [minutes(0, 150)])
                .isEmpty)
        #expect(
            Changeover.all(in: minutes(90, 91), ledger: ledger(), working: [minutes(0, 150)])
                .count == 1)
        let same = PartLedger(jobs: [
            job("A", ideal: nil, 0, 70), job("A", ideal: nil, 70, 150),
        ])
        #expect(
            Changeover.all(in: minutes(0, 150), ledger: same, working: [minutes(0, 150)]).isEmpty)
    }
}
