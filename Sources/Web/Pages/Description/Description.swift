// The description of the interface as OpenAPI 3.1, made from the route table itself.

import Hummingbird

/// `GET /api/openapi.json`.
enum Description {
    static func answer(_ ask: Ask) async throws -> Response {
        Answer.json(document(RouteTable().routes))
    }

    /// The description of the described routes.
    static func document(_ routes: [Route]) -> JSONValue {
        let described = routes.filter(\.isDescribed)
        var paths: [(String, [(String, JSONValue)])] = []
        for route in described {
            let entry = (route.method.rawValue.lowercased(), operation(route))
            if let index = paths.firstIndex(where: { $0.0 == route.path }) {
                paths[index].1.append(entry)
            } else {
                paths.append((route.path, [entry]))
            }
        }
        return .object([
            ("openapi", .text("3.1.0")),
            (
                "info",
                .object([
                    ("title", .text("Millwright")), ("version", .text("1")),
                    (
                        "description",
                        .text(
                            "What the box knows about the factory. Times are RFC 3339 in UTC;"
                                + " lengths of time are seconds; errors are RFC 9457 problems.")
                    ),
                ])
            ),
            ("paths", .object(paths.map { ($0.0, .object($0.1)) })),
            (
                "components",
                .object([
                    ("schemas", .object(Schemas.all)),
                    (
                        "securitySchemes",
                        .object([
                            (
                                "token",
                                .object([
                                    ("type", .text("http")), ("scheme", .text("bearer")),
                                    (
                                        "description",
                                        .text("Made on the box: millwright token create.")
                                    ),
                                ])
                            )
                        ])
                    ),
                ])
            ),
        ])
    }

    /// What a route asks for: `nothing`, or the scope or right that opens it.
    private static func needs(_ route: Route) -> String {
        switch route.need {
        case .nothing: "nothing"
        case .permission(let action): action.rawValue
        }
    }

    private static func operation(_ route: Route) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("summary", .text(route.summary)), ("tags", .list([.text(route.group)])),
            ("operationId", .text(identifier(route))), ("x-needs", .text(needs(route))),
        ]
        if !route.parameters.isEmpty {
            members.append(("parameters", .list(route.parameters.map(parameter))))
        }
        if let body = route.body {
            members.append(
                (
                    "requestBody",
                    .object([("required", .flag(true)), ("content", content(body))])
                ))
        }
        if case .permission(let action) = route.need {
            members.append(
                ("security", .list([.object([("token", .list([.text(action.rawValue)]))])])))
        } else {
            members.append(("security", .list([])))
        }
        members.append(("responses", responses(route)))
        return .object(members)
    }

    private static func responses(_ route: Route) -> JSONValue {
        var good: [(String, JSONValue)] = [("description", .text("All is well."))]
        if let answer = route.answer { good.append(("content", content(answer))) }
        var answers: [(String, JSONValue)] = [(String(route.status.code), .object(good))]
        var codes: [Int: [ProblemKind]] = [:]
        var problems = route.problems
        if case .permission = route.need {
            for kind in [ProblemKind.signInFirst, .notAllowed] where !problems.contains(kind) {
                problems.append(kind)
            }
        }
        for problem in problems { codes[problem.status.code, default: []].append(problem) }
        for (code, kinds) in codes.sorted(by: { $0.key < $1.key }) {
            answers.append(
                (
                    String(code),
                    .object([
                        ("description", .text(kinds.map(\.title).joined(separator: "; ") + ".")),
                        (
                            "content",
                            .object(
                                [("application/problem+json", schema("Problem"))]
                                    // Its clients know errors of a form of their own.
                                    + (route.path.hasPrefix("/prometheus/") && code == 400
                                        ? [("application/json", .object([("schema", .object([]))]))]
                                        : []))
                        ),
                    ])
                ))
        }
        return .object(answers)
    }

    private static func parameter(_ parameter: Route.Parameter) -> JSONValue {
        .object([
            ("name", .text(parameter.name)), ("in", .text(parameter.place.rawValue)),
            ("required", .flag(parameter.isRequired || parameter.place == .path)),
            ("description", .text(parameter.says)),
            ("schema", .object([("type", .text(parameter.type))])),
        ])
    }

    private static func content(_ content: Route.Content) -> JSONValue {
        .object(
            content.types.map { type in
                if let name = content.schema, type == "application/json" {
                    return (type, schema(name))
                }
                return (type, .object([]))
            })
    }

    private static func schema(_ name: String) -> JSONValue {
        .object([
            ("schema", .object([("$ref", .text("#/components/schemas/" + name))]))
        ])
    }

    /// `getApiV1Machines` and the like: unique, made from method and path.
    static func identifier(_ route: Route) -> String {
        let words = route.path.split { "/{}-_.".contains($0) }
        return route.method.rawValue.lowercased()
            + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
