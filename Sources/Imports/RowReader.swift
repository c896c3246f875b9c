// Understands the rows of a table one by one, each kind of table in its own way.

import Plant
import Sheets

/// Reads rows under a plan.
struct RowReader {
    let plan: ImportPlan
    let kind: TableKind
    let site: ImportSite
    let stamp: ImportStamp
    let layout: RowLayout
    private(set) var names: NameReader
    private(set) var warnings = WarningBook()
    private var moments: MomentReader

    init(
        _ table: TableGuess, plan: ImportPlan, kind: TableKind, site: ImportSite, stamp: ImportStamp
    ) {
        self.plan = plan
        self.kind = kind
        self.site = site
        self.stamp = stamp
        layout = RowLayout(table, plan)
        names = NameReader(plan: plan, site: site)
        moments = MomentReader(plan: plan, site: site)
    }

    /// What a row says, or why it is passed over or not stored.
    mutating func read(_ row: SheetRow) -> RowReading {
        let fields = RowFields(row: row, layout: layout)
        if fields.isEmpty { return .ignored(.empty) }
        if fields.isTotals(RowLayout.times) {
            warnings.add(.totals, row.number)
            return .ignored(.totals)
        }
        if row.remark != nil { warnings.add(.shape, row.number) }
        do throws(RowRefusal) {
            guard row.number < ImportsLimits.rowNumbers else {
                throw RowRefusal(nil, "It stands too far down in the file.")
            }
            guard let item = try item(fields) else { return .ignored(.leftOut) }
            return .item(item)
        } catch {
            if let trouble = error.trouble { warnings.add(trouble, row.number) }
            return .refused(error)
        }
    }

    private mutating func item(_ fields: RowFields) throws(RowRefusal) -> RowItem? {
        switch kind {
        case .stops: try stop(fields)
        case .production: try parts(fields)
        case .hours: try hour(fields)
        case .jobs: try planned(fields)
        case .measurements: try values(fields)
        }
    }

    private mutating func stop(_ fields: RowFields) throws(RowRefusal) -> RowItem? {
        guard let machine = try names.machine(fields) else { return nil }
        let time = try moments.stretch(fields)
        try refuseFuture(time.range.start, fields.name(.start))
        try refuseFuture(time.range.end, fields.name(.end) ?? fields.name(.minutes))
        var saying = StopSaying(
            meaning: try names.state(fields) ?? .stopped, reason: nil, loss: nil, detail: "",
            note: "")
        let said = try fields.details()
        switch try names.reason(fields) {
        case .reason(let reason, let detail, let loss):
            (saying.reason, saying.loss) = (reason, loss)
            saying.detail = [detail, said].filter { !$0.isEmpty }.joined(separator: ": ")
        case .note(let text):
            saying.note = [text, said].filter { !$0.isEmpty }.joined(separator: ": ")
        case nil: saying.note = said
        }
        guard max(saying.detail.count, saying.note.count) <= ImportsLimits.noteCharacters else {
            throw RowRefusal(
                fields.name(.detail) ?? fields.name(.reason),
                "Its texts have over \(ImportsLimits.noteCharacters) characters together.")
        }
        note(time, fields)
        if !saying.note.isEmpty { warnings.add(.note, fields.row.number) }
        return item(fields, machine, time, .stop(saying))
    }

    private mutating func parts(_ fields: RowFields) throws(RowRefusal) -> RowItem? {
        guard let machine = try names.machine(fields) else { return nil }
        let time = try moments.stretchOrDay(fields)
        try refuseFuture(time.range.start, fields.name(.start) ?? fields.name(.day))
        var saying = try counts(fields)
        saying.job = try job(fields)
        guard saying.hasCounts || saying.job != nil else {
            throw RowRefusal(fields.name(.good) ?? fields.name(.scrap), "No parts are given.")
        }
        guard !time.isOpen || !saying.hasCounts else {
            throw RowRefusal(
                fields.name(.end) ?? fields.name(.start),
                "Parts need the time in which they were made, and no end is given.")
        }
        if case .reason(let id, _, _)? = try names.reason(fields) {
            saying.note = names.name(reason: id)
        } else if case .note(let text)? = try names.reason(fields) {
            saying.note = text
        }
        let said = try fields.details()
        saying.note = [saying.note, said].filter { !$0.isEmpty }.joined(separator: ": ")
        note(time, fields)
        if !saying.note.isEmpty { warnings.add(.note, fields.row.number) }
        return item(fields, machine, time, .parts(saying))
    }

    private mutating func hour(_ fields: RowFields) throws(RowRefusal) -> RowItem? {
        guard let machine = try names.machine(fields) else { return nil }
        let time = try moments.hour(fields)
        try refuseFuture(time.range.start, fields.name(.hour))
        var saying = try counts(fields)
        saying.job = try job(fields)
        guard saying.hasCounts else {
            throw RowRefusal(fields.name(.good) ?? fields.name(.scrap), "No parts are given.")
        }
        var note = try fields.details()
        switch try names.reason(fields) {
        case .reason(let id, let detail, _):
            let name =
                detail.isEmpty ? names.name(reason: id) : names.name(reason: id) + ": " + detail
            note = [name, note].filter { !$0.isEmpty }.joined(separator: ": ")
        case .note(let text): note = [text, note].filter { !$0.isEmpty }.joined(separator: ": ")
        case nil: break
        }
        if let lost = try moments.minutes(fields), lost > .zero {
            warnings.add(.lostMinutes, fields.row.number)
            let minutes = (lost.minutes * 100).rounded() / 100
            note = ["\(RowWords.plain(minutes)) min lost", note].filter { !$0.isEmpty }
                .joined(separator: ": ")
        } else if !note.isEmpty {
            warnings.add(.note, fields.row.number)
        }
        saying.note = note
        return item(fields, machine, time, .parts(saying))
    }

