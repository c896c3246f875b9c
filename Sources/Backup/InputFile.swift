// A file read in order, with a digest over all that was read; and single places out of order.

import Crypto

#if canImport(Glibc)
    import Glibc
#endif

/// A regular file opened for reading.
final class InputFile {
    let path: String
    /// Bytes that the file had when it was opened.
    let size: Int
    /// Bytes read in order so far.
    private(set) var position = 0
    private var hash = SHA256()
    private let descriptor: Int32

    init(_ path: String) throws(BackupTrouble) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .reading(path, errno) }
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
            let code = isKnown ? (status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL) : errno
            close(descriptor)
            throw .reading(path, code)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// SHA-256 of all that was read in order.
    var digest: [UInt8] { Array(hash.finalize()) }

    /// The next bytes, fewer than asked for only at the end of the file.
    func next(upTo count: Int) throws(BackupTrouble) -> [UInt8] {
        let bytes = try bytes(at: position, upTo: count)
        hash.update(data: bytes)
        position += bytes.count
        return bytes
    }

    /// Exactly so many of the next bytes; `frame` and `entry` say where for the error.
    func next(
        _ count: Int, frame: Int? = nil, entry: String? = nil
    ) throws(BackupTrouble) -> [UInt8] {
        let bytes = try next(upTo: count)
        guard bytes.count == count else {
            throw .damaged(
                file: path, place: BackupPlace(position, frame: frame, entry: entry),
                what: "the file ends early")
        }
        return bytes
    }

    /// Exactly so many bytes at a place, outside the order and the digest.
    func bytes(at offset: Int, _ count: Int) throws(BackupTrouble) -> [UInt8] {
        let bytes = try bytes(at: offset, upTo: count)
        guard bytes.count == count else {
            throw .damaged(
                file: path, place: BackupPlace(offset + bytes.count), what: "the file ends early")
        }
        return bytes
    }

    private func bytes(at offset: Int, upTo count: Int) throws(BackupTrouble) -> [UInt8] {
        var failure: Int32?
        let descriptor = descriptor
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, target.baseAddress.map { unsafe $0 + filled }, count - filled,
                    offset + filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { return }
                filled += got
            }
        }
        if let failure { throw .reading(path, failure) }
        return bytes
    }
}
