// What the box tells about itself: on the page, to programs, to monitoring.

import Capture
import Historian
import Journal
import Plant
import Synchronization

/// One figure about the box itself.
public struct BoxFigure: Sendable, Hashable {
    /// Name without prefix, base unit last.
    public let name: String
    /// One sentence.
    public let help: String
    /// Whether it only goes up.
    public let isCounter: Bool
    /// Labels with few values.
    public let labels: [String: String]
    /// The value.
    public let value: Double
}

extension Box {
    /// About this box; blocks while it reads.
    public func facts() throws -> BoxFacts {
        let world = shown
        let usage = try world.samples.usage()
        let free = (space.space ?? environment.diskSpace(settings.data))?.free ?? 0
        return BoxFacts(
            version: environment.version, world: world.kind, started: started,
            samples: usage.samples, bytes: usage.bytes, freeBytes: free,
            entries: world.journal.lastSequence, dropped: world.drops.all,
            durabilityWindow: settings.durabilityWindow, sqlite: SQLiteFacts.version,
            hasOwner: try access.hasOwner, warnings: try warnings(usage))
    }

    private func warnings(_ usage: StoreUsage) throws -> [String] {
        var warnings: [String] = []
        if let problem = shown.health.recordingProblem {
            warnings.append("Not recording: \(problem)")
        }
        if let words = clockWords() { warnings.append(words) }
        if isSafeMode {
            warnings.append(
                "Safe mode: the program ended badly five times in ten minutes. No machine is read;"
                    + " pages, what programs send, backups and restoring work. See what changed last, or restore a"
                    + " backup, then run millwright doctor --fix and start the box again.")
        }
        for suspect in suspects.sorted() {
            warnings.append(
                "\(suspect.text) is left out: the program ended badly three times while it was read."
                    + " See what it sends, or ask who made it; it is read again after an orderly"
                    + " stop and start.")
        }
        if memory.level > .ample {
            warnings.append(
                "Memory is short: \(MemoryUse.resident >> 20) of \(memory.budget >> 20) MiB. Open"
                    + " pages are no longer told what changes; recording goes on.")
        }
        if space.level > .ample, let left = space.space {
            warnings.append(spaceWords(left, usage))
        }
        for file in shown.samples.damagedFiles {
            warnings.append("\(file) cannot be read; what is whole in it is being saved.")
        }
        for file in try shown.samples.keptDamagedFiles() {
            warnings.append(
                "A history file was damaged; what could be read was saved, the damaged one is"
                    + " kept as \(file). Restore that month from a backup, or move the file away"
                    + " once you have seen to it.")
        }
        if usage.quarantined > 0 {
            warnings.append(
                "\(usage.quarantined) stored pieces are damaged and show as gaps. Check the disk;"
                    + " restore from a backup.")
        }
        if !settings.listen.isLoopback, settings.https == .off || settings.isInsecureHTTPAllowed {
            warnings.append("Pages cross the network unencrypted (insecure_http is set).")
        }
        if settings.backupHours != nil { warnings += try backups.standing().warnings }
        for (place, count) in shown.drops.all.sorted(by: { $0.key < $1.key }) {
            warnings.append("\(count) samples were dropped (\(place)).")
        }
        return warnings
    }

    /// Whether the clock cannot be right, or nobody keeps it right (R-34, R-35).
    private func clockWords() -> String? {
        let clock = environment.clock
        guard clock.isTrusted else {
            return
                "The clock of this computer says \(clock.systemTime.rfc3339.prefix(16)), but something"
                + " was stored at \(environment.wall().rfc3339.prefix(16)). Samples are kept apart and"
                + " moved once it is set. If it is right: millwright clock believe"
        }
        guard environment.synchronisation() == .free,
            environment.monotonic() > LoopLimits.unsynchronised,
            !real.journal.factory.machines.isEmpty
        else { return nil }
        return "No time server keeps the clock of this computer right. Give it one, or look at the"
            + " clock once a week."
    }

