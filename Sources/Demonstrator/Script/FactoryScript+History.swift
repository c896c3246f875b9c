// Six weeks of samples in long columns, as pollers and senders would have produced them.

public import Plant

extension FactoryScript {
    /// Hands over all history: shift by shift in time order, machine by machine within a shift.
    ///
    /// Polled machines have equally spaced rows, every 10 s and every second for the last day.
    /// Machines that send lines have the same rows and one more at each change of state. A batch
    /// has at most `DemonstratorLimits.batchRows` rows and all signals of one machine.
    public func eachBatch(_ body: (SampleBatch) throws -> Void) rethrows {
        for frame in store.frames(historySpan) {
            for machine in models.indices {
                try batches(machine, frame.span.start, historySpan, body)
            }
        }
    }

    /// Hands over all history as `eachBatch(_:)` does, a shift of all machines at a time.
    public func history(_ body: ([SampleBatch]) async throws -> Void) async rethrows {
        for frame in store.frames(historySpan) { try await body(batches(frame, historySpan)) }
    }

    /// Hands over the history of one machine in time order; nothing for one that does not exist.
    public func history(of machine: Slug, _ body: (SampleBatch) throws -> Void) rethrows {
        guard let place = place(of: machine) else { return }
        for frame in store.frames(historySpan) {
            try batches(place, frame.span.start, historySpan, body)
        }
    }

    /// Hands over what would have been sampled in a stretch after history, such as the time for
    /// which the box was off: every second for up to an hour, else every 10 s.
    public func continuation(
        in range: TimeRange, _ body: ([SampleBatch]) async throws -> Void
    ) async rethrows {
        let first = max(range.start.secondsFromAbove, historySpan.end)
        let span = Span(start: first, end: max(first, range.end.secondsFromAbove))
        for frame in store.frames(span) where span.length > 0 {
            try await body(batches(frame, span))
        }
    }

    /// Whole seconds of history; the second of `now` itself belongs to the live side.
    var historySpan: Span { Span(start: plan.start, end: now.secondsFromAbove) }

    private func batches(_ frame: ShiftFrame, _ span: Span) -> [SampleBatch] {
        var all: [SampleBatch] = []
        for machine in models.indices {
            batches(machine, frame.span.start, span) { all.append($0) }
        }
        return all
    }

    private func batches(
        _ machine: Int, _ shiftStart: Int64, _ span: Span, _ body: (SampleBatch) throws -> Void
    ) rethrows {
        let timeline = store.timeline(machine: machine, at: shiftStart)
        let reader = SignalReader(
            model: models[machine], machine: machine, plan: plan, timeline: timeline)
        guard let covered = timeline.frame.span.intersection(span) else { return }
        for part in seenParts(machine, covered) {
            let times = times(part, timeline, isLong: span.length > 3600)
            var row = 0
            while row < times.count {
                let rows = Array(times[row..<min(times.count, row + DemonstratorLimits.batchRows)])
                let columns = models[machine].signals.indices.map { index in
                    SignalColumn(
                        signal: SignalID(firstSignal[machine] + UInt32(index)),
                        values: reader.column(index, times: rows))
                }
                try body(SampleBatch(times: rows.map { $0 * 1_000_000_000 }, columns: columns))
                row += rows.count
            }
        }
    }

    /// The parts of a stretch that were sampled: cut at the last day, without the day of the
    /// dead sensor.
    private func seenParts(_ machine: Int, _ covered: Span) -> [Span] {
        let now = historySpan.end
        let parts = [
            Span(start: covered.start, end: min(covered.end, plan.fineFrom)),
            Span(start: max(covered.start, plan.fineFrom), end: min(covered.end, now)),
            Span(start: max(covered.start, now), end: covered.end),
        ].filter { $0.length > 0 }
        guard machine == MachineRoster.latheTwo else { return parts }
        return parts.flatMap { part in
            [
                Span(start: part.start, end: min(part.end, plan.dead.start)),
                Span(start: max(part.start, plan.dead.end), end: part.end),
            ].filter { $0.length > 0 }
        }
    }

    private func times(_ span: Span, _ timeline: ShiftTimeline, isLong: Bool) -> [Int64] {
        let isHistory = span.start < historySpan.end
        let isFine = isHistory ? span.start >= plan.fineFrom : !isLong
        guard !isFine else { return Array(span.start..<span.end) }
        let step = Story.coarseStep
        let first = (span.start + step - 1).snapped(to: step)
        var times = Array(stride(from: first, to: span.end, by: Int(step)))
        let changes = timeline.segments.map(\.span.start).filter {
            $0 % step != 0 && $0 >= span.start && $0 < span.end
        }
        guard !changes.isEmpty else { return times }
        times.append(contentsOf: changes)
        times.sort()
        return times
    }
}

extension Timestamp {
    /// Whole seconds since 1970, rounded up.
    var secondsFromAbove: Int64 {
        let seconds = secondsSince1970
        return Timestamp(seconds: seconds) == self ? seconds : seconds + 1
    }
}
