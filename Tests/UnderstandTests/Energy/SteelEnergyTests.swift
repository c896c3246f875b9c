// A real works' meter of a quarter: the totals that its publishers state, by month and by load.

import Foundation
import Plant
import Testing
import Understand

private let steel = recording("steel-energy/steel_2018_q1.csv")

@Suite("Energy of a steel works") struct SteelEnergyTests {
    @Test(
        "a register read every quarter of an hour gives the published totals",
        .enabled(
            if: FileManager.default.fileExists(atPath: steel.path),
            "needs the recorded data of the steel works"))
    func totals() throws {
        let start = try #require(Timestamp(rfc3339: "2018-01-01T00:00:00Z"))
        let loads: [Substring: MachineState] = [
            "Light_Load": .planned, "Medium_Load": .slow, "Maximum_Load": .running,
        ]
        // Row i covers the i-th quarter of an hour; the dates as written step back at midnight.
        let rows = try String(contentsOf: steel, encoding: .utf8)
            .split(whereSeparator: \.isNewline).dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(rows.count == 8_640)
        var times = [start.nanoseconds]
        var register = [0.0]
        var cells: [EnergyCell] = []
        let firstOfMonth = [31 * 96, 59 * 96]
        var highest = 0.0
        for (index, row) in rows.enumerated() {
            let used = try #require(Double(row[1]))
            let from = start + .minutes(Int64(index) * 15)
            let to = from + .minutes(15)
            times.append(to.nanoseconds)
            register.append(register[index] + used)
            highest = max(highest, used)
            let month = firstOfMonth.filter { index >= $0 }.count + 1
            cells.append(
                EnergyCell(
                    range: TimeRange(start: from, end: to),
                    state: try #require(loads[row[row.count - 1]]), job: "month \(month)",
                    price: nil))
        }
        let range = TimeRange(start: start, end: start + .minutes(8_640 * 15))
        let use = EnergyUse(
            .register(SignalID(1)), series: SampleSeries(times: times, values: .numbers(register)),
            before: nil, cells: cells, range: range, longestGap: .minutes(20))
        func near(_ value: Double?, _ expected: Double) -> Bool {
            value.map { abs($0 - expected) < 0.005 } ?? false
        }
        #expect(near(use.total, 297_966.04))
        #expect(near(use.byJob["month 1"]?.kilowattHours, 126_238.29))
        #expect(near(use.byJob["month 2"]?.kilowattHours, 91_497.34))
        #expect(near(use.byJob["month 3"]?.kilowattHours, 80_230.41))
        #expect(near(use.byState[.planned]?.kilowattHours, 59_433.70))
        #expect(near(use.byState[.slow]?.kilowattHours, 122_878.78))
        #expect(near(use.byState[.running]?.kilowattHours, 115_653.56))
        // Demand of the highest quarter of an hour: its energy in a quarter of an hour.
        #expect(near(highest * 4, 612.56))
        #expect(use.coverage == 1 && use.unplaced == 0)
    }
}
