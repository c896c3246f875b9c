// The shape of each state: never colour alone (ux 12).

import Plant

/// How a state looks on pages.
struct StateMark: Sendable, Hashable {
    /// The class that carries its colour.
    let className: String
    /// The shape on a grid of 16.
    let shape: String

    /// The mark of a state; the two alarm colours only where a person is needed (D4).
    static func mark(_ state: MachineState, needsPerson: Bool) -> StateMark {
        switch state {
        case .running: StateMark(className: "run", shape: "M4 2.5v11l9.5-5.5z")
        case .slow: StateMark(className: "slow", shape: "M2 5l6 3-6 3zM8 5l6 3-6 3z")
        case .stopped:
            StateMark(className: needsPerson ? "stop" : "halt", shape: "M2.5 2.5h11v11h-11z")
        case .fault:
            StateMark(
                className: needsPerson ? "fault" : "halt",
                shape: "M8 .8 15.2 8 8 15.2.8 8zM7 4.2v4.6h2V4.2zm0 5.8v2h2v-2z")
        case .setup:
            StateMark(
                className: "setup",
                shape: "M10.8 1.2a4 4 0 0 0-4.5 5.3L1.4 11.4l3.2 3.2 4.9-4.9a4 4 0 0 0 5.2-4.6"
                    + "l-2.5 2.4-2.5-.6-.6-2.5z")
        case .planned:
            StateMark(className: "planned", shape: "M3 2h3.5v12H3zM9.5 2H13v12H9.5z")
        case .unknown:
            StateMark(
                className: "nodata",
                shape: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 2a5 5 0 0 1 3 1L4 11a5 5 0 0 1 4-8z"
                    + "m0 10a5 5 0 0 1-3-1l7-7a5 5 0 0 1-4 8z")
        }
    }

    /// The shape as a drawing; the word beside it says what it means.
    var drawing: SVGMarkup {
        SVGElement("svg").with("viewBox", "0 0 16 16").with("aria-hidden", "true").containing([
            SVGElement("path").with("d", shape).with("fill-rule", "evenodd")
        ]).markup
    }
}
