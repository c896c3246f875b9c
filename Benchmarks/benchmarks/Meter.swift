// Processor time, wall time, allocations and memory of this process; one line of JSON a figure.

import AllocationCount
import Foundation

/// What a piece of work cost.
struct Cost {
    /// Seconds of the processor, all threads, user and system.
    let processorSeconds: Double
    /// Seconds of the clock.
    let wallSeconds: Double
    /// Calls of the allocator.
    let allocations: UInt64
}

/// Measures pieces of work.
enum Meter {
    /// Runs a piece of work and says what it cost.
    static func measure(_ work: () async throws -> Void) async throws -> Cost {
        let wall = ContinuousClock().now
        let processor = processorSeconds
        let allocations = allocation_count()
        try await work()
        return Cost(
            processorSeconds: processorSeconds - processor,
            wallSeconds: Double((ContinuousClock().now - wall) / .nanoseconds(1)) / 1e9,
            allocations: allocation_count() - allocations)
    }

    /// Processor time of this process so far.
    static var processorSeconds: Double {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// Resident and anonymous memory of a process in MB; nil where the system does not say.
    static func memory(of process: Int32) -> (resident: Double, anonymous: Double)? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        else { return nil }
        func megabytes(_ name: String) -> Double? {
            text.split(separator: "\n").first { $0.hasPrefix(name) }
                .flatMap { $0.split(separator: " ").dropFirst().first }
                .flatMap { Double($0) }.map { $0 / 1024 }
        }
        guard let resident = megabytes("VmRSS:"), let anonymous = megabytes("RssAnon:") else {
            return nil
        }
        return (resident, anonymous)
    }
}

/// One line of figures.
func report(_ name: String, _ figures: [(String, Double)]) {
    let fields = figures.map { name, value in
        "\"\(name)\":" + (value.isFinite ? String((value * 1e6).rounded() / 1e6) : "null")
    }
    print("{\"benchmark\":\"\(name)\"," + fields.joined(separator: ",") + "}")
}
