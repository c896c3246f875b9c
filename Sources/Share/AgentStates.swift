// Our seven states as MTConnect tells them: one table.

import Plant
import Wire

/// What MTConnect tells of a state of ours.
///
/// Source: MTConnect Part 2, Execution and FunctionalMode; the exact state stands beside them as
/// a message.
struct AgentState {
    /// The event EXECUTION; nil is UNAVAILABLE.
    let execution: String?
    /// The event FUNCTIONAL_MODE; nil is UNAVAILABLE.
    let mode: String?

    /// The table of docs/guides/other-systems.md.
    init(_ state: MachineState) {
        switch state {
        case .unknown: (execution, mode) = (nil, nil)
        case .running, .slow: (execution, mode) = ("ACTIVE", "PRODUCTION")
        case .setup: (execution, mode) = ("READY", "SETUP")
        case .planned: (execution, mode) = ("READY", "PRODUCTION")
        case .stopped: (execution, mode) = ("STOPPED", "PRODUCTION")
        case .fault: (execution, mode) = ("INTERRUPTED", "PRODUCTION")
        }
    }
}

extension GivenStanding {
    /// The health that the condition SYSTEM tells.
    var condition: MTConnectValue {
        if state == .unknown { return .unavailable }
        switch need {
        case nil where state == .fault, .fault:
            return .condition(
                MTConnectCondition(
                    level: .fault, nativeCode: GivenNeed.fault.rawValue,
                    text: GivenNeed.fault.words))
        case .unexplainedStop:
            return .condition(
                MTConnectCondition(
                    level: .warning, nativeCode: GivenNeed.unexplainedStop.rawValue,
                    text: GivenNeed.unexplainedStop.words))
        case nil: return .condition(MTConnectCondition(level: .normal))
        }
    }

    /// The state in words with the reason of a stop.
    var message: MTConnectValue {
        .message(
            text: reason.isEmpty ? state.word : state.word + ": " + reason,
            nativeCode: state.code)
    }
}
