// Addresses of the MTConnect agent, for clients that read machines of any age alike.

import Hummingbird

/// Routes under `/mtconnect`.
///
/// They stand outside the description of the interface: documents, errors and streams are those of
/// the standard.
enum AgentRoutes {
    /// Where the agent answers.
    static let base = "/mtconnect"

    /// Whether a path is one of the agent's.
    static func covers(_ path: String) -> Bool {
        path == base || path.hasPrefix(base + "/")
    }

    private static let requests = ["probe", "current", "sample", "asset", "assets"]

    /// Everything under `/mtconnect`; the agent itself reads path and query.
    static let all: [Route] =
        (["", "/{device}", "/asset/{asset}", "/assets/{asset}"]
        + requests.flatMap { ["/" + $0, "/{device}/" + $0] }).map { path in
            Route(
                method: .get, path: base + path, need: .permission(.look), mayBeOpen: true,
                run: AgentPages.answer)
        }
}
