// Polls of a Modbus line, whatever carries them: requests in a row, answers as batches.

import Plant
import Synchronization
import Wire

/// A way to ask devices, one request at a time.
protocol ModbusSession {
    /// What is being done, for messages.
    func doing(_ request: ModbusRequest, device: UInt8) -> String

    /// The answer to a request; throws `timedOut` and leaves the line usable when none comes.
    mutating func exchange(
        _ request: ModbusRequest, device: UInt8
    ) async throws(ConnectorError) -> ModbusResponse
}

/// What one poll gave.
struct ModbusPoll {
    let batches: [SampleBatch]
    /// False when the device fell silent on the way.
    let isComplete: Bool
}

/// The groups of a connection and how they are read.
struct ModbusPoller: Sendable {
    let groups: [ModbusPollGroup]
    private let cuts = ModbusCuts()

    init(groups: [ModbusPollGroup]) { self.groups = groups }

    /// The groups as the supervisor knows them.
    var pollGroups: [PollGroup] {
        groups.map { PollGroup(signals: $0.points.map(\.signal), period: $0.period) }
    }

    /// Reads the values of one request once.
    func probe(
        _ read: ModbusPlan.Read, of group: ModbusPollGroup, in session: inout some ModbusSession
    ) async throws(ConnectorError) -> [ProbeFinding] {
        let response = try await session.exchange(read.request, device: read.unit)
        return read.slices.map { slice in
            let point = group.points[slice.item]
            if case .exception(let exception) = response {
                return ProbeFinding(
                    address: point.text, value: nil, problem: exception.description)
            }
            guard let value = ModbusRow.value(point, slice, response) else {
                return ProbeFinding(
                    address: point.text, value: nil,
                    problem: "the registers hold no value of this type")
            }
            return ProbeFinding(address: point.text, value: value.words, problem: nil)
        }
    }

    /// One poll: a batch, or several where the device is too slow for one instant (decisions 9).
    func read(
        _ index: Int, in session: inout some ModbusSession, _ io: ConnectorIO
    ) async throws(ConnectorError) -> ModbusPoll {
        let group = groups[index]
        var isComplete = true
        var rows: [ModbusRow] = []
        var row = ModbusRow()
        let longest = group.period.nanoseconds / 10
        for (number, read) in group.reads.enumerated() {
            if cuts.contains(group: index, read: number) {
                rows.append(row)
                row = ModbusRow()
            }
            let response: ModbusResponse
            do throws(ConnectorError) {
                response = try await session.exchange(read.request, device: read.unit)
            } catch .timedOut(let doing, let after) {
                // The first silence ends the poll; what had arrived is kept.
                guard rows.contains(where: { $0.time != nil }) || row.time != nil else {
                    throw .timedOut(doing: doing, after: after)
                }
                io.report(.requestFailed(group: index, "\(doing): no answer"))
                for missed in group.reads[number...] { row.addMissing(missed, of: group) }
                isComplete = false
                break
            }
            let arrival = io.clock.wall()
            if let first = row.time, (arrival - first).nanoseconds > longest {
                cuts.insert(group: index, read: number)
                rows.append(row)
                row = ModbusRow()
            }
            if case .exception(let exception) = response {
                io.report(
                    .problem("\(session.doing(read.request, device: read.unit)): \(exception)"))
            }
            row.add(response, to: read, of: group, at: arrival)
        }
        return ModbusPoll(
            batches: (rows + [row]).compactMap { $0.batch() }, isComplete: isComplete)
    }
}

extension ModbusValue {
    /// The value as people read it.
    var words: String {
        switch self {
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .float(let number): String(number)
        case .bool(let bit): bit ? "true" : "false"
        case .text(let text): text
        }
    }
}

/// Where the polls of a group are cut because the device is slow; kept across sessions.
final class ModbusCuts: Sendable {
    private let cuts = Mutex<Set<Cut>>([])

    private struct Cut: Hashable {
        let group: Int
        let read: Int
    }

    /// Whether a new row begins before this read.
    func contains(group: Int, read: Int) -> Bool {
        cuts.withLock { $0.contains(Cut(group: group, read: read)) }
    }

    /// Lets a new row begin before this read from now on.
    func insert(group: Int, read: Int) {
        cuts.withLock { _ = $0.insert(Cut(group: group, read: read)) }
    }
}
