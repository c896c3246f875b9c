// Paper stays welcome: a log sheet to print, and a page on which a filled one is typed in fast.

import Hummingbird
import Loop
import Plant
import Understand

/// What the templates of the sheet and of the typing page show.
struct PaperModel: Sendable {
    /// A shift of the day.
    struct ShiftChoice: Sendable {
        let id: String
        let name: String
        let isHere: Bool
    }

    /// A reason with its letter.
    struct Letter: Sendable {
        let letter: String
        let name: String
    }

    /// A row.
    struct Row: Sendable {
        let id: String
        let words: String
        let good: String
        let scrap: String
        let stop: String
        let why: String
        let ran: Bool
    }

    let frame: PageFrame
    let paper: String
    let trouble: String?
    let machine: String
    let machineAddress: String
    let date: String
    let day: String
    let shift: String
    let shiftID: String
    /// Shifts to choose from.
    let shifts: [ShiftChoice]
    let rows: [Row]
    let letters: [Letter]
    let boxes: [String]
    let drawing: SVGMarkup?
    let code: String
    let typing: String
    let sheet: String
    let site: String
    let printed: String
    let batch: String
    let action: String
    let tellsState: Bool
}

/// `/m/{machine}/sheet` and `/m/{machine}/typed`.
enum PaperPages {
    /// `GET /m/{machine}/sheet`: the sheet to print.
    static func sheet(_ ask: Ask) async throws -> Response {
        try ask.page(try await model(ask), template: "log_sheet")
    }

    /// `GET /m/{machine}/typed`: the page to type a filled sheet.
    static func typing(_ ask: Ask) async throws -> Response {
        try ask.page(try await model(ask), template: "log_typed")
    }

    private static func asked(_ ask: Ask, _ form: FormFields?) throws -> LogSheet {
        let id = try ask.slug("machine")
        guard let machine = ask.world.factory.machines[id] else {
            throw Problem(.notFound, "There is no machine with the id \(id.text).")
        }
        let today = ask.clock.zone.local(ask.world.time).date
        let text = form?.filled("day") ?? ask.query.filled("day")
        guard let date = text.map({ CivilDate($0) }) ?? today else {
            throw Problem(.badRequest, "“\(text ?? "")” is no day. A day is written 2026-11-13.")
        }
        let shift = form?.filled("shift") ?? ask.query.filled("shift")
        let shifts = LogSheet.shifts(on: date, ask)
        if let shift, !shifts.contains(where: { LogSheet.isCalled($0, shift) }) {
            throw Problem(
                .badRequest,
                "There is no shift “\(shift)” on \(Plain.longDate(date)). "
                    + (shifts.isEmpty
                        ? "No shift begins on that day."
                        : "There are: " + shifts.map(\.name).joined(separator: ", ") + "."))
        }
        return LogSheet(machine: machine, date: date, shift: shift, ask: ask)
    }

    private static func model(
        _ ask: Ask, form: FormFields? = nil, refused: RefusedSaying? = nil
    ) async throws -> PaperModel {
        let sheet = try asked(ask, form)
        let booked = try await booked(sheet, ask)
        let machine = sheet.machine
        let now = ask.world.time
        let base = "/m/" + machine.id.text
        let address = ask.own(sheet.typingAddress)
        return PaperModel(
            frame: ask.frame(
                title: machine.name + ", log sheet", ask: "What does the sheet say?",
                sentence: "\(machine.name), \(Plain.longDate(sheet.date)), "
                    + (sheet.shift.map { $0.name + ": " } ?? "by day: ")
                    + "\(sheet.slots.count) rows to type.", cells: [ask.siteCell]),
            paper: ask.site.assets.address("paper.css"),
            trouble: refused.map { $0.says + " " + $0.remedy }, machine: machine.name,
            machineAddress: base, date: Plain.longDate(sheet.date), day: sheet.date.text,
            shift: sheet.shift?.name ?? "Day",
            shiftID: sheet.shift?.id.split(separator: "/").last.map(String.init) ?? "",
            shifts: LogSheet.shifts(on: sheet.date, ask).map { shift in
                .init(
                    id: shift.id.split(separator: "/").last.map(String.init) ?? "",
                    name: shift.name, isHere: shift.id == sheet.shift?.id)
            },
            rows: sheet.slots.map { slot in
                func typed(_ name: String, _ stored: Int64) -> String {
                    form?["\(name)-\(slot.id)"] ?? (stored == 0 ? "" : String(stored))
                }
                let parts = booked[slot.range] ?? (0, 0)
                return .init(
                    id: slot.id, words: slot.words, good: typed("good", parts.good),
                    scrap: typed("scrap", parts.scrap), stop: typed("stop", 0),
                    why: form?["why-\(slot.id)"] ?? "", ran: form?["ran-\(slot.id)"] != nil)
            },
            letters: sheet.reasons.enumerated().map {
                .init(letter: LogSheet.letter($0.offset), name: $0.element.name)
            }, boxes: sheet.reasons.indices.map(LogSheet.letter),
            drawing: QRDrawing.drawing(address, label: "Address to type this sheet in"),
            code: address, typing: sheet.typingAddress,
            sheet: base + "/sheet" + sheet.typingAddress.drop { $0 != "?" },
            site: ask.world.factory.name.isEmpty ? "Not named yet" : ask.world.factory.name,
            printed: ask.clock.day(now) + ", " + ask.clock.minute(now),
            batch: EventID(time: now, random: (ask.site.random(), ask.site.random())).text,
            action: base + "/typed", tellsState: machine.stateRules.isEmpty)
    }

