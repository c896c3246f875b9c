// All transforms of one connection in their order, over whole batches.

import Plant

/// Scale and convert, check limits, watch counters, drop exact repeats: in this order.
struct SamplePipeline: Sendable {
    private var options: [SignalID: PipelineOptions] = [:]
    private var counters: [SignalID: CounterWatch] = [:]
    private var repeats = RepeatFilter()

    /// The pipeline of a connection's signals; `schema` knows their options.
    init(
        signals: [Signal], schema: ConfigurationSchema
    ) throws(ConfigurationError) {
        for signal in signals {
            let reader = try schema.reader(
                options: signal.source.options, path: signal.configurationPath)
            let chosen = try PipelineOptions(reader, signal: signal)
            options[signal.id] = chosen
            if let bits = chosen.counterBits { counters[signal.id] = CounterWatch(bits: bits) }
        }
    }

    /// Rows dropped as exact repeats so far.
    var repeatsDropped: Int { repeats.dropped }

    /// Transforms a batch in place; returns the marks of counters that went back.
    mutating func apply(to batch: inout SampleBatch) -> [CounterMark] {
        var marks: [CounterMark] = []
        for index in batch.columns.indices {
            let signal = batch.columns[index].signal
            let chosen = options[signal]
            if let chosen, !chosen.isIdentity {
                Scaling.apply(
                    factor: chosen.factor, addend: chosen.addend, to: &batch.columns[index].values)
            }
            LimitCheck.apply(
                minimum: chosen?.minimum, maximum: chosen?.maximum, to: &batch.columns[index])
            if counters[signal] != nil {
                marks += counters[signal]?.marks(in: batch.columns[index], times: batch.times) ?? []
            }
        }
        repeats.apply(to: &batch)
        return marks
    }
}

extension Signal {
    /// The path of the signal in messages about its configuration.
    var configurationPath: String {
        if let machine, let slug { return "signal.\(machine.text)/\(slug.text)" }
        return "signal.\(id.number)"
    }
}
