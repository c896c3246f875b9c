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
    let axis: SVGMarkup
    /// Rows of the table.
    let rows: [Row]
    /// Unit of the values, nil for none.
    let unitName: String?
    /// Address of the samples as a CSV file.
    let file: String
    /// Address of its control chart, nil for what is no measured number.
    let quality: String?
    /// What was not seen, nil when all was.
    let gapWords: String?

    init(_ chart: SignalChart, form: SignalForm, last: LastValue?, ask: Ask) {
        let clock = ask.clock
        let today = ask.world.time
        let signal = chart.signal
        let words = ChartWords(chart, form: form, last: last)
        name = signal.name
        id = "signal-\(signal.id.number)"
        unitName = words.unit.isEmpty ? nil : words.unit
        sentence = words.sentence(
            chart, last: last, when: clock.range(chart.range, today: today))
        let time = TimeAxis(chart.range, zone: clock.zone)
        let line = LineChart(chart, form: form, axis: time)
        let label = "\(name): \(sentence)"
        drawing = line.map { $0.drawing(label: label) }
        marks = line.map { form == .switched ? ["on", "off"] : $0.scale.marks } ?? []
        axis = time.drawing
        rows = ChartModel.rows(chart, words: words, clock: clock, today: today)
        let path = signal.slug.flatMap { slug in signal.machine.map { $0.text + "/" + slug.text } }
        let address = path ?? String(signal.id.number)
        file =
            "/api/v1/signals/\(address)/samples?format=csv"
            + "&from=\(chart.range.start.millisecondsSince1970)"
            + "&to=\(chart.range.end.millisecondsSince1970)"
        quality =
            signal.kind == .number && form != .switched ? "/quality/\(signal.id.number)" : nil
        let unseen = (line?.gaps ?? []).reduce(Elapsed.zero) { $0 + $1.elapsed }
        gapWords =
            unseen > .minutes(1)
            ? "\(Plain.duration(unseen)) not seen. The line breaks there." : nil
    }

    private static func rows(
        _ chart: SignalChart, words: ChartWords, clock: LocalClock, today: Timestamp
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
                time: time, least: words.number(least), mean: words.mean(sum / Double(count)),
                most: words.number(most), isGap: false)
        }
    }
}
