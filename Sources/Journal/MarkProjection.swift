// What people said a stretch of a machine's time was.

import GRDB
import Plant

/// Keeps marks so that an open one can be ended, corrected or taken back.
enum MarkProjection {
    /// A mark of the same kind from the same moment takes the place of the one before.
    ///
    /// An empty one so takes it back. A new open mark ends one that is still open. Others stand
    /// side by side, and the later entry wins where they overlap.
    static func mark(_ machine: Slug, _ mark: PeriodMark, in db: Database) throws {
        let start = mark.range.start.nanoseconds
        try db.cachedStatement(
            sql: "DELETE FROM p_mark WHERE machine = ? AND start = ? AND kind = ?"
        ).execute(arguments: [machine.text, start, mark.kind.rawValue])
        if mark.range.end == .distantFuture {
            try db.cachedStatement(
                sql: "UPDATE p_mark SET stop = ? WHERE machine = ? AND stop = ? AND start <= ?"
            ).execute(
                arguments: [
                    start, machine.text, Timestamp.distantFuture.nanoseconds, start,
                ])
        }
        guard !mark.range.isEmpty else { return }
        try db.cachedStatement(
            sql: """
                INSERT INTO p_mark (seq, machine, start, stop, kind, reason)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                mark.sequence, machine.text, start, mark.range.end.nanoseconds,
                mark.kind.rawValue, mark.reason?.text,
            ])
    }
}
