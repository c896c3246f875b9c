// Copies of the store's files while it runs, each whole as of one moment.

import GRDB

extension SampleStore {
    /// Files of a store that a backup copies, in the order in which they have to be copied: the
    /// head first, so that what is sealed meanwhile stands in it and in its month.
    public static func snapshotNames(folder: String) throws(StoreError) -> [String] {
        let months = try FileSystem.names(in: folder + "/history").filter { name in
            name.hasSuffix(".db") && name.prefix(2) == "20"
        }
        return ["head.db"] + months.map { "history/" + $0 }
    }

    /// Copies one of these files as it is at this moment; recording goes on.
    ///
    /// The copy is read through a connection that cannot write and never checkpoints.
    public static func snapshot(
        folder: String, name: String, to path: String
    ) throws(StoreError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let source = try DatabaseQueue(
                path: folder + "/" + name, configuration: configuration)
            let copy = try DatabaseQueue(path: path)
            try source.backup(to: copy)
            try copy.close()
            try source.close()
        } catch {
            throw storeError(error, file: name)
        }
    }
}
