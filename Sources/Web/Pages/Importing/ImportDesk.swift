// Files that wait to be brought in: kept in memory while a person answers questions about them.

import Imports
import Loop
import Plant
import Sheets
import Synchronization

/// A file with what was decided about it so far.
struct WaitingFile: Sendable {
    /// Its name.
    let name: String
    /// SHA-256 of its bytes.
    let sha256: String
    /// Its bytes as they count against the limit.
    let bytes: Int
    /// The opened book.
    let book: Sheets.Workbook
    /// Who brought it.
    let actor: String
    /// When, by the world's clock.
    let brought: Timestamp
    /// The chosen sheet, nil while several are to choose from.
    var sheet: Int?
    /// What was decided about the sheet.
    var decisions = Decisions()
    /// What was decided about its columns and names; nil before the sheet is read.
    var plan: ImportPlan?
    /// Refused rows of an import that was stored.
    var refusedCSV = ""
    /// The number of the stored import.
    var number: UInt32?
    /// Whether a file with the same headings was brought in before.
    var isKnown = false
    /// The file of the watch folder that it is, nil for one that was sent.
    var inbox: Inbox.File?
    /// Whether it is being stored.
    var isStoring = false
    /// Which part of it is stored, from 0 to 1.
    var progress = 0.0
}

/// The waiting files of the box.
final class ImportDesk: Sendable {
    private let files = Mutex<[String: WaitingFile]>([:])
    private let limits: WebLimits

    init(limits: WebLimits) { self.limits = limits }

    /// Takes a file in; the oldest ones give way.
    ///
    /// False while others are being stored.
    func take(_ file: WaitingFile, id: String) -> Bool {
        files.withLock { files in
            func isFull() -> Bool {
                files.count >= limits.importsWaiting
                    || files.values.reduce(file.bytes) { $0 + $1.bytes } > limits.importBytesWaiting
            }
            let oldest = files.filter { !$0.value.isStoring }
                .sorted { $0.value.brought < $1.value.brought }.map(\.key)
            for key in oldest where isFull() { files[key] = nil }
            guard !isFull() else { return false }
            files[id] = file
            return true
        }
    }

    /// A file of a person, nil when it waits no longer.
    func file(_ id: String, of actor: String) -> WaitingFile? {
        files.withLock { $0[id] }.flatMap { $0.actor == actor ? $0 : nil }
    }

    /// Keeps what was decided.
    func keep(_ file: WaitingFile, id: String) {
        files.withLock { files in
            if files[id] != nil { files[id] = file }
        }
    }

    /// Marks a file as being stored; false when it is already, or was.
    func beginStoring(_ id: String) -> Bool {
        files.withLock { files in
            guard var file = files[id], !file.isStoring, file.number == nil else { return false }
            file.isStoring = true
            file.progress = 0
            files[id] = file
            return true
        }
    }

    /// Notes which part of a file is stored.
    func note(_ progress: Double, of id: String) {
        files.withLock { $0[id]?.progress = progress }
    }

    /// Forgets a file.
    func drop(_ id: String) { files.withLock { $0[id] = nil } }
}
