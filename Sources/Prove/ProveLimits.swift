// The project's own choices in this room, each named once with its unit.

/// Thresholds and bounds of everything that is worked out here.
public enum ProveLimits {
    /// Usable points needed on each side of the change (benefit.md).
    public static let leastPoints = 12
    /// Points of one study at most: three shifts a day for ten years.
    public static let points = 11_000
    /// Largest number of a period.
    public static let index = 1_000_000_000
    /// Adjustment columns of one study at most.
    public static let columns = 12
    /// Untouched machines of one study at most.
    public static let comparisons = 40
    /// Days that may lie between the first and the last point.
    public static let days = 3_700
    /// Seen share of the period below which nothing counts as proved (decisions 31).
    public static let coverage = 0.9
    /// Points with less of their time seen are left out; the others weigh by it.
    public static let pointCoverage = 0.5
    /// Bootstrap resamples.
    public static let resamples = 2_000
    /// Draws of the money simulation.
    public static let draws = 10_000
    /// Simulated series behind the critical value of the break search.
    public static let breakSeries = 199
    /// Places tried by the break search at most.
    public static let breakPlaces = 60
    /// Share of the points at each end in which no break is looked for (Andrews 1993).
    public static let breakTrim = 0.15
    /// Durbin–Watson figure below which a warning is given.
    public static let durbinWatson = 1.5
    /// Weeks within which money has to come back, unless the owner said otherwise.
    public static let limitWeeks = 52
    /// Longest wait that is still proposed, weeks.
    public static let longestWait = 104
    /// Days around a change in which another change cannot be told apart from it.
    public static let overlapDays = 28
    /// Horizon of the money figures, years.
    public static let horizonYears = 3
    /// Steps of the synthetic control's search.
    public static let searchSteps = 2_000
    /// Bytes of a study's text at most.
    public static let studyBytes = 8_000_000
    /// Largest size of a measured value or price.
    public static let largest = 1e12
}
