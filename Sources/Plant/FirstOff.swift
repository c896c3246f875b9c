// Whether the first part of a job was found not right and nobody has said since that it is.

extension CheckList {
    /// Whether it is asked of jobs that make a product; upper and lower case are one.
    public func isAsked(of product: String) -> Bool {
        self.product.isEmpty || self.product.lowercased() == product.lowercased()
    }

    /// When the first part was found not right, nil while no such finding stands.
    ///
    /// Answers are read oldest first and parted into rounds: a step that is answered again begins
    /// the next round. A finding stands until a later round answers each step that must be
    /// answered, and each that was not right, with none of them not right. A step that the list no
    /// longer has is not waited for.
    ///
    /// - Parameters:
    ///   - lists: The lists that are asked of the job; those for the first part count.
    ///   - checks: The answered steps of the job, oldest first.
    /// - Returns: The moment of the finding, of several lists the earliest.
    public static func firstOffWrong(_ lists: [CheckList], _ checks: [StoredCheck]) -> Timestamp? {
        lists.filter { $0.moment == .firstOff }.compactMap { $0.wrongSince(checks) }.min()
    }

    /// When a step was found not right with no complete round since that is right.
    private func wrongSince(_ checks: [StoredCheck]) -> Timestamp? {
        let known = Set(steps.map(\.id))
        let required = Set(steps.filter(\.isRequired).map(\.id))
        var wrongAt: Timestamp?
        var wrongSteps: Set<Slug> = []
        var round: Set<Slug> = []
        var isRoundWrong = false
        for check in checks.map(\.answer) where check.list == id {
            if round.contains(check.step) {
                round = []
                isRoundWrong = false
            }
            round.insert(check.step)
            if check.isGood == false {
                isRoundWrong = true
                wrongAt = check.at
                wrongSteps.insert(check.step)
            }
            let awaited = required.union(wrongSteps).intersection(known)
            if !isRoundWrong, awaited.isSubset(of: round) {
                wrongAt = nil
                wrongSteps = []
            }
        }
        return wrongAt
    }
}
