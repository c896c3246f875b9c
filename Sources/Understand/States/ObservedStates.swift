// Observed states of a stretch of time from stored columns, fast enough for six weeks at once.
public import Plant

/// Batch reading of states; equal to what ``StateEngine`` gives for the same samples.
public enum ObservedStates {
    /// Episodes that tile `range` without gap or overlap.
    ///
    /// `series` may reach beyond the range on both sides; samples after its end help to judge the
    /// last changes. `before` holds the newest sample of each signal from before its series.
    /// Where nothing was seen the state is `unknown`.
    public static func episodes(
        rule: StateRule, series: [SignalID: SampleSeries], range: TimeRange,
        before: [SignalID: LastValue] = [:], period: Elapsed? = nil
    ) -> [ObservedEpisode] {
        episodes(
            rules: [Dated(from: .distantPast, value: rule)], series: series, range: range,
            before: before, period: period)
    }

    /// Episodes that tile `range` by rules that take over from one another.
    public static func episodes(
        rules: [Dated<StateRule>], series: [SignalID: SampleSeries], range: TimeRange,
        before: [SignalID: LastValue] = [:], period: Elapsed? = nil
    ) -> [ObservedEpisode] {
        let ordered = rules.sorted { $0.from < $1.from }
        var changes: [StateChange] = []
        for (index, rule) in ordered.enumerated() {
            let end = index + 1 < ordered.count ? ordered[index + 1].from : .distantFuture
            guard rule.from < end, end > range.start, rule.from < range.end else { continue }
            changes += self.changes(
                rule: rule, until: end, series: series, before: before, period: period,
                lastLook: range.end)
        }
        return episodes(changes: changes, range: range)
    }

    /// Episodes that tile `range` from changes in order of time; `unknown` before the first.
    public static func episodes(changes: [StateChange], range: TimeRange) -> [ObservedEpisode] {
        guard !range.isEmpty else { return [] }
        var episodes: [ObservedEpisode] = []
        func add(_ state: ObservedState, _ from: Timestamp, _ to: Timestamp) {
            let start = max(from, range.start)
            let end = min(to, range.end)
            guard start < end else { return }
            if let last = episodes.last, last.state == state, last.range.end == start {
                episodes[episodes.count - 1].range.end = end
            } else {
                episodes.append(
                    ObservedEpisode(state: state, range: TimeRange(start: start, end: end)))
            }
        }
        var state = ObservedState.unknown
        var from = Timestamp.distantPast
        for change in changes {
            add(state, from, change.from)
            state = change.state
            from = change.from
        }
        add(state, from, .distantFuture)
        return episodes
    }

    /// Episodes of a machine that only people tell of: each word holds until the next, at most for
    /// ``UnderstandLimits/longestTold``; after that nobody knows.
    ///
    /// `told` may reach back before `range`; of two words for one moment the later entry holds.
    public static func episodes(told: [StateTold], range: TimeRange) -> [ObservedEpisode] {
        var words: [StateTold] = []
        for word in told.sorted(by: { ($0.at, $0.sequence) < ($1.at, $1.sequence) }) {
            if words.last?.at == word.at { words.removeLast() }
            words.append(word)
        }
        var changes: [StateChange] = []
        for (index, word) in words.enumerated() {
            changes.append(StateChange(state: word.state, from: word.at, known: word.at))
            let end = word.at + UnderstandLimits.longestTold
            if index + 1 == words.count || words[index + 1].at > end {
                changes.append(StateChange(state: .unknown, from: end, known: end))
            }
        }
        return episodes(changes: changes, range: range)
    }

