// Undo of an import: its samples stay stored and are left out of every answer (decisions 33).

import GRDB
import Plant
import Synchronization

extension Writer {
    /// Masks an import or takes the mask away; newest samples of its signals are found again.
    func setMask(_ number: UInt32, isMasked: Bool) throws(StoreError) {
        try writeHead { database in
            try HeadFile.setMask(database, number, isMasked: isMasked)
        }
        let signals = core.registry.withLock { registry in
            if isMasked { registry.masked.insert(number) } else { registry.masked.remove(number) }
            return registry.signals(ofImport: number)
        }
        for signal in signals.sorted() {
            let entry = try core.newest(of: signal, through: .max)
            core.live.withLock { $0[signal] = entry }
        }
    }
}
