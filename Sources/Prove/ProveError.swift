// Why a study cannot be worked out, with the place and what to do.

/// A refusal that names the member of the study and the remedy.
public struct ProveError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The member, such as `points[3].value`.
    public let place: String
    /// What is wrong there.
    public let problem: String
    /// What to do.
    public let remedy: String

    /// A refusal.
    public init(place: String, problem: String, remedy: String) {
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// All of it in one line.
    public var description: String { "\(place): \(problem). \(remedy)" }
}
