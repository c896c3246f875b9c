// The project's own choices for plan against actual and the cost of a job, each with its unit.

/// Thresholds and bounds of job ledgers.
public enum JobLimits {
    /// Seen share of the running stretch below which no finish is estimated, 0 to 1.
    public static let finishCoverage = 0.8
    /// Good parts of the running stretch below which no finish is estimated.
    public static let finishParts: Int64 = 3
    /// Stretches of one job at most.
    public static let stretches = 10_000
    /// Episodes of one stretch at most.
    public static let episodes = 200_000
    /// Difference of two seen shares, 0 to 1, below which they are the same.
    public static let leastDoubt = 1e-6
    /// Energy in kWh below which nothing is said to be missing: sums of decimals leave crumbs.
    public static let leastEnergy = 1e-6
}
