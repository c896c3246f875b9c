// Cuts a machine's time at every boundary and names each piece: the order of decisions 23.
import Plant

/// The working-out behind ``MachineTimeline``.
struct TimelineBuilder {
    let range: TimeRange
    let observed: [ObservedEpisode]
    let working: [TimeRange]
    let annotations: Annotations
    let reasons: [Slug: StopReason]
    let slow: [TimeRange]
    let isLive: Bool
    private let partings: Set<Timestamp>

    init(
        range: TimeRange, observed: [ObservedEpisode], working: [TimeRange],
        annotations: Annotations, reasons: [Slug: StopReason], slow: [TimeRange], isLive: Bool
    ) {
        self.range = range
        self.observed = observed
        self.working = working
        self.annotations = annotations
        self.reasons = reasons
        self.slow = slow
        self.isLive = isLive
        partings = TimelineBuilder.partings(annotations.cuts)
    }

    /// A piece between two boundaries: one observed state, inside or outside of everything else.
    private struct Piece {
        let range: TimeRange
        let observed: ObservedState
        let isWorking: Bool
        let isSlow: Bool
        /// Index of the mark that wins here.
        let mark: Int?
        /// Number of the stop it belongs to.
        var stop: Int?
        var state = MachineState.unknown
        var reason: Slug?
        var detail = ""
    }

    func build() -> (episodes: [StateEpisode], stops: [MachineStop]) {
        guard !range.isEmpty else { return ([], []) }
        var pieces = cut()
        let stopRanges = gatherStops(&pieces)
        let given = reasons(of: stopRanges)
        for index in pieces.indices {
            name(&pieces[index], given: pieces[index].stop.flatMap { given[$0] })
        }
        return (join(pieces), stops(pieces, stopRanges, given))
    }

    private func cut() -> [Piece] {
        var cuts: [Timestamp] = [range.start, range.end]
        func add(_ part: TimeRange) {
            if range.contains(part.start) { cuts.append(part.start) }
            if range.contains(part.end) { cuts.append(part.end) }
        }
        for episode in observed { add(episode.range) }
        for part in working { add(part) }
        for part in slow { add(part) }
        for mark in annotations.marks { add(mark.range) }
        for moment in partings where range.contains(moment) { cuts.append(moment) }
        for booking in annotations.bookings where booking.good > 0 { add(booking.range) }
        cuts.sort()
        var pieces: [Piece] = []
        pieces.reserveCapacity(cuts.count)
        var episodeIndex = 0
        var workingIndex = 0
        var slowIndex = 0
        let marks = annotations.marks.indices.sorted {
            annotations.marks[$0].range.start < annotations.marks[$1].range.start
        }
        var nextMark = 0
        var activeMarks: [Int] = []
        for index in 1..<cuts.count where cuts[index - 1] < cuts[index] {
            let start = cuts[index - 1]
            while episodeIndex < observed.count, observed[episodeIndex].range.end <= start {
                episodeIndex += 1
            }
            while workingIndex < working.count, working[workingIndex].end <= start {
                workingIndex += 1
            }
            while slowIndex < slow.count, slow[slowIndex].end <= start { slowIndex += 1 }
            while nextMark < marks.count,
                annotations.marks[marks[nextMark]].range.start <= start
            {
                activeMarks.append(marks[nextMark])
                nextMark += 1
            }
            activeMarks.removeAll { annotations.marks[$0].range.end <= start }
            let isSeen =
                episodeIndex < observed.count && observed[episodeIndex].range.contains(start)
            pieces.append(
                Piece(
                    range: TimeRange(start: start, end: cuts[index]),
                    observed: isSeen ? observed[episodeIndex].state : .unknown,
                    isWorking: workingIndex < working.count
                        && working[workingIndex].contains(start),
                    isSlow: slowIndex < slow.count && slow[slowIndex].contains(start),
                    mark: winningMark(activeMarks)))
        }
        return pieces
    }

    /// The later entry; of two with one number the later in the list.
    private func winningMark(_ active: [Int]) -> Int? {
        active.max { left, right in
            (annotations.marks[left].sequence, left) < (annotations.marks[right].sequence, right)
        }
    }

    /// Numbers the standstills: neighbouring pieces seen as not running.
    private func gatherStops(_ pieces: inout [Piece]) -> [TimeRange] {
        var ranges: [TimeRange] = []
        var isInside = false
        var offSince: Timestamp?
        for index in pieces.indices {
            let piece = pieces[index]
            guard piece.observed == .off || piece.observed == .idle || piece.observed == .fault
            else {
                isInside = false
                offSince = nil
                continue
            }
            if piece.isWorking || piece.observed == .fault {
                // Work begins again: after a long time off it is another stop.
                if let since = offSince, isInside,
                    piece.range.start - since > UnderstandLimits.longestBreak
                {
                    isInside = false
                }
                offSince = nil
            } else if offSince == nil {
                offSince = piece.range.start
            }
            if partings.contains(piece.range.start) { isInside = false }
            if isInside {
                ranges[ranges.count - 1].end = piece.range.end
            } else {
                ranges.append(piece.range)
                isInside = true
            }
            pieces[index].stop = ranges.count - 1
        }
        return ranges
    }

