// The watch folder: files that other programs put there are found, read once they are whole, and
// moved aside when they are in.

import Glibc
public import Plant

/// A folder whose files are brought in.
public struct Inbox: Sendable, Hashable {
    /// A file as it lies there.
    public struct File: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Bytes.
        public let size: Int
        /// When it was last written.
        public let changed: Timestamp

        /// A file.
        public init(name: String, size: Int, changed: Timestamp) {
            self.name = name
            self.size = size
            self.changed = changed
        }
    }

    /// Where files go that are in.
    public static let taken = "taken"

    /// The folder.
    public let place: String

    /// The folder at a path.
    public init(_ place: String) { self.place = place }

    /// Whether the folder can be read.
    public var isThere: Bool { unsafe access(place, R_OK | X_OK) == 0 }

    /// Files that look like tables, by name; no folders, links or hidden ones.
    public var files: [File] {
        FolderNames.all(in: place).sorted().compactMap { name in
            let lower = name.lowercased()
            guard !name.hasPrefix("."), !name.hasPrefix("~"),
                [".csv", ".tsv", ".txt", ".xlsx", ".xlsm"].contains(where: lower.hasSuffix)
            else { return nil }
            var facts = stat()
            guard unsafe lstat(place + "/" + name, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG
            else { return nil }
            return File(
                name: name, size: Int(facts.st_size),
                changed: Timestamp(
                    nanoseconds: Int64(facts.st_mtim.tv_sec) * 1_000_000_000
                        + Int64(facts.st_mtim.tv_nsec)))
        }
    }

    /// The bytes of a file.
    ///
    /// Throws where it is larger than `limit`, cannot be read, or is not whole any more.
    public func bytes(of file: File, limit: Int) throws(RefusedEvent) -> [UInt8] {
        guard file.size <= limit else {
            throw RefusedEvent(
                field: "file", says: "It has more than \(limit / 1_048_576) MB.",
                remedy: "Make it smaller, or part it in two.")
        }
        let descriptor = unsafe open(path(file), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw unread }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: file.size)
        var count = 0
        while count < file.size {
            let read = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            guard read > 0 else { throw unread }
            count += read
        }
        return bytes
    }

    /// Moves a file aside that is in; false when the folder cannot be written.
    public func settle(_ file: File, as number: UInt32?) -> Bool {
        guard DataLock.makeFolder(place + "/" + Inbox.taken) else { return false }
        let name = number.map { "\($0) " } ?? "again "
        return unsafe rename(path(file), place + "/" + Inbox.taken + "/" + name + file.name) == 0
    }

    private func path(_ file: File) -> String { place + "/" + file.name }

    private var unread: RefusedEvent {
        RefusedEvent(
            field: "file", says: "It cannot be read.",
            remedy: "Give the box the right to read the folder and its files.")
    }
}
