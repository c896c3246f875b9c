// Exit codes and errors of the command line: what, why, what next (ux 18).

import ArgumentParser

/// Why a command ended.
enum ExitReason: Int32 {
    case done = 0
    case failed = 1
    case wrongUse = 2
    case configurationWrong = 3
    case notFound = 4
    case cannotReach = 5
    case notAllowed = 6
    case inputRefused = 7
    case partlyDone = 8
    case busy = 9
    case newerVersion = 78
    case timedOut = 124
    case interrupted = 130
}

/// An error in three lines.
struct Complaint: Error {
    let reason: ExitReason
    /// What happened.
    let what: String
    /// Why; may be empty.
    let why: String
    /// What to do next.
    let next: String

    init(_ reason: ExitReason, _ what: String, why: String = "", next: String) {
        self.reason = reason
        self.what = what
        self.why = why
        self.next = next
    }

    /// The three lines.
    var text: String { [what, why, next].filter { !$0.isEmpty }.joined(separator: "\n") }
}
