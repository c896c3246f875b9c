// The sentences of the weekly report.

import Plant
import Testing

@testable import Understand

@Suite struct WeekWordsTests {
    private func loss(_ minutes: Int64?, _ pounds: Int64? = nil) -> WeekLoss {
        WeekLoss(
            time: minutes.map { .minutes($0) },
            money: pounds.map { Money(minor: $0 * 100, currency: .gbp) })
    }

    @Test func aBetterWeekSaysHowMuch() {
        #expect(
            WeekWords.verdict(
                loss(24 * 60 + 42, 939), before: loss(30 * 60 + 36, 1_163), machines: 3)
                == "A better week: 5.9 hours won back, worth £224.")
    }

    @Test func aWorseWeekAsWell() {
        #expect(
            WeekWords.verdict(loss(600, 400), before: loss(480, 300), machines: 3)
                == "A worse week: 2 hours more lost, worth £100.")
        #expect(
            WeekWords.verdict(loss(600), before: loss(480, 300), machines: 3)
                == "A worse week: 2 hours more lost.")
    }

    @Test func aSmallChangeIsNone() {
        #expect(
            WeekWords.verdict(loss(620, 100), before: loss(600, 90), machines: 3)
                == "A week like the one before: 10.3 hours lost, worth £100.")
    }

    @Test func whatWasNotMeasuredIsNotCompared() {
        #expect(
            WeekWords.verdict(loss(600), before: loss(nil), machines: 1)
                == "10 hours lost. The week before was not measured.")
        #expect(
            WeekWords.verdict(loss(nil), before: loss(600), machines: 1)
                == "Too little was seen of 1 machine this week to say what was lost.")
        #expect(
            WeekWords.verdict(loss(0), before: nil, machines: 0)
                == "No machine is connected yet, so there is nothing to report.")
    }

    @Test func aDayIsALineToo() {
        func day(_ minutes: Int64?, _ most: String?, machines: Int = 8) -> String {
            WeekWords.day(
                "Thu 26 Nov", lost: minutes.map { .minutes($0) }, most: most, machines: machines)
        }
        #expect(
            day(342, "Setting up")
                == "Thu 26 Nov: 8 machines lost 5.7 hours, most of it setting up."
        )
        #expect(day(0, nil) == "Thu 26 Nov: 8 machines lost no time.")
        #expect(day(nil, nil, machines: 1) == "Thu 26 Nov: too little was seen of 1 machine.")
        #expect(day(nil, nil, machines: 0) == "No machine is connected yet.")
    }

    private func reason(
        _ name: String, _ loss: LossKind?, _ minutes: Int64, before: Int64, pounds: Int64? = nil,
        place: LossPlace? = nil
    ) -> WeekReason {
        WeekReason(
            name: name, loss: loss, time: .minutes(minutes), before: .minutes(before),
            money: pounds.map { Money(minor: $0 * 100, currency: .gbp) }, place: place)
    }

    @Test func theBiggestUnplannedLossComesFirst() {
        let first = WeekWords.first([
            reason("Lunch", .planned, 900, before: 900),
            reason("Waiting for material", .waiting, 444, before: 366, pounds: 281),
            reason("Tooling", .stoppage, 312, before: 540),
        ])
        #expect(first.head == "Waiting for material.")
        #expect(first.text.hasPrefix("7.4 hours this week. "))
        #expect(first.text.hasSuffix("If it halves, that is worth about £141 a week."))
    }

    @Test func nothingBelowAnHourIsAdvised() {
        #expect(
            WeekWords.first([reason("Tooling", .stoppage, 59, before: 540)]).head
                == "Nothing stands out.")
    }

    @Test func whatFellMostGotBetter() {
        let reasons = [
            reason("Tooling", .stoppage, 312, before: 540),
            reason("Waiting", .waiting, 444, before: 460),
        ]
        #expect(
            WeekWords.better(reasons, isCompared: true).head
                == "Tooling fell from 9.0\u{A0}h to 5.2\u{A0}h.")
        #expect(
            WeekWords.better(reasons, isCompared: false).head == "Nothing to compare with yet.")
        #expect(
            WeekWords.better([reasons[1]], isCompared: true).head == "No loss fell clearly.")
    }

    /// Monday 9 November 2026 at an hour, UTC.
    private func stop(
        _ machine: String, day: Int64, hour: Int64, minutes: Int64
    ) throws -> (machine: String, range: TimeRange) {
        let monday = try #require(Timestamp(rfc3339: "2026-11-09T00:00:00Z"))
        let start = monday + .hours(24 * day + hour)
        return (machine, TimeRange(start: start, end: start + .minutes(minutes)))
    }

    @Test func aPlaceNamesMachineDaysAndHours() throws {
        let stops = [
            try stop("Press brake", day: 1, hour: 7, minutes: 120),
            try stop("Press brake", day: 4, hour: 8, minutes: 100),
            try stop("Lathe 1", day: 2, hour: 13, minutes: 30),
        ]
        let place = try #require(LossPlace(stops, zone: .utc))
        #expect(place.machine == "Press brake")
        #expect(place.weekdays == [2, 5])
        #expect(
            place.words
                == "on Press brake, on Tuesdays and Fridays, mostly between 06:00 and 10:00")
    }

    @Test func aSpreadLossHasNoPlace() throws {
        let stops = try (0..<5).flatMap { day in
            try [1, 7, 13, 19].map { hour in
                try stop("Machine \(hour)", day: day, hour: Int64(hour), minutes: 30)
            }
        }
        let place = try #require(LossPlace(stops, zone: .utc))
        #expect(place.words.isEmpty)
        #expect(LossPlace([], zone: .utc) == nil)
    }
}
