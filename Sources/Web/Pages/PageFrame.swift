// What every page has: question, first line, title block, navigation, marking, theme.

import Hummingbird
import Loop
import Plant
import Understand

/// The frame of a page.
struct PageFrame: Sendable {
    /// A cell of the title block.
    struct Cell: Sendable {
        /// What it is.
        let label: String
        /// What it says.
        let value: String
        /// Whether it carries the sign of life.
        var isLive = false
        /// Class of the sign of life: `live`, or `old` when the data is.
        var liveClass = ""
    }

    /// An item of the navigation.
    struct Item: Sendable {
        let name: String
        let ask: String
        let address: String
        let isHere: Bool
    }

    /// A choice of the theme switch.
    struct Theme: Sendable {
        let value: String
        let name: String
        let isChosen: Bool
    }

    /// Name in the window's title.
    let title: String
    /// The question the page answers.
    let ask: String
    /// The answer as a sentence.
    let sentence: String
    /// The title block.
    let cells: [Cell]
    /// Main navigation: only pages that exist.
    let items: [Item]
    /// Whether the data is made up.
    let isDemonstrator: Bool
    /// A sentence when what is shown is old, nil when it is fresh.
    let oldWords: String?
    /// Why nothing is recorded, nil while all is.
    let trouble: String?
    /// Class of the chosen theme on `html`, nil to follow the system.
    let themeClass: String?
    /// Choices of the theme switch.
    let themes: [Theme]
    /// Token for forms.
    let token: String
    /// Address of the page with its query, for forms that come back to it.
    let address: String
    /// Address of the style sheet.
    let styleSheet: String
    /// Address of the live script, nil on pages that do not live.
    let liveScript: String?
    /// Address of the script for strips.
    let stripScript: String
    /// Topics of the live stream, nil on pages that do not live.
    let topics: String?
    /// Patterns that strips refer to.
    let patterns: SVGMarkup
    /// Whether somebody is signed in.
    let isSignedIn: Bool
    /// Whether they look after the box.
    let mayAdminister: Bool
    /// Whether it is a paired device that shows the page.
    let isDevice: Bool
    /// The supervisor who has opened the device, nil while nobody has.
    let openedBy: String?
    /// Which layout the page stands in: `layout`, or `fragment` for live pages.
    let shell: String
}

extension Ask {
    /// What a page says in its frame; `topics` make it live.
    func frame(
        title: String, ask question: String, sentence: String, cells: [PageFrame.Cell],
        topics: String? = nil, oldWords: String? = nil
    ) -> PageFrame {
        let path = request.uri.path
        let items: [(String, String, String)] = [
            ("Now", "What is happening now?", "/now"),
            ("Time", "Where did the time go?", "/time"),
            ("Jobs", "What is to be made?", "/jobs"),
            ("Quality", "Are we making good parts?", "/quality"),
            ("Energy", "What is the power costing?", "/energy"),
            ("Machines", "What is connected?", "/machines"),
        ]
        let choice = request.cookies["mw-theme"]?.value
        let isLive = topics != nil
        let isDevice = !isSignedIn && request.cookies[site.deviceCookie] != nil
        return PageFrame(
            title: title, ask: question, sentence: sentence, cells: cells,
            items: items.map { item in
                let isHere =
                    path == item.2 || (item.2 == "/machines" && path.hasPrefix("/m/"))
                    || (item.2 == "/jobs" && path.hasPrefix("/j/"))
                    || (item.2 == "/quality" && path.hasPrefix("/quality/"))
                return .init(name: item.0, ask: item.1, address: item.2, isHere: isHere)
            },
            isDemonstrator: world.kind == .demonstrator, oldWords: oldWords,
            trouble: world.recordingTrouble, themeClass: ThemeSwitch.classNames[choice ?? ""],
            themes: ThemeSwitch.choices.map { value, name in
                .init(value: value, name: name, isChosen: value == (choice ?? "system"))
            },
            token: formToken, address: address,
            styleSheet: site.assets.address("millwright.css"),
            liveScript: isLive ? site.assets.address("live.js") : nil,
            stripScript: site.assets.address("strip.js"), topics: topics,
            patterns: Strip.patterns, isSignedIn: isSignedIn,
            mayAdminister: mayAdminister,
            isDevice: isDevice, openedBy: isDevice && !ActorName.isOwn(actor) ? actor : nil,
            shell: query["fragment"] == nil ? "layout" : "fragment")
    }

    /// The site's local clock.
    var clock: LocalClock { LocalClock(zone: world.calendar.zone) }

