// Which machine an event is about.

import Plant

extension FactoryEvent {
    /// The machine whose day the event tells of; nil for configuration and the box's own events.
    var machine: Slug? {
        switch self {
        case .stopReason(let machine, _, _, _), .periodMarked(let machine, _, _, _),
            .countBooked(let machine, _, _, _, _, _),
            .jobStarted(let machine, _, _, _, _, _, _), .jobEnded(let machine, _),
            .problemSeen(let machine, _), .helpCalled(let machine, _, _),
            .stopCut(let machine, _, _), .stopNoted(let machine, _, _),
            .stateTold(let machine, _, _):
            machine
        case .checkAnswered(let answer): answer.machine
        default: nil
        }
    }
}
