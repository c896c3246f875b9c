// What is read together, in which requests, and how answers become columns. No I/O.

import Plant
import Wire

/// The points of one period with the requests that fetch them.
struct ModbusPollGroup: Sendable {
    let period: Elapsed
    let points: [ModbusPoint]
    let reads: [ModbusPlan.Read]

    /// Plans a group; the error names the point that cannot be read.
    init(
        period: Elapsed, points: [ModbusPoint], limits: ModbusPlan.Limits
    ) throws(ConfigurationError) {
        self.period = period
        self.points = points
        let items = points.map {
            ModbusPlan.Item(unit: $0.device, address: $0.address, type: $0.type)
        }
        do {
            reads = try ModbusPlan(items, limits: limits).reads
        } catch {
            switch error {
            case .itemTooLong(let index, let count, let limit):
                throw ConfigurationError(
                    path: "signal.\(points[index].text).read",
                    reason: "needs \(count) registers, but one answer may have only \(limit)",
                    remedy: "Raise max_registers, or read a shorter value.")
            case .outOfRange(let index):
                throw ConfigurationError(
                    path: "signal.\(points[index].text).read",
                    reason: "ends behind the last address, 65535",
                    remedy: "Check the address and the type.")
            }
        }
    }
}

/// One row that grows while the answers of a poll arrive.
struct ModbusRow {
    /// Arrival of the first answer.
    private(set) var time: Timestamp?
    private var columns: [SignalColumn] = []

    /// Adds the values of one answer; a fault of one value marks only this value.
    mutating func add(
        _ response: ModbusResponse, to read: ModbusPlan.Read, of group: ModbusPollGroup,
        at arrival: Timestamp
    ) {
        if time == nil { time = arrival }
        for slice in read.slices {
            let point = group.points[slice.item]
            columns.append(ModbusRow.column(point, slice, response))
        }
    }

    /// Adds missing values for a read that failed.
    mutating func addMissing(_ read: ModbusPlan.Read, of group: ModbusPollGroup) {
        for slice in read.slices {
            let signal = group.points[slice.item].signal
            columns.append(.missing(signal.id, kind: signal.kind, quality: .badComm))
        }
    }

    /// The batch of the row, nil while no answer has arrived.
    func batch() -> SampleBatch? {
        guard let time, !columns.isEmpty else { return nil }
        return SampleBatch(times: [time.nanoseconds], columns: columns)
    }

    /// The value of a point in an answer; nil when it cannot be decoded.
    static func value(
        _ point: ModbusPoint, _ slice: ModbusPlan.Slice, _ response: ModbusResponse
    ) -> ModbusValue? {
        switch response {
        case .bits(let bits):
            return bits.indices.contains(slice.offset) ? .bool(bits[slice.offset]) : nil
        case .registers(let registers):
            do {
                return try ModbusRegisters.decode(
                    point.type, order: point.order, from: registers, at: slice.offset)
            } catch {
                return nil  // Such as a half byte over 9 in BCD: this value alone is bad.
            }
        default: return nil
        }
    }

    private static func column(
        _ point: ModbusPoint, _ slice: ModbusPlan.Slice, _ response: ModbusResponse
    ) -> SignalColumn {
        let signal = point.signal
        if case .exception = response {
            return .missing(signal.id, kind: signal.kind, quality: .badComm)
        }
        guard let value = value(point, slice, response),
            let values = ModbusRow.values(value, signal.kind)
        else { return .missing(signal.id, kind: signal.kind, quality: .badValue) }
        var quality: [Quality] = []
        if case .numbers(let numbers) = values, numbers[0].isFinite == false {
            quality = [.badValue]
        }
        return SignalColumn(signal: signal.id, values: values, quality: quality)
    }

    private static func values(_ value: ModbusValue, _ kind: ValueKind) -> ColumnValues? {
        switch (kind, value) {
        case (.number, _): value.double.map { .numbers([$0]) }
        case (.integer, .int(let number)): .integers([number])
        case (.integer, .uint(let number)): Int64(exactly: number).map { .integers([$0]) }
        case (.integer, .bool(let bit)): .integers([bit ? 1 : 0])
        case (.integer, .float(let number)):
            Int64(exactly: number.rounded()).map { .integers([$0]) }
        case (.flag, .bool(let bit)): .flags([bit])
        case (.flag, _): value.double.map { .flags([$0 != 0]) }
        case (.text, .text(let text)): .texts([text])
        default: nil
        }
    }
}

/// Fixed-rate times of several groups: never drifts, counts what it cannot keep.
struct PollSchedule: Sendable {
    private var due: [Elapsed]
    /// A group is not read before this moment.
    private var held: [Elapsed]
    private let periods: [Elapsed]

    /// All groups are due at `start`.
    init(periods: [Elapsed], start: Elapsed) {
        self.periods = periods
        due = periods.map { _ in start }
        held = due
    }

    /// The group that is due first and its time; nil without groups.
    ///
    /// Of two at once it is the one with the shorter period.
    var next: (group: Int, at: Elapsed)? {
        let first = due.indices.min { (moment($0), periods[$0]) < (moment($1), periods[$1]) }
        return first.map { ($0, moment($0)) }
    }

    private func moment(_ group: Int) -> Elapsed { max(due[group], held[group]) }

    /// Moves a group that was read to its next time; returns how many whole periods passed
    /// without a read.
    mutating func finished(_ group: Int, now: Elapsed) -> Int {
        let period = periods[group]
        due[group] = due[group] + period
        guard now >= due[group] + period else { return 0 }
        let late = now - due[group]
        let lost = late.nanoseconds / period.nanoseconds
        due[group] = due[group] + period.times(lost)
        return Int(lost)
    }

    /// Lets a group wait for `end`; returns how many whole periods pass without a read.
    mutating func hold(_ group: Int, until end: Elapsed) -> Int {
        let period = periods[group]
        held[group] = end
        guard end > due[group] else { return 0 }
        let missed = (end - due[group]).nanoseconds / period.nanoseconds
        due[group] = due[group] + period.times(missed)
        return Int(missed)
    }
}
