// Places the jobs of rows in time: rows of one job that follow each other are one run.

import Plant

/// Starts and ends of jobs by the item that they go with.
struct JobRuns {
    /// Events by place in the list of items.
    private(set) var events: [Int: [FactoryEvent]] = [:]
    /// Rows of stretches in which jobs of their machine overlap.
    private(set) var unplaced: [Int] = []

    private struct Run {
        var first: Int
        var last: Int
        var job: JobSaying
        var range: TimeRange
        var isOpen: Bool
    }

    /// The runs of all items; ends that have not come are left out.
    init(_ items: [RowItem], now: Timestamp) {
        var byMachine: [Slug: [Int]] = [:]
        for (place, item) in items.enumerated() {
            guard case .parts(let saying) = item.content, saying.job != nil,
                let machine = item.machine
            else { continue }
            byMachine[machine, default: []].append(place)
        }
        for (machine, places) in byMachine {
            let sorted = places.sorted {
                (items[$0].range.start, items[$0].range.end, $0)
                    < (items[$1].range.start, items[$1].range.end, $1)
            }
            let clashing = Self.clashing(sorted, items)
            unplaced += clashing.map { items[$0].row }
            place(sorted.filter { !clashing.contains($0) }, items, machine, now)
        }
    }

    /// Items of stretches in which several jobs overlap; places are in order of time.
    private static func clashing(_ places: [Int], _ items: [RowItem]) -> Set<Int> {
        var clashing: Set<Int> = []
        var stretch: [Int] = []
        var jobs: Set<JobSaying> = []
        var end = Timestamp.distantPast
        for place in places {
            guard case .parts(let saying) = items[place].content, let job = saying.job else {
                continue
            }
            let range = items[place].range
            if range.start >= end {
                if jobs.count > 1 { clashing.formUnion(stretch) }
                (stretch, jobs) = ([], [])
            }
            stretch.append(place)
            jobs.insert(job)
            end = max(end, range.end)
        }
        if jobs.count > 1 { clashing.formUnion(stretch) }
        return clashing
    }

    private mutating func place(
        _ places: [Int], _ items: [RowItem], _ machine: Slug, _ now: Timestamp
    ) {
        var runs: [Run] = []
        for place in places {
            guard case .parts(let saying) = items[place].content, let job = saying.job else {
                continue
            }
            let item = items[place]
            if let last = runs.last, last.job == job, item.range.start <= last.range.end,
                !last.isOpen
            {
                runs[runs.count - 1].last = place
                runs[runs.count - 1].range.end = max(last.range.end, item.range.end)
                runs[runs.count - 1].isOpen = item.isOpen
            } else {
                runs.append(
                    Run(first: place, last: place, job: job, range: item.range, isOpen: item.isOpen)
                )
            }
        }
        for (index, run) in runs.enumerated() {
            events[run.first, default: []].append(
                .jobStarted(
                    machine: machine, at: run.range.start, job: run.job.job,
                    product: run.job.product, idealPerPart: run.job.ideal, isEstimate: false,
                    plannedParts: run.job.planned))
            // The next start ends the one before.
            let isFollowed = index + 1 < runs.count && runs[index + 1].range.start == run.range.end
            guard !run.isOpen, !isFollowed, run.range.end <= now else { continue }
            events[run.last, default: []].append(.jobEnded(machine: machine, at: run.range.end))
        }
    }
}
