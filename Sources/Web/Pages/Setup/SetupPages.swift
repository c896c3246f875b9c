// First protection: the setup code makes the owner, a name and a pass phrase open the box (S-02).

import Hummingbird
import Plant

/// What the templates of setup and sign-in show.
struct EntranceModel: Sendable {
    /// Something that was not right.
    struct Flaw: Sendable {
        let field: String
        let says: String
    }

    let frame: PageFrame
    let flaws: [Flaw]
    let hasFlaws: Bool
    let name: String
    let code: String
    let back: String
    let isCodeWrong: Bool
    let isNameWrong: Bool
    let isPassPhraseWrong: Bool
}

/// What is shown once after setup.
struct RecoveryModel: Sendable {
    let frame: PageFrame
    let codes: [String]
    let hasCodes: Bool
    let name: String
    /// The key that opens backups, nil where there are none.
    let backupKey: String?
}

/// `/setup`, `/sign-in`, `/sign-out`.
enum SetupPages {
    static func setup(_ ask: Ask) async throws -> Response {
        try page(ask, template: "setup", refused: nil, form: nil)
    }

    static func signIn(_ ask: Ask) async throws -> Response {
        try page(ask, template: "sign_in", refused: nil, form: nil)
    }

    /// `POST /setup`.
    static func claim(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            let entrance = try await ask.site.box.claim(
                code: form["code"] ?? "", name: form["name"] ?? "",
                passPhrase: form["pass_phrase"] ?? "", from: ask.origin)
            let model = RecoveryModel(
                frame: ask.frame(
                    title: "Protected", ask: "Is this box protected now?",
                    sentence: "\(entrance.name) looks after this box from now on.",
                    cells: [.init(label: "Owner", value: entrance.name)]),
                codes: entrance.recoveryCodes, hasCodes: !entrance.recoveryCodes.isEmpty,
                name: entrance.name,
                backupKey: try await ask.site.box.backups?.key(actor: entrance.name))
            var response = try ask.page(model, template: "recovery")
            enter(entrance, ask: ask, response: &response)
            return response
        } catch let refused as EntranceRefused {
            return try page(ask, template: "setup", refused: refused, form: form)
        }
    }

    /// `POST /sign-in`.
    static func open(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            let entrance = try await ask.site.box.signIn(
                name: form["name"] ?? "", passPhrase: form["pass_phrase"] ?? "",
                code: form["code"] ?? "",
                device: ask.request.cookies[ask.site.deviceCookie]?.value, from: ask.origin)
            var back = form.filled("back") ?? "/now"
            if back == "/now" { back = try await Home.address(ask) }
            var response = Answer.go(to: back)
            enter(entrance, ask: ask, response: &response)
            return response
        } catch let refused as EntranceRefused {
            return try page(ask, template: "sign_in", refused: refused, form: form)
        }
    }

    /// `POST /sign-out`.
    static func close(_ ask: Ask) async throws -> Response {
        _ = try await ask.form()
        if let session = ask.request.cookies[ask.site.sessionCookie]?.value {
            try await ask.site.box.signOut(session: session)
        }
        var response = Answer.go(to: "/sign-in")
        response.setCookie(cookie(ask, name: ask.site.sessionCookie, value: "gone", age: 0))
        return response
    }

    /// Keeps the session and a fresh form token in cookies (S-15, S-16).
    static func enter(_ entrance: Entrance, ask: Ask, response: inout Response) {
        response.setCookie(cookie(ask, name: ask.site.sessionCookie, value: entrance.session))
        response.setCookie(
            cookie(ask, name: ask.site.formCookie, value: ask.site.formToken()))
    }

    static func cookie(
        _ ask: Ask, name: String, value: String, age: Int? = nil
    ) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: age, path: "/", secure: ask.site.isTLS,
            httpOnly: true, sameSite: .strict)
    }

    private static func page(
        _ ask: Ask, template: String, refused: EntranceRefused?, form: FormFields?
    ) throws -> Response {
        let isSetup = template == "setup"
        let frame = ask.frame(
            title: isSetup ? "Protect this box" : "Sign in",
            ask: isSetup ? "Who looks after this box?" : "Who is there?",
            sentence: isSetup
                ? "This box has 0 owners. Name one and choose a pass phrase."
                : "Millwright asks who you are before it shows this factory.",
            cells: [
                .init(
                    label: "On this box", value: HostGuard.host(ask.request.head.authority ?? ""))
            ])
        let flaws = refused.map {
            [EntranceModel.Flaw(field: $0.field, says: $0.says + " " + $0.remedy)]
        }
        let model = EntranceModel(
            frame: frame, flaws: flaws ?? [], hasFlaws: refused != nil,
            name: form?["name"] ?? "", code: form?["code"] ?? "",
            back: form?.filled("back") ?? ask.query.filled("back") ?? "/now",
            isCodeWrong: refused?.field == "code", isNameWrong: refused?.field == "name",
            isPassPhraseWrong: refused?.field == "pass_phrase")
        return try ask.page(model, template: template, refused: refused)
    }
}
