// Line protocol into a world: stored and flushed when it returns (class D2).

public import Capture
import Plant
import Synchronization
public import Wire

extension World {
    /// Stores the good lines and lists the refused ones.
    public func take(
        lines bytes: [UInt8], precision: LinePrecision
    ) async throws -> IngestOutcome {
        try await lineIntake.ingest(bytes, precision: precision, arrival: time)
    }

    /// The intake of this world; made once, because it remembers its series.
    private var lineIntake: LineProtocolIntake {
        lines.withLock { known in
            if let known { return known }
            let made = LineProtocolIntake(registry: self, sink: intake)
            known = made
            return made
        }
    }
}
