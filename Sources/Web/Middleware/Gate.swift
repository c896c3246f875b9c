// The door every route stands behind: asks the box's authorisation point, deny by default.

import Hummingbird
import Loop

/// Admission of requests to routes.
enum Gate {
    /// The request with who asks, or the problem that stands against it.
    static func admit(
        _ request: Request, context: WebContext, to route: Route, site: WebSite
    ) async throws -> Ask {
        let visitor = self.visitor(
            request, context: context, site: site, needsProof: route.needsProof)
        var actor = "visitor"
        var world = site.box.shownWorld
        if isOpen(route, visitor, site), let real = site.box.world(.real) {
            // What is made up never leaves for the machines' network.
            (actor, world) = ("mtconnect", real)
        } else if case .permission(let action) = route.need {
            switch try await site.box.decide(visitor, action) {
            case .allowed(let name, let kind):
                actor = name
                world = site.box.world(kind) ?? world
            case .proveFirst:
                throw Problem(
                    .proveFirst, "This needs your pass phrase again; five minutes have passed.")
            case .strengthenFirst:
                throw Problem(
                    .strengthenFirst,
                    "From another device, whoever looks after the box needs a second factor.")
            case .setupFirst:
                throw Problem(
                    .setupFirst, "Only the setup page answers until this box has an owner.")
            case .refused(let mayHelp, let says, let remedy):
                throw Problem(mayHelp ? .signInFirst : .notAllowed, says + " " + remedy)
            }
        }
        let cookie = request.cookies[site.formCookie]?.value
        var mayAdminister = false
        if route.isPage, visitor.session != nil {
            switch try await site.box.decide(visitor, .administer) {
            case .allowed, .proveFirst, .strengthenFirst: mayAdminister = true
            case .refused, .setupFirst: break
            }
        }
        return Ask(
            site: site, request: request, context: context, actor: actor, world: world,
            isSignedIn: visitor.session != nil, mayAdminister: mayAdminister,
            formToken: cookie ?? site.formToken(),
            query: FormFields(request.uri.query ?? ""))
    }

    /// Whether a setting lets everybody read a route who brings nothing of their own.
    private static func isOpen(_ route: Route, _ visitor: Visitor, _ site: WebSite) -> Bool {
        route.mayBeOpen && visitor.bearer == nil && visitor.session == nil
            && visitor.device == nil && site.box.giving?.isMTConnectOpen == true
    }

    /// Asks again for a machine that stands in the body: a tablet speaks for its own alone.
    static func allow(_ ask: Ask, _ action: WebAction, machine: String) async throws {
        guard let context = ask.context else { return }
        let known = visitor(ask.request, context: context, site: ask.site)
        let visitor = Visitor(
            isLoopback: known.isLoopback, bearer: known.bearer, session: known.session,
            device: known.device, machine: machine, override: known.override)
        if case .refused(_, let says, let remedy) = try await ask.site.box.decide(visitor, action) {
            throw Problem(.notAllowed, says + " " + remedy)
        }
    }

    /// Who asks, from the connection, the Authorization header and the session cookie.
    static func visitor(
        _ request: Request, context: WebContext, site: WebSite, needsProof: Bool = false
    ) -> Visitor {
        Visitor(
            isLoopback: context.isLoopback, bearer: bearer(request),
            session: request.cookies[site.sessionCookie]?.value,
            device: request.cookies[site.deviceCookie]?.value,
            machine: context.parameters.get("machine"),
            override: request.cookies[site.overrideCookie]?.value, needsProof: needsProof)
    }

    /// A token given as `Bearer x`, as `Token x` (version 2 clients), or as the pass word of
    /// basic authorisation (version 1 clients).
    static func bearer(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[1].utf8.count <= 512 else { return nil }
        switch parts[0].lowercased() {
        case "bearer": return String(parts[1])
        case "token":
            // Version 1 clients may send `Token name:token`.
            return String(parts[1].split(separator: ":", maxSplits: 1).last ?? parts[1])
        case "basic":
            guard let pair = Base64.text(String(parts[1])) else { return nil }
            guard let colon = pair.firstIndex(of: ":") else { return nil }
            return String(pair[pair.index(after: colon)...])
        default: return nil
        }
    }
}
