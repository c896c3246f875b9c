// How far sources were stored, for connectors that go on there.

import Capture
import Historian

extension World {
    /// How far a source was stored, nil for an unknown one.
    func cursor(of source: String) throws(ConnectorError) -> String? {
        do {
            return try samples.cursor(of: source)
        } catch {
            throw .notStored(detail: "\(error)")
        }
    }
}
