// Lines as the programs of three machines send them: one a second, all signals in one line.

public import Plant
import Wire

/// Line protocol of the machines that send it.
enum MachineLines {
    /// The series of a signal: measurement, tags, a space, the field.
    static func address(_ signal: SignalModel, of model: MachineModel) -> String {
        "machine,machine=" + model.slug.text + " " + signal.field
    }

    /// Appends a machine's line of one second from the columns of several.
    static func append(
        _ model: MachineModel, _ columns: [ColumnValues], row: Int, second: Int64,
        to bytes: inout [UInt8]
    ) throws(LineProtocolEncoder.Fault) {
        let fields = model.signals.indices.map { index in
            LinePoint.Field(model.signals[index].field, value(columns[index][row]))
        }
        let point = LinePoint(
            measurement: "machine", tags: [LinePoint.Tag("machine", model.slug.text)],
            fields: fields, time: second * 1_000_000_000)
        try LineProtocolEncoder.append(point, to: &bytes)
    }

    private static func value(_ scalar: Scalar) -> LinePoint.Value {
        switch scalar {
        case .number(let number): .float(number)
        case .integer(let number): .int(number)
        case .flag(let flag): .bool(flag)
        case .text(let text): .string(text)
        }
    }
}

extension FactoryScript {
    /// The lines of all machines that send them, for the whole seconds from `since` to before
    /// `until`, oldest first.
    ///
    /// A stretch longer than `DemonstratorLimits.linesPerPost` seconds is thinned evenly, its
    /// changes of state kept to the thinned second.
    public func linesDue(since: Timestamp, until: Timestamp) throws -> [UInt8] {
        let span = Span(start: since.secondsFromAbove, end: until.secondsFromAbove)
        guard span.length > 0 else { return [] }
        let step =
            (span.length + DemonstratorLimits.linesPerPost - 1)
            / DemonstratorLimits.linesPerPost
        let times = Array(stride(from: span.start, to: span.end, by: Int(step)))
        var bytes: [UInt8] = []
        for machine in models.indices where models[machine].link == .lines {
            try append(machine, times, to: &bytes)
        }
        return bytes
    }

    private func append(_ machine: Int, _ times: [Int64], to bytes: inout [UInt8]) throws {
        var row = 0
        while row < times.count {
            let reader = reader(machine, at: times[row])
            let end = reader.timeline.frame.span.end
            let rows = Array(times[row...].prefix { $0 < end || $0 == times[row] })
            let columns = models[machine].signals.indices.map { reader.column($0, times: rows) }
            for (index, second) in rows.enumerated() {
                try MachineLines.append(
                    models[machine], columns, row: index, second: second, to: &bytes)
            }
            row += rows.count
        }
    }
}
