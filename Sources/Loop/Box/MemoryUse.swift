// How much memory the process holds, as the kernel says.

/// The memory of this process.
enum MemoryUse {
    /// Resident bytes; 0 where the system does not tell.
    static var resident: Int {
        guard let text = PrivateFile.read("/proc/self/statm") else { return 0 }
        let fields = text.split(separator: " ")
        // Pages of 4 KiB on every system that this runs on.
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4_096 : 0
    }
}
