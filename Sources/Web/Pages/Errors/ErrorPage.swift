// Pages for what went wrong, and the page behind each problem's type.

import Hummingbird
import Plant

/// What the template of an error shows.
struct ErrorModel: Sendable {
    /// A field and what is wrong with it.
    struct Flaw: Sendable {
        let field: String
        let says: String
    }

    let frame: PageFrame
    let detail: String
    let remedy: String
    let reference: String?
    let flaws: [Flaw]
    let hasFlaws: Bool
    let back: String
    let isOurs: Bool
    /// Where the pass phrase is given again; nil where that is not what is wrong.
    var confirm: String?
    /// What becomes of what was typed.
    var typed = ""
}

/// Error pages.
enum ErrorPage {
    /// The page of a problem that just happened; plain text should even this fail.
    static func answer(
        _ problem: Problem, request: Request, site: WebSite, reference: String
    ) async -> Response {
        let world = site.box.shownWorld
        let ask = Ask(
            site: site, request: request, context: nil, actor: "visitor", world: world,
            isSignedIn: false, mayAdminister: false,
            formToken: request.cookies[site.formCookie]?.value ?? site.formToken(),
            query: FormFields(""))
        let isKept = problem.kind == .proveFirst ? await keep(ask) : false
        do {
            return try page(problem, reference: reference, isKept: isKept, ask: ask)
        } catch {
            return Answer.bytes(
                Array("\(problem.kind.title). Reference \(reference).\n".utf8),
                type: "text/plain; charset=utf-8", status: problem.kind.status)
        }
    }

    /// Keeps what was typed until the pass phrase is given; false where it cannot be read.
    private static func keep(_ ask: Ask) async -> Bool {
        do {
            let form = try await ask.form().without(KeptForms.isSecret)
            let path = ask.request.uri.path
            ask.site.kept.keep(
                .init(
                    page: KeptForms.page(ofForm: path), action: path, form: form,
                    at: ask.world.time), of: ask.session)
            return true
        } catch {
            // The page says that nothing is kept.
            return false
        }
    }

    private static func page(
        _ problem: Problem, reference: String?, isKept: Bool, ask: Ask
    ) throws -> Response {
        let back = FormFields.escaped(KeptForms.page(ofForm: ask.request.uri.path))
        let code = problem.kind.status.code
        let model = ErrorModel(
            frame: ask.frame(
                title: problem.kind.title, ask: "What went wrong?",
                sentence: "\(problem.kind.title) (\(code)).",
                cells: [.init(label: "Number", value: String(code))]
                    + (reference.map { [.init(label: "Reference", value: $0)] } ?? [])),
            detail: problem.detail, remedy: problem.kind.remedy, reference: reference,
            flaws: problem.errors.map { .init(field: $0.field, says: $0.says) },
            hasFlaws: !problem.errors.isEmpty, back: "/now", isOurs: problem.kind == .ours,
            confirm: problem.kind == .proveFirst ? "/confirm?back=" + back : nil,
            typed: isKept
                ? "What you typed is kept for five minutes, but for secrets, and stands in the form"
                    + " again after that."
                : "Nothing was stored. “Back” of your browser brings back what you typed.")
        return try ask.page(model, template: "error", status: problem.kind.status)
    }

    /// `GET /errors/{kind}`: what a problem's type means and what to do.
    static func type(_ ask: Ask) async throws -> Response {
        guard let name = ask.context?.parameters.get("kind"), let kind = ProblemKind(rawValue: name)
        else { throw Problem(.notFound, "There is no problem of that name.") }
        let model = ErrorModel(
            frame: ask.frame(
                title: kind.title, ask: "What does this problem mean?",
                sentence: "\(kind.title) (\(kind.status.code)).",
                cells: [
                    .init(label: "Number", value: String(kind.status.code)),
                    .init(label: "Name", value: kind.rawValue),
                ]),
            detail: "", remedy: kind.remedy, reference: nil, flaws: [], hasFlaws: false,
            back: "/now", isOurs: false)
        return try ask.page(model, template: "error")
    }
}
