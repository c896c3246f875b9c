// Turns the events of rows into drafts with their ids, and measured values into batches.

import Plant

/// Writes what will be stored.
struct DraftWriter {
    private let stamp: ImportStamp
    private let plan: ImportPlan
    private let site: ImportSite
    private let names: NameReader
    private var drafts: [EventDraft] = []
    private var machines: Set<Slug> = []
    private var reasons: Set<Slug> = []
    private var times: [SignalID: [Int64]] = [:]
    private var values: [SignalID: ColumnValues] = [:]
    private let maker: EventIDMaker
    private(set) var jobs: [JobRow] = []
    private(set) var notes: [ImportNote] = []

    init(stamp: ImportStamp, plan: ImportPlan, site: ImportSite, names: NameReader) {
        self.stamp = stamp
        self.plan = plan
        self.site = site
        self.names = names
        maker = EventIDMaker(stamp)
    }

    /// Adds what comes of a row.
    mutating func add(_ item: RowItem, _ made: RowEvents) {
        if made.result == .same { return }
        if let machine = item.machine { machines.insert(machine) }
        if let note = made.note { notes.append(note) }
        for (part, event) in made.events.enumerated() {
            switch event {
            case .stopReason(_, _, let reason, _): reasons.insert(reason)
            case .periodMarked(_, _, _, let reason): if let reason { reasons.insert(reason) }
            default: break
            }
            drafts.append(
                EventDraft(
                    id: maker.id(row: item.row, part: part), actor: stamp.actor, event: event))
        }
        switch item.content {
        case .planned(let job): jobs.append(job)
        case .values(let sayings):
            for saying in sayings {
                let kind = site.signals[saying.signal]?.kind ?? .number
                guard values[saying.signal, default: .empty(kind)].append(saying.value) else {
                    continue
                }
                times[saying.signal, default: []].append(item.range.start.nanoseconds)
            }
        default: break
        }
    }

    /// The row in words.
    func sentence(_ item: RowItem) -> String {
        RowWords.sentence(item, names: names, plan: plan, site: site)
    }

    /// All drafts: new machines and reasons first, as row 0.
    var finished: [EventDraft] {
        let first = names.additions(machines: machines, reasons: reasons).enumerated().map {
            EventDraft(
                id: maker.id(row: 0, part: $0.offset), actor: stamp.actor, event: $0.element)
        }
        return first + drafts
    }

    /// One batch for each signal, by number.
    var samples: [SampleBatch] {
        times.keys.sorted().map { signal in
            SampleBatch(
                times: times[signal] ?? [],
                columns: [SignalColumn(signal: signal, values: values[signal] ?? .numbers([]))],
                origin: .importBatch(stamp.number))
        }
    }
}
