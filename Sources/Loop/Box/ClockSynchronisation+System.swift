// Asks the kernel, and the service of systemd, whether a time server keeps the clock right.

import CKernel

#if canImport(Glibc)
    import Glibc
#endif

extension ClockSynchronisation {
    /// Where systemd's time service notes that it has set the clock.
    private static let mark = "/run/systemd/timesync/synchronized"

    /// What the system says now.
    public static var system: ClockSynchronisation {
        var facts = timex()
        let state = unsafe adjtimex(&facts)
        // A sandbox may forbid the question; then the service's own mark is left.
        guard state >= 0 else { return unsafe access(mark, F_OK) == 0 ? .synchronised : .unknown }
        // `TIME_ERROR`, or the bit `STA_UNSYNC` of the status: no time server.
        return state == 5 || facts.status & 0x40 != 0 ? .free : .synchronised
    }
}
