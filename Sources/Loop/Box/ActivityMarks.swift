// Which connection's bytes were being read when the program ended: a page of memory that the system
// keeps through any end of the process.

import Plant
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Marks of connections that are being read, in `active` of the data folder.
///
/// A mark costs one store into memory. The system writes the page out by itself; only a power cut
/// can lose it.
final class ActivityMarks: Sendable {
    /// Connections that can be told apart; others are not marked.
    static let places = 256
    /// Bytes of a place: the mark, then the name.
    private static let width = 48

    private let page: MappedPage
    private let known = Mutex<[Slug: Int]>([:])

    /// Makes the file anew; nil where the folder cannot hold it.
    init?(folder: String) {
        let path = folder + "/active"
        PrivateFile.remove(path)
        guard let page = MappedPage(path, bytes: ActivityMarks.places * ActivityMarks.width)
        else { return nil }
        self.page = page
    }

    /// Notes that bytes of a connection are being read, or that it waits again.
    func set(_ connection: Slug, isActive: Bool) {
        let place = known.withLock { known -> Int? in
            if let place = known[connection] { return place }
            guard known.count < ActivityMarks.places else { return nil }
            let place = known.count * ActivityMarks.width
            known[connection] = place
            for (index, byte) in connection.text.utf8.prefix(ActivityMarks.width - 1).enumerated() {
                page.store(byte, at: place + 1 + index)
            }
            return place
        }
        if let place { page.store(isActive ? 1 : 0, at: place) }
    }

    /// Connections that were being read when the program of before ended.
    static func left(in folder: String) -> [Slug] {
        guard let bytes = PrivateFile.bytes(folder + "/active", atMost: places * width) else {
            return []
        }
        return stride(from: 0, to: bytes.count - bytes.count % width, by: width).compactMap {
            place in
            guard bytes[place] == 1 else { return nil }
            let name = bytes[(place + 1)..<(place + width)].prefix { $0 != 0 }
            return Slug(String(decoding: name, as: UTF8.self))
        }
    }
}

/// A file of fixed size in memory, written a byte at a time.
@safe final class MappedPage: @unchecked Sendable {
    // Bytes are only stored, each to a place that its caller was given; nothing is read back.
    private let base: UnsafeMutableRawPointer
    private let count: Int

    init?(_ path: String, bytes count: Int) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(count)) == 0,
            let base = unsafe mmap(
                nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            unsafe base != MAP_FAILED
        else { return nil }
        unsafe self.base = base
        self.count = count
    }

    deinit { unsafe munmap(base, count) }

    func store(_ byte: UInt8, at place: Int) {
        guard place >= 0, place < count else { return }
        unsafe base.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
    }
}
