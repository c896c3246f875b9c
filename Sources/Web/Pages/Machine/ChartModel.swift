// One signal's chart: a sentence above, the drawing, the table behind, the file for spreadsheets.

import Loop
import Plant
import Understand

/// What the template of a chart shows.
struct ChartModel: Sendable {
    /// Columns that the store is asked for: about one for each pixel.
    static let columns = 600
    /// Rows of the table behind a chart.
    private static let tableRows = 24

    /// A row of the table.
    struct Row: Sendable {
        let time: String
        let least: String
        let mean: String
        let most: String
        let isGap: Bool
    }

    /// The signal's name.
    let name: String
    /// A heading's id.
    let id: String
    /// The chart as a sentence.
    let sentence: String
    /// The drawing, nil when nothing was seen.
    let drawing: SVGMarkup?
    /// Ends and middle of the scale.
    let marks: [String]
    /// Times along the bottom.
    let times: [String]
    /// Rows of the table.
    let rows: [Row]
    /// Unit of the values; may be empty.
    let unit: String
    /// Address of the samples as a CSV file.
    let file: String
    /// What was not seen, nil when all was.
    let gapWords: String?

    init(_ chart: SignalChart, last: LastValue?, ask: Ask) {
        let clock = ask.clock
        let today = ask.world.time
        let signal = chart.signal
        let unit = Measure.unit(signal.unit)
        func value(_ number: Double) -> String {
            unit.isEmpty ? Measure.value(number) : Measure.value(number) + Measure.space + unit
        }
        name = signal.name
        id = "signal-\(signal.id.number)"
        self.unit = unit
        let seen = chart.buckets.filter { $0.count > 0 }
        let when = clock.range(chart.range, today: today)
        if let least = seen.map(\.minimum).min(), let most = seen.map(\.maximum).max() {
            let range =
                least == most
                ? "It stayed at \(value(least))"
                : "It lay between \(value(least)) and \(value(most))"
            let newest = last.map { SignalText.value($0, unit: signal.unit) }
            let nowWords = newest.map { "\(signal.name) is \($0) now. " } ?? ""
            sentence = nowWords + range + ", \(when)."
        } else {
            sentence = "\(signal.name): nothing seen, \(when)."
        }
        let line = LineChart(chart)
        let label = sentence
        drawing = line.map { $0.drawing(label: label) }
        marks = line.map { [$0.high, ($0.high + $0.low) / 2, $0.low].map(value) } ?? []
        times = ChartModel.times(chart.range, clock: clock, today: today)
        rows = ChartModel.rows(chart, clock: clock, today: today)
        let path = signal.slug.flatMap { slug in signal.machine.map { $0.text + "/" + slug.text } }
        let address = path ?? String(signal.id.number)
        file =
            "/api/v1/signals/\(address)/samples?format=csv"
            + "&from=\(chart.range.start.millisecondsSince1970)"
            + "&to=\(chart.range.end.millisecondsSince1970)"
        let unseen = (line?.gaps ?? []).reduce(Elapsed.zero) { $0 + $1.elapsed }
        gapWords =
            unseen > .minutes(1)
            ? "\(Plain.duration(unseen)) not seen. The line breaks there." : nil
    }

    private static func times(
        _ range: TimeRange, clock: LocalClock, today: Timestamp
    ) -> [String] {
        let isLong = range.elapsed > .hours(36)
        return (0...4).map { part in
            let step = range.elapsed.nanoseconds / 4 * Int64(part)
            let time = range.start + Elapsed(nanoseconds: step)
            return isLong ? clock.day(time) : clock.minute(time)
        }
    }

    private static func rows(
        _ chart: SignalChart, clock: LocalClock, today: Timestamp
    ) -> [Row] {
        guard !chart.buckets.isEmpty else { return [] }
        let size = max(1, (chart.buckets.count + tableRows - 1) / tableRows)
        return stride(from: 0, to: chart.buckets.count, by: size).map { start in
            let group = chart.buckets[start..<min(start + size, chart.buckets.count)]
            let seen = group.filter { $0.count > 0 }
            let count = seen.reduce(0) { $0 + $1.count }
            let sum = seen.reduce(0.0) { $0 + $1.mean * Double($1.count) }
            let time = clock.moment(chart.buckets[start].range.start, today: today)
            guard let least = seen.map(\.minimum).min(), let most = seen.map(\.maximum).max(),
                count > 0
            else { return Row(time: time, least: "", mean: "", most: "", isGap: true) }
            return Row(
                time: time, least: Measure.value(least),
                mean: Measure.value(sum / Double(count)), most: Measure.value(most),
                isGap: false)
        }
    }
}
