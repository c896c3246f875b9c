// What this computer itself has: its networks and its serial ports.

import Glibc
import NIOCore

extension NetworkInterface {
    /// The IPv4 addresses of this computer; empty where the system does not tell.
    public static func ofThisComputer() -> [NetworkInterface] {
        do {
            return try System.enumerateDevices().compactMap { device in
                guard let address = device.address?.ipAddress, IPv4Address(address) != nil,
                    let mask = device.netmask?.ipAddress.flatMap({ IPv4Address($0) })
                else { return nil }
                return NetworkInterface(
                    name: device.name, address: address, prefix: mask.number.nonzeroBitCount)
            }
        } catch {
            return []  // Then a person writes the range.
        }
    }
}

/// A serial port of this computer that could have a device on it.
public struct SerialCandidate: Hashable, Sendable {
    /// What to open: `/dev/serial/by-id/usb-FTDI…`, or `/dev/ttyUSB0`.
    public let path: String
    /// What it is called for people.
    public let name: String

    /// A candidate.
    public init(path: String, name: String) {
        self.path = path
        self.name = name
    }

    /// The candidates among the files of `/dev`, each port once.
    ///
    /// Lasting names stand first, then adapters, then the computer's own ports.
    ///
    /// - Parameters:
    ///   - names: File names in `/dev`, such as `ttyUSB0`.
    ///   - lasting: File names in `/dev/serial/by-id` with the port that each leads to.
    /// - Returns: At most ``ScanLimits/ports`` candidates.
    public static func candidates(
        names: [String], lasting: [(name: String, port: String)]
    ) -> [SerialCandidate] {
        var taken: Set<String> = []
        var found: [SerialCandidate] = []
        for entry in lasting.sorted(by: { $0.name < $1.name })
        where taken.insert(entry.port).inserted {
            found.append(
                SerialCandidate(
                    path: "/dev/serial/by-id/" + entry.name,
                    name: "\(entry.port), \(ScanText.shown(entry.name))"))
        }
        for prefix in ["ttyUSB", "ttyACM", "ttyAMA", "ttyS"] {
            let fitting = names.filter { name in
                name.hasPrefix(prefix) && Int(name.dropFirst(prefix.count)) != nil
            }
            for name in fitting.sorted(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) })
            where taken.insert(name).inserted {
                found.append(SerialCandidate(path: "/dev/" + name, name: name))
            }
        }
        return Array(found.prefix(ScanLimits.ports))
    }

    /// The candidates of this computer.
    public static func ofThisComputer() -> [SerialCandidate] {
        let lasting = files(of: "/dev/serial/by-id").compactMap { name in
            target(of: "/dev/serial/by-id/" + name).map { (name: name, port: $0) }
        }
        return candidates(names: files(of: "/dev"), lasting: lasting)
    }

    /// File names of a folder; empty where there is none.
    private static func files(of folder: String) -> [String] {
        guard let open = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(open) }
        var names: [String] = []
        while let entry = unsafe readdir(open) {
            var bytes = unsafe entry.pointee.d_name
            let name = unsafe withUnsafeBytes(of: &bytes) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The last part of what a link leads to; nil for no link.
    private static func target(of link: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4_096)
        let count = unsafe readlink(link, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let text = String(
            decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.split(separator: "/").last.map(String.init)
    }
}
