// How much room the disk has, in steps, and what each step means (reliability 5.1).

import Glibc
import Logging
import Plant
import Synchronization

/// Room on the disk of the data folder.
public struct DiskSpace: Hashable, Sendable {
    /// Bytes that this program may still write.
    public let free: Int
    /// Bytes of the whole disk.
    public let total: Int

    /// Room as it is.
    public init(free: Int, total: Int) {
        self.free = free
        self.total = total
    }

    /// The room of the disk that holds a folder, nil where it cannot be asked.
    public static func of(_ folder: String) -> DiskSpace? {
        var facts = statvfs()
        guard unsafe statvfs(folder, &facts) == 0 else { return nil }
        let block = Int(facts.f_frsize)
        return DiskSpace(free: Int(facts.f_bavail) * block, total: Int(facts.f_blocks) * block)
    }
}

/// How close the disk is to full.
public enum SpaceLevel: Int, Hashable, Sendable, Comparable, CaseIterable {
    /// Nothing to do.
    case ample
    /// Under 10 % or 2 GiB, whichever is less: a warning.
    case low
    /// Under 5 % or 1 GiB: old measurements are thinned early.
    case short
    /// Under 2 % or 256 MiB: only what people say is stored.
    case scarce

    /// Orders by urgency.
    public static func < (left: SpaceLevel, right: SpaceLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Free bytes below which a level begins on a disk of a size; none for `ample`.
    public func limit(total: Int) -> Int {
        switch self {
        case .ample: .max
        case .low: min(total / 10, 2 << 30)
        case .short: min(total / 20, 1 << 30)
        case .scarce: min(total / 50, 256 << 20)
        }
    }

    /// The level of a disk; a level is left only a tenth above where it began.
    static func of(_ space: DiskSpace, before: SpaceLevel) -> SpaceLevel {
        func reached(_ level: SpaceLevel) -> Bool {
            let limit = level.limit(total: space.total)
            return space.free < (level <= before ? limit + limit / 10 : limit)
        }
        return allCases.last { $0 == .ample || reached($0) } ?? .ample
    }
}

/// Watches the disk; keeps a piece of it in reserve for what people say.
public final class SpaceWatch: Sendable {
    private struct State {
        var level = SpaceLevel.ample
        var space: DiskSpace?
        /// Bytes of the reserve that was given up and does not count as room.
        var released = 0
    }

    /// The reserve is never larger than this.
    static let largestReserve = 64 << 20

    private let folder: String
    private let read: @Sendable () -> DiskSpace?
    private let state = Mutex(State())

    /// A watch over the disk of a folder; nothing is written before the first look.
    init(folder: String, read: @escaping @Sendable () -> DiskSpace?) {
        self.folder = folder
        self.read = read
    }

    /// The level at the last look.
    public var level: SpaceLevel { state.withLock { $0.level } }
    /// The room at the last look, nil before the first or where it cannot be asked.
    public var space: DiskSpace? { state.withLock { $0.space } }

    /// Asks the disk anew, lets the reserve go or makes it again; gives the level before and now.
    @discardableResult
    func look() -> (before: SpaceLevel, now: SpaceLevel) {
        guard let space = read() else { return (level, level) }
        return state.withLock { state in
            let before = state.level
            state.space = space
            state.level = SpaceLevel.of(
                DiskSpace(free: max(0, space.free - state.released), total: space.total),
                before: before)
            if state.level == .scarce, state.released == 0 {
                state.released = Reserve.release(in: folder)
            }
            if state.level == .ample, state.released > 0 || before == .ample {
                let size = min(SpaceWatch.largestReserve, space.total / 64)
                let isRoomy = space.free - size > SpaceLevel.low.limit(total: space.total)
                if Reserve.isThere(in: folder) || isRoomy && Reserve.make(size, in: folder) {
                    state.released = 0
                }
            }
            return (before, state.level)
        }
    }
}

/// A file of some size that can be let go when the disk is full.
private enum Reserve {
    private static func path(_ folder: String) -> String { folder + "/reserve" }

    static func isThere(in folder: String) -> Bool { unsafe access(path(folder), F_OK) == 0 }

    /// Takes the room on the disk; false where that fails, and nothing is left behind then.
    static func make(_ size: Int, in folder: String) -> Bool {
        let file = unsafe open(path(folder), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        if posix_fallocate(file, 0, off_t(size)) == 0 { return true }
        unsafe unlink(path(folder))
        return false
    }

    /// Removes the file; gives the bytes that it had.
    static func release(in folder: String) -> Int {
        var facts = stat()
        guard unsafe stat(path(folder), &facts) == 0, unsafe unlink(path(folder)) == 0 else {
            return 0
        }
        return Int(facts.st_blocks) * 512
    }
}

/// Why nothing is recorded although the disk still takes bytes.
enum DiskTrouble: Error, CustomStringConvertible {
    /// What is left is kept for what people say.
    case nearlyFull(DiskSpace?)

    var description: String {
        switch self {
        case .nearlyFull(let space):
            let left = space.map { " (\($0.free >> 20) MB free)" } ?? ""
            return "The disk is nearly full\(left): machines are shown but not recorded,"
                + " what people say still is. Free some space; recording goes on by itself."
        }
    }
}