    /// Parts that were booked for exactly the rows of the sheet.
    private static func booked(
        _ sheet: LogSheet, _ ask: Ask
    ) async throws -> [TimeRange: (good: Int64, scrap: Int64)] {
        guard let first = sheet.slots.first, let last = sheet.slots.last else { return [:] }
        let stored = try await ask.world.surroundings(
            file: "", sha256: "",
            range: TimeRange(start: first.range.start, end: last.range.end),
            machines: [sheet.machine.id])
        var sums: [TimeRange: (good: Int64, scrap: Int64)] = [:]
        for case .countBooked(_, let range, let good, let scrap, _, _) in stored.events {
            let (before, scrapBefore) = sums[range] ?? (0, 0)
            sums[range] = (
                before.addingReportingOverflow(good).partialValue,
                scrapBefore.addingReportingOverflow(scrap).partialValue
            )
        }
        return sums
    }

    /// `POST /m/{machine}/typed`: every row that has something in it, once.
    static func store(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        let sheet = try asked(ask, form)
        do {
            guard let batch = form["batch"].flatMap({ EventID($0) }), batch.importNumber == nil
            else {
                throw RefusedSaying(
                    field: "batch", says: "The page is too old.", remedy: "Open it again.")
            }
            let booked = try await booked(sheet, ask)
            var events: [FactoryEvent] = []
            for slot in sheet.slots {
                let said = try row(slot, sheet, form, booked[slot.range] ?? (0, 0))
                guard said.isEmpty || slot.range.end <= ask.world.time else {
                    throw RefusedSaying(
                        field: "rows", says: "Row \(slot.id), \(slot.words), is not over yet.",
                        remedy: "Nothing was stored. Empty it, or type it in when it is.")
                }
                events += said
            }
            guard !events.isEmpty else {
                throw RefusedSaying(
                    field: "rows", says: "Nothing in it is new.",
                    remedy: "Type at least one row that is.")
            }
            for event in events {
                // One id for each entry of the page: sent twice, it is stored once (R-20).
                _ = try await ask.world.say(event, id: id(batch, event), actor: ask.actor)
            }
            return Answer.go(to: "/m/" + sheet.machine.id.text)
        } catch let refused as RefusedSaying {
            return try ask.page(
                try await model(ask, form: form, refused: refused), template: "log_typed",
                status: .unprocessableContent)
        }
    }

    /// The id of an entry of a page: the same for the same words, another for others.
    private static func id(_ batch: EventID, _ event: FactoryEvent) -> EventID {
        let digest = FileDigest.sha256(Array(event.kind.utf8) + event.facts.canonicalBytes)
        let mixed = UInt64(digest.prefix(15), radix: 16) ?? 0
        return EventID(
            high: batch.high,
            low: 0x8000_0000_0000_0000 | ((batch.low ^ mixed) & 0x3FFF_FFFF_FFFF_FFFF))
    }

    private static func whole(
        _ form: FormFields, _ name: String, _ slot: LogSheet.Slot, most: Int64
    ) throws -> Int64? {
        guard let text = form.filled(name) else { return nil }
        guard let value = Int64(text), (0...most).contains(value) else {
            throw RefusedSaying(
                field: name, says: "Row \(slot.id): “\(text)” is no number from 0 to \(most).",
                remedy: "Nothing was stored. Put it right and send it again.")
        }
        return value
    }

    /// What one row says: running but for the minutes that it stood, which are put at its end.
    private static func row(
        _ slot: LogSheet.Slot, _ sheet: LogSheet, _ form: FormFields,
        _ booked: (good: Int64, scrap: Int64)
    ) throws -> [FactoryEvent] {
        let machine = sheet.machine.id
        let length = Int64(slot.range.elapsed.minutes.rounded())
        let stopped = try whole(form, "stop-\(slot.id)", slot, most: length)
        let good = try whole(form, "good-\(slot.id)", slot, most: 10_000_000)
        let scrap = try whole(form, "scrap-\(slot.id)", slot, most: 10_000_000)
        let letter = (form.filled("why-\(slot.id)") ?? "").uppercased()
        let index = letter.utf8.first.map { Int($0) - 65 }
        if let index, !letter.isEmpty, !sheet.reasons.indices.contains(index) {
            throw RefusedSaying(
                field: "why-\(slot.id)", says: "Row \(slot.id): there is no reason \(letter).",
                remedy: "Use the letters of the sheet. Nothing was stored.")
        }
        var events: [FactoryEvent] = []
        let isTold = stopped != nil || form["ran-\(slot.id)"] != nil
        if sheet.machine.stateRules.isEmpty, isTold {
            let cut = slot.range.end - .minutes(stopped ?? 0)
            if cut > slot.range.start {
                events.append(
                    .stateCorrected(
                        machine: machine, range: TimeRange(start: slot.range.start, end: cut),
                        state: .running))
            }
            if cut < slot.range.end {
                events.append(
                    .stateCorrected(
                        machine: machine, range: TimeRange(start: cut, end: slot.range.end),
                        state: .idle))
            }
        }
        if let index, sheet.reasons.indices.contains(index) {
            let inside = slot.range.end - .minutes(max(1, stopped ?? 1))
            events.append(
                .stopReason(
                    machine: machine, at: max(slot.range.start, inside),
                    reason: sheet.reasons[index].id, detail: ""))
        }
        // What is typed is what the row holds: typed again, only the difference is booked.
        let more = (good ?? booked.good) - booked.good
        let moreScrap = (scrap ?? booked.scrap) - booked.scrap
        if more != 0 || moreScrap != 0 {
            events.append(
                .countBooked(
                    machine: machine, range: slot.range, good: more, scrap: moreScrap,
                    rework: 0, cause: ""))
        }
        return events
    }
}
