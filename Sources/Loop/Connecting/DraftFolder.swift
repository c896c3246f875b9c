// Drafts of machines on the disk, so that a connection can be finished another day.

import Plant

/// Files of drafts in the data folder; readable by the box's own user only.
struct DraftFolder: Sendable {
    private let folder: String

    init(data: String) { folder = data + "/drafts" }

    /// All drafts, the newest first; files that are none are left out.
    func all() -> [ConnectDraft] {
        FolderNames.all(in: folder).filter { $0.hasSuffix(".json") }
            .compactMap { draft(String($0.dropLast(5))) }
            .sorted { ($0.begun, $0.id) > ($1.begun, $1.id) }
    }

    /// A draft by its id, nil where there is none.
    func draft(_ id: String) -> ConnectDraft? {
        guard DraftFolder.isID(id), let text = PrivateFile.read(folder + "/" + id + ".json") else {
            return nil
        }
        do {
            return ConnectDraft(try Fact(json: Array(text.utf8)))
        } catch {
            return nil  // Written by hand and broken: it is as if it were not there.
        }
    }

    /// Keeps a draft in place of the one before; the oldest goes where there are too many.
    func keep(_ draft: ConnectDraft) throws {
        guard DataLock.makeFolder(folder) else {
            throw DataFolderRefused.unusable(folder: folder, reason: "it cannot be made")
        }
        let text = String(decoding: draft.fact.canonicalBytes, as: UTF8.self)
        try PrivateFile.write(text, to: folder + "/" + draft.id + ".json")
        for old in all().dropFirst(LoopLimits.drafts) { remove(old.id) }
    }

    /// Removes a draft if it is there.
    func remove(_ id: String) {
        guard DraftFolder.isID(id) else { return }
        PrivateFile.remove(folder + "/" + id + ".json")
    }

    private static func isID(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            }
    }
}
