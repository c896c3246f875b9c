// Planned time from top to bottom: where each second of it went, down to good parts.
public import Plant

/// The steps from planned busy time to fully productive time; they sum to planned busy time.
public struct LossWaterfall: Hashable, Sendable {
    /// Name and version of the definition.
    public static let definition = "loss-waterfall/1"

    /// Not seen.
    public let unknown: Elapsed
    /// ADOT: waiting for an order, material or a person.
    public let downTime: Elapsed
    /// ADET: breakdowns and other interruptions.
    public let delayTime: Elapsed
    /// AUST: setting up.
    public let setupTime: Elapsed
    /// APT − Σ PRI·PQ: lost by running below ideal speed; negative is a finding, kept as it is.
    public let speed: Elapsed
    /// Σ PRI·PQ − Σ PRI·GQ: spent on parts that were not good.
    public let quality: Elapsed
    /// Σ PRI·GQ: fully productive.
    public let productive: Elapsed

    private let figures: OEE

    /// The steps of a period; nil when a product's time per part is not known.
    public init?(_ figures: OEE) {
        guard let made = figures.production.idealTimeMade,
            let good = figures.production.idealTimeGood
        else { return nil }
        self.figures = figures
        unknown = figures.time.unknown
        downTime = figures.time.downTime
        delayTime = figures.time.delayTime
        setupTime = figures.time.setupTime
        speed = figures.time.productionTime - made
        quality = made - good
        productive = good
    }

    /// Planned busy time as the sum of its steps.
    public var total: Elapsed {
        unknown + downTime + delayTime + setupTime + speed + quality + productive
    }

    /// Planned time with the steps as its working.
    public var indicator: Indicator {
        func part(_ name: String, _ length: Elapsed) -> WorkingPart {
            WorkingPart(name: name, value: length.seconds, unit: .seconds)
        }
        var parts = [
            part("Waiting", downTime), part("Breakdowns and interruptions", delayTime),
            part("Setting up", setupTime), part("Running below ideal speed", speed),
            part("Parts that were not good", quality), part("Good parts at full speed", productive),
        ]
        if unknown > .zero { parts.append(part("Not seen", unknown)) }
        return Indicator(
            name: "Planned time", value: .amount(total.seconds), unit: .seconds,
            coverage: figures.time.coverage, definition: LossWaterfall.definition,
            working: Working(
                formula: "Every second of planned time is in exactly one line", rule: .sum,
                parts: parts, signals: figures.signals, entries: figures.production.entries,
                gaps: figures.gaps))
    }
}