    /// How much room is left, and how long it lasts at the pace of the newest months.
    private func spaceWords(_ left: DiskSpace, _ usage: StoreUsage) -> String {
        let size = "Only \(left.free >> 20) MB are free on the disk"
        guard let pace = usage.bytesPerDay(until: environment.wall()), pace > 0 else {
            return size + ". Free some space."
        }
        let limit = SpaceLevel.scarce.limit(total: left.total)
        let days = Int(Double(max(0, left.free - limit)) / pace)
        return size + ", enough for about \(days) more \(days == 1 ? "day" : "days")"
            + " of recording. Free some space."
    }

    /// Figures for monitoring.
    public func figures() -> [BoxFigure] {
        var figures: [BoxFigure] = []
        let now = environment.wall()
        figures.add("build_info", "Version of the program.", 1, ["version": environment.version])
        figures.add("start_time_seconds", "When the box started.", Double(started.secondsSince1970))
        figures.add("uptime_seconds", "How long the box has been running.", (now - started).seconds)
        figures.add("recording", "1 while samples are recorded.", isReady ? 1 : 0)
        figures.add(
            "safe_mode", "1 after too many bad ends: no machine is read.", isSafeMode ? 1 : 0)
        figures.add(
            "clock_trusted", "1 while the system's clock is believed.",
            environment.clock.isTrusted ? 1 : 0)
        let synchronisation = environment.synchronisation()
        if synchronisation != .unknown {
            figures.add(
                "clock_synchronised", "1 while a time server keeps the clock right.",
                synchronisation == .synchronised ? 1 : 0)
        }
        if let newest = backups.list().first {
            figures.add(
                "backup_age_seconds", "Time since the newest backup was made.",
                (now - newest.made).seconds)
        }
        figures.add(
            "resident_memory_bytes", "Memory of the process.", Double(MemoryUse.resident))
        figures.add("memory_budget_bytes", "Memory that it may hold.", Double(memory.budget))
        figures.add(
            "suspect_connections", "Connections left out after bad ends.", Double(suspects.count))
        figures.add(
            "disk_free_bytes", "Free space on the disk of the data folder.",
            Double(environment.diskSpace(settings.data)?.free ?? 0))
        for world in [real, shown.kind == .real ? nil : shown].compactMap(\.self) {
            figures += Box.figures(of: world)
        }
        return figures
    }

    private static func figures(of world: World) -> [BoxFigure] {
        var figures: [BoxFigure] = []
        let label = ["world": world.kind.rawValue]
        figures.add(
            "samples_taken_total", "Samples taken since start.",
            Double(world.intake.taken.withLock { $0 }), isCounter: true, label)
        figures.add(
            "journal_entries", "Journal entries.", Double(world.journal.lastSequence), label)
        figures.add(
            "machines", "Machines in use.", Double(world.factory.activeMachines.count), label)
        for (id, status) in world.health.statuses.sorted(by: { $0.key < $1.key }) {
            let own = ["world": world.kind.rawValue, "connection": id.text]
            figures.add(
                "connection_up", "1 while a connection is up.",
                status.phase == .connected ? 1 : 0, own)
            figures.add(
                "connection_polls_total", "Polls made.", Double(status.polls),
                isCounter: true, own)
            figures.add(
                "connection_lost_polls_total", "Polls that could not be made in their time.",
                Double(status.lostPolls), isCounter: true, own)
        }
        for (place, count) in world.drops.all.sorted(by: { $0.key < $1.key }) {
            let parts = place.split(separator: "/").map(String.init)
            figures.add(
                "dropped_total", "Samples dropped.", Double(count), isCounter: true,
                [
                    "world": world.kind.rawValue, "stage": parts.first ?? "",
                    "reason": parts.last ?? "",
                ])
        }
        return figures
    }
}

extension [BoxFigure] {
    fileprivate mutating func add(
        _ name: String, _ help: String, _ value: Double, isCounter: Bool = false,
        _ labels: [String: String] = [:]
    ) {
        append(
            BoxFigure(name: name, help: help, isCounter: isCounter, labels: labels, value: value))
    }
}
