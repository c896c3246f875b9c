// The log sheet of a machine and a shift: rows of half an hour, the same on paper and on the page
// where a filled one is typed in.

import Plant

/// The rows and reasons of a sheet.
struct LogSheet: Sendable {
    /// A row.
    struct Slot: Sendable {
        /// Two digits, printed beside the row so that a reader of the sheet finds it.
        let id: String
        /// Its time.
        let range: TimeRange
        /// `06:00 to 06:30`.
        let words: String
    }

    /// Length of a row.
    static let slot = Elapsed.minutes(30)
    /// Rows on one sheet.
    static let mostSlots = 26
    /// Reasons that have a letter.
    static let letters = 8

    let machine: Machine
    let date: CivilDate
    let shift: Shift?
    let slots: [Slot]
    let reasons: [StopReason]

    /// Shifts that begin on a day.
    static func shifts(on date: CivilDate, _ ask: Ask) -> [Shift] {
        let zone = ask.clock.zone
        let day = TimeRange(
            start: zone.midnight(date), end: zone.midnight(date.adding(days: 1)))
        return ask.world.calendar.shifts(in: day).filter { day.contains($0.range.start) }
    }

    /// Whether a shift is meant by a word: its id behind the date, or its name.
    static func isCalled(_ shift: Shift, _ word: String) -> Bool {
        shift.id.hasSuffix("/" + word) || shift.name.lowercased() == word.lowercased()
    }

    /// The sheet of a shift; without shifts the day from six to ten in the evening.
    init(machine: Machine, date: CivilDate, shift name: String?, ask: Ask) {
        let zone = ask.clock.zone
        let shifts = LogSheet.shifts(on: date, ask)
        let shift = shifts.first { LogSheet.isCalled($0, name ?? "") } ?? shifts.first
        let range =
            shift?.range
            ?? TimeRange(
                start: zone.instant(of: date, secondsOfDay: 6 * 3_600),
                end: zone.instant(of: date, secondsOfDay: 18 * 3_600))
        var slots: [Slot] = []
        var start = range.start
        while start < range.end, slots.count < LogSheet.mostSlots {
            let end = min(range.end, start + LogSheet.slot)
            let part = TimeRange(start: start, end: end)
            let number = slots.count + 1
            slots.append(
                Slot(
                    id: (number < 10 ? "0" : "") + String(number), range: part,
                    words: ask.clock.minute(start) + " to " + ask.clock.minute(end)))
            start = end
        }
        self.machine = machine
        self.date = date
        self.shift = shift
        self.slots = slots
        reasons = Array(ask.world.factory.offeredReasons.prefix(LogSheet.letters))
    }

    /// `A` for the first reason.
    static func letter(_ index: Int) -> String {
        String(UnicodeScalar(UInt8(65 + min(25, max(0, index)))))
    }

    /// The address where a filled sheet is typed in.
    var typingAddress: String {
        let part = shift?.id.split(separator: "/").last.map { "&shift=" + $0 } ?? ""
        return "/m/\(machine.id.text)/typed?day=\(date.text)\(part)"
    }
}
