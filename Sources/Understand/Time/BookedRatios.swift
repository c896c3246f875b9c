// Ratios of ISO 22400-2 whose parts are booked by people or other systems, not seen on a machine.
public import Plant

/// Ratios of booked times and counts; nil where the divisor is nothing, never 0.
///
/// Each takes sums over the period, so that any periods or machines can be added first. Source:
/// `domain/oee.md`, KPI formulas.
public enum BookedRatio {
    /// Worker efficiency: personnel work time over attendance time (APWT / APAT).
    public static func workerEfficiency(work: Elapsed, attendance: Elapsed) -> Double? {
        share(work.seconds, attendance.seconds)
    }

    /// First pass yield: good over inspected parts with identity (GP / IP).
    public static func firstPassYield(good: Int64, inspected: Int64) -> Double? {
        share(Double(good), Double(inspected))
    }

    /// Rolled throughput yield: the product of the first pass yields of all steps (industry usage).
    ///
    /// Nil when a step has none.
    public static func rolledThroughputYield(_ steps: [Double?]) -> Double? {
        guard !steps.isEmpty else { return nil }
        return steps.reduce(1) { product, step in
            product.flatMap { product in step.map { product * $0 } }
        }
    }

    /// Actual to planned scrap (SQ / planned scrap).
    public static func actualToPlannedScrap(scrap: Int64, planned: Int64) -> Double? {
        share(Double(scrap), Double(planned))
    }

    /// Fall-off ratio: scrap over what the first operation of the order produced.
    public static func fallOff(scrap: Int64, producedAtFirst: Int64) -> Double? {
        share(Double(scrap), Double(producedAtFirst))
    }

    /// Equipment load ratio: produced quantity over the equipment's production capacity.
    public static func equipmentLoad(produced: Int64, capacity: Int64) -> Double? {
        share(Double(produced), Double(capacity))
    }

    /// Corrective maintenance ratio: CMT / (CMT + PMT).
    public static func correctiveMaintenance(corrective: Elapsed, preventive: Elapsed) -> Double? {
        share(corrective.seconds, corrective.seconds + preventive.seconds)
    }

    private static func share(_ part: Double, _ whole: Double) -> Double? {
        whole > 0 && part.isFinite && whole.isFinite ? part / whole : nil
    }
}