    /// The cell that names the site, marked when it is made up.
    var siteCell: PageFrame.Cell {
        let name = world.factory.name.isEmpty ? "Not named yet" : world.factory.name
        return .init(label: "Site", value: name)
    }

    /// A page with its form token kept in a cookie of this browser (S-20); with a form that was
    /// refused, as it was filled in.
    func page(
        _ model: some Sendable, template: String, status: HTTPResponse.Status = .ok,
        again: FormAgain? = nil
    ) throws -> Response {
        let page = try site.pages.render(model, template: template)
        let filled = (again ?? keptForm(status))?.fill(page) ?? page
        var response = Answer.html(filled, status: status)
        if request.cookies[site.formCookie]?.value != formToken {
            response.setCookie(
                Cookie(
                    name: site.formCookie, value: formToken, path: "/", secure: site.isTLS,
                    httpOnly: true, sameSite: .strict))
        }
        return response
    }

    /// What was typed before the pass phrase was given again, where it belongs on this page.
    private func keptForm(_ status: HTTPResponse.Status) -> FormAgain? {
        guard request.method == .get, status == .ok, isSignedIn,
            let kept = site.kept.take(request.uri.path, of: session, now: world.time)
        else { return nil }
        return FormAgain(
            action: kept.action, form: kept.form,
            trouble: "You gave your pass phrase. What you typed before stands here: look at it,"
                + " then send it again.")
    }
}

extension Ask {
    /// A page with a form: as it is, or with what was refused in it, and how long to wait.
    func page(
        _ model: some Sendable, template: String, refused: EntranceRefused?
    ) throws -> Response {
        let wait = refused?.retryAfter
        var response = try page(
            model, template: template,
            status: refused == nil ? .ok : wait == nil ? .unprocessableContent : .tooManyRequests)
        if let wait { response.headers[.retryAfter] = String(wait) }
        return response
    }
}

/// The switch between light, dark and high contrast.
enum ThemeSwitch {
    /// Values and names of the choices.
    static let choices: [(String, String)] = [
        ("system", "Automatic"), ("light", "Light"), ("dark", "Dark"),
        ("contrast", "High contrast"),
    ]
    /// Classes of the choices; the system's own has none.
    static let classNames = ["light": "light", "dark": "dark", "contrast": "contrast"]

    /// `POST /theme`: keeps the choice in a cookie and goes back.
    static func answer(_ ask: Ask) async throws -> Response {
        let form = try await ask.form()
        let value = form["theme"] ?? "system"
        var response = Answer.go(to: form["back"] ?? "/now")
        let isKnown = choices.contains { $0.0 == value }
        response.setCookie(
            Cookie(
                name: "mw-theme", value: isKnown ? value : "system", maxAge: 31_536_000,
                path: "/", secure: ask.site.isTLS, httpOnly: true, sameSite: .strict))
        return response
    }
}

/// How old data is, in words (ux 13).
enum Freshness {
    /// Seconds after which the sign of life stops.
    static let quietAfter = 10.0
    /// Seconds after which a bar says so.
    static let oldAfter = 60.0

    /// When the newest sample of any machine came; machines that people tell of are not expected
    /// to send: a site with no others is as fresh as its page.
    static func newest(_ machines: [MachineNow], at time: Timestamp) -> Timestamp? {
        let read = machines.filter { !$0.machine.stateRules.isEmpty }
        if read.isEmpty, machines.contains(where: { $0.lastSample != nil }) { return time }
        return read.compactMap(\.lastSample).max()
    }

    /// The cell with the sign of life.
    static func cell(newest: Timestamp?, now: Timestamp, clock: LocalClock) -> PageFrame.Cell {
        guard let newest else {
            return .init(label: "Data up to", value: "No data yet", isLive: true, liveClass: "old")
        }
        let isFresh = (now - newest).seconds < quietAfter
        let isToday = clock.zone.local(newest).date == clock.zone.local(now).date
        return .init(
            label: "Data up to",
            value: isToday ? clock.second(newest) : clock.moment(newest, today: now),
            isLive: true, liveClass: isFresh ? "live" : "old")
    }

    /// A sentence when nothing new came for a minute, nil otherwise.
    static func words(
        newest: Timestamp?, now: Timestamp, clock: LocalClock, after seconds: Double = oldAfter
    ) -> String? {
        guard let newest, (now - newest).seconds >= seconds else { return nil }
        let age = Plain.age(now - newest)
        return "No news from any machine for \(age). Last seen \(clock.moment(newest, today: now))."
    }
}
