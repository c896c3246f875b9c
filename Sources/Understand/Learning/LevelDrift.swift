// Levels that have moved since a machine's states were learnt.

/// A level that has moved for two days.
public struct LevelDrift: Hashable, Sendable {
    /// Which level.
    public let role: LearntRole
    /// Its mean when the states were learnt, and now.
    public let before: Double
    /// Its mean on the latest day.
    public let now: Double

    /// How many standard deviations are a drift (`domain/state-inference.md`, edge cases).
    private static let deviations = 3.0

    /// The level that moved on each of several days by more than three standard deviations in the
    /// same direction; nil where none did.
    ///
    /// Standing is looked at before running, which changes with the work.
    public static func find(_ reference: LearntStates, days: [LearntStates]) -> LevelDrift? {
        guard days.count >= 2 else { return nil }
        for role in [LearntRole.idle, .off, .running] {
            guard let old = reference.level(role) else { continue }
            let moves = days.compactMap { day in day.level(role).map { $0.mean - old.mean } }
            let least = deviations * max(old.deviation, abs(old.mean) * 0.01)
            guard moves.count == days.count,
                moves.allSatisfy({ $0 > least }) || moves.allSatisfy({ $0 < -least }),
                let last = moves.last
            else { continue }
            return LevelDrift(role: role, before: old.mean, now: old.mean + last)
        }
        return nil
    }

    /// In plain words, with what to do.
    public var sentence: String {
        let what =
            switch role {
            case .off: "Switched off it now"
            case .idle: "Standing it now"
            case .running: "Running it now"
            }
        return "\(what) shows \(Plain.decimal(now, places: 2)) where it showed"
            + " \(Plain.decimal(before, places: 2)) when its states were learnt, for two days."
            + " Look at the sensor, then learn them anew."
    }
}
