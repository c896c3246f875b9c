// Long queries: figures over cells and time in state, against a count that knows no chunk.

import Plant
import Testing

@testable import Historian

/// What the queries should give, from the merged series alone.
private struct Plain {
    let series: SampleSeries
    let cells: TimeCells
    let limit: Int64

    private func isUsable(_ row: Int) -> Bool {
        series.quality(at: row).isUsable && (series.values[row].asDouble?.isFinite ?? true)
    }

    func count(_ cell: Int) -> Int {
        series.times.indices.count { row in
            isUsable(row) && series.times[row] >= cells.edges[cell]
                && series.times[row] < cells.edges[cell + 1]
        }
    }

    /// Nanoseconds and integral by walking each sample to its end.
    func held(_ cell: Int, where matches: (Scalar) -> Bool = { _ in true }) -> (Int64, Double) {
        var held: Int64 = 0
        var integral = 0.0
        for row in series.times.indices.dropLast()
        where isUsable(row) && matches(series.values[row]) {
            let start = series.times[row]
            let (bound, isOver) = start.addingReportingOverflow(limit)
            let end = min(series.times[row + 1], isOver ? .max : bound)
            let part = min(end, cells.edges[cell + 1]) - max(start, cells.edges[cell])
            guard part > 0 else { continue }
            held += part
            integral += Double(part) * (series.values[row].asDouble ?? 0)
        }
        return (held, integral)
    }
}

@Suite struct CellTests {
    /// Two signals of one group, sealed in parts, with a gap, bad samples, late and newer ones.
    private func filled(_ scratch: Scratch, seed: UInt64) async throws -> SampleStore {
        let store = try SampleStore.open(folder: scratch.path)
        var random = Seeded(seed)
        for hour in [0, 1, 2, 4, 5, 6] {
            let times = (0..<1_200).map {
                morning + Int64(hour * 3_600 + $0 * 3) * second
                    + Int64.random(in: 0..<900_000_000, using: &random)
            }
            let isClean = hour % 2 == 1
            let numbers = times.map { _ in
                !isClean && Int.random(in: 0..<300, using: &random) == 0
                    ? .nan : Double(Int64.random(in: -999...999, using: &random)) / 10
            }
            var state: Int64 = 2
            let states = times.map { _ in
                if Int.random(in: 0..<40, using: &random) == 0 {
                    state = Int64.random(in: 0...4, using: &random)
                }
                return state
            }
            let quality = times.map { _ in
                !isClean && Int.random(in: 0..<200, using: &random) == 0
                    ? Quality.badComm : .good
            }
            _ = try await store.append([
                SampleBatch(
                    times: times,
                    columns: [
                        SignalColumn(
                            signal: SignalID(1), values: .numbers(numbers), quality: quality),
                        SignalColumn(signal: SignalID(2), values: .integers(states)),
                    ])
            ])
            if hour == 2 {
                // Late and newer ones, which become chunks that overlap.
                let late = [times[10] + 1, times[20], times[30] + 5]
                _ = try await store.append([batch(1, late, .numbers([1, 2, 3]))])
            }
            if hour < 6 { _ = try await store.seal(upTo: .distantFuture) }
        }
        return store
    }

