// The morning e-mail: what the page of the meeting says of the last working day, on Mondays what the
// weekly report says of the week; once a day, never twice.

import Foundation
import HTTPTypes
import Hummingbird
import Loop
import Plant
import ServiceLifecycle
import Synchronization
import Understand

/// What became of the last morning e-mail, for the page.
final class MorningStanding: Sendable {
    /// A try.
    struct Try: Sendable, Hashable {
        /// When.
        let at: Timestamp
        /// What is to be read on the page.
        let says: String
    }

    private let last = Mutex<Try?>(nil)

    /// The last try, nil when there was none since the start.
    var standing: Try? { last.withLock { $0 } }

    /// Keeps what came of one.
    func keep(_ says: String, at time: Timestamp) {
        last.withLock { $0 = Try(at: time, says: says) }
    }
}

/// Sends the morning e-mail.
final class MorningMail: Service, Sendable {
    private struct State {
        /// Tries of the day that did not go out, and when the next one is due.
        var tries = 0
        var next: Timestamp?
    }

    /// Waits between tries in minutes; after the last one the day has no e-mail.
    private static let waits: [Int64] = [1, 5, 15, 30, 60, 60]

    private let state = Mutex(State())
    private let site: WebSite
    private let pause: @Sendable (Duration) async throws -> Void

    init(
        site: WebSite, pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.site = site
        self.pause = pause
    }

    /// Looks twice a minute until the program stops.
    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                do {
                    try await self.pause(.seconds(30))
                } catch is CancellationError {
                    return
                }
            }
        }
    }

    /// Sends it where it is due.
    func look() async {
        guard let door = site.box.mail, let world = site.box.world(.real)
        else { return }
        do {
            guard let account = try await door.account(), account.isOn else { return }
            let now = world.time
            let local = world.calendar.zone.local(now)
            guard local.secondsOfDay >= account.minute * 60 else { return }
            guard try await door.sentOn() != local.date else { return }
            let isDue = state.withLock { state in state.next.map { $0 <= now } ?? true }
            guard isDue else { return }
            let letter = try await MorningMail.letter(
                local.date, world, site, pages: account.pages)
            // Noted first: a restart in between may cost the letter, and never sends it twice.
            try await door.note(sentOn: local.date)
            let fate = await door.send(letter, by: account)
            try await note(fate, at: now, local.date, door)
        } catch {
            // The stores are busy or closing: the next look tries again.
            return
        }
    }

    private func note(
        _ fate: LetterFate, at now: Timestamp, _ date: CivilDate, _ door: any MailDoor
    ) async throws {
        switch fate {
        case .taken:
            end("The morning e-mail went out.", at: now)
        case .unknown(let says):
            end("Whether it arrived is not known. " + says, at: now)
        case .refused(let says, let mayTryAgain):
            site.morning.keep("It did not go out. " + says, at: now)
            let tries = state.withLock { state in
                guard mayTryAgain, state.tries < MorningMail.waits.count else {
                    state.next = nil
                    state.tries = 0
                    return false
                }
                state.next = now + .minutes(MorningMail.waits[state.tries])
                state.tries += 1
                return true
            }
            // It certainly did not go out: the day is open again.
            if tries { try await door.note(sentOn: date.adding(days: -1)) }
        }
    }

    private func end(_ says: String, at now: Timestamp) {
        site.morning.keep(says, at: now)
        state.withLock { state in
            state.next = nil
            state.tries = 0
        }
    }

    /// A page whose links lead to the box; without an address of the box they lead nowhere and go.
    static func linked(_ page: String, base: String) -> String {
        var done = ""
        var rest = page[...]
        while let start = rest.range(of: " href=\"/"),
            let end = rest[start.upperBound...].firstIndex(of: "\"")
        {
            done += rest[..<start.lowerBound]
            if !base.isEmpty { done += " href=\"" + base + "/" + rest[start.upperBound...end] }
            rest = rest[rest.index(after: end)...]
        }
        return done + rest
    }

    /// The letter of a morning.
    static func letter(
        _ date: CivilDate, _ world: any WorldDoor, _ site: WebSite, pages: String
    ) async throws -> Letter {
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: nil, path: "/meeting"),
            body: .init(buffer: .init()))
        let ask = Ask(
            site: site, request: request, context: nil, actor: "morning e-mail", world: world,
            isSignedIn: false, mayAdminister: false, formToken: "", query: FormFields(""))
        let words =
            date.weekday == .monday
            ? try await ReportPage.morning(ask) : try await MeetingPage.morning(ask)
        let base = pages.hasSuffix("/") ? String(pages.dropLast()) : pages
        let link = base.isEmpty ? "" : "\n\nThe page: \(base)\(words.path)\n"
        let name = world.factory.name.isEmpty ? "Millwright" : world.factory.name
        let made = world.kind == .demonstrator ? "Made-up data. " : ""
        let lines = words.lines.map { "- " + $0 }.joined(separator: "\n")
        return Letter(
            id: "morning-\(date.text)", subject: "\(name): \(words.sentence)",
            text: made + words.sentence + (lines.isEmpty ? "" : "\n\n" + lines) + link,
            markup: words.page.map { linked($0, base: base) })
    }
}

/// What a page says, in words that stand without it.
struct MorningWords: Sendable {
    /// The one sentence.
    let sentence: String
    /// What follows it.
    let lines: [String]
    /// Where the page stands.
    let path: String
    /// The page itself with its style in it, nil where words are enough.
    let page: String?
}
