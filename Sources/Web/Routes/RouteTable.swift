// The one list of routes: it registers them on the router and feeds the description.

import Hummingbird

/// All routes of the box.
struct RouteTable: Sendable {
    /// Pages, forms, files and the interface.
    let routes: [Route]

    init() {
        routes =
            PageRoutes.all + SetupRoutes.all + InterfaceRoutes.all + IngestRoutes.all
            + BoxRoutes.all + ConsoleRoutes.all + PeopleRoutes.all + BackupRoutes.all
            + ExportRoutes.all
            + PromRoutes.all + AgentRoutes.all
    }

    /// A router with every route behind the gate.
    func router(site: WebSite) -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            SecurityHeaders(isTLS: site.isTLS, box: site.box)
            Packing(limits: site.limits)
            ErrorAnswers(site: site)
            HostGuard(box: site.box)
            OriginGuard()
        }
        for route in routes {
            router.on(route.routerPath, method: route.method) { request, context in
                let ask = try await Gate.admit(
                    request, context: context, to: route, site: site)
                return try await route.run(ask)
            }
        }
        return router
    }
}
