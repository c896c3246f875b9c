// First lines of pages: every variant, no banned word, no blame.
import Plant
import Testing

@testable import Understand

private let whole = [minutes(0, 480)]

private func line(
    _ observed: [ObservedEpisode], _ annotations: Annotations = Annotations(),
    working: [TimeRange] = whole, slow: [TimeRange] = []
) -> MachineTimeline {
    MachineTimeline(
        range: TimeRange(
            start: observed.first?.range.start ?? origin,
            end: observed.last?.range.end ?? origin),
        observed: observed, working: working, annotations: annotations, reasons: siteReasons,
        slow: slow, isLive: true)
}

private func ranking(_ lines: [(StaticString, MachineTimeline)]) -> LossRanking {
    LossRanking(
        sources: lines.map {
            LossSource(machine: Slug($0.0), name: $0.0.description, timeline: $0.1)
        },
        period: TimeRange(start: origin, end: minute(480)), reasons: siteReasons)
}

private let nowRows: [(FloorCount, String)] = [
    (
        FloorCount(machines: 8, running: 4, needing: 2),
        "4 of 8 machines are running. Two need a person."
    ),
    (
        FloorCount(machines: 8, running: 8, needing: 0),
        "All 8 machines are running. Nobody is needed."
    ),
    (
        FloorCount(machines: 8, running: 1, needing: 1),
        "1 of 8 machines is running. One needs a person."
    ),
    (
        FloorCount(machines: 8, running: 0, needing: 8),
        "None of the 8 machines is running. All of them need a person."
    ),
    (
        FloorCount(machines: 8, running: 0, needing: 0, planned: 8),
        "All 8 machines are in a planned stop. Nobody is needed."
    ),
    (
        FloorCount(machines: 8, running: 5, needing: 1, attended: 1),
        "5 of 8 machines are running. One needs a person, and somebody is on it."
    ),
    (
        FloorCount(machines: 8, running: 5, needing: 2, attended: 2),
        "5 of 8 machines are running. Two need a person, and somebody is on each."
    ),
    (
        FloorCount(machines: 20, running: 5, needing: 12, attended: 1),
        "5 of 20 machines are running. 12 need a person, and somebody is on one of them."
    ),
    (
        FloorCount(machines: 8, running: 7, needing: 0, silent: 1),
        "7 of 8 machines are running. One gives no signal."
    ),
    (
        FloorCount(machines: 8, running: 5, needing: 0, silent: 3),
        "5 of 8 machines are running. Three give no signal."
    ),
    (
        FloorCount(machines: 8, running: 0, needing: 0, silent: 8),
        "None of the 8 machines gives a signal. Nothing can be said about them."
    ),
    (FloorCount(machines: 0, running: 0, needing: 0), "No machine is connected yet."),
    (
        FloorCount(machines: 1, running: 1, needing: 0, onlyName: "Lathe 1"),
        "Lathe 1 is running. Nobody is needed."
    ),
    (
        FloorCount(machines: 1, running: 0, needing: 1, onlyName: "Lathe 1"),
        "Lathe 1 is not running. It needs a person."
    ),
    (
        FloorCount(machines: 1, running: 0, needing: 1, attended: 1, onlyName: "Lathe 1"),
        "Lathe 1 is not running. A person is on it."
    ),
    (
        FloorCount(machines: 1, running: 0, needing: 0, planned: 1, onlyName: "Saw"),
        "Saw is in a planned stop. Nobody is needed."
    ),
]

@Suite("First lines")
struct SentencesTests {
    @Test("Now", arguments: nowRows)
    func now(row: (FloorCount, String)) {
        #expect(Sentences.now(row.0) == row.1)
    }