    /// Moments at which people part a stop; the latest word on a moment holds.
    private static func partings(_ cuts: [StopCut]) -> Set<Timestamp> {
        var latest: [Timestamp: StopCut] = [:]
        for cut in cuts where (latest[cut.at]?.sequence ?? .min) <= cut.sequence {
            latest[cut.at] = cut
        }
        return Set(latest.values.filter(\.isCut).map(\.at))
    }

    /// The latest entry for each stop, by one walk along both lists.
    private func reasons(of stops: [TimeRange]) -> [ReasonGiven?] {
        var given = [ReasonGiven?](repeating: nil, count: stops.count)
        let ordered = annotations.reasons.sorted { $0.at < $1.at }
        var index = 0
        for reason in ordered {
            while index < stops.count, stops[index].end <= reason.at { index += 1 }
            var place = index
            if index == stops.count {
                // Said just after the last look: it is about the stop that is still going on.
                guard isLive, let last = stops.last, last.end == range.end else { break }
                place = stops.count - 1
            }
            guard stops[place].start <= reason.at else { continue }
            if let old = given[place], old.sequence > reason.sequence { continue }
            given[place] = reason
        }
        return given
    }

    private func name(_ piece: inout Piece, given: ReasonGiven?) {
        let mark = piece.mark.map { annotations.marks[$0] }
        let loss = given.flatMap { reasons[$0.reason]?.loss }
        func explain() {
            piece.reason = given?.reason
            piece.detail = given?.detail ?? ""
        }
        switch piece.observed {
        case .unknown: piece.state = .unknown
        case .fault:
            piece.state = .fault
            explain()
        case .running:
            if let mark, mark.kind == .setup, !hasGoodParts(in: mark, at: piece.range) {
                piece.state = .setup
                piece.reason = mark.reason
            } else {
                piece.state = piece.isSlow ? .slow : .running
            }
        case .off, .idle:
            if let mark {
                piece.state = mark.kind == .setup ? .setup : .planned
                piece.reason = mark.reason
            } else if !piece.isWorking {
                piece.state = .planned
            } else {
                piece.state = loss == .setup ? .setup : loss == .planned ? .planned : .stopped
                explain()
            }
        }
    }

    /// Whether good parts are booked here for a stretch inside the mark.
    private func hasGoodParts(in mark: PeriodMark, at piece: TimeRange) -> Bool {
        annotations.bookings.contains { booking in
            booking.good > 0 && booking.range.overlaps(piece)
                && booking.range.start >= mark.range.start && booking.range.end <= mark.range.end
        }
    }

    private func join(_ pieces: [Piece]) -> [StateEpisode] {
        var episodes: [StateEpisode] = []
        var lastStop: Int?
        for piece in pieces {
            if let last = episodes.last, last.state == piece.state, last.reason == piece.reason,
                last.detail == piece.detail, lastStop == piece.stop
            {
                episodes[episodes.count - 1].range.end = piece.range.end
            } else {
                episodes.append(
                    StateEpisode(
                        state: piece.state, range: piece.range, reason: piece.reason,
                        detail: piece.detail))
            }
            lastStop = piece.stop
        }
        if isLive, !episodes.isEmpty { episodes[episodes.count - 1].isOpen = true }
        return episodes
    }

    private func stops(
        _ pieces: [Piece], _ ranges: [TimeRange], _ given: [ReasonGiven?]
    ) -> [MachineStop] {
        var lost = [[TimeRange]](repeating: [], count: ranges.count)
        var states = [Set<MachineState>](repeating: [], count: ranges.count)
        var marked = [Slug?](repeating: nil, count: ranges.count)
        for piece in pieces {
            guard let stop = piece.stop else { continue }
            states[stop].insert(piece.state)
            if given[stop] == nil, piece.reason != nil { marked[stop] = piece.reason }
            guard piece.isWorking, piece.state == .stopped || piece.state == .fault else {
                continue
            }
            if let last = lost[stop].last, last.end == piece.range.start {
                lost[stop][lost[stop].count - 1].end = piece.range.end
            } else {
                lost[stop].append(piece.range)
            }
        }
        return ranges.indices.map { index in
            let order: [MachineState] = [.fault, .stopped, .setup, .planned]
            return MachineStop(
                range: ranges[index], lost: lost[index],
                state: order.first(where: states[index].contains) ?? .planned,
                reason: given[index]?.reason ?? marked[index],
                detail: given[index]?.detail ?? "", entry: given[index]?.sequence,
                isOpen: isLive && ranges[index].end == range.end)
        }
    }
}
