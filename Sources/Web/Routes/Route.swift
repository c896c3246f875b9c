// One row of the route table: what registers a route, describes it and guards it.

import Hummingbird

/// Who may use a route.
enum RouteNeed: Sendable, Hashable {
    /// Anybody: says nothing about the factory (S-04).
    case nothing
    /// The authorisation point decides.
    case permission(WebAction)
}

/// A route of pages or of the interface.
struct Route: Sendable {
    /// A parameter of the path or the query.
    struct Parameter: Sendable, Hashable {
        /// Where it stands.
        enum Place: String, Sendable, Hashable {
            /// In the path, always needed.
            case path
            /// In the query.
            case query
        }

        /// Its name.
        let name: String
        /// Where it stands.
        let place: Place
        /// What it means.
        let says: String
        /// JSON Schema type.
        var type = "string"
        /// Whether it must be given.
        var isRequired = false
    }

    /// What comes back or goes in.
    struct Content: Sendable, Hashable {
        /// Media types.
        let types: [String]
        /// Name of the schema in the description, nil for free content.
        var schema: String?
    }

    /// Method.
    let method: HTTPRequest.Method
    /// Path with `{name}` for parameters.
    let path: String
    /// Who may use it.
    let need: RouteNeed
    /// One line that says what it is for; empty for pages, which are not described.
    var summary = ""
    /// Group in the description; empty for pages.
    var group = ""
    /// Parameters.
    var parameters: [Parameter] = []
    /// What goes in, nil for nothing.
    var body: Content?
    /// What comes back when all is well, nil for nothing.
    var answer: Content?
    /// The status when all is well.
    var status: HTTPResponse.Status = .ok
    /// Statuses of the problems it can report.
    var problems: [ProblemKind] = []
    /// Whether a form of one of our pages posts to it, so that a form token is asked for.
    var isForm = false
    /// Whether the pass phrase must have been given within the last minutes (S-17).
    var needsProof = false
    /// Whether `mtconnect.open` lets everybody read it who brings nothing.
    var mayBeOpen = false
    /// What it does.
    let run: @Sendable (Ask) async throws -> Response

    /// Whether it is part of the described interface.
    var isDescribed: Bool { !group.isEmpty }

    /// Whether it answers with one of our pages.
    var isPage: Bool { !isDescribed && !Route.speaksDocuments(path: path) }

    /// Whether errors are answered as documents rather than pages.
    static func speaksDocuments(path: String) -> Bool {
        path.hasPrefix("/api/") || path.hasPrefix("/prometheus/") || path == "/write"
            || AgentRoutes.covers(path)
            || path == "/metrics" || path == "/ping"
            || path == "/health"
    }

    /// The path as Hummingbird writes it.
    var routerPath: RouterPath { RouterPath(stringLiteral: path) }

    /// A page that is read.
    static func page(
        _ path: String, need: RouteNeed = .permission(.look),
        run: @escaping @Sendable (Ask) async throws -> Response
    ) -> Route {
        Route(method: .get, path: path, need: need, run: run)
    }

    /// A form of a page that is sent.
    static func form(
        _ path: String, need: RouteNeed,
        run: @escaping @Sendable (Ask) async throws -> Response
    ) -> Route {
        Route(method: .post, path: path, need: need, isForm: true, run: run)
    }
}
