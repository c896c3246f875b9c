// Figures for charts: one bucket a pixel.

import Plant

extension StoreCore {
    /// `count` buckets of equal length over a range; summaries are used unless told otherwise.
    func buckets(
        of signal: UInt32, in range: TimeRange, count: Int, usesSummaries: Bool = true
    ) throws(StoreError) -> [Bucket] {
        let cells: TimeCells
        do throws(TimeCells.Flaw) {
            cells = try TimeCells(range, count: count)
        } catch .tooMany(let count) {
            throw .tooLarge(what: "buckets", size: count, limit: TimeCells.limit)
        } catch {
            throw .malformed(what: "\(count) buckets")
        }
        let figures = try figures(
            of: [signal], over: cells, hold: nil, usesSummaries: usesSummaries)
        return figures[0].enumerated().map { index, figures in
            Bucket(
                range: cells.range(index), count: figures.count, minimum: figures.minimum,
                maximum: figures.maximum, mean: figures.mean, first: figures.first,
                last: figures.last)
        }
    }
}
