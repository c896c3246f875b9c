// Documents of jobs as files named by the SHA-256 of their bytes: kept before they are spoken of.

import Crypto
import Glibc
import Journal
public import Plant

/// The folder of a world's documents.
struct DocumentShelf {
    /// Its name within the world's folder.
    static let folder = "documents"

    private let place: String

    init(_ world: String) { place = world + "/" + DocumentShelf.folder }

    /// Where a document lies.
    func path(_ sha256: String) -> String { place + "/" + sha256 }

    /// Names of all documents, sorted.
    var names: [String] {
        FolderNames.all(in: place).filter { $0.utf8.count == 64 && !$0.hasPrefix(".") }.sorted()
    }

    /// Keeps bytes on the disk, flushed when it returns; gives their name.
    func keep(_ bytes: [UInt8]) throws(RefusedEvent) -> String {
        let name = SecretText.hexadecimal(Array(SHA256.hash(data: bytes)))
        guard bytes.count <= LoopLimits.documentBytes else {
            throw RefusedEvent(
                field: "file",
                says: "The document has \(bytes.count) bytes;"
                    + " \(LoopLimits.documentBytes) are possible.",
                remedy: "Make it smaller, or keep it elsewhere and note where.")
        }
        guard DataLock.makeFolder(place) else { throw unwritten }
        // A damaged one is written anew.
        if self.bytes(name) != nil { return name }
        let part = place + "/." + name
        unsafe unlink(part)
        let descriptor = unsafe open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritten }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                unsafe unlink(part)
                throw unwritten
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0, unsafe rename(part, path(name)) == 0, flushFolder() else {
            unsafe unlink(part)
            throw unwritten
        }
        return name
    }

    /// The bytes of a document, nil when it is not there or is not what its name says.
    func bytes(_ sha256: String) -> [UInt8]? {
        guard sha256.utf8.count == 64, sha256.utf8.allSatisfy({ $0 != 0x2F && $0 != 0 }),
            let bytes = PrivateFile.bytes(path(sha256), atMost: LoopLimits.documentBytes),
            SecretText.hexadecimal(Array(SHA256.hash(data: bytes))) == sha256
        else { return nil }
        return bytes
    }

    private var unwritten: RefusedEvent {
        RefusedEvent(
            field: "file", says: "The document could not be stored: \(SystemWord.last).",
            remedy: "See the free room on the page About, then send it again.")
    }

    private func flushFolder() -> Bool {
        let descriptor = unsafe open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}

extension World {
    /// Keeps a document and says that it belongs to a job (class D1).
    public func attach(
        _ bytes: [UInt8], name: String, type: String, note: String, to job: String, actor: String
    ) async throws -> StoredEvent {
        guard !bytes.isEmpty else {
            throw RefusedEvent(
                field: "file", says: "The file is empty.", remedy: "Choose one with content.")
        }
        let shelf = DocumentShelf(folder)
        let sha256 = try shelf.keep(bytes)
        return try await say(
            .documentAttached(
                JobDocument(
                    job: job, name: name, sha256: sha256, size: Int64(bytes.count), type: type,
                    note: note)), actor: actor)
    }

    /// A document of a job with its bytes, nil when the job has none of that name; blocks.
    public func document(
        _ sha256: String, of job: String
    ) throws -> (document: JobDocument, bytes: [UInt8]?)? {
        guard
            let found = try journal.documents(of: job).last(where: { $0.document.sha256 == sha256 })
        else { return nil }
        return (found.document, DocumentShelf(folder).bytes(sha256))
    }
}

/// What names the bytes of a file.
public enum FileDigest {
    /// SHA-256 in lower-case hexadecimal.
    public static func sha256(_ bytes: [UInt8]) -> String {
        SecretText.hexadecimal(Array(SHA256.hash(data: bytes)))
    }
}
