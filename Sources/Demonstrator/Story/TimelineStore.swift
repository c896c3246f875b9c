// Timelines made on demand and kept while they are in use; the same question, the same answer.

import Plant
import Synchronization

/// Shifts, problems and timelines of one script, safe to ask from any task.
///
/// The lock is held while a timeline is made: that is pure arithmetic of well under 1 ms.
final class TimelineStore: Sendable {
    let plan: StoryPlan
    let models: [MachineModel]
    private let state: Mutex<Contents>

    private struct Key: Hashable {
        let machine: Int
        let shift: Int
    }

    private struct Contents {
        var frames: [ShiftFrame] = []
        var chains: [ProblemChain]
        /// What each machine's shifts begin with, one more than timelines made so far.
        var carries: [[Carry]]
        var kept: [Key: ShiftTimeline] = [:]
        var order: [Key] = []
    }

    /// A store for a plan.
    init(plan: StoryPlan, models: [MachineModel]) {
        self.plan = plan
        self.models = models
        let carries = models.map { model in
            [
                Carry(
                    parts: model.partsBefore, scrap: model.scrapBefore,
                    wattHours: model.wattHoursBefore, warmth: 1)
            ]
        }
        state = Mutex(
            Contents(
                chains: ProblemChain.both(seed: plan.seed, now: plan.now), carries: carries))
    }

    /// The timeline that holds a second; the first shift before, the last one after the story.
    func timeline(machine: Int, at second: Int64) -> ShiftTimeline {
        state.withLock { contents in
            extendFrames(&contents, beyond: second)
            return timeline(&contents, machine, index(contents.frames, second))
        }
    }

    /// The timelines that overlap a stretch, in time order, handed over one at a time.
    func visit<Failure: Error>(
        machine: Int, _ span: Span, _ body: (ShiftTimeline) throws(Failure) -> Void
    ) throws(Failure) {
        var second = max(span.start, plan.start)
        while second < span.end {
            let timeline = timeline(machine: machine, at: second)
            try body(timeline)
            guard timeline.frame.span.end > second else { return }
            second = timeline.frame.span.end
        }
    }

    /// Problems of both chains that begin before a second, in time order.
    func problems(before second: Int64) -> [Problem] {
        state.withLock { contents in
            extendChains(&contents, beyond: second)
            return contents.chains.flatMap(\.problems).filter { $0.span.start < second }
                .sorted { $0.span.start < $1.span.start }
        }
    }

    /// The shifts that overlap a stretch.
    func frames(_ span: Span) -> [ShiftFrame] {
        state.withLock { contents in
            extendFrames(&contents, beyond: span.end)
            return contents.frames.filter { $0.span.overlaps(span) }
        }
    }

    private func index(_ frames: [ShiftFrame], _ second: Int64) -> Int {
        var low = 0
        var high = frames.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if frames[middle].span.start <= second { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private func timeline(_ contents: inout Contents, _ machine: Int, _ shift: Int)
        -> ShiftTimeline
    {
        let key = Key(machine: machine, shift: shift)
        if let kept = contents.kept[key] { return kept }
        let builder = TimelineBuilder(model: models[machine], machine: machine, plan: plan)
        while contents.carries[machine].count <= shift {
            let next = build(&contents, builder, shift: contents.carries[machine].count - 1)
            contents.carries[machine].append(next.carry)
        }
        let made = build(&contents, builder, shift: shift)
        if contents.carries[machine].count == shift + 1 {
            contents.carries[machine].append(made.carry)
        }
        if contents.order.count >= DemonstratorLimits.keptTimelines {
            contents.kept[contents.order.removeFirst()] = nil
        }
        contents.kept[key] = made.timeline
        contents.order.append(key)
        return made.timeline
    }

    private func build(
        _ contents: inout Contents, _ builder: TimelineBuilder, shift: Int
    ) -> (timeline: ShiftTimeline, carry: Carry) {
        let frame = contents.frames[shift]
        extendChains(&contents, beyond: frame.span.end)
        let problems = contents.chains.flatMap(\.problems).filter { $0.span.overlaps(frame.span) }
        return builder.timeline(
            frame, carry: contents.carries[builder.machine][shift], problems: problems)
    }

    private func extendChains(_ contents: inout Contents, beyond second: Int64) {
        for index in contents.chains.indices { contents.chains[index].extend(beyond: second) }
    }

    /// Adds weeks of shifts until one begins after a second.
    private func extendFrames(_ contents: inout Contents, beyond second: Int64) {
        let week: Int64 = 7 * 86400
        let limit = plan.start + Int64(DemonstratorLimits.weeks) * week
        var reached = contents.frames.last?.span.end ?? plan.start
        while reached <= min(second, limit) {
            let ahead = Span(start: reached, end: reached + 8 * week)
            let shifts = plan.calendar.shifts(in: ahead.range)
            for shift in shifts where shift.range.end.secondsSince1970 > reached {
                let next = frame(shift, index: contents.frames.count, from: reached)
                contents.frames.append(next)
                reached = next.span.end
            }
            if shifts.isEmpty { return }
        }
    }

    private func frame(_ shift: Shift, index: Int, from reached: Int64) -> ShiftFrame {
        let start = index == 0 ? shift.range.start.secondsSince1970 : reached
        let span = Span(start: start, end: shift.range.end.secondsSince1970)
        return ShiftFrame(
            index: index, id: shift.id, span: span,
            working: shift.working.map {
                Span(start: $0.start.secondsSince1970, end: $0.end.secondsSince1970)
            },
            isQuietHours: shift.id.hasSuffix("night") || shift.id.hasSuffix("weekend-day"),
            isKitted: span.start >= plan.start + Story.kittedAfter)
    }
}
