// Memory has a budget: open pages give way first, then what is kept at hand, recording never.

import CKernel
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// How much of its memory the process holds.
public enum MemoryLevel: Int, Sendable, Hashable, Comparable {
    /// Enough is left.
    case ample
    /// Live pages have to give way.
    case short
    /// What is kept at hand has to go too.
    case over

    /// Orders from ample to over.
    public static func < (left: MemoryLevel, right: MemoryLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The level at so many bytes of a budget.
    ///
    /// Short from four fifths on, over from the whole on; it goes down a tenth below that, so that
    /// it does not go to and fro.
    static func of(_ bytes: Int, budget: Int, before: MemoryLevel) -> MemoryLevel {
        func reached(_ level: MemoryLevel, _ tenths: Int) -> Bool {
            bytes >= budget / 10 * (before >= level ? tenths - 1 : tenths)
        }
        return reached(.over, 10) ? .over : reached(.short, 8) ? .short : .ample
    }
}

/// Watches the memory of the process.
public final class MemoryWatch: Sendable {
    /// Bytes that the process may hold.
    public let budget: Int
    private let read: @Sendable () -> Int
    private let current = Mutex(MemoryLevel.ample)

    /// The largest budget that is taken without being asked for, in bytes.
    static let largest = 1 << 30

    /// A watch; `mebibytes` is what the settings say, nil for a quarter of the machine's memory.
    init(
        mebibytes: Int?, machine: Int = MemoryUse.machine,
        read: @escaping @Sendable () -> Int = { MemoryUse.resident }
    ) {
        budget = mebibytes.map { $0 << 20 } ?? min(MemoryWatch.largest, max(64 << 20, machine / 4))
        self.read = read
    }

    /// The level at the last look.
    public var level: MemoryLevel { current.withLock { $0 } }

    /// Looks anew; gives the level before and now.
    func look() -> (before: MemoryLevel, now: MemoryLevel) {
        let bytes = read()
        return current.withLock { level in
            let before = level
            level = MemoryLevel.of(bytes, budget: budget, before: before)
            return (before, level)
        }
    }
}

extension MemoryUse {
    /// Memory of this computer, or of the group that the process is confined to, in bytes.
    static var machine: Int {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let whole = pages > 0 ? pages * sysconf(Int32(_SC_PAGESIZE)) : 1 << 30
        let group = PrivateFile.read("/proc/self/cgroup")?.split(separator: "\n")
            .first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
        let limit = group.flatMap { PrivateFile.read("/sys/fs/cgroup" + $0 + "/memory.max") }
            .flatMap { Int($0.trimmed) }
        return min(whole, limit ?? whole)
    }

    /// Gives free memory of the allocator back to the system.
    static func giveBack() { malloc_trim(0) }
}
