// Turns whatever went wrong into a page or a problem document with a reference (S-25).

import Hummingbird
import Logging

/// Answers errors.
struct ErrorAnswers: RouterMiddleware {
    /// The parts of the web room.
    let site: WebSite

    func handle(
        _ request: Request, context: WebContext,
        next: @concurrent (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            var problem = ErrorAnswers.problem(of: error)
            if problem.kind == .signInFirst, request.uri.path.hasPrefix("/b/") {
                problem = Problem(
                    .signInFirst,
                    "This board has no pass, or it was withdrawn. Pair it on the page People and"
                        + " devices.")
            }
            let reference = site.reference()
            if problem.kind == .ours {
                // What people read is general; what engineers need is here.
                context.logger.error(
                    "a request failed",
                    metadata: [
                        "reference": "\(reference)", "path": "\(request.uri.path)",
                        "error": "\(error)",
                    ])
            }
            return await answer(problem, to: request, context: context, reference: reference)
        }
    }

    /// The problem that an error of any room means to a reader.
    static func problem(of error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let refused as RefusedSaying:
            Problem(
                refused.isConflict ? .conflict : .refused, refused.says + " " + refused.remedy,
                errors: [.init(field: refused.field, says: refused.says)])
        case WriteTrouble.diskFull:
            Problem(.diskFull, "The disk of the box is full. Nothing of this request is stored.")
        case WriteTrouble.busy:
            Problem(
                .tooMany, "The box is still storing what came before.", retryAfter: 1)
        case let refused as EntranceRefused:
            Problem(
                refused.retryAfter == nil ? .refused : .tooMany,
                refused.says + " " + refused.remedy,
                errors: [.init(field: refused.field, says: refused.says)],
                retryAfter: refused.retryAfter)
        case let http as HTTPError where http.status == .notFound:
            Problem(.notFound, "There is no page at this address.")
        case let http as HTTPError where http.status == .contentTooLarge:
            Problem(.tooLarge, "The body is too large.")
        case let http as HTTPError where http.status.code < 500:
            Problem(.badRequest, "The request could not be read.")
        default:
            Problem(.ours, "Something broke on our side. Your entries are safe. Recording goes on.")
        }
    }

    private func answer(
        _ problem: Problem, to request: Request, context: WebContext, reference: String
    ) async -> Response {
        var response: Response
        if AgentRoutes.covers(request.uri.path) {
            response = AgentPages.refusal(problem, at: site.box.shownWorld.time)
        } else if Route.speaksDocuments(path: request.uri.path) {
            response = Answer.json(
                problem.document(instance: request.uri.path, reference: reference),
                status: problem.kind.status, type: "application/problem+json")
        } else if problem.kind == .setupFirst, request.method == .get {
            response = Answer.go(to: "/setup")
        } else if problem.kind == .proveFirst, request.method == .get {
            let back = FormFields.escaped(request.head.path ?? "/now")
            response = Answer.go(to: "/confirm?back=" + back)
        } else if problem.kind == .strengthenFirst, request.method == .get {
            response = Answer.go(to: "/account?why=second-factor")
        } else if problem.kind == .signInFirst, request.method == .get,
            // Nobody can sign in at a screen on the wall: it says what is wrong with it.
            !request.uri.path.hasPrefix("/b/")
        {
            let back = FormFields.escaped(request.head.path ?? "/now")
            response = Answer.go(to: "/sign-in?back=" + back)
        } else {
            response = await ErrorPage.answer(
                problem, request: request, site: site, reference: reference)
        }
        if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
        if problem.kind == .signInFirst, Route.speaksDocuments(path: request.uri.path) {
            // Clients of MTConnect know a name and a pass word at most.
            response.headers[.wwwAuthenticate] =
                AgentRoutes.covers(request.uri.path)
                ? "Basic realm=\"Millwright\"" : "Bearer"
        }
        if request.uri.path == "/write" {
            response.headers.set("X-Influxdb-Error", problem.detail.ascii)
        }
        return response
    }
}

extension String {
    /// The text with everything that cannot stand in a header left out.
    var ascii: String {
        String(decoding: utf8.filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
    }
}
