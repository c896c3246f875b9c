// Problems that need a person, one after the other: two chains, so at most two at a time.

import Plant

/// A stop or fault that stands out.
struct Problem: Sendable {
    /// Which machine, by its place in the roster.
    let machine: Int
    let span: Span
    let isFault: Bool
    let reason: Int
    let detail: Int
    /// When a person says why.
    let saidAt: Int64
    /// When a person says "I am on it", nil when nobody does.
    let seenAt: Int64?
}

/// A sequence of problems on machines that no other chain touches.
struct ProblemChain: Sendable {
    private let machines: [Int]
    private var random: SeededRandom
    private(set) var problems: [Problem]

    /// The two chains of a script; the first problem of each is open now.
    static func both(seed: UInt64, now: Int64) -> [ProblemChain] {
        let even = now.snapped(to: 10)
        var first = SeededRandom(seed, 0x6368_6169_6E31)
        let stopStart = even - 24 * 60 - first.seconds(0, 5) * 10
        let stop = Problem(
            machine: MachineRoster.pressBrake,
            span: Span(start: stopStart, end: even + first.seconds(120, 240) * 10),
            isFault: false, reason: SiteReasons.tooling, detail: 1,
            saidAt: even + first.seconds(60, 110) * 10, seenAt: nil)
        var second = SeededRandom(seed, 0x6368_6169_6E32)
        let faultStart = even - 180 - second.seconds(0, 4) * 10
        let faultEnd = even + second.seconds(120, 180) * 10
        let fault = Problem(
            machine: MachineRoster.moulder, span: Span(start: faultStart, end: faultEnd),
            isFault: true, reason: SiteReasons.breakdown, detail: 0,
            saidAt: faultEnd - second.seconds(6, 20) * 10,
            seenAt: even + second.seconds(30, 60) * 10)
        return [
            ProblemChain(
                machines: [
                    MachineRoster.latheOne, MachineRoster.millOne, MachineRoster.pressBrake,
                ], random: first, problems: [stop]),
            ProblemChain(
                machines: [
                    MachineRoster.latheTwo, MachineRoster.millTwo, MachineRoster.moulder,
                ], random: second, problems: [fault]),
        ]
    }

    /// Makes problems until the last one starts after a second.
    mutating func extend(beyond second: Int64) {
        while let last = problems.last, last.span.start <= second { problems.append(next(last)) }
    }

    private mutating func next(_ last: Problem) -> Problem {
        let machine = machines[(problems.count - 1) % machines.count]
        let start = last.span.end + random.seconds(24, 60) * 10
        let isFault = random.happens(0.4)
        let length = isFault ? random.seconds(36, 90) * 10 : random.seconds(72, 150) * 10
        let share = random.between(0.65, 0.9)
        let causes = [
            SiteReasons.material, SiteReasons.tooling, SiteReasons.noOperator, SiteReasons.quality,
        ]
        let reason = isFault ? SiteReasons.breakdown : causes[random.index(causes.count)]
        let details = SiteReasons.all[reason].details.count
        return Problem(
            machine: machine, span: Span(start: start, end: start + length), isFault: isFault,
            reason: reason, detail: random.index(details),
            saidAt: start + Int64(Double(length) * share),
            seenAt: random.happens(0.5) ? start + random.seconds(60, 180) : nil)
    }
}
