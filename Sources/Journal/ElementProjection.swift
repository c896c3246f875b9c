// The time elements and parts of closed shifts, one row a job, ready to be added up.

import GRDB
public import Plant

/// One row of a closed shift: what one job, or the time without one, had of it.
public struct ShiftElements: Hashable, Sendable {
    /// The machine.
    public let machine: Slug
    /// The shift's id such as `2026-11-13/early`.
    public let shift: String
    /// The job as people write it; empty without one.
    public let job: String
    /// What was made; empty without a job.
    public let product: String
    /// Its figures in the order of ``ShiftElements/names``.
    public let figures: [Int64]

    /// A row.
    public init(
        machine: Slug, shift: String, job: String, product: String, figures: [Int64]
    ) {
        self.machine = machine
        self.shift = shift
        self.job = job
        self.product = product
        self.figures = figures
    }

    /// What each figure is, as members of the closing: nanoseconds and counts.
    ///
    /// Part of the stored form: names are added at the end and never change.
    public static let names = [
        "calendar_ns", "outside_ns", "planned_down_ns", "unknown_ns", "down_ns", "delay_ns",
        "setup_ns", "production_ns", "slow_ns", "order_ns", "unplanned_ns", "breakdown_ns",
        "short_ns", "blocked_ns", "starved_ns", "step", "made", "good", "scrap", "rework",
        "ideal_ns", "estimate", "unplanned_made", "unallocated", "indicative_ns",
        "start_up_rejects", "uncounted", "doubtful_ns",
    ]
}

/// Keeps the elements of closed shifts.
enum ElementProjection {
    /// The latest word on a shift takes the place of the one before.
    static func close(_ machine: Slug, _ shift: String, _ facts: Fact, in db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM p_element WHERE shift = ? AND machine = ?")
            .execute(arguments: [shift, machine.text])
        for (row, lot) in (facts["lots"]?.list ?? []).enumerated() {
            let figures = ShiftElements.names.map { name -> String in
                let figure = lot[name]?.whole ?? lot[name]?.text.flatMap { Int64($0) } ?? 0
                return String(figure)
            }
            try db.cachedStatement(sql: "INSERT INTO p_element VALUES (?, ?, ?, ?, ?, ?)").execute(
                arguments: [
                    shift, machine.text, row, lot["job"]?.text ?? "", lot["product"]?.text ?? "",
                    figures.joined(separator: " "),
                ])
        }
    }

    /// A row for each job; its figures are one text, because a year of them is read at once and
    /// columns cost more than digits.
    static let definition = """
        CREATE TABLE p_element (
            shift TEXT NOT NULL, machine TEXT NOT NULL, row INTEGER NOT NULL,
            job TEXT NOT NULL, product TEXT NOT NULL, figures TEXT NOT NULL,
            PRIMARY KEY (shift, machine, row)
        ) STRICT, WITHOUT ROWID;
        """

    /// Figures from their text; nil when it is none of ours.
    static func figures(_ text: String) -> [Int64]? {
        var figures: [Int64] = []
        figures.reserveCapacity(ShiftElements.names.count)
        var value: Int64 = 0
        var isNegative = false
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39:
                let digit = Int64(byte &- 0x30)
                value = value &* 10 &+ (isNegative ? -digit : digit)
            case 0x2D: isNegative = true
            case 0x20:
                figures.append(value)
                (value, isNegative) = (0, false)
            default: return nil
            }
        }
        figures.append(value)
        return figures.count == ShiftElements.names.count ? figures : nil
    }
}

extension JournalStore {
    /// Shifts that start on some dates and were changed after they were closed, as machine, space,
    /// shift.
    public func revisedShifts(in dates: ClosedRange<CivilDate>) throws -> Set<String> {
        let names = try file.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT machine || ' ' || shift FROM p_closing
                    WHERE revision > 0 AND shift >= ? AND shift < ?
                    """,
                arguments: [
                    dates.lowerBound.text, dates.upperBound.adding(days: 1).text,
                ])
        }
        return Set(names)
    }

    /// Elements of closed shifts that start on some dates, by shift then machine; of some machines
    /// or of all.
    public func elements(
        in dates: ClosedRange<CivilDate>, machines: [Slug]? = nil
    ) throws -> [ShiftElements] {
        let wanted = machines.map { Set($0.map(\.text)) }
        return try file.read { db in
            let cursor = try Row.fetchCursor(
                db,
                sql: "SELECT * FROM p_element WHERE shift >= ? AND shift < ?"
                    + " ORDER BY shift, machine, row",
                arguments: [
                    dates.lowerBound.text, dates.upperBound.adding(days: 1).text,
                ])
            var rows: [ShiftElements] = []
            var last: (name: String, machine: Slug, isWanted: Bool)?
            while let row = try cursor.next() {
                let name: String = try row.value(1)
                // Rows of one machine and shift follow one another.
                if last?.name != name {
                    last = (name, try slug(name, 0), wanted?.contains(name) ?? true)
                }
                guard let (_, machine, isWanted) = last, isWanted else { continue }
                guard let figures = ElementProjection.figures(try row.value(5)) else {
                    throw JournalError.damaged(
                        sequence: 0, detail: "the figures of a closed shift cannot be read")
                }
                rows.append(
                    ShiftElements(
                        machine: machine, shift: try row.value(0), job: try row.value(3),
                        product: try row.value(4), figures: figures))
            }
            return rows
        }
    }
}
