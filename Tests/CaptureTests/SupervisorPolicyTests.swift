// The decisions of supervision in virtual time.

import Plant
import Testing

@testable import Capture

@Suite("Supervision")
struct SupervisorPolicyTests {
    private var policy = SupervisorPolicy(
        groups: [
            PollGroup(
                signals: [RegisteredSignal(id: SignalID(1), kind: .number)], period: .seconds(1)),
            PollGroup(
                signals: [RegisteredSignal(id: SignalID(2), kind: .number)], period: .seconds(60)),
        ],
        status: ConnectionStatus(id: Slug("gw"), kind: "modbus-tcp", at: testStart))

    private mutating func step(_ event: SupervisorEvent, _ seconds: Double) -> [SupervisorEffect] {
        let now = Elapsed(nanoseconds: Int64(seconds * 1e9))
        return policy.step(event, now: now, wall: testStart + now)
    }

    private static let gone = ConnectorError.unreachable(address: "h:502", detail: "no route")

    @Test("waits 1 s doubling to 60 s with full jitter (R-37)")
    mutating func backOff() {
        #expect(step(.begin, 0) == [.connect(after: .zero)])
        var now = 0.0
        var waits: [Elapsed] = []
        for _ in 0..<9 {
            _ = step(.attempt, now)
            now += 3  // The attempt itself took long, so the spacing of 1 s is kept anyhow.
            let effects = step(.ended(Self.gone, jitter: 0.999_999_999), now)
            guard case .connect(let wait) = effects.last else {
                Issue.record("no further attempt")
                return
            }
            waits.append(wait)
            now += wait.seconds
        }
        #expect(waits.map { Int($0.seconds.rounded()) } == [1, 2, 4, 8, 16, 32, 60, 60, 60])
        #expect(policy.status.attempts == 9)
        #expect(policy.status.phase == .retrying)
    }

    @Test("never tries a device twice in one second", arguments: [0.0, 0.3, 0.9])
    mutating func spacing(_ jitter: Double) {
        _ = step(.begin, 0)
        _ = step(.attempt, 10)
        let effects = step(.ended(Self.gone, jitter: jitter), 10.001)
        #expect(effects.contains(.connect(after: .milliseconds(999))))
    }

    @Test("starts the waits anew after a success")
    mutating func reset() {
        _ = step(.begin, 0)
        for attempt in 0..<5 {
            _ = step(.attempt, Double(attempt) * 100)
            _ = step(.ended(Self.gone, jitter: 0.5), Double(attempt) * 100 + 3)
        }
        _ = step(.attempt, 600)
        _ = step(.report(.established), 601)
        let effects = step(.ended(.closed(doing: "reading"), jitter: 0.999_999_999), 700)
        guard case .connect(let wait) = effects.last else {
            Issue.record("no further attempt")
            return
        }
        #expect(wait < .milliseconds(1_001))
    }

    @Test("speaks once on loss and once on recovery")
    mutating func speaksOnce() {
        var said: [String] = []
        func note(_ effects: [SupervisorEffect]) {
            for effect in effects {
                if case .sayLost = effect { said.append("lost") }
                if case .sayRecovered(let after) = effect {
                    said.append("back after \(after.words)")
                }
            }
        }
        note(step(.begin, 0))
        note(step(.report(.established), 1))
        for attempt in 1...20 {
            note(step(.ended(Self.gone, jitter: 0.5), Double(attempt) * 60))
            note(step(.attempt, Double(attempt) * 60 + 30))
        }
        note(step(.report(.polled(group: 0, at: testStart)), 1_260))
        note(step(.report(.polled(group: 0, at: testStart)), 1_261))
        #expect(said == ["lost", "back after 20 min"])
    }

    @Test("marks a gap once, at the last good time plus one period (R-38)")
    mutating func marks() {
        _ = step(.begin, 0)
        _ = step(.report(.polled(group: 0, at: testStart + .seconds(10))), 10)
        _ = step(.report(.polled(group: 1, at: testStart + .seconds(10))), 10)
        var marks: [SupervisorEffect] = []
        for second in 11...400 {
            let event: SupervisorEvent =
                second < 13
                ? .report(.requestFailed(group: 0, "no answer"))
                : second == 13 || second == 20 || second == 30
                    ? .ended(Self.gone, jitter: 0.5) : .tick
            for effect in step(event, Double(second)) {
                if case .mark = effect { marks.append(effect) }
            }
        }
        // The slow group waits for two periods, the fast one for three failures.
        #expect(
            marks == [
                .mark(group: 0, at: testStart + .seconds(11)),
                .mark(group: 1, at: testStart + .seconds(70)),
            ])
        _ = step(.report(.polled(group: 0, at: testStart + .seconds(500))), 500)
        _ = step(.report(.requestFailed(group: 0, "")), 501)
        _ = step(.report(.requestFailed(group: 0, "")), 502)
        let again = step(.report(.requestFailed(group: 0, "")), 503)
        #expect(again == [.mark(group: 0, at: testStart + .seconds(501))])
    }

    @Test("marks a device that never answered from the start on")
    mutating func marksFromStart() {
        _ = step(.begin, 5)
        var marks: [SupervisorEffect] = []
        for attempt in 1...3 {
            marks += step(.ended(Self.gone, jitter: 0.5), 5 + Double(attempt) * 2).filter {
                if case .mark = $0 { true } else { false }
            }
        }
        #expect(marks == [.mark(group: 0, at: testStart + .seconds(5))])
    }

    @Test("stores the state of the link at each change only (decisions 10)")
    mutating func link() {
        var states: [Bool] = []
        let events: [SupervisorEvent] = [
            .begin, .attempt, .ended(Self.gone, jitter: 0), .attempt,
            .ended(Self.gone, jitter: 0), .attempt, .report(.established),
            .report(.received(3)), .ended(Self.gone, jitter: 0), .report(.established), .stopped,
            .stopped,
        ]
        for (index, event) in events.enumerated() {
            for effect in step(event, Double(index)) {
                if case .link(let isUp, _) = effect { states.append(isUp) }
            }
        }
        #expect(states == [false, true, false, true, false])
    }

    @Test("holds what only a change of configuration can help")
    mutating func holds() {
        _ = step(.begin, 0)
        let effects = step(.ended(.misconfigured(field: "unit", reason: "x"), jitter: 0), 200)
        #expect(effects.last == .hold)
        #expect(effects.contains(.mark(group: 0, at: testStart)))
        #expect(policy.status.phase == .misconfigured)
        #expect(policy.status.remedy == "Correct the setting unit.")
    }

    @Test("counts for the page of machines")
    mutating func counts() {
        _ = step(.begin, 0)
        _ = step(.report(.polled(group: 0, at: testStart)), 1)
        _ = step(.report(.pollsLost(2)), 2)
        _ = step(.report(.dropped(stage: "intake", reason: "full", count: 7)), 3)
        _ = step(.report(.received(5)), 4)
        let status = policy.status
        #expect(status.polls == 1)
        #expect(status.lostPolls == 2)
        #expect(status.droppedSamples == 7)
        #expect(status.received == 5)
        #expect(status.words == "Connected")
        #expect(status.since == testStart + .seconds(1))
        #expect(status.lastSuccess == testStart + .seconds(4))
    }
}
