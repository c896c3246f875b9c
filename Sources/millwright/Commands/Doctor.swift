// Checks of the computer and the data folder: what is so, and what to do about it.

import ArgumentParser
import Foundation
import Loop
import Plant

/// Checks disk, clock, port, zone, database and connections.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Check disk, clock, port, keys, database, backup, signals; say what to do for each.",
        discussion: """
            Examples:
              millwright doctor
              millwright doctor --fix
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Put right what can be put right without a person: rights, left-over files.")
    var fix = false

    /// One check.
    private struct Finding {
        let name: String
        let isWell: Bool
        let says: String
        let remedy: String
    }

    func run() async throws {
        let settings = try SettingsLoading.load(global)
        var findings = [folder(settings), space(settings), flush(settings), clock()]
        findings.append(zone(settings))
        findings.append(database())
        findings += Upright.look(settings, fix: fix).map {
            Finding(name: $0.name, isWell: $0.isWell, says: $0.says, remedy: $0.remedy)
        }
        findings += try await box(settings)
        let isWell = findings.allSatisfy(\.isWell)
        if global.json {
            let items = findings.map {
                ["check": $0.name, "ok": $0.isWell, "says": $0.says, "remedy": $0.remedy]
                    as [String: Any]
            }
            global.console.data(Console.json(["ok": isWell, "items": items]))
        } else {
            global.console.data(
                Console.table(
                    findings.map { [$0.isWell ? "ok" : "!!", $0.name, $0.says] }))
            for finding in findings where !finding.isWell {
                global.console.data("\(finding.name): \(finding.remedy)")
            }
        }
        if !isWell {
            throw Complaint(
                .failed, "Not everything is well.",
                why: findings.filter { !$0.isWell }.map(\.says).joined(separator: "\n"),
                next: findings.first { !$0.isWell }?.remedy ?? "")
        }
    }

    private func folder(_ settings: Settings) -> Finding {
        let isThere = DataLock.makeFolder(settings.data)
        return Finding(
            name: "data folder", isWell: unsafe isThere && access(settings.data, W_OK) == 0,
            says: settings.data,
            remedy: "Give a folder where you may write with --data.")
    }

    private func space(_ settings: Settings) -> Finding {
        let free = DiskSpace.of(settings.data)?.free ?? 0
        let gigabytes = Double(free) / 1e9
        return Finding(
            name: "free space", isWell: free > 2 << 30,
            says: String(format: "%.1f GB free", gigabytes),
            remedy: "Free some space: the box needs 2 GB to be safe.")
    }

    /// Median of some flushes; one under 0.1 ms says that the disk may lie.
    private func flush(_ settings: Settings) -> Finding {
        let path = settings.data + "/flush-probe"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            return Finding(
                name: "flush", isWell: false, says: "cannot write a file there",
                remedy: "Give a folder where you may write with --data.")
        }
        defer {
            close(descriptor)
            unsafe unlink(path)
        }
        var times: [Double] = []
        let block = [UInt8](repeating: 7, count: 4096)
        for turn in 0..<21 {
            unsafe pwrite(descriptor, block, block.count, off_t(turn * block.count))
            let start = ContinuousClock.now
            fdatasync(descriptor)
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        let median = times.sorted()[10]
        return Finding(
            name: "flush", isWell: true,
            says: String(format: "%.2f ms", median)
                + (median < 0.1 ? ", so quick that this disk may not keep its word" : ""),
            remedy: "")
    }

    private func clock() -> Finding {
        let year = Calendar(identifier: .gregorian).component(.year, from: Date())
        return Finding(
            name: "clock", isWell: year >= 2026, says: ISO8601DateFormatter().string(from: Date()),
            remedy: "Set the computer's clock, and let it be set from a time server.")
    }

    private func zone(_ settings: Settings) -> Finding {
        let rules = ZoneTable.rules(of: settings.zone)
        return Finding(
            name: "time zone", isWell: rules != nil,
            says: rules.map { "\(settings.zone), \($0.changes.count) clock changes known" }
                ?? "\(settings.zone) is not known here",
            remedy: "Install the package tzdata, or write another zone in millwright.toml.")
    }

    private func database() -> Finding {
        Finding(
            name: "SQLite", isWell: true,
            says: LibraryFacts.sqlite
                + ", used with one writing connection a file", remedy: "")
    }

    private func box(_ settings: Settings) async throws -> [Finding] {
        guard let client = try await BoxClient.running(global) else {
            return [
                Finding(
                    name: "box", isWell: true, says: "not running on this folder", remedy: "")
            ]
        }
        let reply = try await client.ask("GET", "/api/v1/about")
        let warnings = reply.object["warnings"] as? [String] ?? []
        return try await backup(client) + signals(client) + [
            Finding(
                name: "box",
                isWell: reply.object["is_ready"] as? Bool ?? false
                    && !warnings.contains {
                        $0.hasPrefix("Safe mode") || $0.hasPrefix("The clock of this computer")
                    },
                says: warnings.isEmpty
                    ? "running on \(client.address)" : warnings.joined(separator: " "),
                remedy: "See the page About this box.")
        ]
    }

    private func backup(_ client: BoxClient) async throws -> [Finding] {
        let reply = try await client.ask("GET", "/api/v1/backups")
        let items = reply.object["items"] as? [[String: Any]] ?? []
        let warnings = reply.object["warnings"] as? [String] ?? []
        let newest = items.first?["made"] as? String ?? "none yet"
        let proved = reply.object["last_proved"] as? String ?? "never"
        return [
            Finding(
                name: "backup", isWell: warnings.isEmpty,
                says: warnings.first ?? "newest \(newest), last proved \(proved)",
                remedy: "Make one: millwright backup create. Give it a second place: backup.to.")
        ]
    }

    private func signals(_ client: BoxClient) async throws -> [Finding] {
        let reply = try await client.ask("GET", "/api/v1/machines")
        let machines = reply.object["items"] as? [[String: Any]] ?? []
        let silent = machines.filter { $0["state"] as? String == "unknown" }
            .compactMap { $0["name"] as? String }
        return [
            Finding(
                name: "signals", isWell: silent.isEmpty,
                says: silent.isEmpty
                    ? "\(machines.count) machines, none silent"
                    : "no signal from " + silent.joined(separator: ", "),
                remedy: "See the page Machines: it says for each connection what to do.")
        ]
    }
}
