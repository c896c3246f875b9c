// Turns the lines of a device into batches, and finds where the first whole line begins.

import Plant
import Wire

/// Leaves out the line that had begun before the port was opened.
///
/// A device that sends all the time is met in the middle of a line, and the rest of a number looks
/// like a number. Bytes that come after some silence begin a line.
struct SerialStart: Sendable {
    private let opened: Elapsed
    private var isWhole = false

    init(opened: Elapsed) { self.opened = opened }

    /// The bytes that belong to whole lines.
    mutating func whole(_ bytes: [UInt8], at now: Elapsed) -> [UInt8] {
        if isWhole { return bytes }
        guard now - opened < CaptureLimits.lineSilence else {
            isWhole = true
            return bytes
        }
        // CR, LF and ETX end a line, STX begins one.
        guard let end = bytes.firstIndex(where: { [0x02, 0x03, 0x0A, 0x0D].contains($0) }) else {
            return []
        }
        isWhole = true
        return Array(bytes[end...])
    }
}

/// Reads lines for all points of a connection.
struct SerialTextIntake {
    /// What came in one piece of the stream.
    struct Arrived {
        var batches: [SampleBatch] = []
        /// Lines, whether they held a value or not.
        var lines = 0
    }

    private let points: [[SerialTextPoint]]
    private var readers: [SerialTextReader]
    private var hasToldUnmatched = false

    /// Points that read lines alike share one reader.
    init(_ points: [SerialTextPoint]) {
        var grouped: [[SerialTextPoint]] = []
        for point in points {
            if let place = grouped.firstIndex(where: { $0[0].settings == point.settings }) {
                grouped[place].append(point)
            } else {
                grouped.append([point])
            }
        }
        self.points = grouped
        readers = grouped.map { SerialTextReader($0[0].settings) }
    }

    /// The batches of bytes; lines that came together are a nanosecond apart.
    mutating func take(
        _ bytes: [UInt8], arrival: Timestamp, report: (ConnectorReport) -> Void
    ) -> Arrived {
        var arrived = Arrived()
        let results = readers.indices.map { readers[$0].read(bytes) }
        // Every reader finds the same lines: only the pattern differs.
        for line in 0..<(results.first?.count ?? 0) {
            arrived.lines += 1
            var columns: [SignalColumn] = []
            var refusal: String?
            for (place, reader) in results.enumerated() {
                switch reader[line] {
                case .reading(let reading):
                    columns += points[place].map { column($0, reading) }
                case .notNumber(let text):
                    report(.problem("no number where the pattern expects one: \(short(text))"))
                    columns += points[place].map {
                        .missing($0.signal.id, kind: $0.signal.kind, quality: .badValue)
                    }
                case .unmatched(let text): refusal = refusal ?? short(text)
                case .tooLong: refusal = "a line of more than \(SerialLimits.lineBytes) bytes"
                }
            }
            if columns.isEmpty, let refusal, !hasToldUnmatched {
                hasToldUnmatched = true
                report(.problem("a line does not fit the pattern: \(refusal)"))
            }
            guard !columns.isEmpty else { continue }
            columns.sort { $0.signal < $1.signal }
            let time = arrival + Elapsed(nanoseconds: Int64(line))
            arrived.batches.append(SampleBatch(times: [time.nanoseconds], columns: columns))
        }
        arrived.batches = SampleBatch.joined(arrived.batches)
        return arrived
    }

    private func short(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(60).map { scalar in
            scalar.value < 0x20 || scalar.value == 0x7F ? "·" : String(scalar)
        }
        return "\"\(plain.joined())\""
    }

    private func column(_ point: SerialTextPoint, _ reading: SerialReading) -> SignalColumn {
        let signal = point.signal
        let value: Scalar?
        switch point.part {
        case .value: value = reading.value.flatMap { Scalar.number($0).converted(to: signal.kind) }
        case .unit: value = reading.unit.map { .text($0) }
        }
        guard let value, reading.quality != .bad else {
            return .missing(signal.id, kind: signal.kind, quality: .badValue)
        }
        var column = SignalColumn.single(signal, value)
        if reading.quality == .doubtful, !column.quality(at: 0).isBad {
            column.quality = [.uncertainValue]
        }
        return column
    }
}
