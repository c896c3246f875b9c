// The readable page about the interface, from the same route table.

import Hummingbird
import Plant
import Understand

/// What the template of the interface page shows.
struct InterfaceModel: Sendable {
    /// A parameter of a route.
    struct Parameter: Sendable {
        let name: String
        let says: String
    }

    /// A route.
    struct Row: Sendable {
        let method: String
        let path: String
        let summary: String
        let scope: String
        let parameters: [Parameter]
        let hasParameters: Bool
    }

    /// Routes of one kind.
    struct Group: Sendable {
        let name: String
        let rows: [Row]
    }

    let frame: PageFrame
    let groups: [Group]
    let example: String
}

/// `GET /api`.
enum InterfacePage {
    static func answer(_ ask: Ask) async throws -> Response {
        let routes = RouteTable().routes.filter(\.isDescribed)
        var names: [String] = []
        for route in routes where !names.contains(route.group) { names.append(route.group) }
        let groups = names.map { name in
            InterfaceModel.Group(
                name: name, rows: routes.filter { $0.group == name }.map(row))
        }
        let host = ask.request.head.authority ?? "127.0.0.1:8420"
        let model = InterfaceModel(
            frame: ask.frame(
                title: "For programs", ask: "How do programs talk to this box?",
                sentence: "Programs can use \(routes.count) addresses on this box.",
                cells: [
                    .init(label: "Version", value: "v1"),
                    .init(label: "Description", value: "OpenAPI 3.1"),
                ]),
            groups: groups, example: "curl http://\(host)/api/v1/machines")
        return try ask.page(model, template: "interface")
    }

    private static func row(_ route: Route) -> InterfaceModel.Row {
        let scope: String =
            switch route.need {
            case .nothing: "open"
            case .permission(let action): action.rawValue
            }
        return .init(
            method: route.method.rawValue, path: route.path, summary: route.summary, scope: scope,
            parameters: route.parameters.map {
                .init(name: $0.name, says: $0.says.filter { $0 != "`" })
            },
            hasParameters: !route.parameters.isEmpty)
    }
}
