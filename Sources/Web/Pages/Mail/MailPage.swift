// The morning e-mail: where it goes, a test that says what is wrong, what became of the last one.

import Hummingbird
import Loop
import Plant
import Understand

/// What the template shows.
struct MailModel: Sendable {
    /// A choice of how the way to the server is kept safe.
    struct Choice: Sendable {
        let value: String
        let words: String
        let isHere: Bool
    }

    let frame: PageFrame
    let trouble: String?
    let done: String?
    let last: String?
    let host: String
    let port: String
    let choices: [Choice]
    let user: String
    let hasPassword: Bool
    let from: String
    let to: String
    let at: String
    let isOn: Bool
    let pages: String
    let certificates: String
    let example: String
    let exampleSubject: String
}

/// `/mail` and its forms.
enum MailPage {
    private static let unset = MailAccount(
        host: "", port: 465, safety: .tls, user: "", password: "", from: "", to: [],
        minute: 6 * 60 + 30, isOn: false, pages: "", certificates: "")
    /// Recipients at most.
    private static let recipients = 20

    static func answer(_ ask: Ask) async throws -> Response {
        try await page(ask, done: ask.query["saved"] == nil ? nil : "Saved.")
    }

    private static func door(_ ask: Ask) throws -> any MailDoor {
        guard let door = ask.site.box.mail else {
            throw Problem(.notFound, "There is no page at this address.")
        }
        return door
    }

    private static func page(
        _ ask: Ask, refused: RefusedSaying? = nil, done: String? = nil, form: FormFields? = nil
    ) async throws -> Response {
        let kept = try await door(ask).account()
        let account = kept ?? unset
        let date = ask.clock.zone.local(ask.world.time).date
        let letter = try await MorningMail.letter(
            date, ask.world, ask.site, pages: account.pages)
        let sentence =
            kept == nil
            ? "No e-mail is sent yet: name a mail server."
            : account.isOn
                ? "Each morning at \(clock(account.minute)) "
                    + Plain.count(Int64(account.to.count), "person gets", "people get")
                    + " one e-mail."
                : "The morning e-mail is off."
        let model = MailModel(
            frame: ask.frame(
                title: "Morning e-mail", ask: "Who hears of it in the morning?",
                sentence: sentence, cells: [ask.siteCell]),
            trouble: refused.map { $0.says + " " + $0.remedy }, done: done,
            last: ask.site.morning.standing.map {
                ask.clock.moment($0.at, today: ask.world.time) + ": " + $0.says
            }, host: account.host, port: String(account.port),
            choices: [
                (MailAccount.Safety.tls, "TLS from the start, usually port 465"),
                (.startTLS, "STARTTLS, usually port 587"),
                (.open, "in the open, without a password"),
            ].map { .init(value: $0.rawValue, words: $1, isHere: $0 == account.safety) },
            user: account.user, hasPassword: !account.password.isEmpty, from: account.from,
            to: account.to.joined(separator: ", "), at: clock(account.minute),
            isOn: account.isOn || kept == nil, pages: account.pages,
            certificates: account.certificates, example: letter.text,
            exampleSubject: letter.subject)
        return try ask.page(
            model, template: "mail", status: refused == nil ? .ok : .unprocessableContent,
            again: FormAgain(ask, form, refused))
    }

    private static func clock(_ minute: Int) -> String {
        let hours = minute / 60
        let minutes = minute % 60
        return "\(hours < 10 ? "0" : "")\(hours):\(minutes < 10 ? "0" : "")\(minutes)"
    }

    /// `POST /mail`: keeps the account, or sends a test by it first.
    static func save(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        do {
            let door = try door(ask)
            let account = try read(form, before: try await door.account() ?? unset)
            guard form["do"] == "test" else {
                try await door.keep(account, actor: ask.actor)
                return Answer.go(to: "/mail?saved=1")
            }
            let name = ask.world.factory.name.isEmpty ? "this box" : ask.world.factory.name
            let letter = Letter(
                id: "test-" + ask.site.formToken().lowercased(),
                subject: "Test of \(name)", text: "If you read this, e-mail of \(name) works.",
                markup: nil)
            switch await door.send(letter, by: account) {
            case .taken:
                try await door.keep(account, actor: ask.actor)
                return try await page(
                    ask,
                    done: "The server took the test for \(account.to.joined(separator: ", "))."
                        + " What is on this page is saved.")
            case .refused(let says, _), .unknown(let says):
                throw RefusedSaying(field: "host", says: says, remedy: "Nothing was saved.")
            }
        } catch let refused as RefusedSaying {
            return try await page(ask, refused: refused, form: form)
        }
    }

    private static func read(_ form: FormFields, before: MailAccount) throws -> MailAccount {
        func refuse(_ field: String, _ says: String, _ remedy: String) -> RefusedSaying {
            RefusedSaying(field: field, says: says, remedy: remedy)
        }
        guard let host = form.filled("host"), !host.contains(where: \.isWhitespace) else {
            throw refuse("host", "The mail server has no name.", "Write such as mail.example.com.")
        }
        guard let port = form.filled("port").flatMap({ Int($0) }), (1...65_535).contains(port)
        else { throw refuse("port", "The port is no number.", "Write 465 or 587.") }
        guard let safety = form["safety"].flatMap(MailAccount.Safety.init(rawValue:)) else {
            throw refuse("safety", "How is the way kept safe?", "Choose one.")
        }
        let to = (form["to"] ?? "").split { $0 == "," || $0 == ";" || $0.isNewline }.map {
            $0.filter { !$0.isWhitespace }
        }.filter { !$0.isEmpty }
        for address in to + [form["from"] ?? ""] {
            guard address.firstIndex(of: "@").map({ $0 != address.startIndex }) == true,
                !address.hasSuffix("@"), !address.contains(where: \.isNewline)
            else {
                throw refuse(
                    "to", "“\(address)” is no e-mail address.", "Write such as sam@example.com.")
            }
        }
        guard (1...recipients).contains(to.count) else {
            throw refuse("to", "Nobody gets it, or too many do.", "Name 1 to \(recipients) people.")
        }
        guard let minute = clock(form["at"] ?? "") else {
            throw refuse("at", "The time is none.", "Write it as 06:30.")
        }
        let pages = form["pages"] ?? ""
        guard pages.isEmpty || pages.hasPrefix("https://") || pages.hasPrefix("http://") else {
            throw refuse(
                "pages", "“\(pages)” is no address of pages.",
                "Write such as https://millwright.local:8420, or leave it empty.")
        }
        let user = form["user"] ?? ""
        let typed = form["password"] ?? ""
        // A password that is kept is for its server and its user alone.
        let isSame = host == before.host && port == before.port && user == before.user
        let password = typed.isEmpty && isSame ? before.password : typed
        if safety == .open, !user.isEmpty {
            throw refuse(
                "safety", "A password never crosses an open line.",
                "Choose TLS or STARTTLS, or leave the user empty.")
        }
        return MailAccount(
            host: host, port: port, safety: safety, user: user, password: password,
            from: form["from"] ?? "", to: to, minute: minute, isOn: form["on"] != nil,
            pages: pages, certificates: form["certificates"] ?? "")
    }

    private static func clock(_ text: String) -> Int? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]),
            (0...23).contains(hours), (0...59).contains(minutes)
        else { return nil }
        return hours * 60 + minutes
    }
}
