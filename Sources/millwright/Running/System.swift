// The system's clocks, its log on standard error, who holds a port, and faults of the stores in words.

import Foundation
import Logging
import Loop
import Plant

/// Clocks of the system.
enum SystemClocks {
    /// Wall time, UTC.
    static let wall: @Sendable () -> Timestamp = {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Time since the system started, sleep included (R-32).
    static let sinceBoot: @Sendable () -> Elapsed = {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Elapsed(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// One line a message on standard error: time, level, words.
struct LineLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
            .map { " \($0.key)=\($0.value)" }.joined()
        let text =
            "\(SystemClocks.wall().rfc3339.prefix(19))Z \(event.level) "
            + LineLog.safe("\(event.message)" + facts) + "\n"
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// A text as it may stand on one line: control characters of either set are spaces (S-33).
    private static func safe(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : String(scalar)
        }.joined()
    }
}

/// Whether a TCP port is free.
enum PortProbe {
    /// Whether another program listens on an IPv4 address and port; false where it cannot be told.
    static func isTaken(_ address: ListenAddress) -> Bool {
        let host = address.host == "localhost" ? "127.0.0.1" : address.host
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = in_port_t(UInt16(truncatingIfNeeded: address.port).bigEndian)
        guard unsafe inet_pton(AF_INET, host, &place.sin_addr) == 1 else { return false }
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var yes: Int32 = 1
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let result = unsafe withUnsafePointer(to: &place) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                unsafe bind(descriptor, general, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return result != 0 && errno == EADDRINUSE
    }
}

/// Who holds a TCP port, as far as the system tells.
enum PortHolder {
    /// ` (pid 812, millwright)`, or nothing.
    static func words(_ port: Int) -> String {
        let hex = String(port, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        var inodes: Set<String> = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            guard let text = try? String(contentsOfFile: table, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 9, fields[1].hasSuffix(":" + padded), fields[3] == "0A"
                else { continue }
                inodes.insert("socket:[\(fields[9])]")
            }
        }
        let manager = FileManager.default
        // What may not be read here belongs to others: the words then name no holder.
        for process in (try? manager.contentsOfDirectory(atPath: "/proc")) ?? []
        where Int(process) != nil {
            let folder = "/proc/\(process)/fd"
            // Processes end while this looks at them.
            for entry in (try? manager.contentsOfDirectory(atPath: folder)) ?? [] {
                guard
                    // A descriptor that closed meanwhile is nobody's socket.
                    let link = try? manager.destinationOfSymbolicLink(atPath: folder + "/" + entry),
                    inodes.contains(link)
                else { continue }
                // A process without a readable name is named by its number alone.
                let name = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8))?
                    .trimmingCharacters(in: .newlines)
                return " (pid \(process)\(name.map { ", " + $0 } ?? ""))"
            }
        }
        return ""
    }
}

/// Faults of the stores at opening, in three lines.
enum StoreComplaint {
    static func complaint(_ error: any Error, folder: String) -> any Error {
        if let words = StoreTrouble.words(error) {
            return Complaint(
                words.isNewer ? .newerVersion : .failed,
                "Cannot open the data in \(folder).", why: words.why, next: words.remedy)
        }
        return error
    }
}
