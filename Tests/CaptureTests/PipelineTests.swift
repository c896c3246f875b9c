// The transforms between a connector and the store, one after the other.

import Plant
import Testing

@testable import Capture

@Suite("The pipeline")
struct PipelineTests {
    @Test(
        "converts units",
        arguments: [
            ("W", "kW", 1_500, 1.5), ("kWh", "MJ", 1, 3.6), ("Wh", "kWh", 250, 0.25),
            ("mA", "A", 4, 0.004), ("Cel", "K", 20, 293.15), ("[degF]", "Cel", 212, 100),
            ("K", "[degF]", 273.15, 32), ("bar", "kPa", 1, 100), ("[psi]", "bar", 100, 6.894757),
            ("MPa", "bar", 1, 10), ("um", "mm", 1, 0.001), ("[in_i]", "mm", 1, 25.4),
            ("min", "s", 2, 120), ("h", "min", 1, 60), ("%", "1", 50, 0.5),
            ("rpm", "Hz", 3_000, 50), ("kvarh", "kvar.h", 3, 3),
        ] as [(String, String, Double, Double)])
    func converts(_ from: String, _ to: String, _ value: Double, _ expected: Double) throws {
        let source = try #require(Unit(from))
        let target = try #require(Unit(to))
        let step = try #require(source.conversion(to: target))
        #expect(abs(value * step.factor + step.offset - expected) < 1e-6 * max(1, abs(expected)))
    }

    @Test(
        "a decimal scale gives the decimal number that a person would write",
        arguments: [(307.0, 0.1, 30.7), (25_019, 0.001, 25.019), (781, 0.1, 78.1), (-5, 0.5, -2.5)])
    func scalesLikeAPerson(_ raw: Double, _ factor: Double, _ expected: Double) {
        var values = ColumnValues.numbers([raw])
        Scaling.apply(factor: factor, addend: 0, to: &values)
        #expect(values == .numbers([expected]))
    }

    @Test("converts nothing into something else")
    func refusesOtherDimensions() throws {
        let power = try #require(Unit("kW"))
        let energy = try #require(Unit("kWh"))
        #expect(power.conversion(to: energy) == nil)
        #expect(Unit("furlong") == nil)
        #expect(Set(Unit.codes).count == Unit.codes.count)
    }

    @Test("scales, then offsets, then converts")
    func order() throws {
        let signal = signal(
            ["scale": "0.1", "offset": "-40", "read_unit": "Cel"], unit: "K")
        let options = try PipelineOptions(
            ModbusTCPFields.schema.reader(options: signal.source.options, path: "signal.1"),
            signal: signal)
        var values = ColumnValues.numbers([600, .nan])
        Scaling.apply(factor: options.factor, addend: options.addend, to: &values)
        guard case .numbers(let numbers) = values else {
            Issue.record("kind changed")
            return
        }
        #expect(abs(numbers[0] - 293.15) < 1e-9)
        #expect(numbers[1].isNaN)
    }

    @Test("keeps impossible values but marks them")
    func limits() {
        var column = SignalColumn(
            signal: SignalID(1), values: .numbers([1, -5, 200, .infinity, 3]),
            quality: [.good, .good, .uncertainClock, .good, .badComm])
        LimitCheck.apply(minimum: 0, maximum: 100, to: &column)
        #expect(column.quality == [.good, .badValue, .badValue, .badValue, .badComm])
        #expect(column.values == .numbers([1, -5, 200, .infinity, 3]))
        var fine = SignalColumn(signal: SignalID(1), values: .integers([1, 2]))
        LimitCheck.apply(minimum: 0, maximum: 100, to: &fine)
        #expect(fine.quality.isEmpty)
    }

    @Test("drops exact repeats, keeps equal values of later polls (R-50)")
    func repeats() {
        var filter = RepeatFilter()
        var first = SampleBatch(
            times: [1, 1, 2, 2],
            columns: [SignalColumn(signal: SignalID(1), values: .numbers([5, 5, 5, 6]))])
        filter.apply(to: &first)
        #expect(first.times == [1, 2, 2])
        var again = SampleBatch(
            times: [2, 3], columns: [SignalColumn(signal: SignalID(1), values: .numbers([6, 6]))])
        filter.apply(to: &again)
        #expect(again.times == [3])
        #expect(filter.dropped == 2)
    }

    @Test(
        "tells a roll-over from a reset (R-39)",
        arguments: [
            (16, 65_530.0, 4.0, CounterMark.Cause.rollOver), (16, 30_000, 0, .reset),
            (32, 4_294_967_290, 10, .rollOver), (32, 65_530, 4, .reset),
            (64, 18e18, 5, .rollOver),
        ])
    func counters(_ bits: Int, _ before: Double, _ after: Double, _ cause: CounterMark.Cause) {
        var watch = CounterWatch(bits: bits)
        let column = SignalColumn(
            signal: SignalID(1), values: .numbers([before, 0, after, after + 1]),
            quality: [.good, .badComm, .good, .good])
        let marks = watch.marks(in: column, times: [1, 2, 3, 4])
        #expect(marks.map(\.cause) == [cause])
        #expect(marks.first?.at == Timestamp(nanoseconds: 3))
        #expect(marks.first?.before == before)
    }

    @Test("uses the source's time only where it can be right (decisions 8)")
    func stamps() {
        let arrival = testStart
        func stamp(_ offset: Elapsed) -> StampedTime {
            TimestampPolicy.stamp(source: arrival + offset, arrival: arrival)
        }
        #expect(stamp(.zero - .hours(24)).quality == .good)
        #expect(stamp(.zero - .hours(24)).lateness == .hours(24))
        #expect(stamp(.minutes(5)).time == arrival + .minutes(5))
        #expect(stamp(.minutes(5) + Elapsed(nanoseconds: 1)).quality == .uncertainClock)
        #expect(stamp(.zero - .hours(25)).time == arrival)
        #expect(TimestampPolicy.stamp(source: nil, arrival: arrival).quality == .good)
    }

    @Test("runs its steps in order over a batch")
    func together() throws {
        let signals = [
            signal(["scale": "0.5", "max": "10"], unit: ""),
            Signal(
                id: SignalID(2), name: "c", kind: .integer, unit: "",
                source: SignalSource(
                    connection: Slug("gw"), address: "holding:2", options: ["counter": "16"])),
        ]
        var pipeline = try SamplePipeline(signals: signals, schema: ModbusTCPFields.schema)
        var batch = SampleBatch(
            times: [1, 2],
            columns: [
                SignalColumn(signal: SignalID(1), values: .numbers([4, 40])),
                SignalColumn(signal: SignalID(2), values: .integers([65_535, 1])),
                SignalColumn(signal: SignalID(9), values: .numbers([.nan, 1])),
            ])
        let marks = pipeline.apply(to: &batch)
        #expect(batch.columns[0].values == .numbers([2, 20]))
        #expect(batch.columns[0].quality == [.good, .badValue])
        #expect(batch.columns[2].quality == [.badValue, .good])
        #expect(marks.map(\.cause) == [.rollOver])
    }

    private func signal(_ options: [String: String], unit: String) -> Signal {
        Signal(
            id: SignalID(1), name: "s", kind: .number, unit: unit,
            source: SignalSource(connection: Slug("gw"), address: "holding:1", options: options))
    }
}
