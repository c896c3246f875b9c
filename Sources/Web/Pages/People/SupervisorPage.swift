// A supervisor at a paired tablet types their digits and has a minute of their rights there (S-13).

import Hummingbird
import Loop
import Plant

/// What the template of the page shows.
struct SupervisorModel: Sendable {
    /// Somebody who may open the tablet.
    struct Choice: Sendable {
        let id: String
        let name: String
        let isHere: Bool
    }

    let frame: PageFrame
    let back: String
    let people: [Choice]
    let hasPeople: Bool
    let flaw: String?
}

/// `/supervisor`.
enum SupervisorPage {
    static func answer(_ ask: Ask) async throws -> Response {
        try await page(ask, form: nil, refused: nil)
    }

    private static func page(
        _ ask: Ask, form: FormFields?, refused: EntranceRefused?
    ) async throws -> Response {
        let people = try await ask.people().peopleWithPin()
        let chosen = form?.filled("person") ?? (people.count == 1 ? people[0].id.text : "")
        let model = SupervisorModel(
            frame: ask.frame(
                title: "Supervisor", ask: "Who is at this tablet?",
                sentence: people.isEmpty
                    ? "Nobody has digits for tablets yet."
                    : "Choose your name and type your digits.", cells: []),
            back: form?.filled("back") ?? ask.query.filled("back") ?? "/now",
            people: people.map {
                .init(id: $0.id.text, name: $0.name, isHere: $0.id.text == chosen)
            }, hasPeople: !people.isEmpty, flaw: refused.map { $0.says + " " + $0.remedy })
        return try ask.page(model, template: "supervisor", refused: refused)
    }

    /// `POST /supervisor`.
    static func open(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            guard let person = form["person"].flatMap({ Slug($0) }) else {
                throw EntranceRefused(
                    field: "person", says: "No name was chosen.", remedy: "Choose yours.")
            }
            let key = try await ask.people().override(
                device: ask.request.cookies[ask.site.deviceCookie]?.value ?? "", person: person,
                pin: form["pin"] ?? "", from: ask.origin)
            var response = Answer.go(to: form.filled("back") ?? "/now")
            response.setCookie(
                SetupPages.cookie(ask, name: ask.site.overrideCookie, value: key, age: 3_600))
            return response
        } catch let refused as EntranceRefused {
            return try await page(ask, form: form, refused: refused)
        }
    }

    /// `POST /supervisor/leave`: ends the minute at once.
    static func leave(_ ask: Ask) async throws -> Response {
        _ = try await ask.form()
        var response = Answer.go(to: "/now")
        response.setCookie(
            SetupPages.cookie(ask, name: ask.site.overrideCookie, value: "gone", age: 0))
        return response
    }
}