    @Test(arguments: [1, 5, 24, 997], [nil, Hold.atMost(.seconds(2)), .untilNext] as [Hold?])
    func `chunk summaries give the same figures as the samples and as a plain count`(
        _ count: Int, _ hold: Hold?
    ) async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch, seed: UInt64(count))
        for end in ends { try compareFigures(store, until: end, count, hold) }
        await store.close()
    }

    /// After all samples, among them, and in the hour that has none.
    private let ends: [Int64] = [8 * 3_600, 2 * 3_600 + 1_501, 3 * 3_600 + 1_800].map {
        morning + $0 * second
    }

    private func compareFigures(
        _ store: SampleStore, until end: Int64, _ count: Int, _ hold: Hold?
    ) throws {
        let cells = try TimeCells(range(morning + 1_800 * second, end), count: count)
        let quick = try store.core.figures(of: [1, 2], over: cells, hold: hold)
        let slow = try store.core.figures(
            of: [1, 2], over: cells, hold: hold, usesSummaries: false)
        #expect(quick.map { $0.map(\.withoutIntegral) } == slow.map { $0.map(\.withoutIntegral) })
        for signal in [1, 2] {
            let all = try store.series(of: SignalID(UInt32(signal)), in: always)
            let plain = Plain(series: all, cells: cells, limit: hold?.limit ?? 0)
            for cell in 0..<count {
                let found = quick[signal - 1][cell]
                #expect(found.count == plain.count(cell))
                guard hold != nil else { continue }
                let (held, integral) = plain.held(cell)
                #expect(found.held == held)
                #expect(abs(found.integral - integral) <= abs(integral) * 1e-12 + 1e-3)
                #expect(abs(found.integral - slow[signal - 1][cell].integral) <= 1e-3)
            }
        }
    }

    @Test(arguments: [1, 7, 300], [Hold.atMost(.seconds(4)), .untilNext])
    func `time in state equals a plain count to the nanosecond, with and without tables`(
        _ count: Int, _ hold: Hold
    ) async throws {
        let scratch = try Scratch()
        let store = try await filled(scratch, seed: 77)
        for end in ends { try compareStates(store, until: end, count, hold) }
        await store.close()
    }

    private func compareStates(
        _ store: SampleStore, until end: Int64, _ count: Int, _ hold: Hold
    ) throws {
        let cells = try TimeCells(range(morning + 1_800 * second, end), count: count)
        let quick = try store.core.stateTime(of: [2], over: cells, hold: hold)[0]
        let slow = try store.core.stateTime(
            of: [2], over: cells, hold: hold, usesSummaries: false)[0]
        let all = try store.series(of: SignalID(2), in: always)
        let plain = Plain(series: all, cells: cells, limit: hold.limit)
        #expect(quick.states.count >= 3)
        for (place, state) in quick.states.enumerated() {
            let other = try #require(slow.states.firstIndex(of: state))
            #expect(quick.durations[place] == slow.durations[other])
            for cell in 0..<count {
                #expect(quick.durations[place][cell] == plain.held(cell) { $0 == state }.0)
            }
        }
        for cell in 0..<count {
            #expect(quick.unseen(cell, of: cells) >= 0)
        }
    }

    @Test func `steps begin at multiples of their length and the range cuts the ends`() throws {
        let cells = try TimeCells(
            range(5 * second, 27 * second), step: .seconds(10), offset: .seconds(2))
        #expect(cells.edges == [5, 12, 22, 27].map { $0 * second })
        let before = try TimeCells(
            range(-5 * second, 5 * second), step: .seconds(10), offset: .seconds(0))
        #expect(before.edges == [-5, 0, 5].map { $0 * second })
        #expect(throws: TimeCells.Flaw.self) {
            try TimeCells(range(0, .max), step: .seconds(1), offset: .seconds(0))
        }
        let halves = try #require(cells.halves())
        #expect(halves.0.edges + halves.1.edges.dropFirst() == cells.edges)
        #expect(try TimeCells(edges: [1, 2]).halves() == nil)
        #expect(throws: TimeCells.Flaw.notInOrder) { try TimeCells(edges: [3, 2]) }
    }

    @Test func `a value that is never followed holds no time, as nothing says that it held`()
        async throws
    {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        _ = try await store.append([batch(1, [morning], .integers([3]))])
        let cells = try TimeCells(range(morning - second, morning + 60 * second), count: 1)
        let times = try store.stateTime(of: [SignalID(1)], over: cells, hold: .untilNext)[0]
        #expect(times.states == [.integer(3)])
        #expect(times.durations == [[0]])
        #expect(times.unseen(0, of: cells) == 61 * second)
        await store.close()
    }

    @Test func `a text with too many different values is refused as a state`() async throws {
        let scratch = try Scratch()
        let store = try SampleStore.open(folder: scratch.path)
        let rows = HistorianLimits.states + 1
        let times = (0..<rows).map { morning + Int64($0) }
        _ = try await store.append([batch(1, times, .texts(times.map { String($0) }))])
        let cells = try TimeCells(range(morning, morning + second), count: 1)
        #expect(throws: StoreError.self) {
            try store.stateTime(of: [SignalID(1)], over: cells, hold: .untilNext)
        }
        await store.close()
    }
}

extension CellFigures {
    /// Everything but the integral, whose last bits depend on the order of adding.
    fileprivate var withoutIntegral: [Double] {
        [
            Double(count), minimum, maximum, sum, mean, first, last, Double(held),
        ]
    }
}