    @Test("Now is counted from the machines themselves")
    func counted() {
        let floor = FloorCount([
            ("a", line([seen(.running, 0, 60)])),
            ("b", line([seen(.running, 0, 60)], slow: [minutes(30, 60)])),
            ("c", line([seen(.idle, 0, 60)])),
            ("d", line([seen(.fault, 0, 60)], Annotations(seen: [minute(5)]))),
            ("e", line([seen(.unknown, 0, 60)])),
            ("f", line([seen(.off, 0, 60)], working: [])),
        ])
        #expect(
            floor
                == FloorCount(
                    machines: 6, running: 2, needing: 2, attended: 1, silent: 1, planned: 1))
    }

    @Test("Time: the biggest loss, in hours")
    func time() {
        let waiting = line(
            [
                seen(.idle, 0, 120), seen(.running, 120, 400), seen(.idle, 400, 430),
                seen(.running, 430, 480),
            ],
            Annotations(reasons: [reason(Slug("material"), at: 5)]))
        #expect(
            Sentences.time(ranking([("press", waiting)]), period: "this week")
                == "Most lost time was waiting for material: 2 hours this week.")
    }

    @Test("Time: all of it, none of it, nothing planned, too little seen, nothing yet")
    func timeVariants() {
        func says(_ timeline: MachineTimeline) -> String {
            Sentences.time(ranking([("press", timeline)]), period: "today")
        }
        #expect(
            says(line([seen(.idle, 0, 30), seen(.running, 30, 480)]))
                == "All lost time has no reason yet: 30 minutes today.")
        #expect(
            says(line([seen(.idle, 0, 1), seen(.running, 1, 480)]))
                == "All lost time was short stops: 1 minute today.")
        #expect(
            says(line([seen(.fault, 0, 30), seen(.running, 30, 480)]))
                == "All lost time was faults: 30 minutes today.")
        #expect(says(line([seen(.running, 0, 480)])) == "No time was lost today.")
        #expect(says(line([seen(.off, 0, 480)], working: [])) == "Nothing was planned today.")
        #expect(
            says(line([seen(.running, 0, 403), seen(.unknown, 403, 480)]))
                == "Not enough seen to say (83%).")
        let empty = LossRanking(
            sources: [], period: minutes(0, 480), reasons: siteReasons)
        #expect(
            Sentences.time(empty, period: "today")
                == "No stops yet. After the first shift this page shows where the time went.")
    }

    @Test("A machine: what it does and for how long")
    func machine() {
        func says(_ timeline: MachineTimeline) -> String {
            plain(Sentences.machine("Lathe 1", timeline, reasons: siteReasons))
        }
        #expect(
            says(line([seen(.idle, 0, 10), seen(.running, 10, 82)]))
                == "Lathe 1 has been running for 1 h 12 min.")
        #expect(
            says(line([seen(.running, 0, 60)], slow: [minutes(8, 60)]))
                == "Lathe 1 has been running slow for 1 h.")
        #expect(
            says(line([seen(.running, 0, 10), seen(.idle, 10, 34)]))
                == "Lathe 1 has been stopped for 24 min. Nobody has said why yet.")
        #expect(
            says(
                line(
                    [seen(.running, 0, 10), seen(.idle, 10, 34)],
                    Annotations(reasons: [reason(Slug("material"), at: 12)])))
                == "Lathe 1 has been stopped for 24 min: waiting for material.")
        #expect(
            says(line([seen(.running, 0, 10), seen(.fault, 10, 13)]))
                == "Lathe 1 has had a fault for 3 min.")
        #expect(
            says(line([seen(.running, 0, 10), seen(.unknown, 10, 150)]))
                == "Lathe 1 has given no signal for 2 h 20 min.")
        #expect(
            says(line([seen(.running, 470, 480), seen(.idle, 480, 489)]))
                == "Lathe 1 has been in a planned stop for 9 min.")
        let marks = [PeriodMark(kind: .setup, range: minutes(0, 60), reason: nil, sequence: 1)]
        #expect(
            says(line([seen(.idle, 0, 17)], Annotations(marks: marks)))
                == "Lathe 1 has been setting up for 17 min.")
        #expect(says(line([seen(.unknown, 0, 60)])) == "Nothing has been seen of Lathe 1 yet.")
        #expect(says(line([])) == "Nothing has been seen of Lathe 1 yet.")
    }

    @Test(
        "Machines: what is connected",
        arguments: [
            (8, [Elapsed.hours(2)], "8 machines. One has been silent for 2 hours."),
            (8, [], "8 machines. All of them are sending."),
            (
                8, [.minutes(5), .hours(72), .hours(1)],
                "8 machines. Three are silent, the longest for 3 days."
            ),
            (2, [.minutes(5), .minutes(6)], "2 machines. None of them is sending."),
            (1, [], "1 machine. It is sending."),
            (1, [.minutes(6)], "1 machine. It has been silent for 6 minutes."),
            (0, [], "No machine is connected yet."),
        ])
    func machines(count: Int, silent: [Elapsed], expected: String) {
        #expect(Sentences.machines(count: count, silent: silent) == expected)
    }

    @Test(
        "what was never seen is not said to be silent",
        arguments: [
            (1, [], 1, "1 machine. It was never seen yet."),
            (3, [], 3, "3 machines. None of them was seen yet."),
            (3, [], 2, "3 machines. Two were never seen yet, the other is sending."),
            (4, [], 1, "4 machines. One was never seen yet, the others are sending."),
            (
                3, [.hours(2)], 1,
                "3 machines. One has been silent for 2 hours. One was never seen yet."
            ),
            (
                5, [.minutes(6), .hours(2)], 2,
                "5 machines. Two are silent, the longest for 2 hours. Two were never seen yet."
            ),
        ] as [(Int, [Elapsed], Int, String)])
    func neverSeen(count: Int, silent: [Elapsed], unseen: Int, expected: String) {
        #expect(Sentences.machines(count: count, silent: silent, unseen: unseen) == expected)
    }

    @Test("missing figures and gaps have words")
    func missing() {
        #expect(Sentences.missing(.amount(1)) == nil)
        #expect(Sentences.missing(.undefined("nothing planned")) == "Nothing planned.")
        #expect(
            Sentences.missing(.withheld(Sentences.notEnoughSeen(coverage: 0.84)))
                == "Not enough seen to say (84%).")
        #expect(
            Sentences.notSeen("Lathe 2", .minutes(190)).map(plain)
                == "Lathe 2: 3 h 10 min not seen. Figures leave this out.")
        #expect(Sentences.notSeen("Lathe 2", .zero) == nil)
    }

    @Test("changes and old pages have words")
    func changes() {
        #expect(Sentences.changed("Press brake", to: .stopped) == "Press brake stopped.")
        let said = Set(
            [MachineState.unknown, .fault, .setup, .slow, .running, .planned, .stopped].map {
                Sentences.changed("Saw", to: $0)
            })
        #expect(said.count == 7)
        #expect(
            plain(Sentences.old(lastSeen: at(8), now: at(130), zone: london))
                == "No news for 2 min. Trying again. Last seen 06:00:08.")
    }

    @Test("no first line uses a word that is banned on main pages")
    func banned() {
        let words = [
            "OEE", "utilisation", "availability", "downtime", "classif", "loss category",
            "changeover", "micro", "pareto", "cycle", "takt", "asset", "device", "equipment",
            "node", "server", "baseline", "please", "successfully", "oops", "!", "operator",
        ]
        let texts =
            nowRows.map(\.1)
            + TimeFigure.allCases.map(\.plainName)
            + TimeFigure.allCases.map {
                Plain.capitalised(
                    OEE(time: TimeElements(), production: Production()).undefinedReason($0) ?? "")
            }
            + [
                Finding.partsWithoutRunning(2), .fasterThanIdeal(ratio: 2),
                .moreThanPlanned(ratio: 2), .unplannedOutput(1), .unallocatedParts(2),
                .negativeParts, .clockStep,
            ].map(\.sentence)
        for text in texts {
            for word in words {
                #expect(!text.lowercased().contains(word.lowercased()), "\(word) in: \(text)")
            }
        }
    }
}

