// Which month file an instant belongs to: months of UTC.

import Plant

/// A month of UTC, which is one file.
struct MonthKey: Hashable, Comparable, Sendable {
    /// Months since year 0, January 0.
    private let index: Int

    /// The month of an instant.
    init(_ time: Int64) {
        let date = Timestamp(nanoseconds: time).utcDate.date
        index = date.year * 12 + date.month - 1
    }

    private init(index: Int) {
        self.index = index
    }

    /// A month from its file name `2026-11.db`, nil for anything else.
    init?(fileName: String) {
        guard fileName.utf8.count == 10, fileName.hasSuffix(".db"),
            let date = CivilDate(String(fileName.prefix(7)) + "-01")
        else { return nil }
        index = date.year * 12 + date.month - 1
    }

    /// `2026-11.db`.
    var fileName: String {
        let month = String(index % 12 + 1)
        let year = String(index / 12)
        return String(repeating: "0", count: max(0, 4 - year.utf8.count)) + year + "-"
            + (month.utf8.count == 1 ? "0" : "") + month + ".db"
    }

    /// First instant inside, held at the earliest that can be stored.
    var start: Int64 { MonthKey.firstInstant(index) }

    /// First instant of the next month, held at the latest that can be stored.
    var end: Int64 { MonthKey.firstInstant(index + 1) }

    /// The month after.
    var next: MonthKey { MonthKey(index: index + 1) }

    /// Orders by time.
    static func < (left: MonthKey, right: MonthKey) -> Bool { left.index < right.index }

    private static func firstInstant(_ index: Int) -> Int64 {
        guard let date = CivilDate(year: index / 12, month: index % 12 + 1, day: 1) else {
            return .max
        }
        let (time, overflow) = Int64(date.dayNumber).multipliedReportingOverflow(
            by: 86_400_000_000_000)
        return overflow ? (date.dayNumber < 0 ? .min : .max) : time
    }
}