    private func counts(_ fields: RowFields) throws(RowRefusal) -> PartsSaying {
        let good = try fields.count(.good)
        let scrap = try fields.count(.scrap)
        let rework = try fields.count(.rework)
        return PartsSaying(
            good: good ?? 0, scrap: scrap ?? 0, rework: rework ?? 0,
            cause: try fields.text(.cause, atMost: ImportsLimits.noteCharacters),
            hasCounts: good != nil || scrap != nil || rework != nil, job: nil, note: "")
    }

    private func job(_ fields: RowFields) throws(RowRefusal) -> JobSaying? {
        let job = try fields.text(.job, atMost: ImportsLimits.jobCharacters)
        let product = try fields.text(.product, atMost: ImportsLimits.jobCharacters)
        let planned = try fields.count(.planned)
        let ideal = try fields.ideal()
        guard !job.isEmpty else { return nil }
        return JobSaying(job: job, product: product, ideal: ideal, planned: planned)
    }

    private mutating func planned(_ fields: RowFields) throws(RowRefusal) -> RowItem? {
        var machine: Slug?
        if fields.text(.machine) != nil || plan.machine != nil {
            guard let found = try names.machine(fields) else { return nil }
            machine = found
        }
        let job = try fields.text(.job, atMost: ImportsLimits.jobCharacters)
        let product = try fields.text(.product, atMost: ImportsLimits.jobCharacters)
        guard !job.isEmpty || !product.isEmpty else {
            throw RowRefusal(fields.name(.job) ?? fields.name(.product), "No job is named.")
        }
        var (due, dueTime): (CivilDate?, LocalTime?)
        switch try fields.cell(.due) {
        case .empty: break
        case .date(let date): due = date
        case .dateTime(let both): (due, dueTime) = (both.date, both.time)
        default:
            throw RowRefusal(fields.name(.due), "\((fields.text(.due) ?? "").quoted) is not a day.")
        }
        if let due, !ImportsLimits.years.contains(due.year) {
            throw RowRefusal(fields.name(.due), "The year \(due.year) cannot be right.")
        }
        let planned = JobRow(
            row: fields.row.number, job: job, product: product, machine: machine,
            quantity: try fields.count(.planned), idealPerPart: try fields.ideal(), due: due,
            dueTime: dueTime)
        let never = TimeRange(start: stamp.now, end: stamp.now)
        return item(fields, machine, RowTime(range: never, hasOwnTimes: false), .planned(planned))
    }

    private mutating func values(_ fields: RowFields) throws(RowRefusal) -> RowItem? {
        var machine: Slug?
        if fields.text(.machine) != nil || plan.machine != nil {
            guard let found = try names.machine(fields) else { return nil }
            machine = found
        }
        let at = try moments.moment(fields)
        try refuseFuture(at, fields.name(.start))
        var values: [ValueSaying] = []
        for (place, target) in layout.measurements {
            guard case .number(let number) = try fields.cell(place) else { continue }
            guard let found = signal(target, machine) else {
                throw RowRefusal(
                    layout.names[place],
                    machine.map { "\(names.name($0)) has no such signal." }
                        ?? "No such signal is in use.")
            }
            if values.contains(where: { $0.signal == found.id }) {
                throw RowRefusal(layout.names[place], "Two columns are the same signal.")
            }
            var value = Scalar.number(number.value)
            if found.kind == .integer {
                guard let whole = Int64(exactly: number.value) else {
                    throw RowRefusal(
                        layout.names[place],
                        "\(found.name.quoted) holds whole numbers, and this is"
                            + " \(number.text.quoted).")
                }
                value = .integer(whole)
            }
            values.append(ValueSaying(signal: found.id, value: value))
        }
        guard !values.isEmpty else { throw RowRefusal(nil, "It has a time and no value.") }
        let time = RowTime(range: TimeRange(start: at, end: at), hasOwnTimes: true)
        return item(fields, machine, time, .values(values))
    }

    private func signal(_ target: MeasurementTarget, _ machine: Slug?) -> Signal? {
        let found: Signal?
        switch target {
        case .signal(let id): found = site.signals[id]
        case .ofMachine(let slug):
            found = machine.flatMap { machine in
                site.signals.values.first { $0.machine == machine && $0.slug == slug }
            }
        }
        guard let found, found.kind == .number || found.kind == .integer else { return nil }
        return found
    }

    private func refuseFuture(_ time: Timestamp, _ column: String?) throws(RowRefusal) {
        guard time > stamp.now + ImportsLimits.futureAllowance else { return }
        throw RowRefusal(
            column, "\(WallTime.words(time, plan.zone)) has not come yet.", .future)
    }

    private mutating func note(_ time: RowTime, _ fields: RowFields) {
        if time.hasOddMinutes { warnings.add(.minutes, fields.row.number) }
        if time.isPastMidnight { warnings.add(.midnight, fields.row.number) }
    }

    private func item(
        _ fields: RowFields, _ machine: Slug?, _ time: RowTime, _ content: RowContent
    ) -> RowItem {
        RowItem(
            row: fields.row.number, machine: machine, range: time.range,
            hasOwnTimes: time.hasOwnTimes, isOpen: time.isOpen, content: content)
    }
}
