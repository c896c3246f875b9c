// Which job was on a machine when: each start ends the job before, ends may be corrected.

import GRDB
import Plant

/// Keeps the jobs of a machine free of overlap, whatever the order in which they are said.
enum JobProjection {
    /// A start cuts the job that was on the machine at that moment and takes over its end.
    ///
    /// A start outside of all jobs lasts until the next one. A second start at the same moment
    /// takes the place of the first.
    static func start(
        _ stored: StoredEvent, machine: Slug, at: Timestamp, in db: Database
    ) throws {
        guard
            case .jobStarted(
                _, _, let job, let product, let ideal, let isEstimate, let planned) = stored.event
        else { return }
        var stop =
            try Int64.fetchOne(
                db.cachedStatement(
                    sql: "SELECT min(start) FROM p_job WHERE machine = ? AND start > ?"),
                arguments: [machine.text, at.nanoseconds])
            ?? Timestamp.distantFuture.nanoseconds
        if let before = try latest(machine, at, in: db), before.stop > at.nanoseconds {
            stop = min(stop, before.stop)
            try setStop(of: before.sequence, to: at, in: db)
        }
        try db.cachedStatement(
            sql: """
                INSERT INTO p_job
                (seq, machine, start, stop, job, product, ideal, estimate, planned)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                stored.sequence, machine.text, at.nanoseconds, stop, job, product,
                ideal?.nanoseconds, isEstimate, planned,
            ])
    }

    /// The latest job that started by then ends; said again with another time, that one holds.
    static func end(machine: Slug, at: Timestamp, in db: Database) throws {
        guard let job = try latest(machine, at, in: db) else { return }
        try setStop(of: job.sequence, to: at, in: db)
    }

    private static func latest(
        _ machine: Slug, _ at: Timestamp, in db: Database
    ) throws -> (sequence: Int64, stop: Int64)? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT seq, stop FROM p_job WHERE machine = ? AND start <= ?
                    ORDER BY start DESC, seq DESC LIMIT 1
                    """), arguments: [machine.text, at.nanoseconds])
        return row.map { ($0[0], $0[1]) }
    }

    private static func setStop(of sequence: Int64, to at: Timestamp, in db: Database) throws {
        try db.cachedStatement(sql: "UPDATE p_job SET stop = ? WHERE seq = ?")
            .execute(arguments: [at.nanoseconds, sequence])
    }
}