    /// Episodes with what people corrected laid over them.
    ///
    /// Where corrections overlap the later one holds, and one that says `unknown` takes earlier
    /// ones back. Time that was not seen stays so: nobody can put right what there is no sample
    /// of. Where nothing is read from the machine (`isToldByHand`) there is only what people say,
    /// and it holds. `episodes` tile a range, and so does what comes back.
    public static func corrected(
        _ episodes: [ObservedEpisode], by corrections: [StateCorrection],
        isToldByHand: Bool = false
    ) -> [ObservedEpisode] {
        guard !corrections.isEmpty, let first = episodes.first, let last = episodes.last else {
            return episodes
        }
        let whole = TimeRange(start: first.range.start, end: last.range.end)
        var present = episodes
        for correction in corrections.sorted(by: { $0.sequence < $1.sequence }) {
            guard let inside = correction.range.intersection(whole), !inside.isEmpty else {
                continue
            }
            var changes: [StateChange] = []
            func add(_ state: ObservedState, _ from: Timestamp) {
                changes.append(StateChange(state: state, from: from, known: from))
            }
            for episode in present where episode.range.start < inside.start {
                add(episode.state, episode.range.start)
            }
            for episode in episodes where episode.range.overlaps(inside) {
                let isKept =
                    correction.state == .unknown || (episode.state == .unknown && !isToldByHand)
                add(
                    isKept ? episode.state : correction.state,
                    max(episode.range.start, inside.start))
            }
            for episode in present where episode.range.end > inside.end {
                add(episode.state, max(episode.range.start, inside.end))
            }
            present = ObservedStates.episodes(changes: changes, range: whole)
        }
        return present
    }

    private static func changes(
        rule: Dated<StateRule>, until end: Timestamp, series: [SignalID: SampleSeries],
        before: [SignalID: LastValue], period: Elapsed?, lastLook: Timestamp
    ) -> [StateChange] {
        var reader = RuleReader(rule: rule.value, period: period)
        var carried: [SignalID: LastValue] = [:]
        var lastSample = Int64.min
        for signal in rule.value.signals {
            let own = series[signal] ?? .empty(.number)
            let first = firstIndex(own.times, notBefore: rule.from.nanoseconds)
            if first > 0 {
                carried[signal] = LastValue(
                    time: Timestamp(nanoseconds: own.times[first - 1]),
                    value: own.values[first - 1],
                    quality: own.quality(at: first - 1))
            } else {
                carried[signal] = before[signal]
            }
            let stop = firstIndex(own.times, notBefore: end.nanoseconds)
            if stop > 0 { lastSample = max(lastSample, own.times[stop - 1]) }
        }
        reader.carryIn(carried)
        var changes: [StateChange] = []
        if rule.from > .distantPast {
            reader.stepper.takeOver(at: rule.from.nanoseconds)
            changes.append(
                StateChange(state: reader.stepper.state, from: rule.from, known: rule.from))
        }
        feed(&reader.stepper, rule: rule.value, series: series, from: rule.from, until: end)
        let look = min(end.nanoseconds, max(lastLook.nanoseconds, lastSample))
        reader.stepper.advance(to: look)
        return changes + reader.stepper.takeChanges()
    }