@Suite("Who is needed")
struct AttentionTests {
    @Test("a fault needs a person at once, also outside planned time")
    func fault() {
        let attention = Attention(
            timeline: line([seen(.running, 0, 10), seen(.fault, 10, 10.1)], working: []))
        #expect(attention?.cause == .fault)
        #expect(attention?.since == minute(10))
        #expect(attention?.isSeen == false)
    }

    @Test("a stop needs a person once it is no short stop", arguments: [(1.9, false), (2.0, true)])
    func stop(length: Double, expected: Bool) {
        let timeline = line([seen(.running, 0, 10), seen(.idle, 10, 10 + length)])
        #expect((Attention(timeline: timeline)?.cause == .unexplainedStop) == expected)
    }

    @Test("the limit follows the job on the machine")
    func limit() {
        let jobs = [job("A", ideal: .minutes(1), 0, 480)]
        let four = line([seen(.running, 0, 10), seen(.idle, 10, 14)], Annotations(jobs: jobs))
        let five = line([seen(.running, 0, 10), seen(.idle, 10, 15)], Annotations(jobs: jobs))
        #expect(Attention(timeline: four) == nil)
        #expect(Attention(timeline: five) != nil)
    }

    @Test("a stop with a reason needs nobody; nor does a planned stop, setting up or silence")
    func calm() {
        let given = Annotations(reasons: [reason(Slug("material"), at: 12)])
        #expect(
            Attention(timeline: line([seen(.running, 0, 10), seen(.idle, 10, 60)], given)) == nil)
        #expect(Attention(timeline: line([seen(.idle, 0, 60)], working: [])) == nil)
        #expect(Attention(timeline: line([seen(.unknown, 0, 60)])) == nil)
        let marks = [PeriodMark(kind: .setup, range: minutes(0, 90), reason: nil, sequence: 1)]
        #expect(Attention(timeline: line([seen(.idle, 0, 60)], Annotations(marks: marks))) == nil)
    }

    @Test("only lost time counts towards the limit: a break does not")
    func acrossBreak() {
        let timeline = line(
            [seen(.running, 0, 239), seen(.idle, 239, 255.5)],
            working: [minutes(0, 240), minutes(255, 480)])
        #expect(Attention(timeline: timeline) == nil)
    }

    @Test("somebody on it is remembered for this stop only")
    func seenFlag() {
        let observed = [seen(.fault, 0, 5), seen(.running, 5, 10), seen(.idle, 10, 20)]
        let old = line(observed, Annotations(seen: [minute(2)]))
        let new = line(observed, Annotations(seen: [minute(2), minute(12)]))
        #expect(Attention(timeline: old)?.isSeen == false)
        #expect(Attention(timeline: new)?.isSeen == true)
    }
}
