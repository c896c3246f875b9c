// The chooser over every combination of machine, features and wishes.

import Guide
import Testing

/// All subsets of a list.
private func subsets<Element: Hashable>(_ list: [Element]) -> [Set<Element>] {
    list.reduce([[]]) { sets, element in sets + sets.map { $0.union([element]) } }
}

@Suite("Hardware choice")
struct HardwareChoiceTests {
    @Test("every combination gives at least the tablet, and keeps its order and its promises")
    func everything() {
        var count = 0
        for kind in MachineKind.allCases {
            for features in subsets(MachineFeature.allCases) {
                for wanted in subsets(WantedFact.allCases) {
                    check(HardwareChoice(kind, has: features, wanted: wanted))
                    count += 1
                }
            }
        }
        #expect(count == 10 * 16 * 8)
    }

    private func check(_ choice: HardwareChoice) {
        let ways = choice.ways
        let ids = ways.map(\.way.id)
        #expect(ids.contains(.tablet), "\(choice)")
        #expect(Set(ids).count == ids.count && !ids.contains(.computer))
        for (index, ranked) in ways.enumerated() {
            #expect(choice.fits(ranked.way.id))
            #expect(Set(ranked.tells).isSubset(of: choice.wanted))
            #expect(!ranked.why.isEmpty && ranked.cost == WayCost(ranked.way))
            let isLast = index == ways.count - 1
            // Only the tablet may be there without telling what is wanted, and only last.
            if ranked.tells.isEmpty { #expect(ranked.way.id == .tablet && isLast) }
        }
        let own = ids.firstIndex { $0 == .tablet || $0 == .scanner } ?? 0
        #expect(ids.dropFirst(own).allSatisfy { $0 == .tablet || $0 == .scanner })
        // Something tells by itself whether it runs, and energy where that is wanted.
        if choice.wanted.contains(.state) { #expect(ids.contains(.clamp)) }
        #expect(ids.contains(.meter) == !choice.wanted.isDisjoint(with: [.state, .energy]))
        #expect(choice.fits(choice.firstStep.id))
        #expect(choice.tells(choice.firstStep.id).contains(.state))
    }

    @Test("a port is offered exactly where the machine has it", arguments: MachineFeature.allCases)
    func features(feature: MachineFeature) {
        let ways: [MachineFeature: WayID] = [
            .network: .network, .serial: .serial, .light: .inputs, .drive: .drive,
        ]
        let all = Set(WantedFact.allCases)
        for kind in MachineKind.allCases {
            let with = HardwareChoice(kind, has: [feature], wanted: all).ways.map(\.way.id)
            let without = HardwareChoice(kind, has: [], wanted: all).ways.map(\.way.id)
            #expect(ways[feature].map(with.contains) == true)
            #expect(ways[feature].map(without.contains) == false)
        }
    }

    @Test("a CNC mill on the network needs no electrician for parts and running")
    func mill() {
        let choice = HardwareChoice(.cncMill, has: [.network, .light], wanted: [.state, .parts])
        #expect(choice.ways.first?.way.id == .network)
        #expect(choice.ways.first?.tells == [.state, .parts])
        #expect(choice.firstStep.id == .network)
    }

    @Test("energy alone gives the meter, then the tablet with the plain word that it does not")
    func energy() {
        let ways = HardwareChoice(.compressor, has: [], wanted: [.energy]).ways
        #expect(ways.map(\.way.id) == [.meter, .tablet])
        #expect(ways.last?.why.hasPrefix("It tells none of this") == true)
    }

    @Test("nothing wanted counts as running or stopped")
    func nothing() {
        let choice = HardwareChoice(.bandsaw, has: [], wanted: [])
        #expect(choice.wanted == [.state])
        #expect(choice.ways.map(\.way.id) == [.clamp, .meter, .tablet])
    }

    @Test("quotes go before prices that were found")
    func quotes() {
        let choice = HardwareChoice(.manual, has: [], wanted: [.state], quotes: [.clamp: 60_00])
        // £60 and 1 h to 2 h of an electrician at £40 to £70.
        #expect(choice.ways.first?.cost.total == PoundRange(low: 100_00, high: 200_00))
        #expect(choice.ways.first?.cost.isWhole == true)
    }

    @Test(
        "a quote is read as people type it, and nothing else is",
        arguments: [
            ("85", 85_00), ("85.5", 85_50), ("£1,250.05", 1250_05), (" 0 ", 0),
            ("20000", 20_000_00), ("20000.01", nil), ("", nil), ("abc", nil), ("-3", nil),
            ("1.234", nil), ("1.", nil), (".5", nil), ("1.2.3", nil), ("999999999999", nil),
            ("٣", nil), ("1e3", nil), ("1234567890123", nil),
        ] as [(String, Int64?)])
    func quoteText(text: String, pence: Int64?) {
        #expect(QuoteText.pence(text) == pence)
    }
}