    /// Index of the first time at or after `time`.
    static func firstIndex(_ times: [Int64], notBefore time: Int64) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A switch that turned at a time.
private struct SwitchTurn: BitwiseCopyable {
    let time: Int64
    let isLink: Bool
    let isOn: Bool
}

/// Feeds all samples of a rule within a stretch to its stepper, in order of time.
private func feed(
    _ stepper: inout StateStepper, rule: StateRule, series: [SignalID: SampleSeries],
    from: Timestamp, until end: Timestamp
) {
    var turns: [SwitchTurn] = []
    if let link = rule.link, let own = series[link] {
        collectTurns(own, isLink: true, from: from.nanoseconds, until: end.nanoseconds, &turns)
    }
    if let fault = rule.fault, let own = series[fault] {
        collectTurns(own, isLink: false, from: from.nanoseconds, until: end.nanoseconds, &turns)
    }
    // At one instant the link counts before the fault, both before the level.
    turns.sort { ($0.time, $0.isLink ? 0 : 1) < ($1.time, $1.isLink ? 0 : 1) }

    let sourceID: SignalID
    let meanings: [String: ObservedState]?
    switch rule.source {
    case .explicit(let signal, let given): (sourceID, meanings) = (signal, given)
    case .level(let signal, _, _): (sourceID, meanings) = (signal, nil)
    }
    let source = series[sourceID] ?? .empty(.number)
    var position = ObservedStates.firstIndex(source.times, notBefore: from.nanoseconds)
    let last = ObservedStates.firstIndex(source.times, notBefore: end.nanoseconds)
    for turn in turns {
        let stop = min(last, ObservedStates.firstIndex(source.times, notBefore: turn.time))
        feedSource(&stepper, source, meanings, position, stop)
        position = max(position, stop)
        if turn.isLink {
            stepper.see(linkUp: turn.isOn, at: turn.time)
        } else {
            stepper.see(fault: turn.isOn, at: turn.time)
        }
    }
    feedSource(&stepper, source, meanings, position, last)
}

/// The samples at which a switch may have turned: repeats of one position change nothing.
private func collectTurns(
    _ series: SampleSeries, isLink: Bool, from: Int64, until end: Int64, _ turns: inout [SwitchTurn]
) {
    var isOn: Bool?
    let first = ObservedStates.firstIndex(series.times, notBefore: from)
    let last = ObservedStates.firstIndex(series.times, notBefore: end)
    func note(_ index: Int, _ new: Bool) {
        guard new != isOn else { return }
        isOn = new
        turns.append(SwitchTurn(time: series.times[index], isLink: isLink, isOn: new))
    }
    switch series.values {
    case .flags(let values):
        for index in first..<last {
            note(index, values[index] && series.quality(at: index).isUsable)
        }
    case .integers(let values):
        for index in first..<last {
            note(index, values[index] != 0 && series.quality(at: index).isUsable)
        }
    case .numbers(let values):
        for index in first..<last {
            let value = values[index]
            note(index, value.isFinite && value != 0 && series.quality(at: index).isUsable)
        }
    case .texts:
        for index in first..<last {
            note(index, RuleReader.isOn(series.values[index], series.quality(at: index)))
        }
    }
}

private func feedSource(
    _ stepper: inout StateStepper, _ series: SampleSeries, _ meanings: [String: ObservedState]?,
    _ first: Int, _ last: Int
) {
    guard first < last else { return }
    if let meanings {
        feedSaid(&stepper, series, meanings, first, last)
        return
    }
    switch series.values {
    case .numbers(let values):
        feedLevels(&stepper, series.times, values, series.quality, first, last)
    case .integers(let values):
        for index in first..<last {
            if series.quality(at: index).isUsable {
                stepper.see(level: Double(values[index]), at: series.times[index])
            } else {
                stepper.lose(at: series.times[index])
            }
        }
    case .flags(let values):
        for index in first..<last {
            if series.quality(at: index).isUsable {
                stepper.see(level: values[index] ? 1 : 0, at: series.times[index])
            } else {
                stepper.lose(at: series.times[index])
            }
        }
    case .texts:
        for index in first..<last { stepper.lose(at: series.times[index]) }
    }
}

/// The hot loop: measured levels of one column.
private func feedLevels(
    _ stepper: inout StateStepper, _ times: [Int64], _ values: [Double], _ quality: [Quality],
    _ first: Int, _ last: Int
) {
    if quality.isEmpty {
        for index in first..<last { stepper.see(level: values[index], at: times[index]) }
        return
    }
    for index in first..<last {
        if quality[index].isUsable {
            stepper.see(level: values[index], at: times[index])
        } else {
            stepper.lose(at: times[index])
        }
    }
}

/// States that the machine says: the meaning is looked up once for a run of equal values.
private func feedSaid(
    _ stepper: inout StateStepper, _ series: SampleSeries, _ meanings: [String: ObservedState],
    _ first: Int, _ last: Int
) {
    var state = ObservedState.unknown
    func take(_ index: Int, _ isRepeat: Bool) {
        if !isRepeat { state = meanings[series.values[index].asText] ?? .unknown }
        if series.quality(at: index).isUsable {
            stepper.see(said: state, at: series.times[index])
        } else {
            stepper.lose(at: series.times[index])
        }
    }
    switch series.values {
    case .texts(let values):
        for index in first..<last {
            take(index, index > first && values[index] == values[index - 1])
        }
    case .integers(let values):
        for index in first..<last {
            take(index, index > first && values[index] == values[index - 1])
        }
    case .flags(let values):
        for index in first..<last {
            take(index, index > first && values[index] == values[index - 1])
        }
    case .numbers(let values):
        for index in first..<last {
            take(index, index > first && values[index] == values[index - 1])
        }
    }
}
